namespace StoreConnector.Core.Messages;

/// <summary>The languages that messages are written in, and which one a person gets.</summary>
public static class MessageLanguage
{
    /// <summary>English, British dates.</summary>
    public const string English = "en";

    /// <summary>Arabic, right to left.</summary>
    public const string Arabic = "ar";

    /// <summary>Every language there are words in.</summary>
    public static IReadOnlyList<string> All { get; } = [English, Arabic];

    /// <summary>
    /// The person's own language where it is known, else the store's; what we have no words in becomes English.
    /// </summary>
    /// <param name="person">The person's locale (<c>ar-AE</c>, WordPress's <c>ar_AE</c>), or null.</param>
    /// <param name="store">The store's locale, or null.</param>
    public static string For(string? person, string? store) =>
        Primary(person) is { } own ? Of(own) : Primary(store) is { } shop ? Of(shop) : English;

    /// <summary>Whether a language runs from right to left.</summary>
    public static bool IsRightToLeft(string language) => language == Arabic;

    // Moroccan and Egyptian Arabic have tags of their own in WordPress. "arn" (Mapudungun) is no Arabic.
    private static string Of(string primary) => primary is "ar" or "ary" or "arz" ? Arabic : English;

    private static string? Primary(string? locale)
    {
        var tag = locale?.Trim().Split('-', '_')[0].ToLowerInvariant();
        return tag is { Length: 2 or 3 } && tag.All(char.IsAsciiLetterLower) && tag != "und" ? tag : null;
    }
}
