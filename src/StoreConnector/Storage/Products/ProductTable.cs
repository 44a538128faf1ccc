using System.Globalization;
using StoreConnector.Core.Products;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Storage.Products;

/// <summary>A product as it was read, with all its variants, and the version to save against.</summary>
internal sealed record ProductRead(ProductState Product, IReadOnlyDictionary<long, VariantState> Variants,
    string? ETag);

/// <summary>
/// A store's products on its table: a product is one partition, with row <c>product</c> and a row for each variant.
/// Every save writes <c>product</c> under its ETag: one record, one version.
/// </summary>
internal sealed class ProductTable(ITable table)
{
    /// <summary>Variants of one save: with the product's own row they are one batch.</summary>
    public const int MaxVariants = ITable.MaxBatch - 1;

    private const string Product = "product", Variant = "variant-", Gaps = "gaps", StockItems = "stock-items";

    /// <summary>A product and all its variants; an empty one when nothing is known of it.</summary>
    public async ValueTask<ProductRead> ReadAsync(long productId, CancellationToken cancel)
    {
        var partition = Partition(productId);
        var variants = new Dictionary<long, VariantState>();
        var from = Product;
        (ProductState State, string? ETag) head = (new() { ProductId = productId }, null);
        while (true)
        {
            var rows = await table.RangeAsync(partition, from, "variant.", Limits.MaxRange, cancel);
            foreach (var row in rows)
            {
                if (row.Key == Product) { head = (Json.Read<ProductState>(row.Value, "a product"), row.ETag); }
                else
                {
                    var variant = Json.Read<VariantState>(row.Value, "a variant");
                    variants[variant.Key.VariantId] = variant;
                }
            }

            if (rows.Count < Limits.MaxRange) { return new(head.State, variants, head.ETag); }

            from = TableRow.After(rows[^1].Key);
        }
    }

    /// <summary>The product's own row, without its variants; null when nothing is known of it.</summary>
    public async ValueTask<(ProductState Product, string ETag)?> ReadHeadAsync(long productId,
        CancellationToken cancel) =>
        await table.ReadAsync(Partition(productId), Product, cancel) is { } row
            ? (Json.Read<ProductState>(row.Value, "a product"), row.ETag) : null;

    /// <summary>One variant with its product, in two reads; null when the shop has told neither.</summary>
    public async ValueTask<(ProductState Product, VariantState Variant)?> FindAsync(
        VariantKey key, CancellationToken cancel) =>
        await ReadHeadAsync(key.ProductId, cancel) is var (product, _)
        && await table.ReadAsync(Partition(key.ProductId), RowOf(key.VariantId), cancel) is { } row
            ? (product, Json.Read<VariantState>(row.Value, "a variant")) : null;

    /// <summary>What a variant is offered for now; null when the shop has not told.</summary>
    public async ValueTask<Offer?> OfferAsync(VariantKey key, CancellationToken cancel) =>
        await FindAsync(key, cancel) is var (product, variant) ? variant.OfferOf(product) : null;

    /// <summary>
    /// Saves a product with the variants that changed, at most <see cref="MaxVariants"/>, if nobody else has since it
    /// was read (no ETag: if it is new).
    /// </summary>
    /// <returns>False when another writer came first: read again.</returns>
    public ValueTask<bool> TrySaveAsync(
        ProductState product, IEnumerable<VariantState> changed, string? etag, CancellationToken cancel)
    {
        var bytes = Json.Write(product);
        List<TableWrite> batch =
            [etag is null ? new TableWrite.Insert(Product, bytes) : new TableWrite.Replace(Product, bytes, etag)];
        batch.AddRange(changed.Select(v => new TableWrite.Put(RowOf(v.Key.VariantId), Json.Write(v))));
        return table.TryWriteAsync(Partition(product.ProductId), batch, cancel);
    }

    /// <summary>
    /// Lists a product whose variants are known by name only, or takes it off the list. Written before the product: a
    /// row
    /// too many is seen by who reads it.
    /// </summary>
    public async ValueTask NoteGapAsync(long productId, bool hasGap, CancellationToken cancel) =>
        await table.TryWriteAsync(Gaps, [hasGap ? new TableWrite.Put(Key(productId), Array.Empty<byte>())
            : new TableWrite.Delete(Key(productId))], cancel);

    /// <summary>Notes which variant each stock item is of: deliveries about stock name the item alone.</summary>
    /// <param name="variants">At most <see cref="MaxVariants"/>.</param>
    public async ValueTask NoteStockItemsAsync(IReadOnlyList<VariantState> variants, CancellationToken cancel)
    {
        TableWrite[] rows = [.. variants.Where(v => v.StockItemId is not null).DistinctBy(v => v.StockItemId)
            .Select(v => new TableWrite.Put(Key(v.StockItemId!.Value), Json.Write(v.Key)))];
        if (rows.Length > 0) { await table.TryWriteAsync(StockItems, rows, cancel); }
    }

    /// <summary>Which variant a stock item is of; null when no delivery has said.</summary>
    public async ValueTask<VariantKey?> OfStockItemAsync(long stockItemId, CancellationToken cancel) =>
        await table.ReadAsync(StockItems, Key(stockItemId), cancel) is { } row
            ? Json.Read<VariantKey>(row.Value, "a stock item") : null;

    /// <summary>Products whose variants are known by name only, at most <paramref name="max"/>.</summary>
    public async ValueTask<IReadOnlyList<ProductState>> ReadGapsAsync(int max, CancellationToken cancel)
    {
        var products = new List<ProductState>();
        foreach (var row in await table.RangeAsync(Gaps, "", ";", max, cancel))
        {
            var id = long.Parse(row.Key, NumberStyles.None, CultureInfo.InvariantCulture);
            if (await ReadHeadAsync(id, cancel) is { Product: { Gap.Count: > 0 } product }) { products.Add(product); }
        }

        return products;
    }

    private static string Key(long productId) => string.Create(CultureInfo.InvariantCulture, $"{productId:D19}");

    private static string Partition(long productId) =>
        string.Create(CultureInfo.InvariantCulture, $"product-{productId}");

    private static string RowOf(long variantId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Variant}{variantId:D19}");
}
