using System.Text.RegularExpressions;

namespace StoreConnector.Core.Messages;

/// <summary>The places of values in a merchant's words: <c>{{field}}</c> and nothing else between braces.</summary>
public static partial class WordPlaces
{
    /// <summary>The fields that a text names.</summary>
    public static IReadOnlyList<string> Named(string text) =>
        [.. Place().Matches(text).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)];

    /// <summary>The text with each place written in one way, without blanks within.</summary>
    public static string Tidy(string text) => Place().Replace(text.Trim(), "{{$1}}");

    /// <summary>
    /// What a text holds between braces that is no place of a value, in plain words; null when nothing.
    /// </summary>
    public static string? Objection(string text)
    {
        if (text.Contains("{{{", StringComparison.Ordinal) || Raw().IsMatch(text))
        {
            return "raw output ({{{ }}} or {{& }})";
        }

        if (Block().IsMatch(text)) { return "a block, a helper or a comment between braces"; }

        var rest = Place().Replace(text, "");
        return rest.AsSpan().IndexOfAny('{', '}') >= 0 ? "a brace that belongs to no {{field}}"
            : Escaped().IsMatch(text) ? "a backslash before {{"
            : null;
    }

    [GeneratedRegex(@"\{\{\s*([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*)\s*\}\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\{\{\s*&")]
    private static partial Regex Raw();

    // Signs of blocks, partials, comments and parents; a name with something behind it; else.
    [GeneratedRegex(@"\{\{\s*(?:[#/^>!~*@.\[]|else\b|[A-Za-z][\w.]*\s+[^\s}])")]
    private static partial Regex Block();

    [GeneratedRegex(@"\\\{\{")]
    private static partial Regex Escaped();
}
