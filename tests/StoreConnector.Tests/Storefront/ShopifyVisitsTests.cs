using System.Net;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Storefront;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;
using static StoreConnector.Tests.Storefront.Visits;

namespace StoreConnector.Tests.Storefront;

/// <summary>The web pixel's door over a real socket.</summary>
public sealed class ShopifyVisitsTests : IDisposable
{
    private const string Phone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";

    private readonly TestService service = new();

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task A_view_is_queued_for_its_store()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);

        using var answer = await PostAsync(View(TestService.Shop, 5, 6));

        Assert.Equal((HttpStatusCode.NoContent, "*"), (answer.StatusCode, answer.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        var message = Assert.Single(Queued());
        Assert.Equal(storeId, message.StoreId);
        Assert.Equal((5L, 6L), message.Event.Body is ProductViewed view ? (view.ProductId, view.VariantId) : default);
    }

    [Theory]
    [InlineData("null", true)]
    [InlineData("https://" + TestService.Shop, true)]
    [InlineData("https://rimal.example", true)]
    [InlineData("https://www.rimal.example", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("https://rimal.example.evil.example", false)]
    [InlineData("https://" + TestService.Shop + ".evil.example", false)]
    [InlineData("http://" + TestService.Shop, false)]
    [InlineData("https://" + TestService.Shop + ":8443", false)]
    [InlineData("https://" + TestService.Shop + "/", false)]
    public async Task Only_pages_of_the_shop_are_heard(string? origin, bool isHeard)
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        await service.Get<StoreRegistry>().UpdateAsync(storeId, s => s with { Links = s.Links with { Hosts = ["rimal.example"] } }, default);

        using var answer = await PostAsync(View(TestService.Shop), origin);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(isHeard ? 1 : 0, Queued().Count);
    }

    [Fact]
    public async Task What_is_dropped_is_answered_like_what_is_taken()
    {
        await service.ConnectAsync("shopify", TestService.Shop);
        var (goneId, _) = await service.ConnectAsync("shopify", "gone.myshopify.com");
        await service.Get<StoreRegistry>().UpdateAsync(goneId, s => s with { UninstalledAt = s.InstalledAt }, default);
        await service.ConnectAsync("woocommerce", "woo.myshopify.com");

        HttpResponseMessage[] answers =
        [
            await PostAsync(View("nobody.myshopify.com")), await PostAsync(View("gone.myshopify.com")), await PostAsync(View("woo.myshopify.com")),
            await PostAsync(new JsonObject()), await PostAsync(With(View(TestService.Shop), j => j["note"] = new string('x', 9000))),
            await PostAsync(View(TestService.Shop), agent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
            await PostAsync(View(TestService.Shop), agent: null), await PostAsync(View(TestService.Shop, product: 0)),
        ];

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.NoContent, a.StatusCode));
        Assert.Empty(Queued());
    }

    [Fact]
    public async Task One_browser_that_does_not_end_is_told_to_and_others_are_heard()
    {
        await service.ConnectAsync("shopify", TestService.Shop);
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 2 * StorefrontLimits.PerBrowser + 1; i++)
        {
            using var answer = await PostAsync(View(TestService.Shop, product: i + 1));
            codes.Add(answer.StatusCode);
        }

        using var other = await PostAsync(View(TestService.Shop, browser: "another-browser"));

        Assert.Contains(HttpStatusCode.TooManyRequests, codes); // A minute may end on the way, but not two.
        Assert.Equal(codes.Count(c => c == HttpStatusCode.NoContent) + 1, Queued().Count);
        Assert.Equal(HttpStatusCode.NoContent, other.StatusCode);
    }

    [Fact]
    public async Task A_page_may_ask_before_it_posts_under_any_host()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/storefront/shopify/events");
        request.Headers.Host = "l.rimal.example";
        request.Headers.Add("Origin", "null");
        request.Headers.Add("Access-Control-Request-Method", "POST");

        using var answer = await service.Anonymous.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(("*", "POST"), (answer.Headers.GetValues("Access-Control-Allow-Origin").Single(),
            answer.Headers.GetValues("Access-Control-Allow-Methods").Single()));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task A_thousand_posts_of_junk_reach_no_queue_and_are_not_remembered()
    {
        await service.ConnectAsync("shopify", TestService.Shop);
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var junk = (i % 4) switch
            {
                0 => View($"nobody-{i}.myshopify.com", browser: $"browser-{i}"),
                1 => With(View(TestService.Shop, browser: $"browser-{i}"), j => j["kind"] = $"kind-{i}"),
                2 => With(View(TestService.Shop, browser: $"browser-{i}"), j => j["productId"] = random.Next().ToString("x8", null) + "x"),
                _ => new JsonObject { [new string('k', random.Next(2000))] = random.Next() },
            };
            using var answer = await PostAsync(junk);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }

        var limits = service.Get<StorefrontLimits>();
        Assert.Equal((0, 0), (limits.Browsers.Count, limits.Stores.Count));
        Assert.Empty(Queued());
    }

    [Fact]
    public void What_is_counted_stays_within_its_bound_and_is_forgotten_with_its_window()
    {
        var clock = new ManualClock();
        var windows = new FixedWindows(2, TimeSpan.FromMinutes(1), maxKeys: 100, clock);

        Assert.All(Enumerable.Range(0, 5000), i => Assert.True(windows.TryTake($"{i}")));
        Assert.Equal(100, windows.Count);
        Assert.True(windows.TryTake("7"));
        Assert.False(windows.TryTake("7"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(windows.TryTake("7"));
        Assert.Equal(1, windows.Count);
    }

    private async Task<HttpResponseMessage> PostAsync(JsonNode json, string? origin = "null", string? agent = Phone)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/storefront/shopify/events") { Content = new ByteArrayContent(Bytes(json)) };
        request.Content.Headers.ContentType = new("text/plain");
        request.Headers.Host = "l.rimal.example";
        if (origin is not null) { request.Headers.TryAddWithoutValidation("Origin", origin); }

        if (agent is not null) { request.Headers.TryAddWithoutValidation("User-Agent", agent); }

        return await service.Anonymous.SendAsync(request);
    }

    private List<ShopEventMessage> Queued() =>
        [.. service.Engine.Messages(Queues.ShopEvents).Select(m => Queues.Read<ShopEventMessage>(m.Body))];
}
