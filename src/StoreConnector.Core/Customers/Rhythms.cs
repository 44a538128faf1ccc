using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;

namespace StoreConnector.Core.Customers;

/// <summary>How one person buys one product, with its newest purchase.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="VariantId">The variant bought last, where it is known.</param>
/// <param name="Rhythm">All that is known of its purchases.</param>
/// <param name="FulfilledAt">When the last purchase reached the person, where it is known.</param>
public sealed record Habit(long ProductId, long? VariantId, PurchaseRhythm Rhythm, DateTimeOffset? FulfilledAt);

/// <summary>Reads purchases out of a customer's orders: those kept whole, and those folded before them.</summary>
public static class Rhythms
{
    /// <summary>Every product this person bought and kept.</summary>
    public static IReadOnlyCollection<Habit> Of(CustomerState state)
    {
        var habits = state.Rhythms.ToDictionary(r => r.Key, r => new Habit(r.Key, null, r.Value, null));
        foreach (var (_, order) in state.Orders.Where(o => o.Value.Status == OrderStatus.Placed)
            .OrderBy(o => o.Value.PlacedAt).ThenBy(o => o.Key))
        {
            foreach (var pieces in order.Pieces.Where(p => p.P is > 0).GroupBy(p => p.P!.Value))
            {
                var rhythm = Add(habits.GetValueOrDefault(pieces.Key)?.Rhythm, order.PlacedAt, pieces.Sum(p => p.Q));
                habits[pieces.Key] = new(pieces.Key, pieces.First().V, rhythm, order.FulfilledAt);
            }
        }

        return habits.Values;
    }

    /// <summary>One purchase more, late ones too.</summary>
    public static PurchaseRhythm Add(PurchaseRhythm? known, DateTimeOffset at, int quantity) =>
        known is null ? PurchaseRhythm.Begin(at, quantity)
        : known.LastAt <= at ? known.Add(at, quantity)
        : PurchaseRhythm.Combine(known, PurchaseRhythm.Begin(at, quantity));
}
