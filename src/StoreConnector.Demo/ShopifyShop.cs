using System.Globalization;
using System.Text.Json.Nodes;

namespace StoreConnector.Demo;

/// <summary>A Shopify shop: makes its deliveries from Shopify's published samples.</summary>
/// <param name="domain">Its myshopify.com name.</param>
/// <param name="secret">The app's client secret.</param>
internal sealed class ShopifyShop(string domain, string secret)
{
    private static readonly string[] EachPrices = ["price", "original_price", "discounted_price"];
    private static readonly string[] LinePrices = ["line_price", "original_line_price"];

    private int delivered;

    /// <summary>She agreed to marketing e-mail.</summary>
    public Delivery Consent(Shopper who, DateTimeOffset at)
    {
        var body = Shapes.Shopify("customers_email_marketing_consent_update");
        body["customer_id"] = who.Account;
        body["email_address"] = who.Email;
        body["email_marketing_consent"] = new JsonObject
        {
            ["state"] = "subscribed", ["opt_in_level"] = "single_opt_in", ["consent_updated_at"] = Text(at),
        };
        return Make("customers_email_marketing_consent/update", body, at);
    }

    /// <summary>A cart of the online store. It names nobody.</summary>
    public Delivery Cart(Shopper who, DateTimeOffset at, params Item[] items)
    {
        var body = Shapes.Shopify("carts_create");
        (body["id"], body["token"]) = (who.Cart, who.Cart);
        (body["created_at"], body["updated_at"]) = (Text(at), Text(at));
        body["line_items"] = body["line_items"]!.AsArray().Each(items, (line, item) =>
        {
            Name(line, item);
            foreach (var price in EachPrices) { Price(line, price, item.Price); }

            foreach (var price in LinePrices) { Price(line, price, item.Total); }
        });
        return Make("carts/create", body, at);
    }

    /// <summary>A checkout in which she typed her address.</summary>
    public Delivery Checkout(string topic, Shopper who, DateTimeOffset begun, DateTimeOffset at, params Item[] items)
    {
        var body = Shapes.Shopify("checkouts_create");
        (body["token"], body["cart_token"]) = (who.Checkout, who.Cart);
        (body["created_at"], body["updated_at"]) = (Text(begun), Text(at));
        (body["email"], body["customer_locale"]) = (who.Email, "en-US");
        body["abandoned_checkout_url"] = $"https://{domain}/548380009/checkouts/{who.Checkout}/recover?key=demo";
        body["line_items"] = body["line_items"]!.AsArray().Each(items, (line, item) =>
        {
            Name(line, item);
            (line["presentment_title"], line["presentment_variant_title"]) = (item.Title, item.Detail);
            (line["price"], line["line_price"]) = (Text(item.Price), Text(item.Total));
        });
        (body["subtotal_price"], body["total_price"]) = (Text(items.Sum(i => i.Total)), Text(items.Sum(i => i.Total)));
        Person(body, who);
        body["customer"] = null; // Nobody is signed in: the typed address is all there is.
        return Make(topic, body, at);
    }

    /// <summary>A product as it is now.</summary>
    public Delivery Product(Item item, decimal price, DateTimeOffset at)
    {
        var body = Shapes.Shopify("products_update");
        (body["id"], body["title"], body["status"]) = (item.Product, item.Title, "active");
        (body["updated_at"], body["published_at"]) = (Text(at), Text(at));
        body["variants"] = body["variants"]!.AsArray().Each([item], (variant, it) =>
        {
            (variant["id"], variant["product_id"], variant["title"]) = (it.Product * 10, it.Product, it.Detail);
            (variant["price"], variant["updated_at"]) = (Text(price), Text(at));
            (variant["inventory_quantity"], variant["inventory_policy"]) = (12, "deny");
        });
        body.Remove("variant_gids");
        return Make("products/update", body, at);
    }

