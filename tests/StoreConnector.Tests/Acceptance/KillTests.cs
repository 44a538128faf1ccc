using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

[Trait("Speed", "slow")]
public sealed class SqliteKillTests : KillTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20_26)]
    [InlineData(11_22)]
    public Task Nothing_that_was_acknowledged_is_lost_and_nothing_happens_twice(int seed) =>
        KillAsync(seed, 180, 2, TimeSpan.Zero, OneProcess.BeginAsync);

    /// <summary>Started again on the same folder, on another port.</summary>
    private sealed class OneProcess : IMortal
    {
        private readonly TemporaryFolder folder = new();
        private ServiceProcess process = null!;

        public Uri Address => process.Address;

        public static async Task<IMortal> BeginAsync()
        {
            var life = new OneProcess();
            life.process = await ServiceProcess.StartAsync(life.folder.Path);
            return life;
        }

        public async Task KillAsync(int time)
        {
            await process.KillAsync();
            process = await ServiceProcess.StartAsync(folder.Path);
        }

        public async ValueTask DisposeAsync()
        {
            await process.DisposeAsync();
            folder.Dispose();
        }
    }
}

/// <summary>Two copies of which one is killed again and again, and a host that kills its worker.</summary>
[Trait("Speed", "slow")]
[Trait("Needs", "node")]
public sealed class AzureKillTests(Azurite azurite, Published published) : KillTests
{
    [Fact]
    public Task Two_copies_of_which_one_is_killed_again_and_again_lose_nothing_and_double_nothing() =>
        KillAsync(3, 90, 6, TimeSpan.FromSeconds(1), async () =>
        {
            var copies = new TwoCopies(azurite, 1);
            await copies.InitializeAsync();
            return new Copies(copies);
        });

    [Fact]
    public Task A_worker_that_the_host_kills_in_the_middle_of_its_calls_loses_nothing_and_doubles_nothing() =>
        KillAsync(4, 90, 3, TimeSpan.FromSeconds(2), async () =>
        {
            var host = new UnderFunctions(azurite, published, 1);
            await host.InitializeAsync();
            return new Worker(host);
        });

    private sealed class Copies(TwoCopies copies) : IMortal
    {
        public Uri Address => copies.Address;

        public Task KillAsync(int time) => copies.KillAsync(time % 2);

        public ValueTask DisposeAsync() => copies.DisposeAsync();
    }

    private sealed class Worker(UnderFunctions host) : IMortal
    {
        public Uri Address => host.Address;

        public Task KillAsync(int time) => host.Host.KillWorkerAsync();

        public async ValueTask DisposeAsync()
        {
            Assert.Contains(host.Host.Calls, call => !call.Succeeded); // Some were under way.
            await host.DisposeAsync();
        }
    }
}

/// <summary>A service that is killed and lives on.</summary>
internal interface IMortal : IAsyncDisposable
{
    Uri Address { get; }

    /// <summary>kill -9; when it returns, what was killed is there again, or is seen to.</summary>
    Task KillAsync(int time);
}

/// <summary>
/// kill -9 while deliveries run, in each life of the service. What was acknowledged has its effect, and nothing has it
/// twice; what got no answer may be there or not.
/// </summary>
public abstract class KillTests
{
    private const int Senders = 16;

    /// <summary>A message that was under way comes again after its lease: a minute, of the machine's clock.</summary>
    private const int LeaseSeconds = 150;

    private protected static async Task KillAsync(
        int seed, int people, int kills, TimeSpan between, Func<Task<IMortal>> begin)
    {
        var random = new Random(seed);
        await using var service = await begin();
        var run = new Run(service);
        await run.ConnectAsync();
        var work = new ConcurrentQueue<Sent>(Deliveries(run, people).OrderBy(_ => random.Next()));
        var total = work.Count;
        var senders = Enumerable.Range(0, Senders).Select(_ => run.SendAllAsync(work)).ToArray();

        for (var time = 0; time < kills; time++)
        {
            var at = random.Next(total * (2 * time + 1) / (2 * kills + 2), total * (2 * time + 2) / (2 * kills + 2));
            await Client.UntilAsync(() => Task.FromResult(run.Answered), n => n >= at);
            await Task.Delay(random.Next(0, 20));
            await service.KillAsync(time);
            run.Move();
        }

        await Task.WhenAll(senders);
        for (var time = 0; time < kills && between > TimeSpan.Zero; time++) // While the queues are worked off, too.
        {
            await Task.Delay(between);
            await service.KillAsync(time);
        }

        Note($"Seed {seed}: {run.Acknowledged.Count} of {total} acknowledged.");
        Assert.InRange(run.Acknowledged.Count, total / 2, total);
        await AssertAllThereAsync(run);
        await AssertNothingTwiceAsync(run);
    }

