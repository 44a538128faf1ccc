using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages.Sms;

/// <summary>Brings what shops wrote into the letters and lengths of text messages.</summary>
internal static class SmsWording
{
    /// <summary>The longest title that is looked at, in graphemes.</summary>
    public const int MaxTitle = 80;

    /// <summary>The longest brand that is looked at, in graphemes.</summary>
    public const int MaxBrand = 60;

    // Plain letters, each before those that a brand may be read without: what a name owns it should not lose for an
    // accent. Source: the decompositions of Latin-1 and Latin Extended-A, without what GSM-7 has.
    private static readonly FrozenDictionary<char, char> Plain = (
        "aáâãāăą AÀÁÂÃĀĂĄ cçćĉċč CĆĈĊČ dďđð DĎĐÐ eêëēĕėęě EÈÊËĒĔĖĘĚ gĝğġģ GĜĞĠĢ hĥħ HĤĦ iíîïĩīĭįı IÌÍÎÏĨĪĬĮİ jĵ JĴ "
        + "kķ KĶ lĺļľŀł LĹĻĽĿŁ nńņňŋ NŃŅŇŊ oóôõōŏő OÒÓÔÕŌŎŐ rŕŗř RŔŖŘ sśŝşšș SŚŜŞŠȘ tţťŧț TŢŤŦȚ uúûũūŭůűų "
        + "UÙÚÛŨŪŬŮŰŲ wŵ WŴ yýÿŷ YÝŸŶ zźżž ZŹŻŽ")
        .Split(' ').SelectMany(group => group[1..], (group, accented) => (accented, group[0]))
        .ToFrozenDictionary(pair => pair.accented, pair => pair.Item2);

    private static readonly FrozenSet<string> Joints =
        "and or with without for of from the a an in on by و أو مع بدون من في على إلى"
            .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>One visible line without look-alikes; null when nothing is left.</summary>
    public static string? Clean(string? text) => Printable.Clean(text) is { } clean
        ? Printable.Clean(string.Concat(clean.Select(c => IsMark(c) ? c.ToString() : SmsText.Simplify(c)))) : null;

    /// <summary>
    /// A title fit to print, or null. In English it is left out when a letter of it is outside GSM-7: one such letter
    /// would more than halve the room. Pictures and marks of trade are only left away.
    /// </summary>
    public static string? Title(string? text, string language)
    {
        var title = Clip(Clean(text), MaxTitle);
        if (language != MessageLanguage.English || title is null) { return title; }

        var plain = WithoutPictures(title);
        return plain is not null && SmsText.IsGsm7(plain) && plain.Any(char.IsLetterOrDigit) ? plain : null;
    }

    /// <summary>
    /// A brand fit to print. It is never left out: in English it loses accents and pictures, and what is still outside
    /// GSM-7 stays.
    /// </summary>
    public static string Brand(string text, string language)
    {
        var brand = Clip(Clean(text), MaxBrand)!.TrimEnd(':', ' ');
        if (language != MessageLanguage.English || SmsText.IsGsm7(brand)) { return brand; }

        return WithoutPictures(string.Concat(brand.Select(c => Plain.GetValueOrDefault(c, c)))) ?? brand;
    }

    /// <summary>
    /// The text, then ever shorter beginnings of it: whole words down to <paramref name="min"/> graphemes; after them,
    /// if asked for, beginnings within a word, with an ellipsis of three dots.
    /// </summary>
    public static IEnumerable<string> Cuts(string text, int min, bool withinWords)
    {
        yield return text;

        var last = text;
        for (var space = text.LastIndexOf(' '); space > 0; space = text.LastIndexOf(' ', space - 1))
        {
            var cut = Tidy(text[..space]);
            if (Graphemes(cut) < min) { break; }

            if (cut != last) { yield return last = cut; }
        }

        if (!withinWords) { yield break; }

        for (var length = Graphemes(last) - 1; length >= min; length--)
        {
            var cut = Tidy(new StringInfo(last).SubstringByTextElements(0, length));
            if (Graphemes(cut) >= min) { yield return cut + "..."; }
        }
    }

    /// <summary>
    /// A price, and the one it was before, as a text message says them. Arabic names the currency once, and no fraction
    /// where both have none; English names it by its code where its sign is outside GSM-7.
    /// </summary>
    public static (string Now, string? Was) Prices(Money now, Money? was, string language, Digits digits)
    {
        var (first, second) = (Print(now), was is null ? null : Print(was));
        if (language != MessageLanguage.Arabic)
        {
            return (Coded(first, now), second is null ? null : Coded(second, was!));
        }

        if (IsWhole(first) && (second is null || IsWhole(second)))
        {
            (first, second) = (WithoutFraction(first), second is null ? null : WithoutFraction(second));
        }

        return (first, second?.Split(' ')[0]);

        string Print(Money money) => Clean(MoneyText.Of(money, language, digits))!;
    }

    private static string Coded(string price, Money money) =>
        SmsText.IsGsm7(price) ? price : $"{money.Currency} {price[price.IndexOfAny([.. "0123456789"])..]}";

    private static bool IsWhole(string price) =>
        Fraction(price) is var (start, end) && price.AsSpan(start, end - start).TrimStart(".٫0٠").IsEmpty;

    private static string WithoutFraction(string price) =>
        Fraction(price) is var (start, end) ? price.Remove(start, end - start) : price;

    // Of a number before its unit; empty where the currency has none.
    private static (int Start, int End) Fraction(string price)
    {
        var end = price.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var blank ? blank : price.Length;
        var start = price.IndexOfAny(['.', '٫'], 0, end);
        return (start < 0 ? end : start, end);
    }

    private static string? WithoutPictures(string text) => Printable.Clean(string.Concat(
        text.EnumerateRunes().Where(rune => !IsPicture(rune)).Select(rune => rune.ToString())));

    // Arrows, emoji, their variants and colours of skin, and the marks of trade; "°" and "²" say something.
    private static bool IsPicture(Rune rune) => rune.Value switch
    {
        '©' or '®' or '™' or '℠' or (>= 0xFE00 and <= 0xFE0F) or (>= 0x1F3FB and <= 0x1F3FF) => true,
        >= 0x2190 => Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol,
        _ => false,
    };

    // A mark belongs to its letter; in its place a look-alike would stand beside it: "jalapen~o".
    private static bool IsMark(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    // No comma, dash, half a parenthesis or "and" at the end.
    private static string Tidy(string cut)
    {
        var open = cut.LastIndexOf('(');
        var tidy = (open > 0 && cut.IndexOf(')', open) < 0 ? cut[..open] : cut)
            .TrimEnd(' ', ',', ';', ':', '.', '-', '/', '&', '+', '|', '،', '؛');
        var word = tidy.LastIndexOf(' ');
        return word > 0 && Joints.Contains(tidy[(word + 1)..]) ? Tidy(tidy[..word]) : tidy.Length > 0 ? tidy : cut;
    }

    private static string? Clip(string? text, int max) => text is null || Graphemes(text) <= max ? text
        : Tidy(new StringInfo(text).SubstringByTextElements(0, max));

    private static int Graphemes(string text) => new StringInfo(text).LengthInTextElements;
}
