namespace StoreConnector.Storage;

/// <summary>
/// One table with the semantics of Azure Table storage: rows by (partition, row key), each with an ETag; one atomic
/// batch inside one partition; range reads in ordinal order of the row key. Nothing spans two partitions.
/// </summary>
/// <remarks>
/// Keys are 1 to <see cref="MaxKey"/> characters of <c>A–Z a–z 0–9 - _ . :</c>; a value is at most
/// <see cref="MaxValue"/> bytes. Anything else is an <see cref="ArgumentException"/> before anything is written. Every
/// method may throw <see cref="StorageUnavailableException"/>: the engine did not answer, and nothing may be assumed; a
/// write may or may not have happened.
/// </remarks>
internal interface ITable
{
    /// <summary>The longest partition or row key.</summary>
    const int MaxKey = 256;

    /// <summary>The largest value, in bytes: Azure's 1 MiB a row, counted in base64 as Azurite does.</summary>
    const int MaxValue = 740 * 1024;

    /// <summary>The most operations in one batch (Azure's limit).</summary>
    const int MaxBatch = 100;

    /// <summary>The most bytes of values in one batch: Azure allows 4 MiB of request, where they are base64.</summary>
    const int MaxBatchBytes = 2816 * 1024;

    /// <summary>Reads one row; null when it does not exist.</summary>
    ValueTask<TableRow?> ReadAsync(string partition, string row, CancellationToken cancel);

    /// <summary>
    /// Reads rows with <paramref name="from"/> ≤ row key &lt; <paramref name="to"/>, smallest first, at most
    /// <paramref name="max"/> (1 to 1000). The next page begins at <see cref="TableRow.After"/> of the last key.
    /// </summary>
    ValueTask<IReadOnlyList<TableRow>> RangeAsync(string partition, string from, string to, int max,
        CancellationToken cancel);

    /// <summary>
    /// Reads rows of all partitions, by partition and then by row key, both ordinal: those behind
    /// <paramref name="afterPartition"/> and <paramref name="afterRow"/> (both empty: from the beginning), at most
    /// <paramref name="max"/> (1 to 1000). It reads everything there is: for what happens once in a store's life.
    /// </summary>
    ValueTask<IReadOnlyList<ScannedRow>> ScanAsync(
        string afterPartition, string afterRow, int max, CancellationToken cancel);

    /// <summary>
    /// Applies all operations or none, in one partition; each row at most once. Returns false when a precondition did
    /// not hold (an insert of a row that exists; an ETag that no longer matches; a replace or ETag delete of a row that
    /// is gone): read again and decide again.
    /// </summary>
    ValueTask<bool> TryWriteAsync(string partition, IReadOnlyList<TableWrite> batch, CancellationToken cancel);
}

/// <summary>One row as it was read.</summary>
/// <param name="Key">The row key.</param>
/// <param name="Value">The bytes.</param>
/// <param name="ETag">Changes with every write of the row, also of equal bytes.</param>
internal sealed record TableRow(string Key, ReadOnlyMemory<byte> Value, string ETag)
{
    /// <summary>The smallest key behind <paramref name="key"/>: where the next page begins.</summary>
    public static string After(string key) => key + '-'; // '-' is the smallest character a key may hold.
}

/// <summary>One row of a scan.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Row">The row.</param>
internal sealed record ScannedRow(string Partition, TableRow Row);

/// <summary>One operation of a batch.</summary>
internal abstract record TableWrite(string Key)
{
    /// <summary>Writes a row that must not exist.</summary>
    public sealed record Insert(string Key, ReadOnlyMemory<byte> Value) : TableWrite(Key);

    /// <summary>Writes a row that must still have <paramref name="ETag"/>.</summary>
    public sealed record Replace(string Key, ReadOnlyMemory<byte> Value, string ETag) : TableWrite(Key);

    /// <summary>Writes a row whatever was there.</summary>
    public sealed record Put(string Key, ReadOnlyMemory<byte> Value) : TableWrite(Key);

    /// <summary>
    /// Removes a row; with an <paramref name="ETag"/> it must still match, without one a missing row is fine.
    /// </summary>
    public sealed record Delete(string Key, string? ETag = null) : TableWrite(Key);
}

/// <summary>Opens tables by name.</summary>
internal interface ITables
{
    /// <summary>
    /// The table of that name (3 to 63 of <c>a–z 0–9</c>, a letter first), made when it does not exist. Cheap to call
    /// again.
    /// </summary>
    ValueTask<ITable> OpenAsync(string name, CancellationToken cancel);

    /// <summary>Removes a table with all its rows; a missing one is fine. How a store leaves.</summary>
    ValueTask DropAsync(string name, CancellationToken cancel);
}

/// <summary>The storage engine did not answer, or answered that it could not. Nothing may be assumed.</summary>
internal sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
