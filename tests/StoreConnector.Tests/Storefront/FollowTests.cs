using System.Net;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Storefront;

/// <summary>Links in messages, as a browser follows them.</summary>
public sealed class FollowTests : IDisposable
{
    private static readonly string SendId = new('a', 32);

    private readonly TestService service = new();

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task Each_link_of_a_message_leads_where_it_was_made_to_lead()
    {
        var (_, code) = await MakeAsync();
        Assert.Equal("https://shop.example.com/cart/1", await FollowAsync($"/c/{code}"));
        Assert.Equal("https://shop.example.com/cart/1", await FollowAsync($"/c/{code}/0"));
        Assert.Equal("https://shop.example.com/cup", await FollowAsync($"/c/{code}/1"));
    }

    [Theory]
    [InlineData("/2")]
    [InlineData("/-1")]
    [InlineData("/99999")]
    public async Task A_link_that_was_never_made_leads_to_the_shops_front_page(string number)
    {
        var (_, code) = await MakeAsync();
        Assert.Equal($"https://{TestService.Shop}/", await FollowAsync($"/c/{code}{number}"));
    }

    [Fact]
    public async Task An_old_link_leads_to_the_shops_front_page()
    {
        var (store, code) = await MakeAsync();
        await ShortLinks.CloseAsync(store, SendId, default);
        Assert.Equal($"https://{TestService.Shop}/", await FollowAsync($"/c/{code}"));
    }

    [Theory]
    [InlineData("/c/0123456789")]
    [InlineData("/c/x")]
    [InlineData("/u/unknown")]
    public async Task Behind_an_unknown_link_an_address_can_be_typed_and_is_taken(string path)
    {
        using var page = await service.Anonymous.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("action=\"/u/unknown\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var answer = await service.Anonymous.PostAsync("/u/unknown", new FormUrlEncodedContent([new("address", "ada@example.com")]));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<(StoreContext Store, string Code)> MakeAsync()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var store = (await service.Get<IStoreDirectory>().FindAsync(storeId, default))!;
        var code = await service.Get<ShortLinks>().MakeAsync(store, SendId,
            new(new("https://shop.example.com/cart/1"), new("hash", "en", "1" + new string('0', 32), Channel.Email))
            {
                More = [new("https://shop.example.com/cup")],
                About = new(SendId, "abandoned-cart", "o", 1, DateTimeOffset.UtcNow),
            }, default);
        return (store, code);
    }

    private async Task<string?> FollowAsync(string path)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var browser = new HttpClient(handler) { BaseAddress = service.Anonymous.BaseAddress };
        using var answer = await browser.GetAsync(path);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer.Headers.Location?.ToString();
    }
}
