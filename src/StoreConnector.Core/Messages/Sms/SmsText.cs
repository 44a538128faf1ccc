using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StoreConnector.Core.Messages.Sms;

/// <summary>How the letters of a text message travel.</summary>
public enum SmsCoding
{
    /// <summary>Seven bits a letter. Source: 3GPP TS 23.038 (GSM 03.38), the basic table and its extension.</summary>
    Gsm7,

    /// <summary>Sixteen bits a letter, for every text with a letter outside that table.</summary>
    Ucs2,
}

/// <summary>What a text message costs.</summary>
/// <param name="Coding">How it travels.</param>
/// <param name="Units">Septets in GSM-7, where ten signs count twice; UTF-16 units in UCS-2.</param>
/// <param name="Segments">What is paid: messages on the air. At least one, also of nothing.</param>
public sealed record SmsSize(SmsCoding Coding, int Units, int Segments)
{
    /// <summary>The most units that so many segments hold: each of several carries a header of six octets.</summary>
    public static int Capacity(SmsCoding coding, int segments) => (coding, segments) switch
    {
        (SmsCoding.Gsm7, 1) => 160,
        (SmsCoding.Gsm7, _) => 153 * segments,
        (_, 1) => 70,
        _ => 67 * segments,
    };
}

/// <summary>
/// Measures text messages and makes them cheaper. It counts as Twilio's sms-segments-calculator 1.3.0 does: a sign of
/// two septets and a grapheme are never split between segments.
/// </summary>
public static class SmsText
{
    private static readonly FrozenSet<char> Basic = (
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").ToFrozenSet();

    private static readonly FrozenSet<char> Extended = "\f^{}\\[~]|€".ToFrozenSet();

    // From sms-segments-calculator (MIT): see THIRD-PARTY-NOTICES.md.
    private static readonly FrozenDictionary<char, string> LookAlikes = ReadLookAlikes();

    /// <summary>How a text travels, how long it is and what it costs.</summary>
    public static SmsSize Measure(string text)
    {
        var (coding, units) = IsGsm7(text) ? (SmsCoding.Gsm7, text.Sum(Septets)) : (SmsCoding.Ucs2, text.Length);
        return new(coding, units, units <= SmsSize.Capacity(coding, 1) ? 1 : Split(text, coding).Count);
    }

    /// <summary>The text as its segments carry it.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var size = Measure(text);
        return size.Segments == 1 ? [text] : Split(text, size.Coding);
    }

    /// <summary>Whether every letter is in the table of seven bits.</summary>
    public static bool IsGsm7(string text) => text.All(IsGsm7);

    /// <summary>Whether the letter is in the table of seven bits.</summary>
    public static bool IsGsm7(char c) => Basic.Contains(c) || Extended.Contains(c);

    /// <summary>
    /// The same text with letters of seven bits in the place of those that only look like them: quotes, dashes, blanks,
    /// full-width forms. Accents and other alphabets stay.
    /// </summary>
    public static string Simplify(string text) =>
        text.Any(LookAlikes.ContainsKey) ? string.Concat(text.Select(Simplify)) : text;

    internal static string Simplify(char c) => LookAlikes.TryGetValue(c, out var simple) ? simple : c.ToString();

    private static int Septets(char c) => Extended.Contains(c) ? 2 : 1;

    private static List<string> Split(string text, SmsCoding coding)
    {
        var most = SmsSize.Capacity(coding, 2) / 2;
        var parts = new List<string>();
        int start = 0, used = 0;
        for (var at = 0; at < text.Length;)
        {
            var length = coding == SmsCoding.Gsm7 ? 1 : Whole(text.AsSpan(at), most);
            var units = coding == SmsCoding.Gsm7 ? Septets(text[at]) : length;
            if (used + units > most)
            {
                parts.Add(text[start..at]);
                (start, used) = (at, 0);
            }

            (at, used) = (at + length, used + units);
        }

        parts.Add(text[start..]);
        return parts;
    }

    // What must stay together: a grapheme, or a letter of one that no segment could hold.
    private static int Whole(ReadOnlySpan<char> rest, int most)
    {
        var grapheme = StringInfo.GetNextTextElementLength(rest);
        if (grapheme <= most) { return grapheme; }

        Rune.DecodeFromUtf16(rest, out _, out var letter);
        return letter;
    }

    private static FrozenDictionary<char, string> ReadLookAlikes()
    {
        using var stream = typeof(SmsText).Assembly.GetManifestResourceStream("sms-look-alikes.json")
            ?? throw new InvalidOperationException("The look-alikes are not embedded.");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!
            .ToFrozenDictionary(pair => pair.Key.Single(), pair => pair.Value);
    }
}
