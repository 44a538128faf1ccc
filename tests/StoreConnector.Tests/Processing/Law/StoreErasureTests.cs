using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Core.Events;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing;
using StoreConnector.Processing.Law;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;
using StoreConnector.Storage.Sqlite;
using StoreConnector.Tests.Acceptance;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Processing.Law;

/// <summary>shop/redact: nothing of the shop remains, whatever happens on the way.</summary>
public sealed class StoreErasureTests : IDisposable
{
    private const string Ada = "ada.qzx71@example.com", Name = "Adalinde";
    private const string OtherShop = "other-shop-not-real.myshopify.com", OthersAda = "someone.else@example.com";

    private readonly LawHouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task Nothing_of_an_erased_shop_remains_whichever_write_the_service_dies_at()
    {
        var (first, second, _) = await LiveAndLeaveAsync();
        Assert.Equal(HttpStatusCode.OK, await house.DeliverAsync("shop/redact", Body(TestService.Shop)));
        Assert.NotEmpty(LawHouse.Find(house.Engine, Ada)); // The search finds what is there.
        Assert.NotEmpty(LawHouse.Find(house.Engine, first));
        var (state, now) = (house.Engine.State, house.Clock.Now);

        var whole = Begin(state, now);
        var writes = await RunAsync(whole, now, dieAt: int.MaxValue);
        AssertNothingOf(whole, first, second);
        Assert.InRange(writes, 8, 200);

        for (var at = 1; at <= writes; at++)
        {
            foreach (var isBefore in new[] { true, false })
            {
                var engine = Begin(state, now);
                await RunAsync(engine, now, at, isBefore);
                AssertNothingOf(engine, first, second);
            }
        }
    }

