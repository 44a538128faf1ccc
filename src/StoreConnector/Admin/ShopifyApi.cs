using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Processing;
using StoreConnector.Processing.Shopify;

namespace StoreConnector.Admin;

/// <summary>What was found when the shop was last looked at.</summary>
/// <param name="CheckedAt">When; null before the first look.</param>
/// <param name="ApiVersion">Which version of Shopify's API we speak.</param>
/// <param name="OtherSender">Whether the shop's own cart reminders went out lately; null when it did not say.</param>
/// <param name="MissingScopes">What we need and were not granted.</param>
/// <param name="StrayWebhooks">Topics subscribed to in this shop alone, by an older version.</param>
/// <param name="Why">What could not be looked at; null when all could.</param>
internal sealed record ShopCheckModel(
    DateTimeOffset? CheckedAt, string ApiVersion, bool? OtherSender, IReadOnlyList<string> MissingScopes,
    IReadOnlyList<string> StrayWebhooks, string? Why);

/// <summary>Codes that work once.</summary>
/// <param name="Automation">Whose messages they are for.</param>
/// <param name="Free">How many are left; counted no further than <see cref="ShopifyApi.MostCounted"/>.</param>
/// <param name="WorkUntil">When the codes of now stop to work.</param>
/// <param name="Why">Why there are no more; null while nothing is wrong.</param>
internal sealed record CouponPoolModel(string Automation, int Free, DateTimeOffset WorkUntil, string? Why);

/// <summary>What a merchant sees of a Shopify shop, and of the codes made in it.</summary>
internal static class ShopifyApi
{
    /// <summary>Codes that are counted.</summary>
    public const int MostCounted = 250;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/shopify/check", CheckAsync).WithSummary(
            "What the shop really has: scopes, webhooks, other senders.");
        api.MapPost("/shopify/check", LookAsync).WithSummary("Looks again, soon.");
        api.MapGet("/coupons", CouponsAsync).WithSummary(
            "Codes of one's own: how many are left, and why there are none.");
    }

    private static async Task<Results<Ok<ShopCheckModel>, ProblemHttpResult>> CheckAsync(
        string storeId, IStoreDirectory stores, CancellationToken cancel)
    {
        if (await FindAsync(storeId, stores, cancel) is not { } store) { return NoShop(); }

        var found = await ShopCheck.ReadAsync(store, cancel);
        return TypedResults.Ok(new ShopCheckModel(found?.At, ShopifyApp.ApiVersion, found?.OtherSender,
            found?.MissingScopes ?? [], found?.StrayWebhooks ?? [], found?.Why));
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> LookAsync(
        string storeId, IStoreDirectory stores, ShopCheck check, CancellationToken cancel)
    {
        if (await FindAsync(storeId, stores, cancel) is null) { return NoShop(); }

        await check.AskAsync(storeId, cancel);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Ok<Items<CouponPoolModel>>, ProblemHttpResult>> CouponsAsync(
        string storeId, IStoreDirectory stores, TimeProvider clock, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        if (store.Store.AbandonedCart.Coupon is not { Unique: { } unique } coupon)
        {
            return TypedResults.Ok(new Items<CouponPoolModel>([]));
        }

        var stretch = CouponStretch.Of(AbandonedCart.Name, coupon, unique, clock.GetUtcNow());
        var (discount, _) = await CouponPool.ReadAsync(store, stretch.Id, cancel);
        var free = await CouponPool.CountAsync(store, stretch.Id, MostCounted - 1, cancel);
        return TypedResults.Ok(new Items<CouponPoolModel>(
            [new(AbandonedCart.Name, free, stretch.EndsAt, discount?.Why)]));
    }

    private static async ValueTask<StoreContext?> FindAsync(
        string storeId, IStoreDirectory stores, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { Store.Platform: Platform.Shopify } store ? store : null;

    private static ProblemHttpResult NoShop() => Problem.NotFound("There is no such Shopify store.");
}
