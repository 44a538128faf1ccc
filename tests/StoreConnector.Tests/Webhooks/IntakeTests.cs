using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Golden;
using StoreConnector.Tests.Hosting;
using StoreConnector.Webhooks;

namespace StoreConnector.Tests.Webhooks;

/// <summary>Every row of bad input, and the good ones, over a real socket.</summary>
public sealed class IntakeTests : IDisposable
{
    private readonly TestService service = new();

    public void Dispose() => service.Dispose();

    private static byte[] Sample(string name) => File.ReadAllBytes(Repo.Fixture("shopify", "payloads", name + ".json"));

    private static byte[] Large(int bytes) => Encoding.ASCII.GetBytes($"{{\"note\":\"{new string('x', bytes - 11)}\"}}");

    [Fact]
    public async Task A_signed_order_is_queued_before_it_is_acknowledged()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.Shopify("checkouts/create", Sample("checkouts_create"))));

        var message = Queues.Read<ShopEventMessage>(Assert.Single(service.Engine.Messages(Queues.ShopEvents)).Body);
        Assert.Equal((1, storeId), (message.V, message.StoreId));
        Assert.Equal("b54557e4-bdd9-4b37-8a5f-bf7d70bcd043", message.Event.Id);
    }

    [Fact]
    public async Task A_body_that_comes_in_chunks_is_as_good_as_one_with_a_length()
    {
        await service.ConnectAsync("shopify", TestService.Shop);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.Shopify("carts/create", Sample("carts_create"), chunked: true)));
        Assert.Single(service.Engine.Messages(Queues.ShopEvents));
    }

    [Fact]
    public async Task A_wrong_signature_is_refused_and_nothing_is_kept()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var body = Sample("orders_create");

        Assert.Equal(HttpStatusCode.Unauthorized,
            await SendAsync(TestService.Shopify("orders/create", body, TestService.Sign("another", body))));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(TestService.Shopify("orders/create", [])));
        Assert.Equal(HttpStatusCode.Unauthorized,
            await SendAsync(TestService.Shopify("shop/redact", body, TestService.Sign("another", body), "nobody.myshopify.com")));

        AssertNothingKept(storeId);
    }

    [Theory]
    [InlineData("X-Shopify-Topic")]
    [InlineData("X-Shopify-Hmac-Sha256")]
    [InlineData("X-Shopify-Shop-Domain")]
    [InlineData("X-Shopify-Webhook-Id")]
    public async Task A_delivery_without_a_required_header_is_refused(string header)
    {
        var request = TestService.Shopify("orders/create", Sample("orders_create"));
        request.Headers.Remove(header);

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(request));
    }

    [Fact]
    public async Task A_large_signed_body_is_kept_with_its_head_and_stays_with_its_reason()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var body = Large(6 * 1024 * 1024);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.Shopify("orders/create", body)));

        var kept = Assert.Single(await UnreadableAsync(storeId));
        Assert.Equal(body.Length, kept.GetProperty("length").GetInt64());
        Assert.Contains("only its head was kept", kept.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var held = service.Engine.Rows(StoreRegistry.TableOf(storeId)).Where(r => r.Partition == "unreadable-body").Sum(r => r.Value.Length);
        Assert.Equal(BodyReader.HeadBytes, held);

        Assert.Equal("unreadable", (await RunAsync(kept)).GetProperty("outcome").GetString());
        Assert.Single(await UnreadableAsync(storeId));
    }

    [Fact]
    public async Task A_large_body_with_a_wrong_signature_is_refused_after_its_end_and_nothing_is_kept()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var body = Large(6 * 1024 * 1024);

        Assert.Equal(HttpStatusCode.Unauthorized,
            await SendAsync(TestService.Shopify("orders/create", body, TestService.Sign("another", body), chunked: true)));
        AssertNothingKept(storeId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_never_ends_loses_its_connection(bool chunked)
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            SendAsync(TestService.Shopify("orders/create", Large(26 * 1024 * 1024), chunked: chunked)));
        AssertNothingKept(storeId);
    }

    [Fact]
    public async Task Malformed_json_with_a_good_signature_is_kept_once_and_can_be_run_again()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var body = "{\"token\": "u8.ToArray();

        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.Shopify("checkouts/create", body)));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.Shopify("checkouts/create", body)));

        var kept = Assert.Single(await UnreadableAsync(storeId));
        Assert.Equal("shopify", kept.GetProperty("source").GetString());
        Assert.Equal("checkouts/create", kept.GetProperty("topic").GetString());
        Assert.Equal("unreadable", (await RunAsync(kept)).GetProperty("outcome").GetString());
        Assert.Empty(service.Engine.Messages(Queues.ShopEvents));
    }

    [Fact]
    public async Task What_can_be_read_at_last_is_queued_and_no_longer_kept()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var incoming = new Incoming(Core.Values.Platform.Shopify, new(
            "d-1", "checkouts/create", null, DateTimeOffset.UtcNow, Sample("checkouts_create")), Sample("checkouts_create").Length);
        await service.Get<UnreadableStore>().KeepAsync(storeId, incoming, "the parser of yesterday", canRun: true, default);

        var ran = await RunAsync(Assert.Single(await UnreadableAsync(storeId)));

        Assert.Equal(("queued", 1), (ran.GetProperty("outcome").GetString(), ran.GetProperty("events").GetInt32()));
        Assert.Empty(await UnreadableAsync(storeId));
        Assert.Single(service.Engine.Messages(Queues.ShopEvents));
        Assert.DoesNotContain(service.Engine.Rows(StoreRegistry.TableOf(storeId)), r => r.Partition == "unreadable-body");
    }

    [Fact]
    public async Task An_unknown_topic_is_ignored_and_an_unknown_shop_is_not_found()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.Shopify("made/up", "{}"u8.ToArray())));
        Assert.Equal(HttpStatusCode.NotFound,
            await SendAsync(TestService.Shopify("orders/create", Sample("orders_create"), shop: "nobody.myshopify.com")));
        AssertNothingKept(storeId);
    }

    [Theory]
    [InlineData("customers/data_request", "customers_data_request")]
    [InlineData("customers/redact", "customers_redact")]
    [InlineData("shop/redact", "shop_redact")]
    [InlineData("app/uninstalled", "app_uninstalled")]
    public async Task What_the_law_asks_is_answered_and_on_record_whoever_asks(string topic, string sample)
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.Shopify(topic, Sample(sample), shop: "nobody.myshopify.com")));

        var receipt = Assert.Single(service.Engine.Rows(StoreRegistry.Table), r => r.Partition == ComplianceReceipts.Partition);
        var text = Encoding.UTF8.GetString(receipt.Value.Span);
        Assert.Contains(topic, text, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", text, StringComparison.Ordinal);
        Assert.DoesNotContain("191167", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_to_erase_leaves_a_receipt_that_names_nobody_and_goes_to_the_queue()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.Shopify("customers/redact", Sample("customers_redact"))));

        var receipt = Assert.Single(service.Engine.Rows(StoreRegistry.Table), r => r.Partition == ComplianceReceipts.Partition);
        var json = JsonSerializer.Deserialize<JsonElement>(receipt.Value.Span);
        Assert.Equal(storeId, json.GetProperty("store").GetString());
        Assert.Equal(64, json.GetProperty("who").GetString()!.Length);
        Assert.Single(service.Engine.Messages(Queues.ShopEvents));
    }

    [Fact]
    public async Task A_body_of_another_shop_destroys_nothing()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var body = """{"shop_id": 1, "shop_domain": "victim.myshopify.com"}"""u8.ToArray();

        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.Shopify("shop/redact", body)));

        Assert.Empty(service.Engine.Messages(Queues.ShopEvents));
        Assert.False(Assert.Single(await UnreadableAsync(storeId)).GetProperty("canRun").GetBoolean());
    }

    [Fact]
    public async Task A_reinstalled_shop_is_a_new_store_and_the_old_one_is_closed()
    {
        var (first, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var (second, _) = await service.ConnectAsync("shopify", TestService.Shop);

        await SendAsync(TestService.Shopify("carts/create", Sample("carts_create")));

        var message = Queues.Read<ShopEventMessage>(Assert.Single(service.Engine.Messages(Queues.ShopEvents)).Body);
        Assert.Equal(second, message.StoreId);
        Assert.False((await service.Get<StoreRegistry>().FindAsync(first, default))!.Store.IsActive);
        Assert.True((await service.Get<StoreRegistry>().FindAsync(second, default))!.Store.IsActive);
    }

    [Fact]
    public async Task When_storage_does_not_answer_nothing_is_acknowledged()
    {
        var (_, hooks) = await service.ConnectAsync("woocommerce", "shop.example.com");
        await service.ConnectAsync("shopify", TestService.Shop);
        service.Engine.Before = step => step.What == "send" ? throw new StorageUnavailableException("The disk is full.") : default;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(TestService.Shopify("carts/create", Sample("carts_create"))));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(TestService.WooCommerce(Hook(hooks, "order.updated"), Order())));

        service.Engine.Before = step => step.What is "read" or "send" ? throw new StorageUnavailableException("The disk is gone.") : default;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(TestService.Shopify("carts/create", Sample("carts_create"))));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("/health/ready"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/health/live"));
    }

    [Fact]
    public async Task A_WooCommerce_order_is_queued_under_an_id_of_its_bytes()
    {
        var (storeId, hooks) = await service.ConnectAsync("woocommerce", "shop.example.com");

        Assert.Equal(HttpStatusCode.OK, await SendAsync(TestService.WooCommerce(Hook(hooks, "order.updated"), Order())));

        var message = Queues.Read<ShopEventMessage>(service.Engine.Messages(Queues.ShopEvents)[0].Body);
        Assert.Equal(storeId, message.StoreId);
        var token = Hook(hooks, "order.updated").GetProperty("path").GetString()!.Split('/')[^1];
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(token), .. Order()]));
        Assert.StartsWith(hash, message.Event.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_WooCommerce_delivery_must_be_signed_with_its_own_hooks_secret()
    {
        var (storeId, hooks) = await service.ConnectAsync("woocommerce", "shop.example.com");
        var other = Hook(hooks, "customer.updated").GetProperty("secret").GetString()!;

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(
            TestService.WooCommerce(Hook(hooks, "order.updated"), Order(), TestService.Sign(other, Order()))));
        Assert.Equal(HttpStatusCode.NotFound, (await service.Anonymous.PostAsync("/webhooks/woocommerce/nobody", null)).StatusCode);
        AssertNothingKept(storeId);
    }

    [Fact]
    public async Task A_claim_of_another_topic_than_the_hooks_is_ignored()
    {
        var (storeId, hooks) = await service.ConnectAsync("woocommerce", "shop.example.com");

        Assert.Equal(HttpStatusCode.OK, await SendAsync(
            TestService.WooCommerce(Hook(hooks, "order.updated"), Order(), topic: "customer.deleted")));
        AssertNothingKept(storeId);
    }

    [Fact]
    public async Task The_knock_of_a_new_hook_is_answered_and_anything_like_it_is_not()
    {
        var (storeId, hooks) = await service.ConnectAsync("woocommerce", "shop.example.com");

        Assert.Equal(HttpStatusCode.OK, await SendAsync(Ping("webhook_id=1")));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Ping("webhook_id=1&x=2")));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Ping("webhook_id=1", "application/json")));
        var claims = Ping("webhook_id=1");
        claims.Headers.Add("X-WC-Webhook-Topic", "order.updated");
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(claims));
        AssertNothingKept(storeId);

        HttpRequestMessage Ping(string body, string type = "application/x-www-form-urlencoded") =>
            new(HttpMethod.Post, Hook(hooks, "order.updated").GetProperty("path").GetString())
            {
                Content = new StringContent(body, Encoding.ASCII, type),
            };
    }

    [Fact]
    public async Task Doors_open_under_any_host_name()
    {
        await service.ConnectAsync("shopify", TestService.Shop);
        var request = TestService.Shopify("carts/create", Sample("carts_create"));
        request.Headers.Host = "somebody.example.net";

        Assert.Equal(HttpStatusCode.OK, await SendAsync(request));
    }

    private static byte[] Order() => Encoding.UTF8.GetBytes(JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(
        Repo.Fixture("woocommerce"), "order-created-storeapi-guest.json", SearchOption.AllDirectories)[0]))
        .RootElement.GetProperty("body").GetString()!);

    private static JsonElement Hook(JsonElement hooks, string topic) =>
        hooks.EnumerateArray().Single(h => h.GetProperty("topic").GetString() == topic);

    private async Task<HttpStatusCode> SendAsync(HttpRequestMessage request)
    {
        using var answer = await service.Anonymous.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> StatusAsync(string path) => (await service.Anonymous.GetAsync(path)).StatusCode;

    private async Task<JsonElement[]> UnreadableAsync(string storeId)
    {
        var list = await service.Operator.GetFromJsonAsync<JsonElement>($"/api/operator/unreadable?storeId={storeId}");
        return [.. list.GetProperty("items").EnumerateArray()];
    }

    private async Task<JsonElement> RunAsync(JsonElement kept)
    {
        using var answer = await service.Operator.PostAsync(
            $"/api/operator/unreadable/{kept.GetProperty("id").GetString()}/run", null);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private void AssertNothingKept(string storeId)
    {
        Assert.Empty(service.Engine.Messages(Queues.ShopEvents));
        Assert.Empty(service.Engine.Rows(StoreRegistry.TableOf(storeId)));
        Assert.DoesNotContain(service.Engine.Rows(StoreRegistry.Table), r => r.Partition == ComplianceReceipts.Partition);
    }
}