    [Fact]
    public async Task An_erased_shop_is_gone_at_once_for_everybody_and_its_receipt_says_when_it_was_done()
    {
        var (_, storeId, other) = await LiveAndLeaveAsync();
        var link = (await house.OutboxAsync(storeId))[0].GetProperty("text").GetString()!;
        var code = link[(link.IndexOf("/u/", StringComparison.Ordinal) + 3)..][..32];

        await house.TellAsync("shop/redact", Body(TestService.Shop));

        Assert.Equal(HttpStatusCode.NotFound, (await house.Service.Operator.GetAsync($"/api/stores/{storeId}/brand")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await house.Service.Anonymous.GetAsync($"/u/{code}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await house.DeliverAsync("customers/redact", Bodies.Redact(TestService.Shop, 71, Ada)));
        var receipts = await house.ItemsAsync($"/api/operator/receipts?domain={TestService.Shop}");
        Assert.Null(receipts.Single(r => r.GetProperty("topic").GetString() == "shop/redact").GetProperty("doneAt").GetString());

        await house.PassAsync(StoreErasure.Settling + TimeSpan.FromMinutes(1));

        receipts = await house.ItemsAsync($"/api/operator/receipts?domain={TestService.Shop}");
        Assert.Contains("shop/redact", receipts.Select(r => r.GetProperty("topic").GetString()));
        Assert.All(receipts, r => Assert.NotNull(r.GetProperty("doneAt").GetString()));
        Assert.Empty(LawHouse.Find(house.Engine, storeId));
        Assert.NotEmpty(LawHouse.Find(house.Engine, OthersAda));
        Assert.NotEmpty(await house.OutboxAsync(other));
    }

    [Fact]
    public async Task A_shop_that_installed_the_app_again_keeps_its_new_installation()
    {
        var first = await house.LiveAsync();
        await house.TellAsync("customers/update", Person(Ada, Name));
        await house.TellAsync("app/uninstalled", Uninstalled());
        house.Clock.Advance(TimeSpan.FromHours(49));
        var second = await house.LiveAsync();
        await house.TellAsync("customers/update", Person("new.customer@example.com", "Nora"));

        await house.TellAsync("shop/redact", Body(TestService.Shop));
        await house.PassAsync(StoreErasure.Settling + TimeSpan.FromMinutes(1));

        Assert.Empty(LawHouse.Find(house.Engine, first));
        Assert.Empty(LawHouse.Find(house.Engine, Ada));
        Assert.NotNull(await house.CustomerAsync(second, "new.customer@example.com"));
        var receipt = Assert.Single(await house.ItemsAsync($"/api/operator/receipts?storeId={second}"));
        Assert.NotNull(receipt.GetProperty("doneAt").GetString());
    }

    [Theory]
    [InlineData(1, false)] // It has just installed the app again: Shopify asks no earlier than 48 hours after the farewell.
    [InlineData(72, true)] // Its farewell was lost.
    public async Task A_shop_of_which_no_farewell_was_heard_is_erased_unless_it_is_too_young_to_be_meant(int hours, bool isErased)
    {
        var storeId = await house.LiveAsync();
        house.Clock.Advance(TimeSpan.FromHours(hours));

        await house.TellAsync("shop/redact", Body(TestService.Shop));
        await house.PassAsync(StoreErasure.Settling + TimeSpan.FromMinutes(1));

        Assert.Equal(isErased, LawHouse.Find(house.Engine, storeId).Count == 0);
        Assert.NotNull(Assert.Single(await house.ItemsAsync($"/api/operator/receipts?domain={TestService.Shop}")).GetProperty("doneAt").GetString());
    }

    [Fact]
    public async Task A_shop_that_still_lets_us_in_is_not_forgotten_by_an_old_request_sent_again()
    {
        var shop = new ScriptedShop().Says("current-app-installation", new AdminAnswer.Unavailable("Busy."), ScriptedShop.Done("{}"));
        using var open = new LawHouse(shop);
        var storeId = await open.LiveAsync();
        open.Clock.Advance(TimeSpan.FromDays(30));

        await open.TellAsync("shop/redact", Body(TestService.Shop));
        await open.PassAsync(TimeSpan.FromHours(2)); // It did not say at first.
        await open.PassAsync(StoreErasure.Settling + TimeSpan.FromMinutes(1));

        Assert.NotEmpty(LawHouse.Find(open.Engine, storeId));
        Assert.Equal(2, shop.Asked.Count);
        await open.GetAsync($"/api/stores/{storeId}/plan");
    }

    [Fact]
    public async Task A_shop_that_was_never_here_or_is_long_gone_gets_its_answer_and_a_receipt()
    {
        Assert.Equal(HttpStatusCode.OK, await house.DeliverAsync("shop/redact", Body(OtherShop), OtherShop));

        var receipt = Assert.Single(await house.ItemsAsync($"/api/operator/receipts?domain={OtherShop}"));
        Assert.NotNull(receipt.GetProperty("doneAt").GetString());
        Assert.Empty(LawHouse.Find(house.Engine, OtherShop));
    }

    [Fact]
    public async Task A_body_with_another_shops_number_destroys_nothing()
    {
        var storeId = await house.LiveAsync();
        await house.Service.Get<StoreRegistry>().UpdateAsync(storeId, s => s with { PlatformId = 42 }, default);
        await house.TellAsync("app/uninstalled", Uninstalled());
        Assert.True((await house.Service.Get<StoreRegistry>().FindAsync(storeId, default))!.Store.IsActive);

        await house.TellAsync("shop/redact", Body(TestService.Shop));

        Assert.Equal(2, (await house.ItemsAsync($"/api/operator/unreadable?storeId={storeId}")).Length);
    }

    [Theory]
    [InlineData("customers/data_request")]
    [InlineData("customers/redact")]
    [InlineData("shop/redact")]
    public async Task A_reviewers_probes_are_refused_before_anything_is_looked_at(string topic)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Body(TestService.Shop));
        using var unsigned = TestService.Shopify(topic, body);
        unsigned.Headers.Remove("X-Shopify-Hmac-Sha256");
        using var forged = TestService.Shopify(topic, body, TestService.Sign("another secret", body));
        using var bare = new HttpRequestMessage(HttpMethod.Post, "/webhooks/shopify") { Content = new ByteArrayContent(body) };

        Assert.Equal(HttpStatusCode.Unauthorized, (await house.Service.Anonymous.SendAsync(unsigned)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await house.Service.Anonymous.SendAsync(forged)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await house.Service.Anonymous.SendAsync(bare)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await house.Service.Anonymous.GetAsync("/webhooks/shopify")).StatusCode);
        Assert.Empty(await house.ItemsAsync($"/api/operator/receipts?domain={TestService.Shop}"));
    }

    [Fact]
    public async Task The_file_of_the_embedded_engine_holds_nothing_of_an_erased_shop()
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualClock();
        await using (var engine = SqliteEngine.Open(folder.Path, clock))
        {
            var stores = new StoreRegistry(engine, new EphemeralDataProtectionProvider());
            foreach (var (id, shop, who) in new[] { ("s1qzxqzx", TestService.Shop, Ada), ("s2wvkwvk", OtherShop, OthersAda) })
            {
                await stores.CreateAsync(StoreOf(id, shop, clock.Now), [], default);
                var table = await ((ITables)engine).OpenAsync(StoreRegistry.TableOf(id), default);
                for (var i = 0; i < 300; i++) // Small rows, and some that take pages of their own.
                {
                    var value = Encoding.UTF8.GetBytes($"{who} {Name} {new string('x', i % 50 == 0 ? 40_000 : 200)} {who}");
                    await table.TryWriteAsync($"customer-{i}", [new TableWrite.Put("head-now", value)], default);
                }

                await new DueIndex(engine).PutAsync(id, "1" + new string('a', 32), clock.Now.AddDays(9), default);
                var links = await ((ITables)engine).OpenAsync(ShortLinks.Shared, default);
                await links.TryWriteAsync("code" + id, [new TableWrite.Put("code", Json.Write(id))], default);
            }

            clock.Advance(TimeSpan.FromDays(3));
            var happened = new StoreEvent("d1", clock.Now, clock.Now, EventOrigin.Webhook, [], [],
                new StoreErased(clock.Now) { Domain = TestService.Shop });
            var queue = await ((IQueues)engine).OpenAsync(Queues.ShopEvents, default);
            await queue.SendAsync([new(Queues.Write(new ShopEventMessage(1, "s1qzxqzx", happened)))], default);
            await DrainAsync(engine, engine, clock, stores);
        }

        var files = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("lock", StringComparison.Ordinal))
            .Select(File.ReadAllBytes).ToList();
        foreach (var trace in new[] { "s1qzxqzx", TestService.Shop, Ada })
        {
            Assert.DoesNotContain(files, f => f.AsSpan().IndexOf(Encoding.UTF8.GetBytes(trace)) >= 0);
        }

