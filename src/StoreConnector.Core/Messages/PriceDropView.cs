using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>
/// The fields of the price drop's templates, ready to print: one <c>drop</c>, or several <c>drops</c>. Values are as in
/// <see cref="CartReminderView"/>.
/// </summary>
public static class PriceDropView
{
    /// <summary>The view of a message from which nothing required is missing.</summary>
    public static IReadOnlyDictionary<string, object?> Build(PriceDropMessage message)
    {
        var print = new Typesetter(message.Envelope);
        var shown = message.Shown();
        return EnvelopeView.Build(message.Envelope)
            .And(ViewFields.Of(("checked", print.Date(message.CheckedAt, DateParts.Time))))
            .And(shown is [var one] ? Alone(one, message, print) : Several(shown, message, print));
    }

    private static Dictionary<string, object?> Alone(Drop drop, PriceDropMessage message, Typesetter print)
    {
        var seen = drop is { Seen: not null, SeenOn: { } on } ? on : (DateTimeOffset?)null;
        return ViewFields.Of(
            ("drop", DropOf(drop, print).And(ViewFields.Of(
                ("short", Printable.Clean(drop.Title, Typesetter.MaxSubject)),
                ("saving", drop.Seen is { } was ? print.Price(was with { Amount = was.Amount - drop.Now.Amount })
                    : null),
                ("seen", seen is { } day ? print.Date(day, YearIfOther(day, message.CheckedAt)) : null)))),
            ("button", ViewFields.Of(("url", MessageLink.Text(drop.Url)))));
    }

    private static Dictionary<string, object?> Several(
        IReadOnlyList<Drop> drops, PriceDropMessage message, Typesetter print)
    {
        var language = message.Envelope.Language;
        return ViewFields.Of(
            ("drops", drops.Select(drop => DropOf(drop, print).And(ViewFields.Of(
                ("initial", print.Tile(drop.Title, drop.Picture)),
                ("url", MessageLink.Text(drop.Url))))).ToList()),
            ("products", print.Counted(Words.PriceDrop(language), "products", drops.Count)),
            ("first", Printable.Clean(drops[0].Title, Typesetter.MaxPreheader)),
            ("firstNow", print.Price(drops[0].Now)),
            ("others", print.Counted(Words.Common(language), "andMore", drops.Count - 1)));
    }

    private static Dictionary<string, object?> DropOf(Drop drop, Typesetter print)
    {
        return print.Product(drop.Title, drop.Detail, drop.Picture).And(ViewFields.Of(
            ("now", print.Price(drop.Now)),
            ("was", Price(drop.Seen)),
            ("lowest30", Price(drop.Lowest)),
            ("days", drop.Lowest is null ? null : print.Number(Drop.LowestDays))));

        string? Price(Money? money) => money is null ? null : print.Price(money);
    }

    private static DateParts YearIfOther(DateTimeOffset day, DateTimeOffset today) =>
        day.Year == today.Year ? DateParts.None : DateParts.Year;
}
