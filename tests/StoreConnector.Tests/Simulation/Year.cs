using StoreConnector.Core.Events;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>
/// Runs a shop's year on virtual time: deliveries twice, late and out of order; storage that fails before or after a step;
/// handlers that die between two; clocks that disagree; a vendor of many moods. It notes what was known before each claim.
/// </summary>
internal sealed class Year
{
    private readonly Random random;
    private readonly bool quiet;
    private readonly Stage stage;
    private readonly PriorityQueue<Action, DateTimeOffset> actions = new();
    private readonly Dictionary<string, StoreEvent> events;

    public Year(int seed, int people, int days, int visits, bool quiet = false)
    {
        (random, this.quiet) = (new(seed), quiet);
        Shop = new(random, people, days, visits);
        events = Shop.Events.ToDictionary(e => e.Id);
        stage = new(World);
        World.Vendor.Mood = _ => quiet ? VendorMood.Accepts : random.Next(20) switch
        {
            0 => VendorMood.Refuses,
            1 => VendorMood.AcceptsAndTimesOut,
            2 => VendorMood.TimesOut,
            _ => VendorMood.Accepts,
        };
        World.Vendor.FindsSends = () => quiet || random.Next(2) == 0;
    }

    public World World { get; } = new();

    public Shop Shop { get; }

    /// <summary>The engine's step at which an event was first handled to its end, by id.</summary>
    public Dictionary<string, int> Known { get; } = [];

    /// <summary>The step at which an address's opt-out by link was written.</summary>
    public Dictionary<string, int> Unsubscribed { get; } = [];

    /// <summary>When each claim was first saved: the engine's step, and the time.</summary>
    public Dictionary<string, (int Step, DateTimeOffset At)> Claims { get; } = [];

    public int Faults { get; private set; }

    public void Run(int days)
    {
        foreach (var happened in Shop.Events) { Deliver(happened); }

        foreach (var human in Shop.People.Where(h => h.Unsubscribes is not null))
        {
            actions.Enqueue(() =>
            {
                Now(World.UnsubscribeAsync(human.Email));
                Unsubscribed.TryAdd(human.Email, World.Engine.Steps);
            }, At(human.Unsubscribes!.Value));
        }

        for (var day = 1; day < days; day += 3) { actions.Enqueue(RunPoisonAgain, At(day * 24 * 60)); }

        Until(T0.AddDays(days + 3), faults: !quiet);
        for (var i = 0; i < 3; i++)
        {
            RunPoisonAgain();
            Until(T0.AddDays(days + 40 + i), faults: false); // What is left comes to rest.
        }
    }

    private void Deliver(StoreEvent happened)
    {
        var times = quiet || random.Next(8) > 0 ? 1 : 2;
        for (var i = 0; i < times; i++)
        {
            var delay = quiet ? 0.1 : random.Next(10) == 0 ? random.NextDouble() * 24 * 60 : random.NextDouble() * 2;
            var received = happened.ReceivedAt.AddMinutes(delay);
            actions.Enqueue(() => Now(World.ShopEvents.SendAsync(
                [new(Queues.Write(new ShopEventMessage(1, World.StoreId, happened with { ReceivedAt = received })))], default).AsTask()), received);
        }
    }

    private void Until(DateTimeOffset end, bool faults)
    {
        while (true)
        {
            var next = World.NextTime();
            if (actions.TryPeek(out _, out var at) && (next is null || at < next)) { next = at; }

            if (next is null || next > end) { break; }

            World.Clock.Now = next > World.Clock.Now ? next.Value : World.Clock.Now;
            while (actions.TryPeek(out _, out at) && at <= World.Clock.Now) { actions.Dequeue()(); }

            Play(faults);
        }

        World.Clock.Now = end;
    }

