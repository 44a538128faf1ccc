using System.Globalization;
using System.Text.Json.Nodes;

namespace StoreConnector.Demo;

/// <summary>A WooCommerce site with the companion plugin: makes its deliveries from captured ones.</summary>
/// <param name="host">Where it lives.</param>
/// <param name="currency">What it sells in.</param>
/// <param name="hooks">As the API gave them: each topic has its own address and secret.</param>
internal sealed class WooCommerceShop(string host, string currency, IReadOnlyList<Hook> hooks)
{
    /// <summary>The companion tells of a cart with a typed address.</summary>
    public Delivery Cart(Shopper who, string country, DateTimeOffset at, params Item[] items)
    {
        var body = Shapes.WooCommerce("companion-cart-updated-identified", host);
        (body["cart"], body["updated_gmt"]) = (who.Cart, Text(at));
        (body["email"], body["phone"]) = (who.Email, who.Phone);
        (body["country"], body["locale"], body["currency"]) = (country, "ar", currency);
        body["items"] = body["items"]!.AsArray().Each(items, (line, item) =>
        {
            Name(line, item);
            line["line_total"] = Text(item.Total);
        });
        return Make("cart.updated", body);
    }

    /// <summary>A product as it is now.</summary>
    public Delivery Product(Item item, decimal price, DateTimeOffset at)
    {
        var body = Shapes.WooCommerce("product-updated-regular-price", host);
        (body["id"], body["name"], body["status"]) = (item.Product, item.Title, "publish");
        (body["price"], body["regular_price"], body["sale_price"]) = (Text(price), Text(price), "");
        (body["stock_status"], body["type"]) = ("instock", "simple");
        foreach (var when in new[] { "date_modified", "date_modified_gmt" }) { body[when] = Text(at); }

        return Make("product.updated", body);
    }

    /// <summary>The draft of the block checkout, with the tick under the address field.</summary>
    public Delivery Draft(Shopper who, string country, DateTimeOffset begun, DateTimeOffset at, params Item[] items)
    {
        var body = Shapes.WooCommerce("order-updated-checkout-draft", host);
        body["id"] = 4100 + who.Number;
        (body["currency"], body["total"]) = (currency, Text(items.Sum(i => i.Total)));
        foreach (var when in new[] { "date_created", "date_created_gmt" }) { body[when] = Text(begun); }

        foreach (var when in new[] { "date_modified", "date_modified_gmt" }) { body[when] = Text(at); }

        var billing = body["billing"]!.AsObject();
        (billing["first_name"], billing["country"]) = (who.FirstName, country);
        (billing["email"], billing["phone"]) = (who.Email, who.Phone);
        body["shipping"]!["country"] = country;
        body["line_items"] = body["line_items"]!.AsArray().Each(items, (line, item) =>
        {
            Name(line, item);
            (line["subtotal"], line["total"], line["price"]) = (Text(item.Total), Text(item.Total), item.Price);
        });
        var consent = new JsonObject
        {
            ["v"] = 1, ["at"] = Text(at) + "+00:00", ["ip"] = "203.0.113.7", ["text"] = who.Texts
                ? "ذكّروني بسلّتي برسالة نصية" : "ذكّروني بسلّتي بالبريد",
        };
        body["meta_data"]!.AsArray().Add((JsonNode)Meta(901, "_sc_cart", who.Cart));
        body["meta_data"]!.AsArray().Add(
            (JsonNode)Meta(902, who.Texts ? "_sc_sms_consent" : "_sc_email_consent", consent.ToJsonString()));
        return Make("order.updated", body);
    }

    private Delivery Make(string topic, JsonObject body)
    {
        var hook = hooks.Single(h => h.Topic == topic);
        var bytes = Delivery.Bytes(body);
        return new(topic, hook.Path, bytes,
            [("X-WC-Webhook-Topic", topic), ("X-WC-Webhook-Signature", Delivery.Sign(hook.Secret, bytes))]);
    }

    private static JsonObject Meta(int id, string key, string value) =>
        new() { ["id"] = id, ["key"] = key, ["value"] = value };

    private static void Name(JsonObject line, Item item)
    {
        (line["product_id"], line["variation_id"]) = (item.Product, 0);
        (line["quantity"], line["name"]) = (item.Quantity, item.Title);
    }

    private static string Text(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
}
