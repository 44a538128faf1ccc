using System.Diagnostics;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Customers;

/// <summary>The heaviest customer a record will meet: five years, some 1,300 orders of 20 to 100 lines.</summary>
public sealed class WholesalerTests
{
    private const string Key = "0wholesaler";

    /// <summary>The door cuts an order at so many lines; the record must stand either.</summary>
    [Trait("Speed", "slow")]
    [Theory]
    [InlineData(Order.MaxLines)]
    [InlineData(100)]
    public async Task Five_years_of_large_orders_fit_into_the_record_and_what_is_bought_most_keeps_its_rhythm(int lines)
    {
        var world = new World();
        var orders = new Wholesaler(1).Orders.Select(e => Cut(e, lines)).ToList();
        var clock = new Stopwatch();
        var (most, spent) = ((Now: 0, History: 0), new List<double>());
        var state = new CustomerState { Key = Key };
        var read = new HeadRead(null, null);
        for (var i = 0; i < orders.Count; i++)
        {
            // Two neighbours change places now and then; now and then an old one comes again.
            if (i % 9 == 4 && i + 1 < orders.Count) { (orders[i], orders[i + 1]) = (orders[i + 1], orders[i]); }

            foreach (var happened in i % 5 == 0 ? [orders[i], orders[i * 2 / 3], Cart(i)] : (StoreEvent[])[orders[i]])
            {
                clock.Restart();
                state = CustomerEvolution.Evolve(state, happened, account: 7_200_000_000_001);
                Assert.True(await world.Customers.TrySaveAsync(Key, new Head.Live(state), read, [], (happened.Id, "log"), default));
                read = await world.Customers.ReadHeadAsync(Key, default);
                spent.Add(clock.Elapsed.TotalMilliseconds);
                state = ((Head.Live)read.Head!).State;
            }

            var (now, history) = (Bytes("head-now"), Bytes("head-history"));
            Assert.True(now <= CustomerLimits.MaxNowBytes && history <= CustomerLimits.MaxHistoryBytes, $"{now} + {history} bytes after order {i}.");
            most = (Math.Max(most.Now, now), Math.Max(most.History, history));
        }

        // What has not been bought for half a year has no reminder to come, and goes first.
        var truth = Purchases(orders);
        var known = Rhythms.Of(state).ToDictionary(h => h.ProductId, h => h.Rhythm);
        var end = ((OrderChanged)orders[^1].Body).Order.PlacedAt;
        var top = truth.Where(t => t.Value.LastAt > end.AddDays(-180)).OrderByDescending(t => t.Value.Times).ThenBy(t => t.Key).Take(50).ToList();
        var exact = top.Count(t => known.GetValueOrDefault(t.Key) is { } k && (k.Times, k.FirstAt, k.LastAt) == (t.Value.Times, t.Value.FirstAt, t.Value.LastAt));
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
            $"Seed 1: {orders.Count} orders of {truth.Count} products; at most {most.Now} + {most.History} bytes; {state.Orders.Count} orders and {state.Rhythms.Count} rhythms left; ")
            + FormattableString.Invariant($"{spent.Average():F2} ms an event, {spent.Max():F1} the slowest; {exact} of the 50 most bought ({top[0].Value.Times} to {top[^1].Value.Times} times) are exact, least: ")
            + string.Join(", ", top.Select(t => (Known: known.GetValueOrDefault(t.Key)?.Times ?? 0, t.Value.Times)).OrderBy(t => (double)t.Known / t.Times).Take(3).Select(t => $"{t.Known} of {t.Times}")));
        Assert.All(top, t =>
        {
            Assert.Equal(t.Value.LastAt, known[t.Key].LastAt);
            // What was new on a full list was dropped a few times before it had become a habit: those purchases are not counted.
            Assert.InRange(known[t.Key].Times, (int)Math.Floor(t.Value.Times * 0.85), t.Value.Times);
        });

        int Bytes(string row) => world.Engine.Row("store" + World.StoreId, "customer-" + Key, row)?.Value.Length ?? 0;
    }

    private static Dictionary<long, PurchaseRhythm> Purchases(IEnumerable<StoreEvent> orders) => orders.Select(e => ((OrderChanged)e.Body).Order)
        .SelectMany(o => o.Lines, (o, line) => (Product: line.ProductId!.Value, o.PlacedAt, line.Quantity)).GroupBy(p => p.Product)
        .ToDictionary(g => g.Key, g => PurchaseRhythm.Of(g.Select(p => (p.PlacedAt, p.Quantity))));

    private static StoreEvent Cut(StoreEvent happened, int lines)
    {
        var body = (OrderChanged)happened.Body;
        return happened with { Body = body with { Order = body.Order with { Lines = [.. body.Order.Lines.Take(lines)] } } };
    }

    private static StoreEvent Cart(int i)
    {
        var happened = Story.Checkout($"k{i}", i * 2000, $"t{i}", Wholesaler.Address, items: 30);
        var body = (CartChanged)happened.Body;
        return happened with
        {
            Body = body with
            {
                Cart = body.Cart with
                {
                    Lines = [.. Enumerable.Range(0, Core.Events.Cart.MaxLines).Select(l => new Line
                    {
                        ProductId = 8_000_000_000_000 + i + l, VariantId = 44_000_000_000_000 + i + l, Title = new string('t', 80), Quantity = 3,
                        Price = new(12.34m, "GBP"), Picture = new($"https://cdn.shopify.com/{new string('p', 120)}.jpg"),
                    })],
                },
            },
        };
    }
}
