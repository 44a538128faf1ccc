using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Storage;
using StoreConnector.Storage.Products;

namespace StoreConnector.Processing;

/// <summary>
/// Tells everybody who is interested in a variant what it costs now (docs/protocols.md P5, a–e), a page of customers
/// per
/// message. It reads who is interested and nobody else. The fan-out stays pending with the product until the last page,
/// so that a crash, or a newer change, loses nobody.
/// </summary>
internal sealed class ProductFanOut(
    IStoreDirectory stores, Catalog catalog, Wakes wakes, IQueue shopEvents, IQueue productChanges, TimeProvider clock)
    : IProductChangeHandler
{
    /// <summary>Customers of one page.</summary>
    public const int Page = 100;

    public async Task HandleAsync(ProductChangeMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is not { } store) { return; }

        var read = await store.Products.ReadHeadAsync(message.ProductId, cancel); // P5.a
        if (read?.Product.Pending is not { } pending || pending.Token != message.Token) { return; }

        var variant = new VariantKey(message.ProductId, message.VariantId);
        var rows = await store.Interests.PageAsync(variant, message.After, Page, cancel); // P5.b
        if (rows.Count > 0 && await store.Products.OfferAsync(variant, cancel) is { } offer)
        {
            await TellAsync(store, variant, offer, rows, cancel); // P5.c
        }

        if (rows.Count == Page)
        {
            await NextAsync(message with { After = rows[^1].CustomerKey }, cancel); // P5.d
        }
        else if (pending.Variants.FirstOrDefault(v => v > message.VariantId, -1) is >= 0 and var next)
        {
            await NextAsync(message with { VariantId = next, After = "" }, cancel);
        }
        else { await FinishAsync(store, message, cancel); } // P5.e
    }

    /// <summary>
    /// A product's wake-up: what is still pending begins again at page one, and is looked at again after that.
    /// </summary>
    public async Task LookAsync(string storeId, long productId, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store
            || await store.Products.ReadHeadAsync(productId, cancel) is not { Product: { Pending: not null } product })
        {
            return;
        }

        await catalog.BeginAsync(store, product, cancel);
        await wakes.RepeatAsync(store, Catalog.KeyOf(productId), clock.GetUtcNow() + Catalog.LookAgain, cancel);
    }

    private async ValueTask TellAsync(StoreContext store, VariantKey variant, Offer offer,
        IReadOnlyList<InterestRow> rows, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await store.Interests.ExpireAsync(variant, rows.Where(r => r.Until < now), cancel);

        var events = rows.Where(r => r.Until >= now).Select(r => r.CustomerKey).Select(key => new QueueSend(
            Queues.Write(new ShopEventMessage(1, store.Store.Id, Event(variant, offer, key, now), key)))).ToList();
        if (events.Count > 0) { await shopEvents.SendAsync(events, cancel); }
    }

    private static StoreEvent Event(VariantKey variant, Offer offer, string customerKey, DateTimeOffset now) => new(
        FormattableString.Invariant($"offer-{variant}-{offer.Version.UtcTicks}-{customerKey}"), offer.Version, now,
        EventOrigin.Webhook, [], [], new OfferChanged(variant, offer));

    private ValueTask NextAsync(ProductChangeMessage page, CancellationToken cancel) =>
        productChanges.SendAsync([new(Queues.Write(page))], cancel);

    private static async ValueTask FinishAsync(StoreContext store, ProductChangeMessage message,
        CancellationToken cancel)
    {
        while (await store.Products.ReadHeadAsync(message.ProductId, cancel) is var (product, etag)
            && product.Pending?.Token == message.Token
            && !await store.Products.TrySaveAsync(product with { Pending = null }, [], etag, cancel))
        {
            // Somebody saved in between: if that began another fan-out, ours is no longer pending.
        }
    }
}
