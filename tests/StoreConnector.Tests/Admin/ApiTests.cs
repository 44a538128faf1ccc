using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Admin;

/// <summary>The operator's and the store's API over a real socket.</summary>
public sealed class ApiTests : IDisposable
{
    private readonly TestService service = new();

    public void Dispose() => service.Dispose();

    [Theory]
    [InlineData("/api/operator/stores")]
    [InlineData("/api/stores/any/automations/abandoned-cart")]
    [InlineData("/API/operator/stores")]
    [InlineData("/api/nothing-here")]
    public async Task Nothing_of_the_api_opens_without_the_key(string path)
    {
        using var answer = await service.Anonymous.GetAsync(path);

        Assert.Equal("unauthorized", await ProblemAsync(answer, HttpStatusCode.Unauthorized));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Basic test-operator-key-not-real")]
    [InlineData("test-operator-key-not-real")]
    public async Task A_wrong_key_opens_nothing(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/operator/stores");
        request.Headers.TryAddWithoutValidation("Authorization", header);

        Assert.Equal("unauthorized", await ProblemAsync(await service.Anonymous.SendAsync(request), HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_host_that_is_not_ours_is_refused_but_for_what_others_call()
    {
        Assert.Equal("unknown-host", await ProblemAsync(await AsHostAsync("/api/operator/stores"), HttpStatusCode.Forbidden));
        Assert.Equal("unknown-host", await ProblemAsync(await AsHostAsync("/openapi/v1.json"), HttpStatusCode.Forbidden));
        Assert.Equal(HttpStatusCode.OK, (await AsHostAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AsHostAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await AsHostAsync("/u/no-such-token")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AsHostAsync("/api/operator/stores", "connect.example.com")).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("https://connect.example.com.evil.example", false)]
    [InlineData("http://connect.example.com", false)]
    [InlineData("https://connect.example.com", true)]
    public async Task Only_our_own_pages_may_call(string origin, bool isOurs)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/operator/stores");
        request.Headers.Add("Origin", origin);

        using var answer = await service.Operator.SendAsync(request);

        Assert.Equal(isOurs ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_WooCommerce_store_gets_a_hook_for_each_topic_and_a_Shopify_store_none()
    {
        var (_, hooks) = await service.ConnectAsync("woocommerce", "Shop.Example.COM");
        var (_, none) = await service.ConnectAsync("shopify", TestService.Shop);

        Assert.Equal(
            ["cart.updated", "customer.created", "customer.deleted", "customer.updated", "order.created", "order.deleted",
             "order.restored", "order.updated", "product.created", "product.deleted", "product.restored",
             "product.updated"],
            hooks.EnumerateArray().Select(h => h.GetProperty("topic").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(24, hooks.EnumerateArray()
            .SelectMany(h => new[] { h.GetProperty("path").GetString(), h.GetProperty("secret").GetString() }).Distinct().Count());
        Assert.Empty(none.EnumerateArray());
        var list = await service.Operator.GetFromJsonAsync<JsonElement>("/api/operator/stores");
        Assert.Equal("shop.example.com", list.GetProperty("items")[0].GetProperty("domain").GetString());
    }

    [Fact]
    public async Task A_stores_secrets_are_not_readable_where_they_are_kept()
    {
        var (storeId, hooks) = await service.ConnectAsync("woocommerce", "shop.example.com");
        var secret = hooks[0].GetProperty("secret").GetString()!;
        var aliasKey = (await service.Get<StoreRegistry>().FindAsync(storeId, default))!.AliasKey;

        Assert.Equal(32, aliasKey.Length);
        var kept = service.Engine.Rows(StoreRegistry.Table).Select(r => Encoding.UTF8.GetString(r.Value.Span)).ToList();
        Assert.DoesNotContain(kept, text => text.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(kept, text => text.Contains(Convert.ToBase64String(aliasKey.Span), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("platform", "\"magento\"", "shopify or woocommerce")]
    [InlineData("domain", "\"https://shop.example.com\"", "host name")]
    [InlineData("domain", "\"shop\"", "host name")]
    [InlineData("name", "\"\"", "1 to 80 characters")]
    [InlineData("currency", "\"usd\"", "ISO 4217")]
    [InlineData("currency", "\"QQQ\"", "ISO 4217")]
    [InlineData("timeZone", "\"Mars/Olympus\"", "IANA")]
    [InlineData("timeZone", "5", "IANA")]
    [InlineData("country", "\"ZZ\"", "ISO 3166-1")]
    [InlineData("locale", "\"english\"", "BCP 47")]
    [InlineData("colour", "\"red\"", "postalAddress")]
    public async Task Each_field_of_a_new_store_that_cannot_be_is_named(string field, string json, string allowed)
    {
        var body = new Dictionary<string, object>
        {
            ["platform"] = "woocommerce", ["domain"] = "shop.example.com", ["name"] = "Test", ["currency"] = "USD",
            ["timeZone"] = "America/New_York", ["country"] = "US", ["locale"] = "en-US",
        };
        body[field] = JsonDocument.Parse(json).RootElement;

        using var answer = await service.Operator.PostAsJsonAsync("/api/operator/stores", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("invalid-fields", problem.GetProperty("code").GetString());
        var error = Assert.Single(problem.GetProperty("errors").EnumerateObject());
        Assert.Equal(field, error.Name);
        Assert.Contains(allowed, error.Value[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "application/json", 400, "malformed-json")]
    [InlineData("[]", "application/json", 400, "malformed-json")]
    [InlineData("{\"a\":1,\"a\":2}", "application/json", 400, "malformed-json")]
    [InlineData("{}", "text/plain", 415, "not-json")]
    [InlineData(null, "application/json", 413, "body-too-large")]
    public async Task A_body_of_the_wrong_form_is_a_problem_with_a_code(string? body, string type, int status, string code)
    {
        using var content = new StringContent(body ?? new string(' ', 65 * 1024), Encoding.UTF8, type);

        using var answer = await service.Operator.PostAsync("/api/operator/stores", content);

        Assert.Equal(code, await ProblemAsync(answer, (HttpStatusCode)status));
    }

    [Fact]
    public async Task A_new_store_starts_in_shadow_with_the_defaults()
    {
        var rule = await (await PutAsync(await StoreAsync(), "{}")).Content.ReadAsStringAsync();

        Assert.Equal(
            """{"mode":"shadow","version":1,"idle":"PT30M","steps":[{"delay":"PT1H"},{"delay":"P1D"},{"delay":"P3D"}],"freshness":"P1D","""
            + """ "endsAfter":"P7D","quietAfterPurchase":"P1D","betweenSeries":"P1D","coupon":null}""".TrimStart(), rule);
    }

    [Fact]
    public async Task What_is_sent_is_laid_over_what_is_saved_and_acts_at_once()
    {
        var store = await StoreAsync();

        var first = await PutAsync(store, """{"mode": "live", "steps": [{"delay": "PT2H"}]}""");
        var second = await PutAsync(store, """{"idle": "PT45M"}""", "\"2\"");
        var repeat = await PutAsync(store, """{"idle": "PT45M", "version": 3}""");

        Assert.Equal(["\"2\"", "\"3\"", "\"3\""], new[] { first, second, repeat }.Select(a => a.Headers.ETag!.Tag));
        var saved = (await service.Get<StoreRegistry>().FindAsync(store, default))!.Store.AbandonedCart;
        Assert.Equal(Core.Automations.AutomationMode.Live, saved.Mode);
        Assert.Equal([TimeSpan.FromHours(2)], saved.Steps);
        Assert.Equal(TimeSpan.FromMinutes(45), saved.Idle);
        using var read = await service.Operator.GetAsync($"/api/stores/{store}/automations/abandoned-cart");
        Assert.Equal("\"3\"", read.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_change_to_a_version_that_is_gone_is_refused()
    {
        var store = await StoreAsync();
        await PutAsync(store, """{"mode": "live"}""");

        Assert.Equal("stale", await ProblemAsync(await PutAsync(store, """{"mode": "off"}""", "\"1\""), HttpStatusCode.PreconditionFailed));
        Assert.Equal("stale", await ProblemAsync(await PutAsync(store, """{"mode": "off", "version": 1}"""), HttpStatusCode.PreconditionFailed));
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(store, """{"mode": "off"}""", "*")).StatusCode);
    }

    [Fact]
    public async Task Changes_at_the_same_time_are_all_saved()
    {
        var store = await StoreAsync();
        string[] bodies = ["""{"idle": "PT20M"}""", """{"endsAfter": "P8D"}""", """{"freshness": "PT2H"}""", """{"mode": "live"}"""];

        await Task.WhenAll(bodies.Select(body => PutAsync(store, body)));

        var saved = (await service.Get<StoreRegistry>().FindAsync(store, default))!.Store.AbandonedCart;
        Assert.Equal((5, TimeSpan.FromMinutes(20), TimeSpan.FromDays(8)), (saved.Version, saved.Idle, saved.EndsAfter));
    }

    [Theory]
    [InlineData("""{"idle": "PT5M"}""", "idle", "PT5M", "PT10M to P1D")]
    [InlineData("""{"idle": "P1M"}""", "idle", "P1M", "ISO 8601")]
    [InlineData("""{"idle": 30}""", "idle", "30", "ISO 8601")]
    [InlineData("""{"idle": null}""", "idle", "null", "ISO 8601")]
    [InlineData("""{"mode": "on"}""", "mode", "on", "off, shadow or live")]
    [InlineData("""{"steps": []}""", "steps", "0 steps", "1 to 5 steps")]
    [InlineData("""{"steps": ["PT1H"]}""", "steps[0]", "PT1H", "delay")]
    [InlineData("""{"steps": [{"delay": "P2D"}, {"delay": "P1D"}]}""", "steps[1].delay", "P1D", "P2DT1M to P14D")]
    [InlineData("""{"steps": [{"delay": "P15D"}]}""", "steps[0].delay", "P15D", "P14D")]
    [InlineData("""{"endsAfter": "P9999D"}""", "endsAfter", "P9999D", "P1D to P30D")]
    [InlineData("""{"idel": "PT1H"}""", "idel", "unknown", "idle")]
    public async Task A_setting_out_of_range_is_named_with_its_value_and_its_range(
        string body, string field, string value, string range)
    {
        using var answer = await PutAsync(await StoreAsync(), body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var sentence = problem.GetProperty("errors").GetProperty(field)[0].GetString();
        Assert.Contains(value, sentence, StringComparison.Ordinal);
        Assert.Contains(range, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        var store = await StoreAsync();

        Assert.Equal("not-found", await ProblemAsync(await GetAsync($"/api/stores/{store}/automations/made-up"), HttpStatusCode.NotFound));
        Assert.Equal("not-found", await ProblemAsync(await GetAsync("/api/stores/nobody/automations/abandoned-cart"), HttpStatusCode.NotFound));
        Assert.Equal("not-found", await ProblemAsync(await GetAsync($"/api/stores/{store}/customers/nobody"), HttpStatusCode.NotFound));
        Assert.Equal("not-found", await ProblemAsync(await GetAsync("/api/operator/outbox?storeId=nobody"), HttpStatusCode.NotFound));
        Assert.Equal("not-found", await ProblemAsync(
            await service.Operator.PostAsync("/api/operator/unreadable/nobody.0/run", null), HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("""{"email": "maria@example.com"}""", 200)]
    [InlineData("""{"phone": "+14155550123"}""", 200)]
    [InlineData("""{"phone": "(415) 555-2671"}""", 200)]
    [InlineData("""{"id": 9007199254740993}""", 200)]
    [InlineData("""{"id": "9007199254740993"}""", 200)]
    [InlineData("""{"email": "not an address"}""", 400)]
    [InlineData("""{"phone": "555"}""", 400)]
    [InlineData("""{"id": 1.5}""", 400)]
    [InlineData("""{"email": "maria@example.com", "id": 1}""", 400)]
    [InlineData("{}", 400)]
    public async Task A_search_names_exactly_one_thing(string body, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await service.Operator.PostAsync($"/api/stores/{await StoreAsync()}/customers/search", content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.DoesNotContain("not an address", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_poisoned_message_is_listed_without_its_content_and_can_be_run_again()
    {
        var queue = await ((IQueues)service.Engine).OpenAsync(Queues.WakeUps, default);
        await queue.SendAsync([new("secret@example.com"u8.ToArray())], default);
        for (var i = 0; i <= IQueue.MaxDequeues; i++)
        {
            await queue.ReceiveAsync(1, TimeSpan.FromMilliseconds(1), default);
            await Task.Delay(5);
        }

        var list = await (await GetAsync("/api/operator/poison?queue=wake-ups")).Content.ReadAsStringAsync();
        var item = JsonDocument.Parse(list).RootElement.GetProperty("items")[0];
        using var ran = await service.Operator.PostAsync($"/api/operator/poison/{item.GetProperty("id").GetString()}/run", null);

        Assert.DoesNotContain("secret", list, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, ran.StatusCode);
        Assert.Single(service.Engine.Visible(Queues.WakeUps));
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync("/api/operator/poison?queue=made-up")).StatusCode);
    }

    [Fact]
    public async Task A_poisoned_message_says_why_it_was_given_up_until_it_is_run_again()
    {
        var (body, failures) = ("malformed secret@example.com"u8.ToArray(), service.Get<Failures>());
        var queue = await ((IQueues)service.Engine).OpenAsync(Queues.Imports, default);
        await queue.SendAsync([new(body)], default);
        for (var i = 1; i <= IQueue.MaxDequeues; i++)
        {
            var handedOut = Assert.Single(await queue.ReceiveAsync(1, TimeSpan.FromMilliseconds(1), default));
            Assert.False(await service.Get<MessageRunner>().RunAsync(
                Queues.Imports, handedOut.Body, handedOut.Id, handedOut.Dequeues, default));
            await Task.Delay(5);
        }

        await queue.ReceiveAsync(1, TimeSpan.FromMilliseconds(1), default);
        var list = await (await GetAsync("/api/operator/poison?queue=imports")).Content.ReadAsStringAsync();
        var item = JsonDocument.Parse(list).RootElement.GetProperty("items")[0];
        using var ran = await service.Operator.PostAsync($"/api/operator/poison/{item.GetProperty("id").GetString()}/run", null);

        Assert.Equal("The message cannot be read: it is not the JSON of this queue's messages.",
            item.GetProperty("reason").GetString());
        Assert.Equal(IQueue.MaxDequeues, item.GetProperty("attempts").GetInt32());
        Assert.Equal(DateTimeOffset.UtcNow, item.GetProperty("failedAt").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
        Assert.DoesNotContain("secret", list, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, ran.StatusCode);
        Assert.Null(await failures.FindAsync(Queues.Imports, body, default));
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        var document = await (await GetAsync("/openapi/v1.json")).Content.ReadFromJsonAsync<JsonElement>();

        var paths = document.GetProperty("paths");
        foreach (var path in new[]
        {
            "/api/operator/stores", "/api/operator/outbox", "/api/operator/unreadable", "/api/operator/unreadable/{id}/run",
            "/api/stores/{storeId}/automations/abandoned-cart", "/api/stores/{storeId}/customers/search",
            "/api/stores/{storeId}/customers/{key}", "/webhooks/shopify", "/webhooks/woocommerce/{hookToken}",
        })
        {
            Assert.All(paths.GetProperty(path).EnumerateObject(), o => Assert.NotEqual("", o.Value.GetProperty("summary").GetString()));
        }
    }

    private static async Task<string?> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        return problem.GetProperty("code").GetString();
    }

    private async Task<string> StoreAsync() => (await service.ConnectAsync("shopify", TestService.Shop)).StoreId;

    private Task<HttpResponseMessage> GetAsync(string path) => service.Operator.GetAsync(path);

    private Task<HttpResponseMessage> AsHostAsync(string path, string host = "evil.example")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        return service.Operator.SendAsync(request);
    }

    private Task<HttpResponseMessage> PutAsync(string store, string body, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/stores/{store}/automations/abandoned-cart")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (ifMatch is not null) { request.Headers.TryAddWithoutValidation("If-Match", ifMatch); }

        return service.Operator.SendAsync(request);
    }
}
