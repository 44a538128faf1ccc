using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace StoreConnector.Admin;

/// <summary>
/// A span of time as ISO 8601 writes it: <c>PT1H</c>, <c>P3D</c>, <c>P1DT12H</c>, <c>P2W</c>. Years and months are
/// refused, for nobody knows how long they are.
/// </summary>
internal static partial class IsoDuration
{
    /// <summary>Reads one; at most 9999 of each unit, whole numbers only.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan span)
    {
        span = default;
        if (text is not { Length: > 2 and <= 40 }
            || Form().Match(text) is not { Success: true } match) { return false; }

        span = TimeSpan.FromDays(7 * Part("w") + Part("d")) + TimeSpan.FromHours(Part("h"))
            + TimeSpan.FromMinutes(Part("m")) + TimeSpan.FromSeconds(Part("s"));
        return true;

        int Part(string name) =>
            match.Groups[name] is { Success: true, ValueSpan: var digits }
                ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Writes one.</summary>
    public static string Write(TimeSpan span) => XmlConvert.ToString(span);

    [GeneratedRegex(
        @"\AP(?!\z)(?:(?<w>[0-9]{1,4})W|(?:(?<d>[0-9]{1,4})D)?(?:T(?!\z)(?:(?<h>[0-9]{1,4})H)?(?:(?<m>[0-9]{1,4})M)?(?:(?<s>[0-9]{1,4})S)?)?)\z",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Form();
}
