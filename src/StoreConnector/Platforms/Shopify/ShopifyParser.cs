using System.Text.Json;

namespace StoreConnector.Platforms.Shopify;

/// <summary>
/// Reads Shopify's deliveries. The signature covers the body and not the topic, so each topic asks of the body what
/// only its own bodies have, the more the more it destroys: a captured body does no harm under another topic.
/// </summary>
/// <param name="country">The store's (ISO 3166-1), for national phone numbers; null when it is not known.</param>
internal sealed class ShopifyParser(string? country) : IPlatformParser
{
    /// <summary>What is not read, by the beginning of the topic; the first that fits.</summary>
    private static readonly (string Prefix, string Reason)[] Ignored =
    [
        ("product_listings/", "a listing is one channel's view of a product; the product's own events say it"),
        ("collections/", "collection events are not read"),
        ("inventory_items/", "what is written of a stock item is not read; its levels and its product's events are"),
        ("inventory_levels/", "a level that is made or removed says nothing of what is left; an update follows"),
        ("orders/edited", "an order's edit has no order in it; orders/updated follows"),
        ("draft_orders/", "a draft order is staff's work, no purchase"),
        ("fulfillments/", "fulfilment events are not read; the order's own events say it"),
        ("discounts/", "discount events are not read"),
        ("subscription_contracts/", "subscription events are not read yet"),
        ("app_subscriptions/", "the plan's own event says whether it runs"),
        ("bulk_operations/", "a bulk operation's end only wakes its import"),
        ("customer.", "segment events are not read"),
        ("customer/", "segment events are not read"),
        ("themes/", "theme events are not read"),
        ("locations/", "location events are not read"),
    ];

    private readonly Phones phones = new(country);

    /// <summary>The shop's host, for the pages of its products; null when it is not known.</summary>
    public string? Domain { get; init; }

    /// <inheritdoc/>
    public Parsed Parse(Delivery delivery)
    {
        if (ReaderOf(delivery.Topic) is not { } read) { return new Parsed.Ignored(WhyIgnored(delivery.Topic)); }

        try
        {
            using var document = JsonDocument.Parse(delivery.Body, Payload.Options);
            var body = new Payload(document.RootElement);
            return body.IsObject ? read(body, delivery) : new Parsed.Unreadable("the body is not a JSON object");
        }
        catch (JsonException)
        {
            return new Parsed.Unreadable("the body is not JSON, or nested too deeply");
        }
        catch (InvalidOperationException)
        {
            return new Parsed.Unreadable("a field's name is not Unicode"); // How System.Text.Json says so.
        }
    }

    /// <summary>
    /// The shop's number in a body that is about the whole shop or a person's rights, or null: before something is
    /// destroyed, compare it with the installation's, for the header that names the shop is not signed.
    /// </summary>
    public static long? ShopIdIn(Delivery delivery)
    {
        try
        {
            using var document = JsonDocument.Parse(delivery.Body, Payload.Options);
            var body = new Payload(document.RootElement);
            return delivery.Topic switch
            {
                "app/uninstalled" or "shop/update" => body["id"].Id,
                "app/scopes_update" => body["shop_id"].Gid("Shop"),
                "app_subscriptions/update" => body["app_subscription"]["admin_graphql_api_shop_id"].Gid("Shop"),
                _ => body["shop_id"].Id,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private Func<Payload, Delivery, Parsed>? ReaderOf(string topic) => topic switch
    {
        "carts/create" or "carts/update" => ShopifyCarts.ReadCart,
        "checkouts/create" or "checkouts/update" => With(ShopifyCarts.ReadCheckout),
        "checkouts/delete" => ShopifyCarts.ReadRemoval,
        "orders/create" or "orders/updated" or "orders/paid" or "orders/cancelled" or "orders/fulfilled"
            or "orders/partially_fulfilled" => With(ShopifyOrders.ReadOrder),
        "orders/delete" => ShopifyOrders.ReadRemoval,
        "refunds/create" => ShopifyRefunds.ReadRefund,
        "customers/create" or "customers/update" or "customers/enable" or "customers/disable" =>
            With(ShopifyCustomers.ReadCustomer),
        "customers/delete" => ShopifyCustomers.ReadRemoval,
        "customers/merge" => ShopifyCustomers.ReadMerge,
        "customers_marketing_consent/update" => With(ShopifyConsents.ReadSms),
        "customers_email_marketing_consent/update" => ShopifyConsents.ReadEmail,
        "products/create" or "products/update" => new ShopifyProducts(Domain).ReadProduct,
        "products/delete" => ShopifyProducts.ReadRemoval,
        "variants/in_stock" => ShopifyProducts.ReadInStock,
        "variants/out_of_stock" => ShopifyProducts.ReadOutOfStock,
        "Product" => ShopifyProducts.ReadEvent, // The Events family: its topics are resources.
        "inventory_levels/update" => ShopifyProducts.ReadStock,
        "app/uninstalled" => ShopifyCompliance.ReadUninstalled,
        "customers/data_request" => With(ShopifyCompliance.ReadDataRequest),
        "customers/redact" => With(ShopifyCompliance.ReadErasure),
        "shop/redact" => (body, delivery) => ShopifyCompliance.ReadStoreErasure(body, delivery, Domain),
        "app_subscriptions/update" => ShopifyNews.ReadPlan,
        "app/scopes_update" => ShopifyNews.ReadScopes,
        "shop/update" => ShopifyNews.ReadShop,
        _ => null,
    };

    private Func<Payload, Delivery, Parsed> With(Func<Payload, Delivery, Phones, Parsed> read) =>
        (body, delivery) => read(body, delivery, phones);

    private static string WhyIgnored(string topic)
    {
        foreach (var (prefix, reason) in Ignored)
        {
            if (topic.StartsWith(prefix, StringComparison.Ordinal)) { return reason; }
        }

        return topic.Contains('/', StringComparison.Ordinal)
            ? "this topic is not read"
            : "of the Events family only Product is read"; // Its topics are resources: Product, Customer.
    }
}
