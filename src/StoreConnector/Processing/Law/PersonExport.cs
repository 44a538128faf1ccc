using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing.Law;

/// <summary>Whom a request of the law is about.</summary>
/// <param name="People">Their records, as far as there are any.</param>
/// <param name="Contacts">The addresses that are theirs: of the records, and of the request.</param>
/// <param name="Aliases">What the request names them by.</param>
/// <param name="Hashes">Keyed hashes of all their aliases and addresses.</param>
internal sealed record FoundPeople(
    IReadOnlyList<CustomerState> People, IReadOnlyList<Contact> Contacts, IReadOnlyList<Alias> Aliases,
    IReadOnlyList<string> Hashes)
{
    /// <summary>Keys of all their records, also of those that were merged into others.</summary>
    public IReadOnlyList<string> Keys { get; } = [.. People.SelectMany(p => p.Absorbed.Add(p.Key)).Distinct()];

    /// <summary>Whether there is a record.</summary>
    public bool IsKnown => People.Count > 0;
}

/// <summary>
/// Gathers everything that is kept of a person into one JSON document with plain names. Nothing of somebody else: an
/// account's request does not open another account, and a number that others use too tells what it said itself, not
/// what they bought. Links that open a checkout are left out, for whoever has one has the checkout.
/// </summary>
internal sealed class PersonExport(Merges merges, ConsentProofs proofs, TextReplies replies, StoredOutbox outbox)
{
    /// <summary>Entries of the log in one export: the newest. How many were left out is said.</summary>
    public const int MaxEvents = 2000;

    /// <summary>Bytes of the log in one export.</summary>
    public const int MaxEventBytes = 8 * 1024 * 1024;

    /// <summary>Lines of the ledger of one record in an export: the newest.</summary>
    public const int MaxLines = 5000;

    /// <summary>Finds the people that a request names; by key alone, where the merchant asks.</summary>
    public async ValueTask<FoundPeople> FindAsync(
        StoreContext store, StoreEvent asked, string? key, CancellationToken cancel)
    {
        var aliases = Erasure.AliasesOf(asked).Where(a => IdentityRules.MayIdentify(a, store.Store))
            .OrderBy(a => a.Rank).ToList();
        var people = new List<CustomerState>();
        foreach (var root in key is null ? await RootsAsync(store, aliases, cancel) : [key])
        {
            var at = await merges.ResolveAsync(store, root, cancel);
            if ((await store.Customers.ReadHeadAsync(at, cancel)).Head is Head.Live { State: var state }
                && people.TrueForAll(p => p.Key != state.Key)) { people.Add(state); }
        }

        var contacts = people.SelectMany(AddressesOf).Concat(asked.Contacts).Distinct().ToList();
        return new(people, contacts, aliases, [.. people.SelectMany(p => p.Aliases)
            .Concat(aliases.Select(store.Customers.Hash)).Concat(contacts.Select(store.Customers.Hash)).Distinct()]);
    }

    /// <summary>The document, as UTF-8.</summary>
    public async ValueTask<byte[]> WriteAsync(
        StoreContext store, FoundPeople found, StoreEvent asked, DateTimeOffset now, CancellationToken cancel)
    {
        var people = new JsonArray();
        foreach (var person in found.People) { people.Add((JsonNode?)await PersonAsync(store, person, cancel)); }

        var addresses = new JsonArray();
        foreach (var contact in found.Contacts)
        {
            addresses.Add((JsonNode?)await AddressAsync(store, found, contact, cancel));
        }

        var document = new JsonObject
        {
            ["about"] = Node(new
            {
                Store = store.Store.Name, store.Store.Domain, AskedAt = asked.HappenedAt, MadeAt = now,
                RequestId = (asked.Body as CustomerDataRequested)?.RequestId,
                AskedFor = found.Aliases.Select(a => a.Stored).Concat(asked.Contacts.Select(c => c.Stored)).Distinct(),
                Says = found.IsKnown ? "Everything that StoreConnector keeps of this person for this store."
                    : "StoreConnector keeps no record of this person for this store.",
            }),
            ["people"] = people,
            ["addresses"] = addresses,
        };
        return JsonSerializer.SerializeToUtf8Bytes(document, EventJson.Options);
    }

    /// <summary>
    /// An account's request does not reach another account with the same address; a person's own orders and addresses
    /// as a guest it does.
    /// </summary>
    private async ValueTask<IReadOnlyList<string>> RootsAsync(
        StoreContext store, List<Alias> aliases, CancellationToken cancel)
    {
        var roots = new List<string>();
        foreach (var alias in aliases)
        {
            var row = (await store.Customers.ReadAliasAsync(store.Customers.Hash(alias), cancel)).Row;
            var root = await merges.ResolveAsync(store, row?.Root ?? store.Customers.KeyFor(alias), cancel);
            var isAnother = alias.Rank > 0 && aliases[0].Rank == 0 && CustomerState.RankOf(root) == 0;
            if (!isAnother) { roots.Add(root); }
        }

        return [.. roots.Distinct()];
    }

