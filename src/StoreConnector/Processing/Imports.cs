using StoreConnector.Core.Values;
using StoreConnector.Processing.Shopify;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>
/// Begins, stops and goes on with what a store's history is taken over by. Products first, then customers, then orders:
/// prices and people are known when purchases come. A repeat finds the same events and changes nothing.
/// </summary>
internal sealed class Imports(IStoreDirectory stores, IQueue queue, TimeProvider clock)
{
    /// <summary>A platform's, in the order in which they run.</summary>
    public static IReadOnlyList<string> KindsOf(Platform platform) =>
        platform == Platform.Shopify ? ShopifyImport.Kinds : WooImport.Kinds;

    /// <summary>
    /// Begins every import that is not under way; for those that are, only sees to it that they go on. It may be called
    /// again at any time.
    /// </summary>
    /// <returns>False when there is no such store, or it left.</returns>
    public async ValueTask<bool> BeginAsync(string storeId, CancellationToken cancel)
    {
        if (await FindAsync(storeId, cancel) is not { } store) { return false; }

        foreach (var kind in KindsOf(store.Store.Platform))
        {
            var (state, etag) = await ImportTable.ReadAsync(store, kind, cancel);
            // Who loses here loses to another beginning.
            if (state?.IsOpen() != true) { await ImportTable.TryWriteAsync(store, New(kind), etag, cancel); }
        }

        foreach (var state in await ListAsync(store, cancel))
        {
            if (state.Step() is { Do: ImportDo.Poll or ImportDo.Page } step)
            {
                await QueueAsync(store, state.Kind, step, cancel);
            }
        }

        await BeginNextAsync(store, cancel);
        return true;
    }

    /// <summary>Stops one that is under way; the next page sees it, and the next kind begins.</summary>
    /// <returns>Null when there is no such import.</returns>
    public ValueTask<ImportState?> StopAsync(string storeId, string kind, CancellationToken cancel) =>
        ChangeAsync(storeId, kind, state => !state.IsOpen() ? null : state with
        {
            Status = ImportStatus.Stopped, FinishedAt = clock.GetUtcNow(), Next = ImportStep.NewName(),
        }, cancel);

    /// <summary>
    /// Goes on with one that was stopped or failed: from where it was when it was being read, else from the beginning.
    /// </summary>
    /// <returns>Null when there is no such import.</returns>
    public ValueTask<ImportState?> ResumeAsync(string storeId, string kind, CancellationToken cancel) =>
        ChangeAsync(storeId, kind, state => state.Status is not (ImportStatus.Stopped or ImportStatus.Failed) ? null
            : New(kind) with
            {
                StartedAt = state.StartedAt,
                Status = state.WrittenAt is null ? ImportStatus.Queued : ImportStatus.Reading,
                Operation = state.WrittenAt is null ? null : state.Operation,
                WrittenAt = state.WrittenAt,
                Mark = state.Mark,
                Rows = state.Rows,
                Of = state.Of,
                Bytes = state.Bytes,
                Unreadable = state.Unreadable,
            }, cancel);

    /// <summary>All that were ever begun, in the order in which they run; empty for a store without.</summary>
    public async ValueTask<IReadOnlyList<ImportState>> ListAsync(string storeId, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { } store ? await ListAsync(store, cancel) : [];

    /// <summary>
    /// The shop says that a file is finished: whoever waits for one looks at once. Who says it does not matter.
    /// </summary>
    public async ValueTask NudgeAsync(string storeId, CancellationToken cancel)
    {
        if (await FindAsync(storeId, cancel) is not { } store) { return; }

        foreach (var state in await ListAsync(store, cancel))
        {
            if (state.Status == ImportStatus.Running)
            {
                await QueueAsync(store, state.Kind, new(ImportStep.Unasked, ImportDo.Poll), cancel);
            }
        }
    }

    /// <summary>Begins the first that waits, unless one is under way.</summary>
    public async ValueTask BeginNextAsync(StoreContext store, CancellationToken cancel)
    {
        var open = (await ListAsync(store, cancel)).Where(s => s.IsOpen()).ToList();
        if (open.Count > 0 && open.TrueForAll(s => s.Status == ImportStatus.Queued) && open[0].Step() is { } step)
        {
            await QueueAsync(store, open[0].Kind, step, cancel);
        }
    }

    /// <summary>Queues a step.</summary>
    /// <param name="wait">How long it is not looked at.</param>
    public ValueTask QueueAsync(StoreContext store, string kind, ImportStep step, CancellationToken cancel,
        TimeSpan wait = default) => queue.SendAsync(
        [
            new(Queues.Write(new ImportMessage(1, store.Store.Id, kind, step.ToString())),
                wait > TimeSpan.Zero ? clock.GetUtcNow() + wait : null),
        ], cancel);

    private async ValueTask<ImportState?> ChangeAsync(string storeId, string kind,
        Func<ImportState, ImportState?> change, CancellationToken cancel)
    {
        if (await FindAsync(storeId, cancel) is not { } store) { return null; }

        while (true)
        {
            var (state, etag) = await ImportTable.ReadAsync(store, kind, cancel);
            if (state is null || change(state) is not { } changed) { return state; }

            if (!await ImportTable.TryWriteAsync(store, changed, etag, cancel)) { continue; }

            if (changed.Step() is { } step) { await QueueAsync(store, kind, step, cancel); }

            return changed;
        }
    }

    private async ValueTask<StoreContext?> FindAsync(string storeId, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { Store.IsActive: true } store ? store : null;

    private static async ValueTask<IReadOnlyList<ImportState>> ListAsync(StoreContext store, CancellationToken cancel)
    {
        var states = new List<ImportState>();
        foreach (var kind in KindsOf(store.Store.Platform))
        {
            if ((await ImportTable.ReadAsync(store, kind, cancel)).State is { } state) { states.Add(state); }
        }

        return states;
    }

    private ImportState New(string kind) => new()
    {
        Kind = kind, Next = ImportStep.NewName(), Status = ImportStatus.Queued, StartedAt = clock.GetUtcNow(),
    };
}
