using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Storage;

namespace StoreConnector.Webhooks;

/// <summary>Writes the receipt of a request of the law, at the door.</summary>
internal sealed class ComplianceReceipts(Receipts receipts)
{
    /// <summary>The partition of <see cref="StoreRegistry.Table"/>.</summary>
    public const string Partition = Receipts.Partition;

    /// <summary>The topics that leave a receipt and are answered 200 whoever asks.</summary>
    public static bool Covers(string topic) =>
        topic is "customers/data_request" or "customers/redact" or "shop/redact" or "app/uninstalled";

    /// <summary>Writes the receipt.</summary>
    public async Task WriteAsync(Delivery delivery, RegisteredStore? store, string domain, CancellationToken cancel)
    {
        var who = store is not null && CustomerId(delivery.Body) is { } id
            ? Convert.ToHexStringLower(
                HMACSHA256.HashData(store.AliasKey.Span, Encoding.UTF8.GetBytes($"account:{id}"))) : null;
        var receipt = new ComplianceReceipt(
            delivery.Topic, delivery.ReceivedAt, store?.Store.Id ?? Receipts.HashOf(domain), who);
        if (store is null) // Nothing is kept of it: there is nothing left to do.
        {
            receipt = receipt with { DoneAt = delivery.ReceivedAt, Outcome = "Nothing is kept of this shop." };
        }

        await receipts.WriteAsync(domain, delivery.DeliveryId, receipt, cancel);
    }

    /// <summary>
    /// Whether a topic is about the whole shop or about a person's rights: then its body must not be another shop's.
    /// </summary>
    public static bool MustNameItsShop(string topic) =>
        Covers(topic) || topic is "shop/update" or "app/scopes_update" or "app_subscriptions/update";

    /// <summary>Whether the body is another shop's, by its number: as far as both are known.</summary>
    public static bool IsOfAnotherShop(Delivery delivery, RegisteredStore store) =>
        store.Store.PlatformId is { } ours && ShopifyParser.ShopIdIn(delivery) is { } named && named != ours;

    /// <summary>
    /// The other shop that the body names, or null. The signature covers the body alone, so one shop's signed body can
    /// be sent again under another shop's name; what would destroy must not be believed then. Samples name no real
    /// shop.
    /// </summary>
    public static bool NamesAnotherShop(ReadOnlyMemory<byte> body, string topic, string domain) =>
        Text(body, topic is "app/uninstalled" or "shop/update" ? "myshopify_domain" : "shop_domain") is { } named
        && ShopifyDomain.TryParse(named, out var other) && other != domain;

    private static long? CustomerId(ReadOnlyMemory<byte> body) => Look(body, root =>
        root.TryGetProperty("customer", out var customer) && customer.ValueKind == JsonValueKind.Object
        && customer.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number
            && id.TryGetInt64(out var number)
            ? number : (long?)null);

    private static string? Text(ReadOnlyMemory<byte> body, string name) => Look(body, root =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null);

    private static T? Look<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> look)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object ? look(json.RootElement) : default;
        }
        catch (JsonException)
        {
            return default; // The parser will say that it is unreadable; the request is on record all the same.
        }
        catch (InvalidOperationException)
        {
            return default; // Text that is not Unicode: the same.
        }
    }
}
