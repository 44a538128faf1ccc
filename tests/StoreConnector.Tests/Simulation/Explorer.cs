using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Simulation;

/// <summary>One handler of a scenario: something that is redelivered when it crashes.</summary>
/// <param name="Clock">What its machine's clock says, when machines disagree.</param>
internal sealed record Actor(string Name, Func<World, Task> Run, DateTimeOffset? Clock = null);

/// <summary>What a run of a scenario did, for its check.</summary>
internal sealed class Trace
{
    /// <summary>The engine's step at which an actor first ended, by name.</summary>
    public Dictionary<string, int> Ended { get; } = [];

    /// <summary>The engine's step at which a claim was first seen to be saved, or null.</summary>
    public int? ClaimedAt { get; set; }

    public int Steps { get; set; }

    /// <summary>Who did what, for the report of a run that went wrong.</summary>
    public List<string> Story { get; } = [];
}

/// <summary>
/// Runs actors over the fake engine one storage step at a time, through every interleaving of two with at most two switches,
/// every crash point of each (also of one that stood while the other ran; its message comes again), and a seeded sample of
/// deeper schedules. After each run that left a world not seen before, it is drained, time included, and the check is asked.
/// </summary>
internal sealed class Explorer
{
    private const int ToTheEnd = int.MaxValue;

    private readonly World world;
    private readonly Actor[] actors;
    private readonly Action<World, Trace> check;
    private readonly FakeState begin;
    private readonly DateTimeOffset now;
    private readonly int sample;
    private readonly HashSet<string> judged = [];
    private readonly Stage stage;
    private Player[] players = [];
    private Trace trace = new();

    private Explorer(World world, Actor[] actors, Action<World, Trace> check, int sample)
    {
        (this.world, this.actors, this.check, this.sample) = (world, actors, check, sample);
        (begin, now) = (world.Engine.State, world.Clock.Now);
        stage = new(world);
    }

    public int Runs { get; private set; }

    /// <summary>Different worlds that the runs ended in.</summary>
    public int Worlds => judged.Count;

    /// <summary>Explores a scenario that begins with the world as it is.</summary>
    public static (int Runs, int Worlds) Explore(World world, Actor a, Actor b, Action<World, Trace> check, int sample = 200)
    {
        SynchronizationContext.SetSynchronizationContext(null); // Continuations run where they are released.
        var explorer = new Explorer(world, [a, b], check, sample);
        explorer.All();
        return (explorer.Runs, explorer.Worlds);
    }

    private void All()
    {
        var (na, nb) = (Length(0), Length(1));
        foreach (var (first, n, m) in new[] { (0, na, nb), (1, nb, na) })
        {
            var second = 1 - first;
            for (var i = 0; i <= n; i++)
            {
                Run($"{first} stops after {i} and crashes, {second} runs, {first} again", (first, i, true), (second, ToTheEnd, false));
                for (var k = 1; k < n - i && i % Math.Max(1, n / 16) == 0; k++)
                {
                    Run($"{first} to {i}, {second} runs, {first} {k} more and crashes, {first} again", (first, i, false), (second, ToTheEnd, false), (first, k, true));
                }

                for (var j = 1; j < m; j++)
                {
                    Run($"{first} to {i}, {second} to {j}, then on", (first, i, false), (second, j, false), (first, ToTheEnd, false));
                }
            }
        }

        var random = new Random(20261122);
        for (var r = 0; r < sample; r++)
        {
            var segments = Enumerable.Range(0, 6).Select(_ => (random.Next(2), random.Next(1, 9), random.Next(8) == 0)).ToArray();
            Run("sample " + string.Join(' ', segments.Select(s => $"{s.Item1}:{s.Item2}{(s.Item3 ? "!" : "")}")), segments);
        }
    }

    private int Length(int actor)
    {
        Reset();
        players[actor].Advance(ToTheEnd);
        return players[actor].Taken;
    }

    private void Run(string schedule, params (int Actor, int Steps, bool Crash)[] segments)
    {
        Reset();
        Runs++;
        try
        {
            foreach (var (actor, steps, crash) in segments)
            {
                players[actor].Advance(steps);
                if (crash) { players[actor].Crash(); }
            }

            foreach (var player in players) { player.Advance(ToTheEnd); } // A crashed one begins anew: its message comes again.

            stage.Close();
            world.Clock.Now = actors.Any(a => a.Clock is not null) ? now : world.Clock.Now;
            trace.Steps = world.Engine.Steps;
            if (!judged.Add(Fingerprint())) { return; } // The same world as after another schedule: what follows is known.

            world.SettleAsync().GetAwaiter().GetResult();
            Invariants.AtRest(world);
            world.RunUntilAsync(Later).GetAwaiter().GetResult();
            Invariants.AtTheEnd(world);
            check(world, trace);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new Xunit.Sdk.XunitException($"Schedule: {schedule} ({string.Join(", ", actors.Select(a => a.Name))})\n{e}\n{string.Join('\n', trace.Story)}");
        }
    }

    private DateTimeOffset Later => now.AddDays(12);

    /// <summary>All that the rest of a run can depend on: what is stored, queued and sent, the time, and what was known when.</summary>
    private string Fingerprint()
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        foreach (var (table, partitions) in world.Engine.State.Tables)
        {
            foreach (var (partition, rows) in partitions)
            {
                foreach (var row in rows.Values) { Add($"{table}/{partition}/{row.Key}"); hash.AppendData(row.Value.Span); }
            }
        }

        foreach (var queue in world.Engine.QueueNames)
        {
            foreach (var m in world.Engine.Messages(queue)) { Add($"{queue}:{m.VisibleAt?.Ticks}:{m.LeasedUntil?.Ticks}:{m.Dequeues}"); hash.AppendData(m.Body.Span); }
        }

        foreach (var m in world.Vendor.Accepted) { Add($"{m.SendId}>{m.To}"); }

        Add($"{world.Clock.Now.Ticks} {string.Join(',', trace.Ended.OrderBy(e => e.Key).Select(e => $"{e.Key}:{e.Value < trace.ClaimedAt}"))}");
        return Convert.ToHexString(hash.GetHashAndReset());

        void Add(string text) => hash.AppendData(System.Text.Encoding.UTF8.GetBytes(text + '\n'));
    }

    private void Reset()
    {
        foreach (var player in players) { player.Abandon(); }

        (world.Engine.State, world.Engine.Steps, world.Clock.Now) = (begin, 0, now);
        world.Vendor.Accepted.Clear();
        trace = new();
        players = [.. actors.Select(a => new Player(stage, a, End))];
        stage.Open();
        world.Engine.After = step => { Observe(step); return default; };
    }

    private void End(Actor actor) => trace.Ended.TryAdd(actor.Name, world.Engine.Steps);

    private void Observe(StorageStep step)
    {
        trace.Story.Add($"{step.Number} {stage.Current?.Name} {step.What} {step.Where}/{step.Key}");
        if (trace.ClaimedAt is null && step is { What: "write", IsWrite: true } && step.Key.StartsWith("customer-", StringComparison.Ordinal)
            && world.Engine.Row(step.Where, step.Key[..step.Key.IndexOf('/', StringComparison.Ordinal)], "head-now") is { } head
            && head.Value.Span.IndexOf("\"status\":\"claimed\""u8) >= 0)
        {
            trace.ClaimedAt = step.Number;
        }
    }
}
