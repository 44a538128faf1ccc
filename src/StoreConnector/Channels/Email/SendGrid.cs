using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StoreConnector.Core.Values;

namespace StoreConnector.Channels.Email;

/// <summary>
/// E-mails by SendGrid's Mail Send (API v3). It has no idempotency key: a lost answer is unknown, and looked up in the
/// account's logs by address, category and time. Source: twilio.com/docs/sendgrid/api-reference.
/// </summary>
internal sealed partial class SendGrid(VendorHttp http, VendorSettings settings, TimeProvider clock) : IVendor
{
    /// <summary>The custom argument that holds our id of the message; it comes back with each event.</summary>
    public const string SendIdArgument = "sc_mid";

    /// <summary>The custom argument that holds the store's id.</summary>
    public const string StoreArgument = "sc_store";

    /// <summary>How long after it was handed over a message can have been taken: a claim's lease and a bit.</summary>
    private static readonly TimeSpan FindWithin = TimeSpan.FromMinutes(15);

    private static readonly VendorErrors Errors = VendorErrors.Load("sendgrid");

    public string Name => "SendGrid";

    public Channel Channel => Channel.Email;

    public IReadOnlyList<CredentialField> Credentials { get; } =
    [
        new("apiKey", "the whole key, which begins with SG.", t => KeyForm().IsMatch(t)),
        new("webhookKey", "the verification key of the signed event webhook, in base64", IsPublicKey)
        {
            IsOptional = true,
        },
    ];

    public string? Objection(VendorAccount account) =>
        !EmailAddress.TryParse(account.From, out _) ? "The sender must be an e-mail address."
        : account.ReplyTo is { } reply && !EmailAddress.TryParse(reply, out _)
            ? "The address for answers must be an e-mail address." : null;

    public async ValueTask<SendResult> SendAsync(
        VendorAccount account, OutgoingMessage message, CancellationToken cancel)
    {
        if (message.Content is not MessageContent.Email email)
        {
            throw new ArgumentException("SendGrid carries e-mails.", nameof(message));
        }

        var body = Body(account, message, email);
        var answer = await http.SendAsync(new(Name, () => Post(account, "/v3/mail/send", body)), cancel);
        return answer switch
        {
            VendorAnswer.Said { IsYes: true } yes =>
                new SendResult.Accepted(yes.Header("X-Message-Id") ?? message.SendId),
            VendorAnswer.Said no => Refused(no),
            VendorAnswer.NotTaken none => new SendResult.Refused(none.Why, RefusalKind.Busy),
            VendorAnswer.Silent silent => new SendResult.Unknown(silent.Why),
            _ => throw new System.Diagnostics.UnreachableException(answer.ToString()),
        };
    }

    /// <summary>
    /// In the logs, which keep 30 days and do not know our arguments: what went to the address, of the message's
    /// category, when it was sent. Two that fit prove nothing.
    /// </summary>
    public async ValueTask<FoundMessage?> FindAsync(
        VendorAccount account, SentMessage sent, CancellationToken cancel)
    {
        if (!EmailAddress.TryParse(sent.To, out var to)) { return null; }

        var body = JsonSerializer.Serialize(new { query = Query(sent, to), limit = 20 });
        var answer = await http.SendAsync(
            new(Name, () => Post(account, "/v3/logs", body)) { IsRepeatable = true }, cancel);
        if (answer is not VendorAnswer.Said { IsYes: true } said) { return null; }

        var found = VendorJson.Read(said.Body).At("messages").Items()
            .Select(Found).OfType<FoundMessage>()
            .Where(m => sent.VendorId is null || m.VendorId == sent.VendorId).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    /// <summary>
    /// The category by which a message is found again: no personal data, for SendGrid keeps them for good.
    /// </summary>
    public static string CategoryOf(string storeId, string automation, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{storeId}-{automation}-{at.UtcDateTime:yyyy-MM-dd}");

    /// <summary>The id that SendGrid answered with, from the longer one of its events and logs.</summary>
    public static string MessageIdOf(string id)
    {
        var end = id.IndexOf('.', StringComparison.Ordinal);
        return end < 0 ? id : id[..end];
    }

    /// <summary>Why SendGrid did not try to send a message that it had taken; null when nobody has said.</summary>
    public static VendorError? DropOf(string? reason) => Errors.Of(reason);

    private string Body(VendorAccount account, OutgoingMessage message, MessageContent.Email email)
    {
        var headers = MailHeaders.Of(message, email).Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value));
        var mail = new JsonObject
        {
            ["personalizations"] = new JsonArray(new JsonObject
            {
                ["to"] = new JsonArray(new JsonObject { ["email"] = message.To }),
                ["headers"] = new JsonObject(headers),
                ["custom_args"] = new JsonObject
                {
                    [SendIdArgument] = message.SendId,
                    [StoreArgument] = message.StoreId,
                },
            }),
            ["from"] = Address(account.From ?? "", account.FromName),
            ["subject"] = MailHeaders.OneLine(email.Subject),
            ["content"] = new JsonArray(Part("text/plain", email.Text), Part("text/html", email.Html)),
            ["categories"] = new JsonArray(message.Automation,
                CategoryOf(message.StoreId, message.Automation, clock.GetUtcNow())),
            ["tracking_settings"] = new JsonObject
            {
                ["click_tracking"] = new JsonObject { ["enable"] = false, ["enable_text"] = false },
                ["open_tracking"] = new JsonObject { ["enable"] = false },
                ["subscription_tracking"] = new JsonObject { ["enable"] = false },
            },
        };
        if (account.ReplyTo is { } reply) { mail["reply_to"] = Address(reply, null); }

        return mail.ToJsonString();
    }

