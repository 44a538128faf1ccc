using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing;
using StoreConnector.Processing.Shopify;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Processing;

public sealed class ShopTokensTests : IAsyncLifetime
{
    private const string Shop = "test-shop-not-real.myshopify.com";

    private readonly ManualClock clock = new(DateTimeOffset.UtcNow);
    private readonly FakeEngine engine = new(TimeProvider.System);
    private readonly EphemeralDataProtectionProvider protection = new();
    private FakeShopify shopify = null!;
    private Copy one = null!;
    private Store store = null!;

    public async ValueTask InitializeAsync()
    {
        shopify = await FakeShopify.StartAsync();
        one = NewCopy();
        store = (await one.Stores.InstallAsync(NewStore(Shop, clock.Now), default)).Store;
        await OpenAppAsync();
    }

    public async ValueTask DisposeAsync()
    {
        one.Grants.Dispose();
        await shopify.DisposeAsync();
    }

    [Fact]
    public async Task A_token_that_lives_is_used_as_it_is()
    {
        Assert.Equal("shpat_1", await TokenAsync(one));
        clock.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("shpat_1", await TokenAsync(one));
        Assert.Equal(0, shopify.Count("refresh"));

        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("shpat_2", await TokenAsync(one));
        Assert.Equal("shpat_2", await TokenAsync(one));
        Assert.Equal(1, shopify.Count("refresh"));
    }

    [Theory]
    [InlineData(56)]
    [InlineData(61)]
    public async Task Of_twenty_askers_over_two_copies_one_refreshes(int minutes)
    {
        clock.Advance(TimeSpan.FromMinutes(minutes));
        var two = NewCopy();
        var asked = new TaskCompletionSource();
        shopify.After = async _ =>
        {
            await asked.Task;
            return null;
        };

        var askers = Enumerable.Range(0, 20).Select(n => TokenAsync(n % 2 == 0 ? one : two)).ToList();
        // While the old one lives, all but the one who refreshes go on with it.
        if (minutes < 60) { await Eventually.HoldsAsync(() => askers.Count(a => a.IsCompleted) == 19); }
        else { await Eventually.HoldsAsync(() => shopify.Count("refresh") == 1); }

        asked.SetResult();
        var got = await Task.WhenAll(askers);

        Assert.Equal(1, shopify.Count("refresh"));
        Assert.Equal(minutes < 60 ? 1 : 20, got.Count(t => t == "shpat_2"));
        Assert.Equal("shpat_2", await TokenAsync(two));
        two.Grants.Dispose();
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_asked_for_again_with_the_same_refresh_token()
    {
        clock.Advance(TimeSpan.FromHours(2));
        shopify.After = _ => Task.FromResult<IResult?>(new FakeShopify.Hangup());
        Assert.IsType<ShopToken.Unavailable>(await one.Tokens.GetAsync(store.Id, null, default));
        Assert.IsType<ShopToken.Unavailable>(await one.Tokens.GetAsync(store.Id, null, default)); // Nobody asks so soon.
        Assert.Equal(1, shopify.Count("refresh"));

        shopify.After = _ => Task.FromResult<IResult?>(null);
        await EndLeaseAsync();

        Assert.Equal("shpat_3", await TokenAsync(one));
        Assert.Single(shopify.Wishes.Where(w => w.Grant == "refresh").Select(w => w.Fields["refresh_token"]).Distinct());
        Assert.True(shopify.Opens(Shop, "shpat_3"));
    }

    [Fact]
    public async Task When_Shopify_is_away_the_old_token_serves_while_it_lives()
    {
        clock.Advance(TimeSpan.FromMinutes(57));
        shopify.Before = _ => Task.FromResult<IResult?>(Results.StatusCode(503));

        Assert.Equal("shpat_1", await TokenAsync(one));
        Assert.Equal("shpat_1", await TokenAsync(one));
        Assert.Equal(1, shopify.Count("refresh"));
    }

    [Fact]
    public async Task Who_dies_while_refreshing_lets_the_lease_run_out()
    {
        clock.Advance(TimeSpan.FromHours(2));
        var read = (await one.Rows.FindAsync(store.Id, default))!;
        var held = read.Tokens! with { Lease = new("the dead", TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1), null) };
        Assert.True(await one.Rows.TrySaveAsync(store.Id, held, read.ETag, default));

        var asked = TokenAsync(one);

        Assert.False(asked.IsCompleted);
        Assert.Equal("shpat_2", await asked);
    }

    [Fact]
    public async Task A_lease_of_a_clock_that_is_wrong_holds_nobody_up()
    {
        clock.Advance(TimeSpan.FromHours(2));
        var read = (await one.Rows.FindAsync(store.Id, default))!;
        var held = read.Tokens! with { Lease = new("the future", TimeProvider.System.GetUtcNow().AddDays(9), null) };
        Assert.True(await one.Rows.TrySaveAsync(store.Id, held, read.ETag, default));

        Assert.Equal("shpat_2", await TokenAsync(one));
    }

