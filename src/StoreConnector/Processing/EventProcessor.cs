using System.Globalization;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>
/// Applies one event to its customer (docs/protocols.md P1). Everything outside the record is written again for a
/// repeat.
/// </summary>
internal sealed class EventProcessor(
    IStoreDirectory stores, Identities identities, Erasure erasure, Wakes wakes, Catalog catalog,
    ConsentProofs proofs) : IShopEventHandler
{
    /// <summary>How often one message begins again before it is left to the queue.</summary>
    public const int MaxAttempts = 25;

    /// <summary>The first sign of each such time writes the row again, which lasts that much longer.</summary>
    private static readonly TimeSpan InterestRowsRenewed = TimeSpan.FromDays(7);

    public async Task HandleAsync(ShopEventMessage message, CancellationToken cancel)
    {
        // The store left, with all that was its own.
        if (await stores.FindAsync(message.StoreId, cancel) is not { } store) { return; }

        var happened = EventTimes.Bounded(message.Event);
        switch (happened.Body)
        {
            case StoreUninstalled e: await stores.UninstallAsync(message.StoreId, e.At, cancel); return;
            case StoreErased or CustomerDataRequested or PlanChanged or ScopesChanged or ShopChanged:
                return; // About the store, or the law's: who stands before this processor has seen to it.
            case CustomerErased e: await erasure.EraseAsync(store, happened, e.At, cancel); return;
            case StockMoved moved: await catalog.StockMovedAsync(store, moved, cancel); return;
            case ProductChanged or ProductRemoved: await catalog.ApplyAsync(store, happened, cancel); return;
            default: await ApplyAsync(store, happened, message.CustomerKey, cancel); return;
        }
    }

    /// <param name="key">Whose it is, where that is known without an alias.</param>
    private async Task ApplyAsync(StoreContext store, StoreEvent happened, string? key, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var whose = key is null ? await identities.FindAsync(store, happened, cancel) // P1.1–4
                : await identities.FindAsync(store, key, cancel);
            switch (whose)
            {
                case Whose.Erased or Whose.Nobody: await ForgetAsync(store, happened, cancel); return;
                case Whose.Person person when await TryApplyAsync(store, happened, person, cancel): return;
                default: break;
            }
        }

        throw new ContentionException($"Store {store.Store.Id}: event {happened.Id}", MaxAttempts);
    }

    private async ValueTask<bool> TryApplyAsync(StoreContext store, StoreEvent happened, Whose.Person person,
        CancellationToken cancel)
    {
        // P1.5: what others must find stands before the save.
        var told = await TellContactsAsync(store, happened, person, cancel);

        var read = person.Head ?? await store.Customers.ReadHeadAsync(person.Key, cancel); // P1.6
        var state = read.Head switch
        {
            null => new CustomerState { Key = person.Key },
            Head.Live live => live.State,
            Head.Tombstone stone when stone.At < happened.HappenedAt => new CustomerState
            {
                Key = person.Key,
                ErasedAt = stone.At,
                Aliases = stone.Aliases,
                Absorbed = stone.Absorbed,
            },
            _ => null,
        };
        if (state is null)
        {
            if (read.Head is not Head.Tombstone) { return false; } // A signpost: begin again.

            await ForgetAsync(store, happened, cancel); // From before the erasure: dropped.
            return true;
        }

        var offers = await ShowInterestAsync(store, happened, state, cancel);
        var evolved = state.Seen.Contains(happened.Id) ? state
            : CustomerEvolution.Evolve(state, happened, person.MovedAt, AccountOf(store, happened, person.Key));
        var aliases = evolved.Aliases.Union(person.Aliases);
        evolved = CustomerEvolution.Adopt(evolved, person.Adopted) with
        {
            Aliases = aliases,
            Absorbing = person.Head is null ? evolved.Absorbing : [],
        };
        evolved = offers.Aggregate(evolved, (all, o) => CustomerEvolution.WithOffer(all, o.Variant, o.Offer, o.Seen));
        // Ours: the log has the product's own event, and nobody's purchase is in what was put off.
        var cause = happened.Body is OfferChanged or ReminderPutOff ? null : happened;
        // Before the save, which writes the pointer: an erasure that finds the pointer finds the event.
        if (cause is not null) { await EventLog.AppendAsync(store.Customers.Table, cause, cancel); }

        // P1.7–9
        if (await wakes.SettleAsync(store, evolved, read, cancel, cause, told: told) is null) { return false; }

        if (happened.Body is OrderChanged or LinkFollowed) { await Credits.KeepAsync(store, evolved, cancel); }

        return true;
    }

    /// <summary>A dropped event may stand in the log already: it was on its way while its person was erased.</summary>
    private static ValueTask ForgetAsync(StoreContext store, StoreEvent happened, CancellationToken cancel) =>
        EventLog.DeleteAsync(store.Customers.Table, EventLog.LogKey(happened), cancel);

    /// <summary>
    /// Puts the person among those who are interested in what the event shows, and only then reads what it costs (P1.5,
    /// R6): a drop in between meets the row, or the read meets the drop. What the record knows already has its row, and
    /// is told of changes; a row that is written anew may have run out, and is read for like the first.
    /// </summary>
    private static async ValueTask<IReadOnlyList<(VariantKey Variant, Offer Offer, SeenPrice? Seen)>> ShowInterestAsync(
        StoreContext store, StoreEvent happened, CustomerState state, CancellationToken cancel)
    {
        List<(VariantKey, Offer, SeenPrice?)> offers = [];
        foreach (var sign in Interest.Signs(happened.Body).DistinctBy(s => s.Variant))
        {
            var known = state.Interests.GetValueOrDefault(sign.Variant.ToString());
            if (known is not null && Period(sign.At) <= Period(known.LastAt)) { continue; }

            await store.Interests.PutAsync(sign.Variant, state.Key, sign.At + Interest.Life + InterestRowsRenewed,
                cancel);
            if (await store.Products.FindAsync(sign.Variant, cancel) is var (product, variant))
            {
                var seen = variant.ShownAt(sign.At) is { } price ? new SeenPrice(price, sign.At, true) : null;
                offers.Add((sign.Variant, variant.OfferOf(product), seen));
            }
        }

        return offers;
    }

    private static long Period(DateTimeOffset at) => at.UtcTicks / InterestRowsRenewed.Ticks;

    /// <summary>The account a record was founded on, when the event names it.</summary>
    private static long? AccountOf(StoreContext store, StoreEvent happened, string key) =>
        happened.Aliases.FirstOrDefault(a => IsFounding(store, a, key)) is { } account
            ? long.Parse(account.Value, CultureInfo.InvariantCulture) : null;

    private static bool IsFounding(StoreContext store, Alias alias, string key) =>
        alias.Kind == AliasKind.Account && store.Customers.KeyFor(alias) == key;

    /// <summary>
    /// What was bought, and a platform's no or yes, belongs to the address: a sender reads it after its claim (R6), so
    /// it stands before the save.
    /// </summary>
    /// <returns>The records that were read or written for it.</returns>
    private async ValueTask<Dictionary<Contact, ContactRecord>> TellContactsAsync(
        StoreContext store, StoreEvent happened, Whose.Person person, CancellationToken cancel)
    {
        var (key, told) = (person.Key, new Dictionary<Contact, ContactRecord>());
        // An e-mail address has its alias, and a number that the person's record knows has been told of them.
        var known = person.Head?.Head is Head.Live live ? CartFacts.ContactsOf(live.State) : [];
        foreach (var contact in happened.Contacts.Where(c => c.Channel == Channel.Sms && !known.Contains(c)))
        {
            await TellAsync(contact, c => c.WithPerson(key));
        }

        switch (happened.Body)
        {
            case OrderChanged { Order: { IsPurchase: true } order }:
                foreach (var contact in happened.Contacts)
                {
                    await TellAsync(contact, c => order.Lines.Select(l => l.ProductId).OfType<long>()
                        .Aggregate(c, (all, product) => all.WithBought(product, order.Id, order.PlacedAt)));
                }

                break;
            case ConsentChanged consent:
                await TellConsentAsync(store, happened, consent, key, TellAsync, cancel);
                break;
            default:
                break;
        }

        return told;

        async ValueTask TellAsync(Contact contact, Func<ContactRecord, ContactRecord> change) =>
            told[contact] = await store.Customers.UpdateContactAsync(store.Customers.Hash(contact), change, cancel);
    }

    /// <summary>
    /// What a platform says of an address, and its proof. A yes lifts the no of its own kind, and one that came from an
    /// older list: that list knew nothing of it.
    /// </summary>
    private async ValueTask TellConsentAsync(
        StoreContext store, StoreEvent happened, ConsentChanged consent, string key,
        Func<Contact, Func<ContactRecord, ContactRecord>, ValueTask> tellAsync, CancellationToken cancel)
    {
        if (consent.State is ConsentState.Withdrawn or ConsentState.Given)
        {
            var no = consent.State == ConsentState.Withdrawn;
            await tellAsync(consent.Contact, c =>
            {
                var told = c.WithOptOut(Suppression.Marketing, OptOutSource.Platform, no ? consent.At : null,
                    no ? null : consent.At);
                string[] lifted = no ? [] : [OptOutSource.Import, OptOutSource.Erasure];
                return lifted.Where(source => told.IsOut(Suppression.Marketing, source)).Aggregate(told,
                    (all, source) => all.WithOptOut(Suppression.Marketing, source, null, consent.At));
            });
        }

        if (happened.Origin == EventOrigin.Own || consent.State == ConsentState.None) { return; }

        var action = consent.State switch
        {
            ConsentState.Withdrawn => ConsentAction.Withdrawn,
            ConsentState.Pending => ConsentAction.Pending,
            _ when happened.Origin == EventOrigin.Import => ConsentAction.Imported,
            _ => ConsentAction.Given,
        };
        await proofs.AppendAsync(store.Customers, store.Customers.Hash(consent.Contact), happened.Id,
            new(consent.Contact.Channel, [], action, consent.Source, consent.At)
            {
                CustomerKey = key, Level = consent.Level, Text = consent.Text, RecordedAt = happened.ReceivedAt,
            }, consent.Contact.Address, null, cancel);
    }
}
