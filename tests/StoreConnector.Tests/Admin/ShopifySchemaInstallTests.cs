using System.Net.Http.Json;
using StoreConnector.Admin;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Admin;

/// <summary>An installation whose shop answers by the real schema.</summary>
[Trait("Needs", "node")]
public sealed class ShopifySchemaInstallTests(MockShopify mock)
{
    [Fact]
    public async Task A_shop_that_answers_by_the_real_schema_is_installed()
    {
        var shop = await mock.NewShopAsync();
        using var service = new TestService(("Shopify:ClientId", MockShopify.ClientId),
            ("Shopify:BaseUrl", (await mock.BaseUrlAsync()).AbsoluteUri));
        var idToken = FakeShopify.IdToken(
            shop.Domain, DateTimeOffset.UtcNow, MockShopify.ClientSecret, MockShopify.ClientId);

        using var answer = await service.Anonymous.PostAsJsonAsync("/api/session", new { idToken });

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var session = (await answer.Content.ReadFromJsonAsync<SessionModel>())!;
        var store = (await service.Get<StoreRegistry>().FindAsync(session.StoreId, default))!.Store;
        Assert.Equal(shop.Domain, store.Domain);
        Assert.NotNull(store.PlatformId);
        Assert.NotEmpty(store.Scopes!);
    }
}