    [Fact]
    public async Task A_dead_refresh_token_asks_the_merchant_to_open_the_app_and_opening_it_mends_it()
    {
        shopify.Uninstall(Shop);
        clock.Advance(TimeSpan.FromHours(2));

        Assert.IsType<ShopToken.SignedOut>(await one.Tokens.GetAsync(store.Id, null, default));
        Assert.IsType<ShopToken.SignedOut>(await one.Tokens.GetAsync(store.Id, null, default));
        Assert.Equal(1, shopify.Count("refresh")); // It is believed for a while.
        Assert.True(await one.Tokens.WantsOpeningAsync(store.Id, default));

        await OpenAppAsync();

        Assert.False(await one.Tokens.WantsOpeningAsync(store.Id, default));
        Assert.Equal("shpat_2", await TokenAsync(one));
    }

    [Fact]
    public async Task After_ninety_days_without_a_refresh_nobody_is_asked_and_the_merchant_is()
    {
        clock.Advance(TimeSpan.FromDays(91));

        Assert.IsType<ShopToken.SignedOut>(await one.Tokens.GetAsync(store.Id, null, default));
        Assert.True(await one.Tokens.WantsOpeningAsync(store.Id, default));
        Assert.Equal(0, shopify.Count("refresh"));
    }

    [Fact]
    public async Task A_pair_of_which_Shopify_does_not_say_when_it_ends_serves_an_hour()
    {
        shopify.Before = _ => Task.FromResult<IResult?>(Results.Json(new { access_token = "eternal", scope = "" }));
        await OpenAppAsync();

        Assert.True(await one.Tokens.WantsOpeningAsync(store.Id, default));
        Assert.Equal("eternal", await TokenAsync(one));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.IsType<ShopToken.SignedOut>(await one.Tokens.GetAsync(store.Id, null, default));
    }

    [Fact]
    public async Task Secrets_that_Shopify_does_not_take_are_not_the_merchants_affair()
    {
        shopify.Secrets.Clear();
        clock.Advance(TimeSpan.FromHours(2));

        Assert.IsType<ShopToken.Unavailable>(await one.Tokens.GetAsync(store.Id, null, default));
        Assert.False(await one.Tokens.WantsOpeningAsync(store.Id, default));
    }

    [Fact]
    public async Task While_secrets_are_changed_a_pair_is_refreshed_with_its_own_and_a_new_one_has_the_first()
    {
        shopify.Secrets.Add("new");
        var two = NewCopy("new", FakeShopify.Secret);
        clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal("shpat_2", await TokenAsync(two));
        Assert.Equal(FakeShopify.Secret, shopify.Wishes.Last().Fields["client_secret"]);

        await OpenAppAsync(two);
        shopify.Secrets.Remove(FakeShopify.Secret); // Revoked.
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal("shpat_4", await TokenAsync(two));
        Assert.Equal("new", shopify.Wishes.Last().Fields["client_secret"]);
        two.Grants.Dispose();
    }

    [Fact]
    public async Task A_pair_that_came_by_the_open_app_is_not_overwritten_by_a_refresh_that_began_before()
    {
        clock.Advance(TimeSpan.FromHours(2));
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        shopify.After = async wish =>
        {
            if (wish.Grant != "refresh") { return null; }

            asked.SetResult();
            await answer.Task;
            return null;
        };
        var refreshing = TokenAsync(one);
        await asked.Task;
        await OpenAppAsync();
        answer.SetResult();

        Assert.Equal("shpat_3", await refreshing);
        Assert.Equal("shpat_3", await TokenAsync(one));
        Assert.True(shopify.Opens(Shop, "shpat_3"));
    }

    [Fact]
    public async Task A_store_that_left_has_no_token_and_its_row_is_gone()
    {
        var stores = new StoreDirectory(one.Stores, engine, one.Rows);
        clock.Advance(TimeSpan.FromHours(2));
        shopify.After = async _ =>
        {
            await stores.UninstallAsync(store.Id, clock.Now, default); // While it is being refreshed.
            return null;
        };

        Assert.IsType<ShopToken.SignedOut>(await one.Tokens.GetAsync(store.Id, null, default));
        Assert.DoesNotContain(engine.Rows(StoreRegistry.Table), r => r.Partition == PlatformTokens.Partition);
    }

    [Fact]
    public async Task A_farewell_from_before_the_app_was_last_opened_says_nothing()
    {
        clock.Advance(TimeSpan.FromDays(3));
        await OpenAppAsync();

        await new StoreDirectory(one.Stores, engine, one.Rows).UninstallAsync(store.Id, clock.Now.AddMinutes(-1), default);

        Assert.Equal("shpat_2", await TokenAsync(one));
    }

