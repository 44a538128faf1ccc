using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Processing.WooCommerce;

/// <summary>Codes that work once in a WooCommerce site, where each is a coupon and nothing is checked for us.</summary>
public sealed class WooCouponTests : IAsyncLifetime
{
    private static readonly CartCoupon Five = new("BACK", "5 off", null, null) { Unique = new(null, 5.5m, TimeSpan.FromDays(3)) };

    private readonly ManualClock clock = new(DateTimeOffset.UtcNow);
    private WooStore site = null!;
    private TestService service = null!;
    private string storeId = "";

    public async ValueTask InitializeAsync()
    {
        site = await WooStore.StartAsync();
        service = new(services => services.Replace(ServiceDescriptor.Singleton(all => new WooApi(
            all.GetRequiredService<WooNetwork>(), NullLogger<WooApi>.Instance)
        {
            FirstPause = TimeSpan.FromMilliseconds(1),
        })), clock, []);
        (storeId, _) = await service.ConnectAsync("woocommerce", site.Site.IdnHost);
        var key = site.AddKey();
        await service.Get<WooKeys>().KeepAsync(storeId, new()
        {
            Site = site.Site, Key = key.Key, Secret = key.Secret, Way = nameof(WooWay.Basic), ProvenAt = clock.Now,
        }, default);
        await service.Get<StoreRegistry>().UpdateAsync(storeId, s => s with
        {
            AbandonedCart = s.AbandonedCart with { Mode = AutomationMode.Live, Coupon = Five },
        }, default);
    }

    public async ValueTask DisposeAsync()
    {
        service.Dispose();
        await site.DisposeAsync();
    }

    [Fact]
    public async Task A_code_is_a_coupon_that_works_once_ends_by_itself_and_is_bound_to_nobody()
    {
        await MakeAsync();

        var drawn = await DrawAsync("a");
        var coupon = Assert.Single(site.Things["coupons"].Values, c => string.Equals(Text(c, "code"), drawn!.Code, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(("fixed_cart", "5.5", "1"), (Text(coupon, "discount_type"), Text(coupon, "amount"), Text(coupon, "usage_limit")));
        Assert.Equal(drawn!.Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), Text(coupon, "date_expires"));
        Assert.False(coupon.ContainsKey("email_restrictions"));
        Assert.StartsWith("BACK-", drawn.Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codes_of_a_call_whose_answer_was_lost_are_looked_up_and_none_is_made_twice()
    {
        var isLost = true;
        site.After = (request, answer) => isLost && request.Path.Value!.EndsWith("coupons/batch", StringComparison.Ordinal)
            ? WooStore.Html(502, "Bad gateway") : answer;
        await MakeAsync();
        Assert.Null(await DrawAsync("a"));
        Assert.Equal(CouponMint.SmallestLot, site.Things["coupons"].Count);

        isLost = false;
        clock.Advance(CouponMint.Later);
        await MakeAsync();

        Assert.NotNull(await DrawAsync("a"));
        Assert.Equal(CouponMint.SmallestLot, site.Things["coupons"].Count);
    }

    [Fact]
    public async Task A_code_that_the_merchant_has_for_something_else_is_promised_to_nobody()
    {
        site.Before = request => request.Method == "POST" && request.Path.Value!.EndsWith("coupons/batch", StringComparison.Ordinal)
            ? Results.Json(new { create = Enumerable.Repeat(new { id = 0, error = new { code = "woocommerce_rest_coupon_code_already_exists" } }, 25) })
            : null;
        site.Things["coupons"][7] = new() { ["id"] = 7, ["code"] = "welcome", ["usage_limit"] = 100 };

        await MakeAsync();

        Assert.Null(await DrawAsync("a"));
    }

    [Fact]
    public async Task A_site_that_no_longer_lets_us_in_is_said_and_promises_nothing()
    {
        site.Revoke(site.Keys[0]);

        await MakeAsync();

        Assert.Null(await DrawAsync("a"));
        var (discount, _) = await CouponPool.ReadAsync(await StoreAsync(), CouponStretch.Of(AbandonedCart.Name, Five, Five.Unique!, clock.Now).Id, default);
        Assert.Contains("connect it again", discount!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codes_that_nobody_got_are_taken_out_of_the_site_when_they_no_longer_work()
    {
        await MakeAsync();
        var drawn = await DrawAsync("a");
        clock.Advance(TimeSpan.FromDays(30));
        site.Before = _ => WooStore.Html(503);
        await service.Get<CouponMint>().RunAsync(default);
        Assert.Equal(CouponMint.SmallestLot, site.Things["coupons"].Count);

        site.Before = _ => null;
        await service.Get<CouponMint>().RunAsync(default);

        var left = Assert.Single(site.Things["coupons"].Values); // Who got one may still look what became of it.
        Assert.Equal(drawn!.Code.ToLowerInvariant(), Text(left, "code"));
    }

    private static string? Text(System.Text.Json.Nodes.JsonObject coupon, string name) => coupon[name]?.ToString();

    private async Task<StoreContext> StoreAsync() => (await service.Get<IStoreDirectory>().FindAsync(storeId, default))!;

    private async Task MakeAsync() =>
        await service.Get<CouponMint>().HandleAsync(new(1, storeId, CouponPool.Import, ""), default);

    private async Task<DrawnCode?> DrawAsync(string send) => await service.Get<ICouponPool>()
        .DrawAsync(await StoreAsync(), AbandonedCart.Name, send, Five, clock.Now, default);
}
