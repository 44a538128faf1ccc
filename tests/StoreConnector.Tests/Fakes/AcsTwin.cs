using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace StoreConnector.Tests.Fakes;

/// <summary>
/// Azure Communication Services: e-mails that are operations with ids of ours, and texts that are sent once however
/// often they are handed over. It checks the signature, and that it is of these five minutes.
/// </summary>
internal sealed class AcsTwin(TimeProvider clock) : VendorTwin
{
    public const string AccessKey = "ZmFrZS1hY2Nlc3Mta2V5LWZha2UtYWNjZXNzLWtleS1mYWtlLWFjY2Vzcy1rZXktMDEyMzQ1Njc4OWFiY2Q=";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>How far each e-mail has come, by its operation: Running until somebody says.</summary>
    public Dictionary<string, string> Fates { get; } = [];

    /// <summary>The next text's own status, whatever the request's.</summary>
    public int ItemStatus { get; set; } = 202;

    private protected override bool IsOffer(HttpRequest request) => HttpMethods.IsPost(request.Method);

    private protected override TwinVerdict Judge(HttpRequest request, string body)
    {
        if (Door(request, body) is { } shut) { return TwinVerdict.No(shut); }

        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return request.Path == "/sms" ? Text(root, body) : Mail(request, root, body);
    }

    private protected override IResult Yes(TwinMessage message) => message.RepeatKey is { } key
        ? Results.Json(new
        {
            value = new[]
            {
                new { to = message.To, messageId = message.Id, httpStatusCode = 202, repeatabilityResult = "accepted", successful = true },
            },
        }, statusCode: 202)
        : Results.Json(new { id = message.Id, status = "Running" }, statusCode: 202);

    private protected override IResult Answer(HttpRequest request, string body)
    {
        if (Door(request, body) is { } shut) { return shut; }

        var id = request.Path.Value!.Split('/')[^1];
        return Accepted.Contains(id) ? Results.Json(new { id, status = Fates.GetValueOrDefault(id, "Running") })
            : Error(404, "NotFound", "no such operation");
    }

    private static TwinVerdict Mail(HttpRequest request, JsonElement mail, string body)
    {
        var to = mail.GetProperty("recipients").GetProperty("to")[0].GetProperty("address").GetString()!;
        var content = mail.GetProperty("content");
        var isBroken = content.GetProperty("subject").GetString()!.Any(char.IsControl) || mail.GetProperty("headers")
            .EnumerateObject().Any(h => h.Value.GetString()!.Any(char.IsControl));
        return isBroken ? TwinVerdict.No(Error(400, "BadRequest", "a line break where none may be"))
            : !to.Contains('@', StringComparison.Ordinal)
                ? TwinVerdict.No(Error(400, "InvalidRecipients", $"{to} is none"))
                : new TwinMessage(request.Headers["Operation-Id"].ToString(), to, body);
    }

    private TwinVerdict Text(JsonElement text, string body)
    {
        var one = text.GetProperty("smsRecipients")[0];
        var to = one.GetProperty("to").GetString()!;
        var first = one.GetProperty("repeatabilityFirstSent").GetString()!;
        if (ItemStatus != 202) { return TwinVerdict.No(Item(to, ItemStatus)); }

        return text.GetProperty("message").GetString()!.Length > 2048 ? TwinVerdict.No(Item(to, 400))
            : clock.GetUtcNow() - DateTimeOffset.ParseExact(first, "R", CultureInfo.InvariantCulture) > Window
                ? TwinVerdict.No(Item(to, 412))
                : new TwinMessage($"Outgoing_{Guid.NewGuid():N}", to, body, one.GetProperty("repeatabilityRequestId").GetString());
    }

    private static IResult Item(string to, int status) => Results.Json(new
    {
        value = new[] { new { to, httpStatusCode = status, successful = false, errorMessage = $"not {to}" } },
    }, statusCode: 202);

    private IResult? Door(HttpRequest request, string body)
    {
        var date = request.Headers["x-ms-date"].ToString();
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        var signed = $"{request.Method}\n{request.Path}{request.QueryString}\n{date};{request.Host};{hash}";
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(AccessKey), Encoding.UTF8.GetBytes(signed)));
        var isFresh = DateTimeOffset.TryParseExact(date, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            && (clock.GetUtcNow() - at).Duration() <= Window;
        return isFresh && request.Headers.Authorization ==
            $"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={expected}"
            ? null : Error(401, "Denied", "Denied by the resource provider.");
    }

    private static IResult Error(int status, string code, string message) =>
        Results.Json(new { error = new { code, message } }, statusCode: status);
}
