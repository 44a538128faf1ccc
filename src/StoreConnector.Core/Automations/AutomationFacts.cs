using System.Text.Json.Serialization;
using StoreConnector.Core.Guards;

namespace StoreConnector.Core.Automations;

/// <summary>
/// Everything that one decision rests on, and nothing else: the ledger keeps it, and the same facts give the same
/// verdict
/// for ever. No address, name or title is in it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(AbandonedCart.AbandonedCartFacts), AbandonedCart.AbandonedCart.Name)]
[JsonDerivedType(typeof(PriceDrop.PriceDropFacts), PriceDrop.PriceDrop.Name)]
[JsonDerivedType(typeof(Replenishment.ReplenishmentFacts), Replenishment.Replenishment.Name)]
public abstract record AutomationFacts
{
    /// <summary>The instant of the decision.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The version of the rules of law and caps.</summary>
    public required int RulesVersion { get; init; }

    /// <summary>Whether anything may leave for the store.</summary>
    public required bool StoreActive { get; init; }

    /// <summary>Why we stopped the automation, until the merchant lets it go on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Reason? Stopped { get; init; }

    /// <summary>How the person may be reached.</summary>
    public required Recipient Recipient { get; init; }

    /// <summary>What was claimed for this occasion, whatever came of it.</summary>
    public IReadOnlyList<StepFact> Steps { get; init; } = [];
}

/// <summary>A step that was claimed.</summary>
/// <param name="Step">Which, from 1.</param>
/// <param name="Status">What came of it.</param>
/// <param name="At">When it was claimed.</param>
/// <param name="Channel">How it left.</param>
public sealed record StepFact(int Step, Customers.SendStatus Status, DateTimeOffset At, Values.Channel Channel);
