using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

[assembly: AssemblyFixture(typeof(MockShopify))]

namespace StoreConnector.Tests.Fakes;

/// <summary>
/// Shopify on this machine: the Admin API of the real schema and the token endpoint, for any shop (tests/tools/shopify/admin.mjs).
/// One for all tests, started by the first who asks and ended with the tests. Each asker takes a shop of its own.
/// </summary>
public sealed class MockShopify : IAsyncDisposable
{
    /// <summary>The app as the mock knows it.</summary>
    public const string ClientId = "test-client-id-not-real", ClientSecret = "test-secret-not-real";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static int last;

    private readonly Lazy<Task<Uri>> started;
    private readonly HttpClient client = new();
    private Process? process;

    public MockShopify() => started = new(StartAsync);

    /// <summary>For the setting <c>Shopify:BaseUrl</c>; starts it when it does not run yet.</summary>
    public Task<Uri> BaseUrlAsync() => started.Value;

    /// <summary>A shop that nobody else has.</summary>
    public async Task<MockShop> NewShopAsync(object? settings = null)
    {
        var domain = $"test-{Environment.ProcessId}-{Interlocked.Increment(ref last)}-not-real.myshopify.com";
        var shop = new MockShop(client, await started.Value, domain);
        await shop.SetAsync(settings ?? new { });
        return shop;
    }

    /// <summary>Our app, as it reaches the mock.</summary>
    internal async Task<ShopifyApp> AppAsync() => new(ClientId, [ClientSecret], await started.Value);

    /// <summary>What the schema has against a document; empty when it is one.</summary>
    /// <param name="asBulk">Whether it must also do as the query of a file.</param>
    public async Task<IReadOnlyList<string>> FaultsAsync(string document, bool asBulk = false)
    {
        var answer = await client.PostAsJsonAsync(new Uri(await started.Value, "/__check"),
            new { document, deprecated = true, bulk = asBulk });
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return [.. said.GetProperty("faults").EnumerateArray().Select(f => f.GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (process is null) { return; }

        if (!process.HasExited) { process.Kill(entireProcessTree: true); }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<Uri> StartAsync()
    {
        var tools = Path.Combine(Repo.Root, "tests", "tools");
        Assert.True(Directory.Exists(Path.Combine(tools, "node_modules", "graphql")),
            "graphql is not installed. Run: npm ci --prefix tests/tools");
        var start = new ProcessStartInfo("node", [Path.Combine(tools, "shopify", "admin.mjs")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(Patience);
        var line = await process.StandardOutput.ReadLineAsync(limit.Token);
        Assert.StartsWith("listening on ", line, StringComparison.Ordinal);
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        return new(line!["listening on ".Length..]);
    }
}

/// <summary>One shop of the mock.</summary>
public sealed class MockShop(HttpClient client, Uri address, string domain)
{
    /// <summary>Its myshopify.com name.</summary>
    public string Domain => domain;

    /// <summary>
    /// What it holds and how it behaves: <c>facts</c>, <c>scopes</c>, <c>data</c> (customers, orders, products … by the schema's
    /// names), <c>nodes</c>, <c>bulkOptions</c>, <c>throttle</c>, <c>costs</c>, <c>version</c>, <c>gone</c> …: see the mock.
    /// </summary>
    public Task SetAsync(object settings) => PostAsync(settings);

    /// <summary>What goes wrong next, in this order, each once: see <c>misbehave</c> of the mock.</summary>
    public Task FailAsync(params object[] faults) => PostAsync(new { fail = faults });

    /// <summary>An access token that it takes, with the rest of the pair.</summary>
    public async Task<JsonElement> PairAsync() => await PostAsync(new { token = true });

    /// <summary>How we ask it.</summary>
    internal async Task<ShopAccess> AccessAsync() => new(domain, (await PairAsync()).GetProperty("access_token").GetString()!);

    /// <summary>All that it holds.</summary>
    public async Task<JsonElement> StateAsync() =>
        await client.GetFromJsonAsync<JsonElement>(new Uri(address, $"/__mock?shop={domain}"));

    /// <summary>How often an operation was asked, by its name in the document, for example <c>BulkRun</c>.</summary>
    public async Task<int> CallsAsync(string operation) =>
        (await StateAsync()).GetProperty("calls").TryGetProperty(operation, out var calls) ? calls.GetInt32() : 0;

    /// <summary>Moves the clock by which all shops' tokens run out.</summary>
    public Task AdvanceAsync(TimeSpan time) => PostAsync(new { advance = time.TotalSeconds });

    /// <summary>A session token as App Bridge hands it out.</summary>
    public string IdToken(DateTimeOffset expires, string? secret = null)
    {
        var claims = new
        {
            iss = $"https://{domain}/admin", dest = $"https://{domain}", aud = MockShopify.ClientId, sub = "42",
            exp = expires.ToUnixTimeSeconds(), nbf = expires.ToUnixTimeSeconds() - 60, iat = expires.ToUnixTimeSeconds() - 60,
            jti = Guid.NewGuid().ToString(), sid = "session-not-real",
        };
        var signed = $"{Url("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Url(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var key = Encoding.UTF8.GetBytes(secret ?? MockShopify.ClientSecret);
        return $"{signed}.{Url(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private async Task<JsonElement> PostAsync(object settings)
    {
        var body = JsonSerializer.SerializeToNode(settings, JsonSerializerOptions.Web)!.AsObject();
        body["shop"] = domain;
        var answer = await client.PostAsJsonAsync(new Uri(address, "/__mock"), body);
        Assert.True(answer.IsSuccessStatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
