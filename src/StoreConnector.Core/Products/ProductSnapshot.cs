namespace StoreConnector.Core.Products;

/// <summary>A product as one delivery tells it.</summary>
public sealed record ProductSnapshot
{
    /// <summary>Variants of one event; a product with more becomes several events.</summary>
    public const int MaxVariants = 50;

    /// <summary>Ids kept of variants that were only named.</summary>
    public const int MaxNamed = 500;

    /// <summary>The platform's product id.</summary>
    public required long ProductId { get; init; }

    /// <summary>The platform's updated_at: the newer snapshot wins.</summary>
    public required DateTimeOffset Version { get; init; }

    /// <summary>As the shop calls it; null when this delivery does not say (a variation alone).</summary>
    public string? Title { get; init; }

    /// <summary>Its page, https on the shop's host.</summary>
    public Uri? Url { get; init; }

    /// <summary>A picture of the whole product, https on the shop's host or content network.</summary>
    public Uri? Picture { get; init; }

    /// <summary>Whether shoppers can see it; null when this delivery does not say.</summary>
    public bool? IsVisible { get; init; }

    /// <summary>At most <see cref="MaxVariants"/>.</summary>
    public IReadOnlyList<VariantSnapshot> Variants { get; init; } = [];

    /// <summary>
    /// The ids of all its variants, where the delivery names them all: one that is not among them is gone.
    /// </summary>
    public IReadOnlyList<long>? AllVariants { get; init; }

    /// <summary>
    /// Variants that the delivery only names, with when they last changed: what they cost now is not known until they
    /// are fetched. At most <see cref="MaxNamed"/>, the newest.
    /// </summary>
    public IReadOnlyList<NamedVariant> OnlyNamed { get; init; } = [];
}

/// <summary>A variant of which a delivery says only that it changed.</summary>
/// <param name="Id">The platform's variant id.</param>
/// <param name="Version">When it last changed.</param>
public sealed record NamedVariant(long Id, DateTimeOffset Version);

/// <summary>A variant as one delivery tells it. A product without variants has one, with id 0.</summary>
public sealed record VariantSnapshot
{
    /// <summary>The platform's variant or variation id; 0 for the product itself.</summary>
    public required long VariantId { get; init; }

    /// <summary>The variant in words; null for the product itself.</summary>
    public string? Detail { get; init; }

    /// <summary>
    /// What it costs now, in the store's currency, which deliveries do not name. Null, zero or less: no price is known.
    /// </summary>
    public decimal? Price { get; init; }

    /// <summary>When a sale that runs now ends, where the shop has set an end: the price holds until then.</summary>
    public DateTimeOffset? SaleEndsAt { get; init; }

    /// <summary>
    /// When a sale that is set for later begins: until the shop says that it has, its price is no price.
    /// </summary>
    public DateTimeOffset? SaleStartsAt { get; init; }

    /// <summary>Whether it can be bought; null when the delivery does not say.</summary>
    public bool? InStock { get; init; }

    /// <summary>What the platform counts its stock under, where that has a number of its own.</summary>
    public long? StockItemId { get; init; }

    /// <summary>A picture of this variant.</summary>
    public Uri? Picture { get; init; }
}
