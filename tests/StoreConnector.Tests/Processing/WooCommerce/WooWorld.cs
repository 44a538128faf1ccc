using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Storage.Products;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Processing.WooCommerce;

/// <summary>A site and the service on real sockets, by one clock that goes from message to message.</summary>
internal sealed class WooWorld : IAsyncDisposable
{
    private WooWorld(WooStore site)
    {
        Site = site;
        Clock = new(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        site.Clock = Clock;
        Service = new(services => services.Replace(ServiceDescriptor.Singleton(all => new WooApi(
            all.GetRequiredService<WooNetwork>(), NullLogger<WooApi>.Instance)
            {
                FirstPause = TimeSpan.FromMilliseconds(1),
            })), Clock, []);
        site.Outside = Service.Anonymous;
    }

    public ManualClock Clock { get; }

    public WooStore Site { get; }

    public TestService Service { get; }

    public string StoreId { get; private set; } = null!;

    /// <summary>Whether a message that fails is taken again when its lease is over, instead of failing the test.</summary>
    public bool MayFail { get; set; }

    /// <summary>All that came to be handled, in order.</summary>
    public List<StoreEvent> Handled { get; } = [];

    public static async Task<WooWorld> StartAsync() => new(await WooStore.StartAsync());

    /// <summary>A store whose merchant brings a key; nothing of what is queued then is done yet.</summary>
    public async Task ConnectAsync()
    {
        if (StoreId is null) { (StoreId, _) = await Service.ConnectAsync("woocommerce", "127.0.0.1"); }

        var key = Site.AddKey();
        using var answer = await Service.Operator.PutAsJsonAsync($"/api/stores/{StoreId}/woocommerce/keys",
            new { site = Site.Site.AbsoluteUri, consumerKey = key.Key, consumerSecret = key.Secret });
        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
    }

    /// <summary>Connected, taken over, and gone round once.</summary>
    public async Task SettleAsync()
    {
        await ConnectAsync();
        await WorkAsync();
        await RoundAsync();
        Handled.Clear();
    }

    /// <summary>Does what is queued, and what comes to be due within a while.</summary>
    public async Task WorkAsync(TimeSpan? within = null, Func<bool>? until = null)
    {
        var end = Clock.Now + (within ?? TimeSpan.FromMinutes(2));
        for (var round = 0; round < 3000 && until?.Invoke() != true; round++)
        {
            if (await PumpAsync(Queues.ShopEvents) | await PumpAsync(Queues.Imports)) { continue; }

            var next = Service.Engine.Messages(Queues.Imports).Concat(Service.Engine.Messages(Queues.ShopEvents))
                .Select(m => (DateTimeOffset?)(m.LeasedUntil ?? m.VisibleAt ?? Clock.Now)).Min();
            if (next is null || next > end) { return; }

            Clock.Now = next > Clock.Now ? next.Value : Clock.Now.AddSeconds(1);
        }
    }

    /// <summary>So much later; each minute's sweep comes meanwhile, and what it asks for is done.</summary>
    public async Task PassAsync(TimeSpan by)
    {
        for (var end = Clock.Now + by; Clock.Now < end;)
        {
            Clock.Advance(TimeSpan.FromMinutes(1));
            await Service.Get<ISweeper>().SweepAsync(default);
            await WorkAsync(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Until each site has had its round.</summary>
    public Task RoundAsync() => PassAsync(TimeSpan.FromMinutes(5));

    public async Task<CustomerState?> PersonAsync(Alias alias)
    {
        var store = await StoreAsync();
        return (await store.Customers.ReadAliasAsync(store.Customers.Hash(alias), default)).Row is { } row
            && (await store.Customers.ReadHeadAsync(row.Root, default)).Head is Head.Live live ? live.State : null;
    }

    public async Task<OrderEntry?> OrderAsync(long id)
    {
        Assert.True(Alias.TryOrder(id, out var alias));
        return (await PersonAsync(alias))?.Orders.GetValueOrDefault(id);
    }

    public async Task<ProductRead> ProductAsync(long id) => await (await StoreAsync()).Products.ReadAsync(id, default);

    public async Task<decimal?> PriceAsync(long id, long variation = 0) =>
        (await ProductAsync(id)).Variants.GetValueOrDefault(variation)?.OfferOf((await ProductAsync(id)).Product).Price?.Amount;

    public async Task<StoreContext> StoreAsync() => (await Service.Get<IStoreDirectory>().FindAsync(StoreId, default))!;

    public async Task<JsonElement> CheckAsync() =>
        await Service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{StoreId}/woocommerce/check");

    /// <summary>What rounds found: looked at, and not brought by a webhook.</summary>
    public async Task<(long Looked, long Filled)> ReconciledAsync(string resource)
    {
        var of = (await CheckAsync()).GetProperty("reconciled").GetProperty(resource);
        return (of.GetProperty("looked").GetInt64(), of.GetProperty("filled").GetInt64());
    }

    public async Task<IReadOnlyList<string?>> ToDoAsync() =>
        [.. (await Service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{StoreId}/notices")).GetProperty("toDo")
            .EnumerateArray().Select(t => t.GetProperty("code").GetString())];

    public JsonObject Order(long id, string status = "processing", string total = "12.50", DateTimeOffset? at = null) => new()
    {
        ["id"] = id, ["status"] = status, ["currency"] = "USD", ["total"] = total, ["created_via"] = "checkout",
        ["date_created_gmt"] = Gmt(at ?? Clock.Now), ["date_modified_gmt"] = Gmt(at ?? Clock.Now),
        ["billing"] = new JsonObject { ["email"] = $"buyer{id}@example.com" },
        ["line_items"] = new JsonArray(new JsonObject
        {
            ["product_id"] = 9, ["variation_id"] = 0, ["name"] = "Beans", ["quantity"] = 1, ["total"] = total,
        }),
    };

    public JsonObject Product(long id, string price = "10.00", string type = "simple", params long[] variations) => new()
    {
        ["id"] = id, ["type"] = type, ["name"] = "Beans", ["status"] = "publish", ["catalog_visibility"] = "visible",
        ["price"] = price, ["regular_price"] = price, ["stock_status"] = "instock", ["related_ids"] = new JsonArray(),
        ["variations"] = new JsonArray([.. variations.Select(v => (JsonNode)v)]),
        ["date_created_gmt"] = Gmt(Clock.Now), ["date_modified_gmt"] = Gmt(Clock.Now),
    };

    public JsonObject Variation(long id, long parent, string price) => new()
    {
        ["id"] = id, ["type"] = "variation", ["parent_id"] = parent, ["name"] = "250g", ["status"] = "publish",
        ["price"] = price, ["regular_price"] = price, ["stock_status"] = "instock",
        ["date_created_gmt"] = Gmt(Clock.Now), ["date_modified_gmt"] = Gmt(Clock.Now),
    };

    public JsonObject Customer(long id, string name = "Ada") => new()
    {
        ["id"] = id, ["role"] = "customer", ["email"] = $"customer{id}@example.com", ["first_name"] = name,
        ["billing"] = new JsonObject { ["email"] = $"customer{id}@example.com", ["country"] = "US" },
        ["date_created_gmt"] = Gmt(Clock.Now), ["date_modified_gmt"] = Gmt(Clock.Now),
    };

    public static string Gmt(DateTimeOffset at) => at.UtcDateTime.ToString("s");

    public async ValueTask DisposeAsync()
    {
        Service.Dispose();
        await Site.DisposeAsync();
    }

    private async Task<bool> PumpAsync(string name)
    {
        var queue = await Service.Get<IQueues>().OpenAsync(name, default);
        var messages = await queue.ReceiveAsync(32, TimeSpan.FromMinutes(5), default);
        foreach (var message in messages)
        {
            if (name == Queues.ShopEvents) { Handled.Add(Queues.Read<ShopEventMessage>(message.Body).Event); }

            if (await Service.Get<MessageRunner>().RunAsync(name, message.Body, "test", 1, default))
            {
                await queue.DeleteAsync(message, default);
            }
            else
            {
                Assert.True(MayFail);
            }
        }

        return messages.Count > 0;
    }
}
