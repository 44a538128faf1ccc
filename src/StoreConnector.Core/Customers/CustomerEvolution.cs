using System.Collections.Immutable;
using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Customers;

/// <summary>The only way a customer's state changes. Everything here is a join (docs/protocols.md R4).</summary>
public static class CustomerEvolution
{
    /// <summary>
    /// Applies one event. A repeat, or an older version of what is known, changes nothing but the list of seen ids.
    /// </summary>
    /// <param name="state">Before.</param>
    /// <param name="happened">What happened, to this customer.</param>
    /// <param name="movedAt">
    /// Set when the cart the event speaks of belongs, by a version as new as this, to somebody else: kept, and never
    /// reminded of.
    /// </param>
    /// <param name="account">
    /// The account this record was founded on, when the event names it: an account that the platform merged into it
    /// also leads here, and is not it, whichever is heard of first.
    /// </param>
    public static CustomerState Evolve(CustomerState state, StoreEvent happened, DateTimeOffset? movedAt = null,
        long? account = null)
    {
        if (happened.HappenedAt <= state.ErasedAt) { return state; }

        var next = happened.Body switch
        {
            CartChanged e => WithCart(Learn(TakenBack(state, e.Cart, movedAt), e.Person, e.Cart.Version), e.Cart.Id.Key,
                new() { Cart = e.Cart, MovedAt = movedAt }),
            CartRemoved e => WithCart(state, e.Id.Key, new() { RemovedAt = e.At }),
            OrderChanged e => WithOrder(Learn(state, e.Person, e.Order.Version), e.Order),
            OrderRemoved e => WithOrderRemoved(state, e),
            RefundMade e => WithRefund(state, e),
            CustomerChanged e => Learn(state, e.Person, e.Version),
            CustomerRemoved e when e.AccountId == account =>
                state with { AccountRemovedAt = Later(state.AccountRemovedAt, e.At) },
            ConsentChanged e => WithConsent(state, e),
            OfferChanged e => WithOffer(state, e.Variant, e.Offer),
            ReminderPutOff e => state with
            {
                PutOff = Put(state.PutOff, e.Occasion, new(e.At, e.Until), PutOff.Join),
            },
            LinkFollowed e => state with
            {
                Clicks = Put(state.Clicks, e.SendId, new(e.Automation, e.Step, e.At, e.At), ClickEntry.Join),
            },
            _ => state,
        };
        next = Interest.Signs(happened.Body).Aggregate(next, WithSign);
        next = next with { AccountId = account ?? next.AccountId, Seen = WithSeen(next.Seen, happened.Id) };
        return CustomerLimits.Apply(next);
    }

    /// <summary>
    /// Joins a merged customer into the survivor. What belongs to addresses comes keyed by address; the survivor keeps
    /// its own account, and the union of everything else.
    /// </summary>
    public static CustomerState Join(CustomerState survivor, CustomerState loser) => CustomerLimits.Apply(survivor with
    {
        Name = Known<string>.Join(survivor.Name, loser.Name),
        Locale = Known<string>.Join(survivor.Locale, loser.Locale),
        Country = Known<string>.Join(survivor.Country, loser.Country),
        Region = Known<string>.Join(survivor.Region, loser.Region),
        Email = Known<EmailAddress>.Join(survivor.Email, loser.Email),
        Phone = Known<PhoneNumber>.Join(survivor.Phone, loser.Phone),
        Carts = Union(survivor.Carts, loser.Carts, JoinTied),
        Consents = Union(survivor.Consents, loser.Consents, JoinConsents),
        Interests = Union(survivor.Interests, loser.Interests, Interest.Join),
        Sends = Union(survivor.Sends, loser.Sends, JoinSends),
        PutOff = Union(survivor.PutOff, loser.PutOff, PutOff.Join),
        Clicks = Union(survivor.Clicks, loser.Clicks, ClickEntry.Join),
        Decisions = Union(survivor.Decisions, loser.Decisions, (a, b) => b.At > a.At ? b : a),
        Orders = Union(survivor.Orders, NotFolded(survivor, loser), JoinOrders),
        Rhythms = survivor.Absorbed.Contains(loser.Key)
            ? survivor.Rhythms // Joined once already: a repeat adds nothing.
            : Union(survivor.Rhythms, loser.Rhythms, PurchaseRhythm.Combine),
        FoldedUpTo = FoldMark.Later(survivor.FoldedUpTo, loser.FoldedUpTo),
        Refunds = Union(survivor.Refunds, loser.Refunds, (a, _) => a),
        Aliases = survivor.Aliases.Union(loser.Aliases),
        Absorbed = survivor.Absorbed.Union(loser.Absorbed).Add(loser.Key),
        Absorbing = survivor.Absorbing.Union(loser.Absorbing).Add(loser.Key),
        Seen = loser.Seen.Aggregate(survivor.Seen, WithSeen),
    });

