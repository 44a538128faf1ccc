using System.Text.Json.Nodes;
using StoreConnector.Core.Values;

namespace StoreConnector.Channels.Email;

/// <summary>
/// E-mails by Azure Communication Services (API 2023-03-31). The operation's id is ours, derived from the message's:
/// after a lost answer Azure is asked whether it knows the operation, at once and again later. The message itself is
/// not handed over again, for the API's own description does not promise that a second one is not sent. Source:
/// learn.microsoft.com/rest/api/communication/email.
/// </summary>
internal sealed class AcsEmail(VendorHttp http, VendorSettings settings, TimeProvider clock) : IVendor
{
    private const string Version = "api-version=2023-03-31";

    public string Name => AzureCommunication.Name;

    public Channel Channel => Channel.Email;

    public IReadOnlyList<CredentialField> Credentials { get; } = AzureCommunication.Credentials(settings);

    public string? Objection(VendorAccount account) =>
        !EmailAddress.TryParse(account.From, out _) ? "The sender must be an e-mail address."
        : account.ReplyTo is { } reply && !EmailAddress.TryParse(reply, out _)
            ? "The address for answers must be an e-mail address." : null;

    public async ValueTask<SendResult> SendAsync(
        VendorAccount account, OutgoingMessage message, CancellationToken cancel)
    {
        if (message.Content is not MessageContent.Email email)
        {
            throw new ArgumentException("This is for e-mails.", nameof(message));
        }

        var id = AzureCommunication.OperationId(message.SendId).ToString();
        var (body, first) = (Body(account, message, email), AzureCommunication.Date(clock.GetUtcNow()));
        var answer = await http.SendAsync(new("Azure", () =>
        {
            var request = Request(account, HttpMethod.Post, "/emails:send", body);
            request.Headers.Add("Operation-Id", id);
            request.Headers.Add("Repeatability-Request-Id", id);
            request.Headers.Add("Repeatability-First-Sent", first);
            return request;
        }), cancel);
        return answer switch
        {
            VendorAnswer.Said { IsYes: true } => new SendResult.Accepted(id),
            VendorAnswer.Said { Status: 409 or 412 } => await AfterSilenceAsync(
                account, id, "Azure says that the same message came before.", cancel),
            VendorAnswer.Said no => AzureCommunication.Refused(no),
            VendorAnswer.NotTaken none => new SendResult.Refused(none.Why, RefusalKind.Busy),
            VendorAnswer.Silent silent => await AfterSilenceAsync(account, id, silent.Why, cancel),
            _ => throw new System.Diagnostics.UnreachableException(answer.ToString()),
        };
    }

    public ValueTask<FoundMessage?> FindAsync(VendorAccount account, SentMessage sent, CancellationToken cancel) =>
        OperationAsync(account, AzureCommunication.OperationId(sent.SendId).ToString(), cancel);

    private async ValueTask<SendResult> AfterSilenceAsync(
        VendorAccount account, string id, string why, CancellationToken cancel) =>
        await OperationAsync(account, id, cancel) is { } found
            ? new SendResult.Accepted(found.VendorId) : new SendResult.Unknown(why);

    private async ValueTask<FoundMessage?> OperationAsync(VendorAccount account, string id, CancellationToken cancel)
    {
        var call = new VendorCall("Azure", () => Request(account, HttpMethod.Get, $"/emails/operations/{id}", null))
        {
            IsRepeatable = true,
        };
        if (await http.SendAsync(call, cancel) is not VendorAnswer.Said { IsYes: true } said) { return null; }

        var answer = VendorJson.Read(said.Body);
        var code = answer.At("error").At("code").Text();
        DeliveryStatus? status = answer.At("status").Text() switch
        {
            "NotStarted" or "Running" => DeliveryStatus.Accepted,
            "Succeeded" => DeliveryStatus.OnItsWay, // It left Azure; who it reached is told by Event Grid alone.
            "Failed" when code == "EmailDroppedAllRecipientsSuppressed" => DeliveryStatus.BadAddress,
            "Failed" or "Canceled" => DeliveryStatus.Failed,
            _ => null,
        };
        return status is { } known ? new(id, known, AzureCommunication.IsWord(code) ? code : null) : null;
    }

    private static string Body(VendorAccount account, OutgoingMessage message, MessageContent.Email email)
    {
        var mail = new JsonObject
        {
            ["senderAddress"] = account.From ?? "",
            ["content"] = new JsonObject
            {
                ["subject"] = MailHeaders.OneLine(email.Subject),
                ["plainText"] = email.Text,
                ["html"] = email.Html,
            },
            ["recipients"] = new JsonObject { ["to"] = Addresses(message.To) },
            ["headers"] = new JsonObject(
                MailHeaders.Of(message, email).Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value))),
            ["userEngagementTrackingDisabled"] = true,
        };
        if (account.ReplyTo is { } reply) { mail["replyTo"] = Addresses(reply); }

        return mail.ToJsonString();
    }

    private static JsonArray Addresses(string address) => new(new JsonObject { ["address"] = address });

    private HttpRequestMessage Request(VendorAccount account, HttpMethod method, string path, string? json)
    {
        var endpoint = AzureCommunication.Endpoint(account["endpoint"], settings)
            ?? throw new InvalidOperationException("An account's endpoint was not checked when it was saved.");
        return AzureCommunication.Signed(
            method, new(endpoint, $"{path}?{Version}"), json, account["accessKey"], clock.GetUtcNow());
    }
}
