using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Guards;

namespace StoreConnector.Tests.Guards;

public sealed class LawRulesTests
{
    private static readonly DateOnly[] TwoYears = [.. Enumerable.Range(0, 730).Select(day => new DateOnly(2026, 1, 1).AddDays(day))];

    [Fact]
    public void Decisions_rest_on_one_version() => Assert.Equal((RulesOracle.Version, RulesOracle.Version), (LawRules.Version, Permission.RulesVersion));

    [Fact]
    public void A_country_s_row_replaces_the_default() =>
        Assert.Equal(new(new(9, 0), new(20, 0)), LawRules.For(In("DE")).Windows.On(new(2026, 11, 22))); // a Sunday, when the default begins at noon

    [Fact]
    public void A_state_s_row_narrows_its_country_s() => // US 08:00-21:00, RI 09:00-18:00
        Assert.Equal(new(new(9, 0), new(18, 0)), LawRules.For(In("US", "US-RI")).Windows.On(new(2026, 11, 23)));

    [Fact]
    public void A_state_s_row_never_widens() => // no state may give what the country forbids
        Assert.All(LawRules.Rows.Where(row => row.Name.StartsWith("US-", StringComparison.Ordinal)), row => Assert.All(TwoYears.Take(7), date =>
            Assert.True(LawRules.For(In("US", row.Name)).Windows.On(date) is not { } w || (w.From >= new TimeOnly(8, 0) && w.To <= new TimeOnly(21, 0)), $"{row.Name} {date}")));

    [Fact]
    public void Contradictory_countries_both_hold() // AE 09:00-18:00, IN 10:00-21:00
    {
        var law = LawRules.For(In("AE", "IN"));
        Assert.Equal(["AE", "IN"], law.Rules);
        Assert.Equal(new(new(10, 0), new(18, 0)), law.Windows.On(new(2026, 11, 23)));
    }

    [Fact]
    public void An_unknown_country_among_known_ones_brings_the_default_along() => // JP has no row
        Assert.Equal(new(new(12, 0), new(20, 0)), LawRules.For(In("DE", "JP")).Windows.On(new(2026, 11, 22)));

    [Fact]
    public void The_caps_are_ours_everywhere() =>
        Assert.All(LawRules.Rows, row => Assert.Equal(new SmsLimits(1, 4), LawRules.For(row.Name.Contains('-') ? In("US", row.Name) : In(row.Name)).Limits));

    [Fact]
    public void A_stricter_cap_narrows_and_a_looser_one_does_nothing()
    {
        var limits = new SmsLimits(2, 4);
        Assert.Equal(new(1, 4), limits.And(1, null));
        Assert.Equal(new(2, 3), limits.And(null, 3));
        Assert.Equal(limits, limits.And(3, 9));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Intersections_do_not_depend_on_the_order() => Prop.ForAll(
        Gen.Shuffle(LawRules.Rows.Select(row => row.Name).ToArray()).SelectMany(all => Gen.Choose(1, 5).Select(n => all.Take(n).ToArray())).ToArbitrary(),
        names =>
        {
            var rows = names.Select(name => LawRules.Rows.Single(row => row.Name == name).Windows).ToList();
            var (one, other) = (rows.Aggregate((a, b) => a.And(b)), Enumerable.Reverse(rows).Aggregate((a, b) => b.And(a)));
            Assert.All(TwoYears, date => Assert.Equal(one.On(date), other.On(date)));
            Assert.All(TwoYears, date => Assert.All(Enumerable.Range(0, 48), half => Assert.Equal(
                RulesOracle.Allows(names, date.ToDateTime(TimeOnly.MinValue).AddMinutes(30 * half)),
                one.On(date) is { } w && half * 30 >= w.From.ToTimeSpan().TotalMinutes && half * 30 < w.To.ToTimeSpan().TotalMinutes)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public void The_order_of_a_place_s_countries_and_regions_does_not_matter()
    {
        var (one, other) = (LawRules.For(In("US", "FR", "US-TX", "US-CT")), LawRules.For(In("FR", "US", "US-CT", "US-TX")));
        Assert.Equal(one.Rules, other.Rules);
        Assert.Equal(["FR", "US", "US-CT", "US-TX"], one.Rules);
        Assert.All(TwoYears, date => Assert.Equal(one.Windows.On(date), other.Windows.On(date)));
    }

    [Theory]
    [InlineData("9:00-20:00")]
    [InlineData("09:00-09:00")]
    [InlineData("20:00-09:00")]
    [InlineData("09:00-24:00")]
    [InlineData("09:00")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_window_is_refused(string? text) => Assert.False(DayWindow.TryParse(text, out _));

    private static RecipientPlace In(params string[] names) =>
        new([.. names.Where(n => !n.Contains('-') && n != "default").DefaultIfEmpty("JP")], [.. names.Where(n => n.Contains('-'))], ["Asia/Tokyo"], false);
}
