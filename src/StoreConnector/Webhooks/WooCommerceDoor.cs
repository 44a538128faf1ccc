using StoreConnector.Core.Events;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Storage;

namespace StoreConnector.Webhooks;

/// <summary>
/// The door for one topic of one WooCommerce site, named by the token in its path. The site never delivers twice and
/// disables a hook after seven failures, so whatever is signed is answered 200. Measured on WooCommerce 10.5.0.
/// </summary>
internal sealed class WooCommerceDoor(
    StoreRegistry stores, WebhookIntake intake, WooRemovals removals, TimeProvider clock, ILogger<WooCommerceDoor> log)
{
    /// <summary>Takes one delivery.</summary>
    public async Task<Receipt> ReceiveAsync(
        string hookToken, IHeaderDictionary headers, Stream body, long? length, CancellationToken cancel)
    {
        try
        {
            return await stores.FindHookAsync(hookToken, cancel) is { } hook
                ? await ReceiveAsync(hook, headers, body, length, cancel) : new Receipt.UnknownStore();
        }
        catch (StorageUnavailableException e)
        {
            log.DeliveryNotStored("WooCommerce", "-", e.Message);
            return new Receipt.CannotStore();
        }
    }

    private async Task<Receipt> ReceiveAsync(
        StoreHook hook, IHeaderDictionary headers, Stream body, long? length, CancellationToken cancel)
    {
        using var hashed = WooCommerceVerifier.Begin(hook.Token, hook.Secret);
        var read = await BodyReader.ReadAsync(body, length, hashed.Append, cancel);
        if (read is BodyRead.TooLong) { return new Receipt.TooLong(); }

        if (read is BodyRead.Whole(var bytes) && WooCommerceVerifier.IsPing(HttpMethods.Post, headers, bytes.Span))
        {
            return new Receipt.Ping();
        }

        var verdict = WooCommerceVerifier.Finish(headers, hashed);
        if (verdict is not WooCommerceVerdict.Verified verified)
        {
            var reason = ((WooCommerceVerdict.Refused)verdict).Reason;
            log.WooCommerceRefused(hook.StoreId, hook.Topic, reason);
            return new Receipt.Unverified(reason);
        }

        // Who disconnected is not listened to; the site gives the webhook up after seven refusals.
        return await stores.FindAsync(hook.StoreId, cancel) is { Store: { IsActive: true } store }
            ? await TakeAsync(store, hook, verified, read, cancel) : new Receipt.UnknownStore();
    }

    private async Task<Receipt> TakeAsync(
        Store store, StoreHook hook, WooCommerceVerdict.Verified verified, BodyRead read, CancellationToken cancel)
    {
        if (verified.Topic != hook.Topic)
        {
            // The header is not signed, the hook's secret is its topic's: whoever claims another one is not believed.
            var (topic, reason) = (Unsigned.Topic(verified.Topic), $"the hook is for {hook.Topic}");
            log.DeliveryIgnored(store.Id, topic, verified.DeliveryId, reason);
            return new Receipt.Ignored(reason);
        }

        var incoming = Incoming.Of(
            Platform.WooCommerce, verified.DeliveryId, hook.Topic, triggeredAt: null, clock.GetUtcNow(), read);
        return hook.Topic == "product.deleted"
            && Parsers.For(store).Parse(incoming.Delivery) is Parsed.Events([{ Body: ProductRemoved gone }])
            && await removals.TryAskAsync(store.Id, gone.ProductId, cancel)
            ? new Receipt.Queued(1) : await intake.TakeAsync(store, incoming, cancel);
    }
}
