using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.Shopify;

/// <summary>Reads carts (online store only, anonymous) and checkouts.</summary>
internal static class ShopifyCarts
{
    /// <summary>A cart names nobody: identity reaches it through its checkout or the storefront.</summary>
    public static Parsed ReadCart(Payload body, Delivery delivery)
    {
        if (!Alias.TryToken(AliasKind.Cart, body["token"].Text, out var token) || !IsItemList(body))
        {
            return new Parsed.Unreadable("the cart has no token or no list of items");
        }

        var tally = new LineTally(Cart.MaxLines);
        foreach (var item in body["line_items"].Items)
        {
            var line = item.Line();
            var each = item.Price("discounted_price", null) ?? item.Price("price", null);
            var total = item.Price("line_price", null) ?? Times(each, line.Quantity);
            tally.Add(line with { Price = each }, total);
        }

        var version = body["updated_at"].Time ?? delivery.When();
        return delivery.One(version, new Mentions().Token(AliasKind.Cart, token.Value), new CartChanged(
            new()
            {
                Id = new(CartKind.Cart, token.Value),
                Version = version,
                StartedAt = body["created_at"].Time ?? version,
                Lines = tally.Lines,
                ItemCount = tally.ItemCount,
                Subtotal = tally.Sum,
            },
            PersonFacts.None));
    }

    /// <summary>A checkout: an address may have been typed. Its amounts are in the currency of presentment.</summary>
    public static Parsed ReadCheckout(Payload body, Delivery delivery, Phones phones)
    {
        if (!Alias.TryToken(AliasKind.Checkout, body["token"].Text, out var token) || !IsItemList(body))
        {
            return new Parsed.Unreadable("the checkout has no token or no list of items");
        }

        var currency = body.ShopperCurrency();
        var version = body["updated_at"].Time ?? delivery.When();
        var cart = CartToken(body);
        var tally = Tally(body, currency);
        var who = new Mentions().People(body, phones)
            .Token(AliasKind.Checkout, token.Value).Token(AliasKind.Cart, cart);
        return delivery.One(version, who, new CartChanged(
            new()
            {
                Id = new(CartKind.Checkout, token.Value),
                Version = version,
                StartedAt = body["created_at"].Time ?? version,
                CartToken = cart,
                CompletedAt = body["completed_at"].Time,
                Lines = tally.Lines,
                ItemCount = tally.ItemCount,
                Subtotal = body.Price("subtotal_price", currency) ?? tally.Sum,
                Email = body.TypedEmail(),
                Phone = body.TypedPhone("phone", phones) ?? body.TypedPhone("sms_marketing_phone", phones)
                    ?? body["shipping_address"].AddressPhone(phones)
                    ?? body["billing_address"].AddressPhone(phones),
                RecoveryUrl = Wording.Link(body["abandoned_checkout_url"].Text),
            },
            body.Facts(phones)));
    }

    /// <summary>
    /// A removed checkout names only its cart, so the cart's key is what goes; its own token, should it come.
    /// </summary>
    public static Parsed ReadRemoval(Payload body, Delivery delivery)
    {
        var at = delivery.When();
        if (Alias.TryToken(AliasKind.Checkout, body["token"].Text, out var token))
        {
            return delivery.One(at, new Mentions().Token(AliasKind.Checkout, token.Value),
                new CartRemoved(new(CartKind.Checkout, token.Value), at));
        }

        return CartToken(body) is { } cart
            ? delivery.One(at, new Mentions().Token(AliasKind.Cart, cart),
                new CartRemoved(new(CartKind.Cart, cart), at))
            : new Parsed.Unreadable("the removed checkout names neither itself nor its cart");
    }

    /// <summary>The token of the cart that a checkout or an order was made from, where it is one.</summary>
    public static string? CartToken(Payload body) =>
        Alias.TryToken(AliasKind.Cart, body["cart_token"].Text, out var alias) ? alias.Value : null;

    private static LineTally Tally(Payload body, string? currency)
    {
        var tally = new LineTally(Cart.MaxLines);
        foreach (var item in body["line_items"].Items)
        {
            var line = item.Line();
            var total = item.Discounted(currency);
            tally.Add(line with { Price = LineTally.Each(total, line.Quantity) }, total);
        }

        return tally;
    }

    // An absent list is not an empty cart: the body is something else, or was cut by a subscription's filter.
    private static bool IsItemList(Payload body) => body["line_items"].IsList;

    private static Money? Times(Money? each, int quantity) =>
        each is null ? null : each with { Amount = each.Amount * quantity };
}
