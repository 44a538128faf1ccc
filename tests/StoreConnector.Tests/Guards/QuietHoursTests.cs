using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Processing;

namespace StoreConnector.Tests.Guards;

/// <summary>Every row of the rules, at every edge of every weekday, against a second reading of them.</summary>
public sealed class QuietHoursTests
{
    private static readonly ZoneClocks Clocks = new();

    public static TheoryData<string> Rows => [.. RulesOracle.Rows];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_row_opens_and_closes_to_the_minute_on_every_weekday(string row)
    {
        var (place, zone) = PlaceOf(row);
        var names = row.StartsWith("US-", StringComparison.Ordinal) ? new[] { "US", row } : [row];
        var law = LawRules.For(place);
        Assert.Equal(names, law.Rules);

        foreach (var monday in new[] { new DateTime(2026, 11, 23), new DateTime(2027, 3, 8) }) // The second has a change of clocks.
        {
            var looked = from day in Enumerable.Range(0, 7)
                         let date = monday.AddDays(day)
                         from edge in names.SelectMany(name => RulesOracle.Edges(name, date.DayOfWeek)).Append(0)
                         from minute in new[] { -1, 0, 1 }
                         select date.AddMinutes(edge + minute);
            foreach (var local in looked)
            {
                var now = new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(local, TimeZoneInfo.FindSystemTimeZoneById(zone)));
                var expected = RulesOracle.FirstMinute(now, at => RulesOracle.Allows(names, RulesOracle.Local(zone, at)));
                var free = QuietHours.FreeAt(law, Clocks.FindAll(place.Zones, now)!, now);
                Assert.True(expected == free.FreeAt, $"{row}, {local:ddd yyyy-MM-dd HH:mm} in {zone}: {free.FreeAt:u} is not {expected:u}");
                Assert.Equal(RulesOracle.Allows(names, local), free.FreeAt == now);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_row_says_where_it_comes_from(string row)
    {
        var found = Assert.Single(LawRules.Rows, r => r.Name == row);
        Assert.NotEmpty(found.Source);
        Assert.NotEmpty(found.Confidence);
    }

    [Fact]
    public void In_the_night_of_new_york_a_text_waits_for_eight_there()
    {
        var free = FreeAt(Place("US", "US-NY", "America/New_York"), "2026-11-24T03:00:00Z");
        Assert.Equal(At("2026-11-24T13:00:00Z"), free.FreeAt);
        Assert.Equal(["US"], free.Rules);
        Assert.Equal(RulesOracle.Version, free.Version);
        Assert.Equal(["America/New_York"], free.Zones);
    }

    [Fact]
    public void The_end_of_a_window_is_outside_and_its_beginning_inside()
    {
        var dubai = Place("AE", null, "Asia/Dubai");
        Assert.Equal(At("2026-11-24T13:59:59Z"), FreeAt(dubai, "2026-11-24T13:59:59Z").FreeAt);
        Assert.Equal(At("2026-11-25T05:00:00Z"), FreeAt(dubai, "2026-11-24T14:00:00Z").FreeAt);
        Assert.Equal(At("2026-11-25T05:00:00Z"), FreeAt(dubai, "2026-11-25T05:00:00Z").FreeAt);
    }

    [Fact]
    public void Nothing_reaches_france_on_a_sunday_or_a_holiday()
    {
        var paris = Place("FR", null, "Europe/Paris");
        // Friday evening before Easter 2027: Saturday is open, then nothing until Tuesday.
        Assert.Equal(At("2027-03-27T09:00:00Z"), FreeAt(paris, "2027-03-26T20:00:00Z").FreeAt);
        Assert.Equal(At("2027-03-30T08:00:00Z"), FreeAt(paris, "2027-03-27T20:00:00Z").FreeAt);
    }

    [Fact]
    public void The_french_holidays_are_those_of_the_calendar()
    {
        var days = Enumerable.Range(0, 730).Select(day => new DateOnly(2026, 1, 1).AddDays(day)).Where(FrenchHolidays.Has);
        Assert.Equal(RulesOracle.FrenchHolidays, days.Select(day => $"{day:yyyy-MM-dd}"));
    }

    [Theory]
    [InlineData(2024, 3, 31)]
    [InlineData(2025, 4, 20)]
    [InlineData(2038, 4, 25)] // the latest there is
    [InlineData(1818, 3, 22)] // the earliest
    [InlineData(1954, 4, 18)] // the two exceptions of the calendar's own rule
    [InlineData(1981, 4, 19)]
    public void Easter_is_when_the_church_says(int year, int month, int day) => Assert.Equal(new(year, month, day), FrenchHolidays.Easter(year));

    [Fact]
    public void Where_the_zone_is_one_of_two_both_must_be_awake()
    {
        // Texas: Chicago opens at nine, Denver an hour later; Chicago closes first.
        var texas = Place("US", "US-TX", "America/Chicago", "America/Denver");
        Assert.Equal(At("2026-11-24T16:00:00Z"), FreeAt(texas, "2026-11-24T08:00:00Z").FreeAt);
        Assert.Equal(At("2026-11-25T16:00:00Z"), FreeAt(texas, "2026-11-25T03:00:00Z").FreeAt);
    }

    [Fact]
    public void Where_no_hour_suits_everybody_there_is_no_window()
    {
        var apart = Place("AE", null, "Asia/Dubai", "America/Los_Angeles");
        var free = FreeAt(apart, "2026-11-24T08:00:00Z");
        Assert.Null(free.FreeAt);
        Assert.Equal(["America/Los_Angeles", "Asia/Dubai"], free.Zones);
    }

    [Fact]
    public void To_open_as_another_closes_is_not_to_meet() // Dubai closes at 14:00 UTC, which is when Lima opens.
    {
        Assert.Null(FreeAt(Place("AE", null, "Asia/Dubai", "America/Lima"), "2026-11-24T08:00:00Z").FreeAt);
        Assert.Null(FreeAt(Place("AE", null, "America/Lima", "Asia/Dubai"), "2026-11-24T08:00:00Z").FreeAt);
    }

    [Theory]
    [InlineData("AE", null, "Asia/Dubai")]
    [InlineData("US", "US-TX", "America/Chicago,America/Denver")]
    [InlineData("DE", null, "Europe/Berlin")]
    [InlineData("EG", null, "Africa/Cairo")]
    public void A_text_may_wait_at_the_vendor_until_the_window_closes_and_no_longer(string country, string? region, string zones)
    {
        var place = Place(country, region, zones.Split(','));
        for (var now = At("2026-10-20T00:00:00Z"); now < At("2026-11-05T00:00:00Z"); now += TimeSpan.FromMinutes(97))
        {
            var free = FreeAt(place, now.ToString("O"));
            if (free.FreeAt != now) { continue; }

            var closes = free.ClosesAt!.Value;
            Assert.True(closes > now && closes - now < TimeSpan.FromHours(14));
            for (var at = now; at < closes; at += TimeSpan.FromMinutes(7)) { Assert.Equal(at, FreeAt(place, at.ToString("O")).FreeAt); }
        }
    }

    [Fact]
    public void A_week_without_a_window_but_for_one_day_is_waited_for()
    {
        Assert.True(DayWindow.TryParse("09:00-10:00", out var hour));
        var sundays = new Law(["test"], new(day => day == DayOfWeek.Sunday ? hour : null), new(1, 4));
        var now = At("2026-11-22T06:00:00Z"); // a Sunday, just after ten in Dubai
        Assert.Equal(now.AddDays(7).AddHours(-1), QuietHours.FreeAt(sundays, Clocks.FindAll(["Asia/Dubai"], now)!, now).FreeAt);
    }

    [Fact]
    public void Without_a_clock_there_is_no_window() =>
        Assert.Null(QuietHours.FreeAt(LawRules.For(Place("US", "US-NY", "America/New_York")), [], At("2026-11-24T17:00:00Z")).FreeAt);

    [Fact]
    public void A_clock_that_does_not_reach_far_enough_is_a_mistake()
    {
        var clock = new ZoneClock("Asia/Dubai", [new(At("2026-11-24T00:00:00Z"), TimeSpan.FromHours(4))], At("2026-12-01T00:00:00Z"));
        var law = LawRules.For(Place("AE", null, "Asia/Dubai"));
        Assert.Throws<ArgumentException>(() => QuietHours.FreeAt(law, [clock], At("2026-11-23T23:59:59Z")));
        Assert.Throws<ArgumentException>(() => QuietHours.FreeAt(law, [clock], At("2026-11-24T00:00:00Z")));
        Assert.Throws<ArgumentException>(() => QuietHours.FreeAt(law, [clock with { Offsets = [] }], At("2026-11-24T00:00:00Z")));
    }

    [Fact]
    public void The_verdict_is_the_same_after_the_ledger()
    {
        var free = FreeAt(Place("US", "US-TX", "America/Chicago", "America/Denver"), "2026-11-24T03:00:00Z");
        var stored = JsonSerializer.Serialize(free, EventJson.Options);
        Assert.Equal("""{"freeAt":"2026-11-24T16:00:00+00:00","rules":["US","US-TX"],"version":2,"zones":["America/Chicago","America/Denver"],"closesAt":"2026-11-25T03:00:00+00:00"}""", stored);
        Assert.Equal(stored, JsonSerializer.Serialize(JsonSerializer.Deserialize<QuietVerdict>(stored, EventJson.Options), EventJson.Options));
    }

    private static QuietVerdict FreeAt(RecipientPlace place, string now) =>
        QuietHours.FreeAt(LawRules.For(place), Clocks.FindAll(place.Zones, At(now))!, At(now));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);

    private static RecipientPlace Place(string country, string? region, params string[] zones) => new([country], region is null ? [] : [region], zones, false);

    private static (RecipientPlace Place, string Zone) PlaceOf(string row)
    {
        var zone = row is "default" ? "Asia/Tokyo" : Zones(row)[0];
        return (row is "default" ? Place("JP", null, zone) : row == "US" ? Place("US", "US-NY", zone)
            : row.Contains('-') ? Place(row[..2], row, zone) : Place(row, null, zone), zone);
    }

    private static string[] Zones(string row) => (row.Contains('-')
        ? RulesOracle.Places.GetProperty("regions").GetProperty(row).GetProperty("zones")
        : RulesOracle.Places.GetProperty("countries").GetProperty(row)).GetString()!.Split(' ');
}
