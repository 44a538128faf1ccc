using System.Globalization;

namespace StoreConnector.Core.Messages;

/// <summary>What of an instant is printed besides day and month.</summary>
[Flags]
public enum DateParts
{
    /// <summary>Day and month only.</summary>
    None = 0,

    /// <summary>The year as well.</summary>
    Year = 1,

    /// <summary>Hours and minutes as well, 24 h.</summary>
    Time = 2,
}

/// <summary>
/// Prints a date: "14 March 2026", "25 November at 23:59", "14 مارس 2026". Gregorian in every language; Arabic month
/// names differ by country. Source: CLDR 48 (en-GB, ar-…).
/// </summary>
public static class DateText
{
    private static readonly string[] English = Months(
        "January February March April May June July August September October November December");

    private static readonly string[] Arabic = Months(
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر");

    private static readonly string[] Levant = Months(
        "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول");

    private static readonly string[] AlgeriaAndTunisia = Months(
        "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر");

    private static readonly string[] Morocco = Months(
        "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر");

    private static readonly string[] Mauritania = Months(
        "يناير فبراير مارس إبريل مايو يونيو يوليو أغشت شتمبر أكتوبر نوفمبر دجمبر");

    /// <summary>The date in print.</summary>
    /// <param name="zoned">The instant, already in the zone it is to be read in.</param>
    /// <param name="language">The message's language.</param>
    /// <param name="country">ISO 3166-1, for the names of the months; null is the Gulf's.</param>
    /// <param name="parts">What is printed besides day and month.</param>
    /// <param name="digits">The store's choice for Arabic.</param>
    public static string Of(
        DateTimeOffset zoned, string language, string? country,
        DateParts parts = DateParts.None, Digits digits = Digits.Western)
    {
        var text = $"{Number("%d")} {Names(language, country)[zoned.Month - 1]}";
        if (parts.HasFlag(DateParts.Year)) { text += $" {Number("yyyy")}"; }
        if (!parts.HasFlag(DateParts.Time)) { return text; }

        return language == MessageLanguage.Arabic ? $"{text} في {Number("HH:mm")}" : $"{text} at {Number("HH:mm")}";

        string Number(string format) =>
            DigitText.In(zoned.ToString(format, CultureInfo.InvariantCulture), language, digits);
    }

    private static string[] Names(string language, string? country) => (language, country) switch
    {
        (MessageLanguage.Arabic, "IQ" or "JO" or "LB" or "PS" or "SY") => Levant,
        (MessageLanguage.Arabic, "DZ" or "TN") => AlgeriaAndTunisia,
        (MessageLanguage.Arabic, "MA") => Morocco,
        (MessageLanguage.Arabic, "MR") => Mauritania,
        (MessageLanguage.Arabic, _) => Arabic,
        _ => English,
    };

    private static string[] Months(string names) => [.. names.Split(' ').Select(name => name.Replace('_', ' '))];
}
