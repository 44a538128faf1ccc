using System.Text.Json;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// The REST API of a store's site, with the key that we were given. What the site says of the key is noted: the
/// merchant is asked to connect again, and what comes later is still tried, for a role may be given back.
/// </summary>
internal sealed class WooAdmin(StoreRegistry stores, WooKeys keys, WooApi api, TimeProvider clock)
{
    /// <summary>
    /// Calls the store's site; one without a key, or that left, is <see cref="WooAnswer.SignedOut"/>.
    /// </summary>
    /// <exception cref="OperationCanceledException">The service stops: nothing may be assumed.</exception>
    public async ValueTask<WooAnswer> AskAsync(string storeId, WooCall call, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { Store: { IsActive: true, Platform: Platform.WooCommerce } }
            || await keys.FindAsync(storeId, cancel) is not { Key: { } key } read)
        {
            return new WooAnswer.SignedOut();
        }

        var answer = await api.AskAsync(AccessOf(key), call, cancel);
        // Who may not even read has lost the role; a key that only reads is refused changes alone.
        await NoteAsync(storeId, read, key, answer,
            answer is WooAnswer.SignedOut || (answer is WooAnswer.Denied && call.IsQuestion), cancel);
        return answer;
    }

    /// <summary>All items of a list that the site gives by pages, or what went wrong first.</summary>
    public async ValueTask<WooAnswer> ListAsync(string storeId, WooCall list, int maxPages, CancellationToken cancel)
    {
        var items = new List<JsonElement>();
        for (var page = 1; page <= maxPages; page++)
        {
            var answer = await AskAsync(storeId, WooApi.PageOf(list, page), cancel);
            if (WooApi.ItemsOf(answer) is not { } found) { return answer; }

            items.AddRange(found);
            if (found.Count < WooApi.PageSize) { break; }
        }

        return new WooAnswer.Done(JsonSerializer.SerializeToElement(items), items.Count, null);
    }

    /// <summary>Whether the merchant must connect again before the site can be reached.</summary>
    public async ValueTask<bool> WantsConnectingAsync(string storeId, CancellationToken cancel) =>
        await keys.FindAsync(storeId, cancel) is { } read && read.Key is null or { RefusedAt: not null };

    /// <summary>Whether there is a key of the store's site, good or not.</summary>
    public async ValueTask<bool> HasKeyAsync(string storeId, CancellationToken cancel) =>
        await keys.FindAsync(storeId, cancel) is { Key: not null };

    /// <summary>How the site is reached with that key.</summary>
    public static WooAccess AccessOf(WooKey key) => new(key.Site, key.Key, key.Secret,
        Enum.TryParse<WooWay>(key.Way, out var way) ? way : WooWay.Basic) { IsPlain = key.IsPlain };

    private async ValueTask NoteAsync(
        string storeId, ReadWooKey read, WooKey key, WooAnswer answer, bool isRefused, CancellationToken cancel)
    {
        var isGood = answer is WooAnswer.Done;
        if ((isRefused && key.RefusedAt is null) || (isGood && key.RefusedAt is not null))
        {
            await keys.TrySaveAsync(
                storeId, key with { RefusedAt = isRefused ? clock.GetUtcNow() : null }, read.ETag, cancel);
        }
    }
}
