using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using StoreConnector.Channels;

namespace StoreConnector.Tests.Fakes;

/// <summary>
/// SendGrid's Mail Send and Email Logs, with the rules its specification leaves out, and its events, signed by a key
/// of this twin's own.
/// </summary>
internal sealed partial class SendGridTwin(TimeProvider clock) : VendorTwin
{
    public const string ApiKey = "SG.not-a-real-key-0000000000000000";

    private static readonly string[] Reserved =
        ["x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding", "to", "from", "subject",
            "reply-to", "cc", "bcc"];

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int count;

    /// <summary>The key that events are verified with, as the merchant copies it from SendGrid's page.</summary>
    public string WebhookKey => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    /// <summary>How far each message has come, by its id.</summary>
    public Dictionary<string, string> Fates { get; } = [];

    /// <summary>Events as SendGrid sends them: lines apart, with a last one that is empty.</summary>
    public CallbackRequest Events(DateTimeOffset at, params IEnumerable<object> events) => Signed(at,
        "[" + string.Join(",\r\n", events.Select(e => JsonSerializer.Serialize(e))) + "]\r\n");

    public CallbackRequest Signed(DateTimeOffset at, string body)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(key.SignData(
            Encoding.UTF8.GetBytes(timestamp + body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        return new(new("https://connect.example.com/callbacks/sendgrid/t"), name => name switch
        {
            "X-Twilio-Email-Event-Webhook-Signature" => signature,
            "X-Twilio-Email-Event-Webhook-Timestamp" => timestamp,
            _ => null,
        }, Encoding.UTF8.GetBytes(body));
    }

    private protected override bool IsOffer(HttpRequest request) => request.Path == "/v3/mail/send";

    private protected override TwinVerdict Judge(HttpRequest request, string body)
    {
        if (request.Headers.Authorization != $"Bearer {ApiKey}")
        {
            return TwinVerdict.No(Error(401, null, "The provided authorization grant is invalid, expired, or revoked"));
        }

        if (request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
        {
            return TwinVerdict.No(Error(415, null, "Unsupported media type"));
        }

        using var document = JsonDocument.Parse(body);
        var mail = document.RootElement;
        return Objection(mail) is { } no ? TwinVerdict.No(no)
            : new TwinMessage($"id{Interlocked.Increment(ref count):d10}",
                mail.GetProperty("personalizations")[0].GetProperty("to")[0].GetProperty("email").GetString()!, body)
            {
                At = clock.GetUtcNow(),
            };
    }

    private protected override IResult Yes(TwinMessage message) => new Taken(message.Id);

    private protected override IResult Answer(HttpRequest request, string body)
    {
        using var document = JsonDocument.Parse(body);
        var query = document.RootElement.GetProperty("query").GetString()!;
        var parts = Query().Match(query);
        if (!parts.Success) { return Error(400, "query", "invalid query"); }

        var categories = parts.Groups[2].Value.Split(", ").Select(c => c.Trim('\''));
        var (from, to) = (Time(parts.Groups[3].Value), Time(parts.Groups[4].Value));
        var found = Messages.Where(m => m.To == parts.Groups[1].Value && m.At >= from && m.At <= to
            && categories.Intersect(Categories(m)).Any());
        return Results.Json(new
        {
            messages = found.Select(m => new
            {
                sg_message_id = $"{m.Id}.recvd-canary-1-2-3.0", to_email = m.To, from_email = "shop@example.com",
                subject = "", status = Fates.GetValueOrDefault(m.Id, "processed"),
            }).ToList(),
        });
    }

    private static IResult? Objection(JsonElement mail)
    {
        var person = mail.GetProperty("personalizations")[0];
        var to = person.GetProperty("to")[0].GetProperty("email").GetString()!;
        if (!AddressForm().IsMatch(to))
        {
            return Error(400, "personalizations.0.to.0.email", $"Does not contain a valid address: {to}");
        }

        if (!AddressForm().IsMatch(mail.GetProperty("from").GetProperty("email").GetString()!))
        {
            return Error(400, "from.email", "The from email does not contain a valid address.");
        }

        if (mail.GetProperty("subject").GetString() is not { Length: > 0 } subject || subject.Any(char.IsControl))
        {
            return Error(400, "subject", "The subject is required and has no line breaks.");
        }

        if (person.GetProperty("headers").EnumerateObject().Any(h => Reserved.Contains(h.Name.ToLowerInvariant())
            || h.Value.GetString()!.Any(char.IsControl)))
        {
            return Error(400, "headers", "The headers hold a reserved one.");
        }

        var types = mail.GetProperty("content").EnumerateArray().Select(c => c.GetProperty("type").GetString()).ToList();
        if (types is not ["text/plain", "text/html"] || mail.GetProperty("content").EnumerateArray()
            .Any(c => c.GetProperty("value").GetString()!.Length == 0))
        {
            return Error(400, "content", "text/plain comes first, and none is empty.");
        }

        var categories = mail.GetProperty("categories").EnumerateArray().Select(c => c.GetString()!).ToList();
        return categories.Count > 10 || categories.Distinct().Count() < categories.Count || categories.Any(c => c.Length > 255)
            ? Error(400, "categories", "At most 10 of them, each once.")
            : Encoding.UTF8.GetByteCount(person.GetProperty("custom_args").GetRawText()) > 10_000
                ? Error(400, "personalizations.0.custom_args", "Too large.") : null;
    }

    private static List<string> Categories(TwinMessage message)
    {
        using var document = JsonDocument.Parse(message.Body);
        return [.. document.RootElement.GetProperty("categories").EnumerateArray().Select(c => c.GetString()!)];
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static IResult Error(int status, string? field, string message) =>
        Results.Json(new { errors = new[] { new { message, field, help = (string?)null } } }, statusCode: status);

    [GeneratedRegex("""^to_email = "([^"]+)" AND categories IN \(([^)]*)\) AND sg_message_id_created_at >= TIMESTAMP "([^"]+)" AND sg_message_id_created_at <= TIMESTAMP "([^"]+)"\z""")]
    private static partial Regex Query();

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+\.[^@\s]+\z")]
    private static partial Regex AddressForm();

    /// <summary>202 without a body; the id is a header.</summary>
    private sealed class Taken(string id) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = 202;
            httpContext.Response.Headers["X-Message-Id"] = id;
            return Task.CompletedTask;
        }
    }
}
