using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;

namespace StoreConnector.Tests.Platforms;

public sealed class ShopifyProductTests
{
    private const long First = 642667041472713922;

    [Fact]
    public void A_product_event_is_about_nobody_and_as_old_as_the_product()
    {
        var happened = Samples.ReadShopify("products/update", Samples.ShopifyBody("products/update")).Only();

        Assert.Empty(happened.Aliases);
        Assert.Empty(happened.Contacts);
        Assert.Equal(new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero), happened.HappenedAt);
        Assert.Equal(happened.HappenedAt, Assert.IsType<ProductChanged>(happened.Body).Product.Version);
    }

    [Theory]
    [InlineData("\"19.99\"", "19.99")]
    [InlineData("19.99", "19.99")]
    [InlineData("\"1e2\"", "100")]
    [InlineData("\"0.00\"", null)]
    [InlineData("\"-1.00\"", null)]
    [InlineData("\"1,000.00\"", null)]
    [InlineData("\"free\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    [InlineData("\"1000000000000.01\"", null)]
    [InlineData("1e400", null)]
    public void A_price_that_is_none_costs_the_price_and_not_the_variant(string price, string? expected)
    {
        var product = Update(body => body["variants"]![0]!["price"] = JsonNode.Parse(price));

        Assert.Equal(
            expected is null ? null : decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            product.Variants[0].Price);
        Assert.Equal(First, product.Variants[0].VariantId);
        Assert.Equal(19.99m, product.Variants[1].Price);
    }

    [Fact]
    public void A_price_of_thousands_of_digits_is_none() =>
        Assert.Null(Update(body => body["variants"]![0]!["price"] = new string('9', 5000)).Variants[0].Price);

    [Theory]
    [InlineData("continue", 0, null, true)]
    [InlineData("deny", 1, null, true)]
    [InlineData("deny", 0, null, null)]
    [InlineData("deny", -3, null, null)]
    [InlineData("deny", null, null, null)]
    [InlineData("deny", 0, "null", true)]
    [InlineData("deny", 0, "\"shopify\"", false)]
    [InlineData("deny", -3, "\"shopify\"", false)]
    [InlineData("deny", 2, "\"shopify\"", true)]
    [InlineData("deny", null, "\"shopify\"", null)]
    [InlineData(null, 0, null, null)]
    public void A_variant_is_in_stock_when_the_body_says_so_and_unknown_when_it_does_not(
        string? policy, int? left, string? countedBy, bool? expected) =>
        Assert.Equal(expected, Update(body =>
        {
            var variant = body["variants"]![0]!.AsObject();
            variant["inventory_policy"] = policy;
            variant["inventory_quantity"] = left;
            if (countedBy is not null) { variant["inventory_management"] = JsonNode.Parse(countedBy); }
        }).Variants[0].InStock);

    [Theory]
    [InlineData("active", "2026-01-01T00:00:00Z", true)]
    [InlineData("active", null, false)]
    [InlineData("draft", "2026-01-01T00:00:00Z", false)]
    [InlineData("archived", "2026-01-01T00:00:00Z", false)]
    [InlineData(null, "2026-01-01T00:00:00Z", null)]
    public void Shoppers_see_what_is_active_and_published(string? status, string? published, bool? expected) =>
        Assert.Equal(expected, Update(body =>
        {
            body["status"] = status;
            body["published_at"] = published;
        }).IsVisible);

    [Fact]
    public void A_filter_that_leaves_the_date_of_publishing_out_does_not_hide_the_product() =>
        Assert.Null(Update(body => body.Remove("published_at")).IsVisible);

    [Fact]
    public void The_only_variant_of_a_product_has_no_words_of_its_own() =>
        Assert.Null(Update(body => body["variants"]![0]!["title"] = "Default Title").Variants[0].Detail);

    [Fact]
    public void A_picture_belongs_to_the_product_or_to_the_variant_that_names_it()
    {
        var product = Update(body =>
        {
            body["images"] = JsonNode.Parse("""
                [{"id":7,"src":"https://cdn.shopify.com/7.png"},{"id":8,"src":"https://cdn.shopify.com/8.png"},
                 {"id":9,"src":"http://cdn.shopify.com/9.png"},{"id":8,"src":"https://cdn.shopify.com/other.png"}]
                """);
            body["variants"]![0]!["image_id"] = 8;
            body["variants"]![1]!["image_id"] = 9;
        });

        Assert.Equal("https://cdn.shopify.com/7.png", product.Picture?.AbsoluteUri);
        Assert.Equal("https://cdn.shopify.com/8.png", product.Variants[0].Picture?.AbsoluteUri);
        Assert.Null(product.Variants[1].Picture);
    }

    [Theory]
    [InlineData(null, "t-shirt", null)]
    [InlineData("teas.myshopify.com", null, null)]
    [InlineData("teas.myshopify.com", "t-shirt", "https://teas.myshopify.com/products/t-shirt")]
    [InlineData("teas.myshopify.com", "../cart?x", "https://teas.myshopify.com/products/..%2Fcart%3Fx")]
    [InlineData("teas.myshopify.com", "قميص", "https://teas.myshopify.com/products/%D9%82%D9%85%D9%8A%D8%B5")]
    public void A_page_is_the_handle_on_the_shops_host_where_that_is_known(string? host, string? handle, string? page)
    {
        var body = Samples.ShopifyBody("products/update").With(product => product["handle"] = handle);
        var parsed = new ShopifyParser(Samples.Country) { Domain = host }.Parse(Samples.Delivery("products/update", body));

        Assert.Equal(page, parsed.Only<ProductChanged>().Product.Url?.AbsoluteUri);
    }

    [Fact]
    public void A_body_that_lists_every_variant_names_them_all()
    {
        Assert.Equal([First, 757650484644203962], Update(_ => { }).AllVariants);
        Assert.Equal([First, 757650484644203962], Update(body => body.Remove("variant_gids")).AllVariants);
        Assert.Equal(100, Many(100, 100)[0].AllVariants?.Count);
    }

    [Fact]
    public void A_list_that_may_not_be_whole_says_of_no_variant_that_it_is_gone()
    {
        Assert.Null(Many(100, 101)[0].AllVariants);
        Assert.Null(Many(100, null)[0].AllVariants); // Where a list without names beside it was cut.
        Assert.Null(Many(250, 250)[0].AllVariants);
        Assert.Null(Update(body => body["variants"] = new JsonArray()).AllVariants);
        Assert.Null(Update(body => body["variants"]![1]!["id"] = "x").AllVariants);
        Assert.Null(Update(body => body["variant_gids"]![1]!["admin_graphql_api_id"] = "x").AllVariants);
    }

    [Fact]
    public void Variants_beyond_those_listed_are_named_once_and_on_the_first_event_alone()
    {
        var parts = Many(100, 130);

        Assert.Equal([50, 50], parts.Select(part => part.Variants.Count));
        Assert.Equal(Enumerable.Range(101, 30).Select(id => (long)id), parts[0].OnlyNamed.Select(n => n.Id).Order());
        Assert.Empty(parts[1].OnlyNamed);
    }

    [Fact]
    public void Of_five_thousand_names_the_newest_are_kept_and_cost_no_variant_its_words()
    {
        var parts = Many(100, 5100);

        var named = Assert.Single(parts, part => part.OnlyNamed.Count > 0);
        Assert.Same(named, parts[0]);
        Assert.Equal(ProductSnapshot.MaxNamed, named.OnlyNamed.Count);
        Assert.Equal(5100, named.OnlyNamed[0].Id); // Each is a second younger than the one before it.
        Assert.Equal(5100 - 499, named.OnlyNamed[^1].Id);
        Assert.Equal(100, parts.SelectMany(part => part.Variants).Select(v => v.VariantId).Distinct().Count());
        Assert.All(parts.SelectMany(part => part.Variants), variant => Assert.NotNull(variant.Detail));
    }

    [Fact]
    public void A_name_without_a_time_changed_with_its_product()
    {
        var product = Update(body => body["variant_gids"]!.AsArray().Add(
            JsonNode.Parse("""{"admin_graphql_api_id":"gid://shopify/ProductVariant/5"}""")));

        Assert.Equal(new NamedVariant(5, product.Version), Assert.Single(product.OnlyNamed));
    }

    [Theory]
    [InlineData(250, "plain")]
    [InlineData(250, "😀")]
    [InlineData(2048, "\"")]
    [InlineData(3000, "سلة")]
    public void A_product_of_many_variants_becomes_events_that_a_queue_can_carry_and_no_variant_loses_its_price(
        int count, string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 400));
        var picture = "https://cdn.shopify.com/" + new string('a', 1900);
        var events = Events(Product(count, count).With(body =>
        {
            body["title"] = text;
            body["image"] = new JsonObject { ["src"] = picture };
            body["images"] = new JsonArray(new JsonObject { ["id"] = 1, ["src"] = picture });
            foreach (var variant in body["variants"]!.AsArray())
            {
                variant!["title"] = text;
                variant["image_id"] = 1;
            }
        }));

        Assert.Equal("delivery-1", events[0].Id);
        Assert.Equal(Enumerable.Range(1, events.Count - 1).Select(n => $"delivery-1#{n}"), events.Skip(1).Select(e => e.Id));
        Assert.All(events, happened => Assert.InRange(
            JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Options).Length, 1, StoreEvent.MaxBytes));
        var parts = Snapshots(events);
        Assert.All(parts, part => Assert.InRange(part.Variants.Count, 0, ProductSnapshot.MaxVariants));
        var variants = parts.SelectMany(part => part.Variants).ToList();
        Assert.Equal(
            Enumerable.Range(1, Math.Min(count, ProductEvents.MaxRead)).Select(id => (long)id),
            variants.Select(variant => variant.VariantId));
        Assert.All(variants, variant => Assert.Equal(variant.VariantId + .5m, variant.Price));
    }

    [Fact]
    public void Two_hundred_and_fifty_plain_variants_are_five_events_that_lose_nothing()
    {
        var parts = Many(250, 250);

        Assert.Equal([50, 50, 50, 50, 50], parts.Select(part => part.Variants.Count));
        Assert.All(parts.SelectMany(part => part.Variants), variant => Assert.NotNull(variant.Detail));
        Assert.All(parts, part => Assert.Equal("Example T-Shirt", part.Title));
    }

    [Fact]
    public void A_variant_without_an_id_is_left_out_and_of_two_with_one_id_the_first_counts()
    {
        var product = Update(body => body["variants"] = JsonNode.Parse("""
            [{"id":-1,"price":"1"},{"id":0,"price":"1"},{"id":"x","price":"1"},null,[],"5",{"price":"1"},
             {"id":"5","price":"2"},{"id":5,"price":"3"}]
            """));

        var variant = Assert.Single(product.Variants);
        Assert.Equal(5, variant.VariantId);
        Assert.Equal(2m, variant.Price);
    }

    [Fact]
    public void Nothing_but_id_title_and_list_is_needed()
    {
        var product = Samples.ReadShopify("products/update", """{"id":1,"title":null,"variants":[]}""")
            .Only<ProductChanged>().Product;

        Assert.Equal(Samples.Triggered, product.Version);
        Assert.Null(product.Title);
        Assert.Null(product.IsVisible);
        Assert.Empty(product.Variants);
        Assert.Null(product.AllVariants);
    }

    [Fact]
    public void A_deleted_product_is_its_id_alone() =>
        Assert.Equal(
            new ProductRemoved(788032119674292922, null, Samples.Triggered),
            Samples.ReadShopify("products/delete", Samples.ShopifyBody("products/delete")).Only<ProductRemoved>());

    [Theory]
    [InlineData("variants/in_stock", 75, "deny", true)]
    [InlineData("variants/out_of_stock", 0, "deny", false)]
    [InlineData("variants/out_of_stock", 0, "continue", true)]
    [InlineData("variants/in_stock", null, "deny", true)]
    [InlineData("variants/out_of_stock", null, "deny", false)]
    [InlineData("variants/in_stock", 0, "deny", false)] // A captured out_of_stock under the other topic.
    public void A_variants_own_event_says_whether_it_can_be_bought(string topic, int? left, string policy, bool expected)
    {
        var product = Samples.ReadShopify(topic, Samples.ShopifyBody(topic).With(body =>
        {
            body["inventory_quantity"] = left;
            body["inventory_policy"] = policy;
        })).Only<ProductChanged>().Product;

        Assert.Equal(788032119674292922, product.ProductId);
        Assert.Null(product.Title);
        Assert.Null(product.IsVisible);
        Assert.Null(product.AllVariants);
        var variant = Assert.Single(product.Variants);
        Assert.Equal((First, 19.99m, expected), (variant.VariantId, variant.Price, variant.InStock));
    }

    [Theory]
    [InlineData("products/update", "products/delete")]
    [InlineData("orders/create", "products/delete")]
    [InlineData("customers/create", "products/delete")]
    [InlineData("orders/create", "products/update")]
    [InlineData("products/delete", "products/update")]
    [InlineData("variants/in_stock", "products/update")]
    [InlineData("variants/in_stock", "products/delete")]
    [InlineData("products/update", "variants/in_stock")]
    [InlineData("orders/create", "variants/out_of_stock")]
    [InlineData("products/update", "orders/delete")]
    public void A_captured_body_does_nothing_under_another_topic(string captured, string claimed) =>
        Assert.IsType<Parsed.Unreadable>(Samples.ReadShopify(claimed, Samples.ShopifyBody(captured)));

    [Theory]
    [InlineData("products/update", "{\"id\":1,\"title\":\"x\",\"variants\":null}")]
    [InlineData("products/update", "{\"id\":0,\"title\":\"x\",\"variants\":[]}")]
    [InlineData("products/update", "{\"id\":-1,\"title\":\"x\",\"variants\":[]}")]
    [InlineData("products/create", "{\"id\":1,\"variants\":[]}")]
    [InlineData("products/delete", "{\"id\":\"x\"}")]
    [InlineData("variants/in_stock", "{\"id\":1,\"inventory_policy\":\"deny\"}")]
    [InlineData("variants/in_stock", "{\"product_id\":1,\"inventory_policy\":\"deny\"}")]
    public void What_is_not_of_its_topics_shape_is_unreadable(string topic, string body) =>
        Assert.IsType<Parsed.Unreadable>(Samples.ReadShopify(topic, body));

    [Theory]
    [InlineData("product_listings/update")]
    public void What_says_nothing_new_of_a_variant_is_ignored_with_a_reason(string topic) =>
        Assert.Contains("the product's own events say",
            Assert.IsType<Parsed.Ignored>(Samples.ReadShopify(topic, Samples.ShopifyBody(topic))).Reason,
            StringComparison.Ordinal);

    [Fact]
    public void A_stock_level_tells_what_is_left_of_an_item_at_one_place()
    {
        var moved = Samples.ReadShopify("inventory_levels/update", Samples.ShopifyBody("inventory_levels/update")).Only<StockMoved>();

        Assert.Equal((271878346596884015, 10m), (moved.StockItemId, moved.Left));
        Assert.Equal(new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero), moved.At);
    }

    [Fact]
    public void A_price_by_the_events_family_is_a_price_of_one_variant()
    {
        var told = Samples.ReadShopify("Product", """
            {"topic":"Product","action":"update","handle":"price_drop","fields_changed":{"updated":["product.variants.price"]},
             "data":{"product":{"id":"gid://shopify/Product/7","title":"Shirt","updatedAt":"2026-11-22T10:00:00Z"},
             "productVariant":{"id":"gid://shopify/ProductVariant/9007199254740993","price":"19.90","compareAtPrice":"25.00"}}}
            """).Only<ProductChanged>().Product;

        Assert.Equal((7, null, null), (told.ProductId, told.Title, told.AllVariants));
        Assert.Equal((9007199254740993, 19.90m, null), Assert.Single(told.Variants) is var v ? (v.VariantId, v.Price, v.InStock) : default);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), told.Version);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"action":"update","data":{}}""")]
    [InlineData("""{"action":"update","data":{"product":{"id":"gid://shopify/Order/7"}}}""")]
    public void What_is_not_an_event_of_a_product_is_unreadable(string body) =>
        Assert.IsType<Parsed.Unreadable>(Samples.ReadShopify("Product", body));

    private static ProductSnapshot Update(Action<JsonObject> change) =>
        Samples.ReadShopify("products/update", Samples.ShopifyBody("products/update").With(change))
            .Only<ProductChanged>().Product;

    private static List<ProductSnapshot> Many(int listed, int? named) => Snapshots(Events(Product(listed, named)));

    private static IReadOnlyList<StoreEvent> Events(byte[] body) =>
        Assert.IsType<Parsed.Events>(Samples.ReadShopify("products/update", body)).Items;

    private static List<ProductSnapshot> Snapshots(IEnumerable<StoreEvent> events) =>
        [.. events.Select(happened => Assert.IsType<ProductChanged>(happened.Body).Product)];

    /// <summary>A product with variants 1, 2, 3…; as many in full, and as many by name.</summary>
    private static byte[] Product(int listed, int? named) => Samples.ShopifyBody("products/update").With(body =>
    {
        var noon = new DateTime(2021, 12, 1, 12, 0, 0, DateTimeKind.Utc);
        body["variants"] = new JsonArray([.. Enumerable.Range(1, listed).Select(id => new JsonObject
        {
            ["id"] = id, ["title"] = $"Size {id}", ["price"] = $"{id}.50", ["inventory_policy"] = "deny",
            ["inventory_quantity"] = id,
        })]);
        body["variant_gids"] = named is null ? null : new JsonArray([.. Enumerable.Range(1, named.Value).Select(id =>
            new JsonObject
            {
                ["admin_graphql_api_id"] = $"gid://shopify/ProductVariant/{id}",
                ["updated_at"] = $"{noon.AddSeconds(id):yyyy-MM-ddTHH:mm:ss}.000Z",
            })]);
    });
}
