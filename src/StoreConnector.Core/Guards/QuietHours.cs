namespace StoreConnector.Core.Guards;

/// <summary>When a text may leave, and by which rules. The ledger keeps it.</summary>
/// <param name="FreeAt">
/// The earliest instant, in UTC; null when there is none within <see cref="QuietHours.Horizon"/>.
/// </param>
/// <param name="Rules">The names of the rows that held.</param>
/// <param name="Version">The version of the rules.</param>
/// <param name="Zones">The zones by whose clocks it is.</param>
public sealed record QuietVerdict(
    DateTimeOffset? FreeAt, IReadOnlyList<string> Rules, int Version, IReadOnlyList<string> Zones)
{
    /// <summary>
    /// When the window that <see cref="FreeAt"/> lies in closes, in UTC: no text may wait at a vendor beyond it.
    /// </summary>
    public DateTimeOffset? ClosesAt { get; init; }
}

/// <summary>Texts arrive by day: by the clock of the one who gets them, wherever that may be.</summary>
public static class QuietHours
{
    /// <summary>How far ahead a window is looked for: a week, and a day for a holiday.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(8);

    /// <summary>
    /// The earliest instant, not before <paramref name="now"/>, at which every clock shows a time inside the windows.
    /// </summary>
    /// <param name="law">What holds for the person.</param>
    /// <param name="clocks">One for each zone in which the person may be; with none, there is no window.</param>
    /// <param name="now">The instant of the decision.</param>
    /// <exception cref="ArgumentException">A clock does not cover the <see cref="Horizon"/>.</exception>
    public static QuietVerdict FreeAt(Law law, IReadOnlyList<ZoneClock> clocks, DateTimeOffset now)
    {
        var from = now.ToUniversalTime();
        var open = clocks.Select(clock => Open(law.Windows, clock, from).ToList()).ToList();
        var free = open.Count == 0 ? null : FirstCommon(open, from);
        return new(free, law.Rules, LawRules.Version,
            [.. clocks.Select(clock => clock.Zone).Distinct().Order(StringComparer.Ordinal)])
        {
            ClosesAt = open.Min(spans => spans.Find(span => span.From <= free && span.To > free)?.To),
        };
    }

    /// <summary>The windows of one zone as spans of UTC, rising: exact, whatever its clocks do in between.</summary>
    private static IEnumerable<Span> Open(SendWindows windows, ZoneClock clock, DateTimeOffset from)
    {
        foreach (var spell in clock.Between(from, from + Horizon))
        {
            var (begins, ends) = (spell.From.UtcDateTime + spell.Offset, spell.To.UtcDateTime + spell.Offset);
            for (var date = DateOnly.FromDateTime(begins); date <= DateOnly.FromDateTime(ends); date = date.AddDays(1))
            {
                if (windows.On(date) is not { } window) { continue; }

                var first = Later(date.ToDateTime(window.From, DateTimeKind.Utc), begins);
                var last = Earlier(date.ToDateTime(window.To, DateTimeKind.Utc), ends);
                if (first < last) { yield return new(first - spell.Offset, last - spell.Offset); }
            }
        }
    }

    /// <summary>Moves on to the next opening of whoever is closed, until nobody is.</summary>
    private static DateTimeOffset? FirstCommon(List<List<Span>> open, DateTimeOffset from)
    {
        var at = from;
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var spans in open)
            {
                if (spans.Find(span => span.To > at) is not { } next) { return null; }

                (at, moved) = next.From > at ? (next.From, true) : (at, moved);
            }
        }

        return at;
    }

    private static DateTime Later(DateTime a, DateTime b) => a > b ? a : b;

    private static DateTime Earlier(DateTime a, DateTime b) => a < b ? a : b;

    private sealed record Span(DateTimeOffset From, DateTimeOffset To);
}
