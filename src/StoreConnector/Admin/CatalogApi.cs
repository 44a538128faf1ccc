using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;
using StoreConnector.Processing;

namespace StoreConnector.Admin;

/// <summary>What one variant costs, and cost.</summary>
/// <param name="Id">The platform's variant id; 0 for a product without variants.</param>
/// <param name="Since">Since when it costs this.</param>
/// <param name="Prices">What it cost, oldest first, over 30 days and more.</param>
internal sealed record VariantModel(
    long Id, string? Detail, decimal? Price, string? Currency, DateTimeOffset? Since, DateTimeOffset? EndsAt,
        bool InStock,
    IReadOnlyList<PriceModel> Prices);

/// <summary>A price and from when to when the shop named it; none where it named no usable one.</summary>
internal sealed record PriceModel(decimal? Amount, string? Currency, DateTimeOffset From, DateTimeOffset To);

/// <summary>One product as the store's events told it.</summary>
/// <param name="OnlyNamed">
/// Variants that the shop only named: what they cost is not known until they are fetched.
/// </param>
/// <param name="IsTelling">Whether interested customers are still being told of a change.</param>
internal sealed record ProductModel(
    long Id, string? Title, Uri? Url, bool IsSold, bool IsTelling, IReadOnlyList<long> OnlyNamed,
    IReadOnlyList<VariantModel> Variants);

/// <summary>A product of which some variants are known by name only.</summary>
internal sealed record GapModel(long ProductId, string? Title, IReadOnlyList<long> Variants);

/// <summary>Segments of texts of the store's present month.</summary>
internal sealed record SmsUsageModel(int Used, int MonthlyBudget);

/// <summary>What the store sells, as far as we were told.</summary>
internal static class CatalogApi
{
    /// <summary>The most products with gaps that are listed at once.</summary>
    private const int MaxGaps = 200;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/products/{productId:long}", ProductAsync).WithSummary("One product: its prices, stock, and gaps.");
        api.MapGet("/products/gaps", GapsAsync).WithSummary(
            "Products of which the platform only named some variants: nothing is said of those.");
        api.MapGet("/channels/sms/usage", UsageAsync).WithSummary("Segments used of the month's budget.");
    }

    private static async Task<Results<Ok<ProductModel>, ProblemHttpResult>> ProductAsync(
        string storeId, long productId, IStoreDirectory stores, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        var read = await store.Products.ReadAsync(productId, cancel);
        return read.ETag is null ? Problem.NotFound("The shop has told nothing of this product.")
            : TypedResults.Ok(new ProductModel(productId, read.Product.Title, read.Product.Url, read.Product.IsSold,
                read.Product.Pending is not null, [.. read.Product.Gap.Keys],
                [.. read.Variants.Values.OrderBy(v => v.Key.VariantId).Select(v => Show(v, v.OfferOf(read.Product)))]));
    }

    private static async Task<Results<Ok<Items<GapModel>>, ProblemHttpResult>> GapsAsync(
        string storeId, IStoreDirectory stores, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is not { } store ? StoreApi.NoStore()
            : TypedResults.Ok(new Items<GapModel>([.. (await store.Products.ReadGapsAsync(MaxGaps, cancel))
                .Select(p => new GapModel(p.ProductId, p.Title, [.. p.Gap.Keys]))]));

    private static async Task<Results<Ok<SmsUsageModel>, ProblemHttpResult>> UsageAsync(
        string storeId, IStoreDirectory stores, TimeProvider clock, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is not { } store ? StoreApi.NoStore()
            : TypedResults.Ok(new SmsUsageModel(await Budget.UsedAsync(store, Channel.Sms, clock.GetUtcNow(), cancel),
                store.Store.Sms.MonthlyBudget));

    private static VariantModel Show(VariantState variant, Offer offer) => new(
        variant.Key.VariantId, variant.Detail, offer.Price?.Amount, offer.Price?.Currency,
        offer.Price is null ? null : offer.Since, offer.EndsAt, offer.InStock,
        [.. variant.Prices.Runs.Select(r => new PriceModel(r.Price?.Amount, r.Price?.Currency, r.From, r.To))]);
}
