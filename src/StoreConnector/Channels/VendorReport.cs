using StoreConnector.Core.Values;

namespace StoreConnector.Channels;

/// <summary>
/// How far a message has come at its vendor. The greater one wins whatever the order in which reports arrive: what is
/// final stays, and who read it had it delivered.
/// </summary>
internal enum DeliveryStatus
{
    /// <summary>The vendor has it.</summary>
    Accepted = 1,

    /// <summary>It left the vendor, and nobody has answered yet; or the answer was "later".</summary>
    OnItsWay = 2,

    /// <summary>Refused for this message: full mailbox, blocked by content or reputation, unreachable.</summary>
    Failed = 3,

    /// <summary>The address does not exist, or takes no such message: nothing goes there again.</summary>
    BadAddress = 4,

    /// <summary>It arrived.</summary>
    Delivered = 5,
}

/// <summary>What a vendor tells of a message, or of an address.</summary>
/// <param name="Id">Names the telling, at most 120 characters: the same one may come many times.</param>
/// <param name="At">When it happened, as the vendor says.</param>
internal sealed record VendorReport(string Id, DateTimeOffset At)
{
    /// <summary>Our id of the message; null when the vendor gave none back.</summary>
    public string? SendId { get; init; }

    /// <summary>The vendor's id of the message.</summary>
    public string? VendorId { get; init; }

    /// <summary>Whom it was for, as the vendor says; never logged.</summary>
    public Contact? To { get; init; }

    /// <summary>How far it has come; null when it tells of something else.</summary>
    public DeliveryStatus? Status { get; init; }

    /// <summary>The vendor's own word or number for what went wrong, at most 60 characters, without personal data.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>Its owner called it spam.</summary>
    public bool IsComplaint { get; init; }

    /// <summary>True: the address said no there; false: it took that no back; null: it said neither.</summary>
    public bool? IsOptOut { get; init; }
}

/// <summary>A text that somebody sent to the store's number.</summary>
/// <param name="Id">Names it: the same one may come many times.</param>
/// <param name="From">Who.</param>
/// <param name="Body">What, at most 1,600 characters; never logged.</param>
/// <param name="IsAnswered">The vendor has understood an opt-out word and answered it: we do not.</param>
internal sealed record InboundText(string Id, PhoneNumber From, string Body, bool IsAnswered);

/// <summary>A request by a vendor, as it arrived.</summary>
/// <param name="Url">By which the vendor called: the public address with path and query, never the proxy's.</param>
/// <param name="Header">A header's value, or null.</param>
/// <param name="Body">As it was sent.</param>
internal sealed record CallbackRequest(Uri Url, Func<string, string?> Header, ReadOnlyMemory<byte> Body);

/// <summary>What a vendor's request says.</summary>
internal abstract record CallbackRead
{
    /// <summary>It is not signed, or not by who it says. Nothing is kept.</summary>
    public sealed record Refused : CallbackRead;

    /// <summary>It is signed and cannot be read: kept, to be run again.</summary>
    /// <param name="Reason">A plain sentence without personal data.</param>
    public sealed record Unreadable(string Reason) : CallbackRead;

    /// <summary>It is signed, and says this.</summary>
    /// <param name="Reports">In the order in which they were told.</param>
    /// <param name="Text">What somebody wrote back.</param>
    public sealed record Said(IReadOnlyList<VendorReport> Reports, InboundText? Text = null) : CallbackRead;
}

/// <summary>Verifies and reads what one vendor tells.</summary>
internal interface ICallbackReader
{
    /// <summary>The vendor's name in the path, lower case: <c>/callbacks/twilio/…</c>.</summary>
    string Vendor { get; }

    /// <summary>Verifies first, in fixed time; reads only what is signed.</summary>
    /// <param name="request">What arrived.</param>
    /// <param name="account">Whose credentials it must be signed with.</param>
    /// <param name="now">Against requests that were recorded and sent again.</param>
    CallbackRead Read(CallbackRequest request, VendorAccount account, DateTimeOffset now);
}
