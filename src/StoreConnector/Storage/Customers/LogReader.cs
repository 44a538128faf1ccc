using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using StoreConnector.Core.Events;

namespace StoreConnector.Storage.Customers;

/// <summary>Reads a store's log from one day to another, a page at a time. Within a day, shard after shard.</summary>
internal static class LogReader
{
    private const int Page = 500;

    /// <summary>Every event received on these days, both included.</summary>
    public static async IAsyncEnumerable<StoreEvent> ReadAsync(
        ITable table, DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var day = from; day <= to; day = day.AddDays(1))
        {
            for (var shard = 0; shard < EventLog.Shards; shard++)
            {
                var partition = string.Create(CultureInfo.InvariantCulture, $"log-{day:yyyyMMdd}-{shard}");
                await foreach (var happened in ReadAsync(table, partition, cancel)) { yield return happened; }
            }
        }
    }

    private static async IAsyncEnumerable<StoreEvent> ReadAsync(
        ITable table, string partition, [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = "";
        while (true)
        {
            var rows = await table.RangeAsync(partition, after, ";", Page, cancel);
            foreach (var row in rows)
            {
                if (TryRead(row) is { } happened) { yield return happened; }
            }

            if (rows.Count < Page) { yield break; }

            after = TableRow.After(rows[^1].Key);
        }
    }

    /// <summary>
    /// An entry of a form that this version does not know is passed over: it must not end the reading.
    /// </summary>
    private static StoreEvent? TryRead(TableRow row)
    {
        try { return Json.Read<StoreEvent>(row.Value, "the log"); }
        catch (JsonException) { return null; }
    }
}
