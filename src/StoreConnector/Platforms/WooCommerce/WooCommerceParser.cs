using System.Text.Json;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>
/// Reads WooCommerce's deliveries. A body is built when it is delivered, not when its event happened, so each one is
/// "the thing as it is now", and any body may be a REST error instead of the thing.
/// </summary>
/// <param name="domain">The store's host; links to other hosts are not kept. Null when it is not known yet.</param>
/// <param name="country">The store's (ISO 3166-1), for national phone numbers; null when it is not known.</param>
internal sealed class WooCommerceParser(string? domain, string? country) : IPlatformParser
{
    private readonly Phones phones = new(country);
    private readonly WooCommerceOrders orders = new(domain, new(country));
    private readonly WooCommerceCarts carts = new(domain, new(country));
    private readonly WooCommerceProducts products = new(domain);

    /// <inheritdoc/>
    public Parsed Parse(Delivery delivery)
    {
        if (delivery.Topic.StartsWith("action.", StringComparison.Ordinal))
        {
            return new Parsed.Ignored("an action's delivery carries only its first argument");
        }

        var read = ReaderOf(delivery.Topic);
        try
        {
            using var document = JsonDocument.Parse(delivery.Body, Payload.Options);
            var body = new Payload(document.RootElement);
            if (RestError(body) is { } error) { return error; }
            if (read is null) { return new Parsed.Ignored(WhyIgnored(delivery.Topic)); }

            return body.IsObject ? read(body, delivery) : new Parsed.Unreadable("the body is not a JSON object");
        }
        catch (JsonException)
        {
            return read is null
                ? new Parsed.Ignored(WhyIgnored(delivery.Topic))
                : new Parsed.Unreadable("the body is not JSON, or nested too deeply");
        }
        catch (InvalidOperationException)
        {
            return new Parsed.Unreadable("a field's name is not Unicode"); // How System.Text.Json says so.
        }
    }

    private Func<Payload, Delivery, Parsed>? ReaderOf(string topic) => topic switch
    {
        "order.created" or "order.updated" or "order.restored" => orders.Read,
        "order.deleted" => WooCommerceOrders.ReadRemoval,
        "customer.created" or "customer.updated" => (body, delivery) =>
            WooCommerceCustomers.ReadCustomer(body, delivery, phones),
        "customer.deleted" => WooCommerceCustomers.ReadRemoval,
        "cart.updated" => carts.Read,
        "product.created" or "product.updated" or "product.restored" => products.Read,
        "product.deleted" => WooCommerceProducts.ReadRemoval,
        _ => null,
    };

    /// <summary>A REST error in the thing's place: WooCommerce signs whatever its own API answered.</summary>
    private static Parsed? RestError(Payload body)
    {
        if (body["id"].IsPresent || body["code"].Text is null || body["data"]["status"].Id is not { } status)
        {
            return null;
        }

        return status switch
        {
            404 or 410 => new Parsed.Ignored("gone before it was delivered"),
            401 or 403 => new Parsed.Ignored(
                "the store's key lost its rights: errors come instead of events until the merchant reconnects"),
            _ => new Parsed.Unreadable("the store sent an error of its own instead of the thing"),
        };
    }

    private static string WhyIgnored(string topic) => topic.Split('.')[0] switch
    {
        "coupon" => "coupon events are not read",
        _ => "this topic is not read",
    };
}
