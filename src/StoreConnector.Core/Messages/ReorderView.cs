using System.Globalization;

namespace StoreConnector.Core.Messages;

/// <summary>
/// The fields of the reminder to reorder, ready to print. Values are as in <see cref="CartReminderView"/>.
/// </summary>
public static class ReorderView
{
    /// <summary>The view of a message from which nothing required is missing.</summary>
    public static IReadOnlyDictionary<string, object?> Build(ReorderMessage message)
    {
        var print = new Typesetter(message.Envelope);
        return EnvelopeView.Build(message.Envelope)
            .And(ViewFields.Of(
                ("product", ProductOf(message.Product, print)),
                ("reorder", Rhythm(message, print)),
                ("button", ViewFields.Of(("url", MessageLink.Text(message.Button)))),
                ("laterUrl", ViewFields.Link(message.LaterUrl))))
            .And(Recommendation.Row(message.Recommendations, [message.Product.Title], print));
    }

    private static Dictionary<string, object?>? ProductOf(ReorderProduct product, Typesetter print) =>
        Printable.Clean(product.Title, Typesetter.MaxSubject) is { } title
            ? print.Product(product.Title, product.Detail, product.Picture).And(ViewFields.Of(
                ("short", title),
                ("price", print.Optional(product.Price)),
                ("url", ViewFields.Link(product.Url))))
            : null;

    private static Dictionary<string, object?>? Rhythm(ReorderMessage message, Typesetter print)
    {
        if (message.EveryDays is not (>= 1 and <= ReorderMessage.MaxEveryDays)) { return null; }

        // With a rhythm of nearly a year, day and month alone would say the same thing twice.
        var parts = message is { LastOn.Year: var last, NextOn.Year: var next } && last != next
            ? DateParts.Year : DateParts.None;
        var used = message.UsedPercent is >= 0 and <= 100 ? message.UsedPercent : null;
        return ViewFields.Of(
            ("every", print.Counted(
                Words.Replenishment(message.Envelope.Language), "everyDays", message.EveryDays.Value)),
            ("used", used?.ToString(CultureInfo.InvariantCulture)),
            ("last", Day(message.LastOn)),
            ("next", Day(message.NextOn)));

        string? Day(DateTimeOffset? on) => on is { } day ? print.Date(day, parts) : null;
    }
}
