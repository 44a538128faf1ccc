using System.Globalization;
using System.Text;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>
/// Keeps a store's texts, in segments, and its mails within their month's budget: each send reserves its own, once,
/// before it is claimed.
/// A reservation whose send never came to be stays: we would rather stop a text early than go over.
/// </summary>
internal static class Budget
{
    private const string Total = "total", Send = "send-";

    /// <summary>What is left of this month; null where there is no budget to keep.</summary>
    public static async ValueTask<int?> LeftAsync(StoreContext store, Channel channel, DateTimeOffset now,
        CancellationToken cancel) => MostOf(store, channel) switch
        {
            null => null,
            <= 0 => 0,
            { } most => most - (await ReadAsync(store, Partition(store, channel, now), cancel)).Used,
        };

    /// <summary>What was reserved this month.</summary>
    public static async ValueTask<int> UsedAsync(StoreContext store, Channel channel, DateTimeOffset now,
        CancellationToken cancel) => (await ReadAsync(store, Partition(store, channel, now), cancel)).Used;

    /// <summary>Reserves what a send needs; a repeat reserves nothing more.</summary>
    /// <returns>False when the month's budget does not allow them.</returns>
    public static async ValueTask<bool> TryReserveAsync(
        StoreContext store, Channel channel, string sendId, int amount, DateTimeOffset now, CancellationToken cancel)
    {
        if (MostOf(store, channel) is not { } most) { return true; }

        var (table, partition) = (store.Customers.Table, Partition(store, channel, now));
        while (true)
        {
            if (await table.ReadAsync(partition, Send + sendId, cancel) is not null) { return true; }

            var (used, etag) = await ReadAsync(store, partition, cancel);
            if (used + amount > most) { return false; }

            var total = Bytes(used + amount);
            if (await table.TryWriteAsync(partition, [new TableWrite.Insert(Send + sendId, Bytes(amount)),
                etag is null ? new TableWrite.Insert(Total, total) : new TableWrite.Replace(Total, total, etag)],
                    cancel))
            {
                return true;
            }
        }
    }

    /// <summary>Gives back what a send reserved that for sure has not left.</summary>
    public static async ValueTask ReleaseAsync(StoreContext store, Channel channel, string sendId, DateTimeOffset now,
        CancellationToken cancel)
    {
        if (MostOf(store, channel) is null) { return; }

        var (table, partition) = (store.Customers.Table, Partition(store, channel, now));
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

    private static int? MostOf(StoreContext store, Channel channel) =>
        channel == Channel.Email ? store.Store.Email.MonthlyBudget : store.Store.Sms.MonthlyBudget;

    /// <summary>A month of the store's own calendar.</summary>
    private static string Partition(StoreContext store, Channel channel, DateTimeOffset now)
    {
        var local = TimeZoneInfo.TryFindSystemTimeZoneById(store.Store.TimeZone, out var zone)
            ? TimeZoneInfo.ConvertTime(now, zone) : now;
        return string.Create(CultureInfo.InvariantCulture, $"{Store.HoldOf(channel)}-{local:yyyyMM}");
    }

    private static int Number(TableRow row) =>
        int.Parse(row.Value.Span, NumberStyles.None, CultureInfo.InvariantCulture);

    private static byte[] Bytes(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
