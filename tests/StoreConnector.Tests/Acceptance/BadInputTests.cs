using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>What nobody should send, sent to the real process. It answers, keeps its head, and goes on working.</summary>
[Trait("Speed", "slow")]
public sealed class BadInputTests(UnhurriedService running) : IClassFixture<UnhurriedService>, IAsyncLifetime
{
    private const long MaxMemory = 600L * 1024 * 1024;

    private static int tests;

    private readonly ServiceProcess service = running.Process;
    private readonly Client client = running.Client;
    private ConnectedStore shop = null!, woo = null!;

    public async ValueTask InitializeAsync()
    {
        var n = Interlocked.Increment(ref tests);
        shop = await client.LiveAsync("shopify", $"bad{n}.myshopify.com", ["PT1H"]);
        woo = await client.LiveAsync("woocommerce", $"bad{n}.example.com", ["PT1H"]);
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Bodies_that_are_no_events_are_kept_or_ignored_and_always_acknowledged()
    {
        var deep = Encoding.ASCII.GetBytes("{\"token\":\"x\",\"line_items\":" + new string('[', 200_000));
        byte[][] bodies =
        [
            deep, "null"u8.ToArray(), "[]"u8.ToArray(), "{}"u8.ToArray(), "\"\""u8.ToArray(), "{"u8.ToArray(), [0], [0xEF, 0xBB, 0xBF],
            [.. "{\"token\":\""u8, 0xFF, 0xFE, .. "\",\"line_items\":[]}"u8],
            [.. "{\""u8, 0xC3, 0x28, .. "\":1}"u8],
            """{"token":"\ud800","line_items":[]}"""u8.ToArray(), """{"\ud800":1}"""u8.ToArray(),
            """{"token":"a","token":"b","line_items":[],"line_items":{}}"""u8.ToArray(),
            """{"id":1e400,"line_items":[],"status":{},"email":["a"],"customer":"x"}"""u8.ToArray(),
            Encoding.ASCII.GetBytes("{\"id\":" + new string('9', 300_000) + ",\"line_items\":[]}"),
            "webhook_id=1"u8.ToArray(), "<xml/>"u8.ToArray(),
        ];
        string[] topics =
        [
            "checkouts/update", "carts/update", "orders/create", "orders/delete", "checkouts/delete", "refunds/create", "customers/update",
            "customers/merge", "customers_email_marketing_consent/update", "customers_marketing_consent/update", "customers/redact",
            "customers/data_request", "made/up", "orders/create\u00e9", "../..", new string('t', 127),
        ];
        foreach (var body in bodies)
        {
            foreach (var topic in topics.Where(t => t.All(char.IsAscii)))
            {
                Assert.Equal((topic, HttpStatusCode.OK), (topic, await client.ShopifyAsync(shop, topic, body)));
            }

            foreach (var topic in woo.Hooks.Keys)
            {
                Assert.Equal((topic, HttpStatusCode.OK), (topic, await client.WooCommerceAsync(woo, topic, body)));
            }
        }

        var kept = await client.UnreadableAsync(shop);
        Assert.NotEmpty(kept);
        foreach (var one in kept.Take(30)) { Assert.Equal(HttpStatusCode.OK, await PostAsync($"/api/operator/unreadable/{Text(one, "id")}/run")); }

        await AssertSoundAsync();
    }

    [Fact]
    public async Task Strange_values_in_good_bodies_hurt_nobody()
    {
        object?[] values =
        [
            null, "", " ", "\u0000", "x", "-1", -1, 0, 1.5, 9.9e300, long.MaxValue, ulong.MaxValue, "99999999999999999999999999", "NaN", "-0",
            true, "-10.00", "1e30", "79228162514264337593543950335", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2199-12-31T23:59:59-23:59",
            "1970-01-01T00:00:00+23:59", "2027-02-30T00:00:00Z", "ünï@exämple.com", "用户@例子.广告", "a@b.c\r\nBcc: x@y.zz", new string('ä', 5000),
            "\ud83d\ude00", "<script>alert(1)</script>", "{{name}}", "javascript:alert(1)", "https://user:pw@evil.example/", Array.Empty<int>(),
            new Dictionary<string, object>(), "ar-AE", "+99999999999999999999", "ZZZ",
        ];
        var n = 0;
        foreach (var (turn, value) in values.Index())
        {
            foreach (var body in new[] { Bodies.Checkout("s", "p@example.com", DateTimeOffset.UtcNow, 5), Bodies.Order(5, "p@example.com", DateTimeOffset.UtcNow, 5) })
            {
                var isOrder = n++ % 2 == 1;
                foreach (var spoilt in Spoil(body, value, turn))
                {
                    Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(shop, isOrder ? "orders/updated" : "checkouts/update", spoilt));
                }
            }

            foreach (var spoilt in Spoil(Bodies.WooOrder(7, "w@example.com", DateTimeOffset.UtcNow, "processing", "c", DateTimeOffset.UtcNow), value, turn))
            {
                Assert.Equal(HttpStatusCode.OK, await client.WooCommerceAsync(woo, "order.updated", spoilt));
            }

            foreach (var spoilt in Spoil(Bodies.Cart("c", "w@example.com", DateTimeOffset.UtcNow), value, turn))
            {
                Assert.Equal(HttpStatusCode.OK, await client.WooCommerceAsync(woo, "cart.updated", spoilt));
            }
        }

        await AssertSoundAsync();
    }

