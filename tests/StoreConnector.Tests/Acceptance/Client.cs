using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StoreConnector.Tests.Acceptance;

/// <summary>A store as its operator and its platform know it.</summary>
/// <param name="Id">Our id.</param>
/// <param name="Domain">The platform's.</param>
/// <param name="Hooks">Path and secret by topic; empty for Shopify.</param>
internal sealed record ConnectedStore(string Id, string Domain, IReadOnlyDictionary<string, (string Path, string Secret)> Hooks);

/// <summary>Everybody who calls a service from outside: its operator, the platforms, a shopper's browser.</summary>
internal sealed class Client : IDisposable
{
    private readonly double speed;
    private readonly HttpClient operators;
    private DateTimeOffset known;
    private long knownAt;

    public Client(Uri address, double speed = 1)
    {
        this.speed = speed;
        (operators, Anyone) = (Make(address), Make(address));
        operators.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServiceProcess.OperatorKey);
    }

    /// <summary>Without a key and without cookies.</summary>
    public HttpClient Anyone { get; }

    /// <summary>The instant the service believes it is, as of the last store that was connected; never ahead of it.</summary>
    public DateTimeOffset Now => known + Stopwatch.GetElapsedTime(knownAt) * speed;

    /// <summary>The service has just said what time it is there.</summary>
    public void Knows(DateTimeOffset now) => (known, knownAt) = (now, Stopwatch.GetTimestamp());

    public async Task<ConnectedStore> ConnectAsync(
        string platform, string domain, string locale = "en", string currency = "USD", string? postalAddress = "1 Main St, Springfield")
    {
        using var answer = await operators.PostAsJsonAsync("/api/operator/stores", new
        {
            platform, domain, name = "Bean & Leaf", currency, timeZone = "America/New_York", country = "US", locale, postalAddress,
        });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        knownAt = Stopwatch.GetTimestamp();
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var id = made.GetProperty("storeId").GetString()!;
        var all = (await GetAsync("/api/operator/stores")).GetProperty("items").EnumerateArray();
        known = all.Single(s => s.GetProperty("storeId").GetString() == id).GetProperty("installedAt").GetDateTimeOffset();
        return new(id, domain, made.GetProperty("hooks").EnumerateArray().ToDictionary(
            h => h.GetProperty("topic").GetString()!,
            h => (h.GetProperty("path").GetString()!, h.GetProperty("secret").GetString()!)));
    }

    /// <summary>Connects a store whose reminders leave, after these delays.</summary>
    public async Task<ConnectedStore> LiveAsync(string platform, string domain, string[] delays, string locale = "en", string currency = "USD")
    {
        var store = await ConnectAsync(platform, domain, locale, currency);
        await SetAsync(store, "live", delays);
        return store;
    }

    public async Task SetAsync(ConnectedStore store, string mode, params string[] delays)
    {
        using var answer = await operators.PutAsJsonAsync(
            $"/api/stores/{store.Id}/automations/abandoned-cart", new { mode, steps = delays.Select(delay => new { delay }) });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Delivers as Shopify does, signed.</summary>
    public Task<HttpStatusCode> ShopifyAsync(ConnectedStore store, string topic, object body, string? id = null) =>
        ShopifyAsync(store, topic, JsonSerializer.SerializeToUtf8Bytes(body), id);

    /// <summary>Delivers those bytes as Shopify does, signed.</summary>
    public async Task<HttpStatusCode> ShopifyAsync(ConnectedStore store, string topic, byte[] body, string? id = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/shopify") { Content = Json(body) };
        request.Headers.Add("X-Shopify-Topic", topic);
        request.Headers.Add("X-Shopify-Shop-Domain", store.Domain);
        request.Headers.Add("X-Shopify-API-Version", "2026-10");
        request.Headers.Add("X-Shopify-Webhook-Id", id ?? Guid.NewGuid().ToString());
        request.Headers.Add("X-Shopify-Hmac-Sha256", Sign(ServiceProcess.ShopifySecret, body));
        using var answer = await Anyone.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>Delivers as WooCommerce does, signed.</summary>
    public Task<HttpStatusCode> WooCommerceAsync(ConnectedStore store, string topic, object body) =>
        WooCommerceAsync(store, topic, JsonSerializer.SerializeToUtf8Bytes(body));

    /// <summary>Delivers those bytes as WooCommerce does, signed.</summary>
    /// <param name="hook">Whose path and secret are used, when it is not the topic's own.</param>
    public async Task<HttpStatusCode> WooCommerceAsync(ConnectedStore store, string topic, byte[] body, string? hook = null)
    {
        var (path, secret) = store.Hooks[hook ?? topic];
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        request.Headers.Add("X-WC-Webhook-Topic", topic);
        request.Headers.Add("X-WC-Webhook-Signature", Sign(secret, body));
        using var answer = await Anyone.SendAsync(request);
        return answer.StatusCode;
    }

    public async Task<JsonElement[]> OutboxAsync(ConnectedStore store) =>
        [.. (await GetAsync($"/api/operator/outbox?storeId={store.Id}")).GetProperty("items").EnumerateArray()];

    public async Task<JsonElement[]> UnreadableAsync(ConnectedStore store) =>
        [.. (await GetAsync($"/api/operator/unreadable?storeId={store.Id}")).GetProperty("items").EnumerateArray()];

    public async Task<JsonElement[]> PoisonAsync() =>
        [.. (await GetAsync("/api/operator/poison")).GetProperty("items").EnumerateArray()];

    /// <summary>The one customer that an e-mail address leads to, or null.</summary>
    public Task<JsonElement?> CustomerAsync(ConnectedStore store, string email) => FindAsync(store, new { email });

    /// <summary>The one customer that a search leads to, or null.</summary>
    public async Task<JsonElement?> FindAsync(ConnectedStore store, object search)
    {
        using var answer = await operators.PostAsJsonAsync($"/api/stores/{store.Id}/customers/search", search);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonElement[] found = [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray()];
        if (found.Length == 0) { return null; }

        var key = Assert.Single(found).GetProperty("key").GetString();
        using var customer = await operators.GetAsync($"/api/stores/{store.Id}/customers/{key}");
        if (customer.StatusCode == HttpStatusCode.NotFound) { return null; } // Erased since the search.

        Assert.Equal(HttpStatusCode.OK, customer.StatusCode);
        return await customer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The newest decision about a customer, as "kind/reason"; null when there is no customer or none yet.</summary>
    public async Task<string?> DecisionAsync(ConnectedStore store, string email) =>
        (await CustomerAsync(store, email))?.GetProperty("decisions").EnumerateArray()
            .Select(d => $"{d.GetProperty("decision").GetString()}/{d.GetProperty("reason").GetString()}").LastOrDefault();

    /// <summary>Sends anything with the operator's key.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => operators.SendAsync(request);

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await operators.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Asks until the answer is right; says the last one when it never is.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isRight, int seconds = 120)
    {
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (isRight(answer)) { return answer; }

            Assert.True(deadline.Elapsed.TotalSeconds < seconds, $"Not within {seconds} s; the last answer was: {answer}");
            await Task.Delay(seconds > 120 ? 500 : 50); // Who waits long looks seldom.
        }
    }

    /// <summary>Waits until the service believes it is that late.</summary>
    public Task UntilAsync(DateTimeOffset instant) =>
        UntilAsync(() => Task.FromResult(Now), now => now >= instant);

    public void Dispose()
    {
        operators.Dispose();
        Anyone.Dispose();
    }

    public static string Sign(string secret, byte[] body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static ByteArrayContent Json(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return content;
    }

    private static HttpClient Make(Uri address) =>
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
}
