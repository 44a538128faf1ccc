namespace StoreConnector.Tests.Fakes;

/// <summary>A clock that nobody waits for: whoever asks to be woken is woken at once, and it is that much later.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset now = ManualClock.Monday;

    /// <summary>What was waited for, in order.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>Called while somebody waits.</summary>
    public Func<Task>? Meanwhile { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) { return now; }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeSpan.Zero) { _ = PassAsync(callback, state, dueTime); }

        return new Passed();
    }

    private async Task PassAsync(TimerCallback callback, object? state, TimeSpan by)
    {
        await Task.Yield();
        lock (gate)
        {
            now += by;
            Waits.Add(by);
        }

        if (Meanwhile is { } meanwhile) { await meanwhile(); }

        callback(state);
    }

    private sealed class Passed : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
