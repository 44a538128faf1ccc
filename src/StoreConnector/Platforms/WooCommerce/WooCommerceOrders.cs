using System.Globalization;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>Reads orders, and the draft orders of the block checkout, which are checkouts.</summary>
internal sealed class WooCommerceOrders(string? domain, Phones phones)
{
    /// <summary>The place of an unpaid order's checkout among its events, behind a consent for each channel.</summary>
    private const int UnpaidEvent = 9;

    /// <summary>An order as it is now, and the consents that were given with it.</summary>
    public Parsed Read(Payload body, Delivery delivery)
    {
        if (body["id"].Id is not (> 0 and var id) || body["status"].Text is not { } status)
        {
            return new Parsed.Unreadable("the order has no id or no status");
        }

        var version = body["date_modified_gmt"].Time ?? body["date_created_gmt"].Time ?? delivery.When();
        if (status == "trash")
        {
            return delivery.One(version, new Mentions().Order(id), new OrderRemoved(id, version));
        }

        if (status == "auto-draft") { return new Parsed.Ignored("an order that staff have only begun to write"); }

        var isDraft = status == "checkout-draft";
        var who = WooCommercePeople.OfOrder(body, id, isDraft, phones);
        var facts = WooCommercePeople.Facts(body, phones);
        // Not a draft's own payment_url: that page refuses a draft.
        var home = CheckoutLink.To(CheckoutLink.Home(body, domain), body["line_items"]);
        EventBody happened = isDraft
            ? new CartChanged(Checkout(body, id, version, home), facts)
            : new OrderChanged(Order(body, id, version, Status(status)), facts);
        var consents = WooCommerceConsents.Read(body, body["date_created_gmt"].Time ?? version, phones);
        List<StoreEvent> events =
        [
            delivery.Event(version, who, happened),
            .. consents.Select((consent, index) => delivery.Event(consent.At, who, consent, index + 1)),
        ];
        if (IsUnpaid(body, status))
        {
            var pay = CheckoutLink.OnStore(body["payment_url"].Text, domain) ?? home;
            events.Add(delivery.Event(
                version, who, new CartChanged(Checkout(body, id, version, pay), facts), UnpaidEvent));
        }

        return new Parsed.Events(events);
    }

    /// <summary>The merchant deleted an order: the body is its id alone.</summary>
    public static Parsed ReadRemoval(Payload body, Delivery delivery)
    {
        if (body["id"].Id is not (> 0 and var id)) { return new Parsed.Unreadable("the deleted order has no id"); }

        var at = delivery.When();
        return delivery.One(at, new Mentions().Order(id), new OrderRemoved(id, at));
    }

    /// <summary>
    /// A shopper's own order that waits for its payment is a checkout that was left: it can be gone on with where it is
    /// paid. What staff wrote, or a program, is a bill and no cart.
    /// </summary>
    private static bool IsUnpaid(Payload body, string status) => status is "pending" or "failed"
        && body["created_via"].Text is "checkout" or "store-api";

    /// <summary>The token that a draft and the order it becomes share: they are one row of one table.</summary>
    public static string CheckoutToken(long orderId) => string.Create(CultureInfo.InvariantCulture, $"order-{orderId}");

    /// <summary>The companion's mark of the cart that the order was made from.</summary>
    public static string? CartToken(Payload body) =>
        Alias.TryToken(AliasKind.Cart, Meta(body, "_sc_cart").Text, out var alias) ? alias.Value : null;

    /// <summary>The value of the newest metadata of that key.</summary>
    public static Payload Meta(Payload body, string key) =>
        body["meta_data"].Items.LastOrDefault(meta => meta["key"].Text == key)["value"];

    /// <summary>
    /// <c>pending</c> waits for a payment that may never come, <c>failed</c> had it refused: neither is a purchase. All
    /// other statuses are one, also those that plugins add: bank transfer is <c>on-hold</c>, cash on delivery
    /// <c>processing</c>, and what a plugin calls <c>wc-packing</c> has been bought.
    /// </summary>
    private static OrderStatus Status(string status) => status switch
    {
        "pending" => OrderStatus.Pending,
        "failed" => OrderStatus.Failed,
        "cancelled" => OrderStatus.Cancelled,
        "refunded" => OrderStatus.Refunded,
        _ => OrderStatus.Placed,
    };

    private Cart Checkout(Payload body, long id, DateTimeOffset version, Uri? recovery)
    {
        var tally = Tally(body, Cart.MaxLines);
        return new()
        {
            Id = new(CartKind.Checkout, CheckoutToken(id)),
            Version = version,
            StartedAt = body["date_created_gmt"].Time ?? version,
            CartToken = CartToken(body),
            Lines = tally.Lines,
            ItemCount = tally.ItemCount,
            Subtotal = tally.Sum,
            Email = WooCommercePeople.Email(body["billing"]["email"]),
            Phone = WooCommercePeople.AddressPhone(body["billing"], phones),
            RecoveryUrl = recovery,
        };
    }

    private static Order Order(Payload body, long id, DateTimeOffset version, OrderStatus status)
    {
        var tally = Tally(body, Core.Events.Order.MaxLines);
        var total = Amount(body["total"], body["currency"]);
        return new()
        {
            Id = id,
            Version = version,
            PlacedAt = body["date_created_gmt"].Time ?? version, // the draft's, where there was one: minutes before
            Status = status,
            CheckoutToken = CheckoutToken(id),
            CartToken = CartToken(body),
            Lines = tally.Lines,
            ItemCount = tally.ItemCount,
            Total = total,
            Refunded = Refunded(body, total),
            FulfilledAt = body["date_completed_gmt"].Time,
            Coupons = body["coupon_lines"].Coupons(),
            Source = Wording.Cut(body["created_via"].Text, Wording.MaxSource),
        };
    }

    private static LineTally Tally(Payload body, int maxLines)
    {
        var tally = new LineTally(maxLines);
        foreach (var item in body["line_items"].Items)
        {
            var line = item.Line();
            var total = Amount(item["total"], body["currency"]);
            if (total is not null && body["prices_include_tax"].IsTrue && item["total_tax"].Amount is { } tax)
            {
                // A line's total is without tax; what the shopper of this store was shown is not.
                total = total with { Amount = total.Amount + tax };
            }

            tally.Add(line with { Price = LineTally.Each(total, line.Quantity) }, total);
        }

        return tally;
    }

    private static Money? Refunded(Payload body, Money? total)
    {
        if (total is null || !body["refunds"].Items.Any()) { return null; }

        return total with { Amount = body["refunds"].Items.Sum(refund => Math.Abs(refund["total"].Amount ?? 0)) };
    }

    private static Money? Amount(Payload amount, Payload currency) =>
        amount.Amount is { } value && currency.Currency is { } code ? new(value, code) : null;
}
