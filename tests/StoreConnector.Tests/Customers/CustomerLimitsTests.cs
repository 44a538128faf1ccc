using System.Text.Json;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Customers;

/// <summary>Orders become rhythms when there are too many: once each, and what they silenced stays silent.</summary>
public sealed class CustomerLimitsTests
{
    private const double Day = 24 * 60;

    [Fact]
    public void Orders_that_arrive_out_of_order_within_the_kept_window_end_in_the_same_record() => ForSeeds(200, random =>
    {
        var orders = Orders(random, random.Next(70, 140));
        // Each is overtaken by at most so many others as are kept whole.
        var shuffled = orders.Select((o, i) => (Order: o, Place: i + (random.NextDouble() * (CustomerState.MaxOrders - 10)))).OrderBy(o => o.Place).Select(o => o.Order);
        Same(Apply("1a", orders), Apply("1a", shuffled));
    });

    [Fact]
    public void A_folded_order_that_comes_again_changes_nothing() => ForSeeds(200, random =>
    {
        var orders = Orders(random, random.Next(70, 140));
        var state = Apply("1a", orders);
        var folded = orders[random.Next(orders.Count - CustomerState.MaxOrders)];
        var body = (OrderChanged)folded.Body;
        var newer = folded with { Id = "again", Body = body with { Order = body.Order with { Version = At(1e6), Status = OrderStatus.Cancelled } } };
        var after = CustomerEvolution.Evolve(state, random.Next(2) == 0 ? folded : newer);
        Same(state, after with { Email = state.Email }); // When the address was last named is news.
    });

    [Fact]
    public void Joining_twice_is_joining_once_also_where_orders_were_folded() => ForSeeds(200, random =>
    {
        var survivor = Apply("0a", Orders(random, random.Next(20, 140), "a", 0));
        var loser = Apply("1b", Orders(random, random.Next(20, 140), "b", 100_000));
        var once = CustomerEvolution.Join(survivor, loser);
        Same(once, CustomerEvolution.Join(once, loser));
        Assert.Equal(survivor.Orders.Count + survivor.Rhythms.Values.Sum(r => r.Times) + loser.Orders.Count + loser.Rhythms.Values.Sum(r => r.Times),
            once.Orders.Count + once.Rhythms.Values.Sum(r => r.Times));
    });

    [Fact]
    public void What_was_bought_and_folded_still_counts_as_bought()
    {
        // Somebody who orders several times a day: two weeks ago is folded already.
        var orders = Enumerable.Range(0, 70).Select(i => Order($"o{i}", (2 * Day) + (i * 200), 100 + i, "mariam@example.com", product: i == 0 ? 7 : 8)).ToList();
        var state = Apply("1a", orders.Prepend(Checkout("k", Day, "t1", "mariam@example.com", product: 7)));
        Assert.DoesNotContain(state.Orders.Values, o => o.Pieces.Any(p => p.P == 7));
        Assert.Equal(At(2 * Day), PurchaseFacts.LastOf(state, 7, new Dictionary<Contact, ContactRecord>()));
    }

    [Fact]
    public void A_folded_purchase_ends_a_cart_that_is_filled_again()
    {
        var orders = Enumerable.Range(0, 70).Select(i => Order($"o{i}", (2 * Day) + (i * 200), 100 + i, "mariam@example.com", product: i == 0 ? 7 : 8)).ToList();
        var state = Apply("1a", orders.Append(Checkout("k", 20 * Day, "t1", "mariam@example.com", product: 7, started: Day)));
        var purchase = PurchaseFacts.Ending(state, Assert.Single(CartFacts.Views(state)), new Dictionary<Contact, ContactRecord>(), TimeSpan.FromDays(1));
        Assert.Equal("same-product", purchase?.How);
    }

    /// <summary>Of six products, a few hours apart, so that each has a day of its own.</summary>
    private static List<StoreEvent> Orders(Random random, int count, string name = "o", long from = 0)
    {
        var (orders, at) = (new List<StoreEvent>(), random.Next(1000) * 1.0);
        for (var i = 0; i < count; i++)
        {
            at += Day + random.Next(1000);
            orders.Add(Order($"{name}{i}", at, from + i + 1, "mariam@example.com", product: (from / 100) + random.Next(1, 7)));
        }

        return orders;
    }

    private static CustomerState Apply(string key, IEnumerable<StoreEvent> events) =>
        events.Aggregate(new CustomerState { Key = key }, (state, happened) => CustomerEvolution.Evolve(state, happened));

    private static void Same(CustomerState a, CustomerState b) => Assert.Equal(Text(a), Text(b));

    private static string Text(CustomerState state) => JsonSerializer.Serialize(state with { Seen = [] }, EventJson.Options);

    private static void ForSeeds(int count, Action<Random> check)
    {
        for (var seed = 1; seed <= count; seed++)
        {
            try { check(new(seed)); }
            catch (Exception e) { throw new Xunit.Sdk.XunitException($"Seed {seed}: {e}"); }
        }
    }
}
