using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using StoreConnector.Channels;

namespace StoreConnector.Tests.Fakes;

/// <summary>
/// Twilio's Messages resource, with the rules its specification leaves out: a sender or a service, a body, its length;
/// and what it tells later, signed.
/// </summary>
internal sealed partial class TwilioTwin(TimeProvider clock) : VendorTwin
{
    public const string AccountSid = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    public const string AuthToken = "fake0000000000000000000000000000";
    public const string Service = "MGaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private int count;

    /// <summary>Numbers that have said STOP to it.</summary>
    public HashSet<string> OptedOut { get; } = [];

    /// <summary>How far each message has come, by its id; accepted until somebody says.</summary>
    public Dictionary<string, (string Status, int? Error)> Fates { get; } = [];

    /// <summary>A report as Twilio sends it.</summary>
    public static CallbackRequest Status(
        string callback, string sid, string status, string? error = null, string token = AuthToken)
    {
        var form = new Dictionary<string, string>
        {
            ["ApiVersion"] = "2010-04-01",
            ["AccountSid"] = AccountSid,
            ["MessageSid"] = sid,
            ["SmsSid"] = sid,
            ["MessageStatus"] = status,
            ["SmsStatus"] = status,
            ["To"] = "+14155552671",
            ["From"] = "+14155550100",
            ["FieldOfNextYear"] = "",
        };
        if (error is not null) { form["ErrorCode"] = error; }

        return Signed(callback, form, token);
    }

    /// <summary>A text from somebody as Twilio passes it on.</summary>
    public static CallbackRequest Inbound(string callback, string sid, string from, string body, string? optOutType = null)
    {
        var form = new Dictionary<string, string>
        {
            ["MessageSid"] = sid, ["SmsSid"] = sid, ["SmsStatus"] = "received", ["AccountSid"] = AccountSid,
            ["From"] = from, ["To"] = "+14155550100", ["Body"] = body, ["NumMedia"] = "0", ["ToCity"] = "",
        };
        if (optOutType is not null) { form["OptOutType"] = optOutType; }

        return Signed(callback, form);
    }

    /// <summary>Signs a form as Twilio does: the address, then each field's name and value by their order.</summary>
    public static CallbackRequest Signed(string url, IReadOnlyDictionary<string, string> form, string token = AuthToken)
    {
        var text = url + string.Concat(form.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Key + f.Value));
#pragma warning disable CA5350 // Twilio's own choice.
        var mac = HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
        return new(new(url), name => name == "X-Twilio-Signature" ? Convert.ToBase64String(mac) : null, Encode(form));
    }

    public static byte[] Encode(IEnumerable<KeyValuePair<string, string>> form) => Encoding.ASCII.GetBytes(
        string.Join('&', form.Select(f => $"{WebUtility.UrlEncode(f.Key)}={WebUtility.UrlEncode(f.Value)}")));

    private protected override bool IsOffer(HttpRequest request) => HttpMethods.IsPost(request.Method);

    private protected override TwinVerdict Judge(HttpRequest request, string body)
    {
        if (Door(request) is { } shut) { return TwinVerdict.No(shut); }

        if (request.ContentType != "application/x-www-form-urlencoded") { return TwinVerdict.No(Results.StatusCode(415)); }

        var form = Read(body);
        var to = form.GetValueOrDefault("To") ?? "";
        return Objection(form, to) is { } no ? TwinVerdict.No(no)
            : new TwinMessage($"SM{Interlocked.Increment(ref count):x32}", to, body)
            {
                Fields = form,
                At = clock.GetUtcNow(),
            };
    }

    private protected override IResult Yes(TwinMessage message) => Results.Json(Shown(message), statusCode: 201);

    private protected override IResult Answer(HttpRequest request, string body)
    {
        if (Door(request) is { } shut) { return shut; }

        if (One().Match(request.Path) is { Success: true } one)
        {
            return Messages.FirstOrDefault(m => m.Id == one.Groups[1].Value) is { } found
                ? Results.Json(Shown(found)) : Error(404, 20404, "The requested resource was not found");
        }

        var to = request.Query["To"].ToString();
        var size = int.Parse(request.Query["PageSize"].ToString(), CultureInfo.InvariantCulture);
        return Results.Json(new
        {
            messages = Messages.Reverse().Where(m => m.To == to).Take(size).Select(Shown).ToList(),
            page_size = size,
        });
    }

    private IResult? Objection(Dictionary<string, string> form, string to) => form switch
    {
        _ when to.Length == 0 => Error(400, 21604, "A 'To' phone number is required."),
        _ when !Number().IsMatch(to) => Error(400, 21211, $"The 'To' number {to} is not a valid phone number."),
        _ when OptedOut.Contains(to) => Error(400, 21610, $"Attempt to send to unsubscribed recipient {to}"),
        _ when form.ContainsKey("From") == form.ContainsKey("MessagingServiceSid") =>
            Error(400, 21603, "A 'From' phone number is required."),
        _ when !form.TryGetValue("Body", out var text) || text.Length == 0 => Error(400, 21602, "Message body is required."),
        _ when form["Body"].Length > 1600 => Error(400, 21617, "The concatenated message body exceeds the 1600 character limit."),
        _ when form.TryGetValue("StatusCallback", out var url)
            && !(Uri.TryCreate(url, UriKind.Absolute, out var callback) && callback.Fragment.Length == 0) =>
            Error(400, 21609, "The 'StatusCallback' URL is not a valid URL."),
        _ when form.TryGetValue("ValidityPeriod", out var valid)
            && !(int.TryParse(valid, out var seconds) && seconds is >= 1 and <= 36_000) =>
            Error(400, 21621, "The 'ValidityPeriod' is not valid."),
        _ => null,
    };

    private static IResult? Door(HttpRequest request) =>
        request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{AccountSid}:{AuthToken}"))
            && request.Path.StartsWithSegments($"/2010-04-01/Accounts/{AccountSid}")
            ? null : Error(401, 20003, "Authenticate");

    private static IResult Error(int status, int code, string message) => Results.Json(
        new { code, message, more_info = $"https://www.twilio.com/docs/errors/{code}", status }, statusCode: status);

    private object Shown(TwinMessage message)
    {
        var (status, error) = Fates.GetValueOrDefault(message.Id, ("accepted", null));
        return new
        {
            sid = message.Id, account_sid = AccountSid, to = message.To, from = (string?)null,
            body = message.Fields["Body"], status, error_code = error, error_message = (string?)null,
            direction = "outbound-api", num_segments = "0", date_sent = (string?)null,
        };
    }

    private static Dictionary<string, string> Read(string body) => body.Split('&').Select(p => p.Split('='))
        .ToDictionary(p => WebUtility.UrlDecode(p[0]), p => WebUtility.UrlDecode(p[1]));

    [GeneratedRegex(@"/Messages/(\w+)\.json\z")]
    private static partial Regex One();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z")]
    private static partial Regex Number();
}