    [Fact]
    public async Task A_cart_that_changed_in_the_future_neither_crashes_nor_spins()
    {
        foreach (var (i, years) in new[] { 0.01, 1, 50, 170 }.Index())
        {
            var at = DateTimeOffset.UtcNow.AddDays(365 * years);
            var email = $"future{i}@example.com";
            Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(
                shop, "customers_email_marketing_consent/update", Bodies.Consent(100 + i, email, at)));
            Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(shop, "checkouts/update", Bodies.Checkout($"f{i}", email, at, 100 + i)));
            Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(shop, "orders/create", Bodies.Order(100 + i, $"other{email}", at)));
            await Client.UntilAsync(() => client.CustomerAsync(shop, email), c => c is not null);
        }

        await AssertSoundAsync();
        await Client.UntilAsync(BusyAsync, busy => busy < TimeSpan.FromSeconds(1)); // At rest in the end, not in a loop.
        Assert.Empty(await client.OutboxAsync(shop));

        async Task<TimeSpan> BusyAsync() // In two seconds, on a machine that others use too.
        {
            var before = service.Busy;
            await Task.Delay(TimeSpan.FromSeconds(2));
            return service.Busy - before;
        }
    }

    [Fact]
    public async Task Bodies_too_long_to_be_listened_to_lose_their_connection_and_cost_little()
    {
        var body = new byte[26 * 1024 * 1024];
        var before = service.Memory;
        foreach (var store in new[] { shop, woo })
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => store == shop
                ? client.ShopifyAsync(store, "orders/create", body) : client.WooCommerceAsync(store, "order.created", body));
        }

        var unsigned = new byte[20 * 1024 * 1024];
        await Parallel.ForEachAsync(Enumerable.Range(0, 12), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, cancel) =>
        {
            using var content = new ByteArrayContent(unsigned);
            using var answer = await client.Anyone.PostAsync("/webhooks/shopify", content, cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        });

        Assert.InRange(service.Memory - before, long.MinValue, 300L * 1024 * 1024);
        Assert.Empty(await client.UnreadableAsync(shop));
        await AssertSoundAsync();
    }

    private const string Still = "POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{";

    [Fact]
    public async Task A_body_that_stands_still_is_given_up_and_keeps_nobody_waiting()
    {
        using var still = await OpenAsync(Still);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            using var another = await OpenAsync(Still);
            Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(shop, "made/up", "{}"u8.ToArray()));
        }

        // Kestrel gives a body up after 5 s: whoever had to wait for twenty would have waited for 100 s.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        var said = await ReadAsync(still, seconds: 30);
        Assert.True(said.Length == 0 || said.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), said);
        await AssertSoundAsync();
    }

    [Fact]
    public async Task A_slow_body_that_goes_on_is_taken()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Bodies.Checkout("slow", "slow@example.com", DateTimeOffset.UtcNow));
        using var socket = await OpenAsync(Head("checkouts/update", body));
        foreach (var piece in body.Chunk(body.Length / 10 + 1))
        {
            await socket.GetStream().WriteAsync(piece);
            await socket.GetStream().FlushAsync();
            await Task.Delay(100); // The test is about slowness.
        }

        Assert.StartsWith("HTTP/1.1 200", await ReadAsync(socket), StringComparison.Ordinal);
        await Client.UntilAsync(() => client.CustomerAsync(shop, "slow@example.com"), c => c is not null);
    }

    [Theory]
    [InlineData("X-Shopify-Topic: orders/create\r\n", 401)]
    [InlineData("X-Shopify-Shop-Domain: other.myshopify.com\r\n", 401)]
    [InlineData("X-Shopify-Hmac-Sha256: AAAA\r\n", 401)]
    [InlineData("X-Shopify-Webhook-Id: 1\r\n", 401)]
    [InlineData("Content-Length: 3\r\n", 400)]
    [InlineData("Transfer-Encoding: chunked, identity\r\n", 400)]
    [InlineData("Host: y\r\n", 400)]
    [InlineData("Bad Header: 1\r\n", 400)]
    [InlineData("X: a\0b\r\n", 400)]
    [InlineData("X: a\rInjected: b\r\n", 400)]
    public async Task A_header_that_comes_twice_or_broken_is_refused(string header, int status)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Bodies.Checkout("dup", "dup@example.com", DateTimeOffset.UtcNow));
        using var socket = await OpenAsync(
            Head("checkouts/update", body).Replace("\r\n\r\n", "\r\n" + header + "\r\n", StringComparison.Ordinal) + Encoding.UTF8.GetString(body));

        Assert.StartsWith($"HTTP/1.1 {status}", await ReadAsync(socket), StringComparison.Ordinal);
        Assert.DoesNotContain("Injected", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_in_great_number_is_answered_and_forgotten()
    {
        var random = new Random(7);
        var garbage = Enumerable.Range(0, 10_000).Select(i => (i % 8, random.Next())).ToArray();
        var before = service.Memory;
        await Parallel.ForEachAsync(garbage, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (one, cancel) =>
        {
            using var request = Garbage(one.Item1, one.Item2);
            using var answer = await client.Anyone.SendAsync(request, cancel);
            Assert.InRange((int)answer.StatusCode, 200, 499);
        });

        Assert.InRange(service.Memory - before, long.MinValue, 300L * 1024 * 1024);
        await AssertSoundAsync();
    }

    private static HttpRequestMessage Garbage(int kind, int n)
    {
        var text = n.ToString("x8", CultureInfo.InvariantCulture);
        var request = kind switch
        {
            0 => new(HttpMethod.Post, "/webhooks/shopify") { Content = new StringContent(text) },
            1 => new(HttpMethod.Post, "/webhooks/woocommerce/" + text + new string('a', 35)) { Content = new StringContent(text) },
            2 => new(HttpMethod.Get, "/" + text),
            3 => new(HttpMethod.Get, "/u/" + text),
            4 => new(HttpMethod.Get, $"/api/stores/{text}/customers/{text}"),
            5 => new HttpRequestMessage(HttpMethod.Delete, "/webhooks/shopify"),
            6 => new(HttpMethod.Post, "/u/" + text) { Content = new StringContent(text, Encoding.UTF8, "application/x-www-form-urlencoded") },
            _ => new(HttpMethod.Post, "/webhooks/shopify") { Content = new StringContent("{}") },
        };
        if (kind == 7)
        {
            request.Headers.Add("X-Shopify-Topic", "orders/create");
            request.Headers.Add("X-Shopify-Shop-Domain", $"shop{text}.myshopify.com");
            request.Headers.Add("X-Shopify-API-Version", "2026-10");
            request.Headers.Add("X-Shopify-Webhook-Id", text);
            request.Headers.Add("X-Shopify-Hmac-Sha256", Convert.ToBase64String(new byte[32]));
        }

        return request;
    }

    /// <summary>Every third field, also those of its parts, with that value in its place.</summary>
    private static IEnumerable<byte[]> Spoil(object body, object? value, int turn)
    {
        var whole = JsonSerializer.SerializeToNode(body)!;
        foreach (var path in Paths(whole).ToList().Where((_, i) => (i + turn) % 3 == 0))
        {
            var copy = whole.DeepClone();
            var at = copy;
            foreach (var step in path[..^1]) { at = step is int i ? at![i] : at![(string)step]; }

            var spoilt = JsonSerializer.SerializeToNode(value);
            if (path[^1] is int last) { at![last] = spoilt; } else { at![(string)path[^1]] = spoilt; }

            yield return JsonSerializer.SerializeToUtf8Bytes(copy);
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, params object[] here)
    {
        IEnumerable<(object Step, JsonNode? Node)> below = node switch
        {
            JsonObject o => o.Select(p => ((object)p.Key, p.Value)),
            JsonArray a => a.Select((n, i) => ((object)i, n)),
            _ => [],
        };
        foreach (var (step, child) in below)
        {
            yield return [.. here, step];
            foreach (var path in Paths(child, [.. here, step])) { yield return path; }
        }
    }

    /// <summary>It lives, works, has given nothing up, and nothing it took has failed.</summary>
    private async Task AssertSoundAsync()
    {
        Assert.True(service.IsAlive);
        using var ready = await client.Anyone.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        var email = $"sound{Guid.NewGuid():N}@example.com";
        Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(
            shop, "checkouts/update", Bodies.Checkout(Guid.NewGuid().ToString("N"), email, DateTimeOffset.UtcNow)));
        await Client.UntilAsync(() => client.CustomerAsync(shop, email), c => c is not null);
        Assert.Empty(await client.PoisonAsync());
        Assert.Equal("", string.Join('\n', service.Log.Split('\n').Where(line =>
            line.Contains(" failed", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal))));
        Assert.InRange(service.Memory, 0, MaxMemory);
    }

    private string Head(string topic, byte[] body) => $"""
        POST /webhooks/shopify HTTP/1.1
        Host: x
        X-Shopify-Topic: {topic}
        X-Shopify-Shop-Domain: {shop.Domain}
        X-Shopify-API-Version: 2026-10
        X-Shopify-Webhook-Id: {Guid.NewGuid()}
        X-Shopify-Hmac-Sha256: {Client.Sign(ServiceProcess.ShopifySecret, body)}
        Content-Type: application/json
        Connection: close
        Content-Length: {body.Length}


        """.ReplaceLineEndings("\r\n");

    private async Task<TcpClient> OpenAsync(string text)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, service.Address.Port);
        await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));
        return socket;
    }

    private static async Task<string> ReadAsync(TcpClient socket, int seconds = 10)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var said = new MemoryStream();
        try { await socket.GetStream().CopyToAsync(said, limit.Token); }
        catch (IOException) { } // It was cut: what was said before counts.
        return Encoding.ASCII.GetString(said.ToArray());
    }

    private async Task<HttpStatusCode> PostAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static string? Text(JsonElement owner, string name) => owner.GetProperty(name).GetString();
}
