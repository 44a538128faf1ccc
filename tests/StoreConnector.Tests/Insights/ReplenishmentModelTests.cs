using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;
using static StoreConnector.Tests.Insights.Buying;

namespace StoreConnector.Tests.Insights;

public sealed class ReplenishmentModelTests
{
    [Fact]
    public void The_order_of_what_it_learns_does_not_matter()
    {
        var purchases = Shop(seed: 1, people: 60, products: 8, gaps: 4, within: 0.5, between: 0.3).ToArray();
        var model = Text(ReplenishmentModel.Learn(purchases, Day(999)));
        for (var seed = 0; seed < 5; seed++)
        {
            new Random(seed).Shuffle(purchases);
            Assert.Equal(model, Text(ReplenishmentModel.Learn(purchases, Day(999))));
        }
    }

    [Fact]
    public void Rhythms_teach_what_their_purchases_teach()
    {
        var purchases = Shop(seed: 2, people: 60, products: 8, gaps: 4, within: 0.5, between: 0.3).ToList();
        var rhythms = purchases.GroupBy(p => (p.Person, p.Product))
            .Select(p => (p.Key.Product, PurchaseRhythm.Of(p.Select(x => (x.At, 1)))));
        Assert.Equal(Text(ReplenishmentModel.Learn(purchases, Day(999))),
            Text(ReplenishmentModel.Learn(rhythms, Day(999))));
    }

    [Theory]
    [InlineData(0.5, 0.3)]
    [InlineData(0.2, 0.4)]
    [InlineData(0.8, 0.1)]
    public void It_finds_the_truth_behind_made_up_purchases(double within, double between)
    {
        var model = ReplenishmentModel.Learn(
            Shop(seed: 3, people: 400, products: 12, gaps: 6, within, between), Day(0));
        Assert.Equal(within, model.Within, 0.05 * within);
        Assert.Equal(between, model.Between, 0.1 * between);
        Assert.Equal(within / between, model.Kappa, 0.15 * within / between);
        for (var product = 0; product < 12; product++)
        {
            Assert.Equal(MeanOf(product), model.PriorOf(product).Mean, 0.12);
        }
    }

    [Fact]
    public void A_product_is_its_own_gaps_and_eight_of_the_stores()
    {
        var model = Learned((1, Every(20, 4)), (1, Every(20, 2)), (1, Every(20, 1)), (2, Every(90, 5)));
        var prior = model.PriorOf(1);
        Assert.Equal((4, 3, 2), (prior.Gaps, prior.Buyers, prior.RepeatBuyers));
        Assert.Equal(((4 * Math.Log(20)) + (8 * model.Mean)) / 12, prior.Mean, 1e-4);
        Assert.Equal(2.0 / 3, prior.RepeatShare, 1e-12);
    }

    [Fact]
    public void An_unknown_product_is_the_store()
    {
        var prior = Learned((2, Every(90, 5))).PriorOf(1);
        Assert.Equal((0, 0, 0.0, (double?)null), (prior.Buyers, prior.Gaps, prior.RepeatShare, prior.TypicalDays));
    }

    [Fact]
    public void A_products_rhythm_is_spoken_of_from_ten_gaps_of_five_people_on()
    {
        Assert.Null(Learned([.. People(4, 10)]).PriorOf(1).TypicalDays);
        Assert.Null(Learned([.. People(9, 2)]).PriorOf(1).TypicalDays);
        Assert.Equal(31, Learned([.. People(5, 3)]).PriorOf(1).TypicalDays!.Value, 0.01);

        static IEnumerable<(long, PurchaseRhythm)> People(int people, int times) =>
            Enumerable.Range(0, people).Select(_ => (1L, Every(31, times)));
    }

    [Fact]
    public void A_new_store_believes_in_the_defaults_and_three_orders_change_little()
    {
        Assert.Equal(1.5, ReplenishmentModel.Empty.Kappa, 1e-12);
        Assert.Equal(ReplenishmentModel.Empty.Mean, Learned().Mean, 1e-12);
        Assert.Equal(ReplenishmentModel.Empty.Kappa, Learned().Kappa, 1e-12);
        var model = Learned((1, Every(1, 3)));
        Assert.InRange(model.Mean, 3, ReplenishmentModel.Empty.Mean);
        Assert.InRange(model.Kappa, 0.7, 2);
    }

