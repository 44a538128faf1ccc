using System.Text.Json.Serialization;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Guards;

/// <summary>
/// How one way to one person stands: what the guards that every automation shares rest on. No address is in it.
/// </summary>
public sealed record ChannelFacts
{
    /// <summary>Which way.</summary>
    public required Channel Channel { get; init; }

    /// <summary>Whether an address is known; for texts, a number that takes them.</summary>
    public bool HasAddress { get; init; }

    /// <summary>What is asked of the law, with what the address said.</summary>
    public required PermissionQuestion Permission { get; init; }

    /// <summary>Every country whose law may hold, ISO 3166-1: all must allow it. Empty when none is known.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>An opt-out, bounce or complaint of the address: one of the reason codes.</summary>
    public string? Suppressed { get; init; }

    /// <summary>Whether the store's postal address is known: marketing e-mail must carry it.</summary>
    public bool HasPostalAddress { get; init; } = true;

    /// <summary>
    /// Text segments, or mails, that this month's budget still allows; null where there is no budget to keep.
    /// </summary>
    public int? SegmentsLeft { get; init; }

    /// <summary>When messages left this way, to this person or address, in the cap's window.</summary>
    public IReadOnlyList<DateTimeOffset> Recent { get; init; } = [];

    /// <summary>How many may.</summary>
    public required CapRule Cap { get; init; }

    /// <summary>When the law lets one leave; null where no law speaks of hours.</summary>
    public QuietVerdict? Quiet { get; init; }

    /// <summary>Until when the vendor has enough of this store; null when one more may leave.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PacedUntil { get; init; }

    /// <summary>Why nothing leaves this way at all, until the merchant lets it go on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Reason? Stopped { get; init; }

    /// <summary>Why nothing leaves until the store's plan runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Reason? NoPlan { get; init; }

    /// <summary>What waits for a plan is looked at again after this.</summary>
    public static readonly TimeSpan PlanLook = TimeSpan.FromHours(1);

    /// <summary>The law's verdict.</summary>
    [JsonIgnore]
    public PermissionVerdict Verdict => Guards.Permission.Of(Permission, Countries);

    /// <summary>Why nothing may leave this way; null when it is open.</summary>
    public Reason? Closed() =>
        !HasAddress ? new(ReasonCode.NoAddress, Channel == Channel.Email ? "No e-mail address is known."
            : "No number is known that takes texts.")
        : Verdict is PermissionVerdict.Refused refused ? new(refused.Code, refused.Why)
        : Suppressed switch
        {
            null => null,
            ReasonCode.Bounced => new(ReasonCode.Bounced, "Messages to this address bounced."),
            ReasonCode.Complained => new(ReasonCode.Complained,
                "A message to this address was reported as spam."),
            ReasonCode.TopicDeclined => new(ReasonCode.TopicDeclined,
                "This address chose not to get messages of this kind."),
            var code => new Reason(code, "This address unsubscribed."),
        }
        ?? Stopped ?? (!HasPostalAddress ? new(ReasonCode.NoPostalAddress,
            "The store's postal address is missing: marketing e-mail must carry it.")
        : SegmentsLeft <= 0 && Channel == Channel.Email
            ? new(ReasonCode.MailBudgetSpent, "The month's budget for mails is spent.")
        : SegmentsLeft <= 0 ? new(ReasonCode.SmsBudgetSpent, "The month's budget for texts is spent, or none is set.")
        : Quiet is { FreeAt: null } ? new(ReasonCode.NoWindow, "No hour of the coming days is allowed for texts there.")
        : null);

    /// <summary>
    /// The earliest instant at which one more may leave this way, and what holds it until then; null when it may now.
    /// </summary>
    public (DateTimeOffset Until, Reason Reason)? HeldBack(DateTimeOffset now)
    {
        var capped = Guards.Cap.FreeAt(Cap, Recent, now);
        var quiet = Quiet?.FreeAt ?? now;
        if (NoPlan is { } unpaid && new[] { capped, quiet, PacedUntil ?? now }.Max() <= now + PlanLook)
        {
            return (now + PlanLook, unpaid); // What holds it longer speaks first.
        }

        if (PacedUntil > now && PacedUntil >= capped && PacedUntil >= quiet)
        {
            return (PacedUntil.Value, new(ReasonCode.Paced, "The sender is busy: this message waits for its turn."));
        }

        return capped <= now && quiet <= now ? null
            : capped > quiet ? (capped, new(ReasonCode.Capped, FormattableString.Invariant(
                $"{Recent.Count} messages left to this person lately: that is enough for now.")))
            : (quiet, new(ReasonCode.QuietHours, FormattableString.Invariant(
                $"No texts at this hour where the person is ({string.Join(", ", Quiet!.Rules)}).")));
    }
}

/// <summary>Both ways to one person, for one purpose.</summary>
/// <param name="Email">By e-mail.</param>
/// <param name="Sms">By text.</param>
public sealed record Recipient(ChannelFacts Email, ChannelFacts Sms)
{
    /// <summary>The way to take: e-mail, else text where the automation may text now.</summary>
    /// <param name="mayText">Whether this step may be a text.</param>
    /// <returns>The open way; or why there is none, in the words of e-mail, the first choice.</returns>
    public (ChannelFacts? Way, Reason? Closed) Choose(bool mayText)
    {
        if (Email.Closed() is not { } noEmail) { return (Email, null); }

        if (mayText && Sms.Closed() is null) { return (Sms, null); }

        // Who gave a number and no address wants to know about the number.
        var speaksOfTexts = mayText && !Email.HasAddress && Sms.HasAddress;
        return (null, speaksOfTexts ? Sms.Closed() : noEmail);
    }
}
