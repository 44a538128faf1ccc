using System.Globalization;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.Shopify;

/// <summary>The shapes that Shopify's bodies share.</summary>
internal static class ShopifyPayload
{
    /// <summary>Whether the body says of itself that it is another kind of thing than its topic promises.</summary>
    public static bool IsAnother(this Payload body, string kind) =>
        body["admin_graphql_api_id"].Text is { } gid
        && !gid.StartsWith($"gid://shopify/{kind}/", StringComparison.Ordinal);

    /// <summary>
    /// The number of a global id such as <c>gid://shopify/Customer/123</c>, exact; null for anything else.
    /// </summary>
    public static long? Gid(this Payload text, string kind)
    {
        var prefix = $"gid://shopify/{kind}/";
        return text.Text is { } gid && gid.StartsWith(prefix, StringComparison.Ordinal)
            && long.TryParse(gid.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && id > 0 ? id : null;
    }

    /// <summary>
    /// An amount as the shopper sees it: of the field's <c>_set</c> in the currency of presentment, else in the shop's;
    /// else the plain field in <paramref name="currency"/>.
    /// </summary>
    public static Money? Price(this Payload owner, string name, string? currency)
    {
        var set = owner[name + "_set"];
        return Amount(set["presentment_money"]) ?? Amount(set["shop_money"])
            ?? (currency is not null && owner[name].Amount is { } amount ? new Money(amount, currency) : null);
    }

    /// <summary>The currency that the shopper sees.</summary>
    public static string? ShopperCurrency(this Payload thing) =>
        thing["presentment_currency"].Currency ?? thing["currency"].Currency;

    /// <summary>
    /// A line without its price. The quantity is what was ordered; what was given back later is told by refunds.
    /// </summary>
    public static Line Line(this Payload item)
    {
        var detail = item["presentment_variant_title"].Text ?? item["variant_title"].Text;
        return new()
        {
            ProductId = item["product_id"].Id is > 0 and var product ? product : null,
            VariantId = item["variant_id"].Id is > 0 and var variant ? variant : null,
            Title = Wording.Cut(
                item["presentment_title"].Text ?? item["title"].Text ?? item["name"].Text ?? item["sku"].Text,
                Core.Events.Line.MaxTitle) ?? "",
            // Shopify's name for the only variant of a product.
            Detail = detail == "Default Title" ? null : Wording.Cut(detail, Core.Events.Line.MaxTitle),
            Quantity = item["quantity"].Quantity,
        };
    }

    /// <summary>What all pieces of an ordered line cost after every discount that was laid on it.</summary>
    public static Money? Discounted(this Payload item, string? currency)
    {
        if (item.Price("price", currency) is not { } each) { return null; }

        var total = each.Amount * item["quantity"].Quantity;
        foreach (var allocation in item["discount_allocations"].Items)
        {
            if (allocation.Price("amount", each.Currency) is not { } off || off.Currency != each.Currency)
            {
                return null;
            }

            total -= off.Amount;
        }

        return each with { Amount = Math.Max(total, 0) };
    }

    private static Money? Amount(Payload money) =>
        money["amount"].Amount is { } amount && money["currency_code"].Currency is { } currency
            ? new(amount, currency)
            : null;
}
