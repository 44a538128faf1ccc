using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;

namespace StoreConnector.Tests.Fakes;

/// <summary>One wish for a token.</summary>
internal sealed record TokenWish(string Shop, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary><c>exchange</c>, <c>refresh</c> or <c>code</c>.</summary>
    public string Grant => Fields.GetValueOrDefault("grant_type") switch
    {
        "refresh_token" => "refresh",
        "urn:ietf:params:oauth:grant-type:token-exchange" => "exchange",
        _ => "code",
    };
}

/// <summary>
/// Shopify's shops as far as tokens go, by the contract: a shop has one pair for our app, pinned to the secret that
/// minted it; a refresh token stays good until the pair that was got for it is used. It also says what a shop is.
/// </summary>
internal sealed class FakeShopify : IAsyncDisposable
{
    public const string ClientId = "test-api-key-not-real", Secret = "test-secret-not-real";

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Pair>> pairs = [];
    private readonly CancellationTokenSource end = new();
    private readonly HttpClient client = new();
    private WebApplication? app;
    private int made;

    private FakeShopify()
    {
    }

    /// <summary>Where every shop listens.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{VendorTwin.FreePort()}");

    /// <summary>The app's secrets, as Shopify knows them.</summary>
    public HashSet<string> Secrets { get; } = [Secret];

    /// <summary>All wishes, in order.</summary>
    public ConcurrentQueue<TokenWish> Wishes { get; } = new();

    /// <summary>Every question to the Admin API: the shop and its status.</summary>
    public ConcurrentQueue<(string Shop, int Status)> Questions { get; } = new();

    /// <summary>Called before a wish is judged; what it gives is the answer.</summary>
    public Func<TokenWish, Task<IResult?>> Before { get; set; } = _ => Task.FromResult<IResult?>(null);

    /// <summary>Called after a wish was granted, before it is answered; what it gives is the answer.</summary>
    public Func<TokenWish, Task<IResult?>> After { get; set; } = _ => Task.FromResult<IResult?>(null);

    /// <summary>Called when somebody asks what the shop is, before the answer.</summary>
    public Func<string, Task> Asked { get; set; } = _ => Task.CompletedTask;

    /// <summary>What a shop says of itself.</summary>
    public Dictionary<string, object?> Facts { get; } = new()
    {
        ["id"] = "gid://shopify/Shop/548380009",
        ["name"] = "Bean & Leaf",
        ["primaryDomain"] = new Dictionary<string, string> { ["host"] = "beanandleaf.example", ["url"] = "https://beanandleaf.example" },
        ["currencyCode"] = "AED",
        ["ianaTimezone"] = "Asia/Dubai",
        ["shopAddress"] = new Dictionary<string, object>
        {
            ["address1"] = "1 Coffee Street",
            ["countryCodeV2"] = "AE",
            ["formatted"] = new[] { "1 Coffee Street", "Dubai", "United Arab Emirates" },
        },
    };

    /// <summary>The app's settings that lead here.</summary>
    public (string Key, string Value)[] Settings =>
        [("Shopify:ClientId", ClientId), ("Shopify:BaseUrl", Address.AbsoluteUri)];

