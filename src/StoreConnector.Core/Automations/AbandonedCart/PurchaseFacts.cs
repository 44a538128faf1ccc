using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Automations.AbandonedCart;

/// <summary>Whether a cart was bought, wherever: nobody is reminded of what we knew they had bought.</summary>
public static class PurchaseFacts
{
    /// <summary>
    /// Orders that are, or were, a purchase. One that was called off or given back silences all the same.
    /// </summary>
    public static IEnumerable<KeyValuePair<long, OrderEntry>> Purchases(CustomerState state) =>
        state.Orders.Where(o => o.Value.Status >= OrderStatus.Placed);

    /// <summary>The person's last purchase of anything, or null.</summary>
    public static DateTimeOffset? LastAt(CustomerState state) =>
        Purchases(state).Max(o => (DateTimeOffset?)o.Value.PlacedAt);

    /// <summary>When one product was bought last, by this person or with the same address or number; or null.</summary>
    public static DateTimeOffset? LastOf(
        CustomerState state, long productId, IReadOnlyDictionary<Contact, ContactRecord> contacts) =>
        Purchases(state).Where(o => o.Value.Pieces.Any(p => p.P == productId)).Select(o => o.Value.PlacedAt)
            .Concat(contacts.Values.SelectMany(c => c.Bought.Values).Where(b => b.ProductId == productId)
                .Select(b => b.At))
            .Concat(state.Rhythms.TryGetValue(productId, out var folded) ? [folded.LastAt] : [])
            .Max(at => (DateTimeOffset?)at);

    /// <summary>The purchase that ends this cart, or null.</summary>
    /// <param name="state">The person.</param>
    /// <param name="view">The cart.</param>
    /// <param name="contacts">What the person's addresses share with others.</param>
    /// <param name="quiet">
    /// How long a purchase before the cart's last change still counts for the products it held.
    /// </param>
    public static PurchaseFact? Ending(
        CustomerState state, CartView view, IReadOnlyDictionary<Contact, ContactRecord> contacts, TimeSpan quiet)
    {
        var products = view.Cart.Lines.Select(l => l.ProductId).OfType<long>().ToHashSet();
        var since = Earlier(view.StartedAt, view.Cart.Version - quiet);
        return Own(state, view, products, since) ?? Folded(state, products, since)
            ?? Shared(contacts, products, since);
    }

    /// <summary>An order that is kept as rhythms alone, of somebody who orders often.</summary>
    private static PurchaseFact? Folded(CustomerState state, HashSet<long> products, DateTimeOffset since) =>
        products.Where(state.Rhythms.ContainsKey).Select(p => state.Rhythms[p].LastAt).Where(at => at >= since).Order()
            .Select(at => new PurchaseFact(at, "same-product", null)).FirstOrDefault();

    private static PurchaseFact? Own(CustomerState state, CartView view, HashSet<long> products, DateTimeOffset since)
    {
        PurchaseFact? found = null;
        foreach (var (id, order) in Purchases(state).OrderBy(o => o.Value.PlacedAt).ThenBy(o => o.Key))
        {
            var how = Names(order, view) ? "this-cart"
                : order.PlacedAt >= view.Cart.Version ? "later-order"
                : order.PlacedAt >= since && order.Pieces.Any(p => p.P is { } product && products.Contains(product))
                    ? "same-product"
                : null;
            if (how == "this-cart") { return new(order.PlacedAt, how, id); }

            found ??= how is null ? null : new(order.PlacedAt, how, id);
        }

        return found;
    }

    private static PurchaseFact? Shared(IReadOnlyDictionary<Contact, ContactRecord> contacts, HashSet<long> products,
        DateTimeOffset since) =>
        contacts.Values.SelectMany(c => c.Bought.Values).Where(b => products.Contains(b.ProductId) && b.At >= since)
            .OrderBy(b => b.At).Select(b => new PurchaseFact(b.At, "same-contact", null)).FirstOrDefault();

    private static bool Names(OrderEntry order, CartView view) =>
        (order.CheckoutToken is { } checkout && view.Keys.Contains(new CartId(CartKind.Checkout, checkout).Key))
        || (order.CartToken is { } cart && new CartId(CartKind.Cart, cart).Key is var key
            && (view.Keys.Contains(key) || key == view.Occasion));

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
