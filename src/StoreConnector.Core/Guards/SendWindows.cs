using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace StoreConnector.Core.Guards;

/// <summary>The hours of one day in which a text may arrive, by the clock of the one who gets it.</summary>
/// <param name="From">The first minute, inclusive.</param>
/// <param name="To">The end, exclusive; later than <paramref name="From"/>.</param>
public sealed record DayWindow(TimeOnly From, TimeOnly To)
{
    /// <summary>Reads <c>09:00-20:00</c>; a window that is empty or crosses midnight is refused.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DayWindow? window)
    {
        window = text?.Split('-') is [var from, var to] && TryTime(from, out var begins) && TryTime(to, out var ends)
            && begins < ends ? new(begins, ends) : null;
        return window is not null;
    }

    /// <summary>What both allow; null when that is nothing.</summary>
    public DayWindow? And(DayWindow other)
    {
        var from = From > other.From ? From : other.From;
        var to = To < other.To ? To : other.To;
        return from < to ? new(from, to) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH:mm}-{To:HH:mm}");

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}

/// <summary>The windows of every day: one or none per weekday, and the holidays that have none.</summary>
public sealed class SendWindows
{
    private const int DaysOfWeek = 7;
    private readonly DayWindow?[] week;
    private readonly bool closedOnFrenchHolidays;

    /// <summary>The windows by weekday.</summary>
    /// <param name="of">The window of a weekday, or null for a day without one.</param>
    /// <param name="closedOnFrenchHolidays">Whether <see cref="FrenchHolidays"/> have none.</param>
    public SendWindows(Func<DayOfWeek, DayWindow?> of, bool closedOnFrenchHolidays = false)
    {
        week = [.. Enumerable.Range(0, DaysOfWeek).Select(day => of((DayOfWeek)day))];
        this.closedOnFrenchHolidays = closedOnFrenchHolidays;
    }

    /// <summary>The window of a date, or null when nothing may arrive on it.</summary>
    public DayWindow? On(DateOnly date) =>
        closedOnFrenchHolidays && FrenchHolidays.Has(date) ? null : week[(int)date.DayOfWeek];

    /// <summary>What both allow. The order does not matter.</summary>
    public SendWindows And(SendWindows other) => new(
        day => week[(int)day] is { } mine && other.week[(int)day] is { } theirs ? mine.And(theirs) : null,
        closedOnFrenchHolidays || other.closedOnFrenchHolidays);
}
