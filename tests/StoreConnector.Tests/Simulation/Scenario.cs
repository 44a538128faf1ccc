using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Processing;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>Short words for the scenarios of the traps.</summary>
internal static class Scenario
{
    public static void Explore(World world, Actor a, Actor b, Action<World, Trace> check)
    {
        var (runs, worlds) = Explorer.Explore(world, a, b, check);
        Assert.True(runs > 20, $"Only {runs} schedules: the scenario does not interleave.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{runs} schedules, {worlds} worlds");
    }

    public static World Begin(World world, params StoreEvent[] events) => BeginAt(world, 3, events);

    public static World BeginAt(World world, double minutes, params StoreEvent[] events)
    {
        foreach (var happened in events) { world.ApplyAsync(happened).GetAwaiter().GetResult(); }

        world.Clock.Now = At(minutes);
        return world;
    }

    public static Actor Event(StoreEvent happened) =>
        new($"{Kind(happened)} {happened.Id}", w => w.ApplyAsync(happened));

    /// <summary>A change of a product, and whoever is interested is told at once.</summary>
    public static Actor Told(StoreEvent happened) => new($"told {happened.Id}", async w =>
    {
        await w.ApplyAsync(happened);
        await w.PumpAsync();
    });

    /// <summary>The same, and what is due then leaves at once.</summary>
    public static Actor Written(StoreEvent happened) => new($"written {happened.Id}", async w =>
    {
        await w.ApplyAsync(happened);
        await PumpAsync(w);
    });

    /// <summary>Handles what is queued now, and looks at whoever is due after that.</summary>
    public static Actor Pump(string name = "pump") => new(name, PumpAsync);

    private static async Task PumpAsync(World world)
    {
        await world.PumpAsync();
        foreach (var key in world.People().Where(p => p.Value.NextWakeAt <= world.Clock.Now).Select(p => p.Key))
        {
            await world.Sender.HandleAsync(new(1, World.StoreId, key, world.Clock.Now), default);
        }
    }

    /// <summary>A page of a fan-out that is in a queue now; it comes again from there.</summary>
    public static Actor FirstPage(World world)
    {
        var page = Queues.Read<ProductChangeMessage>(world.Engine.Messages(Queues.ProductChanges)[0].Body);
        return new("page", w => w.FanOut.HandleAsync(page, default));
    }

    private static string Kind(StoreEvent happened) => happened.Body switch
    {
        OrderChanged => "order-changed",
        CartChanged => "cart-changed",
        _ => happened.Body.GetType().Name,
    };

    public static Actor WakeUp(string name = "wake-up", DateTimeOffset? clock = null) => new(name, w =>
    {
        var key = w.Heads().First(h => h.Value is Head.Live { State.Carts.Count: > 0 } or Head.Signpost).Key;
        return w.Sender.HandleAsync(new(1, World.StoreId, key, w.Clock.Now), default);
    }, clock);

    public static void OnePerson(World world) =>
        Assert.True(world.People().Count == 1, $"{world.People().Count} people instead of one: {string.Join(", ", world.People().Keys)}");

    public static void Steps(World world, params int[] steps) => Assert.Equal(steps, world.Vendor.Accepted.Select(m => m.Step).Order());
}
