using System.Net;
using System.Text.Json;
using Azure.Storage.Queues;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>Storage that is not there, and messages that are none.</summary>
[Trait("Speed", "slow")]
[Trait("Needs", "node")]
public sealed class AzureTroubleTests(Azurite azurite, Published published) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Without_its_storage_the_service_lives_is_not_ready_and_acknowledges_nothing_until_it_is_back()
    {
        var parts = (await azurite.ConnectionStringAsync()).Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        Uri? tables = null, queues = null;
        await using var tableDoor = await FrontDoor.OpenAsync(() => tables);
        await using var queueDoor = await FrontDoor.OpenAsync(() => queues);
        await using var service = await ServiceProcess.StartAsync(folder.Path, 1, "--Storage:Engine=Azure",
            $"--Storage:Prefix={Azurite.NewPrefix()}", "--Storage:ConnectionString=" + string.Join(';',
                $"AccountName={parts["AccountName"]}", $"AccountKey={parts["AccountKey"]}",
                $"TableEndpoint={tableDoor.Address}{parts["AccountName"]}", $"QueueEndpoint={queueDoor.Address}{parts["AccountName"]}"));
        using var client = new Client(service.Address);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/health/live"));
        using (var ready = await client.Anyone.GetAsync("/health/ready"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            var said = await ready.Content.ReadAsStringAsync();
            Assert.Contains("storage-unavailable", said, StringComparison.Ordinal);
            Assert.DoesNotContain(parts["AccountKey"], said, StringComparison.Ordinal);
        }

        var unknown = new ConnectedStore("s", "later.myshopify.com", new Dictionary<string, (string, string)>());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CartAsync(client, unknown));

        (tables, queues) = (Origin(parts["TableEndpoint"]), Origin(parts["QueueEndpoint"]));
        await Client.UntilAsync(() => StatusAsync(client, "/health/ready"), code => code == HttpStatusCode.OK);
        var store = await client.LiveAsync("shopify", "later.myshopify.com", ["PT1H"]);
        queues = null; // The store is known, and its events cannot be kept.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CartAsync(client, store));
        queues = Origin(parts["QueueEndpoint"]);
        Assert.Equal(HttpStatusCode.OK, await CartAsync(client, store)); // Shopify delivers it again.
        await Client.UntilAsync(() => client.DecisionAsync(store, "mariam@example.com"), decision => decision is not null);
        Assert.DoesNotContain(parts["AccountKey"], service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_none_is_given_up_with_its_reason_shown_and_can_be_sent_back()
    {
        var functions = new UnderFunctions(azurite, published, 1);
        await functions.InitializeAsync();
        var queue = new QueueClient(await azurite.ConnectionStringAsync(),
            functions.Host.Functions.Single(f => f.Name == "ShopEvents").Queue,
            new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await queue.CreateIfNotExistsAsync();
        await queue.SendMessageAsync("""{"v": 1, "nonsense": "of huda@example.com"}""");

        var item = Assert.Single(await PoisonAsync(functions, 60));
        var reason = item.GetProperty("reason").GetString()!;
        Assert.Contains("cannot be read", reason, StringComparison.Ordinal);
        Assert.Equal(5, item.GetProperty("attempts").GetInt32());
        Assert.DoesNotContain("huda", item.GetRawText() + functions.Log, StringComparison.Ordinal);

        using var again = new HttpRequestMessage(HttpMethod.Post, $"/api/operator/poison/{item.GetProperty("id").GetString()}/run");
        using var ran = await functions.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.OK, ran.StatusCode);
        Assert.Empty(await functions.Client.PoisonAsync());
        Assert.Single(await PoisonAsync(functions, 60)); // It is as unreadable as before, and not lost.
        await functions.DisposeAsync();
    }

    [Fact]
    public async Task An_outsider_cannot_call_a_function_that_belongs_to_the_host()
    {
        var functions = new UnderFunctions(azurite, published, 1);
        await functions.InitializeAsync();
        foreach (var function in functions.Host.Functions.Where(f => f.Name != "Http"))
        {
            using var answer = await functions.Client.Anyone.PostAsync($"/{function.Name}", new StringContent(
                """{"Data":{"msg":"e30="},"Metadata":{}}""", System.Text.Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        await functions.DisposeAsync();
    }

    private static Task<JsonElement[]> PoisonAsync(UnderFunctions functions, int seconds) =>
        Client.UntilAsync(() => functions.Client.PoisonAsync(), all => all.Length > 0, seconds);

    private static Task<HttpStatusCode> CartAsync(Client client, ConnectedStore store) => client.ShopifyAsync(
        store, "checkouts/update", Bodies.Checkout("t1", "mariam@example.com", DateTimeOffset.UtcNow, 1));

    private static async Task<HttpStatusCode> StatusAsync(Client client, string path)
    {
        using var answer = await client.Anyone.GetAsync(path);
        return answer.StatusCode;
    }

    private static Uri Origin(string endpoint) => new(new Uri(endpoint).GetLeftPart(UriPartial.Authority));
}
