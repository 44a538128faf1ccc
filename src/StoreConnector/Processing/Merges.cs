using StoreConnector.Core.Customers;

namespace StoreConnector.Processing;

/// <summary>
/// Moves one customer's state into another: freeze the source, copy, then let go (docs/protocols.md §3). Whoever meets
/// a frozen
/// source finishes the move.
/// </summary>
internal sealed class Merges(Wakes wakes)
{
    /// <summary>
    /// Signposts lead to stronger ranks, so chains are short. A platform's own merges of accounts may lengthen them,
    /// and carts of one browser that are nobody's yet, each of a lesser key: seven or so of a thousand.
    /// </summary>
    private const int MaxHops = 16;

    /// <summary>The key at the end of the signposts, finishing every merge on the way.</summary>
    public async ValueTask<string> ResolveAsync(StoreContext store, string key, CancellationToken cancel)
    {
        for (var hop = 0; hop < MaxHops; hop++)
        {
            var read = await store.Customers.ReadHeadAsync(key, cancel);
            if (read.Head is not Head.Signpost post) { return key; }

            if (post.Frozen is not null) { await FinishAsync(store, key, cancel); }

            key = post.Into;
        }

        throw new InvalidOperationException(
            $"Store {store.Store.Id}: the signposts from a customer do not end after {MaxHops} steps.");
    }

    /// <summary>Freezes <paramref name="loser"/> and moves it. False: somebody was faster, begin again.</summary>
    public async ValueTask<bool> MergeAsync(StoreContext store, string loser, string survivor, CancellationToken cancel)
    {
        var read = await store.Customers.ReadHeadAsync(loser, cancel);
        if (read.Head is Head.Signpost) { return false; }

        // An erased one brings no state: only its keys, so that what happens after the erasure is the survivor's.
        var state = read.Head switch
        {
            Head.Live live => live.State,
            Head.Tombstone stone => new() { Key = loser, Aliases = stone.Aliases, Absorbed = stone.Absorbed },
            _ => new CustomerState { Key = loser },
        };
        var frozen = new Head.Signpost(survivor, state);
        if (!await store.Customers.TrySaveAsync(loser, frozen, read, [], null, cancel)) { return false; } // P2.1

        await FinishAsync(store, loser, cancel);
        return true;
    }

    private async ValueTask FinishAsync(StoreContext store, string loser, CancellationToken cancel)
    {
        while (true)
        {
            var read = await store.Customers.ReadHeadAsync(loser, cancel);
            if (read.Head is not Head.Signpost { Frozen: { } state } post) { return; } // Somebody else has let go.

            if (await CopyAsync(store, state, post.Into, cancel)
                // P2.3
                && await store.Customers.TrySaveAsync(loser, post with { Frozen = null }, read, [], null, cancel))
            {
                return;
            }
        }
    }

    /// <summary>P2.2: the survivor takes the state over; one that was erased takes nothing.</summary>
    private async ValueTask<bool> CopyAsync(StoreContext store, CustomerState state, string into,
        CancellationToken cancel)
    {
        var read = await store.Customers.ReadHeadAsync(into, cancel);
        switch (read.Head)
        {
            case Head.Tombstone: return true;
            case Head.Signpost post:
                if (post.Frozen is not null) { await FinishAsync(store, into, cancel); }

                return await CopyAsync(store, state, post.Into, cancel);
            default:
                var survivor = (read.Head as Head.Live)?.State ?? new CustomerState { Key = into };
                var joined = survivor.ErasedAt is not null ? Forgotten(survivor, state)
                    : CustomerEvolution.Join(survivor, state);
                return await wakes.SettleAsync(store, joined, read, cancel) is not null;
        }
    }

    /// <summary>What was frozen before an erasure belongs to the life that was erased: only its key is taken.</summary>
    private static CustomerState Forgotten(CustomerState survivor, CustomerState state) =>
        survivor.Absorbed.Contains(state.Key) ? survivor
        : CustomerEvolution.Join(survivor, new CustomerState { Key = state.Key, Aliases = state.Aliases });
}
