using System.Globalization;
using StoreConnector.Core.Values;
using StoreConnector.Storage;

namespace StoreConnector.Webhooks;

/// <summary>
/// The door for all of Shopify's topics. The signature comes first: who cannot prove himself learns nothing, not even
/// whether we know the shop. Source: SHOPIFY.md §2.1, §2.4.
/// </summary>
internal sealed class ShopifyDoor(
    ShopifySecrets app, StoreRegistry stores, WebhookIntake intake, ComplianceReceipts receipts, TimeProvider clock,
    ILogger<ShopifyDoor> log)
{
    /// <summary>The API version that we read; another means that ours is gone and Shopify fell forward.</summary>
    public const string ApiVersion = "2026-10";

    /// <summary>Takes one delivery.</summary>
    public async Task<Receipt> ReceiveAsync(
        IHeaderDictionary headers, Stream body, long? length, CancellationToken cancel)
    {
        if (Claims.Of(headers) is not { } claims) { return Refuse("a required header is missing"); }

        if (app.Secrets.Count == 0) { return Refuse("no Shopify:ClientSecret is set"); }

        using var signature = new BodySignature(app.Secrets);
        var read = await BodyReader.ReadAsync(body, length, signature, cancel);
        if (read is BodyRead.TooLong) { return new Receipt.TooLong(); }

        if (read is BodyRead.Whole { Bytes.Length: 0 }) { return Refuse("the body is empty"); }

        if (!signature.Matches(claims.Signature)) { return Refuse("the signature does not match"); }

        if (claims.ApiVersion != ApiVersion) { log.OtherApiVersion(Unsigned.Topic(claims.ApiVersion), ApiVersion); }

        var now = clock.GetUtcNow();
        var incoming = Incoming.Of(Platform.Shopify, claims.DeliveryId, claims.Topic, claims.TriggeredAt, now, read);
        try { return await TakeAsync(claims.Domain, incoming, cancel); }
        catch (StorageUnavailableException e)
        {
            log.DeliveryNotStored(Unsigned.Topic(claims.Topic), Unsigned.Id(claims.DeliveryId), e.Message);
            return new Receipt.CannotStore();
        }
    }

    private async Task<Receipt> TakeAsync(string claimed, Incoming incoming, CancellationToken cancel)
    {
        var delivery = incoming.Delivery;
        var store = ShopifyDomain.TryParse(claimed, out var domain)
            ? await stores.FindByDomainAsync(Platform.Shopify, domain, cancel) : null;
        if (!ComplianceReceipts.Covers(delivery.Topic))
        {
            return store is null ? new Receipt.UnknownStore() : await intake.TakeAsync(store.Store.Id, incoming, cancel);
        }

        if (store is not null && ComplianceReceipts.NamesAnotherShop(delivery.Body, delivery.Topic, domain!))
        {
            const string Reason = "The signed body names another shop than the header.";
            return await intake.KeepAsync(store.Store.Id, incoming, Reason, canRun: false, cancel);
        }

        await receipts.WriteAsync(delivery, store, domain ?? claimed, cancel);
        return store is null ? new Receipt.Noted() : await intake.TakeAsync(store.Store.Id, incoming, cancel);
    }

    private Receipt.Unverified Refuse(string reason)
    {
        log.ShopifyRefused(reason);
        return new(reason);
    }

    /// <summary>What the headers say. None of it is signed.</summary>
    private sealed record Claims(
        string Topic, string Signature, string Domain, string ApiVersion, string DeliveryId, DateTimeOffset? TriggeredAt)
    {
        public static Claims? Of(IHeaderDictionary headers)
        {
            return Text("Topic") is { } topic && Text("Hmac-Sha256") is { } signature && Text("Shop-Domain") is { } domain
                && Text("API-Version") is { } version && Text("Webhook-Id") is { } id
                ? new(topic, signature, domain, version, id, Time(Text("Triggered-At"))) : null;

            string? Text(string name) => headers[$"X-Shopify-{name}"] is [{ Length: > 0 } one] ? one : null;
        }

        private static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
    }
}
