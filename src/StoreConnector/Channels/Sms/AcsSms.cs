using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Values;

namespace StoreConnector.Channels.Sms;

/// <summary>
/// Texts by Azure Communication Services (API 2021-03-07). A text carries its own repeatability id, derived from the
/// message's, by which Azure promises to send it once: so silence is asked again, within the five minutes for which
/// Azure remembers. It cannot be asked later. Source: Azure's specification of the API, and
/// learn.microsoft.com/rest/api/communication/repeatable-requests.
/// </summary>
internal sealed class AcsSms(VendorHttp http, VendorSettings settings, TimeProvider clock) : IVendor
{
    /// <summary>The longest validity that is asked for, in seconds: a day.</summary>
    private const int MaxValidity = 86_400;

    public string Name => AzureCommunication.Name;

    public Channel Channel => Channel.Sms;

    public IReadOnlyList<CredentialField> Credentials { get; } = AzureCommunication.Credentials(settings);

    public string? Objection(VendorAccount account) =>
        account.MessagingServiceSid is not null ? "A Messaging Service is Twilio's; set a sender."
        : string.IsNullOrWhiteSpace(account.From) ? "Set a sender: a number of the resource, or a name." : null;

    public async ValueTask<SendResult> SendAsync(
        VendorAccount account, OutgoingMessage message, CancellationToken cancel)
    {
        if (message.Content is not MessageContent.Sms text)
        {
            throw new ArgumentException("This is for texts.", nameof(message));
        }

        var endpoint = AzureCommunication.Endpoint(account["endpoint"], settings)
            ?? throw new InvalidOperationException("An account's endpoint was not checked when it was saved.");
        var (url, body) = (new Uri(endpoint, "/sms?api-version=2021-03-07"), Body(account, message, text));
        var call = new VendorCall("Azure", () => AzureCommunication.Signed(
            HttpMethod.Post, url, body, account["accessKey"], clock.GetUtcNow()))
        { IsRepeatable = true };
        return await http.SendAsync(call, cancel) switch
        {
            VendorAnswer.Said { IsYes: true } yes => Read(yes),
            VendorAnswer.Said no => AzureCommunication.Refused(no),
            VendorAnswer.NotTaken none => new SendResult.Refused(none.Why, RefusalKind.Busy),
            VendorAnswer.Silent silent => new SendResult.Unknown(silent.Why),
            var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
        };
    }

    /// <summary>The API has no look-up: reports come by Event Grid alone.</summary>
    public ValueTask<FoundMessage?> FindAsync(VendorAccount account, SentMessage sent, CancellationToken cancel) =>
        new((FoundMessage?)null);

    private string Body(VendorAccount account, OutgoingMessage message, MessageContent.Sms text)
    {
        var options = new JsonObject { ["enableDeliveryReport"] = true, ["tag"] = message.SendId };
        if (message.ValidFor is { } valid)
        {
            options["validityPeriodSeconds"] = (int)Math.Clamp(valid.TotalSeconds, 1, MaxValidity);
        }

        return new JsonObject
        {
            ["from"] = text.From ?? account.From ?? "",
            ["smsRecipients"] = new JsonArray(new JsonObject
            {
                ["to"] = message.To,
                ["repeatabilityRequestId"] = AzureCommunication.OperationId(message.SendId).ToString(),
                ["repeatabilityFirstSent"] = AzureCommunication.Date(clock.GetUtcNow()),
            }),
            ["message"] = text.Text,
            ["smsSendOptions"] = options,
        }.ToJsonString();
    }

    /// <summary>A yes to the request is not yet one to the text: each of its items has its own status.</summary>
    private static SendResult Read(VendorAnswer.Said yes)
    {
        if (VendorJson.Read(yes.Body).At("value").Items().ToList() is not [var item])
        {
            return new SendResult.Unknown($"Azure answered {yes.Status} without saying what became of the text.");
        }

        var status = item.At("httpStatusCode") is { ValueKind: JsonValueKind.Number } number
            && number.TryGetInt32(out var code) ? code : 0;
        if (item.At("successful").ValueKind == JsonValueKind.True && item.At("messageId").Text() is { } id)
        {
            return new SendResult.Accepted(id);
        }

        return status is < 400 or >= 500 or 408 or 409 or 412
            ? new SendResult.Unknown($"Azure answered {status} for the text, which says neither yes nor no.")
            : new SendResult.Refused($"Azure refused it: {Means(status)} (HTTP {status}).",
                status == 400 ? RefusalKind.Address : VendorErrors.KindOf(status));
    }

    private static string Means(int status) => status switch
    {
        400 => "the number is not a valid one",
        401 or 403 => "the account may not send from this sender",
        404 => "it does not know the sender",
        429 => "too many texts at once",
        _ => "it gave no reason that we know",
    };
}
