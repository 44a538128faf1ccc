using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.Shopify;

/// <summary>Reads refunds: goods given back, money given back, or both.</summary>
internal static class ShopifyRefunds
{
    /// <summary>A refund. It names its order and nobody else.</summary>
    public static Parsed ReadRefund(Payload body, Delivery delivery)
    {
        if (body["order_id"].Id is not (> 0 and var order) || body["id"].Id is not (> 0 and var id)
            || body.IsAnother("Refund"))
        {
            return new Parsed.Unreadable("the refund has no id or no order, or is something else");
        }

        if (body["transactions"].Items.Any(transaction => transaction["test"].IsTrue))
        {
            return new Parsed.Ignored("a refund of a test order");
        }

        var tally = new LineTally(Order.MaxLines);
        foreach (var item in body["refund_line_items"].Items)
        {
            var total = item.Price("subtotal", null);
            var line = item["line_item"].Line() with { Quantity = item["quantity"].Quantity };
            tally.Add(line with { Price = LineTally.Each(total, line.Quantity) }, total);
        }

        // created_at is when it was made; processed_at may be set back by staff.
        var at = body["created_at"].Time ?? body["processed_at"].Time ?? delivery.When();
        var amount = Sum(body["transactions"].Items, tally.Sum?.Currency);
        return delivery.One(at, new Mentions().Order(order), new RefundMade(order, id, at, amount, tally.Lines));
    }

    /// <summary>
    /// The money that really went back: successful refunds alone. Null where there is none, or where it is not of one
    /// currency; goods may be given back without money, and money without goods.
    /// </summary>
    /// <param name="transactions">The payments of one or more refunds.</param>
    /// <param name="currency">The currency of those that name none.</param>
    public static Money? Sum(IEnumerable<Payload> transactions, string? currency)
    {
        Money? sum = null;
        foreach (var transaction in transactions)
        {
            if (transaction["kind"].Text is not "refund" || transaction["status"].Text is not "success") { continue; }
            if (transaction["amount"].Amount is not { } amount
                || (transaction["currency"].Currency ?? currency) is not { } paid
                || (sum is not null && sum.Currency != paid))
            {
                return null;
            }

            sum = new(Math.Abs(amount) + (sum?.Amount ?? 0), paid);
        }

        return sum;
    }
}
