using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>
/// A WooCommerce site's life with us, from outside: connected by a key, delivering, opened by its own manager and by an
/// operator's link, and gone without a trace. Ten minutes pass in a second.
/// </summary>
[Trait("Speed", "slow")]
public sealed class WooLifeTests : IAsyncDisposable
{
    private const double Speed = 600;
    private const string Gina = "gina.whole-life@example.com";

    private readonly TemporaryFolder folder = new();
    private ServiceProcess service = null!;
    private Client client = null!;
    private WooStore site = null!;
    private ConnectedStore store = null!;

    [Fact]
    public async Task A_site_connects_delivers_is_opened_and_leaves_without_a_trace()
    {
        await ConnectedAsync();
        await HeardAsync();
        await OpenedAsync();
        await LeftAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (service is not null) { await service.DisposeAsync(); }

        if (site is not null) { await site.DisposeAsync(); }

        folder.Dispose();
    }

    private async Task ConnectedAsync()
    {
        site = await WooStore.StartAsync();
        service = await ServiceProcess.StartAsync(folder.Path, Speed);
        (client, site.CompanionService) = (new(service.Address, Speed), service.Address.GetLeftPart(UriPartial.Authority));
        site.Outside = client.Anyone;
        site.Plugins.Add("storeconnector/storeconnector.php");
        store = await client.ConnectAsync("woocommerce", "127.0.0.1");
        var key = site.AddKey();
        using var put = await SendAsync(HttpMethod.Put, $"/api/stores/{store.Id}/woocommerce/keys", new
        {
            site = site.Site.AbsoluteUri, consumerKey = key.Key, consumerSecret = key.Secret,
        });
        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        await Client.UntilAsync(() => Task.FromResult(site.Webhooks.Count), n => n == 12, 120);
        Assert.Equal(store.Id, site.Companion?.StoreId);
    }

    private async Task HeardAsync()
    {
        site.Things["orders"][7] = new JsonObject
        {
            ["id"] = 7, ["status"] = "processing", ["currency"] = "USD", ["total"] = "12.50",
            ["date_created_gmt"] = client.Now.UtcDateTime.ToString("s"), ["date_modified_gmt"] = client.Now.UtcDateTime.ToString("s"),
            ["billing"] = new JsonObject { ["email"] = Gina }, ["line_items"] = new JsonArray(),
        };
        site.Fire("order.created", 7);
        Assert.Equal([200], await site.RunQueueAsync());
        await Client.UntilAsync(() => client.CustomerAsync(store, Gina), c => c is not null, 120);
    }

    private async Task OpenedAsync()
    {
        var token = WooHouse.HandOver(site.Companion!.Value.Secret, store.Id, client.Now);
        using var opened = await client.Anyone.PostAsJsonAsync("/api/session", new { handOver = token });
        Assert.Contains(opened.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Unauthorized }); // Its minutes are tenths of seconds here.

        using var made = await SendAsync(HttpMethod.Post, $"/api/operator/stores/{store.Id}/links");
        var link = new Uri((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!);
        using var page = await client.Anyone.GetAsync(link.PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var entered = await client.Anyone.PostAsJsonAsync("/api/session", new { link = link.Fragment[1..] });
        if (entered.IsSuccessStatusCode) // Ten minutes are a second here.
        {
            Assert.StartsWith("sc-page=" + store.Id, entered.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        }
    }

    private async Task LeftAsync()
    {
        var secret = site.Companion!.Value.Secret;
        using var bye = await SendAsync(HttpMethod.Delete, $"/api/stores/{store.Id}/woocommerce?erase=true");
        Assert.Equal(HttpStatusCode.Accepted, bye.StatusCode);
        await Client.UntilAsync(() => client.GetAsync("/api/operator/stores"), s => s.GetProperty("items").GetArrayLength() == 0, 120);
        var receipts = await Client.UntilAsync(() => client.GetAsync("/api/operator/receipts?domain=127.0.0.1"),
            r => r.GetProperty("items").EnumerateArray().Any(i => i.GetProperty("topic").GetString() == "woocommerce/erase"
                && i.GetProperty("doneAt").ValueKind == JsonValueKind.String), 120);
        Assert.DoesNotContain(store.Id, receipts.ToString(), StringComparison.Ordinal);
        Assert.Empty(site.Webhooks);
        Assert.Null(site.Companion);

        await service.TerminateAsync();
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var trace in new[] { Gina, store.Id, secret, site.Keys.Single().Key, "whole-life" })
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(trace)) < 0, $"{Path.GetFileName(file)} still holds '{trace}'.");
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        return await client.SendAsync(request);
    }
}