    private static JsonObject Address(string email, string? name) => name is null
        ? new() { ["email"] = email } : new() { ["email"] = email, ["name"] = MailHeaders.OneLine(name) };

    private static JsonObject Part(string type, string value) => new() { ["type"] = type, ["value"] = value };

    private static SendResult.Refused Refused(VendorAnswer.Said no)
    {
        var error = VendorJson.Read(no.Body).At("errors").Items().FirstOrDefault();
        var field = error.At("field").Text() is { } name && name != "null" ? name : null;
        var known = Errors.Of(no.Status, field, error.At("message").Text());
        var code = field is not null && FieldForm().IsMatch(field) ? $"{no.Status} {field}" : $"{no.Status}";
        return new(
            $"SendGrid refused it: {known?.Means ?? "it gave no reason that we know"} ({code}).",
            known?.Refusal ?? VendorErrors.KindOf(no.Status));
    }

    /// <summary>An address of ours holds neither quotes nor backslashes, so nothing in it ends the text.</summary>
    private static string Query(SentMessage sent, EmailAddress to)
    {
        var until = sent.At + FindWithin;
        var days = new[] { sent.At, until }.Select(at => CategoryOf(sent.StoreId, sent.Automation, at)).Distinct();
        return string.Create(CultureInfo.InvariantCulture,
            $"to_email = \"{to.Value}\" AND categories IN ({string.Join(", ", days.Select(d => $"'{d}'"))})"
            + $" AND sg_message_id_created_at >= TIMESTAMP \"{Instant(sent.At.AddMinutes(-1))}\""
            + $" AND sg_message_id_created_at <= TIMESTAMP \"{Instant(until)}\"");
    }

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static FoundMessage? Found(JsonElement message)
    {
        var dropped = DropOf(message.At("reason").Text());
        DeliveryStatus? status = message.At("status").Text() switch
        {
            "processed" => DeliveryStatus.Accepted,
            "deferred" => DeliveryStatus.OnItsWay,
            "delivered" => DeliveryStatus.Delivered,
            "bounced" => DeliveryStatus.BadAddress,
            "blocked" => DeliveryStatus.Failed,
            "dropped" => dropped?.Ends ?? DeliveryStatus.Failed,
            _ => null,
        };
        return status is { } known && message.At("sg_message_id").Text() is { } id
            ? new(MessageIdOf(id), known, dropped?.Code) : null;
    }

    private HttpRequestMessage Post(VendorAccount account, string path, string json) =>
        new(HttpMethod.Post, new Uri(settings.SendGrid, path))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", account["apiKey"]) },
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };

    private static bool IsPublicKey(string text)
    {
        using var key = SendGridSignature.Key(text);
        return key is not null;
    }

    [GeneratedRegex(@"^SG\.[A-Za-z0-9_.-]{16,200}\z")]
    private static partial Regex KeyForm();

    [GeneratedRegex(@"^[a-z0-9_.]{1,50}\z")]
    private static partial Regex FieldForm();
}
