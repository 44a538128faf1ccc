using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>
/// A WooCommerce site's whole life with us, from outside: the real service, a site that behaves as one was measured, its
/// merchant's and its shoppers' browsers. Ten minutes pass in a second.
/// </summary>
[Trait("Speed", "slow")]
public sealed partial class WooLifeTests : IAsyncDisposable
{
    private const double Speed = 600;
    private const string Mariam = "mariam.woo-life@example.com", Gina = "gina.woo-life@example.com";
    private const string MariamsCart = "abababababababababababababababab", GinasCart = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";

    private readonly TemporaryFolder folder = new();
    private readonly HttpClient nobody = new(new Unreachable()) { BaseAddress = new("http://127.0.0.1:1") };
    private WooStore site = null!;
    private ServiceProcess service = null!;
    private Client client = null!;
    private string storeId = "", secret = "";
    private long lastOrder = 4001;

    [Fact]
    public async Task A_site_connects_reminds_gets_its_order_back_survives_an_outage_and_leaves_without_a_trace()
    {
        await BeginAsync();
        await ConnectAsync();
        await OpenThePageAsync();
        await ImportedAsync();
        var code = await RemindedAsync();
        await RecoveredAsync(code);
        await HealedAsync();
        await LeftAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        nobody.Dispose();
        if (service is not null) { await service.DisposeAsync(); }

        if (site is not null) { await site.DisposeAsync(); }

        folder.Dispose();
    }

    /// <summary>The site's clock is the service's.</summary>
    private async Task BeginAsync()
    {
        site = await WooStore.StartAsync("/shop/");
        service = await ServiceProcess.StartAsync(folder.Path, Speed, "--PublicUrl=https://connect.example.com");
        client = new(service.Address, Speed);
        client.Knows((await client.GetAsync("/api/operator/health")).GetProperty("now").GetDateTimeOffset());
        (site.Clock, site.Outside) = (new Watch(client), client.Anyone);
        site.Things["carts"] = [];
        History(site, client.Now);
    }

    /// <summary>
    /// The merchant presses Connect in wp-admin, says yes, and is back where they were. The ten minutes that they have
    /// are a second here: who was too slow presses again.
    /// </summary>
    private async Task ConnectAsync()
    {
        await Client.UntilAsync(PressAsync, to => to == site.OurPage);
        (storeId, secret, _) = site.Companion!.Value;
        var store = Assert.Single((await client.GetAsync("/api/operator/stores")).GetProperty("items").EnumerateArray());
        Assert.Equal((storeId, "Bean & Leaf", "USD", "America/New_York"), (store.GetProperty("storeId").GetString(),
            store.GetProperty("name").GetString(), store.GetProperty("currency").GetString(), store.GetProperty("timeZone").GetString()));
        await Client.UntilAsync(() => Task.FromResult(site.Webhooks), all => all.Count(w => w.Status == "active") == 12);
    }

    /// <summary>Where the browser ends; null when it was too late on the way.</summary>
    private async Task<Uri?> PressAsync()
    {
        using var begun = await client.Anyone.GetAsync(site.Press());
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        var (to, _) = await site.ApproveAsync(begun.Headers.Location!);
        if (to is null) { return null; }

        using var back = new HttpRequestMessage(HttpMethod.Get, to.PathAndQuery);
        back.Headers.Add("Cookie", Assert.Single(begun.Headers.GetValues("Set-Cookie")).Split(';')[0]);
        using var answer = await client.Anyone.SendAsync(back);
        return answer.Headers.Location;
    }