    public static async Task<FakeShopify> StartAsync()
    {
        var fake = new FakeShopify();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, fake.Address.Port));
        fake.app = builder.Build();
        fake.app.Run(fake.HandleAsync);
        await fake.app.StartAsync();
        return fake;
    }

    public int Count(string grant) => Wishes.Count(w => w.Grant == grant);

    /// <summary>As App Bridge gives it.</summary>
    public static string IdToken(
        string shop, DateTimeOffset now, string secret = Secret, string? audience = ClientId, string? issuer = null,
        object? expires = null, string algorithm = "HS256")
    {
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = $"https://{issuer ?? shop}/admin", ["dest"] = $"https://{shop}", ["aud"] = audience, ["sub"] = "42",
            ["exp"] = expires ?? now.AddMinutes(1).ToUnixTimeSeconds(), ["nbf"] = now.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(), ["jti"] = Guid.NewGuid().ToString(), ["sid"] = "a-session",
        };
        return Sign($$"""{"alg":"{{algorithm}}","typ":"JWT"}""", JsonSerializer.Serialize(claims), secret);
    }

    public static string Sign(string header, string claims, string secret)
    {
        var text = $"{Base64(Encoding.UTF8.GetBytes(header))}.{Base64(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Base64(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>The query by which a browser comes back, signed.</summary>
    public static string Query(DateTimeOffset now, string secret = Secret, params (string Key, string Value)[] fields)
    {
        var all = fields.Append(("timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)))
            .OrderBy(f => f.Item1, StringComparer.Ordinal).Select(f => $"{f.Item1}={Uri.EscapeDataString(f.Item2)}");
        var text = string.Join('&', all);
        return $"{text}&hmac={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>The merchant takes the app away: its tokens are dead at once.</summary>
    public void Uninstall(string shop)
    {
        lock (gate) { pairs.Remove(shop); }
    }

    /// <summary>Whether an access token opens the shop.</summary>
    public bool Opens(string shop, string token)
    {
        lock (gate) { return Use(shop, token); }
    }

    /// <summary>Kills the access tokens and leaves the refresh tokens.</summary>
    public void EndAccess(string shop)
    {
        lock (gate) { pairs[shop].ForEach(p => p.IsEnded = true); }
    }

    /// <summary>Asks a shop as our client does, for tests without it.</summary>
    public async ValueTask<AdminAnswer> AskAsync(
        ShopAccess access, AdminOperation operation, IReadOnlyDictionary<string, object?>? variables, CancellationToken cancel)
    {
        using var request = new ShopifyApp(ClientId, [], Address).Request(HttpMethod.Post, access.Shop, "/admin/api/2026-10/graphql.json");
        request.Headers.Add("X-Shopify-Access-Token", access.Token);
        using var answer = await client.SendAsync(request, cancel);
        if (answer.StatusCode == HttpStatusCode.Unauthorized) { return new AdminAnswer.SignedOut(); }

        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
        return new AdminAnswer.Done(json.RootElement.GetProperty("data").Clone());
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        if (app is not null) { await app.DisposeAsync(); }

        client.Dispose();
        end.Dispose();
    }

    /// <summary>Never answers.</summary>
    public async Task<IResult?> StallAsync()
    {
        await Task.Delay(Timeout.Infinite, end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        return null;
    }

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private async Task HandleAsync(HttpContext http)
    {
        var shop = http.Request.Host.Host;
        var result = http.Request.Path == "/admin/oauth/access_token" ? await GrantAsync(shop, http)
            : await TellAsync(shop, http.Request.Headers["X-Shopify-Access-Token"].ToString());
        if (result is Hangup) { http.Abort(); }
        else { await result.ExecuteAsync(http); }
    }

    private async Task<IResult> GrantAsync(string shop, HttpContext http)
    {
        var fields = (await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(http.Request.Body))!;
        var wish = new TokenWish(shop, fields);
        Wishes.Enqueue(wish);
        if (await Before(wish) is { } instead) { return instead; }

        IResult answer;
        lock (gate) { answer = Judge(wish); }

        return await After(wish) ?? answer;
    }

    private IResult Judge(TokenWish wish)
    {
        var secret = wish.Fields["client_secret"];
        if (wish.Fields["client_id"] != ClientId || !Secrets.Contains(secret)) { return No("invalid_client"); }

        if (!pairs.TryGetValue(wish.Shop, out var own)) { pairs[wish.Shop] = own = []; }

        if (wish.Grant == "refresh")
        {
            var index = own.FindIndex(p => p.Refresh == wish.Fields["refresh_token"]);
            if (index < 0 || own[index].Secret != secret) { return No("invalid_grant"); }
        }
        else
        {
            if (wish.Fields.GetValueOrDefault("expiring") != "1") { return No("invalid_request"); }

            own.Clear();
        }

        var pair = new Pair($"shpat_{++made}", $"shprt_{made}", secret);
        own.Add(pair);
        return Results.Json(new
        {
            access_token = pair.Access,
            scope = "read_customers,write_customers,read_orders",
            expires_in = 3600,
            refresh_token = pair.Refresh,
            refresh_token_expires_in = 7_776_000,
        });
    }

    private async Task<IResult> TellAsync(string shop, string token)
    {
        bool isGood;
        lock (gate) { isGood = Use(shop, token); }

        Questions.Enqueue((shop, isGood ? 200 : 401));
        if (!isGood) { return Results.StatusCode(401); }

        await Asked(shop);
        return Results.Json(new { data = new { shop = Facts } });
    }

    /// <summary>Who uses a pair ends those before it.</summary>
    private bool Use(string shop, string token)
    {
        if (!pairs.TryGetValue(shop, out var own)) { return false; }

        var index = own.FindIndex(p => p.Access == token && !p.IsEnded);
        if (index > 0) { own.RemoveRange(0, index); }

        return index >= 0;
    }

    private static IResult No(string word) => Results.Json(new { error = word }, statusCode: 400);

    /// <summary>The connection breaks before an answer.</summary>
    internal sealed class Hangup : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Task.CompletedTask;
    }

    private sealed record Pair(string Access, string Refresh, string Secret)
    {
        public bool IsEnded { get; set; }
    }
}
