using StoreConnector.Core.Values;

namespace StoreConnector.Core.Products;

/// <summary>
/// What one variant costs now, and whether it can be had: what a customer's record keeps of the catalog.
/// </summary>
public sealed record Offer
{
    /// <summary>The product's version that said so: the newer one wins.</summary>
    public required DateTimeOffset Version { get; init; }

    /// <summary>The price; null when none is known.</summary>
    public Money? Price { get; init; }

    /// <summary>
    /// Since when it costs this: what makes one drop another than the next. A change of stock leaves it as it is.
    /// </summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Until when the price holds at most, where the shop has set an end.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Whether it can be bought.</summary>
    public bool InStock { get; init; }

    /// <summary>
    /// The lowest price of the 30 days before <see cref="Since"/>, in the same currency, where known.
    /// </summary>
    public Money? LowestBefore { get; init; }

    /// <summary>The newer of two; on a tie the one that promises less.</summary>
    public static Offer Newer(Offer? a, Offer b) =>
        a is null || b.Version > a.Version ? b
        : a.Version > b.Version ? a
        : Promises(b).CompareTo(Promises(a)) < 0 ? b : a;

    // Nothing, then out of stock, then dearer before cheaper, shorter before longer, and the lower of the lowest: a tie
    // never makes a claim that may be false. A late word of an older price changes all but the version.
    private static (int Has, decimal Cheapness, long Since, DateTimeOffset Ends, decimal Lowest) Promises(
        Offer offer) => (
        offer.Price is null ? 0 : offer.InStock ? 2 : 1, -(offer.Price?.Amount ?? 0), -offer.Since.UtcTicks,
        offer.EndsAt ?? DateTimeOffset.MaxValue, offer.LowestBefore?.Amount ?? decimal.MaxValue);
}