    /// <summary>Of each platform: who may be written to and left a cart, who bought, who only looked.</summary>
    private static IEnumerable<Sent> Deliveries(Run run, int people)
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(-90); // Due at once: claims are under way when it is killed.
        for (var i = 1; i <= people; i++)
        {
            var (n, email) = (i, $"person{i}@example.com");
            if (i % 3 == 0)
            {
                yield return new(email, "cart", c => c.WooCommerceAsync(
                    run.Woo, "order.updated", Bodies.WooOrder(n, email, at, "checkout-draft", $"w{n}", at)), $"cart:w{n}");
                yield return new(email, "cart", c => c.WooCommerceAsync(run.Woo, "cart.updated", Bodies.Cart($"w{n}", email, at)), $"cart:w{n}");
                if (i % 2 == 0)
                {
                    yield return new(email, "order", c => c.WooCommerceAsync(
                        run.Woo, "order.created", Bodies.WooOrder(1000 + n, email, at.AddMinutes(5))), $"{1000 + n}");
                }
            }
            else
            {
                var id = Guid.NewGuid().ToString();
                yield return new(email, "yes", c => c.ShopifyAsync(
                    run.Shop, "customers_email_marketing_consent/update", Bodies.Consent(n, email, at)), "email");
                yield return new(email, "cart", c => c.ShopifyAsync(run.Shop, "checkouts/update", Bodies.Checkout($"s{n}", email, at, n), id), $"cart:c-s{n}");
                yield return new(email, "cart", c => c.ShopifyAsync(run.Shop, "checkouts/update", Bodies.Checkout($"s{n}", email, at, n), id), $"cart:c-s{n}");
                if (i % 2 == 0)
                {
                    yield return new(email, "order", c => c.ShopifyAsync(
                        run.Shop, "orders/create", Bodies.Order(1000 + n, email, at.AddMinutes(5), product: 9)), $"{1000 + n}");
                }
            }
        }
    }

    private static async Task AssertAllThereAsync(Run run)
    {
        foreach (var person in run.Acknowledged.GroupBy(s => s.Email))
        {
            var store = person.First().StoreOf(run);
            var customer = (await Client.UntilAsync(
                () => run.Client.CustomerAsync(store, person.Key), c => c is { } found && person.All(s => IsThere(found, s)) && IsSettled(found), LeaseSeconds))!.Value;
            var orders = customer.GetProperty("orders").EnumerateArray().Select(o => o.GetProperty("id").GetString()).ToList();
            Assert.Equal(orders.Distinct(), orders);
            Assert.InRange(customer.GetProperty("messages").GetArrayLength(), 0, 1);
        }
    }

    private static bool IsThere(JsonElement customer, Sent sent) => sent.What switch
    {
        "yes" => customer.GetProperty("permissions").EnumerateArray().Any(p => p.GetProperty("state").GetString() == "given"),
        "order" => customer.GetProperty("orders").EnumerateArray().Any(o => o.GetProperty("id").GetString() == sent.Trace),
        _ => customer.GetProperty("decisions").EnumerateArray().Any(d => d.GetProperty("occasion").GetString() == sent.Trace),
    };

    /// <summary>The newest decision of no occasion is to send: whatever was due has left, or may not.</summary>
    private static bool IsSettled(JsonElement customer) => customer.GetProperty("decisions").EnumerateArray()
        .GroupBy(d => d.GetProperty("automation").GetString() + d.GetProperty("occasion").GetString())
        .All(all => all.MaxBy(d => d.GetProperty("at").GetDateTimeOffset()).GetProperty("decision").GetString() != "send");

    private static async Task AssertNothingTwiceAsync(Run run)
    {
        foreach (var store in new[] { run.Shop, run.Woo })
        {
            var sent = (await run.Client.OutboxAsync(store)).Select(m => $"{m.GetProperty("to")} {m.GetProperty("occasion")}").ToList();
            Assert.Equal(sent.Distinct(), sent);
            Assert.NotEmpty(sent);
            Assert.Empty(await run.Client.UnreadableAsync(store));
        }

        Assert.Empty(await run.Client.PoisonAsync());
    }

    private static void Note(string line) => TestContext.Current.SendDiagnosticMessage(line);

    /// <summary>One delivery and what it leaves behind.</summary>
    private sealed record Sent(string Email, string What, Func<Client, Task<HttpStatusCode>> Deliver, string Trace)
    {
        public ConnectedStore StoreOf(Run run) => int.Parse(Email.Split('@')[0][6..], System.Globalization.CultureInfo.InvariantCulture) % 3 == 0 ? run.Woo : run.Shop;
    }

    /// <summary>A service that comes and goes, and who calls it.</summary>
    private sealed class Run(IMortal service)
    {
        private int answered;

        public Client Client { get; private set; } = new(service.Address);

        public ConnectedStore Shop { get; private set; } = null!;

        public ConnectedStore Woo { get; private set; } = null!;

        public ConcurrentBag<Sent> Acknowledged { get; } = [];

        public int Answered => Volatile.Read(ref answered);

        public async Task ConnectAsync()
        {
            Shop = await Client.LiveAsync("shopify", "killed.myshopify.com", ["PT1H"]);
            Woo = await Client.LiveAsync("woocommerce", "killed.example.com", ["PT1H"]);
        }

        public void Move() => Client = new(service.Address);

        /// <summary>Delivers until nothing is left; after no answer it waits for the next life, and does not try again.</summary>
        public async Task SendAllAsync(ConcurrentQueue<Sent> work)
        {
            while (work.TryDequeue(out var sent))
            {
                var here = Client;
                try
                {
                    var answer = await sent.Deliver(here);
                    if (answer == HttpStatusCode.OK) { Acknowledged.Add(sent); }

                    Interlocked.Increment(ref answered);
                    if (answer == HttpStatusCode.BadGateway) // Nobody is behind the front.
                    {
                        await Acceptance.Client.UntilAsync(async () => (await here.Anyone.GetAsync("/health/live")).StatusCode,
                            code => code == HttpStatusCode.OK, 60);
                    }
                }
                catch (HttpRequestException)
                {
                    await Acceptance.Client.UntilAsync(() => Task.FromResult(Client), c => c != here);
                }
            }
        }
    }
}
