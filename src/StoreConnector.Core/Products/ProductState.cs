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

    /// <summary>The newest list of all its variants: one that is not on it, and no newer, is gone.</summary>
    public VariantList? All { get; init; }

    /// <summary>The fan-out that has not reached everybody yet, or null.</summary>
    public PendingFanOut? Pending { get; init; }

    /// <summary>Whether it can be bought at all.</summary>
    [JsonIgnore]
    public bool IsSold => IsVisible && !(RemovedAt >= Version);

    /// <summary>With what a delivery says of the product itself.</summary>
    public ProductState With(ProductSnapshot told)
    {
        var next = this with
        {
            Version = told.Version > Version ? told.Version : Version,
            Gap = WithGap(told),
            All = told.AllVariants is { Count: <= MaxGap } ids ? VariantList.Newer(All, new(told.Version, [.. ids]))
                : All,
        };
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

/// <summary>The ids of all variants of a product.</summary>
/// <param name="At">Which version named them.</param>
/// <param name="Ids">They.</param>
public sealed record VariantList(DateTimeOffset At, ImmutableSortedSet<long> Ids)
{
    /// <inheritdoc/>
    public bool Equals(VariantList? other) => other is not null && At == other.At && Ids.SetEquals(other.Ids);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(At, Ids.Count);

    /// <summary>Whether a variant's word of that version is out of date: it is not among them.</summary>
    public bool Lacks(long id, DateTimeOffset version) => version < At && !Ids.Contains(id);

    /// <summary>The newer of two; of two of one instant what both name.</summary>
    internal static VariantList Newer(VariantList? a, VariantList b) =>
        a is null || b.At > a.At ? b : a.At > b.At ? a : b with { Ids = a.Ids.Intersect(b.Ids) };
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

    /// <summary>What the platform counts its stock under; null where it is not known.</summary>
    public long? StockItemId { get; init; }

    /// <summary>Which version said so; null when none did: not every delivery does.</summary>
    public DateTimeOffset? StockAt { get; init; }

    /// <summary>
    /// Until when the price of <see cref="Version"/> holds at most: a sale ends then, or one that is set for later
    /// begins.
    /// </summary>
    public DateTimeOffset? SaleEndsAt { get; init; }

    /// <summary>
    /// Whether any version's price was to end by itself: of times between two words nothing is certain then.
    /// </summary>
    public bool HasHadSales { get; init; }

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
        var holds = Sooner(told.SaleEndsAt, told.SaleStartsAt);
        var next = WithStock(told.InStock, version) with
        {
            Prices = Prices.With(version, price),
            HasHadSales = HasHadSales || holds is not null,
        };
        return version < Version ? next : next with
        {
            Version = version,
            Detail = told.Detail ?? Detail,
            Picture = told.Picture ?? Picture,
            StockItemId = told.StockItemId ?? StockItemId,
            SaleEndsAt = version == Version ? Sooner(SaleEndsAt, holds) : holds,
        };
    }

    /// <summary>The newest delivery that says it; of two words of one second the one that promises less.</summary>
    private VariantState WithStock(bool? told, DateTimeOffset version) =>
        told is not { } stock || version < StockAt ? this
        : this with { InStock = version == StockAt ? InStock && stock : stock, StockAt = version };

    /// <summary>
    /// What somebody was shown then, as far as the shop has told; null when that is not certain: a sale may have begun
    /// or ended by itself.
    /// </summary>
    public Money? ShownAt(DateTimeOffset at) =>
        at >= Version ? (SaleEndsAt <= at ? null : Prices.Current?.Price) : HasHadSales ? null : Prices.At(at);

    /// <summary>With its removal.</summary>
    public VariantState Without(DateTimeOffset at) => this with { RemovedAt = RemovedAt > at ? RemovedAt : at };

    /// <summary>What it is offered for.</summary>
    /// <param name="product">Its product: gone or hidden with it.</param>
    public Offer OfferOf(ProductState product)
    {
        var run = Prices.Current;
        // Its price is not known until it is fetched; what is fetched then is of that version, and is newer than this.
        var named = product.Gap.TryGetValue(Key.VariantId, out var at) && at > Version ? at.AddTicks(-1)
            : (DateTimeOffset?)null;
        var version = Later(Later(Later(Later(Version, product.ToldAt), product.RemovedAt), RemovedAt), named);
        var gone = RemovedAt >= Version || product.RemovedAt >= Version;
        return new()
        {
            Version = version,
            Price = gone || named is not null ? null : run?.Price,
            Since = run?.From ?? version,
            EndsAt = SaleEndsAt,
            InStock = InStock && !gone && product.IsVisible,
            LowestBefore = run?.Price is { } price ? Prices.LowestBefore(run.From, price.Currency) : null,
        };
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;

    private static DateTimeOffset? Sooner(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
