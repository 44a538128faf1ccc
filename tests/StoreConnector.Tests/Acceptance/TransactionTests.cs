using System.Globalization;
using System.Net;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>
/// What a webhook costs in storage transactions, counted by the client of a running service: on Azure each is money and a
/// round trip. Steady state: people whom the store knows, on their ordinary way from a cart to an order.
/// </summary>
[Collection(Alone.Name)]
[Trait("Speed", "slow")]
[Trait("Needs", "node")]
public sealed class TransactionTests(Azurite azurite, Published published) : IAsyncDisposable
{
    /// <summary>The promise: transactions of a webhook, on average.</summary>
    private const double Most = 8;

    private const string Metric = "storeconnector.storage.transactions";

    private static readonly (string Service, string Operation)[] Kinds =
    [
        ("queue", "send"), ("queue", "receive"), ("queue", "delete"), ("table", "read"), ("table", "write"),
    ];

    private readonly TemporaryFolder folder = new();

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return default;
    }

    [Fact]
    public async Task A_webhook_costs_at_most_eight_transactions_whatever_the_size_of_the_store()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var service = await ServiceProcess.StartAsync(folder.Path, 1, [.. sink.Settings,
            "--Storage:Engine=Azure", $"--Storage:ConnectionString={await azurite.ConnectionStringAsync()}",
            $"--Storage:Prefix={Azurite.NewPrefix()}"]);
        using var client = new Client(service.Address);
        var store = await client.LiveAsync("shopify", "counted.myshopify.com", ["PT4H"]);

        var reminded = await RemindAsync(client, sink);
        await MeetAsync(client, store, sink, 1, 30);
        var small = await MeasureAsync(client, store, sink, 1, 30);
        await MeetAsync(client, store, sink, 31, 300);
        var large = await MeasureAsync(client, store, sink, 31, 60); // The same visits, among ten times as many people.

        Note("Somebody new, their first cart and their reminder", reminded);
        Note("A webhook of a store of 30", small);
        Note("A webhook of a store of 300", large);
        Assert.InRange(small.Values.Sum(), 1, Most);
        Assert.InRange(large.Values.Sum(), 1, Most);
        Assert.InRange(Tables(large), Tables(small) - 0.2, Tables(small) + 0.2); // How often a queue is looked at is the load's.
    }

    [Fact]
    public async Task Under_the_Functions_host_it_costs_no_more_with_the_hosts_own_calls()
    {
        await using var sink = await OtlpSink.StartAsync();
        var functions = new UnderFunctions(azurite, published, 1) { Settings = sink.Settings };
        await functions.InitializeAsync();
        var store = await functions.Client.LiveAsync("shopify", "hosted.myshopify.com", ["PT4H"]);

        await MeetAsync(functions.Client, store, sink, 1, 30);
        var before = functions.Host.QueueCalls;
        var cost = await MeasureAsync(functions.Client, store, sink, 1, 30);
        cost[("queue", "receive")] += (functions.Host.QueueCalls - before) / 300.0; // Ten webhooks of thirty people.

        Note("A webhook of a store of 30, under Functions", cost);
        Assert.InRange(cost.Values.Sum(), 1, Most);
        await functions.DisposeAsync();
    }

    private static double Tables(Dictionary<(string Service, string Operation), double> cost) =>
        cost.Where(c => c.Key.Service == "table").Sum(c => c.Value);

    /// <summary>Twenty people who agree, left a cart an hour ago, and are reminded at once: two webhooks and a message each.</summary>
    private static async Task<Dictionary<(string, string), double>> RemindAsync(Client client, OtlpSink sink)
    {
        const int People = 20;
        var store = await client.LiveAsync("shopify", "reminding.myshopify.com", ["PT1H"]);
        var before = Kinds.ToDictionary(k => k, k => Count(sink, k));
        await EachAsync(1, People, async n =>
        {
            var at = DateTimeOffset.UtcNow.AddMinutes(-90);
            await OkAsync(client.ShopifyAsync(store, "customers_email_marketing_consent/update", Bodies.Consent(n, Email(n), at)));
            await OkAsync(client.ShopifyAsync(store, "checkouts/create", Bodies.Checkout($"left-{n}", Email(n), at, n)));
        });
        await Client.UntilAsync(() => client.OutboxAsync(store), mails => mails.Length == People, 120);
        await SettledAsync(sink, 2 * People);
        return Kinds.ToDictionary(k => k, k => (Count(sink, k) - before[k]) / People);
    }

    /// <summary>People come for the first time: a yes, a first cart.</summary>
    private static async Task MeetAsync(Client client, ConnectedStore store, OtlpSink sink, int from, int to)
    {
        var (before, sent) = (Handled(sink), 0);
        await EachAsync(from, to, async n =>
        {
            var at = DateTimeOffset.UtcNow.AddMinutes(-30);
            if (!IsGuest(n)) // Every third has no account.
            {
                await OkAsync(client.ShopifyAsync(store, "customers_email_marketing_consent/update", Bodies.Consent(n, Email(n), at)));
            }

            Interlocked.Add(ref sent, IsGuest(n) ? 1 : 2);
            await OkAsync(client.ShopifyAsync(store, "checkouts/create", Bodies.Checkout($"first-{n}", Email(n), at, IsGuest(n) ? null : n)));
        });
        await SettledAsync(sink, before + sent);
    }

    /// <summary>
    /// A new checkout that changes five times, the order, and what becomes of the order: ten webhooks, as a shop sends them.
    /// </summary>
    private static async Task<Dictionary<(string, string), double>> MeasureAsync(
        Client client, ConnectedStore store, OtlpSink sink, int from, int to)
    {
        var handled = Handled(sink);
        var before = Kinds.ToDictionary(k => k, k => Count(sink, k));
        var webhooks = 0;
        await EachAsync(from, to, async n =>
        {
            var at = DateTimeOffset.UtcNow.AddMinutes(-10);
            for (var change = 0; change < 6; change++)
            {
                await OkAsync(client.ShopifyAsync(store, change == 0 ? "checkouts/create" : "checkouts/update",
                    Bodies.Checkout($"next-{n}", Email(n), at.AddSeconds(20 * change), IsGuest(n) ? null : n)));
            }

            for (var change = 0; change < 4; change++)
            {
                await OkAsync(client.ShopifyAsync(store, change == 0 ? "orders/create" : "orders/updated",
                    Bodies.Order(
                        100_000 + n, Email(n), at.AddMinutes(3), IsGuest(n) ? null : n, $"next-{n}", updatedAt: at.AddMinutes(3 + change))));
            }

            Interlocked.Add(ref webhooks, 10);
        });
        await SettledAsync(sink, handled + webhooks);
        return Kinds.ToDictionary(k => k, k => (Count(sink, k) - before[k]) / webhooks);
    }

    /// <summary>Eight shoppers at a time, each one's webhooks one after the other.</summary>
    private static Task EachAsync(int from, int to, Func<int, Task> visit) => Parallel.ForEachAsync(
        Enumerable.Range(from, to - from + 1), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, _) => await visit(n));

    /// <summary>All was handled, and the sink has heard of it.</summary>
    private static async Task SettledAsync(OtlpSink sink, double handled)
    {
        await Client.UntilAsync(() => Task.FromResult(Handled(sink)), now => now >= handled, 120);
        var count = Kinds.Sum(k => Count(sink, k));
        await Client.UntilAsync(async () =>
        {
            var heard = sink.Received.Count;
            await Client.UntilAsync(() => Task.FromResult(sink.Received.Count), now => now >= heard + 2); // Two exports.
            var (last, now) = (count, count = Kinds.Where(k => k != ("queue", "receive")).Sum(k => Count(sink, k)));
            return now - last;
        }, change => change == 0);
    }

    private static double Handled(OtlpSink sink) => sink.Sum("storeconnector.handled", ("queue", "shop-events"), ("outcome", "done"));

    private static double Count(OtlpSink sink, (string Service, string Operation) kind) =>
        sink.Sum(Metric, ("service", kind.Service), ("operation", kind.Operation));

    private static async Task OkAsync(Task<HttpStatusCode> answer) => Assert.Equal(HttpStatusCode.OK, await answer);

    private static bool IsGuest(int n) => n % 3 == 0;

    private static string Email(int n) => $"person{n}@example.com";

    private static void Note(string what, Dictionary<(string Service, string Operation), double> cost)
    {
        var parts = cost.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key.Service} {c.Key.Operation} {c.Value:0.00}"));
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{what}: {cost.Values.Sum():0.00} transactions: {string.Join(", ", parts)}");
        TestContext.Current.SendDiagnosticMessage(line);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}
