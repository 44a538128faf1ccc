using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Processing.WooCommerce;

/// <summary>WooCommerce delivers once or never; nobody is to notice.</summary>
public sealed class WooSyncTests : IAsyncLifetime
{
    private WooWorld world = null!;

    private WooStore Site => world.Site;

    public async ValueTask InitializeAsync()
    {
        world = await WooWorld.StartAsync();
        Site.Things["products"][9] = world.Product(9);
        Site.Things["orders"][1] = world.Order(1);
        Site.Things["customers"][1] = world.Customer(1);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task What_a_webhook_brought_is_looked_at_and_queued_no_second_time()
    {
        await world.SettleAsync();
        Site.Save("orders", world.Order(2));
        Site.Save("products", world.Product(9, "8.00"));
        Site.Save("customers", world.Customer(2));
        await Site.RunQueueAsync();
        await world.WorkAsync();
        world.Handled.Clear();

        await world.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Empty(world.Handled);
        Assert.Equal(0, (await world.ReconciledAsync("orders")).Filled);
        Assert.Equal(0, (await world.ReconciledAsync("products")).Filled);
        Assert.Equal(0, (await world.ReconciledAsync("customers")).Filled);
        Assert.True((await world.ReconciledAsync("orders")).Looked > 0);
    }

    [Fact]
    public async Task What_no_webhook_brought_is_fetched_and_counted_with_its_day()
    {
        await world.SettleAsync();
        LoseDeliveries();
        Site.Save("orders", world.Order(2));
        Site.Save("products", world.Product(9, "8.00"));
        Site.Save("customers", world.Customer(2));
        await Site.RunQueueAsync();

        await world.PassAsync(TimeSpan.FromMinutes(10));

        Assert.NotNull(await world.OrderAsync(2));
        Assert.Equal(8m, await world.PriceAsync(9));
        Assert.True(Alias.TryAccount(2, out var account));
        Assert.NotNull(await world.PersonAsync(account));
        foreach (var resource in new[] { "orders", "products", "customers" })
        {
            Assert.Equal(1, (await world.ReconciledAsync(resource)).Filled);
        }

        var orders = (await world.CheckAsync()).GetProperty("reconciled").GetProperty("orders");
        Assert.Equal(1, orders.GetProperty("days")[0].GetProperty("filled").GetInt32());
        Assert.True(orders.GetProperty("lastGapAt").GetDateTimeOffset() > world.Clock.Now.AddMinutes(-10));
    }

    [Fact]
    public async Task A_webhook_that_is_on_its_way_is_no_gap()
    {
        await world.SettleAsync();
        for (var id = 2; id < 7; id++) // One in each minute: whichever has the round.
        {
            Site.Save("orders", world.Order(id));
            await world.PassAsync(TimeSpan.FromMinutes(1));
            await Site.RunQueueAsync();
        }

        await world.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(0, (await world.ReconciledAsync("orders")).Filled);
    }

    [Fact]
    public async Task When_nothing_changes_a_round_asks_each_resource_once()
    {
        await world.SettleAsync();
        await world.RoundAsync();
        Site.Calls.Clear();
        await world.RoundAsync();

        Assert.Equal(["wc/v3/customers", "wc/v3/orders", "wc/v3/products", "wc/v3/webhooks"], Site.Calls.Select(c => c.Path).Order());
    }

    [Fact]
    public async Task An_hour_in_which_nobody_could_deliver_misses_nothing()
    {
        Site.Things["products"][20] = world.Product(20, "13.00", "variable", 21);
        Site.Things["variations"][21] = world.Variation(21, 20, "13.00");
        await world.SettleAsync();

        // We cannot be reached, and reach nobody, for an hour.
        var right = Site.Outside;
        (Site.Outside, Site.Before) = (null, _ => WooStore.Html(503));
        for (var id = 100; id < 160; id++)
        {
            Site.Save("orders", world.Order(id));
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            await Site.RunQueueAsync();
        }

        var cancelled = world.Order(1, "cancelled");
        Site.Save("orders", cancelled);
        Site.Save("variations", world.Variation(21, 20, "9.00"));
        Site.Save("customers", world.Customer(2));
        await Site.RunQueueAsync();
        Assert.Contains(Site.Webhooks, w => w.Status == "disabled");

        (Site.Outside, Site.Before) = (right, _ => null);
        await world.RoundAsync();

        Assert.All(Site.Webhooks, w => Assert.Equal("active", w.Status));
        for (var id = 100; id < 160; id++) { Assert.NotNull(await world.OrderAsync(id)); }
        Assert.Equal(OrderStatus.Cancelled, (await world.OrderAsync(1))!.Status);
        Assert.Equal(9m, await world.PriceAsync(20, 21));
        Assert.True(Alias.TryAccount(2, out var account));
        Assert.NotNull(await world.PersonAsync(account));
        Site.Save("orders", world.Order(200));
        Assert.Equal([200], (await Site.RunQueueAsync()).Distinct());
    }

    [Fact]
    public async Task A_webhook_that_was_disabled_is_back_within_five_minutes()
    {
        await world.SettleAsync();
        Site.Set(Site.Webhooks.Single(w => w.Topic == "order.updated").Id, "disabled");
        Site.Save("orders", world.Order(2)); // Created comes, and is dropped with it.
        Site.Set(Site.Webhooks.Single(w => w.Topic == "order.created").Id, "disabled");
        await Site.RunQueueAsync();

        await world.RoundAsync();

        Assert.All(Site.Webhooks, w => Assert.Equal("active", w.Status));
        Assert.NotNull(await world.OrderAsync(2)); // At once, without waiting for what cannot come.
    }

    [Fact]
    public async Task Hundreds_that_changed_in_one_second_all_arrive()
    {
        await world.SettleAsync();
        LoseDeliveries();
        for (var id = 1000; id < 1350; id++) { Site.Save("orders", world.Order(id)); }

        await world.PassAsync(TimeSpan.FromMinutes(10));

        for (var id = 1000; id < 1350; id++) { Assert.NotNull(await world.OrderAsync(id)); }
        world.Handled.Clear();
        await world.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Empty(world.Handled);
    }

    [Fact]
    public async Task A_draft_of_the_block_checkout_is_a_cart_and_no_order()
    {
        await world.SettleAsync();
        LoseDeliveries();
        Site.Save("orders", world.Order(2, "checkout-draft"));
        await world.PassAsync(TimeSpan.FromMinutes(10));

        Assert.IsType<CartChanged>(Assert.Single(world.Handled).Body);
    }

    [Fact]
    public async Task A_customer_who_changed_is_found_by_the_slow_look_at_all()
    {
        await world.SettleAsync();
        LoseDeliveries();
        Site.Save("customers", world.Customer(1, "Grace"));
        await world.PassAsync(WooSync.PeopleEvery + TimeSpan.FromMinutes(10));

        Assert.True(Alias.TryAccount(1, out var account));
        Assert.Equal("Grace", (await world.PersonAsync(account))!.Name!.Value);
    }

    [Fact]
    public async Task What_is_deleted_without_a_word_is_found_within_a_day()
    {
        for (var id = 2; id < 150; id++) { Site.Things["orders"][id] = world.Order(id); }
        for (var id = 30; id < 33; id++) { Site.Things["products"][id] = world.Product(id); }
        await world.SettleAsync();
        Site.Delete("orders", 77);
        Site.Things["orders"][78]["status"] = "trash"; // Its webhook was lost.
        Site.Delete("products", 31);
        await world.PassAsync(TimeSpan.FromHours(25));

        Assert.NotNull((await world.OrderAsync(77))!.RemovedAt);
        Assert.NotNull((await world.OrderAsync(78))!.RemovedAt);
        Assert.Null((await world.OrderAsync(79))!.RemovedAt);
        Assert.False((await world.ProductAsync(31)).Product.IsSold);
        Assert.True((await world.ProductAsync(32)).Product.IsSold);
        Assert.Equal((2L, 1L), ((await world.ReconciledAsync("orders")).Filled, (await world.ReconciledAsync("products")).Filled));
    }

    [Fact]
    public async Task What_is_only_missing_from_the_list_stays()
    {
        await world.SettleAsync();
        Site.Before = request => request.Path.Value!.EndsWith("/products", StringComparison.Ordinal)
            ? Microsoft.AspNetCore.Http.Results.Json(Array.Empty<int>()) : null; // A plugin hides them.
        await world.PassAsync(TimeSpan.FromHours(25));

        Assert.True((await world.ProductAsync(9)).Product.IsSold);
    }

    [Fact]
    public async Task A_product_is_taken_out_by_webhook_only_when_it_is_gone()
    {
        await world.SettleAsync();
        Site.Fire("product.deleted", 9); // It is back by the time that this is delivered.
        await Site.RunQueueAsync();
        await world.WorkAsync();
        Assert.True((await world.ProductAsync(9)).Product.IsSold);

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Site.Things["products"][9]["status"] = "trash";
        Site.Fire("product.deleted", 9);
        await Site.RunQueueAsync();
        await world.WorkAsync();
        Assert.False((await world.ProductAsync(9)).Product.IsSold);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public async Task A_site_whose_clock_is_wrong_by_an_hour_loses_nothing_nor_when_it_is_put_right(int minutes)
    {
        Site.ClockOff = TimeSpan.FromMinutes(minutes);
        await world.SettleAsync();
        LoseDeliveries();
        Site.Save("orders", Dated(2));
        await world.PassAsync(TimeSpan.FromMinutes(10));
        Assert.NotNull(await world.OrderAsync(2));

        Site.ClockOff = TimeSpan.Zero;
        Site.Save("orders", Dated(3));
        await world.PassAsync(TimeSpan.FromMinutes(10));
        Assert.NotNull(await world.OrderAsync(3));
        Site.Save("orders", Dated(4));
        await world.PassAsync(TimeSpan.FromMinutes(10));
        Assert.NotNull(await world.OrderAsync(4));
        Assert.Equal(3, (await world.ReconciledAsync("orders")).Filled);
    }

    [Fact]
    public async Task A_key_that_is_revoked_is_told_and_a_new_one_fetches_everything()
    {
        await world.SettleAsync();
        Site.Revoke(Site.Keys.Single());
        LoseDeliveries();
        Site.Save("orders", world.Order(2));
        await world.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(["connect-again"], await world.ToDoAsync());
        Assert.Contains("connect it again", await WhyAsync(), StringComparison.Ordinal);

        await world.ConnectAsync();
        await world.WorkAsync();
        Assert.Empty(await world.ToDoAsync());
        Assert.NotNull(await world.OrderAsync(2));
    }

    [Fact]
    public async Task A_role_that_is_lost_is_told_and_given_back_everything_is_fetched()
    {
        await world.SettleAsync();
        Site.IsRoleLost = true;
        Site.Save("orders", world.Order(2));
        await Site.RunQueueAsync(); // Signed bodies that are errors.
        await world.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Null(await world.OrderAsync(2));
        Assert.Equal(["connect-again"], await world.ToDoAsync());
        Assert.Contains("may no longer manage WooCommerce", await WhyAsync(), StringComparison.Ordinal);

        Site.IsRoleLost = false;
        await world.PassAsync(TimeSpan.FromMinutes(70));
        Assert.Empty(await world.ToDoAsync());
        Assert.Null(await WhyAsync());
        Assert.NotNull(await world.OrderAsync(2));
    }

    [Fact]
    public async Task A_home_that_changed_is_told_nothing_is_read_there_and_put_right_everything_is()
    {
        await world.SettleAsync();
        Site.Home = "https://staging.example.com";
        await world.Service.Get<WooCheck>().LookAsync(await world.StoreAsync(), default);
        LoseDeliveries();
        Site.Save("orders", world.Order(2));
        await world.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Null(await world.OrderAsync(2));
        Assert.Contains("another address its home", await WhyAsync(), StringComparison.Ordinal);

        Site.Home = null;
        await world.PassAsync(TimeSpan.FromMinutes(70));
        Assert.NotNull(await world.OrderAsync(2));
        Assert.Null(await WhyAsync());
    }

    [Fact]
    public async Task A_page_of_a_firewall_is_told_as_one_and_when_it_is_gone_everything_is_fetched()
    {
        await world.SettleAsync();
        Site.Before = _ => WooStore.Html(403, "Checking your browser");
        LoseDeliveries();
        Site.Save("orders", world.Order(2));
        await world.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Contains("firewall", await WhyAsync(), StringComparison.Ordinal);
        Assert.Empty(await world.ToDoAsync()); // Connecting again would not help.

        Site.Calls.Clear();
        await world.PassAsync(TimeSpan.FromHours(5));
        Assert.InRange(Site.Calls.Count, 1, 10); // It is left alone for longer and longer.

        Assert.Equal(["let-us-in"], await world.ToDoAsync());
        Site.Before = _ => null;
        await world.PassAsync(TimeSpan.FromMinutes(70));
        Assert.Empty(await world.ToDoAsync());
        Assert.Null(await WhyAsync());
        Assert.NotNull(await world.OrderAsync(2));
    }

    [Fact]
    public async Task A_product_on_which_the_site_breaks_keeps_no_other_from_coming_for_ever()
    {
        await world.SettleAsync();
        LoseDeliveries();
        Site.Save("products", world.Product(30, "5.00"));
        Site.Save("products", world.Product(31, "6.00"));
        Site.Save("orders", world.Order(2));
        Site.Before = request => request.Query["include"].ToString().Split(',').Contains("30") ? WooStore.Html(500) : null;
        await world.PassAsync(TimeSpan.FromMinutes(10));
        Assert.NotNull(await world.OrderAsync(2));

        await world.PassAsync(TimeSpan.FromHours(4));
        Assert.Equal(6m, await world.PriceAsync(31));
        Assert.Null(await world.PriceAsync(30));
        Assert.Null(await WhyAsync());
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_crash_at_any_step_of_a_round_loses_nothing()
    {
        await world.SettleAsync();
        LoseDeliveries();
        world.MayFail = true;
        for (var (crash, id) = (1, 1000L); crash < 60; crash += 2, id++)
        {
            Site.Save("orders", world.Order(id));
            Site.Save("products", world.Product(id));
            var (step, at) = (0, crash);
            world.Service.Engine.Before = _ => ++step == at ? throw new IOException("The process died.") : default;
            try
            {
                await world.RoundAsync();
            }
            catch (IOException)
            {
                // It died in the timer.
            }

            world.Service.Engine.Before = null;
            await world.PassAsync(TimeSpan.FromMinutes(15));
            Assert.True(await world.OrderAsync(id) is not null, $"crash at {crash}");
            Assert.True(await world.PriceAsync(id) is not null, $"crash at {crash}");
        }
    }

    [Fact]
    public async Task Over_all_copies_a_minute_is_asked_for_once_and_one_that_was_missed_is_made_up_for()
    {
        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(30)); // Nobody swept.
        var rounds = world.Service.Get<WooRounds>();
        await Task.WhenAll(rounds.SweepAsync(default), rounds.SweepAsync(default), rounds.SweepAsync(default));

        Assert.Single(world.Service.Engine.Messages(Queues.Imports));
    }

    private JsonObject Dated(long id)
    {
        var order = world.Order(id);
        order.Remove("date_created_gmt");
        return order;
    }

    private void LoseDeliveries() => Site.Outside = null;

    private async Task<string?> WhyAsync() =>
        (await world.CheckAsync()).GetProperty("reconciled").GetProperty("why").GetString();
}
