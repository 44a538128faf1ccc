using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StoreConnector.Tests.Fakes;

/// <summary>A key of a site.</summary>
internal sealed record WooStoreKey(string Key, string Secret, string Permissions);

/// <summary>One request that reached a site.</summary>
/// <param name="Way"><c>basic</c>, <c>oauth</c>, <c>query</c> or <c>none</c>.</param>
internal sealed record WooStoreCall(string Method, string Path, string Way, int Status);

/// <summary>
/// A WooCommerce 10.5.0 site on this machine, by the contract as it was measured: keys shown in three ways, paging by
/// headers, batches that fail item by item, webhooks that are delivered once and disabled after the seventh failure in a
/// row, and the page that gives keys away. <see cref="Outside"/> is how its server reaches the world.
/// </summary>
internal sealed class WooStore : IAsyncDisposable
{
    /// <summary>The consecutive failure that disables a webhook.</summary>
    public const int FatalFailure = 7;

    private readonly Lock gate = new();
    private readonly List<WooStoreKey> keys = [];
    private readonly HashSet<string> nonces = [];
    private readonly Dictionary<long, Webhook> webhooks = [];
    private readonly List<(long Webhook, long Id)> pending = [];
    private readonly SemaphoreSlim worker = new(1, 1);
    private WebApplication? app;
    private long lastId = 50;
    private int made;

    private WooStore()
    {
    }

    /// <summary>Where it listens, in whatever folder.</summary>
    public Uri Site { get; private set; } = null!;

    /// <summary>What the site calls its home; null: where it listens.</summary>
    public string? Home { get; set; }

    /// <summary>By which its server reaches us: the address of a URL is replaced by this client's.</summary>
    public HttpClient? Outside { get; set; }

    /// <summary>Whether PHP believes that it is reached by https: behind some proxies it does not.</summary>
    public bool IsSsl { get; set; } = true;

    /// <summary>Whether the host takes the Authorization header away.</summary>
    public bool StripsHeader { get; set; }

    public bool HasPlainPermalinks { get; set; }

    /// <summary>The keys' owner lost the role.</summary>
    public bool IsRoleLost { get; set; }

    public TimeSpan ClockOff { get; set; }

    /// <summary>By which the site's own clock goes, but for <see cref="ClockOff"/>.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public DateTimeOffset Now => Clock.GetUtcNow() + ClockOff;

    /// <summary>The store's own time beside UTC: what a date without a zone means.</summary>
    public TimeSpan Zone { get; set; } = TimeSpan.FromHours(-5);

    /// <summary>Active plugins as WordPress names them.</summary>
    public List<string> Plugins { get; } = ["woocommerce/woocommerce.php"];

    /// <summary>One PHP worker: while the site waits for somebody's answer, it answers nobody.</summary>
    public bool HasOneWorker { get; set; }

    /// <summary>What the companion was given: store, secret, origin. It is on when it is among the plugins.</summary>
    public (string StoreId, string Secret, string Origin)? Companion { get; set; }

    /// <summary>The state that the companion made when Connect was pressed.</summary>
    public string? Pressed { get; set; }

    /// <summary>What the companion says besides of how the site does.</summary>
    public JsonObject CompanionStatus { get; } = new();

    /// <summary>The service that the companion is set to.</summary>
    public string CompanionService { get; set; } = "https://connect.example.com";

    /// <summary>Called with each request; what it gives is the answer.</summary>
    public Func<HttpRequest, IResult?> Before { get; set; } = _ => null;

    /// <summary>Called with each request that was answered, and its answer; what it gives is what arrives.</summary>
    public Func<HttpRequest, IResult, IResult> After { get; set; } = (_, answer) => answer;

    public Dictionary<string, string> Settings { get; } = new()
    {
        ["woocommerce_currency"] = "USD",
        ["woocommerce_default_country"] = "US:NY",
        ["woocommerce_store_address"] = "1 Roastery Road",
        ["woocommerce_store_address_2"] = "",
        ["woocommerce_store_city"] = "New York",
        ["woocommerce_store_postcode"] = "10001",
    };

    public JsonObject Index { get; } = new()
    {
        ["name"] = "Bean &amp; Leaf", ["timezone_string"] = "America/New_York", ["gmt_offset"] = -5,
    };