    /// <summary>A repeat finds orders of the loser's folded already: they are in the rhythms, and count once.</summary>
    private static ImmutableSortedDictionary<long, OrderEntry> NotFolded(CustomerState survivor, CustomerState loser) =>
        survivor.FoldedUpTo is not { } mark || !survivor.Absorbed.Contains(loser.Key) ? loser.Orders
        : loser.Orders.RemoveRange(loser.Orders.Where(o => mark.Covers(o.Value.PlacedAt, o.Key)).Select(o => o.Key));

    /// <summary>Takes over sends that another customer made for a cart that is this one's now.</summary>
    public static CustomerState Adopt(CustomerState state, IEnumerable<KeyValuePair<string, SendEntry>> sends) =>
        CustomerLimits.Apply(state with
        {
            Sends = sends.Aggregate(state.Sends, (all, s) => Put(all, s.Key, s.Value, JoinSends)),
        });

    /// <summary>Records how far a send has come; a lower status than the known one changes nothing.</summary>
    public static CustomerState Record(CustomerState state, string sendId, SendEntry send) =>
        CustomerLimits.Apply(state with { Sends = Put(state.Sends, sendId, send, JoinSends) });

    /// <summary>
    /// Notes what a variant costs now, if the person is interested in it. Nobody becomes interested by being told.
    /// </summary>
    /// <param name="state">The person.</param>
    /// <param name="variant">Which.</param>
    /// <param name="offer">What it costs now.</param>
    /// <param name="seen">What it cost when the person saw it, for a sign that named no price.</param>
    public static CustomerState WithOffer(
        CustomerState state, VariantKey variant, Offer offer, SeenPrice? seen = null) =>
        state.Interests.TryGetValue(variant.ToString(), out var interest)
            ? state with { Interests = state.Interests.SetItem(variant.ToString(),
                interest with { Offer = Offer.Newer(interest.Offer, offer), Seen = interest.Seen ?? seen }) }
            : state;

    /// <summary>Marks a cart as somebody else's from that version on.</summary>
    public static CustomerState Freeze(CustomerState state, string cartKey, DateTimeOffset version) =>
        WithCart(state, cartKey, new() { MovedAt = version });

    private static CustomerState Learn(CustomerState state, PersonFacts person, DateTimeOffset at) => state with
    {
        Name = person.Name is { } name ? Known<string>.Join(state.Name, new(name, at)) : state.Name,
        Locale = person.Locale is { } locale ? Known<string>.Join(state.Locale, new(locale, at)) : state.Locale,
        Country = person.Country is { } country ? Known<string>.Join(state.Country, new(country, at)) : state.Country,
        Region = person.Region is { } region ? Known<string>.Join(state.Region, new(region, at)) : state.Region,
        Email = person.Email is { } email ? Known<EmailAddress>.Join(state.Email, new(email, at)) : state.Email,
        Phone = person.Phone is { } phone ? Known<PhoneNumber>.Join(state.Phone, new(phone, at)) : state.Phone,
    };

    /// <summary>
    /// What a record gave up to one that it has joined since comes with the very version that gave it up: it is theirs.
    /// </summary>
    private static CustomerState TakenBack(CustomerState state, Cart cart, DateTimeOffset? movedAt) =>
        movedAt is null && state.Carts.TryGetValue(cart.Id.Key, out var entry) && entry.MovedAt == cart.Version
            ? state with { Carts = state.Carts.SetItem(cart.Id.Key, entry with { MovedAt = null }) } : state;

    private static CustomerState WithSign(CustomerState state, Sighting sign)
    {
        var key = sign.Variant.ToString();
        var known = state.Interests.GetValueOrDefault(key) ?? new Interest();
        return state with { Interests = state.Interests.SetItem(key, known.With(sign)) };
    }

    private static CustomerState WithCart(CustomerState state, string key, CartEntry entry) =>
        state with { Carts = Put(state.Carts, key, entry, JoinCarts) };

    private static CartEntry JoinCarts(CartEntry a, CartEntry b) => new()
    {
        Cart = a.Cart is null ? b.Cart : b.Cart is null ? a.Cart : Newer(a.Cart, b.Cart),
        RemovedAt = Later(a.RemovedAt, b.RemovedAt),
        MovedAt = Later(a.MovedAt, b.MovedAt),
    };

    /// <summary>
    /// Of two records that turn out to be one person's: what one of them gave up to the other was given up to nobody.
    /// </summary>
    private static CartEntry JoinTied(CartEntry a, CartEntry b) =>
        JoinCarts(a with { MovedAt = Unless(b, a.MovedAt) }, b with { MovedAt = Unless(a, b.MovedAt) });

    private static DateTimeOffset? Unless(CartEntry owner, DateTimeOffset? movedAt) =>
        owner.Cart is { } cart && cart.Version >= movedAt && !(cart.Version <= owner.MovedAt) ? null : movedAt;

    /// <summary>
    /// On a tie of versions the completed one, then the one whose JSON is greater: by content, never by arrival.
    /// </summary>
    private static Cart Newer(Cart a, Cart b) =>
        a.Version != b.Version ? (a.Version > b.Version ? a : b)
        : a.CompletedAt.HasValue != b.CompletedAt.HasValue ? (a.CompletedAt.HasValue ? a : b)
        : string.CompareOrdinal(Json(a), Json(b)) >= 0 ? a : b;

