using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;

namespace StoreConnector.Platforms.Shopify;

/// <summary>Reads variants as the Admin API tells them, each with its product.</summary>
internal static class ShopifyVariantNodes
{
    private const string OnlyVariant = "Default Title"; // Shopify's name for the only variant of a product.

    /// <summary>The variants of <c>nodes</c> as events about their products; what is gone is left out.</summary>
    /// <param name="data">The answer's data.</param>
    /// <param name="id">Begins the events' ids: the same question at the same state of things has the same.</param>
    /// <param name="domain">The shop's host, for the pages of its products.</param>
    /// <param name="now">When it was read.</param>
    public static IReadOnlyList<StoreEvent> Read(JsonElement data, string id, string domain, DateTimeOffset now)
    {
        var events = new List<StoreEvent>();
        var variants = new Payload(data)["nodes"].Items
            .Where(node => node["id"].Gid("ProductVariant") is not null
                && node["product"]["id"].Gid("Product") is not null);
        foreach (var product in variants.GroupBy(node => node["product"]["id"].Gid("Product")!.Value))
        {
            var version = product.Select(Version).Max();
            var delivery = new Delivery(
                FormattableString.Invariant($"{id}-{version.UtcTicks:x}"), "variants", version, now, default);
            var told = delivery.Product(new()
            {
                ProductId = product.Key,
                Version = version,
                Variants = [.. product.Select(Variant)],
            });
            events.AddRange(((Parsed.Events)told).Items.Select(e => e with { Origin = EventOrigin.Import }));
        }

        return events;

        DateTimeOffset Version(Payload node) =>
            new[] { node["updatedAt"].Time, node["product"]["updatedAt"].Time }.Max() ?? now;
    }

    /// <summary>One variant, as any operation of ours asks for it.</summary>
    public static VariantSnapshot Variant(Payload node) => new()
    {
        VariantId = node["id"].Gid("ProductVariant")!.Value,
        Detail = node["title"].Text is not OnlyVariant and var title ? Wording.Cut(title, Line.MaxTitle) : null,
        Price = node["price"].ProductPrice(),
        InStock = node["availableForSale"].IsPresent ? node["availableForSale"].IsTrue : null,
        StockItemId = node["inventoryItem"]["id"].Gid("InventoryItem"),
    };
}
