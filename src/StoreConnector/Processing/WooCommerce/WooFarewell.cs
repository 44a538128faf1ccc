using StoreConnector.Core.Events;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// Takes a WooCommerce store's connection away. At once nothing leaves for it and nothing is taken in; then, as far as
/// the site answers, our webhooks and the companion's connection go there; then its key and secret go here. Who
/// connects the site again within <see cref="Grace"/> has the same store with all that was in it; afterwards, or at
/// once when that is asked for, everything of it is erased. A key that is revoked on the site is no farewell: the
/// merchant is asked to connect again, and nothing else happens.
/// </summary>
internal sealed class WooFarewell(
    StoreRegistry stores, WooKeys keys, WooSecrets secrets, SignIns signIns, WooApi api, Receipts receipts,
    LinkBase address, IQueue imports, IQueue events, TimeProvider clock) : IImportHandler, INightly
{
    /// <summary>
    /// How long a store that left is kept. Shopify asks for the erasure after two days; here nobody does, and a
    /// merchant who tried something on the site, or moved it, comes back within weeks.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(30);

    private const string Erase = "erase";

    private const int MaxPages = 10;

    /// <inheritdoc/>
    public string Import => "woo-farewell";

    /// <summary>The store leaves. A repeat does no harm.</summary>
    /// <param name="store">Which.</param>
    /// <param name="erases">Whether everything of it goes at once.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask BeginAsync(Store store, bool erases, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await stores.UpdateAsync(store.Id, s => s.IsActive ? s with { UninstalledAt = now } : s, cancel);
        if (store.IsActive)
        {
            await receipts.WriteAsync(store.Domain, IdOf("disconnect", store.Id, now),
                new(Receipts.Disconnected, now, store.Id, null)
                {
                    DoneAt = now, Outcome = "Nothing leaves for the store any more.",
                }, cancel);
        }

        await SendAsync(store.Id, erases, cancel);
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var store in (await stores.ListAsync(cancel)).Select(s => s.Store)
            .Where(s => s is { Platform: Platform.WooCommerce, IsActive: false }))
        {
            var isOver = store.UninstalledAt + Grace <= clock.GetUtcNow();
            if (isOver || await keys.FindAsync(store.Id, cancel) is not null)
            {
                await SendAsync(store.Id, isOver, cancel);
            }
        }
    }

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        // The key first, then the store: who connects again does it the other way round, so that no new key is taken
        // for the old one.
        var read = await keys.FindAsync(message.StoreId, cancel);
        if (await stores.ReadAsync(message.StoreId, cancel) is not
            { IsActive: false, ErasingSince: null, Platform: Platform.WooCommerce } store) { return; }

        if (read is not null)
        {
            if (read.Key is { } key) { await LeaveAsync(store, key, cancel); }

            if (!await secrets.TryForgetAsync(store.Id, read, cancel)) { return; }
        }

        await signIns.EndAllAsync(store.Id, cancel);
        if (message.After == Erase) { await EraseAsync(store, cancel); }
    }

    private ValueTask SendAsync(string storeId, bool erases, CancellationToken cancel) => imports.SendAsync(
        [new(Queues.Write(new ImportMessage(1, storeId, Import, erases ? Erase : "")))], cancel);

    /// <summary>As far as the site answers; what stays there is refused at our door.</summary>
    private async ValueTask LeaveAsync(Store store, WooKey key, CancellationToken cancel)
    {
        var (access, begin) = (WooAdmin.AccessOf(key), address.Own(WooSubscriptions.Path).AbsoluteUri);
        var ours = new List<WooCall>();
        await foreach (var page in api.PagesAsync(access, WooSubscriptions.List, MaxPages, cancel))
        {
            foreach (var item in WooApi.ItemsOf(page) ?? [])
            {
                var said = new Payload(item);
                if (said["id"].Id is { } id && said["delivery_url"].Text is { } url
                    && url.StartsWith(begin, StringComparison.Ordinal)
                    && (await stores.FindHookAsync(url[begin.Length..], cancel) is not { } hook
                        || hook.StoreId == store.Id))
                {
                    ours.Add(WooSubscriptions.Removal(id));
                }
            }
        }

        foreach (var call in ours.Append(WooCompanion.Farewell))
        {
            if (await api.AskAsync(access, call, cancel) is not (WooAnswer.Done or WooAnswer.Refused)) { return; }
        }
    }

    private async ValueTask EraseAsync(Store store, CancellationToken cancel)
    {
        var (now, id) = (clock.GetUtcNow(), IdOf(Erase, store.Id, store.UninstalledAt!.Value));
        await receipts.WriteAsync(store.Domain, id, new(Receipts.Erased, now, store.Id, null), cancel);
        var asked = new StoreErased(now) { Domain = store.Domain, StoreId = store.Id };
        var happened = new StoreEvent(id, now, now, EventOrigin.Own, [], [], asked);
        await events.SendAsync([new(Queues.Write(new ShopEventMessage(1, store.Id, happened)))], cancel);
    }

    private static string IdOf(string what, string storeId, DateTimeOffset at) =>
        FormattableString.Invariant($"{what}-{storeId}-{at.ToUnixTimeMilliseconds()}");
}
