namespace StoreConnector.Hosting;

/// <summary>
/// The clock the service lives by. In Development it may start elsewhere and run faster, so that a demonstration shows
/// three days in a minute; timers made from it run faster too. What guards against a stuck process (leases, time-outs)
/// runs on <see cref="TimeProvider.System"/> instead, because the machine does not get faster.
/// </summary>
internal sealed class ServiceClock : TimeProvider
{
    private readonly DateTimeOffset begun = System.GetUtcNow();
    private readonly long tick = System.GetTimestamp();
    private readonly DateTimeOffset start;

    /// <param name="start">The instant the service believes it is at first; null is the machine's.</param>
    /// <param name="speed">Seconds of the service per second of the machine, at least 1.</param>
    /// <param name="since">
    /// The machine's instant at which the clock began; null is now. Copies that share a storage, and a process that is
    /// started again, want the same one.
    /// </param>
    public ServiceClock(DateTimeOffset? start = null, double speed = 1, DateTimeOffset? since = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(speed, 1);
        var first = since ?? begun;
        (this.start, Speed) = ((start ?? first) + (begun - first) * speed, speed);
    }

    /// <summary>Seconds of the service per second of the machine.</summary>
    public double Speed { get; }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(tick) * Speed;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Real(dueTime), Real(period));

    private TimeSpan Real(TimeSpan span) => span <= TimeSpan.Zero ? span : span / Speed;
}
