using System.Globalization;
using System.Text.RegularExpressions;

namespace StoreConnector.Platforms;

/// <summary>Reads the platforms' ISO 8601 instants. Never asks a clock or the machine's zone.</summary>
internal static partial class Instant
{
    /// <summary>Years outside are mistakes; inside, adding delays can never overflow.</summary>
    private const int FirstYear = 1970, LastYear = 2199;

    private static readonly string[] Forms = ["yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm:ss"];

    /// <summary>
    /// Reads a date with its time to the second, up to nine digits of a fraction and a zone. Without a zone it is UTC:
    /// WooCommerce's <c>*_gmt</c> fields name none. The result is UTC.
    /// </summary>
    public static DateTimeOffset? Read(string? text)
    {
        if (text is null || text.Length > 40 || Form().Match(text) is not { Success: true } match
            || !DateTime.TryParseExact(match.Groups["at"].ValueSpan, Forms, CultureInfo.InvariantCulture,
                DateTimeStyles.None, out var local)
            || local.Year is < FirstYear or > LastYear)
        {
            return null;
        }

        var utc = local.AddTicks(Ticks(match.Groups["fraction"].Value)) - Offset(match);
        return new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
    }

    private static long Ticks(string fraction) => fraction.Length == 0
        ? 0
        : long.Parse(fraction.PadRight(7, '0').AsSpan(0, 7), NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Offset(Match match)
    {
        if (!match.Groups["sign"].Success) { return TimeSpan.Zero; }

        var size = new TimeSpan(Number(match.Groups["hours"]), Number(match.Groups["minutes"]), 0);
        return match.Groups["sign"].ValueSpan is "-" ? -size : size;
    }

    private static int Number(Group group) =>
        int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """
        ^(?<at>[0-9]{4}-[0-9]{2}-[0-9]{2}[T\ ][0-9]{2}:[0-9]{2}:[0-9]{2})
        (\.(?<fraction>[0-9]{1,9}))?
        (Z|(?<sign>[+-])(?<hours>[0-9]{2}):?(?<minutes>[0-5][0-9]))?\z
        """,
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Form();
}
