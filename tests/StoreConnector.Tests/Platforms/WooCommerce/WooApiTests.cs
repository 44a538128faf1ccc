using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Platforms.WooCommerce;

/// <summary>The client of sites' REST API against a site that behaves as it was measured.</summary>
public sealed class WooApiTests : IAsyncLifetime
{
    private static readonly WooCall Status = WooCall.Get("wc/v3/system_status");

    private readonly WooApi api = new(new(true, _ => true), NullLogger<WooApi>.Instance)
    {
        FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromSeconds(5),
    };

    private WooStore store = null!;
    private WooStoreKey key = null!;

    private WooAccess Access => new(store.Site, key.Key, key.Secret, WooWay.Basic);

    public async ValueTask InitializeAsync()
    {
        store = await WooStore.StartAsync();
        key = store.AddKey();
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(true, false, false, nameof(WooWay.Basic), false)]
    [InlineData(false, false, false, nameof(WooWay.OAuth), false)]
    [InlineData(true, true, false, nameof(WooWay.Query), false)]
    [InlineData(true, false, true, nameof(WooWay.Basic), true)]
    [InlineData(false, false, true, nameof(WooWay.OAuth), true)]
    public async Task The_way_to_show_a_key_is_found(bool isSsl, bool strips, bool isPlain, string way, bool plainRoutes)
    {
        (store.IsSsl, store.StripsHeader, store.HasPlainPermalinks) = (isSsl, strips, isPlain);

        var (access, answer) = await ProbeAsync();

        Assert.IsType<WooAnswer.Done>(answer);
        Assert.Equal((way, plainRoutes), (access!.Way.ToString(), access.IsPlain));
        Assert.IsType<WooAnswer.Done>(await api.AskAsync(access, WooCall.Get("wc/v3/orders", ("status", "a b&c=d/é")), default));
        Assert.IsType<WooAnswer.Done>(await api.AskAsync(access, WooCall.Post("wc/v3/webhooks/batch", new { }), default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_site_whose_clock_is_an_hour_off_takes_our_signature_all_the_same(int hours)
    {
        (store.IsSsl, store.ClockOff) = (false, TimeSpan.FromHours(hours));

        Assert.Equal(WooWay.OAuth, (await ProbeAsync()).Access?.Way);
    }

    [Fact]
    public async Task A_site_in_a_folder_is_signed_by_its_whole_path()
    {
        await using var folder = await WooStore.StartAsync("/shop/");
        folder.IsSsl = false;
        var own = folder.AddKey();

        var (access, _) = await api.ProbeAsync(folder.Site, own.Key, own.Secret, Status, default);

        Assert.Equal(WooWay.OAuth, access?.Way);
    }

    [Fact]
    public async Task A_key_that_is_unknown_revoked_or_wrong_is_signed_out()
    {
        Assert.IsType<WooAnswer.SignedOut>(await api.AskAsync(Access with { Secret = "cs_wrong" }, Status, default));
        store.Revoke(key);
        Assert.IsType<WooAnswer.SignedOut>(await api.AskAsync(Access, Status, default));
        Assert.IsType<WooAnswer.SignedOut>((await ProbeAsync()).Answer);
    }

    [Fact]
    public async Task A_key_that_only_reads_and_an_owner_without_the_role_are_denied()
    {
        var reads = store.AddKey("read");
        var access = Access with { Key = reads.Key, Secret = reads.Secret };

        Assert.IsType<WooAnswer.Done>(await api.AskAsync(access, Status, default));
        Assert.IsType<WooAnswer.Denied>(await api.AskAsync(access, WooCall.Post("wc/v3/webhooks/batch", new { }), default));
        store.IsRoleLost = true;
        Assert.IsType<WooAnswer.Denied>(await api.AskAsync(Access, Status, default));
    }

    [Fact]
    public async Task A_refusal_has_the_shops_code()
    {
        var answer = await api.AskAsync(Access, WooCall.Get("wc/v3/orders", ("per_page", "101")), default);
        Assert.Equal((400, "rest_invalid_param"), answer is WooAnswer.Refused no ? (no.Status, no.Code) : default);
        answer = await api.AskAsync(Access, WooCall.Get("wc/v3/nothing"), default);
        Assert.Equal((404, "rest_no_route"), answer is WooAnswer.Refused gone ? (gone.Status, gone.Code) : default);
        answer = await api.AskAsync(Access, new(HttpMethod.Delete, $"wc/v3/webhooks/{store.AddWebhook("order.created", "https://x.example")}"), default);
        Assert.Equal((501, "woocommerce_rest_trash_not_supported"), answer is WooAnswer.Refused trash ? (trash.Status, trash.Code) : default);
    }

    [Theory]
    [InlineData(200, "NotJson", 3)]
    [InlineData(500, "Failing", 3)]
    [InlineData(503, "Failing", 3)]
    [InlineData(403, "Firewall", 1)]
    [InlineData(401, "Firewall", 1)]
    [InlineData(404, "NoApi", 1)]
    public async Task A_page_instead_of_data_says_what_stands_between(int status, string kind, int asked)
    {
        store.Before = _ => WooStore.Html(status);

        var answer = Assert.IsType<WooAnswer.Broken>(await api.AskAsync(Access, Status, default));

        Assert.Equal((kind, asked), (answer.Kind.ToString(), store.Calls.Count));
    }

    [Fact]
    public async Task A_question_is_asked_again_and_a_change_that_may_have_been_made_is_not()
    {
        var fails = 2;
        store.Before = _ => fails-- > 0 ? WooStore.Html(502) : null;
        Assert.IsType<WooAnswer.Done>(await api.AskAsync(Access, Status, default));

        fails = 1;
        Assert.IsType<WooAnswer.Broken>(await api.AskAsync(Access, WooCall.Post("wc/v3/webhooks/batch", new { }), default));
    }

    [Fact]
    public async Task Who_is_told_later_comes_later()
    {
        var first = true;
        store.Before = request =>
        {
            if (!first) { return null; }

            first = false;
            request.HttpContext.Response.Headers.RetryAfter = "0";
            return Results.StatusCode(429);
        };

        Assert.IsType<WooAnswer.Done>(await api.AskAsync(Access, WooCall.Post("wc/v3/webhooks/batch", new { }), default));
    }

    [Fact]
    public async Task Nobody_is_followed_and_no_key_is_carried_elsewhere()
    {
        await using var other = await WooStore.StartAsync();
        store.Before = request => Results.Redirect($"http://www.example.com:{other.Site.Port}{request.Path}{request.QueryString}");

        var answer = Assert.IsType<WooAnswer.Broken>(await api.AskAsync(Access with { Way = WooWay.Query }, Status, default));

        Assert.Equal(WooTrouble.Elsewhere, answer.Kind);
        Assert.Contains("www.example.com,", answer.Why, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret, answer.Why, StringComparison.Ordinal);
        Assert.Empty(other.Calls);
    }

    [Fact]
    public async Task A_byte_order_mark_does_no_harm_and_a_printed_warning_is_told()
    {
        store.Before = _ => Results.Bytes([0xEF, 0xBB, 0xBF, .. "{\"a\":1}"u8], "application/json");
        Assert.IsType<WooAnswer.Done>(await api.AskAsync(Access, Status, default));

        store.Before = _ => Results.Text("<b>Warning</b>: Undefined variable {\"a\":1}", "application/json");
        Assert.Equal(WooTrouble.NotJson, (await api.AskAsync(Access, Status, default) as WooAnswer.Broken)?.Kind);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_the_end()
    {
        store.Before = _ => Results.Stream(async stream =>
        {
            var chunk = new byte[1024 * 1024];
            for (var i = 0; i < 20; i++) { await stream.WriteAsync(chunk); }
        });

        Assert.IsType<WooAnswer.Unavailable>(await api.AskAsync(Access, Status, default));
    }

    [Fact]
    public async Task Lists_are_read_to_their_end_whatever_the_site_counts()
    {
        for (var i = 1; i <= 250; i++) { store.AddWebhook("order.created", $"https://x.example/{i}"); }

        var pages = new List<WooAnswer>();
        await foreach (var page in api.PagesAsync(Access, WooCall.Get("wc/v3/webhooks"), 10, default)) { pages.Add(page); }

        Assert.Equal([100, 100, 50], pages.Select(p => WooApi.ItemsOf(p)!.Count));
        Assert.Equal((250, 3), pages[0] is WooAnswer.Done done ? (done.Total, done.Pages) : default);
    }

    [Fact]
    public async Task A_date_without_a_zone_is_the_stores_unless_it_is_said_to_be_UTC()
    {
        store.Things["orders"][7] = new JsonObject { ["id"] = 7, ["date_modified_gmt"] = "2026-11-22T12:00:00" };

        Assert.Equal(0, await CountAsync(("modified_after", "2026-11-22T11:00:00")));
        Assert.Equal(1, await CountAsync(("modified_after", "2026-11-22T11:00:00"), ("dates_are_gmt", "true")));
        Assert.Equal(1, await CountAsync(("modified_after", "2026-11-22T11:00:00Z")));
        Assert.Equal(0, await CountAsync(("modified_after", "2026-11-22T12:00:00Z"))); // Strictly after.

        async Task<int> CountAsync(params (string, string)[] query) =>
            WooApi.ItemsOf(await api.AskAsync(Access, WooCall.Get("wc/v3/orders", query), default))!.Count;
    }

    [Fact]
    public async Task A_batch_says_of_each_item_what_became_of_it()
    {
        var batch = new WooBatch { Create = [new { code = "SC-1" }, new { code = "sc-1" }, new { code = "SC-2" }], Delete = [99] };

        var answer = Assert.IsType<WooAnswer.Done>(await api.AskAsync(Access, batch.Of("wc/v3/coupons"), default));

        Assert.Equal([null, "woocommerce_rest_coupon_code_already_exists", null, "woocommerce_rest_shop_coupon_invalid_id"],
            WooBatch.Read(answer.Json).Select(i => i.Error));
        var many = new WooBatch { Delete = [.. Enumerable.Range(0, 101).Select(i => (long)i)] };
        Assert.Throws<InvalidOperationException>(() => many.Of("wc/v3/coupons"));
    }

    [Fact]
    public async Task One_site_is_asked_one_thing_at_a_time()
    {
        var (came, together) = (0, false);
        Task<WooAnswer>? second = null;
        store.Before = _ =>
        {
            if (Interlocked.Increment(ref came) > 1) { return null; }

            second = Task.Run(() => api.AskAsync(Access, Status, default).AsTask());
            together = SpinWait.SpinUntil(() => Volatile.Read(ref came) > 1, TimeSpan.FromMilliseconds(300));
            return null;
        };

        Assert.IsType<WooAnswer.Done>(await api.AskAsync(Access, Status, default));
        Assert.IsType<WooAnswer.Done>(await second!);
        Assert.Equal((2, false), (came, together));
    }

    [Fact]
    public async Task A_site_that_failed_is_left_alone_for_a_while()
    {
        using var patient = new WooApi(new(true, _ => true), NullLogger<WooApi>.Instance)
        {
            FirstPause = TimeSpan.FromSeconds(30), Longest = TimeSpan.FromSeconds(2),
        };
        store.Before = _ => WooStore.Html(500);
        Assert.IsType<WooAnswer.Broken>(await patient.AskAsync(Access, Status, default));
        store.Before = _ => null;

        Assert.IsType<WooAnswer.Unavailable>(await patient.AskAsync(Access, Status, default));
        Assert.Single(store.Calls);
    }

    [Theory]
    [InlineData("http://shop.example.com/")]
    [InlineData("https://localhost/")]
    [InlineData("https://127.0.0.1/")]
    public async Task In_production_only_https_to_the_public_internet_is_asked(string site)
    {
        using var strict = new WooApi(new(false, StoreConnector.Channels.PrivateHosts.IsPrivate), NullLogger<WooApi>.Instance);

        Assert.IsType<WooAnswer.Forbidden>(await strict.AskAsync(Access with { Site = new(site) }, Status, default));
    }

    [Fact]
    public async Task Nobody_there_is_no_answer()
    {
        var nowhere = Access with { Site = new($"http://127.0.0.1:{VendorTwin.FreePort()}/") };

        Assert.IsType<WooAnswer.Unavailable>(await api.AskAsync(nowhere, WooCall.Post("wc/v3/webhooks/batch", new { }), default));
    }

    [Theory]
    [InlineData("shop.example.com", "https://shop.example.com/")]
    [InlineData(" https://Shop.Example.com ", "https://shop.example.com/")]
    [InlineData("https://example.com/Shop/", "https://example.com/Shop/")]
    [InlineData("https://example.com:8443", "https://example.com:8443/")]
    [InlineData("http://shop.example.com", null)]
    [InlineData("https://127.0.0.1", null)]
    [InlineData("https://[::1]/", null)]
    [InlineData("https://localhost", null)]
    [InlineData("https://user@shop.example.com", null)]
    [InlineData("https://shop.example.com/?a=1", null)]
    [InlineData("https://shop.example.com/#a", null)]
    [InlineData("https://shop.example.com:22", null)]
    [InlineData("ftp://shop.example.com", null)]
    [InlineData("", null)]
    public void A_site_is_https_and_a_name(string typed, string? site) =>
        Assert.Equal(site, WooSite.TryParse(typed, false, out var read) ? read.AbsoluteUri : null);

    [Theory]
    [InlineData("https://shop.example.com", true)]
    [InlineData("http://SHOP.example.com/", true)]
    [InlineData("https://www.shop.example.com", false)]
    [InlineData("https://shop.example.com/shop", false)]
    [InlineData("https://shop.example.com:8443", false)]
    [InlineData(null, false)]
    public void A_home_is_the_site_or_it_is_another(string? home, bool isSame) =>
        Assert.Equal(isSame, WooSite.IsHome(new("https://shop.example.com/"), home));

    [Fact]
    public void Nothing_that_is_printed_holds_a_key()
    {
        Assert.DoesNotContain(key.Key, Access.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret, Access.ToString(), StringComparison.Ordinal);
    }

    private ValueTask<(WooAccess? Access, WooAnswer Answer)> ProbeAsync() =>
        api.ProbeAsync(store.Site, key.Key, key.Secret, Status, default);
}
