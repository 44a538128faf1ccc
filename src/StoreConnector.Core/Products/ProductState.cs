using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Products;

/// <summary>
/// What is known of one product, but for its variants. A join: any order of the same words, the same state.
/// </summary>
public sealed record ProductState
{
    /// <summary>Variants kept as named and not fetched: the oldest is dropped first.</summary>
    public const int MaxGap = 2048;

    /// <summary>The platform's product id.</summary>
    public required long ProductId { get; init; }

    /// <summary>The newest version seen.</summary>
    public DateTimeOffset Version { get; init; } = DateTimeOffset.MinValue;

    /// <summary>As the shop calls it.</summary>
    public string? Title { get; init; }

    /// <summary>Its page.</summary>
    public Uri? Url { get; init; }

    /// <summary>A picture of the whole product.</summary>
    public Uri? Picture { get; init; }

    /// <summary>Which version said title, page, picture and visibility.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>Whether shoppers can see it.</summary>
    public bool IsVisible { get; init; } = true;

    /// <summary>The shop removed it then; a newer version is alive again.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>
    /// Variants that were only named, with the version that named them: their price is not known until it is fetched.
    /// </summary>
    public ImmutableSortedDictionary<long, DateTimeOffset> Gap { get; init; } =
        ImmutableSortedDictionary<long, DateTimeOffset>.Empty;

    /// <summary>The fan-out that has not reached everybody yet, or null.</summary>
    public PendingFanOut? Pending { get; init; }

    /// <summary>Whether it can be bought at all.</summary>
    [JsonIgnore]
    public bool IsSold => IsVisible && !(RemovedAt >= Version);

    /// <summary>With what a delivery says of the product itself.</summary>
    public ProductState With(ProductSnapshot told)
    {
        var next = this with { Version = told.Version > Version ? told.Version : Version, Gap = WithGap(told) };
        var tells = told.Title is not null || told.IsVisible is not null;
        return !tells || told.Version < ToldAt ? next : next with
        {
            Title = told.Title ?? Title,
            Url = told.Url ?? Url,
            Picture = told.Picture ?? Picture,
            IsVisible = told.Version == ToldAt ? IsVisible && (told.IsVisible ?? true) : told.IsVisible ?? IsVisible,
            ToldAt = told.Version,
        };
    }

    /// <summary>With its removal.</summary>
    public ProductState Without(DateTimeOffset at) => this with { RemovedAt = RemovedAt > at ? RemovedAt : at };

    private ImmutableSortedDictionary<long, DateTimeOffset> WithGap(ProductSnapshot told)
    {
        var gap = Gap.RemoveRange(told.Variants.Select(v => v.VariantId)
            .Where(id => Gap.TryGetValue(id, out var named) && named <= told.Version));
        foreach (var named in told.OnlyNamed)
        {
            if (!(gap.GetValueOrDefault(named.Id) >= named.Version)) { gap = gap.SetItem(named.Id, named.Version); }
        }

        return gap.Count <= MaxGap ? gap
            : gap.RemoveRange(gap.OrderBy(g => g.Value).Take(gap.Count - MaxGap).Select(g => g.Key).ToList());
    }
}

/// <summary>A fan-out under way: kept with the product until everybody has been told.</summary>
/// <param name="Token">Which one: pages of another are dropped.</param>
/// <param name="Variants">Whose price fell, or which came back.</param>
public sealed record PendingFanOut(string Token, ImmutableSortedSet<long> Variants);

/// <summary>What is known of one variant. A join.</summary>
public sealed record VariantState
{
    /// <summary>Which.</summary>
    public required VariantKey Key { get; init; }

    /// <summary>The newest version seen.</summary>
    public DateTimeOffset Version { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The variant in words.</summary>
    public string? Detail { get; init; }

    /// <summary>A picture of it.</summary>
    public Uri? Picture { get; init; }

    /// <summary>Whether it could be bought.</summary>
    public bool InStock { get; init; } = true;

    /// <summary>When the sale that ran at <see cref="Version"/> ends.</summary>
    public DateTimeOffset? SaleEndsAt { get; init; }

    /// <summary>The shop removed it then; a newer version is alive again.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>What it cost, oldest first.</summary>
    public PriceHistory Prices { get; init; } = PriceHistory.Empty;

    /// <summary>With what a delivery says.</summary>
    /// <param name="told">The variant.</param>
    /// <param name="version">The delivery's version of the product.</param>
    /// <param name="currency">The store's currency then, ISO 4217.</param>
    public VariantState With(VariantSnapshot told, DateTimeOffset version, string currency)
    {
        var price = told.Price is > 0 and <= 1_000_000_000_000m ? new Money(told.Price.Value, currency) : null;
        var next = this with { Prices = Prices.With(version, price) };
        return version < Version ? next : next with
        {
            Version = version,
            Detail = told.Detail ?? Detail,
            Picture = told.Picture ?? Picture,
            // Two words of one second: the one that promises less.
            InStock = version == Version ? InStock && (told.InStock ?? true) : told.InStock ?? InStock,
            SaleEndsAt = version == Version ? Sooner(SaleEndsAt, told.SaleEndsAt) : told.SaleEndsAt,
        };
    }

    /// <summary>With its removal.</summary>
    public VariantState Without(DateTimeOffset at) => this with { RemovedAt = RemovedAt > at ? RemovedAt : at };

    /// <summary>What it is offered for.</summary>
    /// <param name="product">Its product: gone or hidden with it.</param>
    public Offer OfferOf(ProductState product)
    {
        var run = Prices.Current;
        var version = Later(Later(Version, product.RemovedAt), RemovedAt);
        var gone = RemovedAt >= Version || product.RemovedAt >= Version;
        return new()
        {
            Version = version,
            Price = gone ? null : run?.Price,
            Since = run?.From ?? version,
            EndsAt = SaleEndsAt,
            InStock = InStock && !gone && product.IsVisible,
            LowestBefore = run?.Price is { } price ? Prices.LowestBefore(run.From, price.Currency) : null,
        };
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;

    private static DateTimeOffset? Sooner(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
