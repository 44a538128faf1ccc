namespace StoreConnector.Core.Messages;

/// <summary>
/// Which digits an Arabic message is written in: one kind per message. Codes, links and phone numbers stay Western.
/// </summary>
public enum Digits
{
    /// <summary>0–9, as Gulf shops, codes and keyboards have them.</summary>
    Western,

    /// <summary>٠–٩, for a store whose own pages show them.</summary>
    ArabicIndic,
}

/// <summary>Writes numbers that are already text in the digits of a message.</summary>
public static class DigitText
{
    /// <summary>
    /// The same text with the digits, and the marks between them, of <paramref name="digits"/>; only Arabic has a
    /// choice.
    /// </summary>
    /// <param name="text">A plain number such as <c>1,234.50</c> or <c>23:59</c>, and nothing else.</param>
    /// <param name="language">The message's language.</param>
    /// <param name="digits">The store's choice.</param>
    public static string In(string text, string language, Digits digits) =>
        language != MessageLanguage.Arabic || digits == Digits.Western ? text : string.Concat(text.Select(c => c switch
        {
            >= '0' and <= '9' => (char)('\u0660' + (c - '0')),
            '.' => '\u066B',
            ',' => '\u066C',
            _ => c,
        }));
}
