using System.Globalization;
using System.Xml;

namespace StoreConnector.Core.Automations;

/// <summary>Whether a setting lies within its range, both ends included.</summary>
public static class SettingRange
{
    /// <summary>The error of a span of time, or null.</summary>
    public static SettingError? Check(string field, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value < least || value > most ? new(field, Iso(value), $"{Iso(least)} to {Iso(most)}") : null;

    /// <summary>The error of a number, or null.</summary>
    public static SettingError? Check(string field, decimal value, decimal least, decimal most) =>
        value < least || value > most ? new(field, Text(value), $"{Text(least)} to {Text(most)}") : null;

    private static string Iso(TimeSpan span) => XmlConvert.ToString(span);

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
