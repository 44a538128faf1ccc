using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>
/// Fetches from the platform what its deliveries only name. Where there is nothing to fetch it does nothing.
/// </summary>
internal interface IVariantSource
{
    /// <summary>Sees to it, soon, that the variants are told which a product's deliveries only named.</summary>
    ValueTask FillAsync(StoreContext store, long productId, CancellationToken cancel);

    /// <summary>Sees to it, soon, that one variant is told anew.</summary>
    ValueTask LookAsync(StoreContext store, long productId, long variantId, CancellationToken cancel);
}

/// <summary>
/// Keeps what a shop sells, and begins to tell those whom a change concerns (docs/protocols.md P5.1–4): due row,
/// product
/// with its pending fan-out, first page.
/// </summary>
internal sealed class Catalog(Wakes wakes, IQueue productChanges, IVariantSource source, TimeProvider clock)
{
    /// <summary>When a product with a pending fan-out is looked at again, should its pages have been lost.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);

    /// <summary>The key under which a product stands in the due index.</summary>
    public static string KeyOf(long productId) => string.Create(CultureInfo.InvariantCulture, $"p{productId:x16}");

    /// <summary>Reads what <see cref="KeyOf"/> wrote; false for a customer's key.</summary>
    public static bool TryProduct(string key, [NotNullWhen(true)] out long? productId)
    {
        productId = key is ['p', .. var digits]
            && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id
                : null;
        return productId is not null;
    }

    public async Task ApplyAsync(StoreContext store, StoreEvent happened, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= EventProcessor.MaxAttempts; attempt++)
        {
            if (await TryApplyAsync(store, happened, cancel))
            {
                await EventLog.AppendAsync(store.Customers.Table, happened, cancel);
                return;
            }
        }

        throw new ContentionException($"Store {store.Store.Id}: product event {happened.Id}",
            EventProcessor.MaxAttempts);
    }

    /// <summary>
    /// Stock moved at one place. The shop is asked where that may change whether the variant can be bought: something
    /// is left of what was sold out, or nothing of what was not.
    /// </summary>
    public async Task StockMovedAsync(StoreContext store, StockMoved moved, CancellationToken cancel)
    {
        if (await store.Products.OfStockItemAsync(moved.StockItemId, cancel) is { } key
            && await store.Products.FindAsync(key, cancel) is var (_, variant) && variant.InStock != moved.Left > 0)
        {
            await source.LookAsync(store, key.ProductId, key.VariantId, cancel);
        }
    }

    /// <summary>
    /// The first page of a product's pending fan-out, and the row that brings us back; nothing without one.
    /// </summary>
    public async ValueTask BeginAsync(StoreContext store, ProductState product, CancellationToken cancel)
    {
        if (product.Pending is not { Variants: [var first, ..] } pending) { return; }

        await productChanges.SendAsync([new(Queues.Write(new ProductChangeMessage(
            1, store.Store.Id, product.ProductId, pending.Token, first, "")))], cancel); // P5.3
    }

    private async ValueTask<bool> TryApplyAsync(StoreContext store, StoreEvent happened, CancellationToken cancel)
    {
        var productId = happened.Body switch
        {
            ProductChanged e => e.Product.ProductId,
            ProductRemoved e => e.ProductId,
            var other => throw new System.Diagnostics.UnreachableException(other.GetType().Name),
        };
        var read = await store.Products.ReadAsync(productId, cancel);
        // WooCommerce says so of pages and coupons too: what we do not know cannot go.
        if (read.ETag is null && happened.Body is ProductRemoved) { return true; }

        var change = CatalogEvolution.Evolve(read.Product, read.Variants, happened.Body, store.Store.Currency,
            EventLog.KeyOf(happened.Id));
        var (key, again) = (KeyOf(productId), clock.GetUtcNow() + LookAgain);
        DateTimeOffset? wakeAt = change.Product.Pending is null ? null : again;
        await wakes.AnnounceAsync(store, key, wakeAt, cancel); // P5.1
        var (hadGap, hasGap) = (read.Product.Gap.Count > 0, change.Product.Gap.Count > 0);
        if (hadGap || hasGap) { await store.Products.NoteGapAsync(productId, hasGap, cancel); }

        await store.Products.NoteStockItemsAsync([.. change.Variants
            .Where(v => v.StockItemId != read.Variants.GetValueOrDefault(v.Key.VariantId)?.StockItemId)
            .Take(Storage.Products.ProductTable.MaxVariants)], cancel);
        if (change.IsChanged && !await TrySaveAsync(store, read.ETag, change, cancel)) { return false; } // P5.2

        // Of a product in several events the one that names; and what was fetched fetches nothing again.
        if (hasGap && happened.Body is ProductChanged { Product.OnlyNamed.Count: > 0 })
        {
            await source.FillAsync(store, productId, cancel);
        }

        await BeginAsync(store, change.Product, cancel);
        await wakes.PublishIfSweptAsync(store, key, wakeAt, cancel);
        return true;
    }

    /// <summary>
    /// One batch; of more variants than it holds the first ones go ahead, and the caller begins again with the rest.
    /// </summary>
    private static async ValueTask<bool> TrySaveAsync(StoreContext store, string? etag, CatalogChange change,
        CancellationToken cancel)
    {
        var fits = change.Variants.Count <= Storage.Products.ProductTable.MaxVariants;
        var saved = await store.Products.TrySaveAsync(change.Product,
            change.Variants.Take(Storage.Products.ProductTable.MaxVariants), etag, cancel);
        return saved && fits;
    }
}
