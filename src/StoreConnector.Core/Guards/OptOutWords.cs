using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace StoreConnector.Core.Guards;

/// <summary>What a text that came back means.</summary>
public enum TextMeaning
{
    /// <summary>Nothing that we act on: a person may read it.</summary>
    Other,

    /// <summary>No more texts.</summary>
    Stop,

    /// <summary>Texts again; or the yes that a double opt-in waits for.</summary>
    Start,

    /// <summary>Who writes, and how it is ended?</summary>
    Help,

    /// <summary>It holds a word that ends texts, among others: taken as a no until a person has read it.</summary>
    Unclear,
}

/// <summary>
/// The words that end texts, begin them again, or ask for help. A word counts as the whole text, whatever its case,
/// accents, vowel signs, stretching and punctuation.
/// </summary>
/// <remarks>
/// Sources: 47 CFR 64.1200(a)(10) for stop, quit, end, revoke, opt out, cancel and unsubscribe, which must be honoured;
/// the default words of Twilio's opt-out handling; common use in Arabic, German, French and Spanish.
/// </remarks>
public static class OptOutWords
{
    /// <summary>The longest text that is looked at, in UTF-16 units: the longest a vendor delivers.</summary>
    public const int MaxText = 1600;

    // A plain letter before those that are read like it. A machine without language data cannot take them apart.
    private static readonly FrozenDictionary<char, char> Plain = (
        "AÀÁÂÃÄÅĀĂĄ CÇĆĈĊČ DĎĐ EÈÉÊËĒĔĖĘĚ GĜĞĠĢ IÌÍÎÏĨĪĬĮİ KĶ LĹĻĽŁ NÑŃŅŇ OÒÓÔÕÖØŌŎŐ RŔŖŘ SŚŜŞŠȘ TŢŤȚ UÙÚÛÜŨŪŬŮŰŲ "
        + "YÝŸŶ ZŹŻŽ اأإآٱ يىیئ هة كک وؤ")
        .Split(' ').SelectMany(group => group[1..], (group, letter) => (letter, group[0]))
        .ToFrozenDictionary(pair => pair.letter, pair => pair.Item2);

    private static readonly FrozenSet<string> Stops = Set("STOP, QUIT, END, REVOKE, OPT OUT, OPTOUT, CANCEL, "
        + "UNSUBSCRIBE, STOPALL, STOP ALL, PLEASE STOP, STOP PLEASE, إيقاف, ايقاف, إلغاء, الغاء, توقف, أوقف, "
        + "STOPP, ABMELDEN, ENDE, ARRÊT, ARRÊTER, BAJA, PARAR, ALTO, CANCELAR");

    private static readonly FrozenSet<string> Starts = Set("START, YES, UNSTOP, نعم, JA, OUI, SÍ");

    private static readonly FrozenSet<string> Helps = Set("HELP, INFO, مساعدة, HILFE, AIDE, AYUDA");

    /// <summary>What a text means.</summary>
    public static TextMeaning Read(string? text)
    {
        var words = Fold(text);
        return Stops.Contains(words) ? TextMeaning.Stop
            : Starts.Contains(words) ? TextMeaning.Start
            : Helps.Contains(words) ? TextMeaning.Help
            : HoldsStop(words) ? TextMeaning.Unclear
            : TextMeaning.Other;
    }

    /// <summary>
    /// The words alone, in capitals, one blank between them: no accents, vowel signs, stretching, invisible signs or
    /// punctuation, and one form of each Arabic letter that is written in several.
    /// </summary>
    public static string Fold(string? text)
    {
        var folded = new StringBuilder();
        foreach (var rune in (text ?? "")[..Math.Min(text?.Length ?? 0, MaxText)].EnumerateRunes())
        {
            if (IsInvisible(rune)) { continue; }

            if (Rune.IsLetterOrDigit(rune)) { folded.Append(One(Rune.ToUpperInvariant(rune))); }
            else if (folded.Length > 0 && folded[^1] != ' ') { folded.Append(' '); }
        }

        return folded.ToString().TrimEnd();
    }

    private static bool HoldsStop(string words)
    {
        var padded = $" {words} ";
        return Stops.Any(stop => padded.Contains($" {stop} ", StringComparison.Ordinal))
            || words.Split(' ').Any(word => word.StartsWith("STOP", StringComparison.Ordinal)
                || word.StartsWith("UNSUB", StringComparison.Ordinal));
    }

    // Accents and vowel signs; the stretching of Arabic (U+0640), joiners and marks of direction.
    private static bool IsInvisible(Rune rune) => rune.Value == 0x0640 || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    private static Rune One(Rune letter) => letter.Value is >= 0xFF21 and <= 0xFF3A ? new(letter.Value - 0xFF21 + 'A')
        : letter.IsBmp && Plain.TryGetValue((char)letter.Value, out var plain) ? new(plain) : letter;

    private static FrozenSet<string> Set(string words) =>
        words.Split(", ").Select(Fold).ToFrozenSet(StringComparer.Ordinal);
}
