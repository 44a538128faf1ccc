using System.Globalization;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>
/// Where a store's figures are kept: a row with the store's own and rows with its products', so that none is too large.
/// Read often and written nightly, so a copy of the service may believe what was true <see cref="CacheLife"/> ago.
/// </summary>
internal sealed class StoreFigureTable
{
    /// <summary>How long figures may be believed.</summary>
    public static readonly TimeSpan CacheLife = TimeSpan.FromMinutes(1);

    private const string Partition = "figures", Head = "store", Part = "products-";

    /// <summary>Products of one row: about 100 bytes each.</summary>
    private const int ProductsPerRow = 4000;

    private readonly RowCache<StoreFigures> cache = new(CacheLife);

    public async ValueTask<StoreFigures> ReadAsync(StoreContext store, CancellationToken cancel) =>
        (await cache.GetAsync(store.Store.Id,
            async (_, stop) => await LoadAsync(store.Customers.Table, stop), cancel))!;

    public async ValueTask WriteAsync(StoreContext store, StoreFigures figures, CancellationToken cancel)
    {
        var products = figures.Replenishment.Products;
        var parts = products.Chunk(ProductsPerRow).ToList();
        foreach (var (i, part) in parts.Index())
        {
            var row = new TableWrite.Put(PartKey(i), Json.Write(part.ToDictionary(p => p.Key, p => p.Value)));
            await store.Customers.Table.TryWriteAsync(Partition, [row], cancel);
        }

        // The head last: until then the old number of parts is read, and each is whole.
        var head = new FigureRow(figures.MedianOrder, figures.LearnedAt,
            figures.Replenishment with { Products = products.Clear() }, parts.Count);
        await store.Customers.Table.TryWriteAsync(Partition, [new TableWrite.Put(Head, Json.Write(head))], cancel);
        cache.Forget(store.Store.Id);
    }

    private static async Task<StoreFigures?> LoadAsync(ITable table, CancellationToken cancel)
    {
        if (await table.ReadAsync(Partition, Head, cancel) is not { } row) { return StoreFigures.None; }

        var head = Json.Read<FigureRow>(row.Value, "a store's figures");
        var products = head.Model.Products.ToBuilder();
        for (var i = 0; i < head.Parts; i++)
        {
            if (await table.ReadAsync(Partition, PartKey(i), cancel) is not { } part) { continue; }

            foreach (var (id, gaps) in Json.Read<Dictionary<long, ProductGaps>>(part.Value, "a store's figures"))
            {
                products[id] = gaps;
            }
        }

        return new(head.MedianOrder, head.Model with { Products = products.ToImmutable() }, head.LearnedAt);
    }

    private static string PartKey(int number) => string.Create(CultureInfo.InvariantCulture, $"{Part}{number:D3}");

    private sealed record FigureRow(Money? MedianOrder, DateTimeOffset? LearnedAt, ReplenishmentModel Model, int Parts);
}
