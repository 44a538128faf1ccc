using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Guards;
using StoreConnector.Processing;

namespace StoreConnector.Tests.Guards;

/// <summary>The days on which clocks change: hours that do not exist, hours that come twice, and their neighbours.</summary>
public sealed class ClockChangeTests
{
    private static readonly ZoneClocks Clocks = new();
    private static readonly ConcurrentDictionary<string, DateTimeOffset[]> Changes = new();
    private static readonly DateTimeOffset Begin = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Changes at midnight, by half an hour, in Ramadan; offsets of half and quarter hours.
    private static readonly string[] Odd =
    [
        "Africa/Cairo", "Asia/Beirut", "Asia/Gaza", "America/Havana", "America/Santiago", "America/Asuncion", "Australia/Lord_Howe", "Africa/Casablanca",
        "Antarctica/Troll", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "America/Scoresbysund", "Atlantic/Azores", "Australia/Adelaide",
    ];

    [Theory]
    [InlineData("America/New_York", "02:30-03:30", "2026-03-08T06:59:00Z", "2026-03-08T07:00:00Z")] // 02:30 does not exist: the window begins with three
    [InlineData("America/New_York", "01:00-01:30", "2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z")] // 01:00 comes twice
    [InlineData("America/New_York", "09:00-20:00", "2026-03-08T05:00:00Z", "2026-03-08T13:00:00Z")]
    [InlineData("America/New_York", "09:00-20:00", "2026-11-01T04:00:00Z", "2026-11-01T14:00:00Z")]
    [InlineData("Africa/Cairo", "00:00-00:30", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z")] // that Friday begins at one
    [InlineData("Australia/Lord_Howe", "01:30-01:45", "2026-04-04T14:45:00Z", "2026-04-04T15:00:00Z")] // back by half an hour
    [InlineData("Asia/Kolkata", "10:00-21:00", "2026-11-24T00:00:00Z", "2026-11-24T04:30:00Z")]
    [InlineData("America/St_Johns", "09:00-20:00", "2026-11-24T00:00:00Z", "2026-11-24T12:30:00Z")]
    public void The_local_hour_decides(string zone, string hours, string now, string expected)
    {
        Assert.True(DayWindow.TryParse(hours, out var window));
        Assert.Equal(DateTimeOffset.Parse(expected, null), FreeAt(new(_ => window), [zone], DateTimeOffset.Parse(now, null)));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Near_a_change_of_clocks_the_first_free_instant_is_the_first_indeed() => Prop.ForAll(Cases().ToArbitrary(), c =>
    {
        var windows = new SendWindows(day => c.Week[(int)day]);
        var free = FreeAt(windows, c.Zones, c.Now);
        bool Allowed(DateTimeOffset at) => c.Zones.Select(zone => RulesOracle.Local(zone, at)).All(local =>
            c.Week[(int)local.DayOfWeek] is { } w && local.TimeOfDay >= w.From.ToTimeSpan() && local.TimeOfDay < w.To.ToTimeSpan());

        if (free is { } at)
        {
            Assert.True(at >= c.Now && Allowed(at), $"{c}: {at:u} is outside");
            Assert.True(at == c.Now || !Allowed(at.AddSeconds(-1)), $"{c}: it was free before {at:u}");
        }

        var sooner = RulesOracle.FirstMinute(c.Now, Allowed);
        Assert.False(sooner < (free ?? DateTimeOffset.MaxValue), $"{c}: it was free at {sooner:u}, not {free:u}");
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Trait("Speed", "slow")]
    [Fact]
    public void A_clock_shows_what_the_zone_shows() => Prop.ForAll(
        (from zone in Gen.Elements(RulesOracle.Zones.ToArray())
         from now in Near(zone)
         from ahead in Gen.Choose(0, (int)ZoneClock.Reach.TotalSeconds)
         select (zone, now, at: now.AddSeconds(ahead))).ToArbitrary(),
        c =>
        {
            var clock = Clocks.Find(c.zone, c.now)!;
            var offset = clock.Offsets.Last(o => o.From <= c.at).Offset;
            Assert.Equal(TimeZoneInfo.FindSystemTimeZoneById(c.zone).GetUtcOffset(c.at), offset);
            Assert.True(clock.Offsets[0].From <= c.now && clock.Until >= c.now + ZoneClock.Reach);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_clock_changes_at_the_very_second()
    {
        var clock = Clocks.Find("America/New_York", DateTimeOffset.Parse("2026-03-05T12:00:00Z", null))!;
        Assert.Equal([new(DateTimeOffset.Parse("2026-03-05T00:00:00Z", null), TimeSpan.FromHours(-5)), new(DateTimeOffset.Parse("2026-03-08T07:00:00Z", null), TimeSpan.FromHours(-4))], clock.Offsets);
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    public void A_zone_that_the_machine_does_not_know_has_no_clock(string zone)
    {
        Assert.Null(Clocks.Find(zone, Begin));
        Assert.Null(Clocks.FindAll(["Asia/Dubai", zone], Begin));
    }

    [Fact]
    public void Every_zone_of_the_tables_is_known_to_the_machine() => Assert.DoesNotContain(RulesOracle.Zones, zone => Clocks.Find(zone, Begin) is null);

    private static DateTimeOffset? FreeAt(SendWindows windows, IReadOnlyList<string> zones, DateTimeOffset now) =>
        QuietHours.FreeAt(new(["test"], windows, new(1, 4)), Clocks.FindAll(zones, now)!, now).FreeAt;

    private static Gen<Case> Cases() =>
        from odd in Gen.Elements(Odd)
        from any in Gen.Elements(RulesOracle.Zones.ToArray())
        from first in Gen.Elements(odd, any)
        from others in Gen.ListOf(Gen.Elements(RulesOracle.Zones.ToArray())).Select(zones => zones.Take(2))
        from many in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from now in Near(first)
        from week in Gen.ArrayOf(Windows(), 7)
        select new Case([.. many ? others.Prepend(first).Distinct() : [first]], now, week);

    /// <summary>An instant within three hours of one of the zone's changes, or any where it has none.</summary>
    private static Gen<DateTimeOffset> Near(string zone) => ChangesOf(zone) is { Length: > 0 } changes
        ? from change in Gen.Elements(changes)
          from seconds in Gen.Choose(-3 * 3600, 3 * 3600)
          select change.AddSeconds(seconds)
        : Gen.Choose(0, 7 * 365 * 24 * 60).Select(minutes => Begin.AddMinutes(minutes));

    /// <summary>Often the hours in which clocks change, often the hours of the law, sometimes none.</summary>
    private static Gen<DayWindow?> Windows() => Gen.Frequency(
        (1, Gen.Constant<DayWindow?>(null)),
        (4, Window(0, 4 * 60)),
        (3, Window(8 * 60, 21 * 60)),
        (2, Window(0, 24 * 60 - 1)));

    private static Gen<DayWindow?> Window(int least, int most) =>
        from one in Gen.Choose(least, most - 1)
        from two in Gen.Choose(least, most - 1)
        select (DayWindow?)new DayWindow(TimeOnly.MinValue.AddMinutes(Math.Min(one, two)), TimeOnly.MinValue.AddMinutes(Math.Max(one, two) + 1));

    private static DateTimeOffset[] ChangesOf(string zone) => Changes.GetOrAdd(zone, id =>
    {
        var found = TimeZoneInfo.FindSystemTimeZoneById(id);
        return [.. Enumerable.Range(0, (int)(End - Begin).TotalHours).Select(hour => Begin.AddHours(hour))
            .Where(at => found.GetUtcOffset(at) != found.GetUtcOffset(at.AddHours(-1)))];
    });

    private sealed record Case(string[] Zones, DateTimeOffset Now, DayWindow?[] Week)
    {
        public override string ToString() => $"{string.Join(", ", Zones)} at {Now:u}, {string.Join(" ", Week.Select(w => w?.ToString() ?? "none"))}";
    }
}
