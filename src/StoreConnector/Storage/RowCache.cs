using System.Collections.Concurrent;

namespace StoreConnector.Storage;

/// <summary>
/// Remembers what was read for a short time of the machine's clock. What this process changes it forgets at once, also
/// when a reader holds the old row in its hand while the change is written: a read that began before is not remembered.
/// Absence is not remembered: a new store is there at once.
/// </summary>
internal sealed class RowCache<T>(TimeSpan life)
    where T : class
{
    /// <summary>Rows remembered; above it all are forgotten, which costs a read each.</summary>
    private const int MaxRows = 10_000;

    private readonly ConcurrentDictionary<string, (T Value, long Until)> rows = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private long changes;

    /// <summary>What is remembered of the key, or what <paramref name="read"/> gives.</summary>
    public async ValueTask<T?> GetAsync(
        string key, Func<string, CancellationToken, Task<T?>> read, CancellationToken cancel)
    {
        if (rows.TryGetValue(key, out var known) && Environment.TickCount64 < known.Until) { return known.Value; }

        var begun = Interlocked.Read(ref changes);
        var value = await read(key, cancel);
        if (value is not null) { Remember(key, value, begun); }

        return value;
    }

    /// <summary>Reads the key anew next time.</summary>
    public void Forget(string key)
    {
        lock (gate)
        {
            changes++;
            rows.TryRemove(key, out _);
        }
    }

    /// <summary>Reads every key anew next time.</summary>
    public void ForgetAll()
    {
        lock (gate)
        {
            changes++;
            rows.Clear();
        }
    }

    private void Remember(string key, T value, long begun)
    {
        lock (gate)
        {
            if (changes != begun) { return; }

            if (rows.Count >= MaxRows) { rows.Clear(); }

            rows[key] = (value, Environment.TickCount64 + (long)life.TotalMilliseconds);
        }
    }
}
