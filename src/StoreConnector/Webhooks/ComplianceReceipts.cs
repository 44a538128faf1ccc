using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Platforms;
using StoreConnector.Storage;

namespace StoreConnector.Webhooks;

/// <summary>What a platform asked of us in the law's name, without naming anybody.</summary>
/// <param name="Topic">What was asked.</param>
/// <param name="At">When it came.</param>
/// <param name="Store">The store's id; for a store that we do not know, a hash of its domain.</param>
/// <param name="Who">A hash of the customer's id under the store's own key; null where nobody, or nobody we know, is
/// meant.</param>
internal sealed record ComplianceReceipt(string Topic, DateTimeOffset At, string Store, string? Who);

/// <summary>
/// Proof, in the shared table, that a request arrived: it must outlive the store's own table. The row is keyed by the
/// delivery, so that a redelivery is the same receipt.
/// </summary>
internal sealed class ComplianceReceipts(ITables tables)
{
    /// <summary>The partition of <see cref="StoreRegistry.Table"/>.</summary>
    public const string Partition = "receipts";

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
            delivery.Topic, delivery.ReceivedAt, store?.Store.Id ?? Unsigned.Hash(domain), who);
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        var row = new TableWrite.Put(
            Unsigned.Hash($"{domain} {delivery.DeliveryId}"),
                JsonSerializer.SerializeToUtf8Bytes(receipt, EventJson.Options));
        await table.TryWriteAsync(Partition, [row], cancel);
    }

    /// <summary>
    /// The other shop that the body names, or null. The signature covers the body alone, so one shop's signed body can
    /// be sent again under another shop's name; what would destroy must not be believed then. Samples name no real
    /// shop.
    /// </summary>
    public static bool NamesAnotherShop(ReadOnlyMemory<byte> body, string topic, string domain) =>
        Text(body, topic == "app/uninstalled" ? "myshopify_domain" : "shop_domain") is { } named
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
