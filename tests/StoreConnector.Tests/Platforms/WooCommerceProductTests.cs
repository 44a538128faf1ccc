using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Platforms;

namespace StoreConnector.Tests.Platforms;

public sealed class WooCommerceProductTests
{
    private const string Simple = "product-created-simple";
    private const string Variable = "product-created-variable";
    private const string Variation = "product-updated-variation-price";
    private const string OnSale = "product-updated-sale-price";
    private const string Scheduled = "product-updated-sale-scheduled";

    [Fact]
    public void A_product_without_variations_is_its_own_only_variant()
    {
        var product = Read(Simple);

        Assert.Equal(12, product.ProductId);
        Assert.Equal(new(2026, 11, 22, 1, 13, 13, TimeSpan.Zero), product.Version);
        Assert.Equal("https://store.example.com/product/house-blend-250g/", product.Url?.AbsoluteUri);
        Assert.True(product.IsVisible);
        Assert.Equal([0], product.AllVariants);
        Assert.Equal(new VariantSnapshot { VariantId = 0, Price = 12.50m, InStock = true }, Assert.Single(product.Variants));
    }

    [Fact]
    public void A_variation_speaks_of_its_parent_only_by_number()
    {
        var product = Read(Variation);

        Assert.Equal(14, product.ProductId);
        Assert.Null(product.Title);
        Assert.Null(product.Url);
        Assert.Null(product.IsVisible);
        Assert.Null(product.AllVariants);
        Assert.Equal(
            new VariantSnapshot { VariantId = 15, Detail = "250g / Whole bean", Price = 13.00m, InStock = true },
            Assert.Single(product.Variants));
    }

    [Fact]
    public void The_least_price_of_a_products_variations_is_no_price()
    {
        var product = Read(Variable);

        Assert.Equal("Single Origin", product.Title);
        Assert.Empty(product.Variants);
        Assert.Equal([15, 16], product.AllVariants);
    }

    [Theory]
    [InlineData("external", true)]
    [InlineData("subscription", true)]
    [InlineData("grouped", false)]
    [InlineData("bundle", false)]
    [InlineData("a plugin's own", false)]
    public void Only_a_price_that_is_the_products_own_is_read(string type, bool isRead)
    {
        var product = Read(Simple, body => body["type"] = type);

        Assert.Equal(isRead ? [12.50m] : [], product.Variants.Select(variant => variant.Price));
        Assert.Equal(isRead, product.AllVariants is not null);
        Assert.True(product.IsVisible);
    }

    [Fact]
    public void A_sale_that_runs_is_the_price_until_its_end_where_it_has_one()
    {
        var endless = Assert.Single(Read(OnSale).Variants);
        var ending = Assert.Single(Read(OnSale, body => body["date_on_sale_to_gmt"] = "2026-12-01T10:00:00").Variants);

        Assert.Equal((8.00m, null, null), (endless.Price, endless.SaleStartsAt, endless.SaleEndsAt));
        Assert.Equal((8.00m, new(2026, 12, 1, 10, 0, 0, TimeSpan.Zero)), (ending.Price, ending.SaleEndsAt));
    }

