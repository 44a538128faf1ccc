using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Processing;

/// <summary>Reads what a plan rests on beside the customer's own record.</summary>
internal sealed class SurroundingsReader(ZoneClocks zones, StoreFigureTable figures)
{
    /// <param name="read">Records of addresses that were just read.</param>
    public async ValueTask<Surroundings> ReadAsync(StoreContext store, CustomerState state, DateTimeOffset now,
        CancellationToken cancel, IReadOnlyDictionary<Contact, ContactRecord>? read = null) => new()
    {
        Now = now,
        Store = store.Store,
        Contacts = await store.Customers.ReadContactsAsync(CartFacts.ContactsOf(state), cancel, read),
        Zones = zone => zones.Find(zone, now),
        SegmentsLeft = MayText(state) ? await Budget.LeftAsync(store, Channel.Sms, now, cancel) ?? 0 : 0,
        MailsLeft = await Budget.LeftAsync(store, Channel.Email, now, cancel),
        Figures = await figures.ReadAsync(store, cancel),
    };

    /// <summary>The budget is one more read, and most people gave no number.</summary>
    private static bool MayText(CustomerState state) => state.Consents.Any(c => c.Value.State == ConsentState.Given
        && c.Key.StartsWith("sms:", StringComparison.Ordinal));
}
