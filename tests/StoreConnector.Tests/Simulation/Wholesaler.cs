using StoreConnector.Core.Events;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>
/// Five years of a customer who buys for a shop of their own, from a seed. Shaped like the heaviest buyers of the UCI
/// Online Retail data (Chen, 2015; CC BY 4.0), December 2010 to December 2011: 124 to 210 orders in thirteen months (4 to
/// 45 a month), of 17, 22 or 59 lines in the middle and 58 to 104 in the tenth that is longest, over 1,323 to 1,787 products,
/// of which four in ten once; the tenth most bought of them 13 to 36 times, the fiftieth 13 to 22, the two hundredth 6 to 11;
/// quantities of 1 to 12 in the middle, up to 640.
/// </summary>
internal sealed class Wholesaler
{
    public const string Address = "buyer@wholesale.example";

    private const int Years = 5, Assortment = 4000;
    private readonly Random random;
    private readonly double[] weights;
    private readonly (double From, double To)[] sold;

    public Wholesaler(int seed)
    {
        random = new(seed);
        // Some things are on every list, most on few; of three a third comes later, a third goes before the end.
        weights = [.. Enumerable.Range(0, Assortment).Select(i => Math.Pow(i + 20, -0.9))];
        sold = [.. Enumerable.Range(0, Assortment).Select(_ => Sold(random.Next(3), random.NextDouble() * Years))];
        for (var month = 0; month < Years * 12; month++)
        {
            var count = random.Next(12, 30) + (month % 12 == 10 ? 12 : 0); // November
            var times = Enumerable.Range(0, count).Select(_ => (month + random.NextDouble()) / 12).Order().ToList();
            foreach (var time in times) { Orders.Add(Make(Orders.Count + 1, time)); }
        }
    }

    /// <summary>In the order of time.</summary>
    public List<StoreEvent> Orders { get; } = [];

    private static (double From, double To) Sold(int how, double at) => how switch { 0 => (at, Years), 1 => (0, at), _ => (0, Years) };

    private StoreEvent Make(int number, double time)
    {
        var (minutes, lines) = (time * 365.25 * 24 * 60, (int)(20 * Math.Pow(5, random.NextDouble())));
        var chosen = Enumerable.Range(0, Assortment).Where(i => sold[i].From <= time && time < sold[i].To)
            .OrderBy(i => -Math.Log(1 - random.NextDouble()) / weights[i]).Take(lines);
        var happened = Order($"w{number}", minutes, 5_400_000_000_000 + number, Address, 7_200_000_000_001, $"checkout{number:D30}");
        var body = (OrderChanged)happened.Body;
        return happened with
        {
            Body = body with
            {
                Order = body.Order with
                {
                    Lines = [.. chosen.Select(i => new Line
                    {
                        ProductId = 8_000_000_000_000 + i,
                        VariantId = 44_000_000_000_000 + i,
                        Title = $"Thing {i}",
                        Quantity = (int)Math.Pow(640, random.NextDouble() * random.NextDouble()),
                    })],
                    ItemCount = 500,
                    Total = new(1234.56m, "GBP"),
                    FulfilledAt = At(minutes + 2000),
                    Source = "shopify_draft_order",
                },
            },
        };
    }
}
