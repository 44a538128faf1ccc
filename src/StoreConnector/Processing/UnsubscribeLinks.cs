using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>
/// Where a message's way out leads: no address in it, only its keyed hash, so that it outlives an erasure.
/// </summary>
/// <param name="ContactHash">The address's record.</param>
/// <param name="Language">The language of the message.</param>
/// <param name="CustomerKey">Whose decisions are looked at again.</param>
/// <param name="Channel">What it stops.</param>
/// <param name="Refill">The purchase that the message reminds of: what can be put off.</param>
internal sealed record UnsubscribeLink(
    string ContactHash, string Language, string CustomerKey, Channel Channel = Channel.Email, string? Refill = null);

/// <summary>
/// The way out at the foot of every message: the code of its links is its token.
/// </summary>
internal sealed class UnsubscribeLinks(
    IStoreDirectory stores, ShortLinks codes, Merges merges, ConsentProofs proofs, IQueue wakeUps, TimeProvider clock)
{
    /// <summary>Finds a link; null when it is old, of a store that left, or was never ours.</summary>
    public async ValueTask<(StoreContext Store, UnsubscribeLink Link)?> FindAsync(string token,
        CancellationToken cancel) =>
        await codes.FindAsync(token, cancel) is var (store, code) ? (store, code.WayOut) : null;

    /// <summary>The address, masked for its owner to recognise; a few dots when the person was erased since.</summary>
    public async ValueTask<string> MaskedAsync(StoreContext store, UnsubscribeLink link, CancellationToken cancel) =>
        MessageChoices.Masked(await ContactAsync(store, link, cancel));

    /// <summary>
    /// The address says no, or takes its own no back. Written before it is acknowledged; a repeat changes nothing.
    /// </summary>
    public async ValueTask SetAsync(
        StoreContext store, UnsubscribeLink link, bool stop, string? ip, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        OptOut? said = null;
        await store.Customers.UpdateContactAsync(link.ContactHash, c =>
        {
            var set = c.IsOut(Suppression.Marketing, OptOutSource.Link) == stop ? c
                : c.WithOptOut(Suppression.Marketing, OptOutSource.Link, stop ? now : null, stop ? null : now);
            said = set.OptOuts.GetValueOrDefault($"{Suppression.Marketing}:{OptOutSource.Link}");
            return set;
        }, cancel);
        await wakeUps.SendAsync([new(Queues.Write(new WakeUpMessage(1, store.Store.Id, link.CustomerKey, now)))],
            cancel);
        if ((stop ? said?.OutAt : said?.InAt) is { } at) // The proof of a repeat is that of the first time.
        {
            await proofs.AppendAsync(store.Customers, link.ContactHash, stop ? "link:no" : "link:undo",
                new(link.Channel, [], stop ? ConsentAction.Withdrawn : ConsentAction.Given, OptOutSource.Link, at)
                {
                    CustomerKey = link.CustomerKey, RecordedAt = now,
                }, (await ContactAsync(store, link, cancel))?.Address, ip, cancel);
        }
    }

    /// <summary>An address typed on the page of an unknown link: no more to it from any store that knows it.</summary>
    public async ValueTask StopEverywhereAsync(EmailAddress address, IEnumerable<string> storeIds,
        CancellationToken cancel)
    {
        foreach (var storeId in storeIds)
        {
            if (await stores.FindAsync(storeId, cancel) is not { } store) { continue; }

            var hash = store.Customers.Hash(Contact.Of(address));
            var isKnown = await store.Customers.ReadContactAsync(hash, cancel) is not null
                || (await store.Customers.ReadAliasAsync(store.Customers.Hash(Alias.Of(address)), cancel))
                    .Row is not null;
            if (isKnown)
            {
                var now = clock.GetUtcNow();
                var isNew = false;
                await store.Customers.UpdateContactAsync(hash, c =>
                {
                    isNew = !c.IsOut(Suppression.Marketing, OptOutSource.Link);
                    return isNew ? c.WithOptOut(Suppression.Marketing, OptOutSource.Link, now, null) : c;
                }, cancel);
                if (!isNew) { continue; }

                await proofs.AppendAsync(store.Customers, hash, "typed", new(Channel.Email, [],
                    ConsentAction.Withdrawn, OptOutSource.Link, now), address.Value, null, cancel);
            }
        }
    }

    private async ValueTask<Contact?> ContactAsync(StoreContext store, UnsubscribeLink link, CancellationToken cancel)
    {
        var key = await merges.ResolveAsync(store, link.CustomerKey, cancel);
        var state = ((await store.Customers.ReadHeadAsync(key, cancel)).Head as Head.Live)?.State;
        return (state is null ? [] : CartFacts.ContactsOf(state))
            .FirstOrDefault(c => store.Customers.Hash(c) == link.ContactHash);
    }
}
