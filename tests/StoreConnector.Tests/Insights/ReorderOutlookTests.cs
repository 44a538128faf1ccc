using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;
using static StoreConnector.Core.Insights.ReorderOutlook;
using static StoreConnector.Tests.Insights.Buying;

namespace StoreConnector.Tests.Insights;

public sealed class ReorderOutlookTests
{
    private static readonly ProductPrior Unknown = ReplenishmentModel.Empty.PriorOf(1);

    /// <summary>40 people, 30 of whom buy it again: some every two weeks, some every two months.</summary>
    private static readonly ProductPrior Coffee = ReplenishmentModel.Learn(
        [.. Enumerable.Range(0, 30).Select(i => (1L, Every(14 + (i * 5 / 4), 4))), .. Enumerable.Range(0, 10).Select(_ => (1L, Every(1, 1)))],
        Day(0)).PriorOf(1);

    [Fact]
    public void A_coffee_buyer_is_due_by_their_own_rhythm()
    {
        var rhythm = PurchaseRhythm.Of(new[] { 0, 26, 55, 81, 108 }.Select(d => (Day(d), 1)));
        var due = Assert.IsType<Due>(Of(Facts(rhythm, Coffee) with
        {
            CustomerEffect = CustomerEffect.Of([(rhythm, Coffee)]),
        }));
        Assert.InRange(due.DueAt, Day(108 + 26), Day(108 + 29));
        Assert.Equal(27, due.PersonalDays!.Value, 0.5);
        Assert.Equal(30, due.ProductDays!.Value, 1.0);
        Assert.True(due.IsPersonal);
        Assert.Equal(due.DueAt.AddDays(-3), due.SendAt);
        Assert.Equal(due.DueAt.AddDays(14), due.Until);
        Assert.InRange(due.Chance, 0.3, 0.9);
        Assert.Contains("every 27 days", due.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void After_one_purchase_the_product_says_when()
    {
        var due = Assert.IsType<Due>(Of(Facts(Every(1, 1), Coffee)));
        Assert.InRange(due.MedianDays, 26, 33);
        Assert.Equal((false, null), (due.IsPersonal, due.PersonalDays));
        Assert.NotNull(due.ProductDays);
    }

    [Theory]
    [InlineData(2, false, false)]
    [InlineData(3, true, false)]
    [InlineData(4, true, false)]
    [InlineData(5, true, true)]
    public void Own_days_show_from_three_purchases_and_are_told_from_five(int times, bool shown, bool told)
    {
        var due = Assert.IsType<Due>(Of(Facts(Every(27, times), Coffee)));
        Assert.Equal((shown, told), (due.PersonalDays is not null, due.IsPersonal));
    }

    [Fact]
    public void Two_odd_gaps_do_not_outweigh_what_everybody_does()
    {
        var due = Assert.IsType<Due>(Of(Facts(Every(150, 2), Coffee)));
        Assert.InRange(due.MedianDays, 31, 75);
    }

    [Fact]
    public void A_sofa_is_never_due()
    {
        var model = ReplenishmentModel.Learn([(1, Every(1, 1)), (1, Every(1, 1)), (1, Every(1, 1))], Day(0));
        Assert.Equal(NotReplenished.TooFewBuyers, Code(Facts(Every(1, 1), model.PriorOf(1))));
        Assert.Equal(NotReplenished.TooFewBuyers, Code(Facts(Every(30, 2), Unknown)));
    }

    [Fact]
    public void A_sofa_that_many_bought_is_not_either()
    {
        Assert.Equal(NotReplenished.TooFewRepeats, Code(Facts(Every(1, 1), Sold(100, again: 19))));
        Assert.IsType<Due>(Of(Facts(Every(1, 1), Sold(100, again: 20))));
        Assert.Equal(NotReplenished.TooFewBuyers, Code(Facts(Every(1, 1), Sold(19, again: 19))));
        Assert.IsType<Due>(Of(Facts(Every(1, 1), Sold(20, again: 4))));
    }

    [Fact]
    public void The_merchants_rule_is_the_one_that_counts() => Assert.Equal(NotReplenished.TooFewRepeats,
        Code(Facts(Every(1, 1), Sold(100, again: 40)) with { Gate = new(MinRepeatShare: 0.5) }));

    [Fact]
    public void A_person_who_bought_it_three_times_needs_no_others()
    {
        Assert.IsType<NotReplenished>(Of(Facts(Every(30, 2), Unknown)));
        Assert.IsType<Due>(Of(Facts(Every(30, 3), Unknown)));
    }

    [Fact]
    public void A_marked_product_needs_no_others_either() =>
        Assert.IsType<Due>(Of(Facts(Every(1, 1), Unknown) with { Marked = true }));

    [Fact]
    public void What_is_bought_every_year_is_too_rare_unless_the_merchant_says_how_long_it_lasts()
    {
        var yearly = Facts(Every(365, 6), Unknown) with { Marked = true };
        Assert.Equal(NotReplenished.TooRare, Code(yearly));
        var due = Assert.IsType<Due>(Of(yearly with { OnePieceLasts = TimeSpan.FromDays(365) }));
        Assert.Equal(365, due.MedianDays, 1.0);
        Assert.Equal(due.DueAt.AddDays(-36.5), due.SendAt);
    }

    [Theory]
    [InlineData(30, 1, 30)]
    [InlineData(30, 3, 90)]
    [InlineData(90, 2, 180)]
    [InlineData(0.5, 60, 30)]
    public void What_the_merchant_says_of_a_piece_counts_for_all_pieces(double lasts, int pieces, int days)
    {
        var facts = Facts(PurchaseRhythm.Begin(Day(0), pieces), Unknown) with
        {
            OnePieceLasts = TimeSpan.FromDays(lasts), CustomerEffect = -1,
        };
        Assert.Equal(Day(days), Assert.IsType<Due>(Of(facts)).DueAt);
    }

    [Fact]
    public void The_merchants_word_weighs_more_than_a_few_purchases()
    {
        var facts = Facts(Every(60, 5), Unknown) with { OnePieceLasts = TimeSpan.FromDays(30) };
        Assert.InRange(Assert.IsType<Due>(Of(facts)).MedianDays, 30, 40);
    }

    [Fact]
    public void Days_count_from_fulfilment_where_that_is_later()
    {
        var facts = Facts(Every(27, 5), Coffee);
        var due = Assert.IsType<Due>(Of(facts)).DueAt;
        Assert.Equal(due.AddDays(4), Assert.IsType<Due>(Of(facts with { FulfilledAt = Day((27 * 4) + 4) })).DueAt);
        Assert.Equal(due, Assert.IsType<Due>(Of(facts with { FulfilledAt = Day(27) })).DueAt);
    }

    [Fact]
    public void What_is_bought_daily_is_not_spoken_of_within_three_days()
    {
        var due = Assert.IsType<Due>(Of(Facts(Every(1, 1000), Coffee)));
        Assert.Equal(Day(999 + 3), due.SendAt);
    }

    [Fact]
    public void A_later_last_purchase_makes_it_due_later() => Prop.ForAll(Histories, history =>
    {
        var (at, quantity) = history[^1];
        var before = history.Length == 1 ? null : PurchaseRhythm.Of(history[..^1]);
        foreach (var lasts in new TimeSpan?[] { null, TimeSpan.FromDays(20) })
        {
            var dates = Enumerable.Range(1, 12).Select(i => at.AddDays(i * 17)).Select(last =>
                    before?.Add(last, quantity) ?? PurchaseRhythm.Begin(last, quantity))
                .Select(rhythm => Of(Facts(rhythm, Coffee) with { OnePieceLasts = lasts })).OfType<Due>()
                .Select(due => due.DueAt).ToList();
            Assert.Equal(dates.Order(), dates);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Even_gaps_make_it_narrower()
    {
        var widths = new[] { 0, 5, 10, 15, 20 }.Select(odd => ReplenishmentForecast.Of(
            PurchaseRhythm.Of(Enumerable.Range(0, 9).Select(i => (Day((27 * i) + (i % 2 * odd)), 1))), Coffee).Variance)
            .ToList();
        Assert.Equal(widths.Order(), widths);
        Assert.Equal(widths.Count, widths.Distinct().Count());
    }

    [Fact]
    public void More_purchases_of_the_same_rhythm_make_it_narrower()
    {
        var widths = Enumerable.Range(1, 20)
            .Select(k => ReplenishmentForecast.Of(Every(27, k), Coffee).Variance).ToList();
        Assert.Equal(widths.OrderDescending(), widths);
    }

    [Fact]
    public void Whatever_was_bought_the_outlook_is_finite_and_told_by_its_facts_alone() => Prop.ForAll(
        Histories, Gen.Choose(-3, 3).ToArbitrary(), ArbMap.Default.ArbFor<bool>(), (history, effect, lasts) =>
        {
            var facts = Facts(PurchaseRhythm.Of(history), Coffee) with
            {
                CustomerEffect = effect, OnePieceLasts = lasts ? TimeSpan.FromDays(400) : null,
            };
            var outlook = Of(facts);
            var read = JsonSerializer.Deserialize<ReorderFacts>(
                JsonSerializer.Serialize(facts, EventJson.Options), EventJson.Options)!;
            Assert.Equal(facts, read);
            Assert.Equal(outlook, Of(read));
            if (outlook is Due due)
            {
                Assert.InRange(due.MedianDays, 1, ReplenishmentForecast.MaxDays);
                Assert.InRange(due.Chance, 0, 1);
                Assert.InRange(due.SendAt, facts.Rhythm.LastAt.AddDays(3), due.Until);
            }
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(-30, 0.02)]
    [InlineData(0, 0.02)]
    [InlineData(7, 0.02)]
    [InlineData(60, 0.02)]
    [InlineData(3.7, 500)]
    public void Extreme_forecasts_have_a_date_and_chances(double mean, double variance)
    {
        var forecast = new ReplenishmentForecast(mean, variance, ReplenishmentForecast.UsualHorizonDays);
        Assert.InRange(forecast.MedianDays, 1, ReplenishmentForecast.MaxDays);
        foreach (var elapsed in new double[] { 0, 1, 27, 1e3, 1e6 }) { Assert.InRange(forecast.Chance(elapsed, 14), 0, 1); }
    }

    [Fact]
    public void Half_of_the_purchases_before_the_horizon_come_before_the_median()
    {
        var forecast = new ReplenishmentForecast(4.5, 1, ReplenishmentForecast.UsualHorizonDays);
        Assert.Equal(0.5 * forecast.BoughtBy(180), forecast.BoughtBy(forecast.MedianDays), 1e-12);
        Assert.Equal(forecast.Mass(30, 44) / (1 - forecast.BoughtBy(30)), forecast.Chance(30, 14), 1e-12);
    }

    private static ReorderFacts Facts(PurchaseRhythm rhythm, ProductPrior prior) =>
        new() { Rhythm = rhythm, Prior = prior };

    private static ProductPrior Sold(int buyers, int again) =>
        Unknown with { Buyers = buyers, RepeatBuyers = again, Gaps = again, Logs = again * Math.Log(40) };

    private static string Code(ReorderFacts facts) => Assert.IsType<NotReplenished>(Of(facts)).Code;
}