    /// <summary>Hands out what is visible, three at a time beside the sweeper, a few storage steps of one and then of another.</summary>
    private void Play(bool faults)
    {
        var now = World.Clock.Now;
        var playing = new List<(Player Player, Action Done)>();
        Open(faults);
        if (World.IsDue())
        {
            DateTimeOffset? clock = faults && random.Next(4) == 0 ? now.AddMinutes(random.Next(-4, 5)) : null;
            playing.Add((new(stage, new("sweep", w => w.Sweeper.SweepAsync(default), clock), _ => { }), () => { }));
        }

        Take(Queues.ShopEvents, World.ShopEvents, playing, m =>
        {
            var message = Queues.Read<ShopEventMessage>(m);
            return (w => w.Processor.HandleAsync(message, default), () => Known.TryAdd(message.Event.Id, World.Engine.Steps));
        });
        Take(Queues.WakeUps, World.WakeUps, playing, m =>
        {
            var message = Queues.Read<WakeUpMessage>(m);
            return (w => w.Sender.HandleAsync(message, default), () => { });
        });
        if (playing.Count == 0) { World.Clock.Now = now.AddSeconds(20); }

        while (playing.Count > 0)
        {
            var which = playing[random.Next(playing.Count)];
            try
            {
                which.Player.Advance(faults ? random.Next(1, 12) : 1000);
                World.Clock.Now = now;
                if (which.Player.IsOver)
                {
                    playing.Remove(which);
                    which.Done();
                }
                else if (faults && random.Next(150) == 0)
                {
                    which.Player.Crash();
                    playing.Remove(which);
                    Faults++;
                }
            }
            catch (Exception e) when (e is StorageUnavailableException or ContentionException)
            {
                World.Clock.Now = now;
                playing.Remove(which);
            }
        }

        stage.Close();
    }

    private void Open(bool faults)
    {
        stage.Fault = !faults ? null : (_, _) =>
        {
            if (stage.Current is not null && random.Next(1500) == 0)
            {
                Faults++;
                throw new StorageUnavailableException("The engine does not answer.");
            }
        };
        stage.Open();
        var after = World.Engine.After;
        World.Engine.After = step =>
        {
            Observe(step);
            return after?.Invoke(step) ?? default;
        };
    }

    private void Take(string name, IQueue queue, List<(Player Player, Action Done)> playing, Func<ReadOnlyMemory<byte>, (Func<World, Task> Run, Action Done)> handler)
    {
        if (World.Engine.Visible(name).Count == 0) { return; }

        foreach (var message in Now(queue.ReceiveAsync(3, TimeSpan.FromMinutes(5), default).AsTask()))
        {
            var (run, done) = handler(message.Body);
            playing.Add((new(stage, new(name, run), _ => { }), () =>
            {
                done();
                Now(queue.DeleteAsync(message, default).AsTask());
            }));
        }
    }

    private void Observe(StorageStep step)
    {
        if (step is not { What: "write", IsWrite: true } || !step.Key.StartsWith("customer-", StringComparison.Ordinal)) { return; }

        var key = step.Key[..step.Key.IndexOf('/', StringComparison.Ordinal)];
        if (World.Engine.Row(step.Where, key, "head-now") is not { } row || row.Value.Span.IndexOf("\"status\":\"claimed\""u8) < 0) { return; }

        using var json = System.Text.Json.JsonDocument.Parse(row.Value);
        if (!json.RootElement.TryGetProperty("state", out var state) || !state.TryGetProperty("sends", out var sends)) { return; }

        foreach (var send in sends.EnumerateObject()) { Claims.TryAdd(send.Name, (step.Number, send.Value.GetProperty("claimedAt").GetDateTimeOffset())); }
    }

    private void RunPoisonAgain()
    {
        foreach (var queue in new[] { World.ShopEvents, World.WakeUps })
        {
            foreach (var poison in Now(queue.PoisonAsync(100, default).AsTask())) { Now(queue.RunAgainAsync(poison.Id, default).AsTask()); }
        }
    }

    private static void Now(Task task)
    {
        Assert.True(task.IsCompleted);
        task.GetAwaiter().GetResult();
    }

    private static T Now<T>(Task<T> task)
    {
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }
}
