using StoreConnector.Core.Values;

namespace StoreConnector.Core.Automations.PriceDrop;

/// <summary>What a decision about one person and one variant rests on.</summary>
public sealed record PriceDropFacts : AutomationFacts
{
    /// <summary>The merchant's rule as it was.</summary>
    public required PriceDropSettings Settings { get; init; }

    /// <summary>The newest sign of interest; null when none is left.</summary>
    public DateTimeOffset? InterestedAt { get; init; }

    /// <summary>How much interest, decayed: decides which drop of several leads.</summary>
    public double Interest { get; init; }

    /// <summary>The price that this person saw last.</summary>
    public Money? Seen { get; init; }

    /// <summary>When they saw it.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>The price now; null when none is known, or it is no longer sold.</summary>
    public Money? Price { get; init; }

    /// <summary>Since when it is that.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Until when at most, where the shop has set an end.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Whether it can be bought.</summary>
    public bool InStock { get; init; }

    /// <summary>The store's median order, where it is known.</summary>
    public Money? MedianOrder { get; init; }

    /// <summary>When this product was bought, by this person or with the same address.</summary>
    public DateTimeOffset? BoughtAt { get; init; }

    /// <summary>When the last message about any drop left to this person.</summary>
    public DateTimeOffset? LastMessageAt { get; init; }

    /// <summary>When the last message about this variant left to this person.</summary>
    public DateTimeOffset? LastAboutThisAt { get; init; }

    /// <summary>The occasion is another by now: the price has changed since it arose.</summary>
    public bool IsOver { get; init; }
}
