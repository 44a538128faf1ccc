using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>What one address gets, as a page shows it.</summary>
/// <param name="Channel">What it receives.</param>
/// <param name="ContactHash">Its record.</param>
/// <param name="Masked">For its owner to recognise.</param>
/// <param name="IsOwn">Whether the link was sent to it.</param>
/// <param name="Wanted">What it gets.</param>
/// <param name="Above">A no that the page cannot lift.</param>
internal sealed record AddressChoices(
    Channel Channel, string ContactHash, string Masked, bool IsOwn, IReadOnlyList<Purpose> Wanted, OptOut? Above)
{
    /// <summary>Whether that no was a text.</summary>
    public bool IsStoppedByText => Above?.Source is OptOutSource.Stop or OptOutSource.Unclear;
}

/// <summary>
/// What people choose behind a message's link: topics, address by address, and to be reminded later. Reading changes
/// nothing; the same choice twice changes nothing more.
/// </summary>
internal sealed class MessageChoices(
    Merges merges, ConsentProofs proofs, IQueue shopEvents, IQueue wakeUps, TimeProvider clock)
{
    /// <summary>How far a reminder is put off.</summary>
    public static readonly TimeSpan Later = TimeSpan.FromDays(7);

    private const string Unknown = "•••", LaterRow = "later";

    /// <summary>The page of choices that belongs to a way out: the same token.</summary>
    public static Uri PageOf(Uri wayOut) => new(wayOut, "/p/" + wayOut.Segments[^1]);

    /// <summary>The link's own address first, then the same person's of the other channel, when one is known.</summary>
    public async ValueTask<IReadOnlyList<AddressChoices>> FindAsync(
        StoreContext store, UnsubscribeLink link, CancellationToken cancel)
    {
        var addresses = await AddressesAsync(store, link, cancel);
        var found = new List<AddressChoices>();
        foreach (var (channel, hash, contact) in addresses)
        {
            var record = await store.Customers.ReadContactAsync(hash, cancel);
            var isOwn = hash == link.ContactHash;
            found.Add(new(channel, hash, Masked(contact), isOwn, Choices.Of(record), Choices.Above(record, isOwn)));
        }

        return found;
    }

    /// <summary>Saves what was chosen for the addresses that were shown; others stay as they are.</summary>
    public async ValueTask SaveAsync(
        StoreContext store, UnsubscribeLink link, IReadOnlyDictionary<Channel, IReadOnlyCollection<Purpose>> wanted,
        string? ip, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        foreach (var (channel, hash, contact) in await AddressesAsync(store, link, cancel))
        {
            if (!wanted.TryGetValue(channel, out var topics)) { continue; }

            var isOwn = hash == link.ContactHash;
            (ContactRecord Before, ContactRecord After) saved = (ContactRecord.Empty, ContactRecord.Empty);
            await store.Customers.UpdateContactAsync(hash, c =>
                (saved = (c, Choices.Save(c, topics, isOwn, now))).After, cancel);
            if (ReferenceEquals(saved.Before, saved.After)) { continue; }

            foreach (var proof in Proofs(saved.Before, saved.After, channel, link.CustomerKey, isOwn, now))
            {
                await proofs.AppendAsync(store.Customers, hash, $"choice:{proof.Action}:{now.UtcTicks}", proof,
                    contact?.Address, ip, cancel);
            }
        }

        await wakeUps.SendAsync([new(Queues.Write(new WakeUpMessage(1, store.Store.Id, link.CustomerKey, now)))],
            cancel);
    }

    /// <summary>Whether the link's message reminded of something that can wait.</summary>
    public async ValueTask<bool> MayPutOffAsync(StoreContext store, UnsubscribeLink link, CancellationToken cancel) =>
        link.Refill is not null && await PersonAsync(store, link, cancel) is not null;

    /// <summary>
    /// The reminder comes once more, <see cref="Later"/> from the first time this is said: who says it again says
    /// nothing new. False: there is nothing to remind of.
    /// </summary>
    public async ValueTask<bool> PutOffAsync(
        StoreContext store, string token, UnsubscribeLink link, CancellationToken cancel)
    {
        if (link.Refill is not { } occasion || await PersonAsync(store, link, cancel) is not { } person)
        {
            return false;
        }

        var (table, partition) = (store.Customers.Table, "later-" + token);
        await table.TryWriteAsync(partition, [new TableWrite.Insert(LaterRow, Json.Write(clock.GetUtcNow()))], cancel);
        var said = Json.Read<DateTimeOffset>((await table.ReadAsync(partition, LaterRow, cancel))!.Value, "a link");
        var happened = new StoreEvent("later-" + EventLog.KeyOf(token), said, said, EventOrigin.Own, [], [],
            new ReminderPutOff(occasion, said, said + Later));
        await shopEvents.SendAsync(
            [new(Queues.Write(new ShopEventMessage(1, store.Store.Id, happened, person.Key)))], cancel);
        return true;
    }

    private async ValueTask<IReadOnlyList<(Channel Channel, string Hash, Contact? Contact)>> AddressesAsync(
        StoreContext store, UnsubscribeLink link, CancellationToken cancel)
    {
        var person = await PersonAsync(store, link, cancel);
        var all = person is null ? [] : Addresses(person);
        var own = all.FirstOrDefault(c => store.Customers.Hash(c) == link.ContactHash);
        var other = all.FirstOrDefault(c => c.Channel != link.Channel);
        return other is null ? [(link.Channel, link.ContactHash, own)]
            : [(link.Channel, link.ContactHash, own), (other.Channel, store.Customers.Hash(other), other)];
    }

    /// <summary>The person's own addresses first, then those of their carts.</summary>
    private static List<Contact> Addresses(CustomerState person)
    {
        var own = Core.Automations.Addresses.Of(person);
        List<Contact?> first = [own.Email is null ? null : Contact.Of(own.Email),
            own.Phone is null ? null : Contact.Of(own.Phone)];
        return [.. first.OfType<Contact>().Concat(
            Core.Automations.AbandonedCart.CartFacts.ContactsOf(person)).Distinct()];
    }

    private async ValueTask<CustomerState?> PersonAsync(
        StoreContext store, UnsubscribeLink link, CancellationToken cancel)
    {
        var key = await merges.ResolveAsync(store, link.CustomerKey, cancel);
        return ((await store.Customers.ReadHeadAsync(key, cancel)).Head as Head.Live)?.State;
    }

    private static IEnumerable<ConsentProof> Proofs(
        ContactRecord before, ContactRecord after, Channel channel, string customer, bool isOwn, DateTimeOffset at)
    {
        var (had, has) = (Choices.Of(before), Choices.Of(after));
        var source = isOwn ? OptOutSource.Link : OptOutSource.Page;
        IReadOnlyList<Purpose> lost = after.OptedOut(Suppression.Marketing) is not null ? []
            : [.. had.Except(has)];
        if (had.Except(has).Any())
        {
            yield return new(channel, lost, ConsentAction.Withdrawn, source, at) { CustomerKey = customer };
        }

        if (has.Except(had).Any())
        {
            yield return new(channel, [.. has.Except(had)], ConsentAction.Given, source, at) { CustomerKey = customer };
        }
    }

    /// <summary>For its owner to recognise; a few dots when the person was forgotten.</summary>
    public static string Masked(Contact? contact) =>
        EmailAddress.TryParse(contact?.Address, out var address) ? address.Masked()
        : PhoneNumber.TryParse(contact?.Address, out var number) ? number.ToString() : Unknown;
}
