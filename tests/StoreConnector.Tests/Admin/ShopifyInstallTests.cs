using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoreConnector.Admin;
using StoreConnector.Core.Stores;
using StoreConnector.Processing;
using StoreConnector.Processing.Shopify;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Admin;

/// <summary>From the app that is opened in a shop's admin to a store of ours, over real sockets.</summary>
public sealed class ShopifyInstallTests : IAsyncLifetime
{
    private const string Shop = TestService.Shop;

    private readonly List<string> imports = [];
    private readonly ManualClock clock = new(DateTimeOffset.UtcNow);
    private FakeShopify shopify = null!;
    private TestService service = null!;

    public async ValueTask InitializeAsync()
    {
        shopify = await FakeShopify.StartAsync();
        service = Start();
    }

    public async ValueTask DisposeAsync()
    {
        service.Dispose();
        await shopify.DisposeAsync();
    }

    [Fact]
    public async Task Opening_the_app_for_the_first_time_makes_a_store_of_the_shop()
    {
        var session = await SessionAsync();

        var store = (await service.Get<StoreRegistry>().FindAsync(session.StoreId, default))!.Store;
        Assert.Equal(("Bean & Leaf", "AED", "Asia/Dubai", "AE", Shop),
            (store.Name, store.Currency, store.TimeZone, store.Country, store.Domain));
        Assert.Equal("1 Coffee Street\nDubai\nUnited Arab Emirates", store.PostalAddress);
        Assert.Equal(["beanandleaf.example"], store.Links.Hosts);
        Assert.Equal(clock.Now, store.InstalledAt);
        Assert.Equal([session.StoreId], imports);
        Assert.Equal("merchant", session.Role);
        Assert.Equal(clock.Now.AddMinutes(10), session.ExpiresAt);
        Assert.Equal(HttpStatusCode.OK, await GetAsync($"/api/stores/{session.StoreId}/notices", session.Token));
        Assert.IsType<ShopToken.Ready>(await service.Get<ShopTokens>().GetAsync(session.StoreId, null, default));
    }

    [Fact]
    public async Task Opening_it_again_asks_Shopify_for_nothing()
    {
        var first = await SessionAsync();
        clock.Advance(TimeSpan.FromDays(2));
        var second = await SessionAsync(inHeader: true);

        Assert.Equal(first.StoreId, second.StoreId);
        Assert.Equal((1, 1), (shopify.Wishes.Count, shopify.Questions.Count));
        Assert.Single(imports);
    }

    [Fact]
    public async Task A_store_that_the_operator_connected_before_is_the_one_that_is_opened()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", Shop);

