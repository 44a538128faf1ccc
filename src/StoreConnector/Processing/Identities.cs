using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>Whose event it is.</summary>
internal abstract record Whose
{
    /// <summary>A person's.</summary>
    /// <param name="Key">The person.</param>
    /// <param name="Aliases">Hashes of the aliases that lead there.</param>
    /// <param name="MovedAt">The cart it speaks of is somebody else's by this version.</param>
    /// <param name="Adopted">Sends another person's record holds for a cart that is this one's now.</param>
    /// <param name="Head">
    /// The person's record where it was read on the way, and every merge into it seen to; else null.
    /// </param>
    public sealed record Person(
        string Key, IReadOnlyList<string> Aliases, DateTimeOffset? MovedAt,
        IReadOnlyList<KeyValuePair<string, SendEntry>> Adopted, HeadRead? Head = null) : Whose;

    /// <summary>Nobody's: all that it names is a browser that several known people use. It is dropped whole.</summary>
    public sealed record Nobody : Whose;

    /// <summary>Somebody's who was erased since it happened: it is dropped whole.</summary>
    public sealed record Erased : Whose;

    /// <summary>Somebody wrote in between: begin again from the first read.</summary>
    public sealed record Again : Whose;
}

/// <summary>
/// Finds the customer of an event by its aliases, binds them, and merges weaker customers (docs/protocols.md §1 and
/// P1.1–4).
/// </summary>
internal sealed class Identities(Merges merges, TokenMoves moves)
{
    private sealed record Found(Alias Alias, string Hash, AliasRead Read);

    /// <summary>The customer at the end of a key, for an event of our own.</summary>
    public async ValueTask<Whose> FindAsync(StoreContext store, string key, CancellationToken cancel) =>
        new Whose.Person(await merges.ResolveAsync(store, key, cancel), [], null, []);

    public async ValueTask<Whose> FindAsync(StoreContext store, StoreEvent happened, CancellationToken cancel)
    {
        var aliases = Usable(store, happened);
        if (await RecallAsync(store, happened, aliases, cancel) is { } known) { return known; }

        var found = await ReadAsync(store, aliases, cancel);
        if (found.Any(f => f.Read.Row?.ErasedAt >= happened.HappenedAt))
        {
            // Dropped, but for the merge that an earlier delivery of it may have begun: nobody else may ever finish
            // that (R2).
            foreach (var row in found.Select(f => f.Read.Row).OfType<AliasRow>())
            {
                await merges.ResolveAsync(store, row.Root, cancel);
            }

            return new Whose.Erased();
        }

        // An event belongs to its strongest alias; a shared one says nothing. Not to any weaker one that happens to be
        // bound.
        var usable = found.Where(f => f.Read.Row is not { Shared: true }).ToList();
        if (usable.Count == 0 && found[0].Alias.Kind == AliasKind.Browser) { return new Whose.Nobody(); }

        var strongest = (usable.Count > 0 ? usable : found)[0];
        var target = await merges.ResolveAsync(store, strongest.Read.Row?.Root
            ?? store.Customers.KeyFor(strongest.Alias), cancel);

        var unbound = found.Where(f => f.Read.Row is null).Select(f => f.Alias); // P1.3
        if (!await TryBindAsync(store, happened, unbound, target, cancel)) { return new Whose.Again(); }

        return await TieAsync(store, happened, found, target, cancel);
    }

    /// <summary>
    /// The short way, which most events go: the strongest alias leads to a record that knows the others, or nobody has
    /// named them before. What a record knows was bound and tied before it was saved, and does not change but by what
    /// changes the record: a merge makes it a signpost, an erasure a tombstone, and a token that moves away is taken
    /// off its list.
    /// </summary>
    /// <returns>Null when it has to be found out.</returns>
    private async ValueTask<Whose.Person?> RecallAsync(
        StoreContext store, StoreEvent happened, List<Alias> aliases, CancellationToken cancel)
    {
        if (happened.Body is CustomersMerged) { return null; }

        var key = store.Customers.KeyFor(aliases[0]);
        if (aliases[0].Kind != AliasKind.Account) // An account's record stands where its alias says.
        {
            var read = await store.Customers.ReadAliasAsync(store.Customers.Hash(aliases[0]), cancel);
            if (read.Row is not { Shared: false, ErasedAt: null } row) { return null; }

            key = row.Root;
        }

        var head = await store.Customers.ReadHeadAsync(key, cancel);
        if (head.Head is not Head.Live { State: { ErasedAt: null } state }) { return null; }

        var unknown = aliases.Where(a => !state.Aliases.Contains(store.Customers.Hash(a))).ToList();
        if (aliases.Exists(a => IsGone(state, a)) || !await TryBindAsync(store, happened, unknown, key, cancel))
        {
            return null;
        }

        // Their aliases are known here since the copy; letting go comes after it, and nobody else may ever see to that.
        foreach (var loser in state.Absorbing) { await merges.ResolveAsync(store, loser, cancel); }

        return new(key, [.. unknown.Select(store.Customers.Hash)], null, [], head);
    }

