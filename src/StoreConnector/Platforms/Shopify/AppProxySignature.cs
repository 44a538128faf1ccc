using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace StoreConnector.Platforms.Shopify;

/// <summary>
/// Whether a request came through a shop's app proxy. The signature covers the query alone: never the path, the body or
/// a header. Source: shopify.dev, "Authenticate app proxies"; its example is our test vector.
/// </summary>
internal static class AppProxySignature
{
    /// <summary>How far from now a request may have been signed: a query can be sent again with another body.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    /// <summary>The most fields of a query that is looked at.</summary>
    private const int MaxFields = 32;

    private const string Field = "signature";

    /// <summary>
    /// Whether one of the secrets signed the query: HMAC-SHA256 in lower-case hexadecimal over the other fields,
    /// decoded, sorted and put together without anything between, several values of one field with commas. Compared in
    /// fixed time.
    /// </summary>
    public static bool Matches(IEnumerable<KeyValuePair<string, StringValues>> query, IEnumerable<string> secrets)
    {
        var fields = query.Take(MaxFields + 1).ToList();
        var signature = fields.Find(f => f.Key == Field).Value;
        if (fields.Count > MaxFields || signature is not [{ Length: 64 } claimed]
            || !claimed.All(char.IsAsciiHexDigitLower)) { return false; }

        var signed = string.Concat(fields.Where(f => f.Key != Field)
            .Select(f => $"{f.Key}={string.Join(',', f.Value.AsEnumerable())}").Order(StringComparer.Ordinal));
        var matches = false;
        foreach (var secret in secrets.Where(s => !string.IsNullOrWhiteSpace(s)))
        {
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed));
            matches |= CryptographicOperations.FixedTimeEquals(mac, Convert.FromHexString(claimed));
        }

        return matches;
    }
}
