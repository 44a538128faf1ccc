using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;
using StoreConnector.Tests.Platforms;

namespace StoreConnector.Tests.Processing.WooCommerce;

/// <summary>A site's history, from its REST API to people and products, over real sockets.</summary>
public sealed class WooImportTests : IAsyncLifetime
{
    private WooWorld world = null!;

    public async ValueTask InitializeAsync() => world = await WooWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_site_that_is_connected_is_taken_over_by_itself_and_nothing_is_sent()
    {
        Orders(1, 250);
        world.Site.Things["orders"][900] = world.Order(900, "checkout-draft");
        world.Site.Things["orders"][901] = world.Order(901, at: world.Clock.Now.AddYears(-3));
        world.Site.Things["products"][9] = world.Product(9, "12.50");
        world.Site.Things["products"][20] = world.Product(20, "13.00", "variable", 21, 22);
        world.Site.Things["variations"][21] = world.Variation(21, 20, "13.00");
        world.Site.Things["variations"][22] = world.Variation(22, 20, "15.00");
        foreach (var id in Enumerable.Range(1, 3)) { world.Site.Things["customers"][id] = world.Customer(id); }

        await world.ConnectAsync();
        await world.WorkAsync();

        Assert.Equal([("woocommerce-products", "done", 2L), ("woocommerce-customers", "done", 3L), ("woocommerce-orders", "done", 251L)],
            await ListAsync());
        Assert.Equal("12.50", (await world.OrderAsync(250))!.Total!.Amount.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Null(await world.OrderAsync(901)); // Older than is of use.
        Assert.Equal((13m, 15m), (await world.PriceAsync(20, 21), await world.PriceAsync(20, 22)));
        Assert.True(Alias.TryAccount(3, out var account));
        Assert.Equal("Ada", (await world.PersonAsync(account))!.Name!.Value);
        Assert.All(world.Handled.Where(e => e.Body is OrderChanged), e => Assert.Equal(EventOrigin.Import, e.Origin));
        Assert.Equal(250, world.Handled.Count(e => e.Body is OrderChanged));
        var sent = await world.Service.Operator.GetFromJsonAsync<JsonElement>($"/api/operator/outbox?storeId={world.StoreId}");
        Assert.Equal(0, sent.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task What_goes_and_comes_between_two_pages_makes_none_be_passed_over()
    {
        Orders(1, 350);
        var pages = 0;
        world.Site.Before = request =>
        {
            if (request.Path.Value!.EndsWith("/orders", StringComparison.Ordinal) && request.Query["per_page"] == "100"
                && request.Query.ContainsKey("after") && ++pages == 2)
            {
                foreach (var id in Enumerable.Range(20, 130)) { world.Site.Delete("orders", id); } // Two thirds of what is read, and the seam.
                Orders(351, 5);
            }

            return null;
        };

        await world.ConnectAsync();
        await world.WorkAsync();

        foreach (var id in world.Site.Things["orders"].Keys) { Assert.NotNull(await world.OrderAsync(id)); }
        Assert.Equal("done", (await ListAsync())[2].Status);
    }

    [Fact]
    public async Task A_repeat_looks_at_all_of_it_and_queues_nothing()
    {
        Orders(1, 30);
        world.Site.Things["products"][9] = world.Product(9);
        world.Site.Things["customers"][1] = world.Customer(1);
        await world.SettleAsync();

        using var again = await world.Service.Operator.PostAsync($"/api/stores/{world.StoreId}/imports", null);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        await world.WorkAsync();

        Assert.Equal([1L, 1L, 30L], (await ListAsync()).Select(i => i.Objects));
        Assert.Empty(world.Handled);
    }

    [Fact]
    public async Task One_that_is_stopped_reads_no_further_and_goes_on_from_there()
    {
        Orders(1, 250);
        await world.ConnectAsync();
        await world.WorkAsync(until: () => world.Handled.Count(e => e is { Body: OrderChanged, Origin: EventOrigin.Import }) >= 100);
        using var stopped = await world.Service.Operator.PostAsync($"/api/stores/{world.StoreId}/imports/woocommerce-orders/stop", null);
        await world.WorkAsync();
        Assert.Equal(("woocommerce-orders", "stopped", 100L), (await ListAsync())[2]);

        using var resumed = await world.Service.Operator.PostAsync($"/api/stores/{world.StoreId}/imports/woocommerce-orders/resume", null);
        await world.WorkAsync();

        Assert.Equal(("woocommerce-orders", "done", 250L), (await ListAsync())[2]);
        Assert.Equal(250, world.Handled.Where(e => e.Body is OrderChanged).Select(e => e.Id).Distinct().Count());
    }

    [Fact]
    public async Task Rows_that_nobody_can_read_are_counted_and_left_out()
    {
        Orders(1, 5);
        world.Site.Things["orders"][3].Remove("status");
        await world.ConnectAsync();
        await world.WorkAsync();

        Assert.Equal(1, (await ImportsAsync())[2].GetProperty("unreadable").GetInt32());
        Assert.NotNull(await world.OrderAsync(5));
    }

    [Fact]
    public async Task A_site_that_fails_in_the_middle_is_waited_for_and_loses_nothing()
    {
        Orders(1, 250);
        var calls = 0;
        world.Site.Before = request => request.Query.ContainsKey("after") && ++calls is >= 3 and < 12 ? WooStore.Html(503) : null;
        await world.ConnectAsync();
        await world.WorkAsync(TimeSpan.FromMinutes(30));

        Assert.Equal(("woocommerce-orders", "done", 250L), (await ListAsync())[2]);
    }

    [Fact]
    public async Task An_order_on_which_the_site_breaks_is_left_out_in_the_end()
    {
        Orders(1, 250);
        world.Site.Before = request => request.Query["_fields"].Count == 0 && request.Path.Value!.EndsWith("/orders", StringComparison.Ordinal)
            && (request.Query["include"].Count == 0 ? request.Query["offset"] == "99" : request.Query["include"].ToString().Split(',').Contains("150"))
                ? WooStore.Html(500) : null;
        await world.ConnectAsync();
        await world.WorkAsync(TimeSpan.FromHours(3));

        Assert.Equal(("woocommerce-orders", "done", 250L), (await ListAsync())[2]);
        Assert.Equal(1, (await ImportsAsync())[2].GetProperty("unreadable").GetInt32());
        Assert.Null(await world.OrderAsync(150));
        Assert.NotNull(await world.OrderAsync(151));
    }

    [Fact]
    public async Task A_key_that_is_revoked_fails_in_words_and_a_new_one_goes_on()
    {
        Orders(1, 5);
        await world.ConnectAsync();
        world.Site.Revoke(world.Site.Keys.Single());
        await world.WorkAsync();
        Assert.All(await ImportsAsync(), i => Assert.Contains("connect it again", i.GetProperty("why").GetString(), StringComparison.Ordinal));

        await world.ConnectAsync();
        await world.WorkAsync();

        Assert.Equal(["done", "done", "done"], (await ListAsync()).Select(i => i.Status));
        Assert.NotNull(await world.OrderAsync(5));
    }

    [Theory]
    [InlineData("rest-orders-modified-after", "orders", "order.updated")]
    [InlineData("rest-customers-by-email", "customers", "customer.updated")]
    public void A_row_means_what_a_webhook_with_the_same_body_means(string capture, string resource, string topic)
    {
        foreach (var row in Rows(capture))
        {
            var fromRow = ((Parsed.Events)Reader().Read(resource, row)).Items;
            var fromHook = ((Parsed.Events)Samples.ReadWooCommerce(topic, row.GetRawText())).Items;
            Assert.Equal(fromHook.Select(Said), fromRow.Select(Said));
            Assert.Equal(fromHook[0].Aliases, fromRow[0].Aliases);
        }
    }

    [Fact]
    public void A_variation_of_a_list_means_what_it_means_by_webhook()
    {
        var row = WooRows.Variation(Rows("rest-variations")[0], 14);
        var product = Assert.IsType<ProductChanged>(Assert.Single(((Parsed.Events)Reader().Read("products", row)).Items).Body).Product;

        Assert.Equal((14, 15), (product.ProductId, product.Variants.Single().VariantId));
        Assert.NotNull(product.Variants.Single().Price);
    }

    [Fact]
    public void The_same_content_has_the_same_id_and_other_content_another()
    {
        var row = JsonNode.Parse(Rows("rest-product-simple")[0].GetRawText())!.AsObject();
        var before = Id(row);
        row["related_ids"] = new JsonArray(5, 3); // WooCommerce shuffles them.
        Assert.Equal(before, Id(row));
        row["price"] = "1.00";
        Assert.NotEqual(before, Id(row));

        static string Id(JsonObject row) =>
            ((Parsed.Events)Reader().Read("products", JsonSerializer.SerializeToElement(row))).Items[0].Id;
    }

    private static string Said(StoreEvent happened) => happened.HappenedAt + JsonSerializer.Serialize(happened.Body, EventJson.Options);

    private static WooRows Reader() => new(new WooCommerceParser("store.example.com", Samples.Country), Samples.Received, EventOrigin.Import);

    private static IReadOnlyList<JsonElement> Rows(string capture)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Repo.Fixture("woocommerce", capture + ".json")));
        var body = file.RootElement.GetProperty("body");
        body = body.ValueKind == JsonValueKind.String ? JsonElement.Parse(body.GetString()!) : body.Clone();
        return body.ValueKind == JsonValueKind.Array ? [.. body.EnumerateArray()] : [body];
    }

    private void Orders(int first, int count)
    {
        foreach (var id in Enumerable.Range(first, count))
        {
            world.Site.Things["orders"][id] = world.Order(id, at: world.Clock.Now.AddDays(-600).AddHours(2 * id));
        }
    }

    private async Task<List<JsonElement>> ImportsAsync() =>
        [.. (await world.Service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{world.StoreId}/imports")).GetProperty("items").EnumerateArray()];

    private async Task<List<(string? Kind, string? Status, long Objects)>> ListAsync() => [.. (await ImportsAsync()).Select(i =>
        (i.GetProperty("kind").GetString(), i.GetProperty("status").GetString(), i.GetProperty("objects").GetInt64()))];
}
