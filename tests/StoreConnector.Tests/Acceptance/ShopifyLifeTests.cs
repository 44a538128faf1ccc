using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>
/// A shop's whole life with us, from outside: the real service, a Shopify made from the real schema, signed webhooks, and
/// what shoppers' browsers do. Ten minutes pass in a second.
/// </summary>
[Trait("Speed", "slow")]
[Trait("Needs", "node")]
public sealed partial class ShopifyLifeTests(MockShopify shopify) : IAsyncDisposable
{
    private const double Speed = 600;
    private const string Mariam = "mariam.whole-life@example.com";

    private readonly TemporaryFolder folder = new();
    private ServiceProcess service = null!;
    private Client client = null!;
    private MockShop shop = null!;
    private string storeId = "";

    [Fact]
    public async Task A_shop_installs_reminds_with_a_code_gets_its_order_back_and_leaves_without_a_trace()
    {
        await BeginAsync();
        await InstallAsync();
        await ImportedAsync();
        var code = await RemindedAsync();
        await RecoveredAsync(code);
        await OptedOutAsync();
        await LeftAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (service is not null) { await service.DisposeAsync(); }

        folder.Dispose();
    }

    private async Task BeginAsync()
    {
        shop = await shopify.NewShopAsync(new { data = Data(DateTimeOffset.UtcNow) });
        service = await ServiceProcess.StartAsync(folder.Path, Speed, $"--Shopify:BaseUrl={await shopify.BaseUrlAsync()}",
            $"--Shopify:ClientId={MockShopify.ClientId}", $"--Shopify:ClientSecret={MockShopify.ClientSecret}");
        client = new(service.Address, Speed);
    }

    /// <summary>Nothing is typed: the page in the shop's admin sends the token that Shopify gave it.</summary>
    private async Task InstallAsync()
    {
        var session = await OpenAsync();
        storeId = session.GetProperty("storeId").GetString()!;
        using var mine = new HttpRequestMessage(HttpMethod.Get, $"/api/stores/{storeId}/imports");
        mine.Headers.Authorization = new("Bearer", session.GetProperty("token").GetString());
        using var seen = await client.Anyone.SendAsync(mine);
        Assert.Contains(seen.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Unauthorized }); // Ten minutes are a second here.

