using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>What is kept for a time and then goes.</summary>
internal interface IKeptForATime
{
    /// <summary>Removes from one store what has been kept for long enough. A repeat does no harm.</summary>
    ValueTask ForgetOldAsync(StoreContext store, DateTimeOffset now, CancellationToken cancel);
}

/// <summary>
/// Each night, what has been kept for long enough goes, of stores that left too: rendered messages and deliveries that
/// could not be read after 30 days, the log after thirteen months. Exports, texts and links have an end of their own.
/// </summary>
internal sealed class Retention(
    StoreRegistry registry, IStoreDirectory stores, IEnumerable<IKeptForATime> all, TimeProvider clock) : INightly
{
    /// <summary>How long rendered messages and unread deliveries are kept.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromDays(30);

    /// <summary>A store that was looked at within this is left until the next night.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(20);

    private const string Partition = "retention", Row = "night";

    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var registered in await registry.ListAsync(cancel))
        {
            if (await stores.FindAsync(registered.Store.Id, cancel) is { } store) { await RunAsync(store, cancel); }
        }
    }

    private async ValueTask RunAsync(StoreContext store, CancellationToken cancel)
    {
        var (table, now) = (store.Customers.Table, clock.GetUtcNow());
        if (await table.ReadAsync(Partition, Row, cancel) is { } row
            && Json.Read<DateTimeOffset>(row.Value, "retention") > now - Fresh)
        {
            return;
        }

        foreach (var one in all) { await one.ForgetOldAsync(store, now, cancel); }

        await table.TryWriteAsync(Partition, [new TableWrite.Put(Row, Json.Write(now))], cancel);
    }
}

/// <summary>The log, a day at a time, up to where it stood the night before.</summary>
internal sealed class OldLog : IKeptForATime
{
    /// <summary>Thirteen months: as long as a store learns from.</summary>
    public const int Days = Learning.Days;

    /// <summary>Days of one night: a service that stood still for long catches up in a few nights.</summary>
    public const int MostDays = 400;

    private const string Partition = "retention", Row = "log";

    public async ValueTask ForgetOldAsync(StoreContext store, DateTimeOffset now, CancellationToken cancel)
    {
        var table = store.Customers.Table;
        var first = await table.ReadAsync(Partition, Row, cancel) is { } row
            ? Json.Read<DateOnly>(row.Value, "retention of the log") : Day(store.Store.InstalledAt).AddDays(-1);
        var end = Day(now).AddDays(-Days);
        var last = first.AddDays(MostDays) < end ? first.AddDays(MostDays) : end;
        if (last <= first) { return; }

        for (var day = first; day < last; day = day.AddDays(1)) { await EventLog.ForgetDayAsync(table, day, cancel); }

        await table.TryWriteAsync(Partition, [new TableWrite.Put(Row, Json.Write(last))], cancel);
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
