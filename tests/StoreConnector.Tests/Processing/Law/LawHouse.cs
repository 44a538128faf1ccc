using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StoreConnector.Processing;
using StoreConnector.Processing.Shopify;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Processing.Law;

/// <summary>The whole service on a clock that a test moves: deliveries come by the door, messages run when they are due.</summary>
internal sealed class LawHouse : IDisposable
{
    private int deliveries;

    public LawHouse(IShopAdmin? shop = null) => Service = new(services =>
    {
        if (shop is not null) { services.Replace(ServiceDescriptor.Singleton(shop)); }
    }, Clock, []);

    public ManualClock Clock { get; } = new();

    public TestService Service { get; }

    public FakeEngine Engine => Service.Engine;

    public void Dispose() => Service.Dispose();

    /// <summary>A store whose cart reminders leave, an hour after the cart was left; mails may rest on the law of the US.</summary>
    public async Task<string> LiveAsync(string shop = TestService.Shop)
    {
        var (storeId, _) = await Service.ConnectAsync("shopify", shop);
        await PutAsync(storeId, "brand", new { postalAddress = "1 Main St, Springfield" });
        await PutAsync(storeId, "permissions", new { optOutLawUs = true });
        await PutAsync(storeId, "automations/abandoned-cart", new { mode = "live", steps = new[] { new { delay = "PT1H" } } });
        return storeId;
    }

    public async Task<JsonElement> PutAsync(string storeId, string path, object body)
    {
        using var answer = await Service.Operator.PutAsJsonAsync($"/api/stores/{storeId}/{path}", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Service.Operator.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement[]> ItemsAsync(string path) =>
        [.. (await GetAsync(path)).GetProperty("items").EnumerateArray()];

    /// <summary>Delivers as Shopify does, each time under an id of its own unless one is given.</summary>
    public async Task<HttpStatusCode> DeliverAsync(string topic, object body, string shop = TestService.Shop, string? id = null)
    {
        using var request = TestService.Shopify(topic, body as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(body), shop: shop);
        request.Headers.Remove("X-Shopify-Webhook-Id");
        request.Headers.Add("X-Shopify-Webhook-Id", id ?? $"delivery-{++deliveries}");
        request.Headers.Add("X-Shopify-Triggered-At", Clock.Now.ToString("O"));
        using var answer = await Service.Anonymous.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>Delivers, and does what follows.</summary>
    public async Task TellAsync(string topic, object body, string shop = TestService.Shop, string? id = null)
    {
        Assert.Equal(HttpStatusCode.OK, await DeliverAsync(topic, body, shop, id));
        await SettleAsync();
    }

    /// <summary>Moves the clock, sweeps, and does what is due.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await Service.Get<ISweeper>().SweepAsync(default);
        await SettleAsync();
    }

    /// <summary>Handles every message that is visible, until there is none.</summary>
    public async Task SettleAsync()
    {
        var runner = Service.Get<MessageRunner>();
        for (var round = 0; round < 200; round++)
        {
            var worked = false;
            foreach (var name in Queues.All)
            {
                var queue = await ((IQueues)Engine).OpenAsync(name, default);
                foreach (var message in await queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), default))
                {
                    worked = true;
                    Assert.True(await runner.RunAsync(name, message.Body, message.Id, message.Dequeues, default), name);
                    await queue.DeleteAsync(message, default);
                }
            }

            if (!worked) { return; }
        }

        Assert.Fail("The service does not come to rest.");
    }

    /// <summary>The customer that an address leads to, or null.</summary>
    public async Task<JsonElement?> CustomerAsync(string storeId, string email)
    {
        using var answer = await Service.Operator.PostAsJsonAsync($"/api/stores/{storeId}/customers/search", new { email });
        var found = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items");
        return found.GetArrayLength() == 0 ? null
            : await GetAsync($"/api/stores/{storeId}/customers/{found[0].GetProperty("key").GetString()}");
    }

    public Task<JsonElement[]> OutboxAsync(string storeId) => ItemsAsync($"/api/operator/outbox?storeId={storeId}");

    /// <summary>Puts a message among those that were given up.</summary>
    public static async Task GiveUpAsync(FakeEngine engine, ManualClock clock, string queue, byte[] body)
    {
        var open = await ((IQueues)engine).OpenAsync(queue, default);
        await open.SendAsync([new(body)], default);
        for (var i = 0; i <= IQueue.MaxDequeues; i++)
        {
            await open.ReceiveAsync(32, TimeSpan.FromSeconds(1), default);
            clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Contains(engine.Poison(queue), p => p.Body.Span.SequenceEqual(body));
    }

    /// <summary>Where a text stands in all that is stored and queued; empty when nowhere.</summary>
    public static IReadOnlyList<string> Find(FakeEngine engine, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var rows = engine.TableNames.SelectMany(table => engine.Rows(table).Where(r => Has(r.Value)
            || $"{table}/{r.Partition}/{r.Key}".Contains(text, StringComparison.OrdinalIgnoreCase))
            .Select(r => $"{table}/{r.Partition}/{r.Key}"));
        var names = engine.TableNames.Where(t => t.Contains(text, StringComparison.OrdinalIgnoreCase));
        var messages = engine.QueueNames.SelectMany(queue => engine.Messages(queue).Select(m => m.Body)
            .Concat(engine.Poison(queue).Select(p => p.Body)).Where(Has).Select(_ => "queue " + queue));
        return [.. rows, .. names, .. messages];

        bool Has(ReadOnlyMemory<byte> value) => value.Span.IndexOf(bytes) >= 0;
    }
}
