using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>The registry's stores with their customers.</summary>
internal sealed class StoreDirectory(StoreRegistry stores, ITables tables, PlatformTokens tokens) : IStoreDirectory
{
    public async ValueTask<StoreContext?> FindAsync(string storeId, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { } found
            ? new(found.Store, new CustomerTable(await tables.OpenAsync(StoreRegistry.TableOf(storeId), cancel),
                found.AliasKey))
            : null;

    public async ValueTask HoldAsync(string storeId, string what, Hold hold, CancellationToken cancel) =>
        await stores.UpdateAsync(storeId,
            s => s.Holds.ContainsKey(what) ? s : s with { Holds = s.Holds.Add(what, hold) }, cancel);

    public async ValueTask ReleaseAsync(string storeId, string what, string code, CancellationToken cancel) =>
        await stores.UpdateAsync(storeId,
            s => s.Holds.GetValueOrDefault(what)?.Code == code ? s with { Holds = s.Holds.Remove(what) } : s, cancel);

    public async ValueTask<IReadOnlyList<StoreContext>> ActiveAsync(Platform platform, CancellationToken cancel)
    {
        var active = new List<StoreContext>();
        foreach (var read in await stores.ListAsync(cancel))
        {
            if (read.Store.IsActive && read.Store.Platform == platform
                && await FindAsync(read.Store.Id, cancel) is { } store)
            {
                active.Add(store);
            }
        }

        return active;
    }

    public async ValueTask UninstallAsync(string storeId, DateTimeOffset at, CancellationToken cancel)
    {
        // The merchant had the app open since: it was installed again before the farewell came.
        if (await tokens.FindAsync(storeId, cancel) is { Tokens.OpenedAt: var opened } && at < opened) { return; }

        await stores.UpdateAsync(storeId,
            s => at < s.InstalledAt || s.UninstalledAt is not null ? s : s with { UninstalledAt = at }, cancel);
        if (await stores.FindAsync(storeId, cancel) is { Store.IsActive: false })
        {
            await tokens.ForgetAsync(storeId, cancel);
        }
    }
}