        Assert.Equal(storeId, (await SessionAsync()).StoreId);
        Assert.IsType<ShopToken.Ready>(await service.Get<ShopTokens>().GetAsync(storeId, null, default));
    }

    [Fact]
    public async Task Two_tabs_and_two_copies_at_once_make_one_store_with_one_exchange()
    {
        using var other = Start(service.Engine);

        var sessions = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(n => SessionAsync(n % 2 == 0 ? service : other, inHeader: n % 3 == 0)));

        Assert.Single(sessions.Select(s => s.StoreId).Distinct());
        Assert.Equal(1, shopify.Count("exchange"));
        Assert.Single(imports);
        foreach (var copy in new[] { service, other }) // Each copy knows the bearers of both.
        {
            foreach (var session in sessions)
            {
                Assert.Equal(HttpStatusCode.OK, await GetAsync($"/api/stores/{session.StoreId}/credits", session.Token, copy));
            }
        }
    }

    [Fact]
    public async Task A_session_opens_its_own_store_and_nothing_else()
    {
        var (other, _) = await service.ConnectAsync("shopify", "other-not-real.myshopify.com");
        var session = await SessionAsync();

        Assert.Equal("other-store", await CodeAsync(HttpStatusCode.Forbidden, $"/api/stores/{other}/credits", session.Token));
        Assert.Equal("other-store", await CodeAsync(HttpStatusCode.Forbidden, $"/api/stores/{session.StoreId}x/credits", session.Token));
        Assert.Equal("other-store", await CodeAsync(HttpStatusCode.Forbidden, "/api/stores", session.Token));
        Assert.Equal("other-store", await CodeAsync(HttpStatusCode.Forbidden, $"/api/stores//{session.StoreId}/credits", session.Token));
        Assert.Equal("unauthorized", await CodeAsync(HttpStatusCode.Unauthorized, "/api/operator/stores", session.Token));
        Assert.Equal("unauthorized", await CodeAsync(HttpStatusCode.Unauthorized, "/api/anything", session.Token));
        Assert.Equal("unauthorized", await CodeAsync(HttpStatusCode.Unauthorized, $"/api/stores/{session.StoreId}/credits", session.Token[..^4]));
        Assert.Equal("unauthorized", await CodeAsync(HttpStatusCode.Unauthorized, $"/api/stores/{session.StoreId}/credits", new string('x', 5000)));
    }

    [Fact]
    public async Task A_session_ends_after_ten_minutes()
    {
        var session = await SessionAsync();
        clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await GetAsync($"/api/stores/{session.StoreId}/credits", session.Token));

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("session-expired", await CodeAsync(HttpStatusCode.Unauthorized, $"/api/stores/{session.StoreId}/credits", session.Token));
    }

    [Fact]
    public async Task What_is_protected_for_another_purpose_is_no_session()
    {
        var session = await SessionAsync();
        var other = service.Get<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>().CreateProtector("StoreConnector.Other");
        var forged = Microsoft.AspNetCore.DataProtection.DataProtectionCommonExtensions.Protect(other,
            $$"""{"storeId":"{{session.StoreId}}","role":"merchant","until":"2099-01-01T00:00:00Z"}""");

        Assert.Equal("unauthorized", await CodeAsync(HttpStatusCode.Unauthorized, $"/api/stores/{session.StoreId}/credits", forged));
    }

    [Fact]
    public async Task A_refused_id_token_never_reaches_Shopify()
    {
        Assert.Equal("not-shopify", await RefusedAsync(401, FakeShopify.IdToken(Shop, clock.Now, "another secret")));
        Assert.Equal("not-shopify", await RefusedAsync(401, FakeShopify.IdToken("evil.example.com", clock.Now)));
        Assert.Equal("not-shopify", await RefusedAsync(401, "nonsense"));
        Assert.Equal("session-expired", await RefusedAsync(401, FakeShopify.IdToken(Shop, clock.Now.AddMinutes(-5))));
        Assert.Equal("app-not-known", await RefusedAsync(401, FakeShopify.IdToken(Shop, clock.Now, audience: "another app")));
        Assert.Equal("no-token", await RefusedAsync(400, ""));
        Assert.Equal("no-token", await ProblemAsync(400, await service.Anonymous.PostAsync("/api/session", null)));
        Assert.Empty(shopify.Wishes);
        Assert.DoesNotContain(service.Engine.Rows(StoreRegistry.Table), r => r.Partition != "keys");
    }

    [Fact]
    public async Task A_service_without_an_app_says_so()
    {
        using var without = new TestService();

        using var answer = await without.Anonymous.PostAsJsonAsync("/api/session", new { idToken = "x" });

        Assert.Equal("app-not-set", await ProblemAsync(503, answer));
    }

    [Fact]
    public async Task What_Shopify_says_to_the_exchange_is_told_in_plain_words()
    {
        await FailsAsync(() => Results.Json(new { error = "invalid_subject_token" }, statusCode: 400), 401, "session-expired");
        await FailsAsync(() => Results.Json(new { error = "invalid_client" }, statusCode: 401), 503, "app-not-set");
        await FailsAsync(() => Results.StatusCode(404), 401, "app-not-installed");
        await FailsAsync(() => Results.StatusCode(500), 503, "shopify-unavailable");
        Assert.Empty(await service.Get<StoreRegistry>().ListAsync(default));

        shopify.Before = _ => Task.FromResult<IResult?>(null);
        Assert.NotNull((await SessionAsync()).StoreId);

        async Task FailsAsync(Func<IResult> answer, int status, string code)
        {
            shopify.Before = _ => Task.FromResult<IResult?>(answer());
            Assert.Equal(code, await RefusedAsync(status, FakeShopify.IdToken(Shop, clock.Now)));
        }
    }

    [Fact]
    public async Task A_shop_whose_money_or_time_nobody_knows_is_not_connected()
    {
        shopify.Facts["currencyCode"] = "QQQ";
        Assert.Equal("shop-unusable", await RefusedAsync(422, FakeShopify.IdToken(Shop, clock.Now)));
        Assert.Empty(await service.Get<StoreRegistry>().ListAsync(default));

        shopify.Facts["currencyCode"] = "AED";
        Assert.NotNull((await SessionAsync()).StoreId);
    }

    [Fact]
    public async Task After_the_farewell_the_old_bearer_opens_nothing_and_the_tokens_are_gone()
    {
        var session = await SessionAsync();
        clock.Advance(TimeSpan.FromMinutes(1));

        await FarewellAsync(clock.Now);

        Assert.Equal("session-ended", await CodeAsync(HttpStatusCode.Unauthorized, $"/api/stores/{session.StoreId}/credits", session.Token));
        Assert.DoesNotContain(service.Engine.Rows(StoreRegistry.Table), r => r.Partition == PlatformTokens.Partition);
    }

    [Fact]
    public async Task Who_installs_again_gets_a_new_store_and_the_old_one_stays_closed()
    {
        var first = await SessionAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        shopify.Uninstall(Shop);
        await FarewellAsync(clock.Now);
        clock.Advance(TimeSpan.FromMinutes(1));

        var second = await SessionAsync();

        Assert.NotEqual(first.StoreId, second.StoreId);
        Assert.Equal([first.StoreId, second.StoreId], imports);
        Assert.False((await FindAsync(first.StoreId)).IsActive);
        Assert.True((await FindAsync(second.StoreId)).IsActive);
        Assert.Equal("other-store", await CodeAsync(HttpStatusCode.Forbidden, $"/api/stores/{second.StoreId}/credits", first.Token));
        Assert.Equal("session-ended", await CodeAsync(HttpStatusCode.Unauthorized, $"/api/stores/{first.StoreId}/credits", first.Token));
    }

    [Fact]
    public async Task A_farewell_of_the_installation_before_that_comes_late_does_not_end_the_new_one()
    {
        await SessionAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        var left = clock.Now;
        await FarewellAsync(left);
        clock.Advance(TimeSpan.FromMinutes(1));
        var second = await SessionAsync();

        await FarewellAsync(left); // Delivered again; it finds the new store by the domain.

        Assert.True((await FindAsync(second.StoreId)).IsActive);
        Assert.Equal(HttpStatusCode.OK, await GetAsync($"/api/stores/{second.StoreId}/credits", second.Token));
    }

    [Fact]
    public async Task A_farewell_that_comes_after_the_app_was_opened_again_does_not_end_the_store()
    {
        var first = await SessionAsync();
        clock.Advance(TimeSpan.FromHours(2));
        var left = clock.Now;
        shopify.Uninstall(Shop); // Taken away and put back; nobody has told us yet, and the pair is found to be dead.
        Assert.IsType<ShopToken.SignedOut>(await service.Get<ShopTokens>().GetAsync(first.StoreId, null, default));
        clock.Advance(TimeSpan.FromMinutes(1));
        var second = await SessionAsync();

        await FarewellAsync(left);

        Assert.Equal(first.StoreId, second.StoreId);
        Assert.True((await FindAsync(second.StoreId)).IsActive);
        Assert.IsType<ShopToken.Ready>(await service.Get<ShopTokens>().GetAsync(first.StoreId, null, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_farewell_between_the_exchange_and_the_store_ends_it(bool wasHereBefore)
    {
        if (wasHereBefore)
        {
            await SessionAsync();
            clock.Advance(TimeSpan.FromMinutes(1));
            await FarewellAsync(clock.Now);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        var asked = clock.Now;
        shopify.Asked = async _ =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await FarewellAsync(clock.Now);
        };

        Assert.Equal("app-not-installed", await RefusedAsync(401, FakeShopify.IdToken(Shop, asked)));

        Assert.All(await service.Get<StoreRegistry>().ListAsync(default), s => Assert.False(s.Store.IsActive));
        Assert.DoesNotContain(service.Engine.Rows(StoreRegistry.Table), r => r.Partition == PlatformTokens.Partition);
    }

    [Fact]
    public async Task A_farewell_from_before_does_not_end_what_is_being_installed()
    {
        await FarewellAsync(clock.Now.AddMinutes(-1));

        Assert.True((await FindAsync((await SessionAsync()).StoreId)).IsActive);
    }

    [Fact]
    public async Task What_a_crash_left_undone_is_done_when_the_app_is_opened_again()
    {
        var crashed = false;
        service.Engine.Before = step =>
        {
            // After the domain leads to the store, before the tokens are kept.
            if (step.IsWrite && step.Key.StartsWith(PlatformTokens.Partition + "/", StringComparison.Ordinal) && !crashed)
            {
                crashed = true;
                throw new StorageUnavailableException("The process is gone.");
            }

            return default;
        };
        Assert.Equal("storage-unavailable", await RefusedAsync(503, FakeShopify.IdToken(Shop, clock.Now)));
        Assert.Empty(imports);

        var session = await SessionAsync();

        Assert.Equal(session.StoreId, Assert.Single(await service.Get<StoreRegistry>().ListAsync(default)).Store.Id);
        Assert.Equal([session.StoreId], imports);
    }

    [Fact]
    public async Task A_merchant_whose_refresh_token_is_dead_is_told_to_open_the_app_and_that_mends_it()
    {
        var session = await SessionAsync();
        clock.Advance(TimeSpan.FromDays(91));
        var path = $"/api/stores/{session.StoreId}/notices";
        var notices = await service.Operator.GetFromJsonAsync<JsonElement>(path);
        Assert.Equal("open-app", Assert.Single(notices.GetProperty("toDo").EnumerateArray()).GetProperty("code").GetString());

        Assert.Equal(session.StoreId, (await SessionAsync()).StoreId);

        notices = await service.Operator.GetFromJsonAsync<JsonElement>(path);
        Assert.Empty(notices.GetProperty("toDo").EnumerateArray());
        Assert.Single(imports); // It was taken over when it was installed.
    }

    [Fact]
    public async Task While_secrets_are_changed_id_tokens_under_both_are_taken()
    {
        using var rotating = Start(null, ("Shopify:ClientSecret:1", "the-old-one"));

        Assert.NotNull((await SessionAsync(rotating)).StoreId);
        using var answer = await rotating.Anonymous.PostAsJsonAsync("/api/session",
            new { idToken = FakeShopify.IdToken(Shop, clock.Now, "the-old-one") });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_browser_goes_to_the_shop_comes_back_with_a_code_and_ends_in_the_app()
    {
        var (to, cookie) = await BeginAsync();
        Assert.Equal($"https://{Shop}/admin/oauth/authorize", to.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(to.Query);
        Assert.Equal(FakeShopify.ClientId, query["client_id"]);
        Assert.Equal("https://connect.example.com/shopify/callback", query["redirect_uri"]);
        Assert.Contains("read_orders", query["scope"].ToString(), StringComparison.Ordinal);
        Assert.Matches("^__Host-sc-install=[0-9a-f]{48}; max-age=600; path=/; secure; samesite=lax; httponly$", cookie);

        using var back = await ReturnAsync(query["state"]!, cookie);

        Assert.Equal(HttpStatusCode.Found, back.StatusCode);
        Assert.Equal($"https://admin.shopify.com/store/test-shop-not-real/apps/{FakeShopify.ClientId}", back.Headers.Location!.AbsoluteUri);
        var store = Assert.Single(await service.Get<StoreRegistry>().ListAsync(default)).Store;
        Assert.Equal([store.Id], imports);
        Assert.Equal(1, shopify.Count("code"));
        Assert.Equal(store.Id, (await SessionAsync()).StoreId);
        Assert.Equal(0, shopify.Count("exchange"));

        using var replayed = await ReturnAsync(query["state"]!, cookie);
        Assert.Equal(HttpStatusCode.BadRequest, replayed.StatusCode);
        Assert.Equal(1, shopify.Count("code"));
    }

    [Fact]
    public async Task A_callback_that_is_not_ours_is_a_plain_400_and_nothing_is_kept()
    {
        var (to, cookie) = await BeginAsync();
        var state = QueryHelpers.ParseQuery(to.Query)["state"].ToString();
        var rows = service.Engine.Rows(StoreRegistry.Table).Count;

        Assert.Equal(400, await StatusAsync(ReturnAsync(state, "__Host-sc-install=another")));
        Assert.Equal(400, await StatusAsync(ReturnAsync(state, null)));
        Assert.Equal(400, await StatusAsync(ReturnAsync("another", cookie)));
        Assert.Equal(400, await StatusAsync(ReturnAsync(state, cookie, "other-not-real.myshopify.com")));
        Assert.Equal(400, await StatusAsync(ReturnAsync(state, cookie, secret: "another")));
        Assert.Equal(400, await StatusAsync(ReturnAsync(state, cookie, "evil.example.com")));
        Assert.Equal(400, await StatusAsync(service.Anonymous.GetAsync("/shopify/callback")));
        Assert.Equal((0, rows), (shopify.Wishes.Count, service.Engine.Rows(StoreRegistry.Table).Count));
        clock.Advance(InstallStates.Life);
        Assert.Equal(400, await StatusAsync(ReturnAsync(state, cookie)));
        Assert.Empty(await service.Get<StoreRegistry>().ListAsync(default));
    }

    [Theory]
    [InlineData("/shopify/install")]
    [InlineData("/shopify/install?shop=evil.example.com")]
    [InlineData("/shopify/install?shop=evil.example.com%2f.myshopify.com")]
    [InlineData("/shopify/install?shop=a.myshopify.com&shop=b.myshopify.com")]
    public async Task Only_a_shop_is_somewhere_to_go(string path)
    {
        using var answer = await Browser().GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(service.Engine.Rows(StoreRegistry.Table), r => r.Partition != "keys");
    }

    [Fact]
    public async Task Those_who_begin_and_never_come_back_are_bounded()
    {
        using var browser = Browser();
        var answers = new List<HttpStatusCode>();
        // The limit is of a minute: at most two of them pass here.
        for (var n = 0; n <= 2 * InstallStates.MaxPerMinute; n++)
        {
            using var answer = await browser.GetAsync($"/shopify/install?shop={Shop}");
            answers.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Equal(answers.Count(a => a == HttpStatusCode.Found),
            service.Engine.Rows(StoreRegistry.Table).Count(r => r.Partition == PassingRows.States));
    }

    [Fact]
    public async Task Nothing_that_passes_names_the_shop_or_a_secret()
    {
        await BeginAsync();
        await FarewellAsync(clock.Now.AddMinutes(-1));

        var kept = service.Engine.Rows(StoreRegistry.Table)
            .Where(r => r.Partition is PassingRows.Farewells or PassingRows.States or PassingRows.Turns).ToList();

        Assert.Equal(2, kept.Count);
        Assert.All(kept, r => Assert.DoesNotContain("test-shop", r.Key + System.Text.Encoding.UTF8.GetString(r.Value.Span), StringComparison.Ordinal));
    }

    private TestService Start(FakeEngine? engine = null, params (string Key, string Value)[] more) => new(services =>
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        services.Replace(ServiceDescriptor.Singleton<AskShop>(shopify.AskAsync));
        services.Replace(ServiceDescriptor.Singleton<BeginImport>((storeId, _) =>
        {
            lock (imports) { imports.Add(storeId); }

            return default;
        }));
        if (engine is null) { return; }

        services.Replace(ServiceDescriptor.Singleton<ITables>(engine));
        services.Replace(ServiceDescriptor.Singleton<IQueues>(engine));
    }, [.. shopify.Settings, .. more]);

    private async Task<SessionModel> SessionAsync(TestService? at = null, bool inHeader = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session");
        var idToken = FakeShopify.IdToken(Shop, clock.Now);
        if (inHeader) { request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", idToken); }
        else { request.Content = JsonContent.Create(new { idToken }); }

        using var answer = await (at ?? service).Anonymous.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        return (await answer.Content.ReadFromJsonAsync<SessionModel>())!;
    }

    private async Task<string?> RefusedAsync(int status, string idToken) =>
        await ProblemAsync(status, await service.Anonymous.PostAsJsonAsync("/api/session", new { idToken }));

    private static async Task<string?> ProblemAsync(int status, HttpResponseMessage answer)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(status, (int)answer.StatusCode);
        return problem.GetProperty("code").GetString();
    }

    private async Task<HttpStatusCode> GetAsync(string path, string bearer, TestService? at = null)
    {
        using var answer = await (at ?? service).Anonymous.SendAsync(With(path, bearer));
        return answer.StatusCode;
    }

    private async Task<string?> CodeAsync(HttpStatusCode status, string path, string bearer) =>
        await ProblemAsync((int)status, await service.Anonymous.SendAsync(With(path, bearer)));

    private static HttpRequestMessage With(string path, string bearer)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return request;
    }

    private async Task<Store> FindAsync(string storeId) => (await service.Get<StoreRegistry>().FindAsync(storeId, default))!.Store;

    /// <summary>As Shopify delivers it, and as far as what it leads to.</summary>
    private async Task FarewellAsync(DateTimeOffset at)
    {
        var body = await File.ReadAllBytesAsync(Repo.Fixture("shopify", "payloads", "app_uninstalled.json"));
        using var request = TestService.Shopify("app/uninstalled", body);
        request.Headers.Add("X-Shopify-Triggered-At", at.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", System.Globalization.CultureInfo.InvariantCulture));
        using var answer = await service.Anonymous.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        foreach (var message in service.Engine.Messages(Queues.ShopEvents))
        {
            await service.Get<IShopEventHandler>().HandleAsync(Queues.Read<ShopEventMessage>(message.Body), default);
        }
    }

    /// <summary>Follows no redirect and keeps no cookie by itself.</summary>
    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = service.Anonymous.BaseAddress,
    };

    private async Task<(Uri To, string Cookie)> BeginAsync()
    {
        using var browser = Browser();
        using var answer = await browser.GetAsync($"/shopify/install?shop={Shop}");
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return (answer.Headers.Location!, Assert.Single(answer.Headers.GetValues("Set-Cookie")));
    }

    private async Task<HttpResponseMessage> ReturnAsync(
        string state, string? cookie, string shop = Shop, string secret = FakeShopify.Secret)
    {
        using var browser = Browser();
        var query = FakeShopify.Query(clock.Now, secret, ("code", "a-code"), ("shop", shop), ("state", state), ("host", "YWRtaW4"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/shopify/callback?" + query);
        if (cookie is not null) { request.Headers.Add("Cookie", cookie.Split(';')[0]); }

        return await browser.SendAsync(request);
    }

    private static async Task<int> StatusAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        return (int)answer.StatusCode;
    }
}
