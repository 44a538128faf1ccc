using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Tests.Simulation;

/// <summary>What must hold whatever happened (docs/protocols.md §10), with arithmetic of its own.</summary>
internal static class Invariants
{
    /// <summary>Nothing is left to do now: each wait and open claim has a due row that a sweep will still read, or a message.</summary>
    public static void AtRest(World world)
    {
        Common(world);
        var done = Enumerable.Range(0, DueIndex.Shards).Select(s => world.Engine.Rows("due")
            .Where(r => r.Partition == "marks" && r.Key == $"done-{s}").Select(r => System.Text.Encoding.ASCII.GetString(r.Value.Span))
            .FirstOrDefault("")).ToArray();
        var rows = world.Engine.Rows("due").Where(r => r.Partition.StartsWith("due-", StringComparison.Ordinal)).Select(r => r.Key.Split('-')).ToList();
        var messages = world.Engine.Messages(Queues.WakeUps).Select(m => Queues.Read<WakeUpMessage>(m.Body)).ToList();
        foreach (var (key, state) in world.People())
        {
            var waits = state.Decisions.Values.Select(d => d.Until).Concat(state.Sends.Values
                .Where(s => s.Status == SendStatus.Claimed).Select(s => (DateTimeOffset?)s.LeaseUntil)).OfType<DateTimeOffset>();
            foreach (var until in waits)
            {
                var covered = rows.Any(r => r[2] == key && string.CompareOrdinal(r[0], done[DueIndex.ShardOf(key)]) >= 0
                        && string.CompareOrdinal(r[0], DueIndex.Bucket(until)) <= 0)
                    || messages.Any(m => m.CustomerKey == key && m.At <= until);
                Assert.True(covered, $"I3: {key} waits until {until:u}, and neither a row nor a message will wake it.");
            }
        }
    }

    /// <summary>Time has passed: nobody is stuck.</summary>
    public static void AtTheEnd(World world)
    {
        Common(world);
        foreach (var (key, state) in world.People())
        {
            Assert.All(state.Sends.Values, s => Assert.NotEqual(SendStatus.Claimed, s.Status));
            Assert.True(state.NextWakeAt is null || state.NextWakeAt > world.Clock.Now.AddMinutes(-1), $"I3: {key} should have woken at {state.NextWakeAt:u}.");
        }
    }

    private static void Common(World world)
    {
        // A cart is one person's; a drop, or a day on which something was bought, is several people's, and a household has one number.
        var twice = world.Vendor.Accepted.GroupBy(m => (m.Automation, m.Occasion, m.Step, m.Channel, m.Automation == AbandonedCart.Name ? "" : m.SendId))
            .FirstOrDefault(g => g.Count() > 1);
        Assert.True(twice is null, $"I2: the vendor accepted {twice?.Key} {twice?.Count()} times.");
        Assert.All(world.Heads().Values, head => Assert.False(head is Head.Signpost { Frozen: not null }, "P2: a frozen head was left behind."));
        foreach (var queue in world.Engine.QueueNames) { Assert.Empty(world.Engine.Poison(queue)); }

        // I1: an order stands in one head only.
        var people = world.People().Values.ToList();
        var split = people.SelectMany(p => p.Orders.Keys).GroupBy(o => o).FirstOrDefault(g => g.Count() > 1);
        Assert.True(split is null, $"I1: order {split?.Key} stands in {split?.Count()} heads.");
        var carts = people.SelectMany(p => p.Carts.Where(c => c.Value.Cart is { } cart && !(cart.Version <= c.Value.MovedAt)).Select(c => c.Key))
            .GroupBy(c => c).FirstOrDefault(g => g.Count() > 1);
        Assert.True(carts is null, $"I1: {carts?.Key} is open in {carts?.Count()} heads.");
    }
}
