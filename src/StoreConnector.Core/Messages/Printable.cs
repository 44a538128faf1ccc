using System.Globalization;
using System.Text;

namespace StoreConnector.Core.Messages;

/// <summary>
/// Makes text from outside fit to print, before any template sees it: nothing invisible, nothing that turns the line
/// round, one line, no longer than its place. It does not escape: that is the template's work.
/// </summary>
public static class Printable
{
    /// <summary>The longest name we greet by, in graphemes.</summary>
    public const int MaxName = 24;

    private const int ZeroWidthNonJoiner = 0x200C;

    /// <summary>Cleans and clips; null when nothing is left to print.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="max">The most graphemes kept, the "…" included.</param>
    /// <param name="language">
    /// With <c>fa</c>, the zero-width non-joiner between two letters stays: Persian spells with it.
    /// </param>
    public static string? Clean(string? text, int max = int.MaxValue, string? language = null)
    {
        if (string.IsNullOrEmpty(text)) { return null; }

        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                if (kept is [.., not ' ']) { kept.Append(' '); }
            }
            else if (!IsHidden(rune.Value) || (language == "fa" && rune.Value == ZeroWidthNonJoiner))
            {
                kept.Append(rune.ToString());
            }
        }

        var clean = (language == "fa" ? OnlyBetweenLetters(kept.ToString()) : kept.ToString()).Trim();
        return clean.Length == 0 ? null : Clip(clean, max);
    }

    /// <summary>At most <paramref name="max"/> graphemes, the last of them "…" when something was cut.</summary>
    public static string Clip(string text, int max)
    {
        if (text.Length <= max) { return text; } // a grapheme is at least one unit

        int length = 0, keep = 0;
        for (var count = 1; length < text.Length; count++)
        {
            if (count == max) { keep = length; }
            if (count > max) { return string.Concat(text.AsSpan(0, keep).TrimEnd(), "…"); }
            length += StringInfo.GetNextTextElementLength(text.AsSpan(length));
        }

        return text;
    }

    /// <summary>The name to greet by, or null when it does not look like one: then the greeting names nobody.</summary>
    public static string? FirstName(string? name) =>
        Clean(name) is { } clean && Clip(clean, MaxName) == clean && Rune.IsLetter(Rune.GetRuneAt(clean, 0))
            && clean.EnumerateRunes().All(IsOfNames) ? clean : null;

    /// <summary>
    /// The first letter or digit in upper case, for the tile of a product without a picture; null when there is none.
    /// </summary>
    public static string? Initial(string? title)
    {
        for (var rest = Clean(title) ?? ""; rest.Length > 0;)
        {
            var first = rest[..StringInfo.GetNextTextElementLength(rest)];
            var rune = Rune.GetRuneAt(first, 0);
            if (Rune.IsLetter(rune) || Rune.IsNumber(rune)) { return first.ToUpperInvariant(); }
            rest = rest[first.Length..];
        }

        return null;
    }

    /// <summary>Whether text holds an Arabic letter.</summary>
    public static bool HoldsArabic(string? text) => text is not null && text.Any(c => char.IsLetter(c)
        && c is (>= '\u0600' and <= '\u06FF') or (>= '\u0750' and <= '\u077F') or (>= '\u08A0' and <= '\u08FF')
            or (>= '\uFB50' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFC'));

    // Controls, bidi controls, joiners, fillers that print as nothing, tags, and U+FFFD, which stands for half a
    // character.
    private static bool IsHidden(int c) => c is <= 0x1F or (>= 0x7F and <= 0x9F) or 0xAD or 0x34F or 0x61C or 0x115F
        or 0x1160 or 0x180E or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F)
        or 0x2800 or 0x3164 or 0xFEFF or 0xFFA0 or (>= 0xFFF9 and <= 0xFFFF) or (>= 0xE0000 and <= 0xE007F);

    private static bool IsOfNames(Rune rune) => Rune.IsLetter(rune) || rune.Value is ' ' or '\'' or '’' or '.' or '-'
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static string OnlyBetweenLetters(string text) => string.Concat(text.Where((c, i) => c != ZeroWidthNonJoiner
        || (i > 0 && i < text.Length - 1 && char.IsLetter(text[i - 1]) && char.IsLetter(text[i + 1]))));
}
