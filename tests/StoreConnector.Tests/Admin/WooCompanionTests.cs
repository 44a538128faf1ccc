using System.Net;
using System.Text;
using System.Text.Json;
using StoreConnector.Admin;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Admin;

/// <summary>The companion gets its connection, and says how its site does.</summary>
public sealed class WooCompanionTests : IAsyncLifetime
{
    private WooHouse house = null!;

    private WooStore Site => house.Site;

    public async ValueTask InitializeAsync() => house = await WooHouse.BeginAsync();

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Who_pressed_Connect_ends_on_the_plugins_page_and_the_plugin_has_its_secret()
    {
        var (status, to, _, _) = await house.PressAsync();

        var store = Assert.Single(await house.Stores.ListAsync(default)).Store;
        Assert.Equal((HttpStatusCode.Found, Site.OurPage), (status, to));
        var (storeId, secret, origin) = Site.Companion!.Value;
        Assert.Equal((store.Id, "https://connect.example.com"), (storeId, origin));
        Assert.Matches("^[A-Za-z0-9_-]{43}$", secret);
        Assert.Null(Site.Pressed); // The state was used.
        var rows = house.Service.Engine.Rows(StoreRegistry.Table).Select(r => r.Key + Encoding.UTF8.GetString(r.Value.Span));
        Assert.All(rows, r => Assert.DoesNotContain(secret, r, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_cookie_is_the_browsers_alone_for_ten_minutes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Site.Press());
        using var answer = await house.Browser.SendAsync(request);

        var given = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        foreach (var part in new[] { "max-age=600", "path=/woocommerce", "secure", "samesite=lax", "httponly" })
        {
            Assert.Contains(part, given, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_browser_that_did_not_begin_learns_that_it_is_connected_and_is_led_nowhere()
    {
        var begun = await house.OpenAsync(Site.Press());
        var (to, _) = await Site.ApproveAsync(begun.To!);

        foreach (var cookie in new[] { null, $"{WooHouse.Cookie}=somebody-elses" })
        {
            var (status, location, page, _) = await house.OpenAsync(to!.PathAndQuery, cookie);
            Assert.Equal((HttpStatusCode.OK, null), (status, location));
            Assert.Contains("is connected", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<a", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_said_no_or_could_not_be_connected_is_told_why_and_finds_the_way_back()
    {
        var begun = await house.OpenAsync(Site.Press());
        var state = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(begun.To!.Query)["user_id"].ToString();
        var no = await house.OpenAsync($"/woocommerce/connected?success=0&user_id={state}", begun.Cookie);
        Site.Home = "https://shop.example.com";
        Assert.Equal(422, (await Site.ApproveAsync(begun.To!)).Status);
        var failed = await house.OpenAsync($"/woocommerce/connected?success=1&user_id={state}", begun.Cookie);
        var others = await house.OpenAsync($"/woocommerce/connected?success=1&user_id={state}");

        Assert.Contains("said no", no.Page, StringComparison.Ordinal);
        Assert.Contains("another address its home", failed.Page, StringComparison.Ordinal);
        Assert.All([no.Page, failed.Page], p => Assert.Contains($"href=\"{Site.OurPage.AbsoluteUri}\"", p, StringComparison.Ordinal));
        Assert.DoesNotContain("another address", others.Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("&return=https%3A%2F%2Fevil.example.com%2Fwp-admin%2F")]
    [InlineData("&return=javascript%3Aalert(1)")]
    [InlineData("&return=%2F%2Fevil.example.com")]
    [InlineData("&state=abc")]
    [InlineData("&state=ABCDEFABCDEFABCDEFABCDEFABCDEFAB")]
    public async Task What_no_plugin_sends_is_refused_before_anybody_is_sent_anywhere(string more)
    {
        var (status, to, _, _) = await house.OpenAsync($"/woocommerce/connect?site={Uri.EscapeDataString(Site.Site.AbsoluteUri)}{more}");

        Assert.Equal((HttpStatusCode.BadRequest, null), (status, to));
    }

    [Theory]
    [InlineData("https://shop.example.com/wp-admin/admin.php?page=storeconnector", true)]
    [InlineData("https://SHOP.example.com/wp/wp-admin/", true)]
    [InlineData("https://shop.example.com:443/wp-admin/", true)]
    [InlineData("http://shop.example.com/wp-admin/", false)]
    [InlineData("https://shop.example.com:8443/wp-admin/", false)]
    [InlineData("https://shop.example.com.evil.example/", false)]
    [InlineData("https://shop.example.com@evil.example/", false)]
    [InlineData("https://me@shop.example.com/", false)]
    [InlineData("https://shop.example.com/#x", false)]
    [InlineData("/wp-admin/", false)]
    public void A_browser_goes_back_to_a_page_of_the_very_site(string text, bool isOne) =>
        Assert.Equal(isOne, WooConnects.IsReturn(new("https://shop.example.com/"), text, out _));

    [Fact]
    public async Task A_site_without_the_plugin_is_connected_all_the_same_and_gets_its_secret_when_it_has_one()
    {
        var begun = await house.OpenAsync($"/woocommerce/connect?site={Uri.EscapeDataString(Site.Site.AbsoluteUri)}");
        var (to, _) = await Site.ApproveAsync(begun.To!);
        Assert.Contains("is connected", (await house.OpenAsync(to!.PathAndQuery, begun.Cookie)).Page, StringComparison.Ordinal);
        var storeId = (await house.Stores.ListAsync(default))[0].Store.Id;
        Assert.Equal(JsonValueKind.Null, (await house.LookAsync(storeId)).GetProperty("companion").ValueKind);

        Site.Plugins.Add("storeconnector/storeconnector.php");
        var companion = (await house.LookAsync(storeId)).GetProperty("companion");

        Assert.Equal(storeId, Site.Companion?.StoreId);
        Assert.True(companion.GetProperty("isConnected").GetBoolean());
        Assert.Equal("0.1.0", companion.GetProperty("version").GetString());
        Assert.True(companion.GetProperty("settings").GetProperty("email_box").GetBoolean());
    }

    [Fact]
    public async Task The_secret_stays_the_same_and_is_given_again_to_a_plugin_that_lost_it()
    {
        var store = await house.ConnectAsync();
        var first = Site.Companion!.Value.Secret;
        Site.Companion = null;
        await house.LookAsync(store.Id);
        Assert.Equal(first, Site.Companion!.Value.Secret);

        await house.ConnectAsync();
        Assert.Equal(first, Site.Companion!.Value.Secret);
    }

    [Fact]
    public async Task A_site_with_plain_permalinks_gets_its_secret_too()
    {
        Site.HasPlainPermalinks = true;
        var (status, to, _, _) = await house.PressAsync();

        Assert.Equal((HttpStatusCode.Found, Site.OurPage), (status, to));
        Assert.NotNull(Site.Companion);
    }

    [Fact]
    public async Task A_plugin_of_another_store_is_left_to_the_merchants_press_of_Connect()
    {
        Site.Plugins.Add("storeconnector/storeconnector.php");
        Site.Companion = ("sanother", new('x', 43), "https://connect.example.com");
        var begun = await house.OpenAsync($"/woocommerce/connect?site={Uri.EscapeDataString(Site.Site.AbsoluteUri)}");
        var (to, _) = await Site.ApproveAsync(begun.To!);
        var end = await house.OpenAsync(to!.PathAndQuery, begun.Cookie);
        Assert.Contains("connected to another store", end.Page, StringComparison.Ordinal);
        var storeId = (await house.Stores.ListAsync(default))[0].Store.Id;
        Assert.Equal("other-store", (await house.LookAsync(storeId)).GetProperty("companion").GetProperty("code").GetString());
        Assert.Equal(["connect-plugin"], await house.ToDoAsync(storeId));

        Assert.Equal(storeId, (await house.ConnectAsync()).Id);
        Assert.Equal(storeId, Site.Companion?.StoreId);
        await house.LookAsync(storeId);
        Assert.Empty(await house.ToDoAsync(storeId));
    }

    [Fact]
    public async Task A_plugin_that_is_set_to_another_service_is_told_plainly()
    {
        Site.CompanionService = "https://other.example.com";
        var (status, _, page, _) = await house.PressAsync();

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Your store is connected, but its plugin is not.", page, StringComparison.Ordinal);
        Assert.Contains("STORECONNECTOR_SERVICE_URL", page, StringComparison.Ordinal);
        Assert.Contains(Site.OurPage.AbsoluteUri, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_fails_just_then_is_connected_by_the_next_look()
    {
        Site.Before = r => r.Path.Value!.EndsWith("/connection", StringComparison.Ordinal) ? WooStore.Html(500) : null;
        var (_, _, page, _) = await house.PressAsync();
        Assert.Contains("tried again within the hour", page, StringComparison.Ordinal);

        Site.Before = _ => null;
        await house.WorkAsync();
        Assert.NotNull(Site.Companion);
    }

    [Fact]
    public async Task A_site_with_one_worker_is_told_yes_and_proves_its_key_when_the_browser_is_back()
    {
        Site.HasOneWorker = true;
        house.Service.Get<WooConnects>().AnswerWithin = TimeSpan.FromMilliseconds(200);
        var begun = await house.OpenAsync(Site.Press());
        var (to, status) = await Site.ApproveAsync(begun.To!);
        Assert.Equal(200, status);
        Assert.Empty(await house.Stores.ListAsync(default));
        Assert.DoesNotContain(house.Service.Engine.Rows(StoreRegistry.Table),
            r => Encoding.UTF8.GetString(r.Value.Span).Contains(Site.Keys.Single().Secret, StringComparison.Ordinal));

        var end = await house.OpenAsync(to!.PathAndQuery, begun.Cookie);

        Assert.Equal((HttpStatusCode.Found, Site.OurPage), (end.Status, end.To));
        Assert.NotNull(Site.Companion);
        Assert.Single(await house.Stores.ListAsync(default));
        Assert.Equal(end.To, (await house.OpenAsync(to.PathAndQuery, begun.Cookie)).To); // Looked at again: the same.
        Assert.Single(await house.Stores.ListAsync(default));
    }

    [Fact]
    public async Task A_key_that_was_put_off_and_proves_nothing_is_kept_nowhere_and_the_merchant_knows()
    {
        Site.HasOneWorker = true;
        house.Service.Get<WooConnects>().AnswerWithin = TimeSpan.FromMilliseconds(200);
        var begun = await house.OpenAsync(Site.Press());
        var (to, _) = await Site.ApproveAsync(begun.To!, "read");

        var end = await house.OpenAsync(to!.PathAndQuery, begun.Cookie);

        Assert.Contains("delete it in WooCommerce", end.Page, StringComparison.Ordinal);
        Assert.Empty(await house.Stores.ListAsync(default));
        Assert.DoesNotContain(house.Service.Engine.Rows(StoreRegistry.Table),
            r => r.Partition is WooKeys.Partition or PassingRows.Brought);
    }

    [Fact]
    public async Task WooCommerces_own_mail_about_carts_holds_ours_like_a_plugin_and_says_where_to_switch_it_off()
    {
        Site.CompanionStatus["cart_mail_senders"] = JsonNodeOf("""["woocommerce","klaviyo"]""");
        var store = await house.ConnectAsync();
        await house.WorkAsync();

        var hold = (await house.FindAsync(store.Id))!.Holds[AbandonedCart.Name];
        Assert.Equal(ReasonCode.OtherSender, hold.Code);
        Assert.Contains("WooCommerce, Settings, Emails", hold.Why, StringComparison.Ordinal);
        Assert.Contains("Klaviyo", (await house.LookAsync(store.Id)).GetProperty("maySend").ToString(), StringComparison.Ordinal);

        Site.Before = r => r.Path.Value!.EndsWith("/status", StringComparison.Ordinal) ? WooStore.Html(500) : null;
        await house.LookAsync(store.Id); // Who does not answer takes nothing back.
        Assert.NotEmpty((await house.FindAsync(store.Id))!.Holds);

        Site.Before = _ => null;
        Site.CompanionStatus["cart_mail_senders"] = JsonNodeOf("[]");
        await house.LookAsync(store.Id);
        Assert.Empty((await house.FindAsync(store.Id))!.Holds);
    }

    [Fact]
    public async Task A_site_whose_tasks_stand_still_and_whose_clock_is_wrong_is_told()
    {
        var store = await house.ConnectAsync();
        Site.CompanionStatus["oldest_pending_s"] = 300;
        Assert.Empty((await house.LookAsync(store.Id)).GetProperty("companion").GetProperty("hints").EnumerateArray());

        (Site.CompanionStatus["oldest_pending_s"], Site.ClockOff) = (2 * 60 * 60, TimeSpan.FromMinutes(-12));
        var companion = (await house.LookAsync(store.Id)).GetProperty("companion");

        Assert.Equal("PT2H", companion.GetProperty("oldestPending").GetString());
        var hints = companion.GetProperty("hints").ToString();
        Assert.Contains("wp-cron.php", hints, StringComparison.Ordinal);
        Assert.Contains("12 minutes slow", hints, StringComparison.Ordinal);
        Assert.Equal(["site-cron"], await house.ToDoAsync(store.Id));
    }

    [Fact]
    public void What_the_plugin_really_says_is_read()
    {
        using var fixture = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(
            StoreConnector.Tests.Golden.Repo.Fixture("woocommerce"), "companion-status.json")));
        foreach (var name in new[] { "version", "connected", "store_id", "settings", "oldest_pending_s", "now_gmt", "cart_mail_senders" })
        {
            Assert.True(fixture.RootElement.TryGetProperty(name, out _), name);
        }
    }

    private static System.Text.Json.Nodes.JsonNode JsonNodeOf(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!;
}