    public ConcurrentQueue<WooStoreCall> Calls { get; } = new();

    /// <summary>What is sold and bought, by resource and id.</summary>
    public Dictionary<string, SortedDictionary<long, JsonObject>> Things { get; } = new()
    {
        ["orders"] = [], ["products"] = [], ["customers"] = [], ["coupons"] = [], ["variations"] = [],
    };

    /// <summary>The webhooks as the database has them.</summary>
    public IReadOnlyList<Webhook> Webhooks { get { lock (gate) { return [.. webhooks.Values.OrderBy(w => w.Id)]; } } }

    public IReadOnlyList<WooStoreKey> Keys { get { lock (gate) { return [.. keys]; } } }

    public static async Task<WooStore> StartAsync(string folder = "/")
    {
        var store = new WooStore { Site = new($"http://127.0.0.1:{VendorTwin.FreePort()}{folder}") };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, store.Site.Port));
        store.app = builder.Build();
        store.app.Run(store.HandleAsync);
        await store.app.StartAsync();
        return store;
    }

    public WooStoreKey AddKey(string permissions = "read_write")
    {
        lock (gate)
        {
            var key = new WooStoreKey($"ck_{++made:x40}", $"cs_{made:x40}", permissions);
            keys.Add(key);
            return key;
        }
    }

    public void Revoke(WooStoreKey key)
    {
        lock (gate) { keys.Remove(key); }
    }

    /// <summary>
    /// What the merchant's browser sees at <c>wc-auth/v1/authorize</c> when they say yes: the server brings the key
    /// first. Null and the status when the answer was not exactly 200: then the key is gone.
    /// </summary>
    public async Task<(Uri? To, int Status)> ApproveAsync(Uri asked, string permissions = "read_write")
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(asked.Query);
        var missing = new[] { "app_name", "scope", "user_id", "return_url", "callback_url" }.Any(n => query[n].Count != 1);
        if (missing || asked.AbsolutePath != Site.AbsolutePath + "wc-auth/v1/authorize") { return (null, 401); }

        if (query["scope"] != "read_write" || !query["callback_url"].ToString().StartsWith("https://", StringComparison.Ordinal))
        {
            return (null, 401);
        }

        var key = AddKey(permissions);
        await worker.WaitAsync();
        var status = await PostAsync(query["callback_url"]!, JsonSerializer.Serialize(new
        {
            key_id = 2, user_id = query["user_id"].ToString(), consumer_key = key.Key, consumer_secret = key.Secret,
            key_permissions = permissions,
        }), "application/json", []);
        worker.Release();
        if (status != 200)
        {
            Revoke(key);
            return (null, status);
        }

        return (new($"{query["return_url"]}?success=1&user_id={query["user_id"]}"), 200);
    }

    /// <summary>The merchant presses Connect on the companion's page: where the browser is sent.</summary>
    public string Press()
    {
        Plugins.Add("storeconnector/storeconnector.php");
        Pressed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return $"/woocommerce/connect?site={Uri.EscapeDataString(Site.AbsoluteUri)}&state={Pressed}"
            + $"&return={Uri.EscapeDataString(OurPage.AbsoluteUri)}";
    }

    /// <summary>The companion's page in wp-admin.</summary>
    public Uri OurPage => new(Site, "wp-admin/admin.php?page=storeconnector");

    /// <summary>Something happened to a thing: each active webhook of the topic is queued once, however often.</summary>
    public void Fire(string topic, long id)
    {
        lock (gate)
        {
            pending.AddRange(webhooks.Values.Where(w => w.Status == "active" && w.Topic == topic)
                .Select(w => (w.Id, id)).Where(p => !pending.Contains(p)));
        }
    }

    /// <summary>
    /// Somebody saves a thing: it is dated, and its webhooks are queued. A variation's product is dated with it and not
    /// told of; a variation comes by the products' topics.
    /// </summary>
    public void Save(string resource, JsonObject thing)
    {
        var id = (long)thing["id"]!;
        var isNew = !Things[resource].ContainsKey(id);
        Date(thing, isNew);
        Things[resource][id] = thing;
        if (resource == "variations") { Date(Things["products"][(long)thing["parent_id"]!], false); }

        Fire($"{(resource == "variations" ? "product" : resource[..^1])}.{(isNew ? "created" : "updated")}", id);
    }

    /// <summary>Deleted for good: nobody is told, but for customers.</summary>
    public void Delete(string resource, long id)
    {
        Things[resource].Remove(id);
        if (resource == "customers") { Fire("customer.deleted", id); }
    }

    private void Date(JsonObject thing, bool isNew)
    {
        thing["date_modified_gmt"] = Now.UtcDateTime.ToString("s", CultureInfo.InvariantCulture);
        if (isNew) { thing["date_created_gmt"] ??= (string)thing["date_modified_gmt"]!; }
    }

    /// <summary>Cron runs: what is queued is delivered, in order, once; the bodies are those of now.</summary>
    public async Task<IReadOnlyList<int>> RunQueueAsync()
    {
        List<(long Webhook, long Id)> due;
        lock (gate)
        {
            due = [.. pending];
            pending.Clear();
        }

        var answers = new List<int>();
        foreach (var (id, thing) in due)
        {
            Webhook? webhook;
            lock (gate) { webhook = webhooks.GetValueOrDefault(id); }

            if (webhook is not { Status: "active" }) { continue; } // Dropped.

            var status = await DeliverAsync(webhook, thing);
            answers.Add(status);
            if (webhook.IsPingDue) { await PingAsync(webhook); }
        }

        return answers;
    }

    /// <summary>Somebody changes a webhook in wp-admin.</summary>
    public void Set(long id, string status)
    {
        lock (gate) { webhooks[id].Status = status; }
    }

    /// <summary>Somebody removes it; nobody is told.</summary>
    public void Forget(long id)
    {
        lock (gate) { webhooks.Remove(id); }
    }

    /// <summary>Somebody makes one by hand.</summary>
    public long AddWebhook(string topic, string url, string status = "active", string secret = "somebody's")
    {
        lock (gate)
        {
            webhooks[++lastId] = new(lastId, topic, topic, url, secret) { Status = status };
            return lastId;
        }
    }

    public ValueTask DisposeAsync() => app is null ? default : app.DisposeAsync();

    /// <summary>A page where data was due.</summary>
    public static IResult Html(int status, string text = "There has been a critical error on this website.") =>
        Results.Content($"<!DOCTYPE html><html><body><p>{text}</p></body></html>", "text/html; charset=UTF-8", null, status);

    private async Task HandleAsync(HttpContext http)
    {
        http.Response.Headers.Date = Now.ToString("r", CultureInfo.InvariantCulture);
        if (HasOneWorker)
        {
            await worker.WaitAsync(http.RequestAborted);
            worker.Release();
        }

        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var way = WayOf(http.Request);
        var (result, route) = (Before(http.Request), RouteOf(http.Request));
        result ??= route is null ? Html(404, "Page not found") : Refusal(http.Request, route, way)
            ?? await AnswerAsync(http, route.TrimEnd('/'), body);
        await After(http.Request, result).ExecuteAsync(http);
        Calls.Enqueue(new(http.Request.Method, route ?? http.Request.Path, way, http.Response.StatusCode));
    }

    /// <summary>Below <c>wp-json/</c>; null for a page.</summary>
    private string? RouteOf(HttpRequest request)
    {
        var (path, begin) = (request.Path.Value!, Site.AbsolutePath + "wp-json/");
        return request.Query["rest_route"] is [{ } plain] && path == Site.AbsolutePath ? plain.TrimStart('/')
            : !HasPlainPermalinks && path.StartsWith(begin, StringComparison.Ordinal) ? path[begin.Length..] : null;
    }

    private static string WayOf(HttpRequest request) => request.Query.ContainsKey("oauth_signature") ? "oauth"
        : request.Query.ContainsKey("consumer_key") ? "query"
        : request.Headers.Authorization.Count > 0 ? "basic" : "none";

    /// <summary>Null for who may.</summary>
    private IResult? Refusal(HttpRequest request, string route, string way)
    {
        if (!route.StartsWith("wc", StringComparison.Ordinal)) { return null; }

        var (key, secret) = way switch
        {
            "basic" when IsSsl && !StripsHeader => Basic(request),
            "query" when IsSsl => (request.Query["consumer_key"].ToString(), request.Query["consumer_secret"].ToString()),
            "oauth" when !IsSsl => (request.Query["oauth_consumer_key"].ToString(), null),
            _ => ("", null),
        };
        WooStoreKey? known;
        lock (gate) { known = keys.Find(k => k.Key == key); }

        if (known is null) { return Error(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources."); }

        var wrong = way == "oauth" ? SignatureError(request, known) : secret == known.Secret ? null : "Consumer secret is invalid.";
        if (wrong is not null) { return Error(401, "woocommerce_rest_authentication_error", wrong); }

        if (known.Permissions == "read" && request.Method != "GET")
        {
            return Error(401, "woocommerce_rest_authentication_error", "The API key provided does not have write permissions.");
        }

        return IsRoleLost ? Error(403, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.") : null;
    }

    private static (string Key, string? Secret) Basic(HttpRequest request) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(request.Headers.Authorization.ToString()["Basic ".Length..])).Split(':')
            is [var key, var secret] ? (key, secret) : ("", null);

    private string? SignatureError(HttpRequest request, WooStoreKey key)
    {
        var all = request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
        var off = Now.ToUnixTimeSeconds() - long.Parse(all["oauth_timestamp"], CultureInfo.InvariantCulture);
        if (Math.Abs(off) > 15 * 60) { return "Invalid timestamp."; }

        all.Remove("oauth_signature", out var signature);
        var parameters = string.Join("%26", all.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => Twice(p.Key) + "%3D" + Twice(p.Value)));
        var text = $"{request.Method}&{Uri.EscapeDataString($"http://{request.Host}{request.Path}")}&{parameters}";
        var right = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Secret + "&"), Encoding.UTF8.GetBytes(text));
        if (Convert.ToBase64String(right) != signature) { return "Invalid signature - provided signature does not match."; }

        lock (gate) { return nonces.Add(all["oauth_nonce"]) ? null : "Invalid nonce - nonce has already been used."; }

        static string Twice(string raw) => Uri.EscapeDataString(raw).Replace("%", "%25", StringComparison.Ordinal);
    }

    private async Task<IResult> AnswerAsync(HttpContext http, string route, string body)
    {
        var parts = route.Split('/');
        return (http.Request.Method, route) switch
        {
            (_, "") => Results.Json(Index),
            ("GET", "wc/v3/system_status") => Results.Json(Status()),
            ("GET", "wc/v3/settings/general") => Results.Json(Settings.Select(s => new { id = s.Key, value = s.Value })),
            ("POST", "wc/v3/webhooks/batch") => Results.Json(new { }),
            ("POST", "wc/v3/webhooks") => await CreateAsync(JsonNode.Parse(body)!.AsObject()),
            ("GET", "wc/v3/webhooks") => Page(http, [.. Webhooks.OrderByDescending(w => w.Id).Select(w => w.Json())], true),
            (var method, _) when route.StartsWith("wc/v3/webhooks/", StringComparison.Ordinal) =>
                Change(method, long.Parse(parts[3], CultureInfo.InvariantCulture), http.Request, body),
            (var method, _) when parts is ["wc", "v3", var name, ..] && Things.TryGetValue(name, out var things) =>
                Resource(http, method, things, parts[3..], body),
            (var method, _) when parts is ["wc-storeconnector", "v1", var name] && IsCompanionOn =>
                OfCompanion(method, name, body),
            _ => Error(404, "rest_no_route", "No route was found matching the URL and request method."),
        };
    }

    private bool IsCompanionOn => Plugins.Exists(p => p.StartsWith("storeconnector/", StringComparison.Ordinal));

    /// <summary>As src/woocommerce-plugin does: class-storeconnector-rest.php, class-storeconnector-connection.php.</summary>
    private IResult OfCompanion(string method, string name, string body)
    {
        switch (method, name)
        {
            case ("GET", "status"):
                var said = new JsonObject
                {
                    ["version"] = "0.1.0", ["connected"] = Companion is not null, ["store_id"] = Companion?.StoreId ?? "",
                    ["now_gmt"] = Now.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
                    ["settings"] = new JsonObject { ["email_box"] = true, ["capture"] = false }, ["oldest_pending_s"] = null,
                    ["cart_mail_senders"] = new JsonArray(),
                };
                foreach (var (key, value) in CompanionStatus) { said[key] = value?.DeepClone(); }

                return Results.Json(said);
            case ("DELETE", "connection"):
                Companion = null;
                return Results.Json(new { connected = false });
            case ("POST", "connection"):
                var asked = JsonNode.Parse(body)!.AsObject();
                var (store, secret, origin, state) = ((string)asked["store_id"]!, (string)asked["secret"]!,
                    (string)asked["origin"]!, (string?)asked["state"]);
                if (secret.Length is < 32 or > 128) { return Error(400, "rest_invalid_param", "Invalid parameter(s): secret"); }

                if (origin != CompanionService) { return Error(403, "storeconnector_other_service", "This site is set to another service."); }

                if (state is not null && state != Pressed) { return Error(403, "storeconnector_state", "This state is unknown or too old."); }

                if (state is null && Companion is { } known && known.StoreId != store)
                {
                    return Error(409, "storeconnector_other_store", "This site is connected to another store.");
                }

                if (state is not null) { Pressed = null; }

                Companion = (store, secret, origin);
                return Results.Json(new { connected = true, version = "0.1.0" });
            default:
                return Error(404, "rest_no_route", "No route was found matching the URL and request method.");
        }
    }

    private JsonObject Status() => new()
    {
        ["environment"] = new JsonObject
        {
            ["home_url"] = Home ?? Site.AbsoluteUri.TrimEnd('/'), ["version"] = "10.5.0", ["wp_version"] = "6.9.1",
            ["language"] = "en_US",
        },
        ["settings"] = new JsonObject { ["currency"] = Settings["woocommerce_currency"] },
        ["active_plugins"] = new JsonArray([.. Plugins.Select(p => new JsonObject { ["plugin"] = p, ["name"] = p })]),
    };

    private async Task<IResult> CreateAsync(JsonObject asked)
    {
        var topic = (string)asked["topic"]!;
        var resource = topic.Split('.')[0];
        var isKnown = resource is "order" or "product" or "customer" or "coupon" or "action"
            || (resource == "cart" && Plugins.Exists(p => p.StartsWith("storeconnector/", StringComparison.Ordinal)));
        if (!isKnown) { return Error(400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic must be valid."); }

        Webhook made;
        lock (gate)
        {
            made = new(++lastId, (string)asked["name"]!, topic, (string)asked["delivery_url"]!, (string)asked["secret"]!);
            webhooks[made.Id] = made;
        }

        await PingAsync(made);
        return Results.Json(made.Json(), statusCode: 201);
    }

    private IResult Change(string method, long id, HttpRequest request, string body)
    {
        lock (gate)
        {
            if (!webhooks.TryGetValue(id, out var webhook))
            {
                return Error(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.");
            }

            if (method == "DELETE")
            {
                if (request.Query["force"] != "true")
                {
                    return Error(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.");
                }

                webhooks.Remove(id);
            }

            if (method == "PUT" && JsonNode.Parse(body)!["status"] is { } status)
            {
                webhook.Status = (string)status!; // The failures stay counted.
            }

            return Results.Json(webhook.Json());
        }
    }

    private IResult Resource(
        HttpContext http, string method, SortedDictionary<long, JsonObject> things, string[] rest, string body)
    {
        if (rest is [] && method == "GET") { return List(http, things.Values); }

        if (rest is ["batch"] && method == "POST") { return Batch(things, JsonNode.Parse(body)!.AsObject()); }

        if (rest is [var parent, "variations"] && things == Things["products"])
        {
            return things.ContainsKey(Id(parent))
                ? List(http, Things["variations"].Values.Where(v => (long)v["parent_id"]! == Id(parent)))
                : Error(404, "woocommerce_rest_product_invalid_id", "Invalid ID.");
        }

        return rest is [var id] && things.TryGetValue(Id(id), out var one) ? Results.Json(Trim(http, one))
            : Error(404, things == Things["products"] ? "woocommerce_rest_product_invalid_id"
                : "woocommerce_rest_shop_order_invalid_id", "Invalid ID.");

        static long Id(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Filters, sorts and cuts: by default what was made last comes first, and what is in the bin does not.</summary>
    private IResult List(HttpContext http, IEnumerable<JsonObject> all)
    {
        var query = http.Request.Query;
        var found = all.Where(t => (string?)t["status"] != "trash");
        if (query["code"].ToString().ToLowerInvariant() is { Length: > 0 } code)
        {
            found = found.Where(t => (string?)t["code"] == code);
        }

        foreach (var (name, field) in new[] { ("modified_after", "date_modified_gmt"), ("after", "date_created_gmt") })
        {
            if (query[name].ToString() is not { Length: > 0 } text || all == Things["customers"].Values) { continue; }

            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var after))
            {
                return Error(400, "rest_invalid_param", $"Invalid parameter(s): {name}");
            }

            var isUtc = text.EndsWith('Z') || query["dates_are_gmt"] == "true";
            after = isUtc ? after : after - Zone;
            found = found.Where(t => TimeOf(t, field) > after);
        }

        if (query["include"].ToString() is { Length: > 0 } ids)
        {
            var wanted = ids.Split(',').Select(i => long.Parse(i, CultureInfo.InvariantCulture)).ToHashSet();
            found = found.Where(t => wanted.Contains((long)t["id"]!));
        }

        var isById = query["orderby"] == "id";
        var field2 = query["orderby"] == "modified" ? "date_modified_gmt" : "date_created_gmt";
        if (query["orderby"] == "modified" && all == Things["customers"].Values)
        {
            return Error(400, "rest_invalid_param", "Invalid parameter(s): orderby");
        }

        var sorted = found.OrderBy(t => isById ? 0 : TimeOf(t, field2).Ticks).ThenBy(t => (long)t["id"]!).ToList();
        if (query["order"] != "asc") { sorted.Reverse(); }

        return Page(http, [.. sorted.Select(t => Trim(http, t))], false);
    }

    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static DateTimeOffset TimeOf(JsonObject thing, string field) => (string?)thing[field] is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, Utc) : default;

    /// <summary>The fields that were asked for; of nested ones the whole.</summary>
    private static JsonObject Trim(HttpContext http, JsonObject thing)
    {
        var fields = http.Request.Query["_fields"].ToString() is { Length: > 0 } text
            ? text.Split(',').Select(f => f.Split('.')[0]).ToHashSet() : null;
        var copy = thing.DeepClone().AsObject();
        foreach (var name in copy.Select(p => p.Key).Where(n => fields?.Contains(n) == false).ToList()) { copy.Remove(name); }

        return copy;
    }

    private static IResult Page(HttpContext http, List<JsonObject> all, bool miscounts)
    {
        var (per, page) = (Number(http, "per_page", 10), Number(http, "page", 1));
        var skip = http.Request.Query.ContainsKey("offset") ? Number(http, "offset", 0) : (page - 1) * per;
        if (per is < 1 or > 100) { return Error(400, "rest_invalid_param", "Invalid parameter(s): per_page"); }

        var pages = miscounts && per == 1 ? 1 : (all.Count + per - 1) / per;
        http.Response.Headers["X-WP-Total"] = all.Count.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["X-WP-TotalPages"] = pages.ToString(CultureInfo.InvariantCulture);
        if (page < pages) { http.Response.Headers.Link = $"<http://{http.Request.Host}{http.Request.Path}?page={page + 1}>; rel=\"next\""; }

        return Results.Json(all.Skip(skip).Take(per));
    }

    private static int Number(HttpContext http, string name, int usual) =>
        int.TryParse(http.Request.Query[name], CultureInfo.InvariantCulture, out var number) ? number : usual;

    /// <summary>200, whatever became of each; an expiry in GMT is ignored without a word.</summary>
    private IResult Batch(SortedDictionary<long, JsonObject> things, JsonObject asked)
    {
        var count = asked.Sum(part => part.Value?.AsArray().Count ?? 0);
        if (count > 100)
        {
            return Error(413, "woocommerce_rest_request_entity_too_large", "Unable to accept more than 100 items for this request.");
        }

        lock (gate)
        {
            var made = (asked["create"]?.AsArray() ?? []).Select(item =>
            {
                var one = item!.DeepClone().AsObject();
                one["code"] = ((string?)one["code"])?.ToLowerInvariant();
                one.Remove("date_expires_gmt");
                if (things.Values.Any(t => (string?)t["code"] == (string?)one["code"]))
                {
                    return Fault("woocommerce_rest_coupon_code_already_exists");
                }

                one["id"] = ++lastId;
                things[lastId] = one;
                return (JsonNode)one.DeepClone();
            }).ToArray();
            var gone = (asked["delete"]?.AsArray() ?? []).Select(id => things.Remove((long)id!)
                ? new JsonObject { ["id"] = (long)id! } : Fault("woocommerce_rest_shop_coupon_invalid_id")).ToArray();
            return Results.Json(new JsonObject { ["create"] = new JsonArray(made), ["delete"] = new JsonArray(gone) });
        }

        static JsonNode Fault(string code) => new JsonObject
        {
            ["id"] = 0, ["error"] = new JsonObject { ["code"] = code, ["message"] = "No.", ["data"] = new JsonObject { ["status"] = 400 } },
        };
    }

    private async Task PingAsync(Webhook webhook) => webhook.IsPingDue =
        await PostAsync(webhook.Url, $"webhook_id={webhook.Id}", "application/x-www-form-urlencoded", []) != 200;

    private async Task<int> DeliverAsync(Webhook webhook, long id)
    {
        var body = Encoding.UTF8.GetBytes(webhook.Topic.EndsWith(".deleted", StringComparison.Ordinal) ? $$"""{"id":{{id}}}"""
            : IsRoleLost ? """{"code":"woocommerce_rest_cannot_view","message":"Sorry, you cannot view this resource.","data":{"status":401}}"""
            : Things[webhook.Topic.Split('.')[0] + "s"].TryGetValue(id, out var thing)
                || (webhook.Resource == "product" && Things["variations"].TryGetValue(id, out thing)) ? thing.ToJsonString()
            : """{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}""");
        var second = Now.ToUnixTimeSeconds();
        var status = await PostAsync(webhook.Url, Encoding.UTF8.GetString(body), "application/json",
        [
            ("X-WC-Webhook-Source", Site.AbsoluteUri), ("X-WC-Webhook-Topic", webhook.Topic),
            ("X-WC-Webhook-Resource", webhook.Topic.Split('.')[0]), ("X-WC-Webhook-Event", webhook.Topic.Split('.')[1]),
            ("X-WC-Webhook-ID", $"{webhook.Id}"),
            ("X-WC-Webhook-Delivery-ID", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{webhook.Id}{second}")))[..32]),
            ("X-WC-Webhook-Signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(webhook.Secret), body))),
        ]);
        webhook.Failures = status is >= 200 and <= 302 ? 0 : webhook.Failures + 1;
        if (webhook.Failures >= FatalFailure) { webhook.Status = "disabled"; }

        return status;
    }

    private async Task<int> PostAsync(string url, string body, string type, (string Name, string Value)[] headers)
    {
        var to = Outside?.BaseAddress is { } address ? new Uri(address, new Uri(url).PathAndQuery) : new Uri(url);
        using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new(type);
        foreach (var (name, value) in headers) { request.Headers.TryAddWithoutValidation(name, value); }

        try
        {
            using var answer = await (Outside ?? throw new HttpRequestException("Nobody is there.")).SendAsync(request);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static IResult Error(int status, string code, string message) =>
        Results.Json(new { code, message, data = new { status } }, statusCode: status);

    /// <summary>One webhook.</summary>
    internal sealed record Webhook(long Id, string Name, string Topic, string Url, string Secret)
    {
        public string Status { get; set; } = "active";

        public string Resource => Topic.Split('.')[0];

        /// <summary>In a row; the REST resource does not show it.</summary>
        public int Failures { get; set; }

        /// <summary>The last ping was not answered exactly 200: it is made again after each delivery.</summary>
        public bool IsPingDue { get; set; }

        public JsonObject Json() => new()
        {
            ["id"] = Id, ["name"] = Name, ["status"] = Status, ["topic"] = Topic, ["resource"] = Topic.Split('.')[0],
            ["delivery_url"] = Url,
        };
    }
}
