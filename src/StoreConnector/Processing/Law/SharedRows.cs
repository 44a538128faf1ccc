using System.Text;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing.Law;

/// <summary>
/// Removes every row of the tables that all stores share which names a store, by key or by value: hooks, callbacks,
/// tokens, due rows, links. No index leads from a store to them, for no message should pay for what happens once in a
/// store's life: they are all read, a thousand at a time. With ten million links that is ten thousand reads, in pieces
/// of <see cref="PagesAtOnce"/>.
/// </summary>
internal sealed class SharedRows(ITables tables)
{
    /// <summary>
    /// Every table that stores share and that may name one. Others: <c>failures</c> and <c>poison</c> hold messages,
    /// which are searched by themselves; the keys name nobody.
    /// </summary>
    public static readonly IReadOnlyList<string> Tables = [StoreRegistry.Table, DueIndex.Table, ShortLinks.Shared];

    /// <summary>Pages of one piece of work: short beside the lease of its message.</summary>
    public const int PagesAtOnce = 100;

    private static readonly string[] OwnWay = [StoreRegistry.Stores, StoreRegistry.Domains, Receipts.Partition];

    /// <summary>Removes as much as one piece of work allows.</summary>
    /// <param name="storeIds">Which stores.</param>
    /// <param name="cursor">Where the last piece ended; null for the first.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Where to go on; null when nothing is left.</returns>
    public async ValueTask<string?> ForgetAsync(
        IReadOnlyList<string> storeIds, string? cursor, CancellationToken cancel)
    {
        var (name, partition, row) = Read(cursor);
        var names = storeIds.Select(id => (Text: id, Bytes: Encoding.UTF8.GetBytes(id))).ToList();
        for (var page = 0; page < PagesAtOnce; page++)
        {
            var table = await tables.OpenAsync(name, cancel);
            var rows = await table.ScanAsync(partition, row, Limits.MaxRange, cancel);
            foreach (var group in rows.Where(r => !OwnWay.Contains(r.Partition) || name != StoreRegistry.Table)
                .Where(r => names.Exists(n => r.Partition.Contains(n.Text, StringComparison.Ordinal)
                    || r.Row.Key.Contains(n.Text, StringComparison.Ordinal)
                    || r.Row.Value.Span.IndexOf(n.Bytes) >= 0))
                .GroupBy(r => r.Partition))
            {
                foreach (var batch in group.Chunk(ITable.MaxBatch))
                {
                    await table.TryWriteAsync(
                        group.Key, [.. batch.Select(r => new TableWrite.Delete(r.Row.Key))], cancel);
                }
            }

            if (rows.Count == Limits.MaxRange) { (partition, row) = (rows[^1].Partition, rows[^1].Row.Key); }
            else if (Next(name) is { } next) { (name, partition, row) = (next, "", ""); }
            else { return null; }
        }

        return string.Join(Divider, name, partition, row);
    }

    private const char Divider = '|'; // No key holds one.

    private static (string Table, string Partition, string Row) Read(string? cursor) =>
        cursor?.Split(Divider) is [var name, var partition, var row] && Tables.Contains(name)
            ? (name, partition, row) : (Tables[0], "", "");

    private static string? Next(string table) =>
        Tables.SkipWhile(t => t != table).Skip(1).FirstOrDefault();
}
