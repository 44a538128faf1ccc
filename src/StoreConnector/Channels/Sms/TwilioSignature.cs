using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace StoreConnector.Channels.Sms;

/// <summary>
/// X-Twilio-Signature: base64 of the HMAC-SHA1, under the account's auth token, of the address and the sorted fields
/// of the form. Source: twilio.com/docs/usage/security; as strict as Twilio's own C# library, which is stricter than
/// its JavaScript one about the case of a host.
/// </summary>
internal static partial class TwilioSignature
{
    /// <summary>More fields than Twilio ever sends; a request with more is not signed.</summary>
    private const int MaxFields = 200;

    /// <summary>
    /// Whether one of the tokens signed the request. Each is tried, in fixed time, whichever fits; a blank one signs
    /// nothing.
    /// </summary>
    /// <param name="tokens">The auth token, and the one before while it is being changed.</param>
    /// <param name="url">The public address by which it came, to the letter; never encoded anew.</param>
    /// <param name="form">What <see cref="Form"/> read.</param>
    /// <param name="body">As it was sent: an address with <c>bodySHA256</c> vouches for it by its hash.</param>
    /// <param name="signature">The header.</param>
    public static bool IsSigned(IEnumerable<string?> tokens, string url,
        IReadOnlyCollection<KeyValuePair<string, string>> form, ReadOnlySpan<byte> body, string? signature)
    {
        if (signature is null || form.Count > MaxFields) { return false; }

        var hash = HashInQuery().Match(url);
        var fields = hash.Success ? "" : Fields(form);
        var header = Encoding.UTF8.GetBytes(signature);
        var isSigned = false;
        foreach (var token in tokens.Where(t => !string.IsNullOrWhiteSpace(t)))
        {
            foreach (var spelling in Spellings(url))
            {
                // Compared as text: base64 of another spelling is another signature.
                var expected = Convert.ToBase64String(Mac(token!, spelling + fields));
                isSigned |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), header);
            }
        }

        return isSigned && (!hash.Success || CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body))),
            Encoding.UTF8.GetBytes(hash.Groups[1].Value)));
    }

    /// <summary>The fields of a body in application/x-www-form-urlencoded, in their order; never throws.</summary>
    public static List<KeyValuePair<string, string>> Form(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body);
        return [.. text.Split('&', MaxFields + 1).Where(pair => pair.Length > 0).Select(pair =>
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            return at < 0 ? new KeyValuePair<string, string>(WebUtility.UrlDecode(pair), "")
                : new(WebUtility.UrlDecode(pair[..at]), WebUtility.UrlDecode(pair[(at + 1)..]));
        })];
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Security", "CA5350", Justification = "Twilio signs with HMAC-SHA1; as a keyed hash it is not broken.")]
    private static byte[] Mac(string token, string text) =>
        HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text));

    /// <summary>Name and value of each, sorted by their characters' numbers; a repeated field's values once each.
    /// </summary>
    private static string Fields(IEnumerable<KeyValuePair<string, string>> form) => string.Concat(form
        .GroupBy(f => f.Key, StringComparer.Ordinal)
        .OrderBy(g => g.Key, StringComparer.Ordinal)
        .SelectMany(g => g.Select(f => f.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(value => g.Key + value)));

    /// <summary>Twilio signs with or without the port, depending on the product: as it came, without, and with.
    /// </summary>
    private static HashSet<string> Spellings(string url)
    {
        var parts = Authority().Match(url);
        if (!parts.Success) { return [url]; }

        var (scheme, host, rest) = (parts.Groups[1].Value, parts.Groups[2].Value, parts.Groups[4].Value);
        var usual = scheme.Equals("https", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80";
        var port = parts.Groups[3].Length > 0 ? parts.Groups[3].Value : usual;
        return [url, $"{scheme}://{host}{rest}", $"{scheme}://{host}{port}{rest}"];
    }

    [GeneratedRegex(@"[?&]bodySHA256=([^&#]*)", RegexOptions.CultureInvariant)]
    private static partial Regex HashInQuery();

    [GeneratedRegex(@"^(https?)://([^/?#]*?)(:[0-9]+)?([/?#].*)?\z", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Authority();
}
