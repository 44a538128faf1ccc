namespace StoreConnector.Platforms.WooCommerce.Api;

/// <summary>
/// One call at a time for each site, and a rest after a failure: many run on a host that serves a few requests at once,
/// and shoppers come first. By the machine's clock, in this process.
/// </summary>
internal sealed class SiteTurns(TimeSpan firstRest)
{
    /// <summary>The longest rest.</summary>
    public static readonly TimeSpan MaxRest = TimeSpan.FromMinutes(1);

    /// <summary>How many sites are remembered that nobody is asking now.</summary>
    public const int MaxIdle = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<Uri, Lane> lanes = [];

    /// <summary>Waits for the site's turn and for the end of its rest; null when that takes longer.</summary>
    public async ValueTask<Turn?> TakeAsync(Uri site, TimeSpan atMost, CancellationToken cancel)
    {
        var (lane, begun) = (Enter(site), TimeProvider.System.GetTimestamp());
        var isMine = false;
        try
        {
            isMine = await lane.Free.WaitAsync(atMost, cancel);
            var rest = lane.RestsUntil - TimeProvider.System.GetUtcNow();
            if (isMine && TimeProvider.System.GetElapsedTime(begun) + rest <= atMost)
            {
                if (rest > TimeSpan.Zero) { await Task.Delay(rest, TimeProvider.System, cancel); }

                isMine = false; // The turn gives it back.
                return new(this, lane, firstRest);
            }

            Leave(lane);
            return null;
        }
        catch (OperationCanceledException)
        {
            Leave(lane);
            throw;
        }
        finally
        {
            if (isMine) { lane.Free.Release(); }
        }
    }

    private Lane Enter(Uri site)
    {
        lock (gate)
        {
            if (lanes.Count >= MaxIdle)
            {
                foreach (var idle in lanes.Where(l => l.Value.Users == 0).Select(l => l.Key).ToList())
                {
                    lanes.Remove(idle);
                }
            }

            if (!lanes.TryGetValue(site, out var lane)) { lanes[site] = lane = new(); }

            lane.Users++;
            return lane;
        }
    }

    private void Leave(Lane lane)
    {
        lock (gate) { lane.Users--; }
    }

    /// <summary>A site's.</summary>
    internal sealed class Lane
    {
        public SemaphoreSlim Free { get; } = new(1, 1);

        public int Users { get; set; }

        public int Failures { get; set; }

        public DateTimeOffset RestsUntil { get; set; }

        public TimeSpan Skew { get; set; }
    }

    /// <summary>The right to ask a site now.</summary>
    internal sealed class Turn(SiteTurns turns, Lane lane, TimeSpan firstRest) : IDisposable
    {
        /// <summary>How much the site's clock is before ours; negative behind.</summary>
        public TimeSpan Skew
        {
            get => lane.Skew;
            set => lane.Skew = value;
        }

        /// <summary>The site answered: no rest.</summary>
        public void Worked() => (lane.Failures, lane.RestsUntil) = (0, default);

        /// <summary>The site failed: it rests, the longer the oftener.</summary>
        public void Failed()
        {
            var rest = firstRest * Math.Pow(2, Math.Min(lane.Failures++, 16));
            lane.RestsUntil = TimeProvider.System.GetUtcNow() + (rest < MaxRest ? rest : MaxRest);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lane.Free.Release();
            turns.Leave(lane);
        }
    }
}