    [Fact]
    public async Task A_token_that_the_shop_no_longer_takes_is_replaced_once()
    {
        var admin = new ShopAdmin(one.Tokens, shopify.AskAsync);
        var operation = AdminOperation.Of("shop");
        Assert.IsType<AdminAnswer.Done>(await admin.AskAsync(store.Id, operation, null, default));

        shopify.EndAccess(Shop);
        Assert.IsType<AdminAnswer.Done>(await admin.AskAsync(store.Id, operation, null, default));
        Assert.Equal(1, shopify.Count("refresh"));

        shopify.Uninstall(Shop);
        Assert.IsType<AdminAnswer.SignedOut>(await admin.AskAsync(store.Id, operation, null, default));
        Assert.Equal([200, 401, 200, 401], shopify.Questions.Select(q => q.Status));
        Assert.IsType<AdminAnswer.SignedOut>(await admin.AskAsync("s-nobody", operation, null, default));
    }

    [Fact]
    public async Task Idle_stores_are_refreshed_weekly_and_those_that_left_lose_their_tokens()
    {
        var left = (await one.Stores.InstallAsync(NewStore("left-not-real.myshopify.com", clock.Now), default)).Store;
        await one.Tokens.KeepAsync(left.Id, (TokenGrant.Granted)await one.Grants.ExchangeAsync(left.Domain, "x", default), default);
        await one.Stores.UpdateAsync(left.Id, s => s with { UninstalledAt = clock.Now }, default);
        var passing = new PassingRows(engine);
        await passing.TryWriteAsync(PassingRows.States, "old", "x", clock.Now, null, default);
        var care = new TokenCare(one.Stores, one.Rows, one.Tokens, passing, new(engine, clock), clock);

        await care.RunAsync(default);
        Assert.Equal(0, shopify.Count("refresh"));
        Assert.Null(await one.Rows.FindAsync(left.Id, default));
        Assert.NotNull(await passing.FindAsync(PassingRows.States, "old", default));

        clock.Advance(ShopTokens.Idle);
        await care.RunAsync(default);
        await care.RunAsync(default);
        Assert.Equal(1, shopify.Count("refresh"));
        Assert.Null(await passing.FindAsync(PassingRows.States, "old", default));

        for (var week = 0; week < 20; week++)
        {
            clock.Advance(TimeSpan.FromDays(7));
            await care.RunAsync(default);
        }

        Assert.IsType<ShopToken.Ready>(await one.Tokens.GetAsync(store.Id, null, default)); // 140 days later.
    }

    [Fact]
    public async Task Tokens_are_not_readable_where_they_are_kept()
    {
        var kept = engine.Rows(StoreRegistry.Table).Single(r => r.Partition == PlatformTokens.Partition);

        Assert.Equal(store.Id, kept.Key);
        Assert.DoesNotContain("shp", System.Text.Encoding.Latin1.GetString(kept.Value.Span), StringComparison.Ordinal);
        var elsewhere = new PlatformTokens(engine, new EphemeralDataProtectionProvider());
        Assert.Null((await elsewhere.FindAsync(store.Id, default))!.Tokens);
    }

    [Fact]
    public async Task Two_who_install_one_shop_at_once_end_with_one_store()
    {
        const string Other = "other-not-real.myshopify.com";
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            (await NewCopy().Stores.InstallAsync(NewStore(Other, clock.Now), default)).Store.Id)));

        Assert.Single(made.Distinct());
        var all = await one.Stores.ListAsync(default);
        Assert.Equal(made[0], Assert.Single(all, s => s.Store.Domain == Other).Store.Id);
        Assert.Equal(2, engine.TableNames.Count(t => t.StartsWith("stores", StringComparison.Ordinal) && t != "stores"));
    }

    private async Task OpenAppAsync(Copy? copy = null)
    {
        copy ??= one;
        var granted = (TokenGrant.Granted)await copy.Grants.ExchangeAsync(Shop, "an-id-token", default);
        await copy.Tokens.KeepAsync(store.Id, granted, default);
    }

    private async Task<string?> TokenAsync(Copy copy) =>
        (await copy.Tokens.GetAsync(store.Id, null, default) as ShopToken.Ready)?.Access.Token;

    private async Task EndLeaseAsync()
    {
        var read = (await one.Rows.FindAsync(store.Id, default))!;
        await one.Rows.TrySaveAsync(store.Id, read.Tokens! with { Lease = null }, read.ETag, default);
    }

    private static Store NewStore(string shop, DateTimeOffset now) => new()
    {
        Id = StoreRegistry.NewStoreId(), Platform = Platform.Shopify, Domain = shop, Name = "Test", Currency = "USD",
        TimeZone = "America/New_York", Country = "US", Locale = "en", InstalledAt = now,
    };

    private Copy NewCopy(params string[] secrets)
    {
        var app = new ShopifyApp(FakeShopify.ClientId, secrets.Length == 0 ? [FakeShopify.Secret] : secrets, shopify.Address);
        var (stores, rows) = (new StoreRegistry(engine, protection), new PlatformTokens(engine, protection));
        var grants = new TokenGrants(app, clock);
        return new(stores, rows, grants, new(stores, rows, grants, clock, NullLogger<ShopTokens>.Instance));
    }

    private sealed record Copy(StoreRegistry Stores, PlatformTokens Rows, TokenGrants Grants, ShopTokens Tokens);
}
