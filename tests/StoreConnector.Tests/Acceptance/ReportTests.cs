using System.Net;
using System.Text.Json;

namespace StoreConnector.Tests.Acceptance;

/// <summary>A store that only watches is asked what it would have sent.</summary>
[Trait("Speed", "slow")]
public sealed class ReportTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly Client client = service.Client;

    [Fact]
    public async Task A_store_in_shadow_says_what_it_would_have_sent_and_what_it_would_have_kept_back()
    {
        var store = await client.ConnectAsync("shopify", "reported.myshopify.com");
        var at = client.Now;
        await OkAsync(client.ShopifyAsync(store, "customers_email_marketing_consent/update", Bodies.Consent(1, "mariam@example.com", client.Now)));
        await OkAsync(client.ShopifyAsync(store, "checkouts/update", Bodies.Checkout("t1", "mariam@example.com", client.Now, 1)));
        await OkAsync(client.ShopifyAsync(store, "checkouts/update", Bodies.Checkout("t2", "huda@example.com", client.Now, 2, product: 7)));
        // The order first: on this clock an hour may pass between two deliveries, and the cart would have been left.
        await OkAsync(client.ShopifyAsync(store, "orders/create", Bodies.Order(7_000_000_000_000_000_777, "omar@example.com", at, 3, "t3", 8)));
        await OkAsync(client.ShopifyAsync(store, "checkouts/update", Bodies.Checkout("t3", "omar@example.com", at, 3, product: 8)));

        var report = await Client.UntilAsync(() => client.GetAsync($"/api/stores/{store.Id}/report?days=3"),
            r => Carts(r, "wouldRemind") == 1 && Carts(r, "left") == 2);

        Assert.Equal((0, 1, 1), (Carts(report, "boughtAnyway"), Carts(report, "reachable"), report.GetProperty("orders").GetInt32()));
        var reason = Assert.Single(report.GetProperty("carts").GetProperty("byReason").EnumerateArray());
        Assert.Equal(("no-permission", 1), (reason.GetProperty("reason").GetString(), reason.GetProperty("count").GetInt32()));
        var mail = Assert.Single(report.GetProperty("firstMessages").EnumerateArray());
        Assert.Contains("House Blend", mail.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("1 Main St", mail.GetProperty("html").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("mariam@example.com", report.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("recover?key", report.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(await client.OutboxAsync(store));
        var key = mail.GetProperty("customerKey").GetString();
        Assert.Equal("mariam@example.com", (await client.GetAsync($"/api/stores/{store.Id}/customers/{key}")).GetProperty("email").GetString());
    }

    private static int Carts(JsonElement report, string name) => report.GetProperty("carts").GetProperty(name).GetInt32();

    private static async Task OkAsync(Task<HttpStatusCode> delivery) => Assert.Equal(HttpStatusCode.OK, await delivery);
}
