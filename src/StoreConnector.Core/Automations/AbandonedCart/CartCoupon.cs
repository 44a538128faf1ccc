using StoreConnector.Core.Messages;

namespace StoreConnector.Core.Automations.AbandonedCart;

/// <summary>A discount that is named in the last reminder of a cart.</summary>
/// <param name="Code">
/// What the shop calls it: 1 to <see cref="MaxCode"/> letters, digits, hyphens and underscores. With
/// <see cref="Unique"/> what every code begins with: 0 to <see cref="MaxPrefix"/> of them.
/// </param>
/// <param name="English">
/// What it gives, in English: "10% off this cart"; null: English reminders do not name it.
/// </param>
/// <param name="Arabic">The same in Arabic.</param>
/// <param name="Until">When it ends; null when it does not. After that no reminder names it.</param>
public sealed record CartCoupon(string Code, string? English, string? Arabic, DateTimeOffset? Until)
{
    /// <summary>The longest code: a longer one is not shown.</summary>
    public const int MaxCode = 24;

    /// <summary>The longest beginning of codes that we make.</summary>
    public const int MaxPrefix = 12;

    /// <summary>The longest words.</summary>
    public const int MaxWhat = 60;

    /// <summary>Each reminder gets a code of its own, which works once; null: the merchant made the one code.</summary>
    public UniqueCoupon? Unique { get; init; }

    /// <summary>What it gives, in a message's language; null when the merchant did not say.</summary>
    public string? What(string language) => MessageLanguage.IsRightToLeft(language) ? Arabic : English;

    /// <summary>Everything that cannot be; empty when it may be saved.</summary>
    public IEnumerable<SettingError> Check()
    {
        var (least, most) = Unique is null ? (1, MaxCode) : (0, MaxPrefix);
        if (Code.Length < least || Code.Length > most
            || !Code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            yield return new("coupon.code", "The code",
                FormattableString.Invariant($"{least} to {most} letters, digits, hyphens and underscores"));
        }

        if (English is null && Arabic is null)
        {
            yield return new("coupon.what", "Nothing", "words in en, ar or both, for example {\"en\": \"10% off\"}");
        }

        foreach (var (language, what) in new[] { ("en", English), ("ar", Arabic) })
        {
            if (what is not null && (what.Length > MaxWhat || Printable.Clean(what) != what))
            {
                yield return new($"coupon.what.{language}", "The text", "one printed line of 1 to 60 characters");
            }
        }

        foreach (var error in Unique?.Check() ?? []) { yield return error; }
    }
}

/// <summary>What a code of one's own gives, and for how long. Exactly one of the two is set.</summary>
/// <param name="PercentOff">Of the whole order: 1 to 100.</param>
/// <param name="AmountOff">Of the whole order, in the store's currency: more than 0.</param>
/// <param name="ValidFor">
/// It works at least this long after its message: <see cref="LeastValid"/> to <see cref="MostValid"/>.
/// </param>
public sealed record UniqueCoupon(decimal? PercentOff, decimal? AmountOff, TimeSpan ValidFor)
{
    /// <summary>The shortest and the longest that a code may promise.</summary>
    public static readonly TimeSpan LeastValid = TimeSpan.FromDays(1), MostValid = TimeSpan.FromDays(30);

    /// <summary>The largest amount.</summary>
    public const decimal MaxAmount = 1_000_000;

    /// <summary>Everything that cannot be; empty when it may be saved.</summary>
    public IEnumerable<SettingError> Check()
    {
        if (PercentOff is null == AmountOff is null)
        {
            yield return new("coupon.unique", "What it gives", "either percentOff or amountOff");
        }

        if (PercentOff is < 1 or > 100) { yield return new("coupon.unique.percentOff", "The number", "1 to 100"); }

        if (AmountOff is <= 0 or > MaxAmount)
        {
            yield return new("coupon.unique.amountOff", "The amount", "more than 0, at most 1000000");
        }

        if (SettingRange.Check("coupon.unique.validFor", ValidFor, LeastValid, MostValid) is { } error)
        {
            yield return error;
        }
    }
}
