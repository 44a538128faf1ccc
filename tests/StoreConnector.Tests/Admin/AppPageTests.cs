using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoreConnector.Admin;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Admin;

/// <summary>The merchant's page as a browser gets it: who may frame it, what it may load, how long it is kept.</summary>
public sealed class AppPageTests : IDisposable
{
    private const string Index = "<!doctype html><html><head><meta charset=\"utf-8\"><!--door--><script src=\"/app/assets/a.js\"></script></head></html>";

    private readonly TestService service = new(
        services => services.Replace(ServiceDescriptor.Singleton(new AppFiles(new Dictionary<string, byte[]>
        {
            ["index.html"] = Encoding.UTF8.GetBytes(Index), ["assets/a.js"] = "plain"u8.ToArray(), ["assets/a.js.br"] = "brotli"u8.ToArray(),
            ["assets/a.js.gz"] = "gzip"u8.ToArray(), ["favicon.svg"] = "<svg/>"u8.ToArray(),
        }))), ("Shopify:ClientId", "client-id\"<not-real>"));

    public void Dispose() => service.Dispose();

    [Theory]
    [InlineData("/app")]
    [InlineData("/app/")]
    [InlineData("/app/automations/abandoned-cart?door=link")]
    public async Task Every_address_of_the_page_is_its_document_which_nobody_keeps_or_frames(string address)
    {
        var (answer, text) = await GetAsync(address);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(Index.Replace("<!--door-->", "", StringComparison.Ordinal), text);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        var policy = Policy(answer);
        Assert.Equal("'none'", policy["frame-ancestors"]);
        Assert.Equal("'none'", policy["default-src"]);
        Assert.Equal("'self'", policy["script-src"]);
        Assert.Equal("'self'", policy["connect-src"]);
        Assert.Equal("'none'", policy["base-uri"]);
    }

    [Theory]
    [InlineData("?door=shopify&shop=test-shop.myshopify.com", "https://admin.shopify.com https://test-shop.myshopify.com")]
    [InlineData("?embedded=1&host=x&shop=test-shop.myshopify.com", "https://admin.shopify.com https://test-shop.myshopify.com")]
    [InlineData("?door=shopify", "https://admin.shopify.com")]
    [InlineData("?door=shopify&shop=evil.example.com", "https://admin.shopify.com")]
    [InlineData("?door=shopify&shop=a.myshopify.com%3B%20script-src%20*", "https://admin.shopify.com")]
    public async Task In_Shopifys_admin_the_shop_alone_frames_it_and_App_Bridge_comes_before_all_else(string query, string frames)
    {
        var (answer, text) = await GetAsync("/app" + query);
        var policy = Policy(answer);

        Assert.Equal(frames, policy["frame-ancestors"]);
        Assert.Equal("'self' https://cdn.shopify.com", policy["script-src"]);
        Assert.Equal("'self' https://cdn.shopify.com", policy["connect-src"]);
        Assert.Contains("""
            <meta charset="utf-8"><meta name="shopify-api-key" content="client-id&quot;&lt;not-real&gt;"><script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script><script src="/app/assets/a.js">
            """.Trim(), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_wp_admin_the_stores_own_site_alone_frames_it()
    {
        await using var house = await WooHouse.BeginAsync();
        var store = await house.ConnectAsync();
        var origin = house.Site.Site.GetLeftPart(UriPartial.Authority);

        Assert.Equal(origin, await FramesAsync(store.Id));
        Assert.Equal("'none'", await FramesAsync("sunknown"));
        Assert.Equal("'none'", await FramesAsync(""));
        Assert.Equal("'none'", await FramesAsync(new('a', 5000)));
        await house.Service.Operator.DeleteAsync($"/api/stores/{store.Id}/woocommerce");
        Assert.Equal("'none'", await FramesAsync(store.Id));

        async Task<string> FramesAsync(string id)
        {
            using var answer = await house.Browser.GetAsync($"/app?door=woocommerce&store={id}");
            return Policy(answer)["frame-ancestors"];
        }
    }

    [Fact]
    public async Task A_hashed_file_is_kept_for_ever_and_sent_as_small_as_the_browser_takes_it()
    {
        var (plain, text) = await GetAsync("/app/assets/a.js");
        Assert.Equal(("plain", "text/javascript; charset=utf-8"), (text, plain.Content.Headers.ContentType?.ToString()));
        Assert.Equal("public, max-age=31536000, immutable", plain.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("Accept-Encoding", plain.Headers.Vary.Single());
        var (brotli, small) = await GetAsync("/app/assets/a.js", "gzip, deflate, br");
        Assert.Equal(("brotli", "br"), (small, brotli.Content.Headers.ContentEncoding.Single()));
        var (gzip, less) = await GetAsync("/app/assets/a.js", "gzip, br;q=0");
        Assert.Equal(("gzip", "gzip"), (less, gzip.Content.Headers.ContentEncoding.Single()));
    }

    [Fact]
    public async Task Another_file_is_asked_for_anew_and_one_that_is_not_there_is_not_the_document()
    {
        var (icon, _) = await GetAsync("/app/favicon.svg");
        Assert.Equal(("no-cache", "image/svg+xml"), (icon.Headers.CacheControl?.ToString(), icon.Content.Headers.ContentType?.ToString()));
        var (whole, picture) = await GetAsync("/app/favicon.svg", "gzip, deflate, br"); // It was not compressed.
        Assert.Equal(("<svg/>", 0), (picture, whole.Content.Headers.ContentEncoding.Count));
        foreach (var path in new[] { "/app/assets/gone.js", "/app/index.html", "/app/..%2fappsettings.json", "/app/assets/a.js.br" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(path)).Answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_service_without_the_page_says_how_to_build_it()
    {
        using var bare = new TestService(services => services.Replace(
            ServiceDescriptor.Singleton(new AppFiles(new Dictionary<string, byte[]>()))), []);
        var text = await bare.Anonymous.GetStringAsync("/app");

        Assert.Contains("npm run build", text, StringComparison.Ordinal);
    }

    private async Task<(HttpResponseMessage Answer, string Text)> GetAsync(string address, string? takes = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (takes is not null) { request.Headers.TryAddWithoutValidation("Accept-Encoding", takes); }

        var answer = await service.Anonymous.SendAsync(request);
        return (answer, await answer.Content.ReadAsStringAsync());
    }

    private static Dictionary<string, string> Policy(HttpResponseMessage answer) =>
        answer.Headers.GetValues("Content-Security-Policy").Single().Split("; ")
            .ToDictionary(p => p.Split(' ')[0], p => p[(p.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
}
