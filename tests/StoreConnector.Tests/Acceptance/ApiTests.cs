using System.Net;
using System.Text;
using System.Text.Json;

namespace StoreConnector.Tests.Acceptance;

/// <summary>The API as another team's client finds it.</summary>
[Trait("Speed", "slow")]
public sealed class ApiTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly Client client = service.Client;

    [Fact]
    public async Task The_description_names_every_route_of_the_contract()
    {
        using var document = JsonDocument.Parse(await client.Anyone.GetStringAsync("/openapi/v1.json"));
        var paths = document.RootElement.GetProperty("paths");
        foreach (var (path, methods) in new (string, string[])[]
        {
            ("/", ["get"]), ("/health/live", ["get"]), ("/health/ready", ["get"]), ("/webhooks/shopify", ["post"]),
            ("/webhooks/woocommerce/{hookToken}", ["post"]), ("/u/{token}", ["get", "post"]), ("/api/operator/stores", ["get", "post"]),
            ("/api/operator/outbox", ["get"]), ("/api/operator/unreadable", ["get"]), ("/api/operator/unreadable/{id}/run", ["post"]),
            ("/api/stores/{storeId}/automations/abandoned-cart", ["get", "put"]), ("/api/stores/{storeId}/customers/search", ["post"]),
            ("/api/stores/{storeId}/customers/{key}", ["get"]),
        })
        {
            foreach (var method in methods) { Assert.True(paths.TryGetProperty(path, out var p) && p.TryGetProperty(method, out _), $"{method} {path}"); }
        }

        Assert.StartsWith("3.", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_error_is_a_problem_with_a_code()
    {
        var store = await client.ConnectAsync("shopify", "errors.myshopify.com");
        var rule = $"/api/stores/{store.Id}/automations/abandoned-cart";
        var longKey = new string('k', 5000);
        foreach (var (method, path, body, type, status) in new (string, string, string?, string, int)[]
        {
            ("GET", "/nowhere", null, "", 404), ("GET", "/api/nowhere", null, "", 404), ("DELETE", rule, null, "", 405),
            ("PUT", rule, "{", "application/json", 400), ("PUT", rule, "[]", "application/json", 400), ("PUT", rule, "", "application/json", 400),
            ("PUT", rule, "{\"mode\":\"on\"}", "application/json", 400), ("PUT", rule, "{\"mode\":1,\"mode\":2}", "application/json", 400),
            ("PUT", rule, "{\"steps\":" + new string('[', 5000), "application/json", 400), ("PUT", rule, "{\"\\ud800\":1}", "application/json", 400),
            ("PUT", rule, "{\"version\":99}", "application/json", 412), ("PUT", rule, "mode=off", "application/x-www-form-urlencoded", 415),
            ("PUT", rule, "{\"x\":\"" + new string('x', 70_000) + "\"}", "application/json", 413), ("POST", "/api/operator/stores", "{}", "application/json", 400),
            ("GET", "/api/operator/outbox", null, "", 404), ("GET", "/api/operator/outbox?storeId=%00", null, "", 404),
            ("GET", "/api/operator/unreadable?storeId=" + longKey, null, "", 404), ("POST", "/api/operator/unreadable/x/run", null, "", 404),
            ("POST", $"/api/operator/unreadable/{store.Id}.x%20y/run", null, "", 404),
            ("POST", $"/api/operator/unreadable/{store.Id}.é/run", null, "", 404),
            ("POST", $"/api/operator/unreadable/{store.Id}.{longKey}/run", null, "", 404),
            ("POST", $"/api/operator/unreadable/{store.Id}.{new string('0', 32)}/run", null, "", 404),
            ("POST", "/api/operator/poison/shop-events.x/run", null, "", 404), ("POST", "/api/operator/poison/shop-events.-1/run", null, "", 404),
            ("POST", "/api/operator/poison/made-up.1/run", null, "", 404), ("GET", "/api/operator/poison?queue=a&queue=b", null, "", 400),
            ("GET", $"/api/stores/{store.Id}/customers/x", null, "", 404), ("GET", $"/api/stores/{store.Id}/customers/{longKey}", null, "", 404),
            ("GET", $"/api/stores/{longKey}/customers/x", null, "", 404),
            ("POST", $"/api/stores/{store.Id}/customers/search", "{\"email\":\"\\ud800@example.com\"}", "application/json", 400),
            ("POST", $"/api/stores/{store.Id}/customers/search", "{\"id\":99999999999999999999}", "application/json", 400),
            ("POST", "/api/stores/nobody/customers/search", "{}", "application/json", 404),
        })
        {
            using var request = new HttpRequestMessage(new(method), path);
            if (body is not null) { request.Content = new StringContent(body, Encoding.UTF8, type); }

            using var answer = await client.SendAsync(request);
            await AssertProblemAsync(answer, status, $"{method} {(path.Length > 200 ? path[..200] : path)} {(body?.Length > 80 ? body[..80] : body)}");
        }

        foreach (var (path, status) in new[] { ("/api/operator/stores", 401), ("/nowhere", 404), ("/webhooks/shopify", 405) })
        {
            using var answer = await client.Anyone.GetAsync(path);
            await AssertProblemAsync(answer, status, path);
        }

        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/api/operator/stores") { Headers = { Host = "evil.example" } };
        await AssertProblemAsync(await client.SendAsync(foreign), 403, "a foreign host");
        using var unsigned = await client.Anyone.PostAsync("/webhooks/shopify", new StringContent("{}"));
        await AssertProblemAsync(unsigned, 401, "an unsigned delivery");
    }

    [Fact]
    public async Task No_store_sees_what_is_anothers()
    {
        var (mine, other) = (await client.LiveAsync("shopify", "mine.myshopify.com", ["PT1H"]), await client.LiveAsync("shopify", "other.myshopify.com", ["PT1H"]));
        foreach (var (store, name) in new[] { (mine, "Blend of mine"), (other, "Blend of another") })
        {
            await client.ShopifyAsync(store, "customers_email_marketing_consent/update", Bodies.Consent(5, "both@example.com", client.Now));
            await client.ShopifyAsync(store, "checkouts/update", Bodies.Checkout("t1", "both@example.com", client.Now, 5, title: name));
            await client.ShopifyAsync(store, "checkouts/update", Bodies.Checkout($"only-{store.Id}", $"only-{store.Id}@example.com", client.Now));
            await client.ShopifyAsync(store, "orders/create", Encoding.UTF8.GetBytes("{"));
        }

        foreach (var store in new[] { mine, other })
        {
            var mail = Assert.Single(await Client.UntilAsync(() => client.OutboxAsync(store), all => all.Length > 0));
            Assert.Contains(store == mine ? "of mine" : "of another", mail.GetProperty("text").GetString(), StringComparison.Ordinal);
        }

        var key = (await client.CustomerAsync(mine, $"only-{mine.Id}@example.com"))!.Value.GetProperty("key").GetString();
        Assert.Null(await client.CustomerAsync(other, $"only-{mine.Id}@example.com"));
        await AssertNotFoundAsync(HttpMethod.Get, $"/api/stores/{other.Id}/customers/{key}");
        var unread = Assert.Single(await client.UnreadableAsync(mine)).GetProperty("id").GetString()!;
        Assert.DoesNotContain(await client.UnreadableAsync(other), u => u.GetProperty("id").GetString() == unread);
        using var borrowed = await client.SendAsync(new(HttpMethod.Post, $"/api/operator/unreadable/{other.Id}.{unread.Split('.')[1]}0/run"));
        Assert.Equal(HttpStatusCode.NotFound, borrowed.StatusCode);
        var keys = new[] { mine, other }.Select(async s => (await client.CustomerAsync(s, "both@example.com"))!.Value.GetProperty("key").GetString());
        Assert.Equal(2, (await Task.WhenAll(keys)).Distinct().Count());
    }

    [Fact]
    public async Task Changes_at_the_same_time_are_all_saved_and_of_two_with_one_precondition_one_is()
    {
        var store = await client.ConnectAsync("shopify", "changes.myshopify.com");
        var bodies = Enumerable.Range(10, 16).Select(m => $$"""{"idle":"PT{{m}}M"}""").Append("""{"endsAfter":"P8D"}""").Append("""{"freshness":"PT2H"}""");
        var answers = await Task.WhenAll(bodies.Select(b => PutAsync(store, b)));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a));

        var saved = await client.GetAsync($"/api/stores/{store.Id}/automations/abandoned-cart");
        Assert.Equal(("P8D", "PT2H"), (saved.GetProperty("endsAfter").GetString(), saved.GetProperty("freshness").GetString()));
        var version = saved.GetProperty("version").GetInt32();
        Assert.Equal(19, version);

        var raced = await Task.WhenAll(Enumerable.Range(30, 8).Select(m => PutAsync(store, $$"""{"idle":"PT{{m}}M"}""", $"\"{version}\"")));
        Assert.Single(raced, HttpStatusCode.OK);
        Assert.Equal(7, raced.Count(s => s == HttpStatusCode.PreconditionFailed));
    }

    private async Task<HttpStatusCode> PutAsync(ConnectedStore store, string body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/stores/{store.Id}/automations/abandoned-cart")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (ifMatch is not null) { request.Headers.TryAddWithoutValidation("If-Match", ifMatch); }

        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task AssertNotFoundAsync(HttpMethod method, string path)
    {
        using var answer = await client.SendAsync(new(method, path));
        await AssertProblemAsync(answer, 404, path);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer, int status, string what)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{what}: {(int)answer.StatusCode} {text}");
        Assert.True("application/problem+json" == answer.Content.Headers.ContentType?.MediaType, $"{what}: {answer.Content.Headers.ContentType} {text}");
        using var problem = JsonDocument.Parse(text);
        Assert.NotEmpty(problem.RootElement.GetProperty("code").GetString()!);
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
    }
}