    private static CustomerState WithOrder(CustomerState state, Order order)
    {
        // Folded, or older than what is: counting it again would be worse than leaving it out.
        if (state.FoldedUpTo?.Covers(order.PlacedAt, order.Id) == true && !state.Orders.ContainsKey(order.Id))
        {
            return state;
        }

        var entry = new OrderEntry
        {
            Version = order.Version,
            PlacedAt = order.PlacedAt,
            Status = order.Status,
            CheckoutToken = order.CheckoutToken,
            CartToken = order.CartToken,
            Pieces = [.. order.Lines.Select(line => new Piece(line.ProductId, line.VariantId, line.Quantity))],
            Coupons = order.Coupons,
            Total = order.Total,
            Refunded = order.Refunded,
            Source = order.Source,
            FulfilledAt = order.FulfilledAt,
        };
        return state with { Orders = Put(state.Orders, order.Id, entry, JoinOrders) };
    }

    private static CustomerState WithOrderRemoved(CustomerState state, OrderRemoved removed)
    {
        // An end without a beginning is kept too: the order itself may still be on its way.
        var entry = new OrderEntry
        {
            Version = DateTimeOffset.MinValue,
            PlacedAt = removed.At,
            Status = OrderStatus.Pending,
            RemovedAt = removed.At,
        };
        return state with { Orders = Put(state.Orders, removed.OrderId, entry, JoinOrders) };
    }

    /// <summary>
    /// On a tie of versions the later status (WooCommerce's version has one-second grain), then the greater JSON.
    /// </summary>
    private static OrderEntry JoinOrders(OrderEntry a, OrderEntry b)
    {
        var newer = a.Version != b.Version ? (a.Version > b.Version ? a : b)
            : a.Status != b.Status ? (a.Status > b.Status ? a : b)
            : string.CompareOrdinal(Json(a with { RemovedAt = null }), Json(b with { RemovedAt = null })) >= 0 ? a : b;
        return newer with
        {
            RemovedAt = Later(a.RemovedAt, b.RemovedAt),
            CheckoutToken = newer.CheckoutToken ?? (newer == a ? b : a).CheckoutToken,
            CartToken = newer.CartToken ?? (newer == a ? b : a).CartToken,
            FulfilledAt = Later(a.FulfilledAt, b.FulfilledAt),
        };
    }

    private static CustomerState WithRefund(CustomerState state, RefundMade refund) => state with
    {
        Refunds = Put(state.Refunds, refund.RefundId, new(refund.OrderId, refund.At, refund.Amount), (a, _) => a),
    };

    private static CustomerState WithConsent(CustomerState state, ConsentChanged consent) =>
        consent.At <= state.ErasedAt
            ? state // A re-import brings old consents with new dates of its own: only what was given since counts.
            : state with
            {
                Consents = Put(state.Consents, consent.Contact.Stored,
                    new(consent.State, consent.Level, consent.At, consent.Source, consent.Text), JoinConsents),
            };

    /// <summary>The newer; on a tie the one that allows less.</summary>
    private static ConsentEntry JoinConsents(ConsentEntry a, ConsentEntry b) =>
        a.At != b.At ? (a.At > b.At ? a : b)
        : Allows(a) != Allows(b) ? (Allows(a) < Allows(b) ? a : b)
        : string.CompareOrdinal(Json(a), Json(b)) >= 0 ? a : b;

    private static int Allows(ConsentEntry consent) => (consent.State switch
    {
        ConsentState.Withdrawn => 0,
        ConsentState.None => 10,
        ConsentState.Pending => 20,
        _ => 30,
    }) + (int)consent.Level;

    private static SendEntry JoinSends(SendEntry a, SendEntry b) =>
        a.Status != b.Status ? (a.Status > b.Status ? a : b) : a.ClaimedAt <= b.ClaimedAt ? a : b;

    private static ImmutableList<string> WithSeen(ImmutableList<string> seen, string id) =>
        seen.Contains(id) ? seen : (seen.Count < CustomerState.MaxSeen ? seen : seen.RemoveAt(0)).Add(id);

    private static ImmutableSortedDictionary<TKey, T> Put<TKey, T>(
        ImmutableSortedDictionary<TKey, T> all, TKey key, T value, Func<T, T, T> join)
        where TKey : notnull =>
        all.SetItem(key, all.TryGetValue(key, out var known) ? join(known, value) : value);

    private static ImmutableSortedDictionary<TKey, T> Union<TKey, T>(
        ImmutableSortedDictionary<TKey, T> a, ImmutableSortedDictionary<TKey, T> b, Func<T, T, T> join)
        where TKey : notnull =>
        b.Aggregate(a, (all, entry) => Put(all, entry.Key, entry.Value, join));

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b ?? a : a;

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, EventJson.Options);
}
