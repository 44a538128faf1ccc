using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Processing;
using StoreConnector.Processing.Law;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Admin;

/// <summary>A WooCommerce store leaves: at once for everybody, and in the end without a trace.</summary>
public sealed class WooFarewellTests : IAsyncLifetime
{
    private WooHouse house = null!;
    private string storeId = "";

    public async ValueTask InitializeAsync()
    {
        house = await WooHouse.BeginAsync();
        storeId = (await house.ConnectAsync()).Id;
        await house.WorkAsync();
    }

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Nothing_of_ours_stays_on_the_site_and_no_key_here()
    {
        var others = house.Site.AddWebhook("order.updated", "https://other.example.com/x");
        await DisconnectAsync();
        Assert.False((await house.FindAsync(storeId))!.IsActive); // At once.
        await house.WorkAsync();

        Assert.Equal([others], house.Site.Webhooks.Select(w => w.Id));
        Assert.Null(house.Site.Companion);
        Assert.DoesNotContain(house.Service.Engine.Rows(StoreRegistry.Table), r => r.Partition == WooKeys.Partition);
        Assert.Null((await house.Service.Get<WooSecrets>().FindAsync(storeId, default))!.Secret);
        Assert.Equal(["woocommerce/disconnect"], await ReceiptsAsync());
    }

    [Fact]
    public async Task What_a_site_still_delivers_is_not_taken_in()
    {
        house.Site.Things["orders"][7] = new JsonObject { ["id"] = 7 };
        house.Site.Before = r => r.Method == "DELETE" || r.Method == "GET" ? WooStore.Html(500) : null; // It does not answer us.
        await DisconnectAsync();
        await house.WorkAsync();
        Assert.NotEmpty(house.Site.Webhooks);

        house.Site.Fire("order.updated", 7);
        Assert.Equal([404], await house.Site.RunQueueAsync());
        Assert.Empty(house.Service.Engine.Messages(Queues.ShopEvents));
    }

    [Fact]
    public async Task Who_connects_again_within_the_grace_has_the_same_store_with_all_its_settings()
    {
        await house.Stores.UpdateAsync(storeId, s => s with { Name = "As it was" }, default);
        var before = house.Site.Webhooks.Select(w => (w.Topic, w.Url)).Order().ToList();
        var first = await house.Service.Get<WooSecrets>().FindAsync(storeId, default);
        await DisconnectAsync();
        await house.WorkAsync();
        house.Clock.Advance(WooFarewell.Grace - TimeSpan.FromMinutes(1));
        await NightAsync();

        var again = await house.ConnectAsync();
        await house.WorkAsync();

        Assert.Equal((storeId, "As it was", true), (again.Id, again.Name, again.IsActive));
        Assert.Equal(before, house.Site.Webhooks.Select(w => (w.Topic, w.Url)).Order());
        Assert.Equal(storeId, house.Site.Companion?.StoreId);
        Assert.NotEqual(first!.Secret, house.Site.Companion?.Secret); // What was forgotten does not come back.
        house.Clock.Advance(TimeSpan.FromDays(1));
        await NightAsync();
        await EraseAsync();
        Assert.NotNull(await house.FindAsync(storeId));
    }

    [Fact]
    public async Task Who_does_not_come_back_is_erased_after_the_grace_and_a_receipt_says_so()
    {
        await DisconnectAsync();
        await house.WorkAsync();
        house.Clock.Advance(WooFarewell.Grace);
        await NightAsync();
        await EraseAsync();

        AssertNoTrace();
        Assert.Equal(["woocommerce/disconnect", "woocommerce/erase"], await ReceiptsAsync());
        using var gone = await house.Service.Operator.DeleteAsync($"/api/stores/{storeId}/woocommerce");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.NotEqual(storeId, (await house.ConnectAsync()).Id); // Who comes later begins anew.
    }

    [Fact]
    public async Task Who_wants_it_is_erased_at_once_also_later()
    {
        await DisconnectAsync();
        await house.WorkAsync();
        await DisconnectAsync("?erase=true");
        await house.WorkAsync();
        await EraseAsync();

        AssertNoTrace();
    }