    /// <summary>An order of an earlier day, typed in as a guest.</summary>
    public Delivery EarlierOrder(Shopper who, int number, DateTimeOffset at, params Item[] items)
    {
        // Her number makes the order's and the checkout's: another for each.
        return Order(who with { Number = who.Number + 100 * number }, at, asGuestElsewhere: true, items);
    }

    /// <summary>An order: of her checkout, or as a guest elsewhere with nothing but the typed address.</summary>
    public Delivery Order(Shopper who, DateTimeOffset at, bool asGuestElsewhere, params Item[] items)
    {
        var body = Shapes.Shopify("orders_create");
        var id = 820_982_911_946_150_000 + who.Number;
        (body["id"], body["admin_graphql_api_id"]) = (id, FormattableString.Invariant($"gid://shopify/Order/{id}"));
        (body["test"], body["confirmed"], body["financial_status"]) = (false, true, "paid");
        (body["cancelled_at"], body["cancel_reason"]) = (null, null);
        foreach (var when in new[] { "created_at", "processed_at", "updated_at" }) { body[when] = Text(at); }

        var typed = asGuestElsewhere ? who.Email.ToUpperInvariant() : who.Email;
        (body["email"], body["contact_email"]) = (typed, typed);
        body["checkout_token"] = asGuestElsewhere ? $"d0{who.Checkout[2..]}" : who.Checkout;
        body["cart_token"] = asGuestElsewhere ? null : who.Cart;
        body["line_items"] = body["line_items"]!.AsArray().Each(items, (line, item) =>
        {
            Name(line, item);
            Price(line, "price", item.Price);
            (line["current_quantity"], line["fulfillable_quantity"]) = (item.Quantity, item.Quantity);
            line["discount_allocations"] = new JsonArray();
        });
        Price(body, "subtotal_price", items.Sum(i => i.Total));
        Price(body, "total_price", items.Sum(i => i.Total));
        Person(body, who);
        body["customer"] = null;
        return Make("orders/create", body, at);
    }

    /// <summary>The same delivery, signed by somebody who does not know the secret.</summary>
    public static Delivery Forge(Delivery real) => real with
    {
        Headers = [.. real.Headers.Select(h => h.Name != "X-Shopify-Hmac-Sha256" ? h
            : h with { Value = Delivery.Sign("another secret", real.Body) })],
    };

    private Delivery Make(string topic, JsonObject body, DateTimeOffset at)
    {
        var bytes = Delivery.Bytes(body);
        return new(topic, "/webhooks/shopify", bytes,
        [
            ("X-Shopify-Topic", topic),
            ("X-Shopify-Shop-Domain", domain),
            ("X-Shopify-API-Version", "2026-10"),
            ("X-Shopify-Webhook-Id", FormattableString.Invariant($"de300000-0000-4000-8000-{++delivered:D12}")),
            ("X-Shopify-Triggered-At", Text(at)),
            ("X-Shopify-Hmac-Sha256", Delivery.Sign(secret, bytes)),
        ]);
    }

    private static void Person(JsonObject body, Shopper who)
    {
        body["phone"] = who.Phone;
        foreach (var address in new[] { "billing_address", "shipping_address" })
        {
            var its = body[address]!.AsObject();
            (its["first_name"], its["last_name"], its["phone"]) = (who.FirstName, "Example", who.Phone);
            its["name"] = who.FirstName + " Example";
        }
    }

    private static void Name(JsonObject line, Item item)
    {
        (line["product_id"], line["variant_id"], line["quantity"]) = (item.Product, item.Product * 10, item.Quantity);
        (line["title"], line["variant_title"]) = (item.Title, item.Detail);
    }

    private static void Price(JsonObject owner, string name, decimal amount)
    {
        owner[name] = Text(amount);
        JsonObject Money() => new() { ["amount"] = Text(amount), ["currency_code"] = "USD" };
        owner[name + "_set"] = new JsonObject { ["shop_money"] = Money(), ["presentment_money"] = Money() };
    }

    private static string Text(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
