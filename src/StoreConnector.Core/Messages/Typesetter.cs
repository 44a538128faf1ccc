using System.Globalization;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>Prints values as one message has them: its language, its store's digits and names of the months.</summary>
internal sealed class Typesetter(Envelope envelope)
{
    // In graphemes: what fits its place on a narrow screen.
    public const int MaxTitle = 70, MaxTile = 48, MaxSubject = 60, MaxPreheader = 40, MaxDetail = 60;

    private readonly string language = envelope.Language;
    private readonly Brand brand = envelope.Brand;

    /// <summary>Which parts the merchant wants.</summary>
    public MessageParts Shows => brand.Parts;

    /// <summary>The fields that every product has, in a cart or alone.</summary>
    public Dictionary<string, object?> Product(string? title, string? detail, Uri? picture) => ViewFields.Of(
        ("title", Printable.Clean(title, MaxTitle)),
        ("titleRtl", TurnsRight(title)),
        ("detail", Printable.Clean(detail, MaxDetail)),
        ("detailRtl", TurnsRight(detail)),
        ("picture", Shows.Pictures ? ViewFields.Picture(picture) : null));

    /// <summary>The letter in the place of a picture that is missing.</summary>
    public string? Tile(string? title, Uri? picture) =>
        MessageLink.IsPicture(picture) || !Shows.Pictures ? null : Printable.Initial(title);

    /// <summary>The date; a line never ends between the day and its month.</summary>
    public string Date(DateTimeOffset zoned, DateParts parts = DateParts.None)
    {
        var text = DateText.Of(zoned, language, brand.Country, parts, brand.Digits);
        var blank = text.IndexOf(' ', StringComparison.Ordinal);
        return string.Concat(text.AsSpan(0, blank), "\u00A0", text.AsSpan(blank + 1));
    }

    public string Price(Money money) => MoneyText.Of(money, language, brand.Digits);

    /// <summary>A price that may be left away: null when it cannot be printed, or the merchant shows none.</summary>
    public string? Optional(Money? money) => Shows.Prices && MoneyText.IsPrice(money) ? Price(money!) : null;

    public string Number(int number) =>
        DigitText.In(number.ToString(CultureInfo.InvariantCulture), language, brand.Digits);

    public string Counted(Words words, string key, long count) => words.Counted(key, count, brand.Digits);

    /// <summary>Set for Arabic text in an Arabic message: a Latin word at its head must not turn it round.</summary>
    public string? TurnsRight(string? text) =>
        MessageLanguage.IsRightToLeft(language) && Printable.HoldsArabic(text) ? ViewFields.Yes : null;
}