    private static IEnumerable<Contact> AddressesOf(CustomerState state) => CartFacts.ContactsOf(state).Concat(
        state.Consents.Keys.Select(ContactOf).OfType<Contact>());

    private static Contact? ContactOf(string stored) => stored.Split(':', 2) switch
    {
        ["email", var address] => new(Channel.Email, address),
        ["sms", var number] => new(Channel.Sms, number),
        _ => null,
    };

    private async ValueTask<JsonObject> PersonAsync(StoreContext store, CustomerState p, CancellationToken cancel)
    {
        var (events, leftOut) = await EventsAsync(store, p, cancel);
        return new()
        {
            ["key"] = p.Key,
            ["accountId"] = p.AccountId,
            ["name"] = Node(p.Name),
            ["email"] = Node(p.Email),
            ["phone"] = Node(p.Phone),
            ["locale"] = Node(p.Locale),
            ["country"] = Node(p.Country),
            ["region"] = Node(p.Region),
            ["accountRemovedAt"] = Node(p.AccountRemovedAt),
            ["beganAnewAfterErasureAt"] = Node(p.ErasedAt),
            ["mergedRecords"] = Node(p.Absorbed),
            ["consents"] = Node(p.Consents.Select(c => new
            {
                Address = c.Key, c.Value.State, c.Value.Level, c.Value.At, c.Value.Source, c.Value.Text,
            })),
            ["carts"] = Node(p.Carts.Select(c => new
            {
                Cart = c.Value.Cart is { } cart ? cart with { RecoveryUrl = null } : null, Name = c.Key,
                c.Value.RemovedAt, SomebodyElsesSince = c.Value.MovedAt,
            })),
            ["orders"] = Node(p.Orders.Select(o => OrderOf(o.Key, o.Value))),
            ["refunds"] = Node(p.Refunds.Select(r => new
            {
                RefundId = r.Key, r.Value.OrderId, r.Value.At, r.Value.Amount,
            })),
            ["olderPurchases"] = Node(p.Rhythms.Select(r => new { ProductId = r.Key, Rhythm = r.Value })),
            ["productsLookedAt"] = Node(p.Interests.Select(i => InterestOf(i.Key, i.Value))),
            ["remindersPutOff"] = Node(p.PutOff.Select(l => new { Occasion = l.Key, l.Value.At, l.Value.Until })),
            ["messages"] = await MessagesAsync(store, p, cancel),
            ["decisions"] = Node(p.Decisions.Values),
            ["ledger"] = await LedgerAsync(store, p, cancel),
            ["events"] = events,
            ["eventsLeftOut"] = leftOut,
        };
    }

    private static object OrderOf(long id, OrderEntry order) => new
    {
        OrderId = id, order.PlacedAt, order.Status, order.Total, order.Refunded, order.Source, order.Coupons,
        order.FulfilledAt, order.RemovedAt, order.CheckoutToken, order.CartToken,
        Items = order.Pieces.Select(piece => new { ProductId = piece.P, VariantId = piece.V, Quantity = piece.Q }),
    };

    private static object InterestOf(string stored, Interest interest) => new
    {
        ProductId = VariantKey.TryParse(stored, out var key) ? key.ProductId : (long?)null,
        VariantId = key?.VariantId, interest.ViewedAt, interest.CartedAt, interest.CheckoutAt,
        PriceSeen = interest.Seen, PriceNow = interest.Offer,
    };

    private async ValueTask<JsonArray> MessagesAsync(StoreContext store, CustomerState p, CancellationToken cancel)
    {
        var addresses = AddressesOf(p).Distinct().ToDictionary(store.Customers.Hash, c => c.Address);
        var messages = new JsonArray();
        foreach (var (id, send) in p.Sends.OrderBy(s => s.Value.ClaimedAt))
        {
            var kept = await outbox.FindAsync(store.Store.Id, id, cancel);
            var delivery = await Deliveries.ReadAsync(store, ShortLinks.CodeOf(store, id, send.Channel), cancel);
            messages.Add(Node(new
            {
                SendId = id, send.Automation, send.Step, About = send.Occasions(), send.Channel,
                To = addresses.GetValueOrDefault(send.ContactHash) ?? kept?.To, send.Status, At = send.ClaimedAt,
                send.Why, send.Coupon, send.VendorId, Delivery = delivery == MessageDelivery.None ? null : delivery,
                Clicks = p.Clicks.GetValueOrDefault(id), kept?.Email?.Subject,
                Text = kept?.Email?.Text ?? kept?.Sms?.Text, kept?.Email?.Html,
            }));
        }

        return messages;
    }

