using StoreConnector.Core.Events;
using StoreConnector.Core.Products;

namespace StoreConnector.Platforms;

/// <summary>Makes the events of a product: as many as its variants need.</summary>
internal static class ProductEvents
{
    /// <summary>The most variants read of one body: Shopify's limit for a product since October 2025.</summary>
    public const int MaxRead = 2048;

    /// <summary>
    /// The product in events of at most <see cref="ProductSnapshot.MaxVariants"/> variants and
    /// <see cref="StoreEvent.MaxBytes"/>, each variant in one of them. The first alone holds what is said of all
    /// variants together.
    /// </summary>
    public static Parsed Product(this Delivery delivery, ProductSnapshot whole)
    {
        var nobody = new Mentions(); // About the catalog.
        var events = new List<StoreEvent>();
        foreach (var part in Parts(delivery, whole))
        {
            events.Add(delivery.Event(whole.Version, nobody, new ProductChanged(part), events.Count));
        }

        return new Parsed.Events(events);
    }

    /// <summary>A price as a platform writes it; null when it is none: that costs the price, not the variant.</summary>
    public static decimal? ProductPrice(this Payload text) => text.Amount is > 0 and var price ? price : null;

    private static IEnumerable<ProductSnapshot> Parts(Delivery delivery, ProductSnapshot whole)
    {
        var first = whole with { Variants = [.. whole.Variants.Take(ProductSnapshot.MaxVariants)] };
        return Fitting(delivery, first).Concat(whole.Variants
            .Skip(ProductSnapshot.MaxVariants)
            .Chunk(ProductSnapshot.MaxVariants)
            .SelectMany(chunk => Fitting(delivery, Rest(whole) with { Variants = chunk })));
    }

    /// <summary>
    /// One part in as many events as it takes. The ids of what was only named move to an event of their own, which
    /// costs nothing; then pictures and details go; then it is halved. A price is never given up.
    /// </summary>
    private static IEnumerable<ProductSnapshot> Fitting(Delivery delivery, ProductSnapshot part)
    {
        if (IsSmall(delivery, part)) { return [part]; }

        if (part.Variants.Count == 0) { return [Named(delivery, part)]; }

        if (part.OnlyNamed.Count > 0 || part.AllVariants is not null)
        {
            return [.. Fitting(delivery, part with { Variants = [] }), .. Fitting(delivery, Rest(part))];
        }

        var bare = part with
        {
            Picture = null,
            Variants = [.. part.Variants.Select(variant => variant with { Picture = null, Detail = null })],
        };
        var half = bare.Variants.Count / 2;
        return half == 0 || IsSmall(delivery, bare)
            ? [bare]
            : [
                .. Fitting(delivery, bare with { Variants = [.. bare.Variants.Take(half)] }),
                .. Fitting(delivery, bare with { Variants = [.. bare.Variants.Skip(half)] }),
            ];
    }

    /// <summary>What is only named, without picture and page where these make it too large.</summary>
    private static ProductSnapshot Named(Delivery delivery, ProductSnapshot part)
    {
        var unseen = part with { Picture = null };
        return IsSmall(delivery, unseen) ? unseen : unseen with { Url = null };
    }

    private static ProductSnapshot Rest(ProductSnapshot whole) => whole with { OnlyNamed = [], AllVariants = null };

    // Measured with the longest number it may get: a delivery becomes at most one event more than it has variants.
    private static bool IsSmall(Delivery delivery, ProductSnapshot part) =>
        delivery.Event(part.Version, new Mentions(), new ProductChanged(part), MaxRead).IsSmall();
}
