using System.Text.RegularExpressions;

namespace StoreConnector.Platforms;

/// <summary>Brings what merchants and shoppers typed into the forms and lengths that events keep.</summary>
internal static partial class Wording
{
    /// <summary>The longest given name, in UTF-16 units.</summary>
    public const int MaxName = 80;

    /// <summary>The longest code of a state or province, in UTF-16 units.</summary>
    public const int MaxRegion = 40;

    /// <summary>The longest word for where something was made.</summary>
    public const int MaxSource = 40;

    /// <summary>The longest words of a consent.</summary>
    public const int MaxConsentText = 500;

    /// <summary>The longest link or picture address, in characters.</summary>
    public const int MaxLink = 2048;

    /// <summary>
    /// At most so many UTF-16 units, no half of a pair at the end, control characters as blanks; null for nothing.
    /// </summary>
    public static string? Cut(string? text, int max)
    {
        if (text is null) { return null; }

        var end = text.Length <= max ? text.Length : char.IsHighSurrogate(text[max - 1]) ? max - 1 : max;
        var clean = string.Create(end, text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) { span[i] = char.IsControl(from[i]) ? ' ' : from[i]; }
        }).Trim();
        return clean.Length == 0 ? null : clean;
    }

    /// <summary>
    /// The BCP 47 tag of a platform's locale: <c>en_US</c> is <c>en-US</c>. Language, script and region are kept; what
    /// WordPress adds (<c>de_DE_formal</c>) chooses a translation, not a language.
    /// </summary>
    public static string? Locale(string? text)
    {
        if (text is null || LocaleForm().Match(text) is not { Success: true } match) { return null; }

        var tag = match.Groups["language"].Value.ToLowerInvariant();
        if (match.Groups["script"] is { Success: true, Value: var script })
        {
            tag += $"-{char.ToUpperInvariant(script[0])}{script[1..].ToLowerInvariant()}";
        }

        var region = match.Groups["region"].Value.ToUpperInvariant();
        return region.Length == 0 ? tag : $"{tag}-{region}";
    }

    /// <summary>
    /// A state or province with its country before it, for example <c>US-TX</c>: a code says nothing without. Null
    /// where either is missing.
    /// </summary>
    public static string? Region(string? country, string? code) =>
        Country(country) is { } known && Cut(code, MaxRegion) is { } region ? $"{known}-{region}" : null;

    /// <summary>An ISO 3166-1 code of two letters.</summary>
    public static string? Country(string? text) =>
        text is { Length: 2 } && text.All(char.IsAsciiLetter) ? text.ToUpperInvariant() : null;

    /// <summary>
    /// An absolute link in ASCII of at most <see cref="MaxLink"/> characters; https, where nothing else is allowed.
    /// </summary>
    public static Uri? Link(string? text, bool allowHttp = false)
    {
        if (text is null || text.Length > MaxLink || !Uri.TryCreate(text, UriKind.Absolute, out var link)
            || !(link.Scheme == Uri.UriSchemeHttps || (allowHttp && link.Scheme == Uri.UriSchemeHttp))
            || link.UserInfo.Length > 0 || link.AbsoluteUri.Length > MaxLink)
        {
            return null;
        }

        return new Uri(link.AbsoluteUri); // Percent-encoded: what is stored is what a browser would ask for.
    }

    [GeneratedRegex(
        """
        ^(?<language>[A-Za-z]{2,3})([-_](?<script>[A-Za-z]{4}))?
        ([-_](?<region>[A-Za-z]{2}|[0-9]{3}))?([-_][A-Za-z0-9]{1,8})*\z
        """,
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LocaleForm();
}
