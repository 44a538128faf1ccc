using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StoreConnector.Channels;

/// <summary>
/// What e-mails and texts by Azure Communication Services share: the account, the signature of a request, and ids that
/// a repeat has in common. Source: learn.microsoft.com, "Sign an HTTP request" for Communication Services.
/// </summary>
internal static class AzureCommunication
{
    /// <summary>As the merchant sets it.</summary>
    public const string Name = "AzureCommunication";

    private const string HostEnd = ".communication.azure.com";

    /// <summary>The endpoint and its access key.</summary>
    public static IReadOnlyList<CredentialField> Credentials(VendorSettings settings) =>
    [
        new("endpoint", $"https://…{HostEnd}", t => Endpoint(t, settings) is not null),
        new("accessKey", "one of the resource's keys, in base64", IsKey),
    ];

    /// <summary>
    /// The address of a resource; null when it is none. Anything but Azure's own hosts only where private hosts are
    /// allowed: the service calls it with what a merchant typed.
    /// </summary>
    public static Uri? Endpoint(string text, VendorSettings settings) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" }
        && ((url is { Scheme: "https", IsDefaultPort: true }
                && url.Host.EndsWith(HostEnd, StringComparison.OrdinalIgnoreCase))
            || (settings.AllowsPrivateHosts && url.Scheme is "https" or "http"))
            ? url : null;

    /// <summary>
    /// The same GUID for the same message for ever, which Azure takes for an operation's and a repeatable request's
    /// id.
    /// </summary>
    public static Guid OperationId(string sendId)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes("StoreConnector|" + sendId)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80); // Version 8: our own way of making it (RFC 9562).
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }

    /// <summary>A date as HTTP writes it, for example <c>Sun, 22 Nov 2026 01:15:26 GMT</c>.</summary>
    public static string Date(DateTimeOffset at) => at.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Makes a request and signs it, with this instant in it: an older one is refused.</summary>
    /// <param name="method">The verb.</param>
    /// <param name="url">The whole address.</param>
    /// <param name="json">The body; null is none, which is signed, too.</param>
    /// <param name="accessKey">In base64.</param>
    /// <param name="now">The instant.</param>
    public static HttpRequestMessage Signed(
        HttpMethod method, Uri url, string? json, string accessKey, DateTimeOffset now)
    {
        var body = Encoding.UTF8.GetBytes(json ?? "");
        var (date, hash) = (Date(now), Convert.ToBase64String(SHA256.HashData(body)));
        var signed = $"{method.Method}\n{url.PathAndQuery}\n{date};{url.Authority};{hash}";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(accessKey), Encoding.UTF8.GetBytes(signed)));
        var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("x-ms-date", date);
        request.Headers.TryAddWithoutValidation("x-ms-content-sha256", hash);
        request.Headers.TryAddWithoutValidation("Authorization",
            $"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}");
        if (json is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        }

        return request;
    }

    /// <summary>A refusal by Azure's code, in our words.</summary>
    public static SendResult.Refused Refused(VendorAnswer.Said no)
    {
        var code = VendorJson.Read(no.Body).At("error").At("code").Text();
        var (kind, means) = (no.Status, code) switch
        {
            (_, "DomainNotLinked") => (RefusalKind.Account, "the sender's domain is not linked to the resource"),
            (_, "InvalidSenderUserName") => (RefusalKind.Account, "the sender is not set up there"),
            (_, "EmailDroppedAllRecipientsSuppressed") =>
                (RefusalKind.Address, "the address is on its list of those that bounced"),
            (401 or 403, _) => (RefusalKind.Account, "the access key is not good"),
            (404, _) => (RefusalKind.Account, "it does not know the resource or the sender"),
            (413, _) => (RefusalKind.Message, "the message is too large"),
            _ => (VendorErrors.KindOf(no.Status), "it gave no reason that we know"),
        };
        return new($"Azure refused it: {means} ({(IsWord(code) ? code : $"HTTP {no.Status}")}).", kind);
    }

    /// <summary>Whether a text is a code, and not somebody's words.</summary>
    public static bool IsWord(string? code) => code is { Length: > 0 and <= 60 } && code.All(char.IsAsciiLetterOrDigit);

    private static bool IsKey(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= 16;
    }
}
