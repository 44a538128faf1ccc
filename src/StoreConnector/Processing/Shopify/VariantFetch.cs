using System.Globalization;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.Shopify;

/// <summary>
/// Fetches variants that a delivery only names: those behind a product's first hundred, and those whose stock moved.
/// What is fetched comes by the queue of events like anything else, and begins no fetch by itself. What a shop did not
/// answer is named again by the next delivery, and looked for each night.
/// </summary>
internal sealed class VariantFetch(
    IStoreDirectory stores, IShopAdmin admin, IQueue imports, IQueue shopEvents, TimeProvider clock)
    : IImportHandler, IVariantSource, INightly
{
    /// <summary>The most products of a store that are filled in one night.</summary>
    public const int MaxPerNight = 200;

    private const char Behind = ':', Only = '=';

    /// <inheritdoc/>
    public string Import => "variants";

    /// <inheritdoc/>
    public ValueTask FillAsync(StoreContext store, long productId, CancellationToken cancel) =>
        store.Store.Platform != Platform.Shopify ? ValueTask.CompletedTask
            : QueueAsync(store.Store.Id, Text(productId), cancel);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var store in await stores.ActiveAsync(Platform.Shopify, cancel))
        {
            foreach (var product in await store.Products.ReadGapsAsync(MaxPerNight, cancel))
            {
                await FillAsync(store, product.ProductId, cancel);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask LookAsync(StoreContext store, long productId, long variantId, CancellationToken cancel) =>
        store.Store.Platform != Platform.Shopify ? ValueTask.CompletedTask
            : QueueAsync(store.Store.Id, $"{Text(productId)}{Only}{Text(variantId)}", cancel);

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is not { Store.IsActive: true } store) { return; }

        var (productId, ids) = await WantedAsync(store, message.After, cancel);
        if (ids.Count == 0) { return; }

        var answer = await admin.AskAsync(store.Store.Id, AdminOperations.VariantsByIds,
            new Dictionary<string, object?>
            {
                ["ids"] = ids.Select(id => $"gid://shopify/ProductVariant/{Text(id)}").ToList(),
            }, cancel);
        if (answer is not AdminAnswer.Done { Data: var data }) { return; }

        var delivery = $"fetch-{Text(productId)}-{Text(ids[0])}";
        var events = ShopifyVariantNodes.Read(data, delivery, store.Store.Domain, clock.GetUtcNow());
        await shopEvents.SendAsync(
            [.. events.Select(e => new QueueSend(Queues.Write(new ShopEventMessage(1, store.Store.Id, e))))], cancel);
        if (ids.Count == AdminOperations.MaxIds)
        {
            await QueueAsync(store.Store.Id, $"{Text(productId)}{Behind}{Text(ids[^1])}", cancel);
        }
    }

    /// <summary>The product, and its variants to ask for, by rising id.</summary>
    private static async ValueTask<(long Product, IReadOnlyList<long> Variants)> WantedAsync(
        StoreContext store, string after, CancellationToken cancel)
    {
        var at = after.AsSpan().IndexOfAny(Behind, Only);
        if (!long.TryParse(at < 0 ? after : after[..at], NumberStyles.None, CultureInfo.InvariantCulture,
            out var productId)) { return (0, []); }

        var last = at > 0
            && long.TryParse(after[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        if (at > 0 && after[at] == Only) { return (productId, [last]); }

        return await store.Products.ReadHeadAsync(productId, cancel) is not var (product, _) ? (productId, [])
            : (productId, [.. product.Gap.Keys.Where(v => v > last).Take(AdminOperations.MaxIds)]);
    }

    private ValueTask QueueAsync(string storeId, string after, CancellationToken cancel) =>
        imports.SendAsync([new(Queues.Write(new ImportMessage(1, storeId, Import, after)))], cancel);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
