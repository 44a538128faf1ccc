using System.Collections.Concurrent;
using StoreConnector.Core.Guards;

namespace StoreConnector.Processing;

/// <summary>
/// What clocks will show in a zone over the days from an instant on, from the machine's time-zone data base. Made once
/// per zone and day.
/// </summary>
internal sealed class ZoneClocks
{
    /// <summary>Clocks kept; when there are more, all are made anew.</summary>
    public const int MaxKept = 2_048;

    // Zones change their clocks hours apart at the least: no two changes fall into one step.
    private static readonly TimeSpan Step = TimeSpan.FromHours(1);

    // What the data base itself is exact to.
    private static readonly TimeSpan Exact = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Zone, DateOnly Day), ZoneClock> kept = new();

    /// <summary>The clock of a zone, covering <see cref="ZoneClock.Reach"/> from <paramref name="now"/> on.</summary>
    /// <param name="zone">An IANA name.</param>
    /// <param name="now">Any instant of a day, by UTC: one clock serves all of them.</param>
    /// <returns>Null for a zone that the machine does not know.</returns>
    public ZoneClock? Find(string zone, DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (kept.TryGetValue((zone, day), out var known)) { return known; }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)) { return null; }

        if (kept.Count >= MaxKept) { kept.Clear(); }
        return kept.GetOrAdd((zone, day), Make(zone, found, day));
    }

    /// <summary>The clocks of several zones; null when one is not known, for then nothing may be said.</summary>
    public IReadOnlyList<ZoneClock>? FindAll(IEnumerable<string> zones, DateTimeOffset now)
    {
        var clocks = zones.Select(zone => Find(zone, now)).ToList();
        return clocks.Contains(null) ? null : clocks.ConvertAll(clock => clock!);
    }

    private static ZoneClock Make(string zone, TimeZoneInfo found, DateOnly day)
    {
        var begin = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var until = begin + TimeSpan.FromDays(1) + ZoneClock.Reach;
        var offsets = new List<ZoneOffset> { new(begin, found.GetUtcOffset(begin)) };
        for (var at = begin; at < until; at += Step)
        {
            if (found.GetUtcOffset(at + Step) is var next && next != offsets[^1].Offset)
            {
                offsets.Add(new(Change(found, at, at + Step), next));
            }
        }

        return new(zone, offsets, until);
    }

    /// <summary>
    /// The instant after <paramref name="before"/> from which the offset of <paramref name="after"/> holds.
    /// </summary>
    private static DateTimeOffset Change(TimeZoneInfo zone, DateTimeOffset before, DateTimeOffset after)
    {
        var offset = zone.GetUtcOffset(after);
        while (after - before > Exact)
        {
            var middle = before + TimeSpan.FromSeconds(Math.Floor((after - before) / Exact / 2));
            (before, after) = zone.GetUtcOffset(middle) == offset ? (before, middle) : (middle, after);
        }

        return after;
    }
}
