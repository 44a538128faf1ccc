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
        string Occasion, int Step);

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
    public sealed record Refused(string Reason) : SendResult;

    /// <summary>No answer, or one that can be read two ways. It may have left. Never repeated.</summary>
    public sealed record Unknown(string Reason) : SendResult;
}

/// <summary>One way out, for one store.</summary>
internal interface IMessageChannel
{
    /// <summary>Hands the message to the vendor, once.</summary>
    ValueTask<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancel);

    /// <summary>Looks a send up at the vendor by its id; null when it cannot be found, which proves nothing.</summary>
    ValueTask<string?> FindAsync(string storeId, string sendId, CancellationToken cancel);
}
