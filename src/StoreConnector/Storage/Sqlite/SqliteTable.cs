using System.Globalization;

namespace StoreConnector.Storage.Sqlite;

/// <summary>
/// One table. The name leads to the id at every call, in the same transaction, so that no handle can write into a table
/// that was dropped meanwhile.
/// </summary>
internal sealed class SqliteTable(string name, string file, SqliteReaders readers, SqliteWriter writer) : ITable
{
    public ValueTask<TableRow?> ReadAsync(string partition, string row, CancellationToken cancel)
    {
        Limits.CheckKey(partition);
        Limits.CheckKey(row);
        cancel.ThrowIfCancellationRequested();
        return new(readers.Read(db => Read(db, partition, row)));
    }

    public ValueTask<IReadOnlyList<TableRow>> RangeAsync(
        string partition, string from, string to, int max, CancellationToken cancel)
    {
        Limits.CheckRange(partition, from, to, max);
        cancel.ThrowIfCancellationRequested();
        return new(readers.Read(db => Range(db, partition, from, to, max)));
    }

    public ValueTask<IReadOnlyList<ScannedRow>> ScanAsync(
        string afterPartition, string afterRow, int max, CancellationToken cancel)
    {
        Limits.CheckScan(afterPartition, afterRow, max);
        cancel.ThrowIfCancellationRequested();
        return new(readers.Read(db => Scan(db, afterPartition, afterRow, max)));
    }

    public ValueTask<bool> TryWriteAsync(string partition, IReadOnlyList<TableWrite> batch, CancellationToken cancel)
    {
        Limits.CheckBatch(partition, batch);
        var bytes = 0L;
        foreach (var write in batch)
        {
            bytes += Limits.ValueOf(write).Length;
        }

        return writer.RunAsync(bytes, db => Write(db, partition, batch), cancel);
    }

    private TableRow? Read(SqliteSession db, string partition, string row)
    {
        using var found = db.Use("""
            SELECT etag, value FROM rows
            WHERE table_id = (SELECT id FROM tables WHERE name = ?1) AND part = ?2 AND row = ?3
            """).Bind(name).Bind(partition).Bind(row);
        return found.Step() ? new(row, found.Bytes(1), Tag(found.Long(0))) : null;
    }

    private List<TableRow> Range(SqliteSession db, string partition, string from, string to, int max)
    {
        using var found = db.Use("""
            SELECT etag, value, row FROM rows
            WHERE table_id = (SELECT id FROM tables WHERE name = ?1) AND part = ?2 AND row >= ?3 AND row < ?4
            ORDER BY row LIMIT ?5
            """).Bind(name).Bind(partition).Bind(from).Bind(to).Bind(max);
        var rows = new List<TableRow>();
        while (found.Step())
        {
            rows.Add(new(found.Text(2), found.Bytes(1), Tag(found.Long(0))));
        }

        return rows;
    }

    private List<ScannedRow> Scan(SqliteSession db, string afterPartition, string afterRow, int max)
    {
        using var found = db.Use("""
            SELECT etag, value, row, part FROM rows
            WHERE table_id = (SELECT id FROM tables WHERE name = ?1) AND (part, row) > (?2, ?3)
            ORDER BY part, row LIMIT ?4
            """).Bind(name).Bind(afterPartition).Bind(afterRow).Bind(max);
        var rows = new List<ScannedRow>();
        while (found.Step())
        {
            rows.Add(new(found.Text(3), new(found.Text(2), found.Bytes(1), Tag(found.Long(0)))));
        }

        return rows;
    }

    private bool Write(SqliteSession db, string partition, IReadOnlyList<TableWrite> batch)
    {
        var table = Id(db);
        foreach (var write in batch)
        {
            if (!Holds(db, table, partition, write))
            {
                return false; // Nothing was changed yet: the first change comes below.
            }
        }

        foreach (var write in batch)
        {
            Apply(db, table, partition, write);
        }

        return true;
    }

    private long Id(SqliteSession db)
    {
        using var found = db.Use("SELECT id FROM tables WHERE name = ?1").Bind(name);
        return found.Step()
            ? found.Long(0)
            : throw new StorageUnavailableException($"{file}: the table '{name}' was dropped: open it again.");
    }

    private static bool Holds(SqliteSession db, long table, string partition, TableWrite write) => write switch
    {
        TableWrite.Insert => TagOf(db, table, partition, write.Key) is null,
        TableWrite.Replace replace => TagOf(db, table, partition, write.Key) == replace.ETag,
        TableWrite.Delete { ETag: { } tag } => TagOf(db, table, partition, write.Key) == tag,
        _ => true,
    };

    private static string? TagOf(SqliteSession db, long table, string partition, string row)
    {
        using var found = db.Use("SELECT etag FROM rows WHERE table_id = ?1 AND part = ?2 AND row = ?3")
            .Bind(table).Bind(partition).Bind(row);
        return found.Step() ? Tag(found.Long(0)) : null;
    }

    private static void Apply(SqliteSession db, long table, string partition, TableWrite write)
    {
        if (write is TableWrite.Delete)
        {
            db.Use("DELETE FROM rows WHERE table_id = ?1 AND part = ?2 AND row = ?3")
                .Bind(table).Bind(partition).Bind(write.Key).Run();
            return;
        }

        db.Use("INSERT OR REPLACE INTO rows (table_id, part, row, etag, value) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(table).Bind(partition).Bind(write.Key).Bind(db.Next()).Bind(Limits.ValueOf(write)).Run();
    }

    private static string Tag(long number) => number.ToString(CultureInfo.InvariantCulture);
}