    [Fact]
    public async Task The_other_site_of_the_host_stays()
    {
        await using var other = await WooStore.StartAsync("/shop/");
        other.Outside = house.Service.Anonymous;
        var begun = await house.OpenAsync(other.Press());
        Assert.Equal(200, (await other.ApproveAsync(begun.To!)).Status);
        await house.WorkAsync();
        var stays = (await house.Stores.ListAsync(default)).Single(s => s.Store.Id != storeId).Store;

        await DisconnectAsync("?erase=true");
        await house.WorkAsync();
        await EraseAsync();

        Assert.Equal([stays.Id], (await house.Stores.ListAsync(default)).Select(s => s.Store.Id));
        Assert.Equal(other.Site, (await house.Service.Get<WooKeys>().FindAsync(stays.Id, default))!.Key!.Site);
        Assert.NotEmpty(other.Webhooks);
    }

    [Fact]
    public async Task Who_connects_again_before_an_erasure_began_is_not_erased()
    {
        await DisconnectAsync("?erase=true");
        await house.WorkAsync(); // The erasure is queued.
        var again = await house.ConnectAsync();
        await EraseAsync();

        Assert.Equal(storeId, again.Id);
        Assert.True((await house.FindAsync(storeId))!.IsActive);
    }

    [Fact]
    public async Task A_farewell_that_a_crash_cut_short_is_finished_in_the_night_and_one_that_comes_twice_does_no_harm()
    {
        await DisconnectAsync();
        // Whatever was queued is lost with the crash.
        var queue = await house.Service.Get<IQueues>().OpenAsync(Queues.Imports, default);
        foreach (var lost in await queue.ReceiveAsync(10, TimeSpan.FromMinutes(1), default)) { await queue.DeleteAsync(lost, default); }

        Assert.NotEmpty(house.Site.Webhooks);
        await NightAsync();
        await NightAsync();

        Assert.Empty(house.Site.Webhooks);
    }

    [Fact]
    public async Task A_key_that_the_merchant_revoked_is_no_farewell()
    {
        house.Site.Revoke(house.Site.Keys.Single());
        await house.LookAsync(storeId);
        await NightAsync();

        Assert.True((await house.FindAsync(storeId))!.IsActive);
        Assert.Equal(["connect-again"], await house.ToDoAsync(storeId));
    }

    [Fact]
    public async Task A_merchants_session_may_disconnect_its_own_store_and_ends_with_it()
    {
        var token = WooHouse.HandOver(house.Site.Companion!.Value.Secret, storeId, house.Clock.Now);
        using var opened = await house.Browser.PostAsJsonAsync("/api/session", new { handOver = token });
        var bearer = (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        foreach (var expected in new[] { HttpStatusCode.Accepted, HttpStatusCode.Unauthorized })
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, $"/api/stores/{storeId}/woocommerce");
            request.Headers.Authorization = new("Bearer", bearer);
            using var answer = await house.Browser.SendAsync(request);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    private async Task DisconnectAsync(string query = "")
    {
        using var answer = await house.Service.Operator.DeleteAsync($"/api/stores/{storeId}/woocommerce{query}");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private async Task NightAsync()
    {
        await house.Service.Get<WooFarewell>().RunAsync(default);
        await house.WorkAsync();
    }

    /// <summary>What is queued of erasures is done, with the rests it takes.</summary>
    private async Task EraseAsync()
    {
        var queue = await house.Service.Get<IQueues>().OpenAsync(Queues.ShopEvents, default);
        for (var round = 0; round < 5; round++)
        {
            foreach (var message in await queue.ReceiveAsync(32, TimeSpan.FromMinutes(2), default))
            {
                var read = Queues.Read<ShopEventMessage>(message.Body);
                Assert.IsType<StoreErased>(read.Event.Body);
                await house.Service.Get<IShopEventHandler>().HandleAsync(read, default);
                await queue.DeleteAsync(message, default);
            }

            house.Clock.Advance(StoreErasure.Settling + TimeSpan.FromMinutes(1));
        }
    }

    private void AssertNoTrace()
    {
        var rows = house.Service.Engine.Rows(StoreRegistry.Table).Select(r => r.Partition + r.Key + Encoding.UTF8.GetString(r.Value.Span));
        Assert.All(rows, r => Assert.DoesNotContain(storeId, r, StringComparison.Ordinal));
    }

    private async Task<string[]> ReceiptsAsync()
    {
        var all = await house.Service.Operator.GetFromJsonAsync<JsonElement>("/api/operator/receipts?domain=127.0.0.1");
        Assert.All(all.GetProperty("items").EnumerateArray(), r => Assert.NotEqual(JsonValueKind.Null, r.GetProperty("doneAt").ValueKind));
        return [.. all.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("topic").GetString()!)];
    }
}
