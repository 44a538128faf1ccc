using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Insights;

/// <summary>
/// What belongs to addresses in a replay: the platform's no and yes, what was bought, what would have left.
/// </summary>
internal sealed class ReplayContacts
{
    private readonly Dictionary<Contact, ContactRecord> records = [];

    /// <summary>Everything known of a person's addresses.</summary>
    public IReadOnlyDictionary<Contact, ContactRecord> Of(CustomerState state)
    {
        var found = new Dictionary<Contact, ContactRecord>();
        foreach (var contact in CartFacts.ContactsOf(state))
        {
            if (records.TryGetValue(contact, out var record)) { found[contact] = record; }
        }

        return found;
    }

    /// <summary>What an event says of addresses, whoever has them.</summary>
    public void Tell(StoreEvent happened)
    {
        switch (happened.Body)
        {
            case OrderChanged { Order: { IsPurchase: true } order }:
                foreach (var contact in happened.Contacts)
                {
                    Change(contact, c => order.Lines.Select(l => l.ProductId).OfType<long>()
                        .Aggregate(c, (all, product) => all.WithBought(product, order.Id, order.PlacedAt)));
                }

                break;
            case ConsentChanged { State: ConsentState.Withdrawn or ConsentState.Given } consent:
                var isNo = consent.State == ConsentState.Withdrawn;
                Change(consent.Contact, c => c.WithOptOut(Suppression.Marketing, OptOutSource.Platform,
                    isNo ? consent.At : null, isNo ? null : consent.At));
                break;
            default:
                break;
        }
    }

    /// <summary>A message would have gone there.</summary>
    public void Send(SendOrder order, DateTimeOffset at) => Change(order.To, c => c.WithSend(order.SendId, at));

    private void Change(Contact contact, Func<ContactRecord, ContactRecord> change) =>
        records[contact] = change(records.GetValueOrDefault(contact) ?? ContactRecord.Empty);
}
