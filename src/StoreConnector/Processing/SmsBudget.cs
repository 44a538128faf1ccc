using System.Globalization;
using System.Text;
using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>
/// Keeps a store's texts within its month's budget, in segments: each send reserves its own, once, before it is
/// claimed.
/// A reservation whose send never came to be stays: we would rather stop a text early than go over.
/// </summary>
internal static class SmsBudget
{
    private const string Total = "total", Send = "send-";

    /// <summary>Segments that are left of this month.</summary>
    public static async ValueTask<int> LeftAsync(StoreContext store, DateTimeOffset now, CancellationToken cancel) =>
        store.Store.Sms.MonthlyBudget <= 0 ? 0
            : store.Store.Sms.MonthlyBudget - (await ReadAsync(store, Partition(store, now), cancel)).Used;

    /// <summary>Segments that were reserved this month.</summary>
    public static async ValueTask<int> UsedAsync(StoreContext store, DateTimeOffset now, CancellationToken cancel) =>
        (await ReadAsync(store, Partition(store, now), cancel)).Used;

    /// <summary>Reserves the segments of a send; a repeat reserves nothing more.</summary>
    /// <returns>False when the month's budget does not allow them.</returns>
    public static async ValueTask<bool> TryReserveAsync(
        StoreContext store, string sendId, int segments, DateTimeOffset now, CancellationToken cancel)
    {
        var (table, partition) = (store.Customers.Table, Partition(store, now));
        while (true)
        {
            if (await table.ReadAsync(partition, Send + sendId, cancel) is not null) { return true; }

            var (used, etag) = await ReadAsync(store, partition, cancel);
            if (used + segments > store.Store.Sms.MonthlyBudget) { return false; }

            var total = Bytes(used + segments);
            if (await table.TryWriteAsync(partition, [new TableWrite.Insert(Send + sendId, Bytes(segments)),
                etag is null ? new TableWrite.Insert(Total, total) : new TableWrite.Replace(Total, total, etag)],
                    cancel))
            {
                return true;
            }
        }
    }

    /// <summary>Gives back what a send reserved that for sure has not left.</summary>
    public static async ValueTask ReleaseAsync(StoreContext store, string sendId, DateTimeOffset now,
        CancellationToken cancel)
    {
        var (table, partition) = (store.Customers.Table, Partition(store, now));
        while (await table.ReadAsync(partition, Send + sendId, cancel) is { } reserved)
        {
            var (used, etag) = await ReadAsync(store, partition, cancel);
            var back = Bytes(Math.Max(0, used - Number(reserved)));
            if (etag is null || await table.TryWriteAsync(partition,
                [new TableWrite.Delete(Send + sendId, reserved.ETag), new TableWrite.Replace(Total, back, etag)],
                    cancel))
            {
                return;
            }
        }
    }

    private static async ValueTask<(int Used, string? ETag)> ReadAsync(StoreContext store, string partition,
        CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(partition, Total, cancel) is { } row ? (Number(row), row.ETag)
            : (0, null);

    /// <summary>A month of the store's own calendar.</summary>
    private static string Partition(StoreContext store, DateTimeOffset now)
    {
        var local = TimeZoneInfo.TryFindSystemTimeZoneById(store.Store.TimeZone, out var zone)
            ? TimeZoneInfo.ConvertTime(now, zone) : now;
        return string.Create(CultureInfo.InvariantCulture, $"sms-{local:yyyyMM}");
    }

    private static int Number(TableRow row) =>
        int.Parse(row.Value.Span, NumberStyles.None, CultureInfo.InvariantCulture);

    private static byte[] Bytes(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
