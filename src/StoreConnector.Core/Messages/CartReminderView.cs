using System.Globalization;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>
/// The fields of the cart reminder's templates, ready to print: cleaned, clipped, formatted, the plural chosen. Values
/// are text, nested fields or lists of fields; what is missing has no key, so that its block closes up.
/// </summary>
public static class CartReminderView
{
    /// <summary>Lines shown; the others are counted.</summary>
    public const int MaxLines = 5;

    // In graphemes: what fits its place on a narrow screen.
    private const int MaxTitle = 70, MaxFirst = 40, MaxDetail = 60;
    private const int MaxStore = 60, MaxAddress = 200, MaxCoupon = 60, MaxCode = 24;

    private const string Yes = "1"; // flags are text too: a template only asks whether they are there

    /// <summary>The view of a reminder from which nothing required is missing.</summary>
    public static IReadOnlyDictionary<string, object?> Build(CartReminder reminder)
    {
        var view = Fields(
            ("store", Store(reminder)),
            ("brand", Colors(reminder.Brand)),
            ("name", Printable.FirstName(reminder.PersonName)),
            ("coupon", CouponOf(reminder)),
            ("button", Fields(("url", MessageLink.Text(reminder.Button)))),
            ("why", WhyOf(reminder)),
            ("preferencesUrl", Link(reminder.Preferences)),
            ("unsubscribeUrl", MessageLink.Text(reminder.Unsubscribe)),
            ("replies", reminder.RepliesAreRead ? Yes : null));
        foreach (var (field, value) in Contents(reminder)) { view.Add(field, value); }

        return view;
    }

    private static Dictionary<string, object?> Contents(CartReminder reminder)
    {
        var named = reminder.Lines.Where(line => Printable.Clean(line.Title) is not null).ToList();
        if (named.Count == 0) { return []; }

        var words = Words.Common(reminder.Language);
        var count = Math.Max(reminder.ItemCount, Pieces(reminder.Lines));
        var shown = named.Take(MaxLines).ToList();
        var subtotal = SubtotalOf(reminder);
        return Fields(
            ("lines", shown.ConvertAll(line => LineOf(reminder, line))),
            ("more", AndMore(count - Pieces(shown))),
            ("subtotal", subtotal),
            ("count", subtotal is null ? null : words.Counted("items", count, reminder.Brand.Digits)),
            ("first", Printable.Clean(named[0].Title, MaxFirst)),
            ("others", AndMore(count - Pieces(named[..1]))));

        string? AndMore(long rest) => rest > 0 ? words.Counted("andMore", rest, reminder.Brand.Digits) : null;
    }

    private static Dictionary<string, object?> LineOf(CartReminder reminder, Line line)
    {
        var picture = MessageLink.IsPicture(line.Picture) ? MessageLink.Text(line.Picture!) : null;
        return Fields(
            ("title", Printable.Clean(line.Title, MaxTitle)),
            ("titleRtl", TurnsRight(reminder, line.Title)),
            ("detail", Printable.Clean(line.Detail, MaxDetail)),
            ("detailRtl", TurnsRight(reminder, line.Detail)),
            ("picture", picture),
            ("initial", picture is null ? Printable.Initial(line.Title) : null),
            ("quantity", line.Quantity > 1 ? Number(reminder, line.Quantity) : null),
            ("price", PriceOf(line) is { } price ? Print(reminder, price) : null));
    }

    private static Money? PriceOf(Line line) =>
        MoneyText.IsPrice(line.Price)
            && line.Price! with { Amount = line.Price.Amount * Math.Max(1, line.Quantity) } is var whole
            && MoneyText.IsPrice(whole) ? whole : null;

    // A sum beside lines without a price, or in another currency, could not be checked by the eye: it goes.
    private static string? SubtotalOf(CartReminder reminder) =>
        MoneyText.IsPrice(reminder.Subtotal)
            && reminder.Lines.All(line => PriceOf(line) is { } price && price.Currency == reminder.Subtotal!.Currency)
            ? Print(reminder, reminder.Subtotal!) : null;

