using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StoreConnector.Core.Events;

namespace StoreConnector.Storage.Customers;

/// <summary>
/// Every event of a store, by day and shard, under a key made from the event and the instant it was received, so that a
/// second append of a delivery is the first. Timelines, counts, export and the time machine read it; no screen scans
/// customers.
/// </summary>
internal static class EventLog
{
    /// <summary>Partitions of one day.</summary>
    public const int Shards = 4;

    /// <summary>An event's id as a row key: ids may hold characters that keys may not.</summary>
    public static string KeyOf(string eventId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(eventId))[..16]);

    /// <summary>Where an event stands: partition and row with <c>:</c> between.</summary>
    public static string LogKey(StoreEvent happened)
    {
        var id = KeyOf(happened.Id);
        var at = happened.ReceivedAt.UtcDateTime;
        var shard = int.Parse(id.AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) % Shards;
        return string.Create(CultureInfo.InvariantCulture, $"log-{at:yyyyMMdd}-{shard}:{at:HHmmssfff}-{id}");
    }

    public static async ValueTask AppendAsync(ITable table, StoreEvent happened, CancellationToken cancel)
    {
        var (partition, row) = Split(LogKey(happened));
        await table.TryWriteAsync(partition, [new TableWrite.Put(row, Json.Write(happened))], cancel);
    }

    public static async ValueTask<StoreEvent?> ReadAsync(ITable table, string logKey, CancellationToken cancel)
    {
        var (partition, row) = Split(logKey);
        return await table.ReadAsync(partition, row, cancel) is { } found
            ? Json.Read<StoreEvent>(found.Value, "the log") : null;
    }

    public static async ValueTask DeleteAsync(ITable table, string logKey, CancellationToken cancel)
    {
        var (partition, row) = Split(logKey);
        await table.TryWriteAsync(partition, [new TableWrite.Delete(row)], cancel);
    }

    /// <summary>
    /// A day's events in the order in which they were received: all shards, merged. It holds a page of each shard.
    /// </summary>
    /// <returns>The time of each entry's key with its event; null for one that cannot be read.</returns>
    public static async IAsyncEnumerable<(DateTimeOffset At, StoreEvent? Event)> ReadDayAsync(
        ITable table, DateOnly day, [EnumeratorCancellation] CancellationToken cancel)
    {
        var shards = Enumerable.Range(0, Shards).Select(shard => new LogShard(
            table, Partition(day, shard), cancel)).ToList();
        foreach (var shard in shards.ToList())
        {
            if (!await shard.MoveNextAsync()) { shards.Remove(shard); }
        }

        while (shards.Count > 0)
        {
            var first = shards[0];
            foreach (var shard in shards)
            {
                if (string.CompareOrdinal(shard.Current.Key, first.Current.Key) < 0) { first = shard; }
            }

            yield return (TimeOf(day, first.Current.Key), first.Current.Event);
            if (!await first.MoveNextAsync()) { shards.Remove(first); }
        }
    }

    /// <summary>Removes a whole day, a batch at a time.</summary>
    public static async ValueTask ForgetDayAsync(ITable table, DateOnly day, CancellationToken cancel)
    {
        for (var shard = 0; shard < Shards; shard++)
        {
            var partition = Partition(day, shard);
            while (await table.RangeAsync(partition, "", ":", ITable.MaxBatch, cancel) is { Count: > 0 } rows)
            {
                await table.TryWriteAsync(partition, [.. rows.Select(r => new TableWrite.Delete(r.Key))], cancel);
            }
        }
    }

    private static string Partition(DateOnly day, int shard) =>
        string.Create(CultureInfo.InvariantCulture, $"log-{day:yyyyMMdd}-{shard}");

    /// <summary>An entry as an event; null when it is none, for a log is data.</summary>
    internal static StoreEvent? TryParse(ReadOnlyMemory<byte> entry)
    {
        try
        {
            return JsonSerializer.Deserialize<StoreEvent>(entry.Span, EventJson.Options) is
                { Id: not null, Aliases: not null, Contacts: not null, Body: not null } happened ? happened : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static DateTimeOffset TimeOf(DateOnly day, string row) => new(day.ToDateTime(
        TimeOnly.TryParseExact(row.AsSpan(0, Math.Min(9, row.Length)), "HHmmssfff", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var time) ? time : TimeOnly.MinValue), TimeSpan.Zero);

    private static (string Partition, string Row) Split(string logKey) =>
        logKey.Split(':') is [var partition, var row] ? (partition, row)
            : throw new FormatException($"'{logKey}' is no key of the log.");
}
