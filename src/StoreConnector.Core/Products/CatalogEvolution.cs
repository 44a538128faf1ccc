using System.Collections.Immutable;
using StoreConnector.Core.Events;

namespace StoreConnector.Core.Products;

/// <summary>What one event made of a product.</summary>
/// <param name="Product">The product's own row.</param>
/// <param name="Variants">The variants that are others now.</param>
/// <param name="IsChanged">Whether anything is.</param>
public sealed record CatalogChange(ProductState Product, IReadOnlyList<VariantState> Variants, bool IsChanged);

/// <summary>
/// The only way a product changes. A join; and a fan-out that is pending stays so, over whatever comes, until everybody
/// has been told (docs/protocols.md §6).
/// </summary>
public static class CatalogEvolution
{
    /// <summary>Applies one event about the catalog.</summary>
    /// <param name="product">The product before.</param>
    /// <param name="variants">All its variants before.</param>
    /// <param name="body">What happened.</param>
    /// <param name="currency">The store's currency, ISO 4217: deliveries do not name one.</param>
    /// <param name="token">Names the fan-out that this event would begin.</param>
    public static CatalogChange Evolve(ProductState product, IReadOnlyDictionary<long, VariantState> variants,
        EventBody body, string currency, string token)
    {
        var (next, told) = body switch
        {
            ProductChanged { Product: var p } => (product.With(p), Told(product, variants, p, currency)),
            ProductRemoved { VariantId: null } e => (product.Without(e.At), []),
            ProductRemoved { VariantId: { } id } e when variants.TryGetValue(id, out var v) =>
                (product, [v.Without(e.At)]),
            _ => (product, new List<VariantState>()),
        };
        var changed = told.Where(v => v != variants.GetValueOrDefault(v.Key.VariantId)).ToList();
        var after = changed.ToDictionary(v => v.Key.VariantId);
        var better = variants.Keys.Union(after.Keys)
            .Where(id => IsNews(variants.GetValueOrDefault(id)?.OfferOf(product),
                (after.GetValueOrDefault(id) ?? variants[id]).OfferOf(next))).ToList();
        var isChanged = changed.Count > 0 || next != product;
        if (better.Count > 0 || (product.Pending is not null && isChanged))
        {
            next = next with { Pending = new(token, (product.Pending?.Variants ?? []).Union(better)) };
        }

        return new(next, changed, isChanged || next != product);
    }

    private static List<VariantState> Told(ProductState product, IReadOnlyDictionary<long, VariantState> variants,
        ProductSnapshot told, string currency)
    {
        var after = told.Variants.Select(v => (variants.GetValueOrDefault(v.VariantId)
            ?? new VariantState { Key = new(product.ProductId, v.VariantId) }).With(v, told.Version, currency))
            // A late word of one that a newer list left out.
            .Select(v => product.All?.Lacks(v.Key.VariantId, v.Version) == true ? v.Without(product.All.At) : v)
            .ToList();
        if (told.AllVariants is { } all)
        {
            // One that the shop no longer names is gone, unless a newer word speaks of it.
            after.AddRange(variants.Values.Where(v => !all.Contains(v.Key.VariantId)
                && told.Variants.All(t => t.VariantId != v.Key.VariantId)
                && v.Version < told.Version && !(v.RemovedAt >= v.Version)).Select(v => v.Without(told.Version)));
        }

        return after;
    }

    /// <summary>
    /// Whether those who are interested want to know: it costs less, has a price at last, or is there again. A price
    /// that had ended by then is none: people may have seen the one that followed.
    /// </summary>
    private static bool IsNews(Offer? before, Offer after) =>
        after is { Price: not null, InStock: true } && (before?.Price is not { } was || !before.InStock
            || before.EndsAt <= after.Version
            || was.Currency != after.Price.Currency || after.Price.Amount < was.Amount);
}
