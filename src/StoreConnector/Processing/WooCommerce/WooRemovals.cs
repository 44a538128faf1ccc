using System.Globalization;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// Asks a site whether a product is really gone before it is taken out: <c>product.deleted</c> is also delivered for
/// pages and coupons, and late ones for products that are back. Measured on WooCommerce 10.5.0.
/// </summary>
internal sealed class WooRemovals(
    IStoreDirectory stores, WooAdmin admin, WooReader reader, IQueue imports, IQueue shopEvents, TimeProvider clock)
    : IImportHandler
{
    /// <inheritdoc/>
    public string Import => "woo-removal";

    /// <summary>Sees to it that the site is asked.</summary>
    /// <returns>False where there is no key to ask with: then the webhook is believed.</returns>
    public async ValueTask<bool> TryAskAsync(string storeId, long productId, CancellationToken cancel)
    {
        if (!await admin.HasKeyAsync(storeId, cancel)) { return false; }

        await imports.SendAsync([new(Queues.Write(new ImportMessage(
            1, storeId, Import, productId.ToString(CultureInfo.InvariantCulture))))], cancel);
        return true;
    }

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (!long.TryParse(message.After, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || await stores.FindAsync(message.StoreId, cancel) is not { Store: { IsActive: true,
                Platform: Platform.WooCommerce } } store
            || await WooKnown.IsRemovedAsync(store, WooRows.Products, id, cancel)) { return; }

        // A site that does not say is asked again by the daily search for what is missing.
        if (await reader.LookForAsync(message.StoreId, WooRows.Products, id, cancel) != WooPresence.Gone) { return; }

        var now = clock.GetUtcNow();
        if (WooReader.RowsOf(store, now, EventOrigin.Webhook).Removal(WooRows.Products, id, now)
            is Parsed.Events(var events))
        {
            await shopEvents.SendAsync([.. events.Select(e =>
                new QueueSend(Queues.Write(new ShopEventMessage(1, message.StoreId, e))))], cancel);
        }
    }
}
