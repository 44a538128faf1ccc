using StoreConnector.Core.Messages;

namespace StoreConnector.Core.Automations.AbandonedCart;

/// <summary>A discount that the merchant made in the shop, named in the last reminder of a cart.</summary>
/// <param name="Code">
/// What the shop calls it: 1 to <see cref="MaxCode"/> letters, digits, hyphens and underscores.
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

    /// <summary>The longest words.</summary>
    public const int MaxWhat = 60;

    /// <summary>What it gives, in a message's language; null when the merchant did not say.</summary>
    public string? What(string language) => MessageLanguage.IsRightToLeft(language) ? Arabic : English;

    /// <summary>Everything that cannot be; empty when it may be saved.</summary>
    public IEnumerable<SettingError> Check()
    {
        if (Code.Length is 0 or > MaxCode || !Code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            yield return new("coupon.code", "The code", "1 to 24 letters, digits, hyphens and underscores");
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
    }
}
