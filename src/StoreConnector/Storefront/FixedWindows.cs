namespace StoreConnector.Storefront;

/// <summary>
/// Counts by key in windows of a fixed length, in memory: a limit on nuisance, not a promise. Copies of the service do
/// not share it, so that each lets <paramref name="most"/> through; around the end of a window twice as many may pass.
/// </summary>
/// <param name="most">Takes of one key in one window.</param>
/// <param name="window">How long a window lasts.</param>
/// <param name="maxKeys">
/// Keys that are counted; what comes beyond them in the same window is let through, for another limit stands behind.
/// </param>
/// <param name="clock">What time it is.</param>
internal sealed class FixedWindows(int most, TimeSpan window, int maxKeys, TimeProvider clock)
{
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private long number;

    /// <summary>Keys of the present window, at most what was allowed.</summary>
    public int Count
    {
        get { lock (gate) { return counts.Count; } }
    }

    /// <summary>Counts one; false when the key has had its share of this window.</summary>
    public bool TryTake(string key)
    {
        var now = clock.GetUtcNow().UtcTicks / window.Ticks;
        lock (gate)
        {
            if (now != number)
            {
                counts.Clear();
                number = now;
            }

            var taken = counts.GetValueOrDefault(key);
            if (taken >= most) { return false; }

            if (taken > 0 || counts.Count < maxKeys) { counts[key] = taken + 1; }

            return true;
        }
    }
}
