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
        FanOuts(world, rows, done);
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

    /// <summary>I3: a pending fan-out has a due row that a sweep will still read, or a page in the queue.</summary>
    private static void FanOuts(World world, List<string[]> rows, string[] done)
    {
        foreach (var (id, read) in world.Catalog().Where(p => p.Value.Product.Pending is not null))
        {
            var key = Catalog.KeyOf(id);
            var covered = rows.Any(r => r[2] == key && string.CompareOrdinal(r[0], done[DueIndex.ShardOf(key)]) >= 0)
                || world.Engine.Messages(Queues.ProductChanges).Select(m => Queues.Read<ProductChangeMessage>(m.Body))
                    .Any(m => m.ProductId == id && m.Token == read.Product.Pending!.Token);
            Assert.True(covered, $"I3: product {id} has a fan-out pending, and neither a row nor a message will go on with it.");
        }
    }

    /// <summary>I6: whoever is interested is found by the next drop.</summary>
    private static void CanBeFound(World world)
    {
        foreach (var (key, state) in world.People())
        {
            foreach (var (variant, interest) in state.Interests.Where(i => i.Value.LastAt + Core.Products.Interest.Life > world.Clock.Now))
            {
                Assert.True(state.Absorbed.Add(key).Any(k => world.Engine.Row("store" + World.StoreId, $"interest-{variant}", k) is { } row
                        && long.Parse(System.Text.Encoding.ASCII.GetString(row.Value.Span), System.Globalization.CultureInfo.InvariantCulture)
                            >= (interest.LastAt + Core.Products.Interest.Life).UtcTicks),
                    $"I6: {key} is interested in {variant} until {interest.LastAt + Core.Products.Interest.Life:u}, and no row says so.");
            }
        }
    }

    /// <summary>I6: where no fan-out is pending or in the queue, whoever is interested knows each drop that is true.</summary>
    private static void Drops(World world)
    {
        if (world.Engine.Messages(Queues.ShopEvents).Count > 0) { return; }

        var catalog = world.Catalog();
        foreach (var (key, state) in world.People())
        {
            foreach (var (stored, interest) in state.Interests)
            {
                Assert.True(Core.Products.VariantKey.TryParse(stored, out var variant));
                if (interest.LastAt + Core.Products.Interest.Life < world.Clock.Now) { continue; } // Its row has run out.

                if (!catalog.TryGetValue(variant.ProductId, out var read) || read.Product.Pending is not null
                    || !read.Variants.TryGetValue(variant.VariantId, out var sold)) { continue; }

                var now = sold.OfferOf(read.Product);
                var isDrop = now is { Price: { } price, InStock: true } && interest.Seen is { } seen
                    && price.Currency == seen.Price.Currency && price.Amount < seen.Price.Amount && now.Since > seen.At;
                Assert.True(!isDrop || interest.Offer is { InStock: true } known && known.Price == now.Price,
                    $"I6: {key} saw {stored} for {interest.Seen?.Price}, it costs {now.Price}, and they know of {interest.Offer}.");
            }
        }
    }

    /// <summary>Time has passed: nobody is stuck.</summary>
    public static void AtTheEnd(World world)
    {
        Common(world);
        Assert.All(world.Catalog().Values, read => Assert.Null(read.Product.Pending));
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
        var same = world.Vendor.Accepted.GroupBy(m => m.SendId).FirstOrDefault(g => g.Count() > 1);
        Assert.True(same is null, $"I2: {same?.Count()} messages have one name.");
        Assert.All(world.Heads().Values, head => Assert.False(head is Head.Signpost { Frozen: not null }, "P2: a frozen head was left behind."));
        foreach (var queue in world.Engine.QueueNames) { Assert.Empty(world.Engine.Poison(queue)); }

        Drops(world);
        CanBeFound(world);

        // I1: an order stands in one head only.
        var people = world.People().Values.ToList();
        var split = people.SelectMany(p => p.Orders.Keys).GroupBy(o => o).FirstOrDefault(g => g.Count() > 1);
        Assert.True(split is null, $"I1: order {split?.Key} stands in {split?.Count()} heads.");
        var carts = people.SelectMany(p => p.Carts.Where(c => c.Value.Cart is { } cart && !(cart.Version <= c.Value.MovedAt)).Select(c => c.Key))
            .GroupBy(c => c).FirstOrDefault(g => g.Count() > 1);
        Assert.True(carts is null, $"I1: {carts?.Key} is open in {carts?.Count()} heads.");
    }
}
