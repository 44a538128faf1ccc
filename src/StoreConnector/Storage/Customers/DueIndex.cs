using System.Globalization;
using System.Text;

namespace StoreConnector.Storage.Customers;

/// <summary>A row of the due index.</summary>
/// <param name="Key">Its row key.</param>
/// <param name="StoreId">Whose.</param>
/// <param name="CustomerKey">Who is to be looked at.</param>
/// <param name="At">When.</param>
internal sealed record DueRow(string Key, string StoreId, string CustomerKey, DateTimeOffset At);

/// <summary>
/// Who is to be looked at, by minute, over all stores. A row too many does no harm: the plan finds nothing to do.
/// Beside the rows each shard has two marks, which only rise: <c>opened</c>, up to where a sweep may have read, and
/// <c>done</c>, up to where everything was queued (docs/protocols.md §5).
/// </summary>
internal sealed class DueIndex(ITables tables)
{
    /// <summary>The table that all stores share.</summary>
    public const string Table = "due";

    /// <summary>Partitions of the index: by customer, so that no minute is one hot partition.</summary>
    public const int Shards = 4;

    private const string MinuteFormat = "yyyyMMddHHmm";

    /// <summary>The minute a time falls into, as it sorts.</summary>
    public static string Bucket(DateTimeOffset at) =>
        at.UtcDateTime.ToString(MinuteFormat, CultureInfo.InvariantCulture);

    /// <summary>The begin of a minute that <see cref="Bucket"/> wrote; null for a mark that was never set.</summary>
    public static DateTimeOffset? TimeOf(string bucket) =>
        DateTimeOffset.TryParseExact(bucket, MinuteFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var at) ? at : null;

    /// <summary>The shard of a customer.</summary>
    public static int ShardOf(string customerKey) =>
        int.Parse(customerKey.AsSpan(^2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) % Shards;

    public async ValueTask PutAsync(string storeId, string customerKey, DateTimeOffset at, CancellationToken cancel) =>
        await (await OpenAsync(cancel)).TryWriteAsync(Partition(ShardOf(customerKey)),
            [new TableWrite.Put($"{Bucket(at)}-{storeId}-{customerKey}",
                Encoding.ASCII.GetBytes(at.UtcTicks.ToString(CultureInfo.InvariantCulture)))], cancel);

    /// <summary>
    /// Rows with <paramref name="from"/> ≤ bucket ≤ <paramref name="to"/>, from the row key <paramref name="after"/>
    /// on.
    /// </summary>
    public async ValueTask<IReadOnlyList<DueRow>> ReadAsync(
        int shard, string from, string to, string? after, int max, CancellationToken cancel)
    {
        var table = await OpenAsync(cancel);
        var rows = await table.RangeAsync(Partition(shard), after is null ? from : TableRow.After(after), to + ".",
            max, cancel);
        return [.. rows.Select(Parse)];
    }

    public async ValueTask DeleteAsync(int shard, IEnumerable<DueRow> rows, CancellationToken cancel)
    {
        var table = await OpenAsync(cancel);
        foreach (var chunk in rows.Chunk(ITable.MaxBatch))
        {
            await table.TryWriteAsync(Partition(shard), [.. chunk.Select(r => new TableWrite.Delete(r.Key))], cancel);
        }
    }

    /// <summary>Up to where a sweep may have read. Never cached.</summary>
    public ValueTask<string> ReadOpenedAsync(int shard, CancellationToken cancel) =>
        ReadMarkAsync($"opened-{shard}", cancel);

    /// <summary>Up to where everything was queued.</summary>
    public ValueTask<string> ReadDoneAsync(int shard, CancellationToken cancel) =>
        ReadMarkAsync($"done-{shard}", cancel);

    public ValueTask RaiseOpenedAsync(int shard, string bucket, CancellationToken cancel) =>
        RaiseAsync($"opened-{shard}", bucket, cancel);

    public ValueTask RaiseDoneAsync(int shard, string bucket, CancellationToken cancel) =>
        RaiseAsync($"done-{shard}", bucket, cancel);

    private static string Partition(int shard) => $"due-{shard}";

    private static DueRow Parse(TableRow row)
    {
        var parts = row.Key.Split('-');
        var at = new DateTimeOffset(long.Parse(row.Value.Span, NumberStyles.None, CultureInfo.InvariantCulture),
            TimeSpan.Zero);
        return new(row.Key, parts[1], parts[2], at);
    }

    private ValueTask<ITable> OpenAsync(CancellationToken cancel) => tables.OpenAsync(Table, cancel);

    private async ValueTask<string> ReadMarkAsync(string mark, CancellationToken cancel) =>
        await (await OpenAsync(cancel)).ReadAsync("marks", mark, cancel) is { } row
            ? Encoding.ASCII.GetString(row.Value.Span) : new string('0', MinuteFormat.Length);

    /// <summary>Marks only rise: a sweeper whose clock is behind changes nothing.</summary>
    private async ValueTask RaiseAsync(string mark, string bucket, CancellationToken cancel)
    {
        var table = await OpenAsync(cancel);
        while (true)
        {
            var row = await table.ReadAsync("marks", mark, cancel);
            if (row is not null && string.CompareOrdinal(Encoding.ASCII.GetString(row.Value.Span), bucket) >= 0)
            {
                return;
            }

            var value = Encoding.ASCII.GetBytes(bucket);
            TableWrite write = row is null ? new TableWrite.Insert(mark, value)
                : new TableWrite.Replace(mark, value, row.ETag);
            if (await table.TryWriteAsync("marks", [write], cancel)) { return; }
        }
    }
}
