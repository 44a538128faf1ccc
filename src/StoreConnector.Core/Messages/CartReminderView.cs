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

    private const int MaxCoupon = 60, MaxCode = 24; // in graphemes

    /// <summary>The view of a reminder from which nothing required is missing.</summary>
    public static IReadOnlyDictionary<string, object?> Build(CartReminder reminder)
    {
        var print = new Typesetter(reminder.Envelope);
        return EnvelopeView.Build(reminder.Envelope)
            .And(ViewFields.Of(
                ("coupon", CouponOf(reminder.Coupon, print)),
                ("button", ViewFields.Of(("url", MessageLink.Text(reminder.Button)))),
                ("replies", reminder.RepliesAreRead ? ViewFields.Yes : null)))
            .And(Contents(reminder, print))
            .And(Recommendation.Row(reminder.Recommendations, reminder.Lines.Select(line => line.Title), print));
    }

    private static Dictionary<string, object?> Contents(CartReminder reminder, Typesetter print)
    {
        var named = reminder.Lines.Where(line => Printable.Clean(line.Title) is not null).ToList();
        if (named.Count == 0) { return []; }

        var words = Words.Common(reminder.Envelope.Language);
        var count = Math.Max(reminder.ItemCount, Pieces(reminder.Lines));
        var shown = named.Take(MaxLines).ToList();
        var subtotal = SubtotalOf(reminder) is { } sum ? print.Optional(sum) : null;
        return ViewFields.Of(
            ("lines", shown.ConvertAll(line => LineOf(line, print))),
            ("more", AndMore(count - Pieces(shown))),
            ("subtotal", subtotal),
            ("count", subtotal is null ? null : print.Counted(words, "items", count)),
            ("first", Printable.Clean(named[0].Title, Typesetter.MaxPreheader)),
            ("others", AndMore(count - Pieces(named[..1]))));

        string? AndMore(long rest) => rest > 0 ? print.Counted(words, "andMore", rest) : null;
    }

    private static Dictionary<string, object?> LineOf(Line line, Typesetter print) =>
        print.Product(line.Title, line.Detail, line.Picture).And(ViewFields.Of(
            ("initial", print.Tile(line.Title, line.Picture)),
            ("quantity", line.Quantity > 1 ? print.Number(line.Quantity) : null),
            ("price", print.Optional(PriceOf(line)))));

    private static Money? PriceOf(Line line) =>
        MoneyText.IsPrice(line.Price)
            && line.Price! with { Amount = line.Price.Amount * Math.Max(1, line.Quantity) } is var whole
            && MoneyText.IsPrice(whole) ? whole : null;

    // A sum beside lines without a price, or in another currency, could not be checked by the eye: it goes.
    private static Money? SubtotalOf(CartReminder reminder) =>
        MoneyText.IsPrice(reminder.Subtotal)
            && reminder.Lines.All(line => PriceOf(line) is { } price && price.Currency == reminder.Subtotal!.Currency)
            ? reminder.Subtotal : null;

    private static Dictionary<string, object?>? CouponOf(Coupon? coupon, Typesetter print) =>
        Printable.Clean(coupon?.What, MaxCoupon) is { } what && (coupon!.IsApplied || WholeCode(coupon) is not null)
            ? ViewFields.Of(
            ("what", what),
            ("applied", coupon.IsApplied ? ViewFields.Yes : null),
            ("code", WholeCode(coupon)),
            ("until", coupon.Until is { } until ? print.Date(until, DateParts.Time) : null)) : null;

    // Half a code is no code: the button still works.
    private static string? WholeCode(Coupon coupon) =>
        Printable.Clean(coupon.Code) is { } code && Printable.Clip(code, MaxCode) == code ? code : null;

    private static long Pieces(IEnumerable<Line> lines) => lines.Sum(line => (long)Math.Max(1, line.Quantity));
}
