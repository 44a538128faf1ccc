using System.Net;
using StoreConnector.Core.Values;

namespace StoreConnector.Channels.Sms;

/// <summary>
/// Reads what Twilio tells: how a text fares, and what people write back. Source: twilio.com/docs/messaging/guides,
/// "outbound message status in status callbacks" and "webhook request". It says no instant, so the time of arrival
/// stands for it.
/// </summary>
internal sealed class TwilioCallbacks : ICallbackReader
{
    /// <summary>The longest text that somebody can write to us, in characters.</summary>
    private const int MaxBody = 1600;

    /// <summary>The token in use, and the one before while it is being changed.</summary>
    private static readonly string[] TokenNames = ["authToken", "previousAuthToken"];

    public string Vendor => "twilio";

    public CallbackRead Read(CallbackRequest request, VendorAccount account, DateTimeOffset now)
    {
        var url = request.Url.OriginalString; // To the letter: Uri would write a host in lower case.
        var fields = TwilioSignature.Form(request.Body.Span);
        var tokens = TokenNames.Select(account.Credentials.GetValueOrDefault);
        if (!TwilioSignature.IsSigned(tokens, url, fields, request.Body.Span, request.Header("X-Twilio-Signature")))
        {
            return new CallbackRead.Refused();
        }

        var form = new Fields(fields);
        if (form["MessageSid"] is not { Length: > 0 and <= 40 } sid)
        {
            return new CallbackRead.Unreadable("Twilio told of a message without its id.");
        }

        var status = form["MessageStatus"] ?? form["SmsStatus"];
        if (status is "received" or "receiving" || (status is null && form["Body"] is not null))
        {
            return Inbound(form, sid, now);
        }

        return status is null ? new CallbackRead.Unreadable("Twilio told of a message without its status.")
            : new CallbackRead.Said(Report(form, sid, status, SendIdOf(url), now));
    }

    private static IReadOnlyList<VendorReport> Report(
        Fields form, string sid, string status, string? sendId, DateTimeOffset now)
    {
        var code = Twilio.IsCode(form["ErrorCode"]) ? form["ErrorCode"] : null;
        if (Twilio.StatusOf(status, code) is not { } came) { return []; } // A status of a later year says nothing yet.

        return
        [
            new(code is null ? $"{sid}:{status}" : $"{sid}:{status}:{code}", now)
            {
                SendId = sendId,
                VendorId = sid,
                To = PhoneNumber.TryParse(form["To"], out var to) ? Contact.Of(to) : null,
                Status = came,
                Code = code,
                IsOptOut = Twilio.ErrorOf(code)?.Refusal == RefusalKind.OptedOut ? true : null,
            },
        ];
    }

    /// <summary>
    /// A text to the store. Where Twilio's Advanced Opt-Out understood it, by whatever word the merchant set there, it
    /// is a report, too: our own list of words need not know that one.
    /// </summary>
    private static CallbackRead.Said Inbound(Fields form, string sid, DateTimeOffset now)
    {
        // From a short code or a name: a machine, and nobody whom a message could go to.
        if (!PhoneNumber.TryParse(form["From"], out var from)) { return new([]); }

        var body = form["Body"] ?? "";
        var kind = form["OptOutType"];
        bool? isOptOut = kind switch { "STOP" => true, "START" => false, _ => null };
        IReadOnlyList<VendorReport> reports = isOptOut is null ? []
            : [new($"{sid}:{kind}", now) { To = Contact.Of(from), IsOptOut = isOptOut }];
        return new(reports, new(sid, from, body.Length > MaxBody ? body[..MaxBody] : body,
            !string.IsNullOrEmpty(kind)));
    }

    /// <summary>Our id, which we wrote into the address; it is signed with it.</summary>
    private static string? SendIdOf(string url)
    {
        var at = url.IndexOf('?', StringComparison.Ordinal);
        var pair = at < 0 ? null
            : url[(at + 1)..].Split('&').FirstOrDefault(p => p.StartsWith("m=", StringComparison.Ordinal));
        return pair is { Length: > 2 and <= 122 } ? WebUtility.UrlDecode(pair[2..]) : null;
    }

    /// <summary>A form's fields by name; the first of a repeated one.</summary>
    private sealed class Fields(IEnumerable<KeyValuePair<string, string>> all)
    {
        private readonly Dictionary<string, string> byName =
            all.GroupBy(f => f.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Value);

        public string? this[string name] => byName.GetValueOrDefault(name);
    }
}
