namespace StoreConnector.Core.Guards;

/// <summary>
/// The eleven holidays of all France. Source: Code du travail, article L3133-1. Those of Alsace-Moselle (Good Friday,
/// 26 December) and of the overseas departments are not among them.
/// </summary>
public static class FrenchHolidays
{
    private const int EasterMonday = 1;
    private const int Ascension = 39;
    private const int WhitMonday = 50;

    /// <summary>Whether it is one.</summary>
    public static bool Has(DateOnly date) => (date.Month, date.Day) is (1, 1) or (5, 1) or (5, 8) or (7, 14)
        or (8, 15) or (11, 1) or (11, 11) or (12, 25)
        || date.DayNumber - Easter(date.Year).DayNumber is EasterMonday or Ascension or WhitMonday;

    /// <summary>
    /// Easter Sunday of the Gregorian calendar: the first Sunday after the first full moon of spring as the church
    /// counts it. Source: the anonymous algorithm of Nature, 20 April 1876, whose letters these are.
    /// </summary>
    public static DateOnly Easter(int year)
    {
        var a = year % 19;
        var (b, c) = (year / 100, year % 100);
        var (d, e) = (b / 4, b % 4);
        var g = (b - ((b + 8) / 25) + 1) / 3;
        var h = ((19 * a) + b - d - g + 15) % 30;
        var (i, k) = (c / 4, c % 4);
        var l = (32 + (2 * e) + (2 * i) - h - k) % 7;
        var m = (a + (11 * h) + (22 * l)) / 451;
        var n = h + l - (7 * m) + 114;
        return new(year, n / 31, (n % 31) + 1);
    }
}
