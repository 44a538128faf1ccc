namespace StoreConnector.Core.Guards;

/// <summary>From an instant on, clocks show this much more than UTC.</summary>
/// <param name="From">The instant of the change, in UTC; of the first, the beginning of what is covered.</param>
/// <param name="Offset">What is added to UTC; negative west of Greenwich.</param>
public sealed record ZoneOffset(DateTimeOffset From, TimeSpan Offset);

/// <summary>
/// A zone's clock over some days. The time-zone data base belongs to the machine, so the shell makes these.
/// </summary>
/// <param name="Zone">The IANA name.</param>
/// <param name="Offsets">Rising, at least one.</param>
/// <param name="Until">The end of what is covered, exclusive.</param>
public sealed record ZoneClock(string Zone, IReadOnlyList<ZoneOffset> Offsets, DateTimeOffset Until)
{
    /// <summary>What a clock must cover from the instant it is asked about: 10 d.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(10);

    /// <summary>The spells of one offset between two instants, both in UTC and covered.</summary>
    /// <exception cref="ArgumentException">The clock does not cover them.</exception>
    internal IEnumerable<(DateTimeOffset From, DateTimeOffset To, TimeSpan Offset)> Between(
        DateTimeOffset from, DateTimeOffset to)
    {
        if (Offsets.Count == 0 || from < Offsets[0].From || to > Until)
        {
            throw new ArgumentException(FormattableString.Invariant($"The clock of {Zone} does not cover {from:u}."));
        }

        return Offsets
            .Zip(Offsets.Skip(1).Select(next => next.From).Append(Until), (o, end) => (
                From: o.From > from ? o.From : from, To: end < to ? end : to, o.Offset))
            .Where(spell => spell.From < spell.To);
    }
}
