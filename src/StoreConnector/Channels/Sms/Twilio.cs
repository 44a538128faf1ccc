using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StoreConnector.Core.Values;

namespace StoreConnector.Channels.Sms;

/// <summary>
/// Texts by Twilio's Messages resource (API 2010-04-01). It has no idempotency key: a lost answer is unknown, and
/// looked up by the message's token. Source: twilio.com/docs/messaging/api/message-resource.
/// </summary>
internal sealed partial class Twilio(VendorHttp http, VendorSettings settings) : IVendor
{
    /// <summary>The longest that a text may wait there, in seconds.</summary>
    public const int MaxValidity = 36_000;

    /// <summary>How many of a number's texts are looked through, newest first.</summary>
    private const int PageSize = 50;

    /// <summary>A page of texts with their links and prices, each of at most 1,600 characters.</summary>
    private const int MaxPage = 1024 * 1024;

    private static readonly VendorErrors Errors = VendorErrors.Load("twilio");

    public string Name => "Twilio";

    public Channel Channel => Channel.Sms;

    public IReadOnlyList<CredentialField> Credentials { get; } =
    [
        new("accountSid", "34 characters that begin with AC", t => AccountForm().IsMatch(t)),
        new("authToken", "32 letters and digits", t => SecretForm().IsMatch(t)),
        new("apiKey", "34 characters that begin with SK", t => KeyForm().IsMatch(t)) { IsOptional = true },
        new("apiSecret", "32 letters and digits", t => SecretForm().IsMatch(t)) { IsOptional = true },
        new("previousAuthToken", "32 letters and digits: the one before, while it is being changed",
            t => SecretForm().IsMatch(t)) { IsOptional = true },
    ];

    public string? Objection(VendorAccount account) =>
        account.Credentials.ContainsKey("apiKey") != account.Credentials.ContainsKey("apiSecret")
            ? "An API key and its secret belong together: set both or neither."
            : account switch
            {
                { MessagingServiceSid: { } service } => ServiceForm().IsMatch(service) ? null
                    : "A Messaging Service is 34 characters that begin with MG.",
                { From: { } from } => IsSender(from) ? null
                    : "A sender is a number in E.164 form, a short code, or a name of at most 11 letters and digits.",
                _ => "Set a Messaging Service or a sender.",
            };

    public async ValueTask<SendResult> SendAsync(
        VendorAccount account, OutgoingMessage message, CancellationToken cancel)
    {
        if (message.Content is not MessageContent.Sms text)
        {
            throw new ArgumentException("Twilio carries texts.", nameof(message));
        }

        var form = Form(account, message, text).ToList();
        var answer = await http.SendAsync(new(Name, () => new(HttpMethod.Post, MessagesOf(account))
        {
            Headers = { Authorization = Authorization(account) },
            Content = new FormUrlEncodedContent(form),
        }), cancel);
        return answer switch
        {
            VendorAnswer.Said { IsYes: true } yes => Accepted(yes),
            VendorAnswer.Said no => Refused(no),
            VendorAnswer.NotTaken none => new SendResult.Refused(none.Why, RefusalKind.Busy),
            VendorAnswer.Silent silent => new SendResult.Unknown(silent.Why),
            _ => throw new System.Diagnostics.UnreachableException(answer.ToString()),
        };
    }

    /// <summary>
    /// By its id, else among the newest texts to the number by the token. Not by the day it was sent: a text that
    /// waits in the queue has none. For a minute after sending, not finding it says nothing.
    /// </summary>
    public async ValueTask<FoundMessage?> FindAsync(
        VendorAccount account, SentMessage sent, CancellationToken cancel)
    {
        if (sent.VendorId is { } id) { return SidForm().IsMatch(id) ? await OneAsync(account, id, cancel) : null; }

        if (sent is not { To: { } to, Token: { } token } || !PhoneNumber.TryParse(to, out var number)) { return null; }

        var page = await AskAsync(account,
            new($"{MessagesOf(account)}?To={Uri.EscapeDataString(number.E164)}&PageSize={PageSize}"), cancel);
        return page.At("messages").Items()
            .Where(m => m.At("body").Text() is { } body && Holds(body, token))
            .Select(Found).FirstOrDefault(m => m is not null);
    }

    /// <summary>How far a text of that status has come; null for one that was not ours to send.</summary>
    public static DeliveryStatus? StatusOf(string? status, string? code) => status switch
    {
        "accepted" or "scheduled" or "queued" or "sending" => DeliveryStatus.Accepted,
        "sent" or "partially_delivered" => DeliveryStatus.OnItsWay,
        "delivered" or "read" => DeliveryStatus.Delivered,
        "canceled" => DeliveryStatus.Failed,
        "undelivered" or "failed" => ErrorOf(code)?.Ends ?? DeliveryStatus.Failed,
        _ => null,
    };

    /// <summary>What an error code means; null when nobody has said.</summary>
    public static VendorError? ErrorOf(string? code) => Errors.Of(code);

