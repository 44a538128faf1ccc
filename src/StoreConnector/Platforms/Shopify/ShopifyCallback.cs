using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StoreConnector.Platforms.Shopify;

/// <summary>Whether the browser comes with Shopify's word.</summary>
internal abstract record CallbackVerdict
{
    /// <summary>The query is Shopify's, and of now.</summary>
    /// <param name="Shop">The shop's myshopify.com domain, lower case.</param>
    /// <param name="Code">What a token is had for, once; null where the merchant only begins.</param>
    /// <param name="State">What we gave Shopify to give back; null where the merchant only begins.</param>
    public sealed record Verified(string Shop, string? Code, string? State) : CallbackVerdict;

    /// <summary>Not shown to be Shopify's: nothing is done.</summary>
    /// <param name="Reason">A sentence without anything from the query.</param>
    public sealed record Refused(string Reason) : CallbackVerdict;
}

/// <summary>
/// Verifies the query that Shopify sends a merchant's browser to us with: hexadecimal HMAC-SHA256 over its fields but
/// <c>hmac</c>, sorted, <c>k=v</c> joined with <c>&amp;</c>, percent-encoded. Source: shopify.dev, "Authorization code
/// grant"; the encoding and the 90 seconds from @shopify/shopify-api 15.0.0, whose verdicts are our test vectors.
/// </summary>
internal static class ShopifyCallback
{
    /// <summary>The most fields of a query that is looked at.</summary>
    public const int MaxFields = 20;

    /// <summary>The longest value, in characters.</summary>
    public const int MaxValue = 1024;

    /// <summary>How old, or how much of the future, a query may be.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(90);

    /// <summary>Judges a query.</summary>
    public static CallbackVerdict Verify(IQueryCollection query, ShopifyApp app, DateTimeOffset now)
    {
        if (query.Count > MaxFields || query.Any(f => f.Value.Count != 1 || f.Value[0] is not { Length: <= MaxValue }))
        {
            return new CallbackVerdict.Refused("a field is repeated or too long, or there are too many");
        }

        if (!IsSigned(query, app.Secrets))
        {
            return new CallbackVerdict.Refused("it is not signed with a secret of ours");
        }

        if (!long.TryParse(query["timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            || Math.Abs(now.ToUnixTimeMilliseconds() / 1000m - second) > (decimal)Tolerance.TotalSeconds)
        {
            return new CallbackVerdict.Refused("it is not of now");
        }

        return ShopifyDomain.TryParse(query["shop"], out var shop)
            ? new CallbackVerdict.Verified(shop, Text(query, "code"), Text(query, "state"))
            : new CallbackVerdict.Refused("the shop is not a myshopify.com domain");
    }

    /// <summary>Looks at every secret, whichever fits; a blank one signs nothing.</summary>
    private static bool IsSigned(IQueryCollection query, IReadOnlyList<string> secrets)
    {
        var claimed = new byte[SHA256.HashSizeInBytes];
        var text = query["hmac"].ToString();
        if (text.Length != 2 * claimed.Length || !text.All(char.IsAsciiHexDigitLower)) { return false; }

        Convert.FromHexString(text, claimed, out _, out _);
        var signed = Encoding.UTF8.GetBytes(string.Join('&', query.Where(f => f.Key != "hmac")
            .OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{Encode(f.Key)}={Encode(f.Value[0]!)}")));
        var matches = false;
        foreach (var secret in secrets.Where(s => !string.IsNullOrWhiteSpace(s)))
        {
            var ours = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
            matches |= CryptographicOperations.FixedTimeEquals(ours, claimed);
        }

        return matches;
    }

    /// <summary>As JavaScript's <c>encodeURIComponent</c>, which leaves five signs more as they are.</summary>
    private static string Encode(string text) => Uri.EscapeDataString(text)
        .Replace("%21", "!", StringComparison.Ordinal).Replace("%27", "'", StringComparison.Ordinal)
        .Replace("%28", "(", StringComparison.Ordinal).Replace("%29", ")", StringComparison.Ordinal)
        .Replace("%2A", "*", StringComparison.Ordinal);

    private static string? Text(IQueryCollection query, string name) =>
        query[name] is [{ Length: > 0 } text] ? text : null;
}
