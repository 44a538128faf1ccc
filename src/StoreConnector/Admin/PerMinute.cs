namespace StoreConnector.Admin;

/// <summary>How many things may begin in a minute of the machine's, in this process.</summary>
internal sealed class PerMinute(int max)
{
    private readonly Lock gate = new();
    private (long Minute, int Count) begun;

    /// <summary>Whether one more may.</summary>
    public bool TryCount()
    {
        var minute = Environment.TickCount64 / 60_000;
        lock (gate)
        {
            begun = begun.Minute == minute ? (minute, begun.Count + 1) : (minute, 1);
            return begun.Count <= max;
        }
    }
}
