using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Stores;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing.Shopify;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing.Shopify;

/// <summary>What a shop really has, and whether somebody else reminds there.</summary>
public sealed class ShopCheckTests
{
    private readonly ShopWorld shop = new();
    private readonly ShopCheck check;

    public ShopCheckTests()
    {
        check = new(shop.World, shop.Shop, shop.Imports, new(() => new Uri("https://connect.example.com")), shop.World.Clock);
        shop.Shop.Says("webhook-list", ScriptedShop.Done("""{"webhookSubscriptions":{"nodes":[]}}"""));
        Grant([.. ShopifyScopes.Required]);
        Sent(0);
    }

    [Fact]
    public async Task While_the_shops_own_reminders_go_out_ours_watch_and_say_why()
    {
        Sent(3);
        await LookAsync();
        await shop.World.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        await shop.World.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        await shop.World.RunUntilAsync(T0.AddHours(3));

        Assert.Empty(shop.World.Vendor.Accepted);
        var decision = Assert.Single(shop.World.People().Values.Single().Decisions).Value;
        Assert.Equal(ReasonCode.OtherSender, decision.Code);
        Assert.Contains("admin.shopify.com/store/rimal/", shop.World.Store.Holds[AbandonedCart.Name].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_they_are_off_ours_begin_by_themselves()
    {
        Sent(3);
        await LookAsync();
        Sent(0);
        await LookAsync();

        Assert.Empty(shop.World.Store.Holds);
    }

    [Fact]
    public async Task A_hold_of_another_reason_is_not_lifted()
    {
        var hold = new Hold(ReasonCode.TooManyComplaints, "Too many.", shop.World.Clock.Now);
        await shop.World.HoldAsync(World.StoreId, AbandonedCart.Name, hold, default);
        Sent(3);
        await LookAsync();
        Sent(0);
        await LookAsync();

        Assert.Equal(hold, shop.World.Store.Holds[AbandonedCart.Name]);
    }

    [Fact]
    public async Task A_shop_that_does_not_say_changes_nothing_and_the_findings_say_so()
    {
        Sent(3);
        await LookAsync();
        shop.Shop.Says("reminders-sent", new AdminAnswer.Denied("The app may not read orders."));
        await LookAsync();

        Assert.NotEmpty(shop.World.Store.Holds);
        var found = await ShopCheck.ReadAsync(shop.Store, default);
        Assert.Null(found!.OtherSender);
        Assert.Equal("The app may not read orders.", found.Why);
    }

    [Fact]
    public async Task Scopes_that_were_not_granted_are_named_and_to_write_is_to_read()
    {
        Grant("write_customers", "read_orders", "read_products", "write_discounts", "write_app_proxy");
        await LookAsync();
        Assert.Empty((await ShopCheck.ReadAsync(shop.Store, default))!.MissingScopes);

        Grant("write_customers", "read_products");
        shop.Shop.Says("webhook-list", ScriptedShop.Done("""{"webhookSubscriptions":{"nodes":[{"topic":"ORDERS_CREATE"}]}}"""));
        await LookAsync();
        var found = await ShopCheck.ReadAsync(shop.Store, default);
        Assert.Equal(["read_orders", "read_discounts", "write_discounts", "write_app_proxy"], found!.MissingScopes);
        Assert.Equal(["ORDERS_CREATE"], found.StrayWebhooks);
    }

    [Fact]
    public async Task The_night_looks_at_every_shop_once()
    {
        await check.RunAsync(default);
        await shop.RunAsync(check);
        await check.RunAsync(default);

        Assert.Empty(shop.World.Engine.Messages(StoreConnector.Processing.Queues.Imports));
        Assert.NotNull(await ShopCheck.ReadAsync(shop.Store, default));
    }

    [Fact]
    public async Task A_shop_that_allows_it_gets_the_pixel_once_and_one_that_does_not_is_left_alone()
    {
        await LookAsync();
        Assert.Empty(shop.Shop.AskedFor("web-pixel-create"));

        Grant([.. ShopifyScopes.Required, .. ShopifyScopes.Pixel]);
        shop.Shop.Says("web-pixel-get", ScriptedShop.Done("""{"webPixel":null}""")).Says("web-pixel-create", ScriptedShop.Done("{}"));
        await LookAsync();
        var settings = Assert.Single(shop.Shop.AskedFor("web-pixel-create")).GetProperty("pixel").GetProperty("settings").GetString();
        Assert.Equal("""{"endpoint":"https://connect.example.com/storefront/shopify/events"}""", settings);

        shop.Shop.Says("web-pixel-get", ScriptedShop.Done(
            """{"webPixel":{"id":"gid://shopify/WebPixel/1","settings":"{\"endpoint\":\"https://connect.example.com/storefront/shopify/events\"}"}}"""));
        await LookAsync();
        shop.Shop.Says("web-pixel-get", ScriptedShop.Done(
            """{"webPixel":{"id":"gid://shopify/WebPixel/1","settings":"{\"endpoint\":\"https://old.example.com/storefront/shopify/events\"}"}}"""))
            .Says("web-pixel-update", ScriptedShop.Done("{}"));
        await LookAsync();
        Assert.Single(shop.Shop.AskedFor("web-pixel-create"));
        Assert.Single(shop.Shop.AskedFor("web-pixel-update"));
    }

    private async Task LookAsync()
    {
        shop.World.Clock.Advance(TimeSpan.FromMinutes(1));
        await check.AskAsync(World.StoreId, default);
        await shop.RunAsync(check);
    }

    private void Sent(int count) => shop.Shop.Says("reminders-sent", ScriptedShop.Done($$$"""{"sent":{"count":{{{count}}}},"scheduled":{"count":0}}"""));

    private void Grant(params string[] scopes) => shop.Shop.Says("current-app-installation", ScriptedShop.Done(
        $$$"""{"currentAppInstallation":{"accessScopes":[{{{string.Join(',', scopes.Select(s => $$"""{"handle":"{{s}}"}"""))}}}]}}"""));
}
