using StoreConnector.Core.Events;
using StoreConnector.Core.Products;

namespace StoreConnector.Core.Insights;

/// <summary>What a shop sold in a replay, and who wanted to know of it.</summary>
/// <param name="currency">The store's, ISO 4217.</param>
internal sealed class ReplayCatalog(string currency)
{
    private readonly Dictionary<long, Shelf> shelves = [];
    private readonly Dictionary<VariantKey, HashSet<ReplayPerson>> interested = [];

    private sealed class Shelf(long productId)
    {
        public ProductState Product { get; set; } = new() { ProductId = productId };

        public Dictionary<long, VariantState> Variants { get; } = [];
    }

    /// <summary>Applies an event about the catalog.</summary>
    /// <returns>What those who are interested want to know: it costs less, or is there again.</returns>
    public IReadOnlyList<VariantKey> Apply(EventBody body)
    {
        var id = body switch
        {
            ProductChanged e => e.Product.ProductId,
            ProductRemoved e => e.ProductId,
            _ => 0,
        };
        if (!shelves.TryGetValue(id, out var shelf))
        {
            if (body is not ProductChanged) { return []; } // What we do not know cannot go.

            shelves[id] = shelf = new(id);
        }

        var change = CatalogEvolution.Evolve(shelf.Product, shelf.Variants, body, currency, "now");
        var news = change.Product.Pending?.Variants;
        shelf.Product = change.Product with { Pending = null };
        foreach (var variant in change.Variants) { shelf.Variants[variant.Key.VariantId] = variant; }

        return news is null ? [] : [.. news.Select(v => new VariantKey(id, v))];
    }

    /// <summary>What a variant is offered for; null when the shop has not told.</summary>
    public Offer? OfferOf(VariantKey key) =>
        shelves.TryGetValue(key.ProductId, out var shelf) && shelf.Variants.TryGetValue(key.VariantId, out var variant)
            ? variant.OfferOf(shelf.Product) : null;

    /// <summary>What a sign that named no price was shown; null when that is not known.</summary>
    public SeenPrice? SeenOf(VariantKey key, DateTimeOffset at) =>
        shelves.TryGetValue(key.ProductId, out var shelf) && shelf.Variants.TryGetValue(key.VariantId, out var variant)
            && variant.Prices.At(at) is { } price ? new(price, at) : null;

    /// <summary>Somebody wants to know of it from now on.</summary>
    public void Interest(VariantKey key, ReplayPerson person)
    {
        if (!interested.TryGetValue(key, out var people)) { interested[key] = people = []; }

        people.Add(person);
    }

    /// <summary>Who wants to know of it; those whose record no longer does are forgotten.</summary>
    /// <param name="key">Of what.</param>
    /// <param name="since">A sign before this counts no more.</param>
    public List<ReplayPerson> InterestedIn(VariantKey key, DateTimeOffset since)
    {
        if (!interested.TryGetValue(key, out var people)) { return []; }

        var (name, roots) = (key.ToString(), new HashSet<ReplayPerson>(people.Count));
        foreach (var person in people)
        {
            var root = person.Root();
            if (root.State.Interests.TryGetValue(name, out var interest) && interest.LastAt >= since)
            {
                roots.Add(root);
            }
        }

        if (roots.Count < people.Count) { interested[key] = roots; }

        return [.. roots];
    }
}
