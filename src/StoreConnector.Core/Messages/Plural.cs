namespace StoreConnector.Core.Messages;

/// <summary>The grammatical number of a count.</summary>
public enum PluralCategory
{
    /// <summary>Arabic: 0.</summary>
    Zero,

    /// <summary>1.</summary>
    One,

    /// <summary>Arabic: 2.</summary>
    Two,

    /// <summary>Arabic: 3–10, 103–110 …</summary>
    Few,

    /// <summary>Arabic: 11–99, 111–199 …</summary>
    Many,

    /// <summary>Everything else, fractions included.</summary>
    Other,
}

/// <summary>Which form of a word a count asks for. Source: CLDR 48, cardinal rules of en and ar.</summary>
public static class Plural
{
    /// <summary>The category of <paramref name="count"/>.</summary>
    public static PluralCategory Of(string language, decimal count)
    {
        var n = Math.Abs(count);
        if (language != MessageLanguage.Arabic) { return n == 1 ? PluralCategory.One : PluralCategory.Other; }
        if (n != decimal.Truncate(n)) { return PluralCategory.Other; }

        return n switch
        {
            0 => PluralCategory.Zero,
            1 => PluralCategory.One,
            2 => PluralCategory.Two,
            _ => (n % 100) switch
            {
                >= 3 and <= 10 => PluralCategory.Few,
                >= 11 => PluralCategory.Many,
                _ => PluralCategory.Other,
            },
        };
    }
}
