using System.Globalization;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing.Law;

/// <summary>How far an export has come.</summary>
internal enum ExportStatus
{
    /// <summary>It is asked for.</summary>
    Waiting,

    /// <summary>It can be read.</summary>
    Ready,

    /// <summary>It can be read, and says that nothing is kept of the person.</summary>
    NothingKept,
}

/// <summary>One export as it is listed. No address is in it.</summary>
/// <param name="Id">Names it, in the order of time; the newest first.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="ByPlatform">Whether a person asked through the platform; else the merchant did.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Keys">Whose: keys of customers.</param>
/// <param name="Hashes">Keyed hashes of their aliases and addresses, for an erasure.</param>
/// <param name="Length">Bytes of its JSON.</param>
internal sealed record DataExport(
    string Id, DateTimeOffset At, bool ByPlatform, ExportStatus Status, IReadOnlyList<string> Keys,
    IReadOnlyList<string> Hashes, int Length);

/// <summary>
/// Exports of everything that is kept of a person: made from the queue, once for each request, kept for
/// <see cref="Life"/> in the store's own table, the body in pieces beside the row that lists it.
/// </summary>
internal sealed class DataRequests(
    StoreRegistry registry, IStoreDirectory stores, Merges merges, PersonExport people, IQueues queues,
    TimeProvider clock) : IPersonSearch, INightly
{
    /// <summary>How long an export is kept.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>The most that one listing returns: the newest. An erasure looks through all.</summary>
    public const int MaxListed = 200;

    private const string List = "exports", Bodies = "export-bodies";
    private const int PieceBytes = 512 * 1024;

    /// <summary>Makes the export that an event asks for. Made already, it stays as it is.</summary>
    public async ValueTask BuildAsync(ShopEventMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is not { } store) { return; }

        var asked = EventTimes.Bounded(message.Event);
        var at = ((CustomerDataRequested)asked.Body).At;
        var id = IdOf(at, asked.Id);
        var known = await FindAsync(store, id, cancel);
        if (known is { Status: not ExportStatus.Waiting }) { return; }

        var found = await people.FindAsync(store, asked, message.CustomerKey, cancel);
        var body = await people.WriteAsync(store, found, asked, clock.GetUtcNow(), cancel);
        foreach (var (i, piece) in body.Chunk(PieceBytes).Index())
        {
            await store.Customers.Table.TryWriteAsync(Bodies, [new TableWrite.Put(PieceOf(id, i), piece)], cancel);
        }

        var export = new DataExport(id, at, message.CustomerKey is null,
            found.IsKnown ? ExportStatus.Ready : ExportStatus.NothingKept, found.Keys, found.Hashes, body.Length);
        await PutAsync(store, export, cancel);
        // An erasure that looked before the row stood there has marked them since.
        if (!await AreAllAliveAsync(store, found, cancel)) { await RemoveAsync(store, export, cancel); }
    }

    /// <summary>The merchant asks for a customer's export: it is made from the queue.</summary>
    public async ValueTask<DataExport> AskAsync(StoreContext store, string key, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var happened = new StoreEvent(string.Create(CultureInfo.InvariantCulture, $"export-{key}-{now.UtcTicks}"), now,
            now, EventOrigin.Own, [], [], new CustomerDataRequested(null, now));
        var export = new DataExport(IdOf(now, happened.Id), now, false, ExportStatus.Waiting, [key], [], 0);
        await PutAsync(store, export, cancel);
        var queue = await queues.OpenAsync(Queues.ShopEvents, cancel);
        await queue.SendAsync([new(Queues.Write(new ShopEventMessage(1, store.Store.Id, happened, key)))], cancel);
        return export;
    }

    /// <summary>The newest exports of a store, newest first.</summary>
    public async ValueTask<IReadOnlyList<DataExport>> ListAsync(StoreContext store, CancellationToken cancel)
    {
        await ForgetOldAsync(store, cancel);
        var rows = await store.Customers.Table.RangeAsync(List, "", "~", MaxListed, cancel);
        return [.. rows.Select(r => Json.Read<DataExport>(r.Value, "an export"))];
    }

    /// <summary>One of them, or null.</summary>
    public async ValueTask<DataExport?> FindAsync(StoreContext store, string id, CancellationToken cancel) =>
        IsId(id) && await store.Customers.Table.ReadAsync(List, id, cancel) is { } row
            && Json.Read<DataExport>(row.Value, "an export") is var export && export.At > clock.GetUtcNow() - Life
            ? export : null;

    /// <summary>Its JSON; null when it went meanwhile.</summary>
    public static async ValueTask<byte[]?> ReadAsync(StoreContext store, DataExport export, CancellationToken cancel)
    {
        var body = new MemoryStream(export.Length);
        for (var i = 0; body.Length < export.Length; i++)
        {
            if (await store.Customers.Table.ReadAsync(Bodies, PieceOf(export.Id, i), cancel) is not { } piece)
            {
                return null;
            }

            body.Write(piece.Value.Span);
        }

        return body.ToArray();
    }

    /// <summary>Who is forgotten must not stand in an export either.</summary>
    public async ValueTask ForgetAsync(StoreContext store, ErasedPerson who, CancellationToken cancel)
    {
        for (var from = ""; ;)
        {
            var rows = await store.Customers.Table.RangeAsync(List, from, "~", Limits.MaxRange, cancel);
            foreach (var row in rows)
            {
                var export = Json.Read<DataExport>(row.Value, "an export");
                if (export.Keys.Any(who.Keys.Contains) || export.Hashes.Any(who.Hashes.Contains))
                {
                    await RemoveAsync(store, export, cancel);
                }
            }

            if (rows.Count < Limits.MaxRange) { return; }

            from = TableRow.After(rows[^1].Key);
        }
    }

    /// <summary>What is too old goes each night, in every store.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var registered in await registry.ListAsync(cancel))
        {
            if (await stores.FindAsync(registered.Store.Id, cancel) is { } store)
            {
                await ForgetOldAsync(store, cancel);
            }
        }
    }

    /// <summary>Newest first: what is too old stands at the end.</summary>
    private async ValueTask ForgetOldAsync(StoreContext store, CancellationToken cancel)
    {
        var from = TimeKey(clock.GetUtcNow() - Life);
        while (await store.Customers.Table.RangeAsync(List, from, "~", ITable.MaxBatch, cancel) is [_, ..] old)
        {
            foreach (var row in old)
            {
                await RemoveAsync(store, Json.Read<DataExport>(row.Value, "an export"), cancel);
            }
        }
    }

    /// <summary>The pieces first: what is listed leads to them.</summary>
    private static async ValueTask RemoveAsync(StoreContext store, DataExport export, CancellationToken cancel)
    {
        var table = store.Customers.Table;
        while (await table.RangeAsync(Bodies, export.Id + ".", export.Id + ":", ITable.MaxBatch, cancel)
            is [_, ..] pieces)
        {
            await table.TryWriteAsync(Bodies, [.. pieces.Select(p => new TableWrite.Delete(p.Key))], cancel);
        }

        await table.TryWriteAsync(List, [new TableWrite.Delete(export.Id)], cancel);
    }

    private async ValueTask<bool> AreAllAliveAsync(StoreContext store, FoundPeople found, CancellationToken cancel)
    {
        foreach (var person in found.People)
        {
            var key = await merges.ResolveAsync(store, person.Key, cancel);
            if ((await store.Customers.ReadHeadAsync(key, cancel)).Head is not Head.Live { State: var now }
                || now.ErasedAt != person.ErasedAt) { return false; }
        }

        return true;
    }

    private static async ValueTask PutAsync(StoreContext store, DataExport export, CancellationToken cancel) =>
        await store.Customers.Table.TryWriteAsync(List, [new TableWrite.Put(export.Id, Json.Write(export))], cancel);

    private static string IdOf(DateTimeOffset at, string eventId) => $"{TimeKey(at)}-{EventLog.KeyOf(eventId)}";

    private static string TimeKey(DateTimeOffset at) =>
        (DateTime.MaxValue.Ticks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    private static string PieceOf(string id, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{id}.{number:D3}");

    private static bool IsId(string id) => id.Length == 52 && id[19] == '-'
        && id.All(c => char.IsAsciiHexDigitLower(c) || c == '-');
}