    private static Dictionary<string, object?> Store(CartReminder reminder) => Fields(
        ("name", Printable.Clean(reminder.Brand.Name, MaxStore)),
        ("url", Link(reminder.Brand.Url)),
        ("address", Address(reminder)),
        ("logo", reminder.Brand.Logo is { IsShowable: true } logo ? Fields(
            ("src", MessageLink.Text(logo.Source)),
            ("dark", MessageLink.IsPicture(logo.Dark) ? MessageLink.Text(logo.Dark!) : null),
            ("width", logo.Width.ToString(CultureInfo.InvariantCulture)),
            ("height", logo.Height.ToString(CultureInfo.InvariantCulture))) : null));

    private static string? Address(CartReminder reminder)
    {
        var lines = (reminder.Brand.PostalAddress ?? "").Split('\n', '\r')
            .Select(line => Printable.Clean(line)?.TrimEnd(',', '،'));
        var comma = Words.Common(reminder.Language)["comma"] + " ";
        return Printable.Clean(string.Join(comma, lines.Where(line => !string.IsNullOrEmpty(line))), MaxAddress);
    }

    private static Dictionary<string, object?> Colors(Brand brand)
    {
        var colors = BrandColors.From(brand.Color);
        return Fields(
            ("button", colors.Button),
            ("onButton", colors.OnButton),
            ("buttonDark", colors.ButtonDark),
            ("onButtonDark", colors.OnButtonDark));
    }

    private static Dictionary<string, object?>? CouponOf(CartReminder reminder) =>
        reminder.Coupon is { } coupon && Printable.Clean(coupon.What, MaxCoupon) is { } what ? Fields(
            ("what", what),
            ("code", WholeCode(coupon)),
            ("until", coupon.Until is { } until ? Date(reminder, until, DateParts.Time) : null)) : null;

    // Half a code is no code: the button still works.
    private static string? WholeCode(Coupon coupon) =>
        Printable.Clean(coupon.Code) is { } code && Printable.Clip(code, MaxCode) == code ? code : null;

    private static Dictionary<string, object?> WhyOf(CartReminder reminder)
    {
        var (kind, on) = reminder.Why switch
        {
            Why.Express express => ("express", express.On),
            Why.Soft soft => ("soft", soft.On),
            var other => throw new System.Diagnostics.UnreachableException(other?.ToString()),
        };
        return Fields(
            (kind, Yes),
            ("date", Date(reminder, on, DateParts.Year)),
            ("topics", Words.AbandonedCart(reminder.Language)["topics"]));
    }

    // A Latin word at its head must not turn an Arabic title round.
    private static string? TurnsRight(CartReminder reminder, string? text) =>
        MessageLanguage.IsRightToLeft(reminder.Language) && Printable.HoldsArabic(text) ? Yes : null;

    private static string Date(CartReminder reminder, DateTimeOffset zoned, DateParts parts) =>
        DateText.Of(zoned, reminder.Language, reminder.Brand.Country, parts, reminder.Brand.Digits);

    private static string Print(CartReminder reminder, Money money) =>
        MoneyText.Of(money, reminder.Language, reminder.Brand.Digits);

    private static string Number(CartReminder reminder, int number) =>
        DigitText.In(number.ToString(CultureInfo.InvariantCulture), reminder.Language, reminder.Brand.Digits);

    private static string? Link(Uri? uri) => MessageLink.IsLink(uri) ? MessageLink.Text(uri!) : null;

    private static long Pieces(IEnumerable<Line> lines) => lines.Sum(line => (long)Math.Max(1, line.Quantity));

    private static Dictionary<string, object?> Fields(params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var present = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            if (value is not null) { present.Add(name, value); }
        }

        return present;
    }
}