    private static async ValueTask<JsonNode?> LedgerAsync(
        StoreContext store, CustomerState p, CancellationToken cancel)
    {
        var lines = new List<LedgerLine>();
        foreach (var key in p.Absorbed.Add(p.Key))
        {
            lines.AddRange(await store.Customers.ReadLedgerAsync(key, MaxLines, cancel));
        }

        return Node(lines.OrderBy(l => l.Entry.At).Select(l => new
        {
            l.Entry.At, l.Entry.Automation, l.Entry.Occasion, Decision = l.Entry.Kind, Reason = l.Entry.Code,
            l.Entry.Step, l.Entry.Until, l.Why, Facts = l.Facts is null ? null : Node<AutomationFacts>(l.Facts),
        }));
    }

    /// <summary>What was heard of the person, newest first: when, and from where.</summary>
    private static async ValueTask<(JsonArray Events, int LeftOut)> EventsAsync(
        StoreContext store, CustomerState p, CancellationToken cancel)
    {
        var pointers = new List<string>();
        foreach (var key in p.Absorbed.Add(p.Key))
        {
            await foreach (var row in store.Customers.RowsAsync(key, "event-", "event.", cancel))
            {
                pointers.Add(Encoding.UTF8.GetString(row.Value.Span));
            }
        }

        var (events, bytes, leftOut) = (new JsonArray(), 0, 0);
        foreach (var pointer in pointers.Distinct().OrderByDescending(TimeOf, StringComparer.Ordinal))
        {
            if (events.Count >= MaxEvents || bytes >= MaxEventBytes) { leftOut++; continue; }

            if (await EventLog.ReadAsync(store.Customers.Table, pointer, cancel) is not { } happened) { continue; }

            var body = happened.Body is CartChanged e ? e with { Cart = e.Cart with { RecoveryUrl = null } }
                : happened.Body;
            var node = Node(new
            {
                happened.Id, happened.HappenedAt, happened.ReceivedAt, HeardFrom = happened.Origin,
                NamedBy = happened.Aliases, Addresses = happened.Contacts.Select(c => c.Stored),
                What = Node<EventBody>(body),
            });
            bytes += node!.ToJsonString(EventJson.Options).Length;
            events.Add(node);
        }

        return (events, leftOut);
    }

    /// <summary>The time in a log's key: the day before the shard, the rest behind it.</summary>
    private static string TimeOf(string logKey) =>
        logKey.Split(':') is [{ Length: > 12 } day, var rest] ? day[4..12] + rest : logKey;

    private async ValueTask<JsonObject> AddressAsync(
        StoreContext store, FoundPeople found, Contact contact, CancellationToken cancel)
    {
        var hash = store.Customers.Hash(contact);
        var record = await store.Customers.ReadContactAsync(hash, cancel);
        // Spouses share phones: what was bought is told only where nobody else has named the address.
        var isOnlyTheirs = record is not null && record.People.All(found.Keys.Contains);
        var said = await proofs.ReadAsync(store.Customers, hash, cancel);
        var texts = await replies.OfAsync(store, hash, cancel);
        return new()
        {
            ["channel"] = Node(contact.Channel),
            ["address"] = contact.Address,
            ["suppressions"] = Node(record?.OptOuts.Select(o => new
            {
                What = o.Key, Since = o.Value.OutAt, LiftedAt = o.Value.InAt, SaidBy = o.Value.Source,
                o.Value.InForce,
            })),
            ["bouncedAt"] = Node(record?.BouncedAt),
            ["complainedAt"] = Node(record?.ComplainedAt),
            ["bought"] = isOnlyTheirs ? Node(record!.Bought.Values) : null,
            ["messagesSent"] = isOnlyTheirs
                ? Node(record!.Sends.Select(s => new { SendId = s.Key, At = s.Value })) : null,
            ["proofs"] = Node(said.Select(k => new
            {
                k.Proof.Channel, k.Proof.Purposes, k.Proof.Action, k.Proof.Source, k.Proof.At, k.Proof.RecordedAt,
                k.Proof.Level, k.Proof.Text, k.Proof.TextVersion, From = k.Ip,
            })),
            ["askedToConfirm"] = Node((await OptIns.AskedAsync(store.Customers, hash, cancel)).Select(a => new
            {
                a.Channel, a.Purposes, a.Text, a.TextVersion, a.Source, a.AskedAt, a.ConfirmedAt, a.Language,
            })),
            ["textsReceived"] = Node(texts.Select(t => new { t.At, t.Body, t.IsUnclear, t.IsStop })),
        };
    }

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, EventJson.Options);
}
