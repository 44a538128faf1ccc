using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Events;

namespace StoreConnector.Core.Stores;

/// <summary>
/// A store's subscriptions to the app. Each has a life of its own, and their ends and beginnings come in any order: a
/// merchant who changes plans has one cancelled and one active, and pays. The rule: once the platform has named a plan,
/// messages leave while any of them is active, trials included; before the first word nothing is asked for.
/// </summary>
public sealed record StorePlan
{
    /// <summary>Subscriptions kept: the oldest that is not active is dropped first.</summary>
    public const int MaxKept = 10;

    /// <summary>By the platform's id of the subscription.</summary>
    public ImmutableSortedDictionary<string, PlanState> Subscriptions { get; init; } =
        ImmutableSortedDictionary<string, PlanState>.Empty;

    /// <summary>The one that counts: the newest active one, else the newest.</summary>
    [JsonIgnore]
    public PlanState? Current => Subscriptions.Values
        .OrderByDescending(p => p.Status == PlanStatus.Active).ThenByDescending(p => p.At).FirstOrDefault();

    /// <summary>Why nothing may leave; null when something may.</summary>
    [JsonIgnore]
    public Reason? Hindrance => Current?.Status switch
    {
        null or PlanStatus.Active => null,
        PlanStatus.Frozen => Why("The plan is frozen, because the shop's own bill is open"),
        PlanStatus.Pending => Why("The plan waits for your yes"),
        PlanStatus.Declined => Why("The plan was declined"),
        PlanStatus.Expired => Why("The plan's offer ran out"),
        _ => Why("The plan has ended"),
    };

    /// <summary>With what was said of one subscription; of one instant, what allows less counts.</summary>
    public StorePlan With(string subscription, PlanState told)
    {
        if (Subscriptions.TryGetValue(subscription, out var known)
            && (known.At, known.Status).CompareTo((told.At, told.Status)) >= 0) { return this; }

        var all = Subscriptions.SetItem(subscription, told);
        return this with
        {
            Subscriptions = all.Count <= MaxKept ? all : all.Remove(all
                .OrderBy(p => p.Value.Status == PlanStatus.Active).ThenBy(p => p.Value.At).First().Key),
        };
    }

    private static Reason Why(string what) => new(ReasonCode.NoPlan,
        what + ": nothing is sent until a plan is active, and then it goes on by itself.");
}
