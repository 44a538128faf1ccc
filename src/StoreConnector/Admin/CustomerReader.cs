using System.Text.Json;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>Reads customers, their ledger and the outbox for the API.</summary>
internal sealed class CustomerReader(IStoreDirectory stores, Merges merges, StoredOutbox outbox)
    : ICustomerReader, IOutboxReader
{
    /// <summary>Ledger lines shown of one customer: the newest.</summary>
    private const int MaxLines = 200;

    public async ValueTask<IReadOnlyList<CustomerSummary>> SearchAsync(
        RegisteredStore store, CustomerQuery query, CancellationToken cancel)
    {
        if (await stores.FindAsync(store.Store.Id, cancel) is not { } found) { return []; }

        var keys = query switch
        {
            CustomerQuery.ByEmail(var email) => (await RootsAsync(found, Alias.Of(email), cancel))
                .Concat(await PeopleAsync(found, Contact.Of(email), cancel)),
            CustomerQuery.ByPhone(var phone) => await PeopleAsync(found, Contact.Of(phone), cancel),
            CustomerQuery.ById(var id) when Alias.TryAccount(id, out var account) =>
                await RootsAsync(found, account, cancel),
            _ => [],
        };
        var summaries = new List<CustomerSummary>();
        foreach (var key in keys.Distinct())
        {
            if (await ReadAsync(found, key, cancel) is { } state && summaries.TrueForAll(s => s.Key != state.Key))
            {
                summaries.Add(Summary(state));
            }
        }

        return summaries;
    }

    public async ValueTask<CustomerModel?> FindAsync(RegisteredStore store, string key, CancellationToken cancel)
    {
        if (!IsKey(key) || await stores.FindAsync(store.Store.Id, cancel) is not { } found
            || await ReadAsync(found, key, cancel) is not { } state) { return null; }

        var summary = Summary(state);
        var contacts = await found.Customers.ReadContactsAsync(CartFacts.ContactsOf(state), cancel);
        return new(state.Key, summary.Email, summary.Phone, Permissions(state, contacts), OpenCarts(state),
            Orders(state),
            await DecisionsAsync(found, state, cancel), await MessagesAsync(found, state, cancel));
    }

    public async ValueTask<IReadOnlyList<OutboxItem>> ReadAsync(string storeId, CancellationToken cancel) =>
        [.. (await outbox.ReadAsync(storeId, cancel)).Select(m => new OutboxItem(
            m.Automation, m.Step, m.Occasion, Word(m.Channel), m.To, m.Email?.Subject,
            m.Email?.Text ?? m.Sms?.Text ?? "", m.Email?.Html, m.Sms?.Segments, m.SentAt))];

    internal static bool IsKey(string key) => key is ['0' or '1' or '2' or '3', ..] && key.Length == 33
        && key.All(char.IsAsciiHexDigitLower);

    private static async ValueTask<IEnumerable<string>> RootsAsync(StoreContext store, Alias alias,
        CancellationToken cancel) =>
        (await store.Customers.ReadAliasAsync(store.Customers.Hash(alias), cancel)).Row is { } row ? [row.Root] : [];

    private static async ValueTask<IEnumerable<string>> PeopleAsync(StoreContext store, Contact contact,
        CancellationToken cancel) =>
        (await store.Customers.ReadContactAsync(store.Customers.Hash(contact), cancel))?.People ?? [];

    private async ValueTask<CustomerState?> ReadAsync(StoreContext store, string key, CancellationToken cancel) =>
        (await store.Customers.ReadHeadAsync(await merges.ResolveAsync(store, key, cancel), cancel))
            .Head is Head.Live live ? live.State : null;

    private static CustomerSummary Summary(CustomerState state)
    {
        var typed = state.Carts.Values.Where(c => c.Cart is not null).OrderByDescending(c => c.Cart!.Version)
            .Select(c => c.Cart!).ToList();
        var email = state.Email?.Value ?? typed.Select(c => c.Email).FirstOrDefault(e => e is not null);
        var phone = state.Phone?.Value ?? typed.Select(c => c.Phone).FirstOrDefault(p => p is not null);
        return new(state.Key, email?.Value, phone?.E164, state.Name?.Value);
    }

    private static IReadOnlyList<PermissionModel> Permissions(
        CustomerState state, IReadOnlyDictionary<Contact, ContactRecord> contacts)
    {
        var consents = state.Consents.Select(c => new PermissionModel(
            c.Key.StartsWith("email:", StringComparison.Ordinal) ? "email" : "sms", Word(c.Value.State),
                c.Value.Source, c.Value.At));
        var optOuts = contacts.Select(c => (c.Key.Channel, Out: c.Value.OptedOut(Suppression.Marketing)))
            .Where(c => c.Out is not null)
            .Select(c => new PermissionModel(Word(c.Channel), "unsubscribed", c.Out!.Source, c.Out.OutAt));
        var topics =
            from contact in contacts
            from topic in Choices.All.Select(Suppression.TopicOf)
            let no = contact.Value.OptedOut(topic)
            where no is not null
            select new PermissionModel(Word(contact.Key.Channel), "declined", no.Source, no.OutAt, topic);
        return [.. consents, .. optOuts, .. topics];
    }

    private static IReadOnlyList<CartModel> OpenCarts(CustomerState state) =>
        [.. CartFacts.Views(state)
            .Where(v => v is { CompletedAt: null, Removed: false, Moved: false, Cart.ItemCount: > 0 })
            .Where(v => PurchaseFacts.Ending(state, v, new Dictionary<Contact, ContactRecord>(), TimeSpan.Zero) is null)
            .Select(v => new CartModel(v.Occasion, v.Cart.Version, v.Cart.ItemCount, v.Cart.Subtotal?.Amount,
                v.Cart.Subtotal?.Currency))];

    private static IReadOnlyList<OrderModel> Orders(CustomerState state) =>
        [.. state.Orders.OrderBy(o => o.Value.PlacedAt).Select(o => new OrderModel(
            o.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), o.Value.PlacedAt, Word(o.Value.Status),
            o.Value.Total?.Amount, o.Value.Total?.Currency, Credit(Attribution.Of(state, o.Value))))];

    private static OrderCreditModel? Credit(Credit? credit) => credit is null ? null
        : new(credit.Automation, credit.Step, credit.ByCoupon ? "coupon" : "click", credit.At);

    /// <summary>The ledger, oldest first, also of customers that were merged into this one.</summary>
    private static async ValueTask<IReadOnlyList<DecisionModel>> DecisionsAsync(StoreContext store,
        CustomerState state, CancellationToken cancel)
    {
        var lines = new List<LedgerLine>();
        foreach (var key in state.Absorbed.Add(state.Key))
        {
            lines.AddRange(await store.Customers.ReadLedgerAsync(key, MaxLines, cancel));
        }

        return [.. lines.OrderBy(l => l.Entry.At).TakeLast(MaxLines).Select(l => new DecisionModel(
            l.Entry.Automation, l.Entry.Occasion, l.Entry.Kind, l.Entry.Step, l.Entry.At, UntilNow(state, l.Entry),
                l.Entry.Code, l.Why,
            l.Facts is null ? null : JsonSerializer.SerializeToElement(l.Facts, EventJson.Options)))];
    }

    /// <summary>
    /// A wait that goes on may have been put off since its line was written: its newest time is shown.
    /// </summary>
    private static DateTimeOffset? UntilNow(CustomerState state, DecisionEntry line) =>
        state.Decisions.GetValueOrDefault(DecisionEntry.KeyOf(line.Automation, line.Occasion)) is { } current
            && (current.Kind, current.Code, current.Step) == (line.Kind, line.Code, line.Step) ? current.Until
                : line.Until;

    private static async ValueTask<IReadOnlyList<MessageModel>> MessagesAsync(
        StoreContext store, CustomerState state, CancellationToken cancel)
    {
        var messages = new List<MessageModel>();
        foreach (var (id, send) in state.Sends.OrderBy(s => s.Value.ClaimedAt))
        {
            var code = ShortLinks.CodeOf(store, id, send.Channel);
            var delivery = await Deliveries.ReadAsync(store, code, cancel);
            messages.Add(new(send.Automation, send.Step, send.Occasion, Word(send.Channel), Word(send.Status),
                send.ClaimedAt, send.Why, delivery == MessageDelivery.None ? null : new(
                    delivery.Status is { } status ? Word(status) : null, delivery.Code, delivery.At,
                    delivery.ClickedAt, delivery.ComplainedAt)));
        }

        return messages;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
