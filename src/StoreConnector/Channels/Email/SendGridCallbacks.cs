using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StoreConnector.Core.Values;

namespace StoreConnector.Channels.Email;

/// <summary>
/// Reads SendGrid's event webhook: a list of events of the whole account, many of them told several times, in any
/// order. Source: twilio.com/docs/sendgrid/for-developers/tracking-events/event. Opens and clicks are not read.
/// </summary>
internal sealed partial class SendGridCallbacks : ICallbackReader
{
    /// <summary>The longest id of an event, in characters. Source: as above.</summary>
    private const int MaxId = 100;

    public string Vendor => "sendgrid";

    public CallbackRead Read(CallbackRequest request, VendorAccount account, DateTimeOffset now)
    {
        if (!SendGridSignature.IsSigned(
            account.Credentials.GetValueOrDefault("webhookKey"),
            request.Header("X-Twilio-Email-Event-Webhook-Timestamp"), request.Body.Span,
            request.Header("X-Twilio-Email-Event-Webhook-Signature"), now))
        {
            return new CallbackRead.Refused();
        }

        var events = VendorJson.Read(request.Body);
        return events.ValueKind != JsonValueKind.Array
            ? new CallbackRead.Unreadable("SendGrid told of events, and not as a list.")
            : new CallbackRead.Said(
                [.. events.Items().Select(e => Report(e, account.StoreId, now)).OfType<VendorReport>()]);
    }

    /// <summary>Null for what says nothing to us: an open, another store's message, mail that is not ours.</summary>
    private static VendorReport? Report(JsonElement told, string storeId, DateTimeOffset now)
    {
        if (told.At(SendGrid.StoreArgument).Text() is { } store && store != storeId) { return null; }

        var kind = told.At("event").Text();
        var dropped = kind == "dropped" ? SendGrid.DropOf(told.At("reason").Text()) : null;
        var report = new VendorReport(IdOf(told), TimeOf(told, now))
        {
            SendId = told.At(SendGrid.SendIdArgument).Text() is { Length: <= 120 } id ? id : null,
            VendorId = told.At("sg_message_id").Text() is { Length: <= 200 } vendorId
                ? SendGrid.MessageIdOf(vendorId) : null,
            To = EmailAddress.TryParse(told.At("email").Text(), out var to) ? Contact.Of(to) : null,
            Status = StatusOf(kind, told.At("type").Text(), dropped),
            Code = CodeOf(kind, told, dropped),
            IsComplaint = kind == "spamreport" || dropped?.Code == "Spam Reporting Address",
            IsOptOut = kind switch
            {
                "unsubscribe" or "group_unsubscribe" => true,
                "group_resubscribe" => false,
                _ => dropped?.Refusal == RefusalKind.OptedOut ? true : null,
            },
        };
        var isOfAddress = report.IsComplaint || report.IsOptOut is not null
            || report.Status == DeliveryStatus.BadAddress;
        return isOfAddress || (report.Status is not null && report.SendId is not null) ? report : null;
    }

    private static DeliveryStatus? StatusOf(string? kind, string? type, VendorError? dropped) => kind switch
    {
        "processed" => DeliveryStatus.Accepted,
        "deferred" => DeliveryStatus.OnItsWay,
        "delivered" => DeliveryStatus.Delivered,
        "bounce" => type is "blocked" or "block" ? DeliveryStatus.Failed : DeliveryStatus.BadAddress,
        "blocked" => DeliveryStatus.Failed,
        "dropped" => dropped?.Ends ?? DeliveryStatus.Failed,
        _ => null,
    };

    /// <summary>A status by RFC 3463, or one of SendGrid's own classes; never the other side's words.</summary>
    private static string? CodeOf(string? kind, JsonElement told, VendorError? dropped) =>
        kind is not ("bounce" or "blocked" or "deferred" or "dropped") ? null
        : told.At("status").Text() is { } status && StatusForm().IsMatch(status) ? status
        : dropped?.Code
        ?? (told.At("bounce_classification").Text() is { } of && ClassForm().IsMatch(of) ? of : null);

    /// <summary>SendGrid's id of the event; of one that came without, a hash of what it says.</summary>
    private static string IdOf(JsonElement told) => told.At("sg_event_id").Text() is { Length: <= MaxId } id ? id
        : "sha-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told.GetRawText())));

    private static DateTimeOffset TimeOf(JsonElement told, DateTimeOffset now) =>
        long.TryParse(told.At("timestamp").Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and < 10_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : now;

    [GeneratedRegex(@"^[245]\.[0-9]{1,3}\.[0-9]{1,3}\z")]
    private static partial Regex StatusForm();

    [GeneratedRegex(@"^[A-Za-z/ ]{1,40}\z")]
    private static partial Regex ClassForm();
}
