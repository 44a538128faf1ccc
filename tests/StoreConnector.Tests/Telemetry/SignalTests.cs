using System.Diagnostics;
using System.Text;
using System.Text.Json;
using StoreConnector.Core.Automations;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Acceptance;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Telemetry;

[Collection(nameof(Listening))]
public sealed class SignalTests
{
    [Fact]
    public async Task One_trace_leads_from_the_webhook_to_the_send()
    {
        using var ear = new Ear();
        using var service = new TestService();
        var noon = 12 - DateTimeOffset.UtcNow.Hour; // Where it is about noon now, for at night nothing is sent.
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop, FormattableString.Invariant($"Etc/GMT{-noon:+0;-0;+0}"));
        await service.Get<StoreRegistry>().UpdateAsync(storeId, s => s with
        {
            InstalledAt = s.InstalledAt.AddDays(-1), PostalAddress = "1 Main St, Springfield",
        }, default);
        using var live = await service.Operator.PutAsync($"/api/stores/{storeId}/automations/abandoned-cart",
            new StringContent("""{"mode": "live", "steps": [{"delay": "PT1H"}]}""", Encoding.UTF8, "application/json"));
        live.EnsureSuccessStatusCode();
        foreach (var shard in Enumerable.Range(0, DueIndex.Shards)) // As after a sweep whose clock is a little ahead.
        {
            await service.Get<DueIndex>().RaiseOpenedAsync(shard, DueIndex.Bucket(DateTimeOffset.UtcNow.AddHours(1)), default);
        }

        await DeliverAsync(service, "customers_email_marketing_consent/update", Bodies.Consent(7, "mariam@example.com", DateTimeOffset.UtcNow.AddHours(-4)));
        await RunAllAsync(service);
        ear.Spans.Clear();
        await DeliverAsync(service, "checkouts/update", Bodies.Checkout("t1", "mariam@example.com", DateTimeOffset.UtcNow.AddHours(-2), 7));
        await RunAllAsync(service);

        var spans = ear.Spans.ToList();
        Assert.True(spans.Exists(s => s.OperationName == "send"), string.Join('\n', ear.Numbers.Select(n => n.What)));
        var send = Assert.Single(spans, s => s.OperationName == "send");
        Assert.Equal(["webhook", "handle shop-events", "send", "handle wake-ups"],
            spans.Where(s => s.TraceId == send.TraceId).Select(s => s.OperationName).Take(4));
        var (webhook, handled) = (spans[0], spans[1]);
        Assert.Equal(webhook.SpanId, handled.ParentSpanId);
        Assert.Equal([("platform", "shopify"), ("store.id", storeId), ("outcome", "queued")],
            webhook.TagObjects.Select(t => (t.Key, t.Value?.ToString())));
        Assert.Equal(["queue", "attempt", "store.id", "event.hash"], handled.TagObjects.Select(t => t.Key));
        Assert.Equal(["vendor=outbox", "channel=email", $"store.id={storeId}", "outcome=sent"],
            send.TagObjects.Where(t => t.Key != "send.id").Select(t => $"{t.Key}={t.Value}"));