    /// <summary>The frame in wp-admin hands over a token that the companion signed; it opens the page once.</summary>
    private async Task OpenThePageAsync()
    {
        var token = "";
        using var session = await Client.UntilAsync(() =>
        {
            token = HandOver();
            return client.Anyone.PostAsJsonAsync("/api/session", new { handOver = token, storeId });
        }, answer => answer.IsSuccessStatusCode); // Its minute is a tenth of a second here.
        Assert.Equal(storeId, (await session.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("storeId").GetString());

        using var again = await client.Anyone.PostAsJsonAsync("/api/session", new { handOver = token, storeId });
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    private async Task ImportedAsync()
    {
        await Client.UntilAsync(() => client.GetAsync($"/api/stores/{storeId}/imports"), imports =>
            imports.GetProperty("items").EnumerateArray().ToList() is { Count: 3 } all
            && all.TrueForAll(i => i.GetProperty("status").GetString() == "done"));
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
        await Client.UntilAsync(() => Task.FromResult(site.Things["coupons"].Count), n => n > 0);

        await CartAsync(1, MariamsCart, Mariam, client.Now.AddHours(-3.5), quantity: 2);
        var message = Assert.Single(await Client.UntilAsync(() => client.OutboxAsync(Store), o => o.Length > 0));

        Assert.Equal(Mariam, message.GetProperty("to").GetString());
        var code = Code().Match(message.GetProperty("text").GetString()!).Value;
        var coupon = Assert.Single(site.Things["coupons"].Values, c => string.Equals((string)c["code"]!, code, StringComparison.OrdinalIgnoreCase));
        Assert.Equal((1, "percent", "10"), ((int)coupon["usage_limit"]!, (string)coupon["discount_type"]!, (string)coupon["amount"]!));
        return code;
    }

    /// <summary>The link brings the cart back with its code; what is bought then is credited, and all is silent.</summary>
    private async Task RecoveredAsync(string code)
    {
        var message = (await client.OutboxAsync(Store)).Single();
        var link = Link("c").Match(message.GetProperty("html").GetString()!).Value;
        using var followed = await client.Anyone.GetAsync(new Uri(link).PathAndQuery);
        var back = followed.Headers.Location!;
        var query = QueryHelpers.ParseQuery(back.Query);
        Assert.Equal(site.Site.GetLeftPart(UriPartial.Path), back.GetLeftPart(UriPartial.Path));
        Assert.Equal((MariamsCart, code), (query["storeconnector_cart"].ToString(), query["coupon"].ToString()));
        Assert.Equal(Sign($"storeconnector-recovery\n{MariamsCart}\n{query["exp"]}"), query["sig"].ToString());

        await OrderAsync(Mariam, MariamsCart, code.ToLowerInvariant());

        var credits = await Client.UntilAsync(() => client.GetAsync($"/api/stores/{storeId}/credits"),
            c => c.GetProperty("automations").GetArrayLength() > 0);
        Assert.Equal(("abandoned-cart", 1), (credits.GetProperty("automations")[0].GetProperty("automation").GetString(),
            credits.GetProperty("automations")[0].GetProperty("orders").GetInt32()));
        Assert.Single(await client.OutboxAsync(Store));
    }

    /// <summary>
    /// We are gone for a while: the hook fails seven times and is disabled, and what was bought meanwhile was told to
    /// nobody. Then everything is as if nothing had been.
    /// </summary>
    private async Task HealedAsync()
    {
        await PutAsync("automations/abandoned-cart", new { steps = new[] { new { delay = "PT24H" } }, coupon = (object?)null });
        await CartAsync(2, GinasCart, Gina, client.Now, quantity: 1);
        await Client.UntilAsync(() => client.CustomerAsync(Store, Gina), c => c is not null);

        var hook = site.Webhooks.Single(w => w.Topic == "order.updated");
        site.Outside = nobody;
        for (var n = 0; n < WooStore.FatalFailure; n++)
        {
            site.Fire("order.updated", 4001);
            await site.RunQueueAsync();
        }

        Assert.Equal("disabled", site.Webhooks.Single(w => w.Id == hook.Id).Status);
        await OrderAsync(Gina, GinasCart, null);
        site.Outside = client.Anyone;

        await Client.UntilAsync(() => Task.FromResult(site.Webhooks), all => all.Any(w => w is { Topic: "order.updated", Status: "active" })
            && all.All(w => w.Id != hook.Id));
        var gina = await Client.UntilAsync(() => client.CustomerAsync(Store, Gina), c => c!.Value.GetProperty("orders").GetArrayLength() == 1);
        Assert.Equal(25.00m, gina!.Value.GetProperty("orders")[0].GetProperty("total").GetDecimal());
        await Client.UntilAsync(() => client.DecisionAsync(Store, Gina), d => d == "skip/already-bought");
        Assert.Single(await client.OutboxAsync(Store)); // Mariam's.
    }

    private async Task LeftAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/api/stores/{storeId}/woocommerce?erase=true");
        using var said = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, said.StatusCode);

        await Client.UntilAsync(() => client.GetAsync("/api/operator/stores"), s => s.GetProperty("items").GetArrayLength() == 0);
        var receipts = await Client.UntilAsync(() => client.GetAsync($"/api/operator/receipts?domain={site.Site.IdnHost}"),
            r => r.GetProperty("items").EnumerateArray().Any(i => i.GetProperty("topic").GetString() == "woocommerce/erase"
                && i.GetProperty("doneAt").ValueKind == JsonValueKind.String));
        Assert.DoesNotContain(Mariam, receipts.ToString(), StringComparison.Ordinal);
        Assert.Empty(site.Webhooks);
        Assert.Null(site.Companion);
        await service.TerminateAsync();
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var trace in site.Keys.SelectMany(k => new[] { k.Key, k.Secret }).Concat([Mariam, Gina, storeId, secret, "woo-life"]))
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(trace)) < 0, $"{Path.GetFileName(file)} still holds '{trace}'.");
            }
        }
    }

    private ConnectedStore Store => new(storeId, site.Site.IdnHost, new Dictionary<string, (string, string)>());

    /// <summary>The companion tells of a cart; the variation leaves an attribute open.</summary>
    private async Task CartAsync(long id, string token, string email, DateTimeOffset at, int quantity)
    {
        object[] items = quantity == 0 ? [] :
        [
            new
            {
                product_id = 12, variation_id = 13, quantity, line_total = "25.00", name = "Green Tea",
                variation = new Dictionary<string, string> { ["attribute_size"] = "100 g" },
            },
        ];
        site.Things["carts"][id] = JsonSerializer.SerializeToNode(new
        {
            cart = token, hash = $"{id}-{quantity}", updated_gmt = Bodies.Gmt(at), currency = "USD", total = "25.00", customer_id = 0, email,
            phone = "", country = "US", locale = "en_US", items,
        })!.AsObject();
        site.Fire("cart.updated", id);
        await site.RunQueueAsync();
    }

    /// <summary>The block checkout tells of the change before it tells of the order; the cart is empty then.</summary>
    private async Task OrderAsync(string email, string cart, string? coupon)
    {
        var order = JsonSerializer.SerializeToNode(Bodies.WooOrder(++lastOrder, email, client.Now, cart: cart))!.AsObject();
        order["date_paid_gmt"] = Bodies.Gmt(client.Now);
        order["coupon_lines"] = coupon is null ? [] : new JsonArray(new JsonObject { ["code"] = coupon });
        site.Things["orders"][lastOrder] = order;
        site.Fire("order.updated", lastOrder);
        site.Fire("order.created", lastOrder);
        await site.RunQueueAsync();
        await CartAsync(email == Mariam ? 1 : 2, cart, email, client.Now, quantity: 0);
    }

    private string HandOver()
    {
        var now = client.Now.ToUnixTimeSeconds();
        var claims = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new
        {
            storeId, userId = "7", iat = now, exp = now + 60, nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        }));
        return $"{claims}.{Sign(claims)}";
    }

    private string Sign(string text) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), Encoding.ASCII.GetBytes(text)));

    private async Task PutAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/stores/{storeId}/{path}") { Content = JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What the site has when we come: a tea, and somebody who agreed and bought it a month ago.</summary>
    private static void History(WooStore site, DateTimeOffset now)
    {
        site.Things["products"][12] = JsonSerializer.SerializeToNode(new
        {
            id = 12, name = "Green Tea", type = "variable", status = "publish", permalink = $"{site.Site}product/green-tea/", price = "12.50",
            regular_price = "12.50", purchasable = true, stock_status = "instock", variations = new[] { 13 }, images = Array.Empty<object>(),
            date_created_gmt = Bodies.Gmt(now.AddDays(-90)), date_modified_gmt = Bodies.Gmt(now.AddDays(-3)), parent_id = 0,
        })!.AsObject();
        site.Things["variations"][13] = JsonSerializer.SerializeToNode(new
        {
            id = 13, name = "100 g", type = "variation", status = "publish", permalink = $"{site.Site}product/green-tea/", price = "12.50",
            regular_price = "12.50", purchasable = true, stock_status = "instock", parent_id = 12,
            date_created_gmt = Bodies.Gmt(now.AddDays(-90)), date_modified_gmt = Bodies.Gmt(now.AddDays(-3)),
        })!.AsObject();
        site.Things["orders"][4001] = JsonSerializer.SerializeToNode(
            Bodies.WooOrder(4001, Mariam, now.AddDays(-30), "completed", consentAt: now.AddDays(-30)))!.AsObject();
    }

    private static Regex Link(string kind) => new($@"https?://[^""\s]+/{kind}/[A-Za-z0-9_-]+", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    [GeneratedRegex("BACK-[A-Z0-9]{10}")]
    private static partial Regex Code();

    /// <summary>The service's clock.</summary>
    private sealed class Watch(Client client) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => client.Now;
    }

    /// <summary>Nobody is there.</summary>
    private sealed class Unreachable : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("Nobody is there.");
    }
}
