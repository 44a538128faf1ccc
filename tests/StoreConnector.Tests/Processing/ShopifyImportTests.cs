using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Events;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing;
using StoreConnector.Processing.Shopify;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Hosting;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Processing;

/// <summary>A shop's history, from the Admin API of the real schema to the queue and to people.</summary>
[Trait("Needs", "node")]
public sealed class ShopifyImportTests(MockShopify shopify)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_history_comes_products_first_then_customers_then_orders()
    {
        using var import = await Import.BeginAsync(shopify, History(customers: 3, orders: 2));

        await import.RunAsync();

        Assert.Equal(["products", "customers", "orders"], await import.FilesAsync());
        Assert.All(await import.ListAsync(), s => Assert.Equal((ImportStatus.Done, s.Of), (s.Status, (long?)s.Mark.Lines)));
        Assert.Equal([2L, 3L, 4L], (await import.ListAsync()).Select(s => s.Of!.Value)); // a product and its variant; an order and its line
        Assert.Equal(2, import.Events.Count(e => e.Body is OrderChanged));
        Assert.Equal(3, import.Events.Count(e => e.Body is CustomerChanged));
        Assert.Equal(3, import.Events.Count(e => e.Body is ConsentChanged));
        Assert.All(import.Events, e => Assert.Equal(EventOrigin.Import, e.Origin));
    }

    [Fact]
    public async Task A_long_file_is_read_by_pages_and_each_object_once()
    {
        using var import = await Import.BeginAsync(shopify, History(customers: 1200));

        await import.RunAsync();

        var ranges = await import.RangesAsync();
        Assert.Equal(3, ranges.Count(r => r.StartsWith("bytes=", StringComparison.Ordinal)) + 1);
        Assert.Equal(1200, import.Events.Where(e => e.Body is CustomerChanged).Select(e => e.Id).Distinct().Count());
        Assert.Equal(1200, import.Events.Count(e => e.Body is CustomerChanged));
    }

    [Fact]
    public async Task A_keeper_that_knows_no_ranges_and_one_whose_connection_breaks_lose_nothing()
    {
        using var import = await Import.BeginAsync(shopify, History(customers: 1200));
        await import.Shop.SetAsync(new { bulkOptions = new { ignoreRange = true, breakAfter = 150_000, breakTimes = 2 } });

        await import.RunAsync();

        Assert.Equal(1200, import.Events.Where(e => e.Body is CustomerChanged).Select(e => e.Id).Distinct().Count());
        Assert.All(await import.ListAsync(), s => Assert.Equal(ImportStatus.Done, s.Status));
    }

    [Theory]
    [InlineData("""{"cutTimes": 1, "cutLines": 1}""")]
    [InlineData("""{"cutTimes": 1, "cutBytes": 20}""")]
    [InlineData("""{"expired": 1}""")]
    public async Task A_file_that_is_cut_short_or_gone_is_asked_for_anew(string options)
    {
        using var import = await Import.BeginAsync(shopify, History(customers: 3, orders: 2));
        await import.Shop.SetAsync(new { bulkOptions = JsonElement.Parse(options) });

        await import.RunAsync();

        Assert.Equal(["products", "products", "customers", "orders"], await import.FilesAsync());
        Assert.All(await import.ListAsync(), s => Assert.Equal(ImportStatus.Done, s.Status));
    }

    [Fact]
    public async Task A_file_that_is_always_cut_short_fails_in_words_and_nothing_half_is_taken()
    {
        using var import = await Import.BeginAsync(shopify, History(orders: 1));
        await import.Shop.SetAsync(new { bulkOptions = new { cutTimes = 9, cutLines = 1 } });

        await import.RunAsync();

        var orders = (await import.ListAsync())[2];
        Assert.Equal((ImportStatus.Failed, 3), (orders.Status, orders.Files));
        Assert.Contains("not whole", orders.Why, StringComparison.Ordinal);
        Assert.Empty(import.Events);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[1]")]
    [InlineData("""{"id": "gid://shopify/LineItem/1", "__parentId": "gid://shopify/Order/77"}""")] // of nobody here
    public async Task A_file_with_a_line_that_cannot_be_is_not_taken_in_part(string line)
    {
        using var import = await Import.BeginAsync(shopify, History());
        await import.Shop.SetAsync(new
        {
            lines = new { customers = new[] { """{"id": "gid://shopify/Customer/1", "updatedAt": "2026-11-01T10:00:00Z"}""", line } },
        });

        await import.RunAsync();

        Assert.Equal((ImportStatus.Failed, 3), ((await import.ListAsync())[1].Status, (await import.ListAsync())[1].Files));
        Assert.Empty(import.Events);
    }

    [Fact]
    public async Task A_step_that_comes_twice_does_no_harm()
    {
        using var import = await Import.BeginAsync(shopify, History(customers: 700, orders: 3));

        await import.RunAsync(twice: true);

        Assert.All(await import.ListAsync(), s => Assert.Equal(ImportStatus.Done, s.Status));
        Assert.Equal(["products", "customers", "orders"], (await import.FilesAsync()).Distinct());
        Assert.Equal(700, import.Events.Where(e => e.Body is CustomerChanged).Select(e => e.Id).Distinct().Count());
        Assert.Equal(3, import.Events.Where(e => e.Body is OrderChanged).Select(e => e.Id).Distinct().Count());
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_crash_at_any_step_of_storage_ends_with_the_same_events()
    {
        using var plain = await Import.BeginAsync(shopify, History(customers: 2, orders: 1));
        await plain.RunAsync();
        var expected = plain.Events.Select(e => e.Id).Order().Distinct().ToList();
        var steps = plain.World.Engine.Steps;

        for (var crash = 1; crash <= steps; crash += 3)
        {
            using var import = await Import.BeginAsync(shopify, History(customers: 2, orders: 1));
            import.CrashAt(crash);
            await import.RunAsync();
            import.World.Engine.Before = null;

            Assert.All(await import.ListAsync(), s => Assert.True(s.Status == ImportStatus.Done, $"crash at {crash}: {s}"));
            Assert.Equal(expected, import.Events.Select(e => e.Id).Order().Distinct());
        }
    }

    [Fact]
    public async Task A_stopped_import_reads_no_further_and_goes_on_from_there()
    {
        using var import = await Import.BeginAsync(shopify, History(customers: 1200));
        await import.RunAsync(until: () => import.Events.Any(e => e.Body is CustomerChanged));

        await import.Imports.StopAsync(World.StoreId, ShopifyImport.Customers, None);
        await import.RunAsync();

        var stopped = (await import.ListAsync())[1];
        Assert.Equal((ImportStatus.Stopped, 500L), (stopped.Status, stopped.Mark.Lines));
        Assert.Equal(ImportStatus.Done, (await import.ListAsync())[2].Status); // The next kind was begun.

        await import.Imports.ResumeAsync(World.StoreId, ShopifyImport.Customers, None);
        await import.RunAsync();

        Assert.Equal(ImportStatus.Done, (await import.ListAsync())[1].Status);
        Assert.Equal(1200, import.Events.Count(e => e.Body is CustomerChanged));
        Assert.Equal(["products", "customers", "orders"], await import.FilesAsync());
    }

    [Fact]
    public async Task An_import_that_is_stopped_while_the_shop_writes_is_cancelled_there()
    {
        using var import = await Import.BeginAsync(shopify, History());
        await import.Shop.SetAsync(new { bulkOptions = new { polls = 1000 } });
        await import.RunAsync(until: () => import.World.Clock.Now > ManualClock.Monday.AddMinutes(3));

        await import.Imports.StopAsync(World.StoreId, ShopifyImport.Products, None);
        await import.Shop.SetAsync(new { bulkOptions = new { polls = 0 } });
        await import.RunAsync();

        Assert.Equal("CANCELED", (await import.Shop.StateAsync()).GetProperty("bulk")[0].GetProperty("status").GetString());
        Assert.Equal([ImportStatus.Stopped, ImportStatus.Done, ImportStatus.Done], (await import.ListAsync()).Select(s => s.Status));
    }

    [Fact]
    public async Task It_looks_more_and_more_seldom_and_at_once_when_the_shop_says_it_is_done()
    {
        using var import = await Import.BeginAsync(shopify, History());
        await import.Shop.SetAsync(new { bulkOptions = new { polls = 1000 } });
        await import.RunAsync(until: () => import.World.Clock.Now > ManualClock.Monday.AddMinutes(2));
        Assert.InRange(await import.Shop.CallsAsync("BulkGet"), 4, 8);

        await import.Shop.SetAsync(new { bulkOptions = new { done = true } });
        var before = import.World.Clock.Now;
        await import.Imports.NudgeAsync(World.StoreId, None);
        await import.PumpAsync();

        Assert.Equal(before, import.World.Clock.Now);
        Assert.Equal(ImportStatus.Done, (await import.ListAsync())[0].Status);
    }

    [Fact]
    public async Task Orders_are_read_sixty_days_back_and_all_when_that_was_granted()
    {
        using var import = await Import.BeginAsync(shopify, History());
        await import.RunAsync();
        Assert.Contains("created_at:>='2026-", await import.QueryAsync("orders"), StringComparison.Ordinal);

        await import.Shop.SetAsync(new { scopes = new[] { "read_orders", "read_all_orders", "read_products", "read_customers" } });
        await import.Imports.BeginAsync(World.StoreId, None);
        await import.RunAsync();

        Assert.Contains("created_at:>='1970-01-01T00:00:00Z'", await import.QueryAsync("orders"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_granted_fails_in_words_and_the_rest_is_read()
    {
        using var import = await Import.BeginAsync(shopify, History(orders: 1));
        await import.Shop.SetAsync(new { scopes = new[] { "read_orders", "read_products" } });

        await import.RunAsync();

        var states = await import.ListAsync();
        Assert.Equal([ImportStatus.Done, ImportStatus.Failed, ImportStatus.Done], states.Select(s => s.Status));
        Assert.Equal("The merchant has not granted what the file would hold.", states[1].Why);
    }

    [Fact]
    public async Task A_history_that_is_taken_over_sends_nothing_that_day()
    {
        var now = ManualClock.Monday;
        using var import = await Import.BeginAsync(shopify, History(customers: 5, orders: 5, orderedAt: now.AddDays(-32)));
        import.World.Store = import.World.Store with
        {
            PriceDrop = PriceDropSettings.Default with { Mode = AutomationMode.Live },
            Replenishment = ReplenishmentSettings.Default with
            {
                Mode = AutomationMode.Live, Consumables = [new(9, TimeSpan.FromDays(30))], // overdue since two days
            },
        };

        await import.RunAsync();
        await import.World.RunUntilAsync(now.AddDays(1));

        Assert.Equal(5, import.World.People().Values.Count(p => p.Orders.Count == 1 && p.Consents.Count == 1));
        Assert.Empty(import.World.Vendor.Accepted);
    }

    [Fact]
    public async Task A_refill_that_is_due_later_is_reminded_of_though_its_purchase_was_imported()
    {
        var now = ManualClock.Monday;
        using var import = await Import.BeginAsync(shopify, History(customers: 1, orders: 1, orderedAt: now.AddDays(-20)));
        import.World.Store = import.World.Store with
        {
            Replenishment = ReplenishmentSettings.Default with { Mode = AutomationMode.Live, Consumables = [new(9, TimeSpan.FromDays(30))] },
        };

        await import.RunAsync();
        await import.World.RunUntilAsync(now.AddDays(12));

        Assert.Equal(Replenishment.Name, Assert.Single(import.World.Vendor.Accepted).Automation);
    }

    [Fact]
    public async Task The_merchant_begins_sees_and_stops_imports_by_the_API()
    {
        var shop = await shopify.NewShopAsync();
        using var service = new TestService(services => services.AddSingleton<IShopAdmin>(
            new SignedIn(new AdminApi(shopify.AppAsync().Result, () => { }, NullLogger<AdminApi>.Instance), shop.AccessAsync().Result)));
        var (id, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var (woo, _) = await service.ConnectAsync("woocommerce", "store.example.com");

        var begun = await service.Operator.PostAsync($"/api/stores/{id}/imports", null);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, begun.StatusCode);
        var list = await service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{id}/imports");
        Assert.Equal(["shopify-products", "shopify-customers", "shopify-orders"],
            list.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("kind").GetString()));
        Assert.All(list.GetProperty("items").EnumerateArray(), i => Assert.Equal("queued", i.GetProperty("status").GetString()));
        Assert.Single(service.Engine.Messages(Queues.Imports));

        var stopped = await service.Operator.PostAsync($"/api/stores/{id}/imports/shopify-orders/stop", null);
        Assert.Equal("stopped", (await stopped.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        var resumed = await service.Operator.PostAsync($"/api/stores/{id}/imports/shopify-orders/resume", null);
        Assert.Equal("queued", (await resumed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await service.Operator.PostAsync($"/api/stores/{id}/imports/else/stop", null)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await service.Operator.GetAsync("/api/stores/nobody/imports")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Conflict, (await service.Operator.PostAsync($"/api/stores/{woo}/imports", null)).StatusCode);

        var finished = TestService.Shopify("bulk_operations/finish", """{"admin_graphql_api_id":"gid://shopify/BulkOperation/1","status":"completed"}"""u8.ToArray());
        Assert.Equal(System.Net.HttpStatusCode.OK, (await service.Anonymous.SendAsync(finished)).StatusCode);
    }

    /// <summary>What a shop holds: a product, customers who said yes, and an order of each of the first of them.</summary>
    private static object History(int customers = 0, int orders = 0, DateTimeOffset? orderedAt = null)
    {
        var at = (orderedAt ?? ManualClock.Monday.AddDays(-10)).ToString("yyyy-MM-ddTHH:mm:ssZ", null);
        return new
        {
            data = new
            {
                products = orders + customers == 0 ? [] : new[]
                {
                    new
                    {
                        id = "gid://shopify/Product/9", title = "Beans", handle = "beans", status = "ACTIVE", publishedAt = at, updatedAt = at,
                        variants = new[]
                        {
                            new { id = "gid://shopify/ProductVariant/90", title = "Default Title", price = "12.00", availableForSale = true, updatedAt = at },
                        },
                    },
                },
                customers = Enumerable.Range(1, customers).Select(i => new
                {
                    id = $"gid://shopify/Customer/{i}", firstName = "Ada", createdAt = at, updatedAt = at,
                    defaultEmailAddress = new
                    {
                        emailAddress = $"ada{i}@example.com", marketingState = "SUBSCRIBED", marketingOptInLevel = "CONFIRMED_OPT_IN",
                        marketingUpdatedAt = at,
                    },
                }),
                orders = Enumerable.Range(1, orders).Select(i => new
                {
                    id = $"gid://shopify/Order/{i}", createdAt = at, processedAt = at, updatedAt = at, test = false, sourceName = "web",
                    currencyCode = "AED", presentmentCurrencyCode = "AED", displayFinancialStatus = "PAID", email = $"ada{i}@example.com",
                    totalPriceSet = new { presentmentMoney = new { amount = "12.00", currencyCode = "AED" } },
                    customer = new { id = $"gid://shopify/Customer/{i}", defaultEmailAddress = new { emailAddress = $"ada{i}@example.com" } },
                    lineItems = new[]
                    {
                        new
                        {
                            id = $"gid://shopify/LineItem/{i}", quantity = 1, title = "Beans", product = new { id = "gid://shopify/Product/9" },
                            variant = new { id = "gid://shopify/ProductVariant/90" },
                            originalUnitPriceSet = new { presentmentMoney = new { amount = "12.00", currencyCode = "AED" } },
                        },
                    },
                }),
            },
        };
    }

    private sealed class SignedIn(AdminApi api, ShopAccess access) : IShopAdmin
    {
        public ValueTask<AdminAnswer> AskAsync(string storeId, AdminOperation operation,
            IReadOnlyDictionary<string, object?>? variables, CancellationToken cancel) =>
            api.AskAsync(access, operation, variables, cancel);
    }

    /// <summary>The imports of one shop in a world whose clock goes from one message to the next.</summary>
    private sealed class Import : IDisposable
    {
        private readonly AdminApi api;
        private readonly BulkFile files;
        private readonly IQueue queue;
        private readonly Dictionary<string, ShopifyImport> handlers;

        private Import(MockShop shop, ShopAccess access, StoreConnector.Platforms.Shopify.ShopifyApp app)
        {
            Shop = shop;
            (api, files) = (new(app, () => { }, NullLogger<AdminApi>.Instance), new(app));
            queue = ((IQueues)World.Engine).OpenAsync(Queues.Imports, None).AsTask().GetAwaiter().GetResult();
            Imports = new(World, queue, World.Clock);
            handlers = ShopifyImport.Kinds.ToDictionary(k => k, k => new ShopifyImport(
                k, World, new SignedIn(api, access), files, Imports, World.ShopEvents, World.Clock));
        }

        public MockShop Shop { get; }

        public World World { get; } = new();

        public Imports Imports { get; }

        /// <summary>All that is queued for people and products.</summary>
        public IReadOnlyList<StoreEvent> Events =>
            [.. World.Engine.Messages(Queues.ShopEvents).Select(m => Queues.Read<ShopEventMessage>(m.Body).Event)];

        public static async Task<Import> BeginAsync(MockShopify shopify, object history)
        {
            var shop = await shopify.NewShopAsync(history);
            var import = new Import(shop, await shop.AccessAsync(), await shopify.AppAsync());
            import.World.Engine.Steps = 0;
            await import.Imports.BeginAsync(World.StoreId, None);
            return import;
        }

        public ValueTask<IReadOnlyList<ImportState>> ListAsync() => Imports.ListAsync(World.StoreId, None);

        public async Task<IReadOnlyList<string>> FilesAsync() => [.. (await Shop.StateAsync()).GetProperty("bulk").EnumerateArray()
            .Select(o => o.GetProperty("root").GetString()!)];

        public async Task<string> QueryAsync(string root) => (await Shop.StateAsync()).GetProperty("bulk").EnumerateArray()
            .Last(o => o.GetProperty("root").GetString() == root).GetProperty("query").GetString()!;

        public async Task<IReadOnlyList<string>> RangesAsync() => [.. (await Shop.StateAsync()).GetProperty("log").EnumerateArray()
            .Where(l => l.TryGetProperty("file", out _)).Select(l => l.GetProperty("range").GetString() ?? "")];

        /// <summary>The process dies before that step of storage, once.</summary>
        public void CrashAt(int step)
        {
            var begun = World.Engine.Steps;
            var died = false;
            World.Engine.Before = s =>
            {
                if (died || World.Engine.Steps - begun < step) { return default; }

                died = true;
                throw new IOException("The process died.");
            };
        }

        /// <summary>From message to message until none is left, or until then.</summary>
        /// <param name="twice">Whether each message is handled a second time.</param>
        public async Task RunAsync(bool twice = false, Func<bool>? until = null)
        {
            for (var round = 0; round < 2000 && until?.Invoke() != true; round++)
            {
                if (await PumpAsync(twice)) { continue; }

                var next = World.Engine.Messages(Queues.Imports).Select(m => m.LeasedUntil ?? m.VisibleAt ?? World.Clock.Now)
                    .Select(t => (DateTimeOffset?)t).Min();
                if (next is null) { return; }

                World.Clock.Now = next > World.Clock.Now ? next.Value : World.Clock.Now.AddSeconds(1);
            }
        }

        /// <summary>Handles what is visible now.</summary>
        public async Task<bool> PumpAsync(bool twice = false)
        {
            if (World.Engine.Visible(Queues.Imports).Count == 0) { return false; }

            try
            {
                foreach (var message in await queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), None))
                {
                    var read = Queues.Read<ImportMessage>(message.Body);
                    await handlers[read.Import].HandleAsync(read, None);
                    if (twice) { await handlers[read.Import].HandleAsync(read, None); }

                    await queue.DeleteAsync(message, None);
                }
            }
            catch (IOException e) when (e.Message == "The process died.")
            {
                // Another one takes the message when its lease has run out.
            }

            return true;
        }

        public void Dispose()
        {
            api.Dispose();
            files.Dispose();
        }
    }
}
