using System.Text.Json.Serialization;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Products;

/// <summary>How near somebody came to buying a thing.</summary>
public enum InterestKind
{
    /// <summary>Looked at its page.</summary>
    Viewed,

    /// <summary>Put it into a cart.</summary>
    Carted,

    /// <summary>Began to buy it.</summary>
    Checkout,
}

/// <summary>One sign of interest in one event.</summary>
/// <param name="Variant">In what.</param>
/// <param name="Kind">How near.</param>
/// <param name="At">When.</param>
/// <param name="Price">The price this person was shown, where it is known.</param>
public sealed record Sighting(VariantKey Variant, InterestKind Kind, DateTimeOffset At, Money? Price);

/// <summary>A price that somebody was shown.</summary>
/// <param name="Price">The price of one piece.</param>
/// <param name="At">When it was shown last.</param>
/// <param name="IsGuess">
/// The page named none: it is what the catalog said of that time, and a late word of the shop may still belie it.
/// </param>
public sealed record SeenPrice(Money Price, DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsGuess = false);

/// <summary>
/// One person's interest in one variant: when each kind of sign was last given, the price last shown, and what the
/// variant costs now. A join. Weights and half-life are the market's guesses, to be refitted; nothing public measures
/// them.
/// </summary>
public sealed record Interest
{
    /// <summary>Signs older than this count no more.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(60);

    /// <summary>A sign is worth half after this.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromDays(14);

    /// <summary>When it was last looked at.</summary>
    public DateTimeOffset? ViewedAt { get; init; }

    /// <summary>When it was last in a cart.</summary>
    public DateTimeOffset? CartedAt { get; init; }

    /// <summary>When it was last in a checkout.</summary>
    public DateTimeOffset? CheckoutAt { get; init; }

    /// <summary>The price this person was shown last.</summary>
    public SeenPrice? Seen { get; init; }

    /// <summary>What it costs now, as far as we were told.</summary>
    public Offer? Offer { get; init; }

    /// <summary>The newest sign.</summary>
    [JsonIgnore]
    public DateTimeOffset LastAt =>
        new[] { ViewedAt, CartedAt, CheckoutAt }.Max() ?? DateTimeOffset.MinValue;

    /// <summary>The signs of one event; none when it is about nothing that has a price.</summary>
    public static IEnumerable<Sighting> Signs(EventBody body) => body switch
    {
        CartChanged { Cart: var cart } => cart.Lines
            .Where(l => VariantKey.Of(l.ProductId, l.VariantId) is not null)
            .Select(l => new Sighting(VariantKey.Of(l.ProductId, l.VariantId)!,
                cart.Id.Kind == CartKind.Checkout ? InterestKind.Checkout : InterestKind.Carted, cart.Version,
                l.Price is { Amount: > 0 } ? l.Price : null)),
        ProductViewed view when VariantKey.Of(view.ProductId, view.VariantId) is { } key =>
            [new(key, InterestKind.Viewed, view.At, view.Price is { Amount: > 0 } ? view.Price : null)],
        _ => [],
    };

    /// <summary>With one more sign.</summary>
    public Interest With(Sighting sign) => Join(this, sign.Kind switch
    {
        InterestKind.Viewed => new() { ViewedAt = sign.At, Seen = SeenAs(sign) },
        InterestKind.Carted => new() { CartedAt = sign.At, Seen = SeenAs(sign) },
        _ => new() { CheckoutAt = sign.At, Seen = SeenAs(sign) },
    });

    /// <summary>The union of two: the newest of each kind, the price shown last, the newest offer.</summary>
    public static Interest Join(Interest a, Interest b) => new()
    {
        ViewedAt = Later(a.ViewedAt, b.ViewedAt),
        CartedAt = Later(a.CartedAt, b.CartedAt),
        CheckoutAt = Later(a.CheckoutAt, b.CheckoutAt),
        Seen = LaterSeen(a.Seen, b.Seen),
        Offer = b.Offer is null ? a.Offer : Products.Offer.Newer(a.Offer, b.Offer),
    };

    /// <summary>How much: a view counts 1, a cart 3, a checkout 5, each half after <see cref="HalfLife"/>.</summary>
    public double Score(DateTimeOffset now) =>
        Weigh(1, ViewedAt, now) + Weigh(3, CartedAt, now) + Weigh(5, CheckoutAt, now);

    private static double Weigh(double weight, DateTimeOffset? at, DateTimeOffset now) => at is not { } then ? 0
        : weight * Math.Pow(.5, Math.Max(0, (now - then) / HalfLife));

    private static SeenPrice? SeenAs(Sighting sign) => sign.Price is null ? null : new(sign.Price, sign.At);

    /// <summary>On a tie the lower one: what is claimed to have fallen must have.</summary>
    private static SeenPrice? LaterSeen(SeenPrice? a, SeenPrice? b) => a is null ? b : b is null ? a
        : a.At != b.At ? (a.At > b.At ? a : b)
        : a.Price.Currency != b.Price.Currency
            ? (string.CompareOrdinal(a.Price.Currency, b.Price.Currency) >= 0 ? a : b)
        : a.Price.Amount <= b.Price.Amount ? a : b;

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b ?? a : a;
}