    [Fact]
    public void A_sale_set_for_later_is_no_price()
    {
        var variant = Assert.Single(Read(Scheduled).Variants);

        Assert.Equal((10.00m, new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)), (variant.Price, variant.SaleStartsAt));
        Assert.Null(variant.SaleEndsAt);
    }

    [Fact]
    public void A_sale_that_is_over_is_not_set_for_later() =>
        Assert.Null(Assert.Single(Read(Scheduled, body =>
        {
            body["date_on_sale_from_gmt"] = "2026-11-01T00:00:00";
            body["date_on_sale_to_gmt"] = "2026-11-05T00:00:00";
        }).Variants).SaleStartsAt);

    [Theory]
    [InlineData("publish", "visible", true)]
    [InlineData("publish", "search", true)]
    [InlineData("publish", "hidden", false)]
    [InlineData("draft", "visible", false)]
    [InlineData("private", "visible", false)]
    [InlineData("trash", "visible", false)]
    [InlineData(null, "visible", null)]
    public void Shoppers_see_what_is_published_and_not_hidden(string? status, string visibility, bool? expected) =>
        Assert.Equal(expected, Read(Simple, body =>
        {
            body["status"] = status;
            body["catalog_visibility"] = visibility;
        }).IsVisible);

    [Theory]
    [InlineData("instock", true)]
    [InlineData("onbackorder", true)]
    [InlineData("outofstock", false)]
    [InlineData("a plugin's own", null)]
    [InlineData(null, null)]
    public void The_status_of_stock_says_whether_it_can_be_bought(string? status, bool? expected) =>
        Assert.Equal(expected, Read(Simple, body => body["stock_status"] = status).Variants[0].InStock);

    [Fact]
    public void A_variation_that_is_switched_off_cannot_be_bought() =>
        Assert.False(Read(Variation, body => body["status"] = "private").Variants[0].InStock);

    [Theory]
    [InlineData("https://store.example.com/p/1/", "https://store.example.com/p/1/")]
    [InlineData("https://www.store.example.com/p/1/", "https://www.store.example.com/p/1/")]
    [InlineData("http://store.example.com/p/1/", null)]
    [InlineData("https://evil.example.com/p/1/", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("", null)]
    public void A_page_is_on_the_stores_own_host(string permalink, string? expected) =>
        Assert.Equal(expected, Read(Simple, body => body["permalink"] = permalink).Url?.AbsoluteUri);

    [Fact]
    public void A_name_is_text_and_not_HTML_and_a_picture_is_the_first()
    {
        var product = Read(Simple, body =>
        {
            body["name"] = "Salt &amp; Pepper";
            body["images"] = JsonNode.Parse("""[{"src":"https://store.example.com/1.png"},{"src":"https://x.example/2"}]""");
        });

        Assert.Equal("Salt & Pepper", product.Title);
        Assert.Equal("https://store.example.com/1.png", product.Picture?.AbsoluteUri);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"0\"")]
    [InlineData("-5")]
    [InlineData("\"12,50\"")]
    [InlineData("\"1.234,50\"")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"NaN\"")]
    [InlineData("9999999999999")]
    public void A_price_that_is_none_costs_the_price_and_not_the_product(string price)
    {
        var product = Read(Simple, body => body["price"] = JsonNode.Parse(price));

        Assert.Null(Assert.Single(product.Variants).Price);
        Assert.Equal("House Blend 250g", product.Title);
    }

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("[\"15\",15,16]", 2)]
    [InlineData("[15,\"x\"]", null)]
    [InlineData("[15,0]", null)]
    [InlineData("null", null)]
    [InlineData("\"\"", null)]
    public void A_list_of_variations_that_cannot_be_read_is_none(string list, int? expected) =>
        Assert.Equal(expected, Read(Variable, body => body["variations"] = JsonNode.Parse(list)).AllVariants?.Count);

    [Fact]
    public void A_list_of_more_variations_than_are_kept_is_none()
    {
        Assert.Equal(500, Read(Variable, body => body["variations"] = Numbers(500)).AllVariants?.Count);
        Assert.Null(Read(Variable, body => body["variations"] = Numbers(501)).AllVariants);
    }

    [Fact]
    public void A_deleted_product_is_its_id_alone_and_so_is_a_page() =>
        Assert.Equal(
            [new ProductRemoved(30, null, Samples.Received), new ProductRemoved(33, null, Samples.Received)],
            new[] { "product-deleted", "pitfall-product-deleted-for-a-page" }.Select(name =>
                Samples.ReadWooCommerce("product.deleted", Samples.WooCommerceCapture(name).Body).Only<ProductRemoved>()));

    [Fact]
    public void A_restored_product_is_there_again_and_a_restored_page_is_nothing()
    {
        const string Page = """
            {"code":"woocommerce_rest_product_invalid_id","message":"Invalid ID.","data":{"status":404}}
            """;

        Assert.Equal(12, Samples.ReadWooCommerce("product.restored", Samples.WooCommerceCapture(Simple).Body)
            .Only<ProductChanged>().Product.ProductId);
        Assert.IsType<Parsed.Ignored>(Samples.ReadWooCommerce("product.restored", Page));
    }

    [Theory]
    [InlineData("order-created-rest", "product.updated")]
    [InlineData("customer-updated-rest", "product.updated")]
    [InlineData("coupon-updated", "product.updated")]
    [InlineData("product-deleted", "product.updated")]
    [InlineData(Simple, "product.deleted")]
    [InlineData("order-created-rest", "product.deleted")]
    [InlineData(Simple, "cart.updated")]
    public void A_captured_body_does_nothing_under_another_topic(string captured, string claimed) =>
        Assert.IsType<Parsed.Unreadable>(Samples.ReadWooCommerce(claimed, Samples.WooCommerceCapture(captured).Body));

    [Theory]
    [InlineData("product.updated", "{\"id\":1,\"name\":\"x\"}")]
    [InlineData("product.updated", "{\"id\":0,\"name\":\"x\",\"type\":\"simple\"}")]
    [InlineData("product.updated", "{\"id\":1,\"name\":\"x\",\"type\":\"variation\",\"parent_id\":0}")]
    [InlineData("product.updated", "{\"id\":1,\"type\":\"simple\"}")]
    [InlineData("product.deleted", "{\"id\":-1}")]
    public void What_is_not_of_its_topics_shape_is_unreadable(string topic, string body) =>
        Assert.IsType<Parsed.Unreadable>(Samples.ReadWooCommerce(topic, body));

    private static ProductSnapshot Read(string capture, Action<JsonObject>? change = null) => Samples.ReadWooCommerce(
        "product.updated", Samples.WooCommerceCapture(capture).Body.With(change ?? (_ => { }))).Only<ProductChanged>().Product;

    private static JsonArray Numbers(int count) => [.. Enumerable.Range(1, count).Select(id => JsonValue.Create(id))];
}