    /// <summary>
    /// Binds what nobody has named before, which needs no read: the insert finds out. False when somebody has.
    /// </summary>
    private static async ValueTask<bool> TryBindAsync(
        StoreContext store, StoreEvent happened, IEnumerable<Alias> unbound, string target, CancellationToken cancel)
    {
        foreach (var alias in unbound)
        {
            var row = new AliasRow(target, Version: VersionOf(happened, alias));
            if (!await store.Customers.TrySaveAliasAsync(store.Customers.Hash(alias), row, null, cancel))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a token's cart was somebody else's at some time: it may be again.</summary>
    private static bool IsGone(CustomerState state, Alias alias) => TokenMoves.CartIdOf(alias) is { } cart
        && state.Carts.TryGetValue(cart.Key, out var entry) && entry.MovedAt is not null;

    private static async ValueTask<List<Found>> ReadAsync(StoreContext store, List<Alias> aliases,
        CancellationToken cancel)
    {
        var found = new List<Found>();
        foreach (var alias in aliases)
        {
            var hash = store.Customers.Hash(alias);
            found.Add(new(alias, hash, await store.Customers.ReadAliasAsync(hash, cancel)));
        }

        return found;
    }

    /// <summary>
    /// The aliases that may say who it is, strongest first. An event without any is kept under its own id, and messages
    /// nobody.
    /// </summary>
    private static List<Alias> Usable(StoreContext store, StoreEvent happened)
    {
        var aliases = happened.Aliases.Where(a => IdentityRules.MayIdentify(a, store.Store)).Distinct()
            .OrderBy(a => a.Rank).ThenBy(a => IsPlatformMerge(happened, a)).ThenBy(a => a.Kind)
                .ThenBy(a => a.Value, StringComparer.Ordinal).ToList();
        if (aliases.Count > 0 || !Alias.TryToken(AliasKind.Browser, "event-" + EventLog.KeyOf(happened.Id),
            out var own))
        {
            return aliases;
        }

        return [own];
    }

    /// <summary>
    /// P1.4: weaker customers merge into the target; an alias of an equal or stronger one ties nobody, or its token
    /// moves.
    /// </summary>
    private async ValueTask<Whose> TieAsync(
        StoreContext store, StoreEvent happened, List<Found> found, string target, CancellationToken cancel)
    {
        DateTimeOffset? movedAt = null;
        var elsewhere = new HashSet<string>(StringComparer.Ordinal);
        var adopted = new List<KeyValuePair<string, SendEntry>>();
        foreach (var f in found.Where(f => f.Read.Row is not null))
        {
            // The target is the end of its signposts already.
            var root = f.Read.Row!.Root == target ? target : await merges.ResolveAsync(store, f.Read.Row.Root, cancel);
            var version = VersionOf(happened, f.Alias);
            if (root == target)
            {
                if (!await TokenMoves.TryRaiseAsync(store, f.Hash, f.Read, version, cancel))
                {
                    return new Whose.Again();
                }
            }
            else if (await merges.ResolveAsync(store, target, cancel) != target)
            {
                // The target itself was merged since: its own aliases would look like a stranger's.
                return new Whose.Again();
            }
            else if (f.Alias.Kind == AliasKind.Browser && CustomerState.RankOf(root) < Alias.Nameless)
            {
                if (!await TryShareBrowserAsync(store, f, target, cancel)) { return new Whose.Again(); }
            }
            else if (f.Alias.Kind == AliasKind.Browser && CustomerState.RankOf(root) == CustomerState.RankOf(target))
            {
                // Two carts of one browser, nobody's yet: the lesser key stays, so that every order ends in the same.
                var (stays, goes) = string.CompareOrdinal(target, root) < 0 ? (target, root) : (root, target);
                if (!await merges.MergeAsync(store, goes, stays, cancel) || goes == target)
                {
                    return new Whose.Again();
                }
            }
            else if (CustomerState.RankOf(root) > CustomerState.RankOf(target) || IsPlatformMerge(happened, f.Alias))
            {
                if (!await merges.MergeAsync(store, root, target, cancel)) { return new Whose.Again(); }
            }
            else if (version is not null)
            {
                var move = await moves.TryMoveAsync(store, happened,
                    new(f.Alias, f.Hash, f.Read, root, target, version.Value), cancel);
                if (move is null) { return new Whose.Again(); }

                movedAt = move.MovedAt ?? movedAt;
                adopted.AddRange(move.Adopted);
                if (!move.IsOurs) { elsewhere.Add(f.Hash); }
            }
            else if (!f.Read.Row.Shared && f.Alias.Kind == AliasKind.Email
                && !await store.Customers.TrySaveAliasAsync(
                    f.Hash, f.Read.Row with { Shared = true }, f.Read.ETag, cancel))
            {
                return new Whose.Again();
            }
        }

        return new Whose.Person(target, [.. found.Select(f => f.Hash).Where(h => !elsewhere.Contains(h))], movedAt,
            adopted);
    }

    /// <summary>
    /// Families share browsers, and a browser's word is a stranger's: it never ties two known people. One that was seen
    /// with two of them is nobody's from then on. False: begin again.
    /// </summary>
    private static async ValueTask<bool> TryShareBrowserAsync(
        StoreContext store, Found browser, string target, CancellationToken cancel) =>
        CustomerState.RankOf(target) >= Alias.Nameless || browser.Read.Row!.Shared
        || await store.Customers.TrySaveAliasAsync(
            browser.Hash, browser.Read.Row with { Shared = true }, browser.Read.ETag, cancel);

    /// <summary>Only the platform's own merge ties two accounts: the removed one goes into the kept one.</summary>
    private static bool IsPlatformMerge(StoreEvent happened, Alias alias) =>
        happened.Body is CustomersMerged merged && alias.Kind == AliasKind.Account
            && Alias.TryAccount(merged.RemovedId, out var removed) && alias == removed;

    /// <summary>
    /// The version with which this event names the owner of a token; null when the alias is no token of the thing it
    /// speaks of.
    /// </summary>
    private static DateTimeOffset? VersionOf(StoreEvent happened, Alias alias) => (happened.Body, alias.Kind) switch
    {
        (CartChanged e, AliasKind.Cart or AliasKind.Checkout) => e.Cart.Version,
        (OrderChanged e, AliasKind.Cart or AliasKind.Checkout or AliasKind.Order) => e.Order.Version,
        _ => null,
    };
}