        Assert.Equal(2, ear.Sum("storeconnector.received{platform=shopify,outcome=queued}"));
        Assert.True(ear.Sum("storeconnector.queued{queue=shop-events}") >= 2);
        Assert.True(ear.Sum("storeconnector.handled{queue=shop-events,outcome=done}") >= 2);
        Assert.Equal(1, ear.Sum($"storeconnector.decided{{automation=abandoned-cart,decision=send,reason={ReasonCode.Due}}}"));
        Assert.Equal(1, ear.Sum("storeconnector.sent{automation=abandoned-cart,channel=email}"));
        Assert.Contains(ear.Numbers, n => n is { What: "storeconnector.queue.age{queue=wake-ups}", Value: >= 0 });
        AssertHarmless(ear, "mariam", "t1@", service.Engine.Rows(StoreRegistry.Table).Select(r => r.Key).Where(k => k.Length == 43));
    }

    [Fact]
    public async Task What_is_refused_ignored_kept_and_not_stored_is_told_apart()
    {
        using var ear = new Ear();
        using var service = new TestService();
        var (_, hooks) = await service.ConnectAsync("woocommerce", "shop.example.com");
        await service.ConnectAsync("shopify", TestService.Shop);
        var hook = hooks.EnumerateArray().First(h => h.GetProperty("topic").GetString() == "order.updated");
        await service.Anonymous.SendAsync(TestService.WooCommerce(hook, "{}"u8.ToArray(), "bad"));
        await service.Anonymous.SendAsync(TestService.WooCommerce(hook, "{cut"u8.ToArray()));
        service.Engine.Before = step => step.What == "send" ? throw new StorageUnavailableException("as asked") : default;
        await DeliverAsync(service, "checkouts/update", Bodies.Checkout("t1", "mariam@example.com", DateTimeOffset.UtcNow));

        Assert.Equal(1, ear.Sum("storeconnector.received{platform=woocommerce,outcome=refused}"));
        Assert.Equal(1, ear.Sum("storeconnector.received{platform=woocommerce,outcome=kept}"));
        Assert.Equal(1, ear.Sum("storeconnector.unreadable{platform=woocommerce}"));
        Assert.Equal(1, ear.Sum("storeconnector.received{platform=shopify,outcome=unavailable}"));
        Assert.Equal(0, ear.Sum("storeconnector.queued{queue=shop-events}"));
    }

    [Fact]
    public async Task A_sweep_tells_how_late_it_is_and_begins_new_traces()
    {
        using var ear = new Ear();
        var world = new World();
        await world.Due.PutAsync(World.StoreId, "1" + new string('0', 32), world.Clock.Now.AddMinutes(-7), default);
        using (new Activity("somebody's timer").Start())
        {
            await new WatchedSweeper(world.Sweeper, world.Engine).SweepAsync(default);
        }

        await world.Sweeper.SweepAsync(default);

        var ages = ear.Numbers.Where(n => n.What == "storeconnector.due.oldest{}").Select(n => n.Value).ToList();
        Assert.Equal([7 * 60, 0], ages);
        Assert.Null(Queues.Read<WakeUpMessage>(Assert.Single(world.Engine.Messages(Queues.WakeUps)).Body).Trace);
        Assert.Contains(ear.Numbers, n => n is { What: "storeconnector.poison{queue=imports}", Value: 0 });
    }

    [Fact]
    public async Task Poison_is_counted_once_a_minute_however_often_a_hurried_clock_sweeps()
    {
        using var ear = new Ear();
        var world = new World();
        var sweeper = new WatchedSweeper(world.Sweeper, world.Engine);
        for (var i = 0; i < 5; i++) { await sweeper.SweepAsync(default); }

        Assert.Equal(Queues.All.Count, ear.Numbers.Count(n => n.What.StartsWith("storeconnector.poison", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_failure_is_counted_and_its_span_says_which_kind()
    {
        using var ear = new Ear();
        var clock = new ManualClock();
        var handlers = new FakeHandlers { OnImport = (_, _) => throw new InvalidOperationException("mariam@example.com") };
        var runner = handlers.Runner(new(clock), clock);
        await runner.RunAsync(Queues.Imports, FakeHandlers.Message("x"), "1", 2, default);
        await runner.RunAsync(Queues.Imports, "{"u8.ToArray(), "2", 1, default);

        Assert.Equal(1, ear.Sum("storeconnector.handled{queue=imports,outcome=failed}"));
        Assert.Equal(1, ear.Sum("storeconnector.handled{queue=imports,outcome=unreadable}"));
        var span = Assert.Single(ear.Spans);
        Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription));
        Assert.Equal("InvalidOperationException", span.GetTagItem("error.type"));
        AssertHarmless(ear, "mariam");
    }

    [Theory]
    [InlineData("\"trace\":\"rubbish\",")]
    [InlineData("\"trace\":7,")]
    [InlineData("\"trace\":{\"a\":[1]},")]
    [InlineData("\"trace\":null,")]
    [InlineData("")]
    public async Task A_trace_that_cannot_be_read_begins_a_new_one(string trace)
    {
        using var ear = new Ear();
        var clock = new ManualClock();
        var body = Encoding.UTF8.GetBytes($$"""{{{trace}}"v":1,"storeId":"s1","import":"{{FakeHandlers.ImportName}}","after":""}""");
        Assert.True(await new FakeHandlers().Runner(new(clock), clock).RunAsync(Queues.Imports, body, "1", 1, default));
        Assert.Equal(default, Assert.Single(ear.Spans).ParentSpanId);
    }

    [Fact]
    public void A_message_carries_the_trace_under_way_and_nothing_when_nobody_listens()
    {
        var message = new WakeUpMessage(1, "s1", "k1", ManualClock.Monday);
        using (new Activity("not ours").Start())
        {
            var silent = Encoding.UTF8.GetString(Queues.Write(message));
            Assert.Equal("""{"v":1,"storeId":"s1","customerKey":"k1","at":"2026-11-23T09:00:00+00:00"}""", silent);
            using var ear = new Ear();
            Assert.Equal(Activity.Current!.Id, Queues.Read<WakeUpMessage>(Queues.Write(message)).Trace);
        }

        Assert.Null(Queues.Read<WakeUpMessage>(Queues.Write(message with { Trace = "00-old" })).Trace);
    }

    private static async Task DeliverAsync(TestService service, string topic, object body)
    {
        using var request = TestService.Shopify(topic, JsonSerializer.SerializeToUtf8Bytes(body));
        request.Headers.Remove("X-Shopify-Webhook-Id");
        request.Headers.Add("X-Shopify-Webhook-Id", Guid.NewGuid().ToString()); // The same one twice is one delivery.
        using var answer = await service.Anonymous.SendAsync(request);
    }

    /// <summary>What the pumps would do.</summary>
    private static async Task RunAllAsync(TestService service)
    {
        var runner = service.Get<MessageRunner>();
        for (var worked = true; worked;)
        {
            worked = false;
            foreach (var name in Queues.All)
            {
                var queue = await ((IQueues)service.Engine).OpenAsync(name, default);
                foreach (var m in await queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), default))
                {
                    worked = true;
                    Assert.True(await runner.RunAsync(name, m.Body, m.Id, m.Dequeues, default));
                    await queue.DeleteAsync(m, default);
                }
            }
        }
    }

    private static void AssertHarmless(Ear ear, params IEnumerable<string> secrets)
    {
        var told = string.Join('\n', ear.Numbers.Select(n => n.What)
            .Concat(ear.Spans.SelectMany(s => s.TagObjects.Select(t => $"{t.Key}={t.Value}").Append(s.DisplayName))));
        foreach (var secret in secrets) { Assert.DoesNotContain(secret, told, StringComparison.Ordinal); }
    }

    private static void AssertHarmless(Ear ear, string one, string two, IEnumerable<string> more) => AssertHarmless(ear, [one, two, .. more]);
}