    [Fact]
    public void Even_a_store_of_clockwork_is_never_certain()
    {
        var model = Learned([.. Enumerable.Range(0, 5000).Select(i => (1L, Every(30, 10)))]);
        Assert.Equal(ReplenishmentModel.MinWithin, model.Within);
        Assert.Equal(ReplenishmentModel.MinBetween, model.Between);
    }

    [Fact]
    public void Products_that_people_buy_again_are_kept_first()
    {
        var once = Enumerable.Range(0, ReplenishmentModel.MaxProducts + 5).Select(p => ((long)p, Every(30, 1)));
        var model = Learned([.. once, (1_000_000, Every(30, 2)), (1_000_001, Every(30, 1)), (1_000_001, Every(30, 1))]);
        Assert.Equal(ReplenishmentModel.MaxProducts, model.Products.Count);
        Assert.Equal((1, 2), (model.PriorOf(1_000_000).Buyers, model.PriorOf(1_000_001).Buyers));
        Assert.Equal((1, 0), (model.PriorOf(0).Buyers, model.PriorOf(ReplenishmentModel.MaxProducts + 4).Buyers));
    }

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        var model = ReplenishmentModel.Learn(
            Shop(seed: 4, people: 30, products: 5, gaps: 3, within: 0.5, between: 0.3), Day(0));
        var read = JsonSerializer.Deserialize<ReplenishmentModel>(Text(model), EventJson.Options)!;
        Assert.Equal(Text(model), Text(read));
        Assert.Equal(model.PriorOf(3), read.PriorOf(3));
        Assert.Equal((ReplenishmentModel.CurrentVersion, Day(0)), (read.Version, read.LearnedAt));
    }

    [Fact]
    public void Whatever_people_buy_it_stays_finite() => Prop.ForAll(Histories, Histories, (a, b) =>
    {
        var model = Learned((1, PurchaseRhythm.Of(a)), (1, PurchaseRhythm.Of(b)), (2, PurchaseRhythm.Of(a)));
        Assert.True(double.IsFinite(model.Mean) && double.IsFinite(model.Kappa) && model.Within > 0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_person_who_uses_things_up_faster_is_seen_so_and_carefully()
    {
        var prior = ReplenishmentModel.Empty.PriorOf(1) with { Mean = Math.Log(40) };
        Assert.Equal(0, CustomerEffect.Of([]));
        Assert.Equal(0, CustomerEffect.Of([(Every(20, 1), prior)]));
        Assert.Equal(10 * Math.Log(0.5) / 20, CustomerEffect.Of([(Every(20, 6), prior), (Every(20, 6), prior)]), 1e-4);
    }

    private static ReplenishmentModel Learned(params (long Product, PurchaseRhythm Rhythm)[] pairs) =>
        ReplenishmentModel.Learn(pairs, Day(0));

    private static string Text(ReplenishmentModel model) => JsonSerializer.Serialize(model, EventJson.Options);

    private static double MeanOf(int product) => 3.5 + (product * 0.15);

    /// <summary>Log-normal gaps with known parameters.</summary>
    private static IEnumerable<Purchase> Shop(
        int seed, int people, int products, int gaps, double within, double between)
    {
        var random = new Random(seed);
        for (var person = 0; person < people; person++)
        {
            for (var product = 0; product < products; product++)
            {
                var mean = MeanOf(product) + (Math.Sqrt(between) * Draw());
                var at = Day(random.Next(300));
                yield return new($"p{person}", product, at);
                for (var i = 0; i < gaps; i++)
                {
                    at = at.AddDays(Math.Max(1, Math.Round(Math.Exp(mean + (Math.Sqrt(within) * Draw())))));
                    yield return new($"p{person}", product, at);
                }
            }
        }

        double Draw() => Normal.Quantile(((random.NextDouble() * 999_998) + 1) / 1_000_000);
    }
}
