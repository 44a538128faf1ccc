using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StoreConnector.Tests.Acceptance;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Telemetry;

/// <summary>The real service in a process of its own, and a collector that takes what it tells.</summary>
[Trait("Speed", "slow")]
public sealed partial class ExportTests
{
    private const string Ada = "ada.qzx71@qzxmail.example", AdaPhone = "+14155551703", Token = "tok-qzx-5577";

    [Fact]
    public async Task A_collector_gets_the_trace_and_the_counters_and_nothing_of_anybody()
    {
        await using var sink = await OtlpSink.StartAsync();
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(folder.Path, RunningService.Speed, sink.Settings);
        using var client = new Client(service.Address, RunningService.Speed);
        var shop = await client.LiveAsync("shopify", "told.myshopify.com", ["PT1H"]);
        var woo = await client.ConnectAsync("woocommerce", "told.example.com"); // In shadow: it decides and sends nothing.
        var at = client.Now;
        await client.ShopifyAsync(shop, "customers_email_marketing_consent/update", Bodies.Consent(71, Ada, at));
        await client.ShopifyAsync(shop, "checkouts/update", Bodies.Checkout(Token, Ada, at, 71, phone: AdaPhone));
        await client.WooCommerceAsync(woo, "cart.updated", Bodies.Cart("w-1", "tea-qzx@example.com", at));
        await client.WooCommerceAsync(woo, "order.updated", "{cut qzx"u8.ToArray());
        var mail = Assert.Single(await Client.UntilAsync(() => client.OutboxAsync(shop), all => all.Length == 1));
        var text = mail.GetProperty("text").GetString()!;
        var code = text[(text.IndexOf("/u/", StringComparison.Ordinal) + 3)..][..32];
        foreach (var path in new[] { $"/u/{code}", $"/no/such/{code}?email={Ada}", $"/api/stores/{shop.Id}/made-up-qzx" })
        {
            using var answer = await client.Anyone.GetAsync(path);
        }

        await Client.UntilAsync(() => Task.FromResult(sink.Sum("storeconnector.sent", ("automation", "abandoned-cart"))), count => count >= 1);
        Assert.Equal(0, await service.TerminateAsync());

        Assert.Equal(2, sink.Sum("storeconnector.received", ("platform", "shopify"), ("outcome", "queued")));
        Assert.Equal(1, sink.Sum("storeconnector.received", ("platform", "woocommerce"), ("outcome", "kept")));
        var sent = sink.Sum("storeconnector.sent", ("automation", "abandoned-cart"), ("channel", "email"));
        Assert.InRange(sent, 1, 2); // On this clock a claim lasts a moment: a look-up may find what has just left, and count it.
        Assert.Equal(sink.Sum("storeconnector.queued", ("queue", "shop-events")),
            sink.Sum("storeconnector.handled", ("queue", "shop-events"), ("outcome", "done"))); // Flushed at the end.
        Assert.True(sink.Sum("storeconnector.queue.age", ("queue", "wake-ups")) >= 1);
        Assert.True(sink.Sum("http.server.request.duration", ("http.route", "/webhooks/shopify")) >= 2);
        Assert.Contains(sink.Points, p => p.Name == "dotnet.process.memory.working_set");
        Assert.Contains(sink.Points, p => p.Name == "storeconnector.due.oldest");
        Assert.Contains(sink.Points, p => p.Name == "storeconnector.poison");
        Assert.All(sink.Spans, s => Assert.Equal("storeconnector", s.Service));

        var webhooks = sink.Spans.Where(s => s.Name == "webhook" && s.Tags["platform"] == "shopify").ToList();
        Assert.Equal(2, webhooks.Count);
        Assert.All(webhooks, w => Assert.Contains(sink.Spans, s => s.Name == "handle shop-events" && s.TraceId == w.TraceId && s.ParentId == w.SpanId));
        Assert.All(webhooks, w => Assert.Contains(sink.Spans, s => s.Name == "POST /webhooks/shopify" && s.SpanId == w.ParentId));
        Assert.Contains(sink.Spans, s => s.Name == "POST /webhooks/woocommerce/{hookToken}");
        var sends = sink.Spans.Where(s => s.Name == "send").ToList();
        Assert.NotEmpty(sends);
        Assert.All(sends, send => Assert.Contains(sink.Spans, s => s.Name == "handle wake-ups" && s.SpanId == send.ParentId));

        string[] secrets =
        [
            "qzx", "4155551703", code, shop.Domain, ServiceProcess.OperatorKey, ServiceProcess.ShopifySecret, folder.Path,
            .. woo.Hooks.Values.SelectMany(h => new[] { h.Secret, h.Path.Split('/')[^1] }),
        ];
        foreach (var secret in secrets) { Assert.False(sink.Has(secret), $"'{secret}' was exported."); }
    }

