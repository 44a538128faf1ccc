using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Products;
using StoreConnector.Processing;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Insights;

/// <summary>
/// A simulated shop, all automations live and nothing going wrong: what its log says would have left is what left. Nobody is
/// forgotten and nobody uses a message's own way out, for the log does not know of either.
/// </summary>
[Trait("Speed", "slow")]
public sealed class ReplayAgreementTests
{
    private const int Days = 80;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task The_log_of_a_live_shop_replays_into_the_messages_that_left(int seed)
    {
        var world = await LiveAsync(seed);
        var sent = world.Vendor.Accepted.Select(m => new Message(m.Automation, m.Occasion, m.Step, m.To)).ToList();
        var replayed = new List<ReplayedSend>();
        var report = (await ReplayAsync(world, T0.AddMinutes(-1), replayed)).Report;
        var would = replayed.Select(s => new Message(s.Order.Automation, s.Order.Occasion, s.Order.Step, s.Order.To.Address)).ToList();

        Assert.Equal(Sorted(sent), Sorted(would));
        foreach (var (automation, _) in AllAutomations.InOrder)
        {
            Assert.True(sent.Exists(m => m.Automation == automation), $"No {automation} left: the test is not looking.");
        }

        Assert.Equal(would.Count, report.Carts.Messages + report.PriceDrops.Messages + report.Reorders.Messages);
        Assert.All(replayed, s => Assert.True(world.Heads().ContainsKey(s.Person.Key), "Somebody has another key than their record."));
        Assert.Equal(world.People().Count(p => p.Key[0] < '2' || p.Value.Carts.Count > 0), report.People); // An order alone is nobody.
        AddsUp((await ReplayAsync(world, T0.AddDays(30), [])).Report);
    }

    private static void AddsUp(ShadowReport report)
    {
        Assert.Equal(report.Carts.Left - report.Carts.WouldRemind, report.Carts.ByReason.Sum(r => r.Count));
        Assert.Equal(report.PriceDrops.Drops - report.PriceDrops.WouldTell, report.PriceDrops.ByReason.Sum(r => r.Count));
        Assert.Equal(report.Reorders.Due - report.Reorders.WouldRemind, report.Reorders.ByReason.Sum(r => r.Count));
        Assert.All(report.Carts.ByReason.Concat(report.PriceDrops.ByReason).Concat(report.Reorders.ByReason), r => Assert.NotEmpty(r.Why));
        Assert.InRange(report.Carts.BoughtAnyway, 1, report.Carts.Left - 1);
        Assert.InRange(report.Carts.Reachable, 1, report.Carts.Left - 1);
        Assert.InRange(report.Carts.WouldRemind, 1, report.Carts.Left - 1);
        Assert.True(report.KnownFrom < T0.AddDays(1));
    }

    private static IEnumerable<string> Sorted(IEnumerable<Message> messages) =>
        messages.Select(m => m.ToString()).Order(StringComparer.Ordinal);

    private sealed record Message(string Automation, string Occasion, int Step, string To);

    private static async Task<World> LiveAsync(int seed)
    {
        var world = new World();
        var marked = Enumerable.Range(1, 4).Select(p => new Consumable(p, TimeSpan.FromDays(20)));
        world.Store = world.Store with { Replenishment = world.Store.Replenishment with { Consumables = [.. marked] } };
        world.Store = Replay.Live(world.Store);
        var random = new Random(seed);
        var shop = new Shop(random, 30, Days, 5);
        var events = shop.Events.Where(e => e.Body is not CustomerErased).Concat(Prices(random)).OrderBy(e => e.ReceivedAt);
        foreach (var happened in events)
        {
            // What is heard at the very instant of a reminder is heard first, as in a replay; in life either may be.
            await world.RunUntilAsync(happened.ReceivedAt.AddTicks(-1));
            world.Clock.Now = happened.ReceivedAt;
            await world.ApplyAsync(happened);
        }

        await world.RunUntilAsync(T0.AddDays(Days + 20));
        return world;
    }

    private static async Task<ReplayOutcome> ReplayAsync(World world, DateTimeOffset from, List<ReplayedSend> sends)
    {
        var context = new StoreContext(world.Store, world.Customers);
        var replay = new Replay(new()
        {
            Store = world.Store, From = from, To = world.Clock.Now, KeyOf = world.Customers.KeyFor, Zones = new ZoneClocks().Find, OnSend = sends.Add,
        });
        return await ShadowReports.ReadAsync(context, replay, from, world.Clock.Now, default);
    }

    /// <summary>What carts ask 10 for costs more, and less, and is not there for a while.</summary>
    private static IEnumerable<StoreEvent> Prices(Random random)
    {
        for (var product = 1; product < 9; product++)
        {
            for (double at = 0; at < Days * 24 * 60; at += random.Next(1, 20) * 24 * 60 * random.NextDouble())
            {
                var told = new ProductSnapshot
                {
                    ProductId = product, Version = At(at), Title = "Coffee", IsVisible = true,
                    Variants = [new() { VariantId = 0, Price = random.Next(5, 14), InStock = random.Next(5) > 0 }],
                };
                yield return new($"p{product}x{at}", At(at), At(at), EventOrigin.Webhook, [], [], new ProductChanged(told));
            }
        }
    }
}
