using StoreConnector.Core.Values;

namespace StoreConnector.Channels;

/// <summary>A message that is ready to leave.</summary>
/// <param name="StoreId">Whose it is.</param>
/// <param name="SendId">
/// Derived from store, automation, occasion, step and channel: the same message has the same id for ever.
/// </param>
/// <param name="Channel">How it leaves.</param>
/// <param name="To">An e-mail address or an E.164 number.</param>
/// <param name="Content">What it says.</param>
/// <param name="Automation">What it belongs to, for the record.</param>
/// <param name="Occasion">What it is about, for the record.</param>
/// <param name="Step">Which step, from 1.</param>
internal sealed record OutgoingMessage(
    string StoreId, string SendId, Channel Channel, string To, MessageContent Content, string Automation,
        string Occasion, int Step)
{
    /// <summary>
    /// What stands in its words and in no other message's: a short link's code, by which a vendor's list is searched.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>
    /// How long it may wait at the vendor: until the night begins where the person is. Null where nothing says.
    /// </summary>
    public TimeSpan? ValidFor { get; init; }
}

/// <summary>The words of a message.</summary>
internal abstract record MessageContent
{
    /// <summary>An e-mail: multipart/alternative, text first, both UTF-8.</summary>
    /// <param name="Subject">No control characters.</param>
    /// <param name="Text">The plain part.</param>
    /// <param name="Html">The HTML part.</param>
    /// <param name="Headers">List-Unsubscribe and the like, name and value.</param>
    public sealed record Email(
        string Subject, string Text, string Html, IReadOnlyList<KeyValuePair<string, string>> Headers) : MessageContent;

    /// <summary>A text message.</summary>
    /// <param name="From">A number in E.164 form or a sender name; null where the vendor's service chooses.</param>
    /// <param name="Text">The words.</param>
    /// <param name="Segments">What it costs: 160 septets, or 70 characters beyond GSM-7, for the first.</param>
    public sealed record Sms(string? From, string Text, int Segments) : MessageContent;
}

/// <summary>What a vendor answered.</summary>
internal abstract record SendResult
{
    /// <summary>The vendor took it.</summary>
    public sealed record Accepted(string VendorId) : SendResult;

    /// <summary>The vendor said no, or was never reached: it has not left, for sure.</summary>
    /// <param name="Reason">A plain sentence without personal data, with the vendor's own code.</param>
    /// <param name="Kind">What it says beyond this message.</param>
    public sealed record Refused(string Reason, RefusalKind Kind = RefusalKind.Message) : SendResult;

    /// <summary>No answer, or one that can be read two ways. It may have left. Never repeated.</summary>
    public sealed record Unknown(string Reason) : SendResult;
}

/// <summary>What a vendor's no says beyond the one message.</summary>
internal enum RefusalKind
{
    /// <summary>Nothing: this message alone.</summary>
    Message,

    /// <summary>The address takes no such message and never will.</summary>
    Address,

    /// <summary>The address said no to the vendor: it is our no, too.</summary>
    OptedOut,

    /// <summary>Credentials or the account's settings: nothing leaves until the merchant mends it.</summary>
    Account,

    /// <summary>Too much at once, also after waiting: others wait before they try.</summary>
    Busy,
}

/// <summary>A message that may have left, to be looked up.</summary>
/// <param name="StoreId">Whose it is.</param>
/// <param name="SendId">Which.</param>
/// <param name="Channel">How it left.</param>
/// <param name="Automation">What it belonged to.</param>
/// <param name="At">When it was handed over.</param>
internal sealed record SentMessage(
    string StoreId, string SendId, Channel Channel, string Automation, DateTimeOffset At)
{
    /// <summary>Where it went; null when that is not known any more.</summary>
    public string? To { get; init; }

    /// <summary>What stood in its words and in no other's.</summary>
    public string? Token { get; init; }

    /// <summary>The vendor's id; null when its answer was lost.</summary>
    public string? VendorId { get; init; }
}

/// <summary>What a vendor says of a message that it was asked about.</summary>
/// <param name="VendorId">Its id there.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="Code">The vendor's own word or number for what went wrong.</param>
internal sealed record FoundMessage(string VendorId, DeliveryStatus Status, string? Code = null);

/// <summary>One way out, for every store.</summary>
internal interface IMessageChannel
{
    /// <summary>Hands the message to the vendor, once.</summary>
    ValueTask<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancel);

    /// <summary>Looks a send up at the vendor; null when it cannot be found, which proves nothing.</summary>
    ValueTask<FoundMessage?> FindAsync(SentMessage sent, CancellationToken cancel);
}