        var again = await OpenAsync();
        Assert.Equal(storeId, again.GetProperty("storeId").GetString()); // Two doors, one store.
        var stores = (await client.GetAsync("/api/operator/stores")).GetProperty("items").EnumerateArray().ToList();
        var store = Assert.Single(stores);
        Assert.Equal(("Test Shop", "USD", "America/New_York", "US"), (store.GetProperty("name").GetString(),
            store.GetProperty("currency").GetString(), store.GetProperty("timeZone").GetString(), store.GetProperty("country").GetString()));
    }

    private async Task ImportedAsync()
    {
        await Client.UntilAsync(() => client.GetAsync($"/api/stores/{storeId}/imports"), imports =>
            imports.GetProperty("items").EnumerateArray().ToList() is { Count: 3 } all
            && all.TrueForAll(i => i.GetProperty("status").GetString() == "done"), 60);
        var mariam = await Client.UntilAsync(() => client.CustomerAsync(Store, Mariam), c => c is not null
            && c.Value.GetProperty("permissions").GetArrayLength() > 0 && c.Value.GetProperty("orders").GetArrayLength() == 1);

        Assert.Equal("given", mariam!.Value.GetProperty("permissions")[0].GetProperty("state").GetString());
        Assert.Empty(await client.OutboxAsync(Store)); // History sends nothing by itself.
    }

    /// <summary>A cart that was left three and a half hours ago: of three reminders the last is due, with a code.</summary>
    private async Task<string> RemindedAsync()
    {
        await PutAsync("automations/abandoned-cart", new
        {
            mode = "live", steps = new[] { new { delay = "PT1H" }, new { delay = "PT2H" }, new { delay = "PT3H" } },
            coupon = new { what = new { en = "10% off this cart" }, code = "BACK", unique = new { percentOff = 10, validFor = "P3D" } },
        });
        await Client.UntilAsync(() => client.GetAsync($"/api/stores/{storeId}/coupons"),
            c => c.GetProperty("items")[0].GetProperty("free").GetInt32() > 0, 60);

        await DeliverAsync("checkouts/update", Bodies.Checkout("life", Mariam, Now.AddHours(-3.5), 1,
            recovery: $"https://{shop.Domain}/checkouts/life/recover?key=k"));
        var message = Assert.Single(await Client.UntilAsync(() => client.OutboxAsync(Store), o => o.Length > 0));

        Assert.Equal(Mariam, message.GetProperty("to").GetString());
        var code = Code().Match(message.GetProperty("text").GetString()!).Value;
        var discounts = (await shop.StateAsync()).GetProperty("discounts").EnumerateArray()
            .SelectMany(d => d.GetProperty("codes").EnumerateArray()).Select(c => c.GetString());
        Assert.Contains(code, discounts); // The shop knows what we promised.
        return code;
    }

    private async Task RecoveredAsync(string code)
    {
        var message = (await client.OutboxAsync(Store)).Single();
        var link = Link("c").Match(message.GetProperty("html").GetString()!).Value;
        using var followed = await client.Anyone.GetAsync(new Uri(link).PathAndQuery);
        Assert.Equal($"https://{shop.Domain}/checkouts/life/recover?key=k", followed.Headers.Location?.AbsoluteUri);

        var order = JsonSerializer.SerializeToNode(Bodies.Order(5001, Mariam, Now, 1, checkout: "life"))!;
        order["discount_codes"] = JsonSerializer.SerializeToNode(new[] { new { code, amount = "2.50", type = "percentage" } });
        await DeliverAsync("orders/create", order);

        var credits = await Client.UntilAsync(() => client.GetAsync($"/api/stores/{storeId}/credits"),
            c => c.GetProperty("automations").GetArrayLength() > 0);
        Assert.Equal(("abandoned-cart", 1), (credits.GetProperty("automations")[0].GetProperty("automation").GetString(),
            credits.GetProperty("automations")[0].GetProperty("orders").GetInt32()));
    }

    private async Task OptedOutAsync()
    {
        var message = (await client.OutboxAsync(Store)).Single();
        var link = Link("u").Match(message.GetProperty("html").GetString()!).Value;
        using var said = await client.Anyone.PostAsync(new Uri(link).PathAndQuery,
            new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]));
        Assert.True(said.IsSuccessStatusCode);

        var told = await Client.UntilAsync(shop.StateAsync, s => s.GetProperty("consents").GetArrayLength() > 0, 60);
        Assert.Contains("UNSUBSCRIBED", told.GetProperty("consents").ToString(), StringComparison.Ordinal);
        Assert.Contains("gid://shopify/Customer/1\"", told.GetProperty("consents").ToString(), StringComparison.Ordinal);
    }

    private async Task LeftAsync()
    {
        var id = long.Parse((await shop.StateAsync()).GetProperty("facts").GetProperty("id").GetString()!.Split('/')[^1], CultureInfo.InvariantCulture);
        await DeliverAsync("app/uninstalled", new
        {
            id, name = "Test Shop", myshopify_domain = shop.Domain, plan_name = "basic", shop_owner = "Owner",
        });
        await Client.UntilAsync(() => client.GetAsync("/api/operator/stores"),
            s => s.GetProperty("items")[0].GetProperty("uninstalledAt").ValueKind != JsonValueKind.Null);
        await DeliverAsync("shop/redact", new { shop_id = id, shop_domain = shop.Domain });

        await Client.UntilAsync(() => client.GetAsync("/api/operator/stores"), s => s.GetProperty("items").GetArrayLength() == 0);
        var receipts = await Client.UntilAsync(() => client.GetAsync($"/api/operator/receipts?domain={shop.Domain}"),
            r => r.GetProperty("items").EnumerateArray().Any(i => i.GetProperty("topic").GetString() == "shop/redact"
                && i.GetProperty("doneAt").ValueKind == JsonValueKind.String), 60);
        Assert.DoesNotContain(Mariam, receipts.ToString(), StringComparison.Ordinal);

        await service.TerminateAsync();
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var trace in new[] { Mariam, storeId, "shpat_", "shprt_", "whole-life" })
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(trace)) < 0, $"{Path.GetFileName(file)} still holds '{trace}'.");
            }
        }
    }

    private ConnectedStore Store => new(storeId, shop.Domain, new Dictionary<string, (string, string)>());

    /// <summary>The service's clock, as a store's own record told it.</summary>
    private DateTimeOffset Now => client.Now;

    private async Task<JsonElement> OpenAsync()
    {
        var clock = (await client.GetAsync("/api/operator/health")).GetProperty("now").GetDateTimeOffset();
        client.Knows(clock);
        using var answer = await client.Anyone.PostAsJsonAsync("/api/session", new { idToken = IdToken(clock) });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>As App Bridge hands it out, but for the time it lasts: a minute is a tenth of a second here.</summary>
    private string IdToken(DateTimeOffset now)
    {
        var claims = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = $"https://{shop.Domain}/admin", dest = $"https://{shop.Domain}", aud = MockShopify.ClientId, sub = "42",
            nbf = now.AddMinutes(-1).ToUnixTimeSeconds(), iat = now.AddMinutes(-1).ToUnixTimeSeconds(),
            exp = now.AddMinutes(30).ToUnixTimeSeconds(), jti = Guid.NewGuid().ToString(), sid = "session-not-real",
        });
        var signed = $"{Url("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Url(claims)}";
        return $"{signed}.{Url(HMACSHA256.HashData(Encoding.UTF8.GetBytes(MockShopify.ClientSecret), Encoding.UTF8.GetBytes(signed)))}";

        static string Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }

    private async Task PutAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/stores/{storeId}/{path}") { Content = JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task DeliverAsync(string topic, object body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/shopify") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-Shopify-Topic", topic);
        request.Headers.Add("X-Shopify-Shop-Domain", shop.Domain);
        request.Headers.Add("X-Shopify-API-Version", "2026-10");
        request.Headers.Add("X-Shopify-Webhook-Id", Guid.NewGuid().ToString());
        request.Headers.Add("X-Shopify-Triggered-At", Now.ToString("O", CultureInfo.InvariantCulture));
        request.Headers.Add("X-Shopify-Hmac-Sha256", Client.Sign(MockShopify.ClientSecret, bytes));
        using var answer = await client.Anyone.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>What the shop has when we come: somebody who agreed and bought a month ago, and what she bought.</summary>
    private static object Data(DateTimeOffset now) => new
    {
        customers = new[]
        {
            new
            {
                id = "gid://shopify/Customer/1", firstName = "Mariam", locale = "en", createdAt = Iso(now.AddDays(-90)), updatedAt = Iso(now.AddDays(-30)),
                defaultEmailAddress = new
                {
                    emailAddress = Mariam, marketingState = "SUBSCRIBED", marketingOptInLevel = "SINGLE_OPT_IN",
                    marketingUpdatedAt = Iso(now.AddDays(-60)),
                },
                defaultAddress = new { countryCodeV2 = "US", provinceCode = "NY" },
            },
        },
        products = new[]
        {
            new
            {
                id = "gid://shopify/Product/632910392", title = "House Blend", handle = "house-blend", status = "ACTIVE",
                publishedAt = Iso(now.AddDays(-90)), updatedAt = Iso(now.AddDays(-3)),
                variants = new[]
                {
                    new
                    {
                        id = "gid://shopify/ProductVariant/808950810", title = "Default Title", price = "12.50", availableForSale = true,
                        updatedAt = Iso(now.AddDays(-3)), inventoryItem = new { id = "gid://shopify/InventoryItem/1" },
                    },
                },
            },
        },
        orders = new[]
        {
            new
            {
                id = "gid://shopify/Order/4001", createdAt = Iso(now.AddDays(-30)), processedAt = Iso(now.AddDays(-30)), updatedAt = Iso(now.AddDays(-30)),
                test = false, sourceName = "web", currencyCode = "USD", presentmentCurrencyCode = "USD", displayFinancialStatus = "PAID",
                email = Mariam, totalPriceSet = new { presentmentMoney = new { amount = "12.50", currencyCode = "USD" } },
                customer = new { id = "gid://shopify/Customer/1", firstName = "Mariam", defaultEmailAddress = new { emailAddress = Mariam } },
                lineItems = new[]
                {
                    new
                    {
                        id = "gid://shopify/LineItem/1", quantity = 1, title = "House Blend", product = new { id = "gid://shopify/Product/632910392" },
                        variant = new { id = "gid://shopify/ProductVariant/808950810" },
                        originalUnitPriceSet = new { presentmentMoney = new { amount = "12.50", currencyCode = "USD" } },
                    },
                },
            },
        },
    };

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Regex Link(string kind) => new($@"https?://[^""\s]+/{kind}/[A-Za-z0-9_-]+", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    [GeneratedRegex("BACK-[A-Z0-9]{10}")]
    private static partial Regex Code();
}
