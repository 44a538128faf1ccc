using System.Collections.Immutable;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;

namespace StoreConnector.Core.Customers;

/// <summary>Keeps a customer's record within its limits, and knows what goes first.</summary>
public static class CustomerLimits
{
    /// <summary>Bytes of the head's <c>now</c> row.</summary>
    public const int MaxNowBytes = 16 * 1024;

    /// <summary>Bytes of the head's <c>history</c> row.</summary>
    public const int MaxHistoryBytes = 48 * 1024;

    /// <summary>Orders that stay whole while there are rhythms to drop.</summary>
    private const int FewOrders = 10;

    /// <summary>
    /// A product that is bought twice as often is kept so much longer after its last purchase: so what is new on the
    /// list of a large buyer can grow into a habit, and what nobody sells any more goes.
    /// </summary>
    private static readonly TimeSpan RhythmHalfLife = TimeSpan.FromDays(90);

    /// <summary>Cuts every list that is too long.</summary>
    public static CustomerState Apply(CustomerState state) => Folded(state, CustomerState.MaxOrders) with
    {
        Carts = Keep(state.Carts, CustomerState.MaxCarts, c =>
            (Closed(state, c) ? 0 : 1, c.Cart?.Version ?? c.RemovedAt ?? c.MovedAt)),
        Consents = Keep(state.Consents, CustomerState.MaxConsents, c =>
            (c.State == ConsentState.Withdrawn ? 1 : 0, c.At)),
        Interests = Keep(state.Interests, CustomerState.MaxInterests, i => (0, i.LastAt)),
        Sends = Keep(state.Sends, CustomerState.MaxSends, s => (s.Status == SendStatus.Claimed ? 1 : 0, s.ClaimedAt)),
        PutOff = Keep(state.PutOff, CustomerState.MaxPutOff, p => (0, p.At)),
        Clicks = Keep(state.Clicks, CustomerState.MaxClicks, c => (0, c.Last)),
        Decisions = Keep(state.Decisions, CustomerState.MaxDecisions, d => (d.Kind == "wait" ? 1 : 0, d.At)),
        Refunds = Keep(state.Refunds, CustomerState.MaxRefunds, r => (0, r.At)),
        Aliases = First(state.Aliases, CustomerState.MaxAliases),
        Absorbed = First(state.Absorbed, CustomerState.MaxAbsorbed),
        Absorbing = First(state.Absorbing, CustomerState.MaxAbsorbed),
    };

    /// <summary>
    /// Drops, one at a time, what is least missed until both rows fit: the oldest closed cart, then lines of carts
    /// beyond the first three, pictures and details of the oldest cart's lines (never their products: what was bought
    /// is known by them), interests beyond the three newest, old sends, the words of the oldest consent (the log has
    /// them); of the history the oldest orders, which become rhythms, then
    /// rhythms.
    /// </summary>
    public static CustomerState Fit(CustomerState state, Func<CustomerState, (int Now, int History)> measure)
    {
        while (true)
        {
            var (now, history) = measure(state);
            if (now <= MaxNowBytes && history <= MaxHistoryBytes) { return state; }

            var smaller = history > MaxHistoryBytes ? DropFromHistory(state) : DropFromNow(state);
            if (smaller == state)
            {
                throw new InvalidOperationException(
                    $"Customer {state.Key}: the record is {now} + {history} bytes and nothing can be dropped.");
            }

            state = smaller;
        }
    }

    /// <summary>
    /// The oldest orders become rhythms, an eighth at a time; with few left, the rhythms that say least go.
    /// </summary>
    private static CustomerState DropFromHistory(CustomerState state) => state.Orders.Count > FewOrders
        ? Folded(state, state.Orders.Count - Math.Max(1, state.Orders.Count / 8))
        : state.Rhythms.Count > 0 ? state with { Rhythms = Best(state.Rhythms, state.Rhythms.Count * 7 / 8) }
        : Folded(state, state.Orders.Count - 1);

