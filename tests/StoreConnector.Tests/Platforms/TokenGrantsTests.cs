using Microsoft.AspNetCore.Http;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Platforms;

public sealed class TokenGrantsTests : IAsyncLifetime
{
    private const string Shop = "test-shop-not-real.myshopify.com";

    private readonly ManualClock clock = new();
    private FakeShopify shopify = null!;

    public async ValueTask InitializeAsync() => shopify = await FakeShopify.StartAsync();

    public ValueTask DisposeAsync() => shopify.DisposeAsync();

    [Fact]
    public async Task An_id_token_is_exchanged_for_an_offline_pair_that_ends()
    {
        using var grants = Grants();

        var granted = Assert.IsType<TokenGrant.Granted>(await grants.ExchangeAsync(Shop, "an-id-token", default));

        Assert.Equal(("shpat_1", "shprt_1", true), (granted.AccessToken, granted.RefreshToken, granted.IsWhole));
        Assert.Equal(clock.Now.AddHours(1), granted.ExpiresAt);
        Assert.Equal(clock.Now.AddDays(90), granted.RefreshExpiresAt);
        Assert.Equal(["read_customers", "write_customers", "read_orders"], granted.Scopes);
        Assert.Equal(TokenGrants.NameOf(FakeShopify.Secret), granted.MintedBy);
        var wish = Assert.Single(shopify.Wishes);
        Assert.Equal(Shop, wish.Shop);
        Assert.Equal(
            [
                ("client_id", FakeShopify.ClientId), ("client_secret", FakeShopify.Secret), ("expiring", "1"),
                ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                ("requested_token_type", "urn:shopify:params:oauth:token-type:offline-access-token"),
                ("subject_token", "an-id-token"),
                ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
            ],
            wish.Fields.Select(f => (f.Key, f.Value)).OrderBy(f => f.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_code_and_a_refresh_token_are_redeemed_with_the_fields_that_Shopify_asks_for()
    {
        using var grants = Grants();

        var first = Assert.IsType<TokenGrant.Granted>(await grants.RedeemAsync(Shop, "a-code", default));
        Assert.IsType<TokenGrant.Granted>(await grants.RefreshAsync(Shop, first.RefreshToken!, first.MintedBy, default));

        Assert.Equal(["client_id", "client_secret", "code", "expiring"], Names(0));
        Assert.Equal(["client_id", "client_secret", "grant_type", "refresh_token"], Names(1));

        IEnumerable<string> Names(int n) => shopify.Wishes.ElementAt(n).Fields.Keys.Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("""{"access_token":"a","scope":"","refresh_token":"r"}""", 3600, true)]
    [InlineData("""{"access_token":"a","scope":""}""", 3600, false)]
    [InlineData("""{"access_token":"a","expires_in":60}""", 60, false)]
    [InlineData("""{"access_token":"a","expires_in":86399}""", 3600, false)]
    [InlineData("""{"access_token":"a","expires_in":0,"refresh_token":"r"}""", 3600, true)]
    [InlineData("""{"access_token":"a","expires_in":null,"refresh_token":7}""", 3600, false)]
    public async Task What_Shopify_leaves_out_is_never_taken_for_ever(string answer, int seconds, bool hasRefresh)
    {
        shopify.Before = _ => Task.FromResult<IResult?>(Results.Content(answer, "application/json"));
        using var grants = Grants();

        var granted = Assert.IsType<TokenGrant.Granted>(await grants.ExchangeAsync(Shop, "x", default));

        Assert.False(granted.IsWhole);
        Assert.Equal(clock.Now.AddSeconds(seconds), granted.ExpiresAt);
        Assert.Equal(hasRefresh, granted.RefreshToken is not null);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_subject_token"}""", GrantRefusal.Offer)]
    [InlineData(400, "Oauth error invalid_request", GrantRefusal.Offer)]
    [InlineData(400, """{"error":"invalid_grant"}""", GrantRefusal.Offer)]
    [InlineData(403, "", GrantRefusal.Offer)]
    [InlineData(400, """{"error":"invalid_client"}""", GrantRefusal.App)]
    [InlineData(401, """{"error":"invalid_client"}""", GrantRefusal.App)]
    [InlineData(401, "", GrantRefusal.App)]
    [InlineData(404, "", GrantRefusal.Shop)]
    public async Task A_no_says_what_was_not_good(int status, string body, object kind)
    {
        shopify.Before = _ => Task.FromResult<IResult?>(Results.Content(body, "application/json", null, status));
        using var grants = Grants();

        Assert.Equal(new TokenGrant.Refused((GrantRefusal)kind), await grants.ExchangeAsync(Shop, "x", default));
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"scope":"x"}""")]
    [InlineData(200, """{"access_token":"a\nb","expires_in":60,"refresh_token":"r"}""")]
    [InlineData(302, "")]
    [InlineData(402, "")]
    [InlineData(423, "")]
    [InlineData(429, "")]
    [InlineData(500, "secret words")]
    public async Task What_is_neither_yes_nor_no_is_no_answer(int status, string body)
    {
        shopify.Before = _ => Task.FromResult<IResult?>(Results.Content(body, "application/json", null, status));
        using var grants = Grants();

        var answer = Assert.IsType<TokenGrant.Unavailable>(await grants.ExchangeAsync(Shop, "x", default));

        Assert.DoesNotContain("secret", answer.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_a_broken_connection_and_an_endless_answer_are_no_answer()
    {
        using var grants = Grants(TimeSpan.FromSeconds(1));
        shopify.Before = async _ => await shopify.StallAsync();
        Assert.IsType<TokenGrant.Unavailable>(await grants.ExchangeAsync(Shop, "x", default));
        shopify.Before = _ => Task.FromResult<IResult?>(new FakeShopify.Hangup());
        Assert.IsType<TokenGrant.Unavailable>(await grants.ExchangeAsync(Shop, "x", default));
        shopify.Before = _ => Task.FromResult<IResult?>(Results.Content($$"""{"access_token":"{{new string('x', 20_000)}}"}""", "application/json"));
        Assert.IsType<TokenGrant.Unavailable>(await grants.ExchangeAsync(Shop, "x", default));

        using var nobody = new TokenGrants(new(FakeShopify.ClientId, ["s"], new($"http://127.0.0.1:{VendorTwin.FreePort()}")), clock);
        Assert.IsType<TokenGrant.Unavailable>(await nobody.ExchangeAsync(Shop, "x", default));
    }

    [Fact]
    public async Task Who_stops_the_service_is_not_told_that_Shopify_was_silent()
    {
        shopify.Before = async _ => await shopify.StallAsync();
        using var grants = Grants();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await grants.ExchangeAsync(Shop, "x", stop.Token));
    }

    [Fact]
    public async Task A_pair_is_refreshed_with_the_secret_that_minted_it_then_with_the_other()
    {
        shopify.Secrets.Add("new");
        using var before = Grants();
        var first = (TokenGrant.Granted)await before.ExchangeAsync(Shop, "x", default);
        using var rotating = Grants(null, "new", FakeShopify.Secret);

        var second = Assert.IsType<TokenGrant.Granted>(await rotating.RefreshAsync(Shop, first.RefreshToken!, first.MintedBy, default));

        Assert.Equal(FakeShopify.Secret, shopify.Wishes.Last().Fields["client_secret"]);
        Assert.Equal(2, shopify.Wishes.Count);
        // Its name is not known, or is wrong: the other is tried.
        Assert.IsType<TokenGrant.Granted>(await rotating.RefreshAsync(Shop, second.RefreshToken!, "unknown", default));
        Assert.Equal(["new", FakeShopify.Secret], shopify.Wishes.TakeLast(2).Select(w => w.Fields["client_secret"]));
    }

    [Fact]
    public async Task A_new_pair_is_asked_for_with_the_first_secret_that_Shopify_knows()
    {
        using var grants = Grants(null, "not known yet", FakeShopify.Secret);

        var granted = Assert.IsType<TokenGrant.Granted>(await grants.ExchangeAsync(Shop, "x", default));

        Assert.Equal(TokenGrants.NameOf(FakeShopify.Secret), granted.MintedBy);
    }

    [Fact]
    public async Task Without_an_app_nobody_is_asked()
    {
        using var grants = new TokenGrants(new(null, ["s"], shopify.Address), clock);

        Assert.Equal(new TokenGrant.Refused(GrantRefusal.App), await grants.ExchangeAsync(Shop, "x", default));
        Assert.Empty(shopify.Wishes);
    }

    [Fact]
    public async Task Tokens_do_not_show()
    {
        using var grants = Grants();

        var granted = await grants.ExchangeAsync(Shop, "x", default);

        Assert.DoesNotContain("shp", granted.ToString(), StringComparison.Ordinal);
    }

    private TokenGrants Grants(TimeSpan? timeout = null, params string[] secrets) => new(
        new(FakeShopify.ClientId, secrets.Length == 0 ? [FakeShopify.Secret] : secrets, shopify.Address), clock)
    {
        AttemptTimeout = timeout ?? TimeSpan.FromSeconds(30),
    };
}
