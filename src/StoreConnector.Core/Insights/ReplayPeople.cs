using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Insights;

/// <summary>Whose an event is.</summary>
/// <param name="Person">The person.</param>
/// <param name="MovedAt">The cart it speaks of is somebody else's by this version.</param>
/// <param name="IsTied">Another record became theirs by it.</param>
internal sealed record ReplayFound(ReplayPerson Person, DateTimeOffset? MovedAt, bool IsTied);

/// <summary>
/// Who is who in a replay, by the rules of docs/protocols.md §1: account, then e-mail, then tokens; weaker records go
/// into stronger ones; two accounts are two people unless the platform merges them.
/// </summary>
internal sealed class ReplayPeople(Store store, Func<Alias, string> keyOf)
{
    /// <summary>A token that nobody named for this long finds nobody any more: carts are long over by then.</summary>
    private static readonly TimeSpan TokenLife = TimeSpan.FromDays(60);

    /// <summary>Aliases from which on tokens are looked through for old ones; doubles with what stays.</summary>
    private const int FewAliases = 100_000;

    private readonly Dictionary<Alias, Row> rows = [];
    private int sweepAt = FewAliases;

    private sealed class Row(ReplayPerson root)
    {
        public ReplayPerson Root { get; set; } = root;

        public bool Shared { get; set; }

        public DateTimeOffset? Version { get; set; }

        public DateTimeOffset NamedAt { get; set; }
    }

    /// <summary>Everybody, each once.</summary>
    public IEnumerable<ReplayPerson> All() => rows.Values.Select(r => r.Root.Root()).Distinct();

    /// <summary>The person of an event; null when nothing says who it is.</summary>
    public ReplayFound? Find(StoreEvent happened)
    {
        var aliases = Usable(happened);
        if (aliases.Count == 0) { return null; }

        if (rows.Count > sweepAt) { Sweep(happened.ReceivedAt); }

        // An event belongs to its strongest alias; a shared one says nothing.
        var own = aliases.Find(a => !(rows.TryGetValue(a, out var row) && row.Shared));
        if (own is null && aliases[0].Kind == AliasKind.Browser) { return null; } // A family's browser is nobody.

        var strongest = own ?? aliases[0];
        var target = rows.TryGetValue(strongest, out var known) ? known.Root.Root() : new(strongest, keyOf(strongest));
        if (own is null && happened.Body is OrderChanged order && !target.State.Orders.ContainsKey(order.Order.Id))
        {
            return null; // Its number is all that it has of its own: an order alone is nobody.
        }

        DateTimeOffset? movedAt = null;
        var isTied = false;
        foreach (var alias in aliases)
        {
            if (rows.TryGetValue(alias, out var row))
            {
                isTied |= Tie(happened, alias, row, target, ref movedAt);
            }
            else { rows[alias] = row = new(target) { Version = VersionOf(happened, alias) }; }

            row.NamedAt = happened.ReceivedAt;
        }

        return new(target, movedAt, isTied);
    }

    /// <summary>
    /// The aliases that may say who it is, strongest first. An order's number ties its own deliveries together and
    /// nobody else: each is a whole order, so the replay does without.
    /// </summary>
    private List<Alias> Usable(StoreEvent happened)
    {
        var aliases = new List<Alias>(happened.Aliases.Count);
        foreach (var alias in happened.Aliases)
        {
            if (alias.Kind != AliasKind.Order && !aliases.Contains(alias)
                && (rows.ContainsKey(alias) || IdentityRules.MayIdentify(alias, store))) { aliases.Add(alias); }
        }

        if (aliases.Count > 1) { aliases.Sort((a, b) => Compare(happened, a, b)); }

        return aliases;
    }

    private static int Compare(StoreEvent happened, Alias a, Alias b) =>
        a.Rank != b.Rank ? a.Rank - b.Rank
        : IsPlatformMerge(happened, a) != IsPlatformMerge(happened, b) ? (IsPlatformMerge(happened, a) ? 1 : -1)
        : a.Kind != b.Kind ? a.Kind - b.Kind
        : string.CompareOrdinal(a.Value, b.Value);

    /// <summary>
    /// A weaker record goes into the target; an alias of an equal or stronger one ties nobody, or its token moves.
    /// </summary>
    /// <returns>Whether the target took over anything.</returns>
    private static bool Tie(StoreEvent happened, Alias alias, Row row, ReplayPerson target, ref DateTimeOffset? movedAt)
    {
        var (root, version) = (row.Root.Root(), VersionOf(happened, alias));
        if (root == target)
        {
            if (version > (row.Version ?? DateTimeOffset.MinValue)) { row.Version = version; }
        }
        else if (alias.Kind == AliasKind.Browser && root.Founding.Rank < Alias.Nameless)
        {
            row.Shared |= target.Founding.Rank < Alias.Nameless; // Two known people: families share browsers.
        }
        else if (root.Founding.Rank > target.Founding.Rank || IsPlatformMerge(happened, alias)
            || alias.Kind == AliasKind.Browser) // Two carts of one browser, nobody's yet.
        {
            target.Absorb(root);
            return true;
        }
        else if (version is not null)
        {
            return TryMove((happened.Body as CartChanged)?.Cart, alias, row, target, version.Value, ref movedAt);
        }
        else if (alias.Kind == AliasKind.Email) { row.Shared = true; }

        return false;
    }

    private static bool TryMove(
        Cart? cart, Alias alias, Row row, ReplayPerson target, DateTimeOffset version, ref DateTimeOffset? movedAt)
    {
        var owner = row.Root.Root();
        var isNewer = row.Version is null || version > row.Version || (version == row.Version
            && string.CompareOrdinal(target.State.Key, owner.State.Key) > 0); // a tie, by content
        if (!isNewer)
        {
            if (cart is not null && alias.Stored == cart.Id.Key) { movedAt = row.Version; }

            return false;
        }

        if (cart is not null)
        {
            var occasion = CartFacts.OccasionOf(cart);
            owner.State = CustomerEvolution.Freeze(owner.State, alias.Stored, version);
            target.State = CustomerEvolution.Adopt(target.State,
                owner.State.Sends.Where(s => s.Value.Occasion == occasion || s.Value.Occasion == cart.Id.Key));
            var key = DecisionEntry.KeyOf(AbandonedCart.Name, occasion);
            if (owner.Occasions.TryGetValue(key, out var followed)) { target.Take(owner, followed); }
        }

        (row.Root, row.Version) = (target, version);
        return true;
    }

    private void Sweep(DateTimeOffset now)
    {
        foreach (var (alias, row) in rows)
        {
            // A dictionary may be removed from while it is walked through.
            if (alias.Rank >= Alias.Nameless && row.NamedAt < now - TokenLife) { rows.Remove(alias); }
        }

        sweepAt = Math.Max(FewAliases, rows.Count * 2);
    }

    private static bool IsPlatformMerge(StoreEvent happened, Alias alias) =>
        happened.Body is CustomersMerged merged && alias.Kind == AliasKind.Account
            && Alias.TryAccount(merged.RemovedId, out var removed) && alias == removed;

    /// <summary>The version with which an event names the owner of a token; null when it names none.</summary>
    private static DateTimeOffset? VersionOf(StoreEvent happened, Alias alias) => (happened.Body, alias.Kind) switch
    {
        (CartChanged e, AliasKind.Cart or AliasKind.Checkout) => e.Cart.Version,
        (OrderChanged e, AliasKind.Cart or AliasKind.Checkout) => e.Order.Version,
        _ => null,
    };
}
