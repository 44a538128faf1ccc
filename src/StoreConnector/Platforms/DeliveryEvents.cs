using System.Text.Json;
using StoreConnector.Core.Events;

namespace StoreConnector.Platforms;

/// <summary>Makes the events of a delivery.</summary>
internal static class DeliveryEvents
{
    /// <summary>The title's length when an event is too large with whole titles.</summary>
    private const int ShortTitle = 40;

    /// <summary>When it happened, for bodies that name no time: a retry of the same delivery keeps it.</summary>
    public static DateTimeOffset When(this Delivery delivery) =>
        (delivery.TriggeredAt ?? delivery.ReceivedAt).ToUniversalTime();

    /// <summary>The delivery as its only event.</summary>
    public static Parsed One(this Delivery delivery, DateTimeOffset happenedAt, Mentions who, EventBody body) =>
        new Parsed.Events([delivery.Event(happenedAt, who, body)]);

    /// <summary>One event of the delivery, at most <see cref="StoreEvent.MaxBytes"/>.</summary>
    /// <param name="delivery">What came.</param>
    /// <param name="happenedAt">When it happened in the store.</param>
    /// <param name="who">Whom it names.</param>
    /// <param name="body">What happened.</param>
    /// <param name="number">0 for the first event of the delivery.</param>
    public static StoreEvent Event(
        this Delivery delivery, DateTimeOffset happenedAt, Mentions who, EventBody body, int number = 0)
    {
        var id = number == 0 ? delivery.DeliveryId : $"{delivery.DeliveryId}#{number}";
        var receivedAt = delivery.ReceivedAt.ToUniversalTime();
        return Fit(new(id, happenedAt, receivedAt, delivery.Origin, who.Aliases, who.Contacts, body));
    }

    /// <summary>Whether it is at most <see cref="StoreEvent.MaxBytes"/>.</summary>
    public static bool IsSmall(this StoreEvent happened) =>
        JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Options).Length <= StoreEvent.MaxBytes;

    /// <summary>
    /// Gives up what is missed least until the event fits: pictures and details, the ends of titles, then lines. Only a
    /// body made to be large gets here; counts and sums stay whole. <see cref="ProductEvents"/> makes products fit.
    /// </summary>
    private static StoreEvent Fit(StoreEvent happened)
    {
        if (IsSmall(happened)) { return happened; }

        happened = WithLines(happened, lines => [.. lines.Select(line => line with { Picture = null, Detail = null })]);
        if (IsSmall(happened)) { return happened; }

        happened = WithLines(happened, lines =>
            [.. lines.Select(line => line with { Title = Wording.Cut(line.Title, ShortTitle) ?? "" })]);
        for (var keep = Order.MaxLines; keep > 0 && !IsSmall(happened); keep /= 2)
        {
            happened = WithLines(happened, lines => [.. lines.Take(keep / 2)]);
        }

        return happened;
    }

    private static StoreEvent WithLines(StoreEvent happened, Func<IReadOnlyList<Line>, IReadOnlyList<Line>> change) =>
        happened.Body switch
        {
            CartChanged body =>
                happened with { Body = body with { Cart = body.Cart with { Lines = change(body.Cart.Lines) } } },
            OrderChanged body =>
                happened with { Body = body with { Order = body.Order with { Lines = change(body.Order.Lines) } } },
            RefundMade body => happened with { Body = body with { Lines = change(body.Lines) } },
            _ => happened,
        };
}
