namespace StoreConnector.Storage.Azure;

/// <summary>One table. Its name is remembered as open until an answer says that it is gone.</summary>
/// <param name="forget">Told when the table turns out to be gone, so that opening it makes it again.</param>
internal sealed class AzureTable(TableClient client, string name, Action forget) : ITable
{
    // Ours are made by Azure; any other is no version of a row, and Azure would call it malformed.
    private const string ETagPrefix = "W/\"";

    /// <summary>How often a batch goes again without deletes of missing rows, when others remove more.</summary>
    private const int MaxRounds = 5;

    public async ValueTask<TableRow?> ReadAsync(string partition, string row, CancellationToken cancel)
    {
        Limits.CheckKey(partition);
        Limits.CheckKey(row);
        return await client.GetEntityIfExistsAsync(partition, row, cancel) is { } found
            ? new(found.RowKey, found.Value, found.ETag) : null;
    }

    public async ValueTask<IReadOnlyList<TableRow>> RangeAsync(
        string partition, string from, string to, int max, CancellationToken cancel)
    {
        Limits.CheckRange(partition, from, to, max);
        if (string.CompareOrdinal(from, to) >= 0) { return []; }

        var rows = new List<TableRow>();
        var filter = $"PartitionKey eq '{partition}' and RowKey ge '{Quoted(from)}' and RowKey lt '{Quoted(to)}'";
        (string, string?)? next = null;
        do
        {
            // A page may be short, even empty, and yet not the last.
            var page = await client.QueryAsync(filter, max - rows.Count, false, next, cancel);
            rows.AddRange(page.Rows.Select(r => new TableRow(r.RowKey, r.Value, r.ETag)));
            next = page.Next;
        }
        while (next is not null && rows.Count < max);

        return rows;
    }

    public async ValueTask<IReadOnlyList<ScannedRow>> ScanAsync(
        string afterPartition, string afterRow, int max, CancellationToken cancel)
    {
        Limits.CheckScan(afterPartition, afterRow, max);
        var rows = new List<ScannedRow>();
        // Two questions, for Azure reads the whole table when one joins partitions by "or".
        if (afterPartition.Length > 0)
        {
            await AddAsync(
                $"PartitionKey eq '{Quoted(afterPartition)}' and RowKey gt '{Quoted(afterRow)}'", rows, max, cancel);
        }

        if (rows.Count < max)
        {
            await AddAsync($"PartitionKey gt '{Quoted(afterPartition)}'", rows, max, cancel);
        }

        return rows;
    }

    private async ValueTask AddAsync(string filter, List<ScannedRow> rows, int max, CancellationToken cancel)
    {
        (string, string?)? next = null;
        do
        {
            var page = await client.QueryAsync(filter, max - rows.Count, false, next, cancel);
            rows.AddRange(page.Rows.Select(r =>
                new ScannedRow(r.PartitionKey, new TableRow(r.RowKey, r.Value, r.ETag))));
            next = page.Next;
        }
        while (next is not null && rows.Count < max);
    }

    public async ValueTask<bool> TryWriteAsync(
        string partition, IReadOnlyList<TableWrite> batch, CancellationToken cancel)
    {
        Limits.CheckBatch(partition, batch);
        cancel.ThrowIfCancellationRequested();
        if (batch.Any(IsOfNoVersion)) { return false; }

        var (left, operation, mayBeApplied) = (batch, Guid.NewGuid().ToString("N"), false);
        for (var round = 1; left.Count > 0; round++)
        {
            var answer = await client.SubmitAsync(partition, left, operation, cancel);
            mayBeApplied |= answer.WasRepeated;
            switch (answer)
            {
                case { IsSuccess: true }:
                    return true;
                case { Code: "TableNotFound" }:
                    forget();
                    throw new StorageUnavailableException($"The table '{name}' was dropped: open it again.");
                case { Status: 404 } when left[answer.FailedIndex] is TableWrite.Delete { ETag: null }:
                    if (round > MaxRounds)
                    {
                        throw new StorageUnavailableException($"The table '{name}': rows come and go.");
                    }

                    if (mayBeApplied && await IsOursAsync(partition, batch, operation, cancel)) { return true; }

                    left = await WithoutMissingAsync(partition, left, cancel);
                    break;
                case { Status: 404 or 409 or 412 }:
                    return mayBeApplied && await IsAppliedAsync(partition, batch, operation, cancel);
                default:
                    throw new StorageUnavailableException(
                        $"The table '{name}': Azure answered {answer.Status} {answer.Code}.");
            }
        }

        return true; // Nothing is left to delete.
    }

    private static bool IsOfNoVersion(TableWrite write) => write switch
    {
        TableWrite.Replace replace => !replace.ETag.StartsWith(ETagPrefix, StringComparison.Ordinal),
        TableWrite.Delete { ETag: { } etag } => !etag.StartsWith(ETagPrefix, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>
    /// Azure fails a whole batch for the delete of a row that is gone; ours must not. The batch goes again without
    /// those, in one read rather than one failure each.
    /// </summary>
    private async ValueTask<IReadOnlyList<TableWrite>> WithoutMissingAsync(
        string partition, IReadOnlyList<TableWrite> batch, CancellationToken cancel)
    {
        var deletes = batch.OfType<TableWrite.Delete>().Where(d => d.ETag is null).Select(d => d.Key)
            .Order(StringComparer.Ordinal).ToList();
        var filter = $"PartitionKey eq '{partition}' and RowKey ge '{deletes[0]}' and RowKey le '{deletes[^1]}'";
        var there = new HashSet<string>(StringComparer.Ordinal);
        (string, string?)? next = null;
        do
        {
            var page = await client.QueryAsync(filter, Limits.MaxRange, true, next, cancel);
            there.UnionWith(page.Rows.Select(r => r.RowKey));
            next = page.Next;
        }
        while (next is not null);

        return [.. batch.Where(w => w is not TableWrite.Delete { ETag: null } || there.Contains(w.Key))];
    }

    /// <summary>
    /// An attempt's answer was lost and the next was refused: perhaps by what the first one did. A row that names our
    /// write was made by it, and a batch is all or none.
    /// </summary>
    private async ValueTask<bool> IsAppliedAsync(
        string partition, IReadOnlyList<TableWrite> batch, string operation, CancellationToken cancel)
    {
        if (await IsOursAsync(partition, batch, operation, cancel)) { return true; }

        // Somebody has written since: whether before or after us, the row does not say.
        throw new StorageUnavailableException(
            $"The table '{name}': the answer to a write was lost, and the row has changed since.");
    }

    private async ValueTask<bool> IsOursAsync(
        string partition, IReadOnlyList<TableWrite> batch, string operation, CancellationToken cancel) =>
        batch.FirstOrDefault(w => w is not TableWrite.Delete) is { } written
            && await client.GetEntityIfExistsAsync(partition, written.Key, cancel) is { Op: { } op } && op == operation;

    private static string Quoted(string bound) => bound.Replace("'", "''", StringComparison.Ordinal);
}
