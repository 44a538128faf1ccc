using System.Text.Json;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.WooCommerce;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>What a row that was read tells us.</summary>
/// <param name="IsNew">Whether applying it would change anything.</param>
/// <param name="IsGap">Whether no webhook had brought it: what we know is older by more than a moment.</param>
internal sealed record WooNews(bool IsNew, bool IsGap)
{
    /// <summary>Nothing.</summary>
    public static readonly WooNews None = new(false, false);
}

/// <summary>
/// Compares what the site says with what we know, without changing it: two reads for an order, one for a product. Most
/// rows of a list were brought by webhooks long before, and are not queued again.
/// </summary>
internal static class WooKnown
{
    /// <summary>
    /// A product's own date is a moment behind that of its variation, whose webhook is the only one that comes; so what
    /// changed within this time of something that did come is not counted as a gap. It is taken all the same.
    /// </summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    private const int MaxSignposts = 4;

    /// <summary>Compares.</summary>
    public static async ValueTask<WooNews> CompareAsync(
        StoreContext store, StoreEvent happened, CancellationToken cancel)
    {
        if (happened.Body is ProductChanged product) { return await CompareAsync(store, product, cancel); }

        if (Locator(happened) is not { } alias) { return new(true, false); }

        var row = (await store.Customers.ReadAliasAsync(store.Customers.Hash(alias), cancel)).Row;
        if (row is null) { return new(true, true); }

        if (row.ErasedAt >= happened.HappenedAt) { return WooNews.None; }

        return await HeadAsync(store, row.Root, cancel) switch
        {
            Head.Live live => Compare(live.State, happened),
            Head.Tombstone stone when stone.At >= happened.HappenedAt => WooNews.None,
            _ => new(true, true),
        };
    }

    /// <summary>Whether it was told that a thing is gone, or nothing is known of it.</summary>
    public static async ValueTask<bool> IsRemovedAsync(
        StoreContext store, string resource, long id, CancellationToken cancel)
    {
        if (resource == WooRows.Products)
        {
            return await store.Products.ReadHeadAsync(id, cancel) is not var (product, _)
                || product.RemovedAt >= product.Version;
        }

        return !Alias.TryOrder(id, out var alias)
            || (await store.Customers.ReadAliasAsync(store.Customers.Hash(alias), cancel)).Row is not { } row
            || await HeadAsync(store, row.Root, cancel) is not Head.Live { State: var state }
            || state.Orders.GetValueOrDefault(id) is not { RemovedAt: null };
    }

    /// <summary>Who stands at a key, or at the end of the way that leads on from there.</summary>
    private static async ValueTask<Head?> HeadAsync(StoreContext store, string key, CancellationToken cancel)
    {
        var head = (await store.Customers.ReadHeadAsync(key, cancel)).Head;
        for (var i = 0; i < MaxSignposts && head is Head.Signpost post; i++)
        {
            head = (await store.Customers.ReadHeadAsync(post.Into, cancel)).Head;
        }

        return head;
    }

    private static async ValueTask<WooNews> CompareAsync(
        StoreContext store, ProductChanged product, CancellationToken cancel)
    {
        var told = product.Product;
        var read = await store.Products.ReadAsync(told.ProductId, cancel);
        var change = CatalogEvolution.Evolve(read.Product, read.Variants, product, store.Store.Currency, "compare");
        return new(change.IsChanged, read.ETag is null || read.Product.Version < told.Version - Moment);
    }

    private static WooNews Compare(CustomerState state, StoreEvent happened)
    {
        var next = CustomerEvolution.Evolve(state, happened);
        switch (happened.Body)
        {
            case OrderChanged { Order: var order }:
                var known = state.Orders.GetValueOrDefault(order.Id);
                return new(IsOther(known, next.Orders.GetValueOrDefault(order.Id)),
                    known is null || known.Version < order.Version - Moment);
            case CartChanged { Cart: var cart }:
                var was = state.Carts.GetValueOrDefault(cart.Id.Key);
                return new(IsOther(was, next.Carts.GetValueOrDefault(cart.Id.Key)),
                    was?.Cart is null || was.Cart.Version < cart.Version - Moment);
            default:
                var isOther = (state.Name, state.Locale, state.Country, state.Region, state.Email, state.Phone)
                    != (next.Name, next.Locale, next.Country, next.Region, next.Email, next.Phone);
                return new(isOther, isOther);
        }
    }

    private static Alias? Locator(StoreEvent happened)
    {
        var kind = happened.Body switch
        {
            OrderChanged => AliasKind.Order, CartChanged => AliasKind.Checkout, _ => AliasKind.Account,
        };
        return happened.Aliases.FirstOrDefault(a => a.Kind == kind);
    }

    private static bool IsOther<T>(T before, T after) => JsonSerializer.Serialize(before, EventJson.Options)
        != JsonSerializer.Serialize(after, EventJson.Options);
}
