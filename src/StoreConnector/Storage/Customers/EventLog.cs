using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StoreConnector.Core.Events;

namespace StoreConnector.Storage.Customers;

/// <summary>
/// Every event of a store once, by day and shard, under a key made from the event alone, so that a second append is the
/// first. Timelines, counts, export and the time machine read it; no screen scans customers.
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

    private static (string Partition, string Row) Split(string logKey) =>
        logKey.Split(':') is [var partition, var row] ? (partition, row)
            : throw new FormatException($"'{logKey}' is no key of the log.");
}
