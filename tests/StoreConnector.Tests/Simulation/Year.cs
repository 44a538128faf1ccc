using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>What the store had learned at some step, counted by the simulation itself.</summary>
internal sealed record Lesson(int Step, decimal MedianOrder, IReadOnlyDictionary<long, (int Buyers, int Again)> Products);

/// <summary>
/// Runs a shop's year on virtual time: deliveries twice, late and out of order; storage that fails before or after a step;
/// handlers that die between two; pages of a fan-out that are lost or come twice; prices that rise between a plan and its
/// claim; clocks that disagree; a vendor of many moods. It notes what was known before each claim.
/// </summary>
internal sealed class Year
{
    /// <summary>Segments of a month: too few in some of them.</summary>
    public const int Budget = 8;

    private readonly Random random;
    private readonly bool quiet;
    private readonly Stage stage;
    private readonly PriorityQueue<Action, DateTimeOffset> actions = new();

    public Year(int seed, int people, int days, int visits, bool quiet = false)
    {
        (random, this.quiet) = (new(seed), quiet);
        Shop = new(random, people, days, visits);
        stage = new(World);
        World.Store = World.Store with
        {
            PriceDrop = PriceDropSettings.Default with { Mode = AutomationMode.Live },
            Replenishment = ReplenishmentSettings.Default with { Mode = AutomationMode.Live, Consumables = [new(Shop.Marked, TimeSpan.FromDays(40))] },
            Sms = new() { MonthlyBudget = Budget, From = "RIMAL", SenderCountry = "AE", ConsentNamesCartReminders = true },
            Permissions = new MerchantSwitches(),
        };
        World.Composer.Segments = id => id[0] % 3 == 0 ? 2 : 1;
        World.Composer.Before = PriceBackUp;
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

    /// <summary>When an event's first delivery arrived, by id.</summary>
    public Dictionary<string, DateTimeOffset> Arrived { get; } = [];

    /// <summary>What the store had learned, oldest first.</summary>
    public List<Lesson> Lessons { get; } = [];

    /// <summary>The step at which an address's opt-out by link, or a number's by STOP, was written.</summary>
    public Dictionary<string, int> Unsubscribed { get; } = [];

    /// <summary>When each claim was first saved: the engine's step, and the time.</summary>
    public Dictionary<string, (int Step, DateTimeOffset At)> Claims { get; } = [];

    public int Faults { get; private set; }

    /// <summary>Prices that rose between a plan and its claim.</summary>
    public int Rises { get; private set; }

    public void Run(int days)
    {
        foreach (var happened in Shop.Events) { Deliver(happened); }

        foreach (var human in Shop.People)
        {
            SayNo(human.Unsubscribes, human.Email, "link", Contact.Of(Email(human.Email)!));
            if (PhoneNumber.TryParse(human.Phone, out var number)) { SayNo(human.Stops, human.Phone!, "stop", Contact.Of(number)); }
        }

        for (var day = 1; day < days; day += 3) { actions.Enqueue(RunPoisonAgain, At(day * 24 * 60)); }

        for (var day = 30; day < days; day += 15) { actions.Enqueue(Learn, At((day * 24 * 60) + 7)); }

        Until(T0.AddDays(days + 3), faults: !quiet);
        for (var i = 0; i < 3; i++)
        {
            RunPoisonAgain();
            Until(T0.AddDays(days + 40 + i), faults: false); // What is left comes to rest.
        }
    }

    /// <summary>What the page behind a link does, and a text that says STOP.</summary>
    private void SayNo(double? at, string address, string source, Contact contact)
    {
        if (at is not { } when) { return; }

        actions.Enqueue(() =>
        {
            Now(World.Customers.UpdateContactAsync(World.Customers.Hash(contact),
                c => c.WithOptOut(Suppression.Marketing, source, World.Clock.Now, null), default).AsTask());
            Unsubscribed.TryAdd(address, World.Engine.Steps);
        }, At(when));
    }

    /// <summary>What the nightly job will do: learns from all true orders so far, and counts them itself.</summary>
    private void Learn()
    {
        var kept = Shop.People.SelectMany(h => h.Purchases).Where(p => At(p.At) < World.Clock.Now && !(p.CalledOff is { } off && At(off) < World.Clock.Now)).ToList();
        var prices = kept.Select(p => Shop.TagAt(p.Product, p.At).Price).Order().ToList();
        var median = prices[prices.Count / 2];
        var model = ReplenishmentModel.Learn(kept.Select(p => new Core.Insights.Purchase(p.Who.Email + p.Who.Number, p.Product, At(p.At))), World.Clock.Now);
        Now(World.Figures.WriteAsync(new(World.Store, World.Customers), new(new(median, "AED"), model, World.Clock.Now), default).AsTask());
        Lessons.Add(new(World.Engine.Steps, median, kept.GroupBy(p => p.Product).ToDictionary(g => g.Key, g => (
            g.Select(p => p.Who).Distinct().Count(), g.GroupBy(p => p.Who).Count(w => w.Select(p => At(p.At).UtcDateTime.Date).Distinct().Count() > 1)))));
    }

    /// <summary>Now and then the shop takes a lower price back just before the message is claimed, and we hear of it at once.</summary>
    private void PriceBackUp(SendOrder order)
    {
        if (quiet || order.Subject is not Subject.Drops { All: [var drop, ..] } || random.Next(6) > 0) { return; }

        var (product, current) = (drop.Variant.ProductId, stage.Current);
        var at = (World.Clock.Now - T0).TotalMinutes;
        var rise = Shop.Tag(product, at, Shop.TagAt(product, at).Price * 2, true);
        stage.Current = null;
        Arrived[rise.Id] = World.Clock.Now;
        Now(World.ApplyAsync(rise));
        Known[rise.Id] = World.Engine.Steps;
        stage.Current = current;
        Rises++;
    }

    private void Deliver(StoreEvent happened)
    {
        var times = quiet || random.Next(8) > 0 ? 1 : 2;
        for (var i = 0; i < times; i++)
        {
            var delay = quiet ? 0.1 : random.Next(10) == 0 ? random.NextDouble() * 24 * 60 : random.NextDouble() * 2;
            var received = happened.ReceivedAt.AddMinutes(delay);
            actions.Enqueue(() =>
            {
                Arrived.TryAdd(happened.Id, received);
                Now(World.ShopEvents.SendAsync([new(Queues.Write(new ShopEventMessage(1, World.StoreId, happened with { ReceivedAt = received })))], default).AsTask());
            }, received);
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
            return (w => w.Processor.HandleAsync(message, default), () => Known.TryAdd(message.Event.Id, World.Engine.Steps)); // A page's own events too.
        });
        if (faults && World.Engine.Visible(Queues.ProductChanges).Count > 0) { Mishandle(random.Next(12)); }

        Take(Queues.ProductChanges, World.ProductChanges, playing, m =>
        {
            var message = Queues.Read<ProductChangeMessage>(m);
            return (w => w.FanOut.HandleAsync(message, default), () => { });
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

    /// <summary>A page of a fan-out is lost, or comes twice.</summary>
    private void Mishandle(int what)
    {
        if (what > 1) { return; }

        Faults++;
        foreach (var page in Now(World.ProductChanges.ReceiveAsync(1, TimeSpan.FromMinutes(5), default).AsTask()))
        {
            Now(World.ProductChanges.DeleteAsync(page, default).AsTask());
            if (what == 1) { Now(World.ProductChanges.SendAsync([new(page.Body), new(page.Body)], default).AsTask()); }
        }
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
        foreach (var queue in new[] { World.ShopEvents, World.WakeUps, World.ProductChanges })
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
