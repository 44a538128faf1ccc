using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Admin;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Stores;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Processing;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Admin;

/// <summary>From a merchant's click to a store of ours whose site delivers to us, and stays so; over real sockets.</summary>
public sealed class WooConnectTests : IAsyncLifetime
{
    private readonly ManualClock clock = new(DateTimeOffset.UtcNow);
    private WooStore site = null!;
    private TestService service = null!;

    public async ValueTask InitializeAsync()
    {
        site = await WooStore.StartAsync();
        service = new(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            services.Replace(ServiceDescriptor.Singleton(all => new WooApi(
                all.GetRequiredService<WooNetwork>(), NullLogger<WooApi>.Instance)
            {
                FirstPause = TimeSpan.FromMilliseconds(1),
            }));
        }, []);
        service.Get<WooConnects>().AnswerWithin = TimeSpan.FromMinutes(2); // No machine is that slow.
        site.Outside = service.Anonymous;
    }

    public async ValueTask DisposeAsync()
    {
        service.Dispose();
        await site.DisposeAsync();
    }

    [Fact]
    public async Task A_merchant_who_says_yes_has_a_store_with_the_sites_own_facts()
    {
        var store = await ConnectAsync();

        Assert.Equal(("Bean & Leaf", "USD", "America/New_York", "US", "en-US", "127.0.0.1"),
            (store.Name, store.Currency, store.TimeZone, store.Country, store.Locale, store.Domain));
        Assert.Equal("1 Roastery Road\n10001 New York\nUS", store.PostalAddress);
        Assert.Equal(clock.Now, store.InstalledAt);
        var key = (await service.Get<WooKeys>().FindAsync(store.Id, default))!.Key!;
        Assert.Equal((site.Site, site.Keys.Single().Key, "Basic"), (key.Site, key.Key, key.Way));
    }

    [Fact]
    public async Task The_key_is_nowhere_in_plain()
    {
        await ConnectAsync();

        var rows = service.Engine.Rows(StoreRegistry.Table).Select(r => r.Key + Encoding.UTF8.GetString(r.Value.Span));
        Assert.All(rows, r => Assert.DoesNotContain(site.Keys.Single().Secret, r, StringComparison.Ordinal));
        Assert.All(rows, r => Assert.DoesNotContain(site.Keys.Single().Key, r, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_browser_is_told_what_became_of_it()
    {
        var asked = await BeginAsync();
        var state = QueryHelpers.ParseQuery(asked.Query)["user_id"].ToString();
        var early = await PageAsync($"/woocommerce/connected?success=1&user_id={state}");
        var (to, _) = await site.ApproveAsync(asked);

        Assert.Contains("is being connected", early, StringComparison.Ordinal);
        Assert.Contains("is connected", await PageAsync(to!.PathAndQuery), StringComparison.Ordinal);
        Assert.Contains("said no", await PageAsync($"/woocommerce/connected?success=0&user_id={state}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_is_good_once_and_for_ten_minutes()
    {
        var asked = await BeginAsync();
        Assert.Equal(200, (await site.ApproveAsync(asked)).Status);
        Assert.Equal(404, (await site.ApproveAsync(asked)).Status);

        var late = await BeginAsync();
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(404, (await site.ApproveAsync(late)).Status);
        Assert.Single(await service.Get<StoreRegistry>().ListAsync(default));
        Assert.Single(site.Keys); // The others were taken back.
    }

    [Fact]
    public async Task What_nobody_asked_for_is_not_taken()
    {
        var body = new { key_id = 2, user_id = "tenant-42", consumer_key = "ck_1", consumer_secret = "cs_1", key_permissions = "read_write" };
        using var unknown = await service.Anonymous.PostAsJsonAsync("/woocommerce/callback/tenant-42", body);
        using var other = await service.Anonymous.PostAsJsonAsync("/woocommerce/callback/tenant-43", body);
        using var long_ = await service.Anonymous.PostAsync("/woocommerce/callback/tenant-42", new ByteArrayContent(new byte[5000]));
        using var noJson = await service.Anonymous.PostAsync("/woocommerce/callback/tenant-42", new StringContent("[1"));

        Assert.Equal([404, 400, 400, 400], new[] { unknown, other, long_, noJson }.Select(a => (int)a.StatusCode));
        Assert.Empty(site.Calls);
    }

    [Fact]
    public async Task A_forged_key_for_a_state_that_somebody_began_is_refused_by_the_site()
    {
        var state = QueryHelpers.ParseQuery((await BeginAsync()).Query)["user_id"].ToString();
        using var answer = await service.Anonymous.PostAsJsonAsync($"/woocommerce/callback/{state}",
            new { user_id = state, consumer_key = "ck_1", consumer_secret = "cs_1" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        await NothingIsKeptAsync();
    }

    [Fact]
    public async Task A_site_that_calls_another_address_its_home_is_not_connected()
    {
        site.Home = "https://shop.example.com";

        var asked = await BeginAsync();
        Assert.Equal(422, (await site.ApproveAsync(asked)).Status);

        var state = QueryHelpers.ParseQuery(asked.Query)["user_id"];
        Assert.Contains("could not be connected", await PageAsync($"/woocommerce/connected?success=1&user_id={state}"), StringComparison.Ordinal);
        await NothingIsKeptAsync();
    }

    [Fact]
    public async Task A_key_that_only_reads_a_site_that_fails_and_one_whose_money_nobody_knows_are_not_connected()
    {
        Assert.Equal(422, (await site.ApproveAsync(await BeginAsync(), "read")).Status);
        site.Before = _ => WooStore.Html(500);
        Assert.Equal(503, (await site.ApproveAsync(await BeginAsync())).Status);
        site.Before = _ => null;
        site.Settings["woocommerce_currency"] = "BTC";
        Assert.Equal(422, (await site.ApproveAsync(await BeginAsync())).Status);
        await NothingIsKeptAsync();
    }

    [Fact]
    public async Task A_time_zone_in_whole_hours_is_one_and_another_is_asked_for()
    {
        (site.Index["timezone_string"], site.Index["gmt_offset"]) = ("", 5.5);
        Assert.Equal(422, (await site.ApproveAsync(await BeginAsync())).Status);
        site.Index["gmt_offset"] = 4;

        Assert.Equal("Etc/GMT-4", (await ConnectAsync()).TimeZone);
    }

    [Fact]
    public async Task Who_connects_again_keeps_the_store_and_has_a_new_key()
    {
        var first = await ConnectAsync();
        site.Revoke(site.Keys.Single());
        var second = await ConnectAsync();

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(site.Keys.Single().Key, (await service.Get<WooKeys>().FindAsync(first.Id, default))!.Key!.Key);
    }

    [Fact]
    public async Task A_store_that_the_operator_made_before_is_the_one_that_is_connected()
    {
        var (storeId, _) = await service.ConnectAsync("woocommerce", "127.0.0.1");

        Assert.Equal(storeId, (await ConnectAsync()).Id);
    }

    [Fact]
    public async Task Two_sites_in_two_folders_of_one_host_are_two_stores()
    {
        var first = await ConnectAsync();
        await using var other = await WooStore.StartAsync("/shop/");
        other.Outside = service.Anonymous;
        using var browser = Browser();
        using var answer = await browser.GetAsync($"/woocommerce/connect?site={Uri.EscapeDataString(other.Site.AbsoluteUri)}");
        Assert.Equal(200, (await other.ApproveAsync(answer.Headers.Location!)).Status);

        Assert.Equal(2, (await service.Get<StoreRegistry>().ListAsync(default)).Count);
        Assert.Equal(site.Site, (await service.Get<WooKeys>().FindAsync(first.Id, default))!.Key!.Site);
    }

    [Theory]
    [InlineData("http://shop.example.com")]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://shop")]
    [InlineData("")]
    public async Task In_production_a_site_that_cannot_be_is_refused_before_anybody_is_asked(string typed)
    {
        using var strict = new TestService(("environment", "Production"));
        using var answer = await strict.Anonymous.GetAsync($"/woocommerce/connect?site={Uri.EscapeDataString(typed)}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_by_hand_is_proven_the_same_way()
    {
        var (storeId, _) = await service.ConnectAsync("woocommerce", "127.0.0.1");
        var key = site.AddKey();

        Assert.Equal((422, "key-refused"), await PutAsync(storeId, site.Site, key with { Secret = "cs_wrong" }));
        Assert.Equal((422, "key-reads-only"), await PutAsync(storeId, site.Site, site.AddKey("read")));
        Assert.Equal((422, "other-store"), await PutAsync(storeId, new("https://other.example.com"), key));
        Assert.Equal((400, "invalid-fields"), await PutAsync(storeId, site.Site, key with { Key = "ck 1" }));
        Assert.Null(await service.Get<WooKeys>().FindAsync(storeId, default));
        Assert.Equal((204, null), await PutAsync(storeId, site.Site, key));
        Assert.Equal((404, "not-found"), await PutAsync("sunknown", site.Site, key));
    }

    [Fact]
    public async Task A_connected_site_delivers_each_topic_by_its_own_path_and_secret()
    {
        var store = await ConnectAsync();
        await WorkAsync();

        Assert.Equal(WooSubscriptions.Topics.Where(t => t != "cart.updated").Order(), site.Webhooks.Select(w => w.Topic).Order());
        Assert.Equal(11, site.Webhooks.Select(w => w.Secret).Distinct().Count());
        Assert.All(site.Webhooks, w => Assert.False(w.IsPingDue));
        site.Things["orders"][7] = Order(7);
        site.Fire("order.created", 7);
        site.Fire("order.created", 7); // Coalesced.
        Assert.Equal([200], await site.RunQueueAsync());
        var check = await CheckAsync(store.Id);
        Assert.Equal("created", check.GetProperty("subscriptions")[0].GetProperty("state").GetString());
        Assert.Equal("10.5.0", check.GetProperty("version").GetString());
        Assert.Equal(JsonValueKind.Null, check.GetProperty("why").ValueKind);
    }

    [Fact]
    public async Task The_companion_brings_its_own_topic()
    {
        await ConnectAsync();
        site.Plugins.Add("storeconnector/storeconnector.php");
        await WorkAsync();

        Assert.Contains(site.Webhooks, w => w.Topic == "cart.updated");
    }

    [Fact]
    public async Task A_second_look_changes_nothing()
    {
        var store = await ConnectAsync();
        await WorkAsync();
        var before = site.Webhooks;
        await LookAsync(store.Id);

        Assert.Equal(before, site.Webhooks);
        Assert.Equal("active", (await CheckAsync(store.Id)).GetProperty("subscriptions")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_webhook_that_was_disabled_is_made_anew_and_delivers_again()
    {
        var store = await ConnectAsync();
        await WorkAsync();
        site.Things["orders"][7] = Order(7);
        var right = site.Outside;
        site.Outside = null; // Nobody is there.
        for (var i = 0; i < WooStore.FatalFailure; i++)
        {
            site.Fire("order.created", 7);
            await site.RunQueueAsync();
        }

        site.Outside = right;
        var dead = Assert.Single(site.Webhooks, w => w.Status == "disabled");
        await LookAsync(store.Id);

        Assert.DoesNotContain(site.Webhooks, w => w.Id == dead.Id);
        Assert.Equal((0, "active"), Assert.Single(site.Webhooks, w => w.Topic == "order.created") is var made ? (made.Failures, made.Status) : default);
        site.Fire("order.created", 7);
        Assert.Equal([200], await site.RunQueueAsync());
        Assert.Equal("recreated", (await CheckAsync(store.Id)).GetProperty("subscriptions")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_site_that_fails_in_the_middle_is_left_and_the_next_look_goes_on()
    {
        var store = await ConnectAsync();
        site.Before = request => request.Method == "POST" && site.Webhooks.Count == 3 ? WooStore.Html(500) : null;
        await WorkAsync();

        Assert.Equal(3, site.Webhooks.Count);
        Assert.Equal(5, site.Calls.Count(c => c.Method == "POST" // The empty batch, three made, one in vain.
            && c.Path.StartsWith("wc/v3/webhooks", StringComparison.Ordinal)));
        Assert.Contains("500", (await CheckAsync(store.Id)).GetProperty("why").GetString(), StringComparison.Ordinal);
        site.Before = _ => null;
        await LookAsync(store.Id);
        Assert.Equal(11, site.Webhooks.Select(w => w.Topic).Distinct().Count());
        Assert.Equal(11, site.Webhooks.Count);
    }

    [Fact]
    public async Task One_that_somebody_removed_comes_back_by_its_old_path()
    {
        var store = await ConnectAsync();
        await WorkAsync();
        var gone = site.Webhooks[0];
        site.Forget(gone.Id);
        await LookAsync(store.Id);

        Assert.Contains(site.Webhooks, w => w.Topic == gone.Topic && w.Url == gone.Url && w.Secret == gone.Secret && w.Id != gone.Id);
    }

    [Fact]
    public async Task One_that_somebody_paused_stays_paused_and_is_told()
    {
        var store = await ConnectAsync();
        await WorkAsync();
        site.Set(site.Webhooks.Single(w => w.Topic == "order.updated").Id, "paused");
        await LookAsync(store.Id);

        Assert.Equal("paused", Assert.Single(site.Webhooks, w => w.Topic == "order.updated").Status);
        Assert.Contains((await CheckAsync(store.Id)).GetProperty("subscriptions").EnumerateArray(),
            s => s.GetProperty("topic").GetString() == "order.updated" && s.GetProperty("state").GetString() == "paused");
    }

    [Fact]
    public async Task What_is_too_much_of_ours_goes_and_what_is_anothers_stays()
    {
        var store = await ConnectAsync();
        await WorkAsync();
        var first = site.Webhooks[0];
        site.AddWebhook(first.Topic, first.Url);
        site.AddWebhook("order.updated", first.Url); // Another topic than the path's.
        site.AddWebhook("order.updated", "https://connect.example.com/webhooks/woocommerce/nobody-knows-this");
        var others = site.AddWebhook("order.updated", "https://other.example.com/webhooks/woocommerce/x");
        var endless = site.AddWebhook(WooSubscriptions.SelfFeeding, "https://other.example.com/");
        await LookAsync(store.Id);

        Assert.Equal(13, site.Webhooks.Count);
        Assert.Equal([others, endless], site.Webhooks.Select(w => w.Id).Where(id => id == others || id == endless));
        Assert.Contains(site.Webhooks, w => w.Id == first.Id);
        var check = await CheckAsync(store.Id);
        Assert.Equal((3, true), (check.GetProperty("removed").GetInt32(), check.GetProperty("feedsItself").GetBoolean()));
    }

    [Fact]
    public async Task Webhooks_that_were_made_by_hand_for_an_operators_store_are_taken_as_they_are()
    {
        var (storeId, hooks) = await service.ConnectAsync("woocommerce", "127.0.0.1");
        var hook = hooks.EnumerateArray().First(h => h.GetProperty("topic").GetString() == "order.updated");
        var byHand = site.AddWebhook("order.updated", "https://connect.example.com" + hook.GetProperty("path").GetString(),
            "active", hook.GetProperty("secret").GetString()!);
        await PutAsync(storeId, site.Site, site.AddKey());
        await WorkAsync();

        Assert.Equal(byHand, Assert.Single(site.Webhooks, w => w.Topic == "order.updated").Id);
    }

    [Fact]
    public async Task A_revoked_key_is_told_and_a_new_one_mends_it()
    {
        var store = await ConnectAsync();
        await WorkAsync();
        site.Revoke(site.Keys.Single());
        await LookAsync(store.Id);

        Assert.Contains("connect it again", (await CheckAsync(store.Id)).GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal("connect-again", Assert.Single(await ToDoAsync(store.Id)).GetProperty("code").GetString());
        await ConnectAsync();
        await WorkAsync();
        Assert.Empty(await ToDoAsync(store.Id));
    }

    [Fact]
    public async Task While_a_plugin_reminds_of_carts_ours_watch_and_say_where_to_switch_it_off()
    {
        var store = await ConnectAsync();
        site.Plugins.AddRange(["woo-cart-abandonment-recovery/woo-cart-abandonment-recovery.php", "mailpoet/mailpoet.php"]);
        await WorkAsync();

        var hold = (await FindAsync(store.Id)).Holds[AbandonedCart.Name];
        Assert.Equal(ReasonCode.OtherSender, hold.Code);
        Assert.Contains("Cart Abandonment Recovery", hold.Why, StringComparison.Ordinal);
        Assert.Equal(["MailPoet"], (await CheckAsync(store.Id)).GetProperty("maySend").EnumerateArray().Select(m => m.GetString()));

        site.Plugins.RemoveAll(p => p.StartsWith("woo-cart", StringComparison.Ordinal));
        await LookAsync(store.Id);
        Assert.Empty((await FindAsync(store.Id)).Holds);
    }

    [Fact]
    public async Task A_merchant_who_lets_ours_go_on_is_believed_until_another_plugin_appears()
    {
        var store = await ConnectAsync();
        site.Plugins.Add("cart-lift/cart-lift.php");
        await WorkAsync();
        await service.Get<IStoreDirectory>().ReleaseAsync(store.Id, AbandonedCart.Name, ReasonCode.OtherSender, default);
        await LookAsync(store.Id);
        Assert.Empty((await FindAsync(store.Id)).Holds);

        site.Before = _ => WooStore.Html(500); // A look in vain forgets nothing.
        await LookAsync(store.Id);
        site.Before = _ => null;
        await LookAsync(store.Id);
        Assert.Empty((await FindAsync(store.Id)).Holds);

        site.Plugins.Add("woo-save-abandoned-carts/cartbounty-abandoned-carts.php");
        await LookAsync(store.Id);
        Assert.NotEmpty((await FindAsync(store.Id)).Holds);
    }

    [Fact]
    public async Task A_copy_of_the_site_under_another_address_makes_no_webhooks()
    {
        var store = await ConnectAsync();
        site.Home = "https://staging.example.com";
        await WorkAsync();

        Assert.Empty(site.Webhooks);
        Assert.Contains("another address its home", (await CheckAsync(store.Id)).GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_hour_every_site_with_a_key_is_looked_at()
    {
        var store = await ConnectAsync();
        await service.ConnectAsync("woocommerce", "without-key.example.com");
        await WorkAsync();
        var check = service.Get<WooCheck>();
        await check.RunAsync(default);
        Assert.Empty(Asked());
        clock.Advance(TimeSpan.FromHours(1));
        await check.RunAsync(default);

        Assert.Equal([store.Id], Asked().Select(m => m.StoreId));
    }

    private static JsonObject Order(long id) => new()
    {
        ["id"] = id, ["status"] = "processing", ["currency"] = "USD", ["total"] = "12.50",
        ["date_created_gmt"] = "2026-11-22T12:00:00", ["date_modified_gmt"] = "2026-11-22T12:00:00",
        ["billing"] = new JsonObject { ["email"] = "gina@example.com" }, ["line_items"] = new JsonArray(),
    };

    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = service.Anonymous.BaseAddress,
    };

    private async Task<Uri> BeginAsync()
    {
        using var browser = Browser();
        using var answer = await browser.GetAsync($"/woocommerce/connect?site={Uri.EscapeDataString(site.Site.AbsoluteUri)}");
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer.Headers.Location!;
    }

    private async Task<Store> ConnectAsync()
    {
        var (to, status) = await site.ApproveAsync(await BeginAsync());
        Assert.Equal((200, "connect.example.com"), (status, to?.Host));
        return (await service.Get<StoreRegistry>().ListAsync(default))[^1].Store;
    }

    private async Task<Store> FindAsync(string storeId) => (await service.Get<StoreRegistry>().FindAsync(storeId, default))!.Store;

    private async Task<string> PageAsync(string path)
    {
        using var answer = await service.Anonymous.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task NothingIsKeptAsync()
    {
        Assert.Empty(await service.Get<StoreRegistry>().ListAsync(default));
        Assert.DoesNotContain(service.Engine.Rows(StoreRegistry.Table), r => r.Partition is WooKeys.Partition or StoreRegistry.Stores);
        Assert.Empty(Asked());
    }

    private List<ImportMessage> Asked() => [.. service.Engine.Messages(Queues.Imports)
        .Select(m => Queues.Read<ImportMessage>(m.Body)).Where(m => m.Import == "woo-check")];

    /// <summary>What is queued is done.</summary>
    private async Task WorkAsync()
    {
        var queue = await service.Get<IQueues>().OpenAsync(Queues.Imports, default);
        while (await queue.ReceiveAsync(10, TimeSpan.FromMinutes(1), default) is { Count: > 0 } due)
        {
            foreach (var message in due)
            {
                var read = Queues.Read<ImportMessage>(message.Body);
                if (read.Import == "woo-check") { await service.Get<WooCheck>().HandleAsync(read, default); }

                await queue.DeleteAsync(message, default);
            }
        }
    }

    private async Task LookAsync(string storeId)
    {
        using var answer = await service.Operator.PostAsync($"/api/stores/{storeId}/woocommerce/check", null);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await WorkAsync();
    }

    private async Task<JsonElement> CheckAsync(string storeId) =>
        await service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/woocommerce/check");

    private async Task<IEnumerable<JsonElement>> ToDoAsync(string storeId) =>
        (await service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/notices")).GetProperty("toDo").EnumerateArray();

    private async Task<(int Status, string? Code)> PutAsync(string storeId, Uri home, WooStoreKey key)
    {
        using var answer = await service.Operator.PutAsJsonAsync($"/api/stores/{storeId}/woocommerce/keys",
            new { site = home.AbsoluteUri, consumerKey = key.Key, consumerSecret = key.Secret });
        var problem = answer.IsSuccessStatusCode ? default : await answer.Content.ReadFromJsonAsync<JsonElement>();
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : problem.GetProperty("code").GetString());
    }
}
