using System.Text;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>What keeps messages outside the customer's partition and must forget them too.</summary>
internal interface IMessageKeeper
{
    /// <summary>Removes what is kept of these sends.</summary>
    ValueTask ForgetAsync(string storeId, IReadOnlyCollection<string> sendIds, CancellationToken cancel);
}

/// <summary>Who is to be forgotten, in every form in which something may name them.</summary>
/// <param name="Keys">Keys of their records.</param>
/// <param name="Hashes">Keyed hashes of their aliases and addresses.</param>
/// <param name="Aliases">Their aliases, as far as they are known.</param>
/// <param name="Contacts">Their addresses, as far as they are known.</param>
internal sealed record ErasedPerson(
    IReadOnlyCollection<string> Keys, IReadOnlyCollection<string> Hashes, IReadOnlyCollection<Alias> Aliases,
    IReadOnlyCollection<Contact> Contacts);

/// <summary>What may name a person where no pointer leads: it is searched, within a bound of its own.</summary>
internal interface IPersonSearch
{
    /// <summary>Removes what names the person in this store. A repeat does no harm.</summary>
    ValueTask ForgetAsync(StoreContext store, ErasedPerson who, CancellationToken cancel);
}

/// <summary>
/// Forgets a person (docs/protocols.md §7). Each step can be repeated; a crash leaves the request to its redelivery.
/// Stones
/// stay, so that nothing from before comes back.
/// </summary>
internal sealed class Erasure(
    Merges merges, IEnumerable<IMessageKeeper> keepers, IEnumerable<IPersonSearch> searches, IQueue shopEvents)
{
    public async Task EraseAsync(StoreContext store, StoreEvent request, DateTimeOffset at, CancellationToken cancel)
    {
        var aliases = AliasesOf(request).Where(a => IdentityRules.MayIdentify(a, store.Store)).OrderBy(a => a.Rank)
            .ToList();
        var named = new ErasedPerson([.. aliases.Select(store.Customers.KeyFor)],
            [.. aliases.Select(store.Customers.Hash), .. request.Contacts.Select(store.Customers.Hash)], aliases,
            request.Contacts);
        await SearchAsync(store, named, cancel);

        foreach (var alias in aliases) // P6.1
        {
            await MarkAsync(store, store.Customers.Hash(alias), store.Customers.KeyFor(alias), at, cancel);
        }

        // An account's erasure is its own, and its address's as a guest; never that of another account with the same
        // address.
        // Without an account every named alias's person is meant.
        foreach (var alias in aliases)
        {
            var isAccounts = alias.Rank > 0 && aliases[0].Rank == 0;
            await ErasePersonAsync(store, store.Customers.Hash(alias), at, isAccounts, cancel);
        }

        foreach (var contact in request.Contacts)
        {
            await ForgetContactAsync(store, store.Customers.Hash(contact), at, cancel);
        }

        await SearchAsync(store, named, cancel); // What was written while the person still stood there.
    }

    /// <summary>Everybody and everything that a request of the law names: its orders lead to people too.</summary>
    public static IEnumerable<Alias> AliasesOf(StoreEvent request)
    {
        var orders = request.Body switch
        {
            CustomerErased e => e.Orders,
            CustomerDataRequested e => e.Orders,
            _ => [],
        };
        return request.Aliases.Concat(
            orders.Select(id => Alias.TryOrder(id, out var order) ? order : null).OfType<Alias>()).Distinct();
    }

    /// <summary>Every address of a person, also one that only a consent names: their keyed hashes.</summary>
    public static IEnumerable<string> ContactsOf(StoreContext store, CustomerState state) =>
        CartFacts.ContactsOf(state).Select(store.Customers.Hash)
            .Concat(state.Consents.Keys.Select(stored => store.Customers.Hash("contact:" + stored))).Distinct();

    /// <summary>Of an address stay its hash, its noes, and the proof of what was done, without whose it was.</summary>
    private async Task ForgetContactAsync(
        StoreContext store, string hash, DateTimeOffset at, CancellationToken cancel)
    {
        await store.Customers.UpdateContactAsync(hash, c => c.Erased(at), cancel);
        await ConsentProofs.ForgetAsync(store.Customers, hash, cancel);
        await TextReplies.ForgetAsync(store.Customers, hash, cancel);
        var asked = await OptIns.ForgetAsync(store.Customers, hash, cancel);
        foreach (var keeper in keepers) { await keeper.ForgetAsync(store.Store.Id, asked, cancel); }
    }

    private async Task ErasePersonAsync(StoreContext store, string hash, DateTimeOffset at, bool sparesAccounts,
        CancellationToken cancel)
    {
        while (true)
        {
            var row = (await store.Customers.ReadAliasAsync(hash, cancel)).Row;
            var key = await merges.ResolveAsync(store, row!.Root, cancel); // P6.2
            if (sparesAccounts && CustomerState.RankOf(key) == 0) { return; }

            var read = await store.Customers.ReadHeadAsync(key, cancel);
            if (read.Head is Head.Signpost) { continue; }

            if (read.Head is Head.Live { State: { ErasedAt: { } erased } life } && erased >= at)
            {
                // A later life began before this request was done with the earlier one: what is left of that goes now.
                await ClearAsync(store, key, new(erased, life.Aliases, life.Absorbed), cancel);
                return;
            }

            var stone = Stone(read.Head, hash, at);
            if (read.Head is Head.Live live) { await ForgetOutsideAsync(store, live.State, at, cancel); }

            var done = read.Head is Head.Tombstone t && t.At >= at;
            if (!done && !await store.Customers.TrySaveAsync(key, stone, read, [], null, cancel)) { continue; } // P6.3

            await ClearAsync(store, key, stone, cancel);
            return;
        }
    }

    private static Head.Tombstone Stone(Head? head, string hash, DateTimeOffset at) => head switch
    {
        Head.Live live => new(at, live.State.Aliases.Add(hash), live.State.Absorbed),
        Head.Tombstone stone => stone with { At = stone.At > at ? stone.At : at },
        _ => new(at, [hash], []),
    };

    /// <summary>
    /// What stands outside the partition, while the head still knows where: messages kept, and the addresses' records.
    /// </summary>
    private async Task ForgetOutsideAsync(
        StoreContext store, CustomerState state, DateTimeOffset at, CancellationToken cancel)
    {
        var contacts = CartFacts.ContactsOf(state);
        await SearchAsync(store, new(state.Absorbed.Add(state.Key),
            [.. state.Aliases, .. ContactsOf(store, state)], [], contacts), cancel);
        foreach (var keeper in keepers)
        {
            await keeper.ForgetAsync(store.Store.Id, [.. state.Sends.Keys], cancel);
        }

        foreach (var variant in state.Interests.Keys)
        {
            foreach (var key in state.Absorbed.Add(state.Key))
            {
                await store.Interests.ForgetAsync(VariantKeyOf(variant), key, cancel);
            }
        }

        foreach (var hash in ContactsOf(store, state)) { await ForgetContactAsync(store, hash, at, cancel); }
    }

    private async ValueTask SearchAsync(StoreContext store, ErasedPerson who, CancellationToken cancel)
    {
        foreach (var search in searches) { await search.ForgetAsync(store, who, cancel); }
    }

    private static VariantKey VariantKeyOf(string stored) => VariantKey.TryParse(stored, out var key) ? key
        : throw new FormatException($"'{stored}' is no variant's key.");

    private async Task ClearAsync(StoreContext store, string key, Head.Tombstone stone, CancellationToken cancel)
    {
        foreach (var alias in stone.Aliases) { await MarkAsync(store, alias, key, stone.At, cancel); } // P6.4

        foreach (var gone in stone.Absorbed.Add(key)) { await ForgetRowsAsync(store, gone, stone.At, cancel); } // P6.5

        var read = await store.Customers.ReadHeadAsync(key, cancel);
        if (read.Head is Head.Tombstone { At: var at } && at == stone.At) // P6.6
        {
            await store.Customers.TrySaveAsync(key, stone with { Aliases = [], Absorbed = [] }, read, [], null, cancel);
        }
    }

    /// <summary>The log's entries by their pointers, the pointers themselves, and the ledger up to then.</summary>
    private async Task ForgetRowsAsync(StoreContext store, string key, DateTimeOffset at, CancellationToken cancel)
    {
        var rows = new List<string>();
        await foreach (var pointer in store.Customers.RowsAsync(key, "event-", "event.", cancel))
        {
            var logKey = Encoding.UTF8.GetString(pointer.Value.Span);
            if (await EventLog.ReadAsync(store.Customers.Table, logKey, cancel) is { } later && later.HappenedAt > at)
            {
                // It was applied to the life that ended, and happened after: the next life gets it again, by the same
                // id.
                await shopEvents.SendAsync([new(Queues.Write(new ShopEventMessage(1, store.Store.Id, later)))], cancel);
                continue;
            }

            await EventLog.DeleteAsync(store.Customers.Table, logKey, cancel);
            rows.Add(pointer.Key);
        }

        await foreach (var line in store.Customers.LedgerKeysAsync(key, at, cancel)) { rows.Add(line); }

        await store.Customers.DeleteRowsAsync(key, rows, cancel);
    }

    private static async ValueTask MarkAsync(StoreContext store, string hash, string root, DateTimeOffset at,
        CancellationToken cancel)
    {
        while (true)
        {
            var read = await store.Customers.ReadAliasAsync(hash, cancel);
            if (read.Row?.ErasedAt >= at) { return; }

            if (await store.Customers.TrySaveAliasAsync(hash, (read.Row ?? new(root)) with { ErasedAt = at },
                read.ETag, cancel))
            {
                return;
            }
        }
    }
}
