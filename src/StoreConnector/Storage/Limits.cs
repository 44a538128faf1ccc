using System.Buffers;

namespace StoreConnector.Storage;

/// <summary>
/// The limits of <see cref="ITable"/> and <see cref="IQueue"/>, checked by every engine alike, so that what passes on a
/// laptop passes on Azure. Everything that is refused is an <see cref="ArgumentException"/>, before anything is
/// written.
/// </summary>
internal static class Limits
{
    /// <summary>The longest lease (Azure's limit of a visibility timeout).</summary>
    public static readonly TimeSpan MaxLease = TimeSpan.FromDays(7);

    /// <summary>The most messages handed out at once (Azure's limit).</summary>
    public const int MaxReceive = 32;

    /// <summary>The most rows of one range read.</summary>
    public const int MaxRange = 1000;

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> TableCharacters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> QueueCharacters =
        SearchValues.Create("-0123456789abcdefghijklmnopqrstuvwxyz");

    public static void CheckTableName(string name) =>
        Require(name is { Length: >= 3 and <= 63 } && name[0] is >= 'a' and <= 'z' && Only(name, TableCharacters),
            $"A table's name is 3 to 63 of a–z 0–9, a letter first: '{name}'.", nameof(name));

    public static void CheckQueueName(string name) =>
        Require(name is { Length: >= 3 and <= 63 } && Only(name, QueueCharacters),
            $"A queue's name is 3 to 63 of a–z 0–9 -: '{name}'.", nameof(name));

    public static void CheckKey(string key) =>
        Require(key is { Length: >= 1 and <= ITable.MaxKey } && Only(key, KeyCharacters),
            $"A key is 1 to {ITable.MaxKey} of A–Z a–z 0–9 - _ . :, and this one is not ({key?.Length} long).",
                nameof(key));

    /// <summary>
    /// Bounds lie between keys, so they may hold any printable ASCII (<c>;</c> is behind every key that begins with
    /// <c>:</c>), may be empty, and may be one longer than a key (<see cref="TableRow.After"/>).
    /// </summary>
    public static void CheckRange(string partition, string from, string to, int max)
    {
        CheckKey(partition);
        CheckBound(from);
        CheckBound(to);
        Require(max is >= 1 and <= MaxRange, $"A range read is 1 to {MaxRange} rows, not {max}.", nameof(max));
    }

    public static void CheckScan(string afterPartition, string afterRow, int max)
    {
        CheckBound(afterPartition);
        CheckBound(afterRow);
        Require(max is >= 1 and <= MaxRange, $"A scan reads 1 to {MaxRange} rows, not {max}.", nameof(max));
    }

    public static void CheckBatch(string partition, IReadOnlyList<TableWrite> batch)
    {
        CheckKey(partition);
        Require(batch.Count <= ITable.MaxBatch, $"A batch is at most {ITable.MaxBatch} operations.", nameof(batch));
        var (rows, bytes) = (new HashSet<string>(batch.Count, StringComparer.Ordinal), 0L);
        foreach (var write in batch)
        {
            CheckKey(write.Key);
            Require(rows.Add(write.Key), $"A batch names each row once, and '{write.Key}' twice.", nameof(batch));
            var length = ValueOf(write).Length;
            Require(length <= ITable.MaxValue, $"A value is at most {ITable.MaxValue} bytes, not {length}.",
                nameof(batch));
            bytes += length;
        }

        Require(bytes <= ITable.MaxBatchBytes, $"A batch is at most {ITable.MaxBatchBytes} bytes.", nameof(batch));
    }

    public static void CheckSend(IReadOnlyList<QueueSend> messages)
    {
        foreach (var message in messages)
        {
            Require(message.Body.Length <= IQueue.MaxBytes,
                $"A message is at most {IQueue.MaxBytes} bytes, not {message.Body.Length}.", nameof(messages));
        }
    }

    public static void CheckReceive(int max, TimeSpan lease)
    {
        Require(max is >= 1 and <= MaxReceive, $"At most {MaxReceive} messages are handed out, not {max}.",
            nameof(max));
        Require(lease > TimeSpan.Zero && lease <= MaxLease, $"A lease is at most {MaxLease}, not {lease}.",
            nameof(lease));
    }

    /// <summary>The bytes an operation writes; none for a delete.</summary>
    public static ReadOnlyMemory<byte> ValueOf(TableWrite write) => write switch
    {
        TableWrite.Insert insert => insert.Value,
        TableWrite.Replace replace => replace.Value,
        TableWrite.Put put => put.Value,
        _ => default,
    };

    private static void CheckBound(string bound) =>
        Require(bound is { Length: <= ITable.MaxKey + 1 } && bound.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0,
            $"A bound is at most {ITable.MaxKey + 1} characters of printable ASCII.", nameof(bound));

    private static bool Only(string text, SearchValues<char> allowed) => text.AsSpan().IndexOfAnyExcept(allowed) < 0;

    private static void Require(bool holds, string otherwise, string parameter)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise, parameter);
        }
    }
}
