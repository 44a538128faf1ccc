using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.Shopify;

/// <summary>Reads orders. Every topic of an order carries the whole of it.</summary>
internal static class ShopifyOrders
{
    /// <summary>An order as it is now.</summary>
    public static Parsed ReadOrder(Payload body, Delivery delivery, Phones phones)
    {
        if (body["id"].Id is not (> 0 and var id) || !body["line_items"].IsList || body.IsAnother("Order"))
        {
            return new Parsed.Unreadable("the order has no id or no list of items, or is something else");
        }

        if (body["test"].IsTrue) { return new Parsed.Ignored("a test order, no purchase"); }

        var version = body["updated_at"].Time ?? delivery.When();
        var order = Order(body, id, version);
        var who = new Mentions().People(body, phones)
            .Order(id).Token(AliasKind.Checkout, order.CheckoutToken).Token(AliasKind.Cart, order.CartToken);
        return delivery.One(version, who, new OrderChanged(order, body.Facts(phones)));
    }

    /// <summary>The merchant deleted an order: the body is its id alone.</summary>
    public static Parsed ReadRemoval(Payload body, Delivery delivery)
    {
        if (body["id"].Id is not (> 0 and var id) || body.IsAnother("Order"))
        {
            return new Parsed.Unreadable("the deleted order has no id, or is something else");
        }

        var at = delivery.When();
        return delivery.One(at, new Mentions().Order(id), new OrderRemoved(id, at));
    }

    private static Order Order(Payload body, long id, DateTimeOffset version)
    {
        var currency = body.ShopperCurrency();
        var total = body.Price("total_price", currency);
        var tally = new LineTally(Core.Events.Order.MaxLines);
        foreach (var item in body["line_items"].Items)
        {
            var line = item.Line();
            var all = item.Discounted(currency);
            tally.Add(line with { Price = LineTally.Each(all, line.Quantity) }, all);
        }

        return new()
        {
            Id = id,
            Version = version,
            // processed_at is the sale; created_at is when Shopify got the order, which for one taken over from another
            // system is years later.
            PlacedAt = body["processed_at"].Time ?? body["created_at"].Time ?? version,
            Status = Status(body),
            CheckoutToken = Alias.TryToken(AliasKind.Checkout, body["checkout_token"].Text, out var token)
                ? token.Value
                : null,
            CartToken = ShopifyCarts.CartToken(body),
            Lines = tally.Lines,
            ItemCount = tally.ItemCount,
            Total = total,
            Refunded = ShopifyRefunds.Sum(
                body["refunds"].Items.SelectMany(refund => refund["transactions"].Items), total?.Currency),
            FulfilledAt = body["fulfillments"].Items.Where(f => f["status"].Text is "success" or null)
                .Max(f => f["created_at"].Time),
            Coupons = body["discount_codes"].Coupons(),
            Source = Wording.Cut(body["source_name"].Text, Wording.MaxSource),
        };
    }

    /// <summary>
    /// How far it has come. Shopify makes an order only when the shopper has finished, so pending, authorized and
    /// expired payments are purchases to be paid later. Voided money will never be captured: the purchase was called
    /// off, even where nobody pressed "cancel"; it still was a purchase and still silences reminders.
    /// </summary>
    private static OrderStatus Status(Payload body) => body["cancelled_at"].Time is not null
        ? OrderStatus.Cancelled
        : body["financial_status"].Text?.ToLowerInvariant() switch
        {
            "refunded" => OrderStatus.Refunded,
            "voided" => OrderStatus.Cancelled,
            _ => OrderStatus.Placed,
        };
}
