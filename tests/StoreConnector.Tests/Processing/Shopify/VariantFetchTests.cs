using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing.Shopify;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Processing.Shopify;

/// <summary>Variants behind the first hundred, and stock that is told by its item alone.</summary>
public sealed class VariantFetchTests
{
    private readonly ShopWorld shop = new();
    private readonly VariantFetch fetch;

    public VariantFetchTests() =>
        fetch = new(shop.World, shop.Shop, shop.Imports, shop.World.ShopEvents, shop.World.Clock);

    [Fact]
    public async Task What_a_delivery_only_names_is_fetched_and_has_a_price_then()
    {
        await ApplyAsync("products/update", Product(100, 300));
        Assert.Equal([7], shop.World.Platform.Asked);
        Assert.Null(await OfferAsync(250));

        shop.Shop.Says("variants-by-ids", Nodes(Enumerable.Range(101, 200)));
        await fetch.FillAsync(shop.Store, 7, default);
        await shop.RunAsync(fetch);
        await shop.World.SettleAsync();

        Assert.Equal(12.5m, (await OfferAsync(250))!.Price!.Amount);
        Assert.Empty(shop.World.Catalog()[7].Product.Gap);
        Assert.Equal([7], shop.World.Platform.Asked); // What was fetched fetched nothing more.
    }

    [Fact]
    public async Task More_than_one_question_holds_are_asked_for_page_by_page()
    {
        await ApplyAsync("products/update", Product(100, 550));
        shop.Shop.Says("variants-by-ids", Nodes(Enumerable.Range(101, 250)), Nodes(Enumerable.Range(351, 200)));

        await fetch.FillAsync(shop.Store, 7, default);
        await shop.RunAsync(fetch);
        await shop.World.SettleAsync();

        Assert.All(shop.Shop.AskedFor("variants-by-ids"), v => Assert.InRange(v.GetProperty("ids").GetArrayLength(), 1, AdminOperations.MaxIds));
        Assert.Equal(12.5m, (await OfferAsync(549))!.Price!.Amount);
    }

    [Fact]
    public async Task A_shop_that_does_not_answer_is_asked_again_each_night_and_not_before()
    {
        await ApplyAsync("products/update", Product(100, 101));
        shop.Shop.Says("variants-by-ids", new AdminAnswer.Unavailable("Busy."), new AdminAnswer.Unavailable("Busy."), Nodes([101]));
        await fetch.FillAsync(shop.Store, 7, default);
        await shop.RunAsync(fetch, TimeSpan.FromHours(23));
        Assert.Single(shop.Shop.AskedFor("variants-by-ids"));

        for (var night = 0; night < 3; night++)
        {
            await fetch.RunAsync(default);
            await shop.RunAsync(fetch, TimeSpan.FromHours(23));
            await shop.World.SettleAsync();
        }

        Assert.Equal(3, shop.Shop.AskedFor("variants-by-ids").Count()); // The third night had nothing to fill.

        Assert.NotNull(await OfferAsync(101));
    }

    [Fact]
    public async Task Stock_that_moved_at_one_place_is_asked_about_where_it_may_matter()
    {
        await ApplyAsync("products/update", Product(2, 2));
        await ApplyAsync("inventory_levels/update", Level(item: 1001, left: 5)); // It was there before.
        await ApplyAsync("inventory_levels/update", Level(item: 999_999, left: 5)); // Nobody has told of it.
        Assert.Empty(shop.World.Platform.Asked);

        await ApplyAsync("inventory_levels/update", Level(item: 1001, left: 0));
        Assert.Equal([1], shop.World.Platform.Asked);

        shop.Shop.Says("variants-by-ids", Nodes([1], isThere: false));
        await fetch.LookAsync(shop.Store, 7, 1, default);
        await shop.RunAsync(fetch);
        await shop.World.SettleAsync();
        Assert.False((await OfferAsync(1))!.InStock);
    }

    [Fact]
    public void What_is_gone_or_strange_among_the_nodes_is_left_out()
    {
        var data = JsonDocument.Parse("""
            {"nodes":[null,{"__typename":"Product","id":"gid://shopify/Product/7"},{"id":"gid://shopify/ProductVariant/1"},
             {"id":"gid://shopify/ProductVariant/2","price":"oops","updatedAt":"2026-11-22T00:00:00Z","product":{"id":"gid://shopify/Product/7"}}]}
            """).RootElement;

        var read = Assert.Single(ShopifyVariantNodes.Read(data, "x", "a.myshopify.com", ManualClock.Monday));

        var variant = Assert.Single(((ProductChanged)read.Body).Product.Variants);
        Assert.Equal((2, null, null), (variant.VariantId, variant.Price, variant.InStock));
    }

    private async ValueTask<Offer?> OfferAsync(long variant)
    {
        var offer = await shop.Store.Products.OfferAsync(new(7, variant), default);
        return offer?.Price is null && offer?.InStock != false ? null : offer;
    }

    private async Task ApplyAsync(string topic, object body)
    {
        var at = shop.World.Clock.Now;
        var parsed = new ShopifyParser("AE") { Domain = "rimal.myshopify.com" }.Parse(
            new($"d{shop.World.Clock.Now.Ticks}-{topic}", topic, at, at, JsonSerializer.SerializeToUtf8Bytes(body)));
        foreach (var happened in Assert.IsType<Parsed.Events>(parsed).Items) { await shop.World.ApplyAsync(happened); }

        shop.World.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    private object Product(int listed, int all) => new Dictionary<string, object?>
    {
        ["id"] = 7, ["title"] = "Shirt", ["handle"] = "shirt", ["status"] = "active", ["published_at"] = "2026-01-01T00:00:00Z",
        ["updated_at"] = shop.World.Clock.Now.ToString("O"),
        ["variants"] = Enumerable.Range(1, listed).Select(id => new
        {
            id, title = $"Size {id}", price = "12.50", inventory_policy = "deny", inventory_quantity = 3, inventory_item_id = 1000 + id,
        }),
        ["variant_gids"] = Enumerable.Range(1, all).Select(id => new
        {
            admin_graphql_api_id = $"gid://shopify/ProductVariant/{id}", updated_at = shop.World.Clock.Now.ToString("O"),
        }),
    };

    private object Level(long item, int left) => new
    {
        inventory_item_id = item, location_id = 1, available = left, updated_at = shop.World.Clock.Now.ToString("O"),
    };

    private AdminAnswer Nodes(IEnumerable<int> ids, bool isThere = true) => ScriptedShop.Done(JsonSerializer.Serialize(new
    {
        nodes = ids.Select(id => new
        {
            __typename = "ProductVariant", id = $"gid://shopify/ProductVariant/{id}", title = $"Size {id}", price = "12.50",
            availableForSale = isThere, updatedAt = shop.World.Clock.Now.ToString("O"),
            inventoryItem = new { id = $"gid://shopify/InventoryItem/{1000 + id}" },
            product = new { id = "gid://shopify/Product/7", updatedAt = shop.World.Clock.Now.ToString("O") },
        }),
    }));
}
