using StoreConnector.Core.Customers;
using StoreConnector.Core.Insights;

namespace StoreConnector.Core.Automations.Replenishment;

/// <summary>What a decision about one person's next purchase of one product rests on.</summary>
public sealed record ReplenishmentFacts : AutomationFacts
{
    /// <summary>The merchant's rule as it was.</summary>
    public required ReplenishmentSettings Settings { get; init; }

    /// <summary>
    /// Purchases, product and merchant's word: numbers only. Null when the purchases are no longer known.
    /// </summary>
    public ReorderFacts? Reorder { get; init; }

    /// <summary>It was bought again since, by this person or with the same address: when.</summary>
    public DateTimeOffset? BoughtAgainAt { get; init; }

    /// <summary>The person wants to be reminded of it later, and was not since they said so.</summary>
    public PutOff? PutOff { get; init; }

    /// <summary>When the last message about any product left to this person.</summary>
    public DateTimeOffset? LastMessageAt { get; init; }

    /// <summary>Whether it can be bought; read just before something leaves, and taken as true until then.</summary>
    public bool InStock { get; init; } = true;
}