    [Fact]
    public async Task A_vendors_url_is_not_exported()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var twilio = new TwilioTwin(TimeProvider.System);
        await twilio.StartAsync();
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(
            folder.Path, RunningService.Speed, [.. sink.Settings, $"--Twilio:BaseUrl={twilio.Address}"]);
        using var client = new Client(service.Address, RunningService.Speed);
        var shop = await client.LiveAsync("shopify", "texts.myshopify.com", ["PT1H"]);
        using var set = await SendAsync(client, HttpMethod.Put, $"/api/stores/{shop.Id}/channels/sms", new
        {
            provider = "twilio", from = "+14155550100",
            credentials = new { accountSid = TwilioTwin.AccountSid, authToken = TwilioTwin.AuthToken },
        });
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
        using var tested = await SendAsync(client, HttpMethod.Post, $"/api/stores/{shop.Id}/channels/sms/test", new { to = AdaPhone });
        Assert.True(tested.IsSuccessStatusCode, await tested.Content.ReadAsStringAsync());
        Assert.Equal(0, await service.TerminateAsync());

        Assert.Contains(sink.Spans, s => s.Scope == "System.Net.Http" && s.Name == "POST" && s.Tags["server.address"] == "127.0.0.1");
        foreach (var secret in new[] { TwilioTwin.AccountSid, TwilioTwin.AuthToken, "14155551703", "Accounts" }) { Assert.False(sink.Has(secret), $"'{secret}' was exported."); }
    }

    [Fact]
    public async Task Without_a_collectors_address_nothing_of_OpenTelemetry_is_loaded()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(folder.Path);
        using var client = new Client(service.Address);
        await client.LiveAsync("shopify", "quiet.myshopify.com", ["PT1H"]);

        var loaded = await File.ReadAllTextAsync($"/proc/{service.Id}/maps");
        Assert.Contains("StoreConnector.Core.dll", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("OpenTelemetry", loaded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_disturbs_nobody_and_is_told_of_once()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(folder.Path, 1,
            $"--OTEL_EXPORTER_OTLP_ENDPOINT=http://key-qzx@127.0.0.1:{VendorTwin.FreePort()}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "--OTEL_METRIC_EXPORT_INTERVAL=200", "--OTEL_BSP_SCHEDULE_DELAY=200");
        using var client = new Client(service.Address);
        var shop = await client.LiveAsync("shopify", "alone.myshopify.com", ["PT1H"]);
        await Client.UntilAsync(() => Task.FromResult(service.Log), log => log.Contains("The collector does not take", StringComparison.Ordinal));
        await Task.Delay(1500);

        Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(shop, "checkouts/update", Bodies.Checkout("t", Ada, client.Now)));
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Single(Complaint().Matches(service.Log));
        Assert.DoesNotContain("qzx", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_none_is_told_and_the_service_works_without()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(folder.Path, 1, "--OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=collector-qzx");
        Assert.Contains("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no address of a collector", service.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("qzx", service.Log, StringComparison.Ordinal);
        using var client = new Client(service.Address);
        Assert.Equal(HttpStatusCode.OK, (await client.Anyone.GetAsync("/health/ready")).StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(Client client, HttpMethod method, string path, object body) =>
        client.SendAsync(new(method, path)
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        });

    [GeneratedRegex("The collector does not take")]
    private static partial Regex Complaint();
}
