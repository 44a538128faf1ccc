using System.Globalization;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Telemetry;

namespace StoreConnector.Webhooks;

/// <summary>
/// The door for all of Shopify's topics. The signature comes first: who cannot prove himself learns nothing, not even
/// whether we know the shop. Source: shopify.dev, webhooks, "Verify deliveries"; privacy law compliance.
/// </summary>
internal sealed class ShopifyDoor(
    ShopifyApp app, StoreRegistry stores, WebhookIntake intake, ComplianceReceipts receipts,
    PassingRows passing, Imports imports, TimeProvider clock, ILogger<ShopifyDoor> log)
{
    /// <summary>How long an installation that is on its way in may still need to hear of its end.</summary>
    public static readonly TimeSpan FarewellLife = TimeSpan.FromHours(1);

    /// <summary>Takes one delivery.</summary>
    public async Task<Receipt> ReceiveAsync(
        IHeaderDictionary headers, Stream body, long? length, CancellationToken cancel)
    {
        using var signature = ShopifyVerifier.Begin(app.Secrets);
        var read = await BodyReader.ReadAsync(body, length, signature.Append, cancel);
        if (read is BodyRead.TooLong) { return new Receipt.TooLong(); }

        var verdict = ShopifyVerifier.Finish(headers, signature);
        if (verdict is not ShopifyVerdict.Verified verified)
        {
            var reason = app.Secrets.Count == 0 ? "no Shopify:ClientSecret is set"
                : ((ShopifyVerdict.Refused)verdict).Reason;
            log.ShopifyRefused(reason);
            return new Receipt.Unverified(reason);
        }

        if (verified.ApiVersion != ShopifyApp.ApiVersion)
        {
            Signals.OtherShopifyVersion("webhook");
            log.OtherApiVersion(Unsigned.Topic(verified.ApiVersion), ShopifyApp.ApiVersion);
        }

        try
        {
            return await TakeAsync(verified, read, cancel);
        }
        catch (StorageUnavailableException e)
        {
            log.DeliveryNotStored(Unsigned.Topic(verified.Topic), Unsigned.Id(verified.WebhookId), e.Message);
            return new Receipt.CannotStore();
        }
    }

    private async Task<Receipt> TakeAsync(ShopifyVerdict.Verified verified, BodyRead read, CancellationToken cancel)
    {
        var incoming = Incoming.Of(
            Platform.Shopify, verified.WebhookId, verified.Topic, verified.TriggeredAt, clock.GetUtcNow(), read);
        var delivery = incoming.Delivery;
        var store = await stores.FindByDomainAsync(Platform.Shopify, verified.Shop, cancel);
        if (delivery.Topic == "app/uninstalled" && store is not { Store.IsActive: true }
            && !ComplianceReceipts.NamesAnotherShop(delivery.Body, delivery.Topic, verified.Shop)
            && (store is null || !ComplianceReceipts.IsOfAnotherShop(delivery, store)))
        {
            // Its installation may be on its way in. Who writes that down looks here afterwards; so it is looked for
            // again when this is written, and one of both sees the other.
            await NoteFarewellAsync(verified.Shop, delivery.TriggeredAt ?? delivery.ReceivedAt, cancel);
            store = await stores.FindByDomainAsync(Platform.Shopify, verified.Shop, cancel);
        }

        if (store is not null && ComplianceReceipts.MustNameItsShop(delivery.Topic)
            && (ComplianceReceipts.NamesAnotherShop(delivery.Body, delivery.Topic, verified.Shop)
                || ComplianceReceipts.IsOfAnotherShop(delivery, store)))
        {
            const string Reason = "The signed body names another shop than the header.";
            return await intake.KeepAsync(store.Store.Id, incoming, Reason, canRun: false, cancel);
        }

        if (ComplianceReceipts.Covers(delivery.Topic))
        {
            await receipts.WriteAsync(delivery, store, verified.Shop, cancel);
            if (store is null) { return new Receipt.Noted(); }
        }

        // A nudge and no more: the topic is not signed, and what became of the file is asked of the shop itself.
        if (delivery.Topic == "bulk_operations/finish" && store is not null)
        {
            await imports.NudgeAsync(store.Store.Id, cancel);
        }

        return store is null ? new Receipt.UnknownStore() : await intake.TakeAsync(store.Store, incoming, cancel);
    }

    /// <summary>The latest counts.</summary>
    private async Task NoteFarewellAsync(string shop, DateTimeOffset at, CancellationToken cancel)
    {
        var (value, until) = (at.ToString("O", CultureInfo.InvariantCulture), clock.GetUtcNow() + FarewellLife);
        while (true)
        {
            var known = await passing.FindAsync(PassingRows.Farewells, shop, cancel);
            if (known is not null && DateTimeOffset.Parse(known.Value, CultureInfo.InvariantCulture) >= at) { return; }

            if (await passing.TryWriteAsync(PassingRows.Farewells, shop, value, until, known?.ETag, cancel)) { return; }
        }
    }
}