    /// <summary>Whether a text is an error code: then it is kept, and else it is not.</summary>
    public static bool IsCode(string? text) => text is { Length: >= 3 and <= 10 } && text.All(char.IsAsciiDigit);

    private static IEnumerable<KeyValuePair<string, string>> Form(
        VendorAccount account, OutgoingMessage message, MessageContent.Sms text)
    {
        yield return new("To", message.To);
        yield return account.MessagingServiceSid is { } service
            ? new("MessagingServiceSid", service) : new("From", text.From ?? account.From ?? "");
        yield return new("Body", text.Text);
        if (account.Callback is { } callback)
        {
            yield return new("StatusCallback", $"{callback.AbsoluteUri}?m={Uri.EscapeDataString(message.SendId)}");
        }

        if (message.ValidFor is { } valid)
        {
            var seconds = (int)Math.Clamp(valid.TotalSeconds, 1, MaxValidity);
            yield return new("ValidityPeriod", seconds.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static SendResult Accepted(VendorAnswer.Said yes) =>
        VendorJson.Read(yes.Body).At("sid").Text() is { } sid && SidForm().IsMatch(sid)
            ? new SendResult.Accepted(sid)
            : new SendResult.Unknown($"Twilio answered {yes.Status} without the message's id.");

    private static SendResult.Refused Refused(VendorAnswer.Said no)
    {
        var code = VendorJson.Read(no.Body).At("code").Text();
        var known = Errors.Of(code);
        return new(
            $"Twilio refused it: {known?.Means ?? "it gave no reason that we know"} "
            + $"({(IsCode(code) ? code : $"HTTP {no.Status}")}).",
            known?.Refusal ?? VendorErrors.KindOf(no.Status));
    }

    private async ValueTask<FoundMessage?> OneAsync(VendorAccount account, string sid, CancellationToken cancel) =>
        Found(await AskAsync(account,
            Url($"/2010-04-01/Accounts/{account["accountSid"]}/Messages/{sid}.json"), cancel));

    private async ValueTask<JsonElement> AskAsync(VendorAccount account, Uri url, CancellationToken cancel)
    {
        var call = new VendorCall(Name, () => new(HttpMethod.Get, url)
        {
            Headers = { Authorization = Authorization(account) },
        })
        { IsRepeatable = true, MaxAnswer = MaxPage };
        return await http.SendAsync(call, cancel) is VendorAnswer.Said { IsYes: true } said
            ? VendorJson.Read(said.Body) : default;
    }

    private static FoundMessage? Found(JsonElement message)
    {
        var code = message.At("error_code").Text();
        return message.At("sid").Text() is { } sid && SidForm().IsMatch(sid)
            && message.At("direction").Text() != "inbound"
            && StatusOf(message.At("status").Text(), code) is { } status
                ? new(sid, status, IsCode(code) ? code : null) : null;
    }

    /// <summary>Whether the token stands in it by itself, and not as a part of a longer one.</summary>
    private static bool Holds(string body, string token)
    {
        for (var at = body.IndexOf(token, StringComparison.Ordinal); at >= 0;
            at = body.IndexOf(token, at + 1, StringComparison.Ordinal))
        {
            var end = at + token.Length;
            if ((at == 0 || !IsWord(body[at - 1])) && (end == body.Length || !IsWord(body[end]))) { return true; }
        }

        return false;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private static bool IsSender(string from) =>
        PhoneNumber.TryParse(from, out _) || ShortCodeForm().IsMatch(from)
        || (NameForm().IsMatch(from) && from.Any(char.IsAsciiLetter));

    private static AuthenticationHeaderValue Authorization(VendorAccount account)
    {
        var (user, secret) = account.Credentials.TryGetValue("apiKey", out var key)
            ? (key, account["apiSecret"]) : (account["accountSid"], account["authToken"]);
        return new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")));
    }

    private Uri MessagesOf(VendorAccount account) =>
        Url($"/2010-04-01/Accounts/{account["accountSid"]}/Messages.json");

    private Uri Url(string path) => new(settings.Twilio, path);

    [GeneratedRegex(@"^AC[0-9a-fA-F]{32}\z")]
    private static partial Regex AccountForm();

    [GeneratedRegex(@"^SK[0-9a-fA-F]{32}\z")]
    private static partial Regex KeyForm();

    [GeneratedRegex(@"^[0-9a-zA-Z]{32}\z")]
    private static partial Regex SecretForm();

    [GeneratedRegex(@"^MG[0-9a-fA-F]{32}\z")]
    private static partial Regex ServiceForm();

    [GeneratedRegex(@"^(SM|MM)[0-9a-fA-F]{32}\z")]
    private static partial Regex SidForm();

    [GeneratedRegex(@"^[0-9]{3,8}\z")]
    private static partial Regex ShortCodeForm();

    [GeneratedRegex(@"^[A-Za-z0-9 +_&-]{1,11}\z")]
    private static partial Regex NameForm();
}