        Assert.Contains(files, f => f.AsSpan().IndexOf(Encoding.UTF8.GetBytes(OthersAda)) >= 0);
    }

    private static Store StoreOf(string id, string shop, DateTimeOffset now) => new()
    {
        Id = id, Platform = Platform.Shopify, Domain = shop, Name = "Test", Currency = "USD", TimeZone = "America/New_York",
        Country = "US", Locale = "en", InstalledAt = now,
    };

    private static object Body(string shop) => new { shop_id = 954889, shop_domain = shop };

    private static object Uninstalled() => new { id = 954889, plan_name = "basic", shop_owner = "Ann", myshopify_domain = TestService.Shop };

    private object Person(string email, string name) => new
    {
        id = 71, email, phone = "+14155551703", first_name = name, updated_at = Bodies.Time(house.Clock.Now),
    };

    /// <summary>Two installations of one shop and one of another; the shop has left.</summary>
    private async Task<(string First, string Second, string Other)> LiveAndLeaveAsync()
    {
        var ids = new List<string>();
        foreach (var (shop, who) in new[] { (TestService.Shop, Ada), (TestService.Shop, Ada), (OtherShop, OthersAda) })
        {
            var storeId = await house.LiveAsync(shop);
            ids.Add(storeId);
            await house.TellAsync("customers/update", Person(who, Name), shop);
            await house.TellAsync("checkouts/update", Bodies.Checkout("tok-" + storeId, who, house.Clock.Now, 71), shop);
            await house.TellAsync("checkouts/update", Encoding.UTF8.GetBytes($"{{\"email\":\"{who}\""), shop);
            await house.PassAsync(TimeSpan.FromMinutes(61));
            Assert.Single(await house.OutboxAsync(storeId));
            await house.TellAsync("customers/redact", Bodies.Redact(shop, 93, "nobody.here@example.com"), shop);
            await LawHouse.GiveUpAsync(house.Engine, house.Clock, Queues.WakeUps,
                Encoding.UTF8.GetBytes($"{{\"v\":1,\"storeId\":\"{storeId}\",\"broken\":\"{who}\""));
        }

        await house.TellAsync("app/uninstalled", Uninstalled());
        house.Clock.Advance(TimeSpan.FromDays(2));
        return (ids[0], ids[1], ids[2]);
    }

    private FakeEngine Begin(FakeState state, DateTimeOffset now)
    {
        house.Clock.Now = now;
        return new(house.Clock) { State = state };
    }

    /// <summary>Runs the queue to its end in processes of which the first may die.</summary>
    /// <returns>How many writes there were.</returns>
    private async Task<int> RunAsync(FakeEngine engine, DateTimeOffset now, int dieAt, bool isBefore = true)
    {
        var writes = 0;
        engine.Before = step => step.IsWrite && ++writes == dieAt && isBefore ? throw new StorageUnavailableException("dies") : default;
        engine.After = step => step.IsWrite && writes == dieAt && !isBefore ? throw new StorageUnavailableException("dies") : default;
        for (var life = 0; life < 3; life++)
        {
            try
            {
                await DrainAsync(engine, engine, house.Clock, new(engine, house.Service.Get<IDataProtectionProvider>()));
                return writes;
            }
            catch (StorageUnavailableException)
            {
                (engine.Before, engine.After) = (null, null);
                house.Clock.Advance(TimeSpan.FromMinutes(5)); // The lease ends.
            }
        }

        throw new InvalidOperationException("It dies again and again.");
    }

    private static async Task DrainAsync(ITables tables, IQueues queues, ManualClock clock, StoreRegistry stores)
    {
        var erasure = new StoreErasure(stores, tables, queues, new(tables), new(queues, new Failures(tables)), new(tables, clock),
            new ScriptedShop().Says("current-app-installation", new AdminAnswer.SignedOut()), clock);
        var queue = await queues.OpenAsync(Queues.ShopEvents, default);
        for (var round = 0; round < 10; round++)
        {
            foreach (var message in await queue.ReceiveAsync(32, TimeSpan.FromMinutes(2), default))
            {
                var read = Queues.Read<ShopEventMessage>(message.Body);
                await erasure.RunAsync(read, (StoreErased)EventTimes.Bounded(read.Event).Body, default);
                await queue.DeleteAsync(message, default);
            }

            clock.Advance(TimeSpan.FromMinutes(3));
        }
    }

    private static void AssertNothingOf(FakeEngine engine, params string[] stores)
    {
        foreach (var trace in stores.Concat([TestService.Shop, Ada])) { Assert.Empty(LawHouse.Find(engine, trace)); }

        Assert.NotEmpty(LawHouse.Find(engine, OthersAda));
        Assert.DoesNotContain(engine.QueueNames, queue => engine.Messages(queue).Count > 0);
        Assert.All(engine.Rows(StoreRegistry.Table).Where(r => r.Partition == Receipts.Partition),
            r => Assert.NotNull(JsonDocument.Parse(r.Value).RootElement.GetProperty("doneAt").GetString()));
        Assert.All(engine.TableNames, table => Assert.True(SharedRows.Tables.Contains(table) || table is "failures" or "poison"
            || table.StartsWith("store", StringComparison.Ordinal) || table.Contains("key", StringComparison.Ordinal), table));
    }
}