    /// <summary>
    /// Keeps the newest orders, and folds what the others say of products into rhythms, in the order of time.
    /// </summary>
    private static CustomerState Folded(CustomerState state, int most)
    {
        if (state.Orders.Count <= most || most < 0) { return state; }

        var rhythms = state.Rhythms.ToBuilder();
        var old = state.Orders.OrderBy(o => o.Value.PlacedAt).ThenBy(o => o.Key).Take(state.Orders.Count - most)
            .ToList();
        foreach (var (_, order) in old.Where(o => o.Value.Status == OrderStatus.Placed))
        {
            foreach (var pieces in order.Pieces.Where(p => p.P is not null).GroupBy(p => p.P!.Value))
            {
                rhythms[pieces.Key] = Rhythms.Add(
                    rhythms.GetValueOrDefault(pieces.Key), order.PlacedAt, pieces.Sum(p => p.Q));
            }
        }

        return state with
        {
            Orders = state.Orders.RemoveRange(old.Select(o => o.Key)),
            Rhythms = Best(rhythms.ToImmutable(), CustomerState.MaxRhythms),
            FoldedUpTo = FoldMark.Later(state.FoldedUpTo, new(old[^1].Value.PlacedAt, old[^1].Key)),
        };
    }

    private static ImmutableSortedDictionary<long, PurchaseRhythm> Best(
        ImmutableSortedDictionary<long, PurchaseRhythm> all, int most) =>
        Keep(all, most, r => (0, r.LastAt + (RhythmHalfLife * Math.Log2(r.Times))));

    private static CustomerState DropFromNow(CustomerState state)
    {
        var closed = state.Carts.Where(c => Closed(state, c.Value)).OrderBy(c => c.Value.Cart?.Version ?? default)
            .FirstOrDefault();
        if (closed.Key is not null) { return state with { Carts = state.Carts.Remove(closed.Key) }; }

        var longest = state.Carts.Where(c => c.Value.Cart?.Lines.Count > 3)
            .OrderByDescending(c => c.Value.Cart!.Lines.Count).FirstOrDefault();
        if (longest.Key is not null)
        {
            var cart = longest.Value.Cart!;
            return state with { Carts = state.Carts.SetItem(longest.Key,
                longest.Value with { Cart = cart with { Lines = [.. cart.Lines.Take(3)] } }) };
        }

        var wordy = state.Carts.Where(c =>
            c.Value.Cart?.Lines.Any(l => l.Picture is not null || l.Detail is not null) == true)
            .OrderBy(c => c.Value.Cart!.Version).FirstOrDefault();
        if (wordy.Key is not null)
        {
            var cart = wordy.Value.Cart!;
            var bare = cart with { Lines = [.. cart.Lines.Select(l => l with { Picture = null, Detail = null })] };
            return state with { Carts = state.Carts.SetItem(wordy.Key, wordy.Value with { Cart = bare }) };
        }

        if (state.Seen.Count > 8) { return state with { Seen = state.Seen.RemoveRange(0, state.Seen.Count - 8) }; }

        if (state.Interests.Count > 3)
        {
            return state with { Interests = Keep(state.Interests, state.Interests.Count - 1, i => (0, i.LastAt)) };
        }

        var old = state.Sends.Where(s => s.Value.Status != SendStatus.Claimed).OrderBy(s => s.Value.ClaimedAt)
            .FirstOrDefault();
        if (old.Key is not null) { return state with { Sends = state.Sends.Remove(old.Key) }; }

        var consent = state.Consents.Where(c => c.Value.Text is not null).OrderBy(c => c.Value.At).FirstOrDefault();
        return consent.Key is null ? state
            : state with { Consents = state.Consents.SetItem(consent.Key, consent.Value with { Text = null }) };
    }

    /// <summary>
    /// Whether nothing can come of it any more. An unfinished one without an address may still get one.
    /// </summary>
    private static bool Closed(CustomerState state, CartEntry entry) =>
        entry.Cart is not { } cart || cart.CompletedAt is not null || cart.ItemCount == 0
            || cart.Version <= entry.RemovedAt
        || cart.Version <= entry.MovedAt
            || state.Orders.Values.Any(o => o.Status >= OrderStatus.Placed && o.PlacedAt >= cart.Version);

    private static ImmutableSortedSet<string> First(ImmutableSortedSet<string> all, int most) => all.Count <= most
        ? all : [.. all.Take(most)];

    private static ImmutableSortedDictionary<TKey, T> Keep<TKey, T>(
        ImmutableSortedDictionary<TKey, T> all, int most, Func<T, (int Worth, DateTimeOffset? At)> order)
        where TKey : notnull =>
        all.Count <= most ? all : all.RemoveRange(all.OrderBy(e => order(e.Value).Worth).ThenBy(e => order(e.Value).At)
            .ThenBy(e => e.Key).Take(all.Count - most).Select(e => e.Key).ToList());
}
