using System.Text.Json;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.CoreRules; // "Core" would hide StoreConnector.Core

/// <summary>The laws of a join (docs/protocols.md R4), over seeded histories, and the limits of a record.</summary>
public sealed class CustomerEvolutionTests
{
    [Fact]
    public void Events_in_any_order_and_repeated_end_in_the_same_state() => ForSeeds(400, random =>
    {
        var events = Histories.OwnAddresses(random);
        StoreEvent[] shuffled = [.. events, .. events];
        random.Shuffle(shuffled);
        Same(Apply("1a", events), Apply("1a", shuffled));
    });

    [Fact]
    public void Joining_is_idempotent_commutative_and_associative() => ForSeeds(400, random =>
    {
        var events = Histories.OwnAddresses(random);
        var parts = events.Select(e => (Event: e, Part: random.Next(3))).ToList();
        CustomerState Part(int n) => Apply("1" + n, parts.Where(p => p.Part == n || random.Next(3) == 0).Select(p => p.Event));
        var (a, b, c) = (Part(0), Part(1), Part(2));
        Same(CustomerEvolution.Join(a, a), a);
        Same(CustomerEvolution.Join(CustomerEvolution.Join(a, b), b), CustomerEvolution.Join(a, b));
        Same(CustomerEvolution.Join(a, b), CustomerEvolution.Join(b, a));
        Same(CustomerEvolution.Join(CustomerEvolution.Join(a, b), c), CustomerEvolution.Join(a, CustomerEvolution.Join(b, c)));
    });

    [Fact]
    [Trait("Speed", "slow")]
    public void Monstrous_carts_and_orders_stay_within_the_limits() => ForSeeds(20, random =>
    {
        var state = new CustomerState { Key = "1a" };
        for (var i = 0; i < 150; i++)
        {
            var happened = random.Next(2) == 0
                ? Story.Checkout($"k{i}", i, $"t{random.Next(12)}", "monster@example.com", cart: new string('c', 200))
                : Story.Order($"o{i}", i, i + 1, "monster@example.com", checkout: new string('t', 200));
            state = CustomerEvolution.Evolve(state, Swell(happened));
            state = CustomerLimits.Fit(state, Measure);
            var (now, history) = Measure(state);
            Assert.True(now <= CustomerLimits.MaxNowBytes && history <= CustomerLimits.MaxHistoryBytes, $"{now} + {history} bytes");
        }

        Assert.NotEmpty(state.Carts);
        Assert.NotEmpty(state.Orders);
    });

    private static StoreEvent Swell(StoreEvent happened) => happened.Body switch
    {
        CartChanged e => happened with { Body = e with { Cart = e.Cart with { Lines = Lines(Cart.MaxLines), ItemCount = 99 } } },
        OrderChanged e => happened with { Body = e with { Order = e.Order with { Lines = Lines(Order.MaxLines) } } },
        _ => happened,
    };

    private static List<Line> Lines(int count) => [.. Enumerable.Range(1, count).Select(i => new Line
    {
        ProductId = long.MaxValue - i, VariantId = long.MaxValue - i, Title = new string('ع', Line.MaxTitle), Detail = new string('ص', Line.MaxTitle), Quantity = 9999,
        Picture = new($"https://cdn.example/{new string('p', 400)}"),
    })];

    private static (int Now, int History) Measure(CustomerState state) =>
        (Bytes(state with { Orders = state.Orders.Clear(), Refunds = state.Refunds.Clear() }), Bytes(new { state.Orders, state.Refunds }));

    private static int Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options).Length;

    private static CustomerState Apply(string key, IEnumerable<StoreEvent> events) =>
        events.Aggregate(new CustomerState { Key = key }, (state, happened) => CustomerEvolution.Evolve(state, happened));

    /// <summary>Equal but for the lists of ids seen and absorbed, and whose key survived.</summary>
    private static void Same(CustomerState a, CustomerState b) => Assert.Equal(Text(a), Text(b));

    private static string Text(CustomerState state) => JsonSerializer.Serialize(state with { Key = "", Seen = [], Absorbed = [], Absorbing = [] }, EventJson.Options);

    private static void ForSeeds(int count, Action<Random> check)
    {
        for (var seed = 1; seed <= count; seed++)
        {
            try { check(new(seed)); }
            catch (Exception e) { throw new Xunit.Sdk.XunitException($"Seed {seed}: {e}"); }
        }
    }
}
