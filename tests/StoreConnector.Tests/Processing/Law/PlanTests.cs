using System.Net;
using StoreConnector.Core.Events;
using StoreConnector.Core.Stores;
using StoreConnector.Storage;
using StoreConnector.Tests.Acceptance;
using StoreConnector.Tests.Hosting;
using StoreConnector.Tests.Platforms;

namespace StoreConnector.Tests.Processing.Law;

/// <summary>What a store pays for, may do and says of itself.</summary>
public sealed class PlanTests : IDisposable
{
    private const string Ada = "ada.qzx71@example.com";

    private readonly LawHouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task Without_a_plan_that_runs_nothing_leaves_and_with_one_it_goes_on_by_itself()
    {
        var storeId = await house.LiveAsync();
        Assert.Equal("not-needed", (await house.GetAsync($"/api/stores/{storeId}/plan")).GetProperty("status").GetString());
        await house.TellAsync("app_subscriptions/update", Plan("ACTIVE"));
        await house.TellAsync("checkouts/update", Bodies.Checkout("one", Ada, house.Clock.Now));

        await house.TellAsync("app_subscriptions/update", Plan("FROZEN"));
        await house.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Empty(await house.OutboxAsync(storeId));
        var decision = (await house.CustomerAsync(storeId, Ada))!.Value.GetProperty("decisions").EnumerateArray().Last();
        Assert.Equal(("wait", "no-plan"), (decision.GetProperty("decision").GetString(), decision.GetProperty("reason").GetString()));
        Assert.Contains("frozen", decision.GetProperty("why").GetString(), StringComparison.Ordinal);

        var hold = Assert.Single((await house.GetAsync($"/api/stores/{storeId}/notices")).GetProperty("holds").EnumerateArray());
        Assert.Equal(("plan", "no-plan", false), (hold.GetProperty("what").GetString(), hold.GetProperty("code").GetString(),
            hold.GetProperty("mayRelease").GetBoolean()));
        Assert.Equal(HttpStatusCode.Conflict, (await house.Service.Operator.DeleteAsync($"/api/stores/{storeId}/holds/plan")).StatusCode);
        var saved = await house.PutAsync(storeId, "automations/price-drop", new { mode = "live" });
        Assert.Equal("live", saved.GetProperty("mode").GetString());
        Assert.Contains("no", saved.GetProperty("notice").GetString(), StringComparison.Ordinal);
        var plan = await house.GetAsync($"/api/stores/{storeId}/plan");
        Assert.Equal(("frozen", "Growth", "your own account at the text provider"), (plan.GetProperty("status").GetString(),
            plan.GetProperty("plan").GetString(), plan.GetProperty("textsPaidBy").GetString()));

        await house.TellAsync("app_subscriptions/update", Plan("ACTIVE"));
        await house.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Single(await house.OutboxAsync(storeId));
        Assert.Empty((await house.GetAsync($"/api/stores/{storeId}/notices")).GetProperty("holds").EnumerateArray());
    }

    [Fact]
    public void A_merchant_who_changes_plans_pays_in_whatever_order_it_is_told()
    {
        var now = house.Clock.Now;
        PlanState Told(PlanStatus status, int minute) => new("Plan", null, status, now.AddMinutes(minute));
        var old = new StorePlan().With("old", Told(PlanStatus.Active, 0));

        Assert.Null(new StorePlan().Hindrance);
        Assert.Null(old.Hindrance);
        Assert.Null(old.With("new", Told(PlanStatus.Pending, 1)).Hindrance);
        Assert.Null(old.With("new", Told(PlanStatus.Active, 1)).With("old", Told(PlanStatus.Cancelled, 2)).Hindrance);
        Assert.Null(old.With("new", Told(PlanStatus.Declined, 1)).Hindrance);
        Assert.NotNull(old.With("old", Told(PlanStatus.Cancelled, 2)).With("old", Told(PlanStatus.Active, 1)).Hindrance);
        Assert.NotNull(new StorePlan().With("new", Told(PlanStatus.Pending, 1)).Hindrance);
        var many = Enumerable.Range(0, 30).Aggregate(old, (all, i) => all.With($"n{i}", Told(PlanStatus.Declined, i)));
        Assert.Equal(StorePlan.MaxKept, many.Subscriptions.Count);
        Assert.Null(many.Hindrance);
    }

    [Fact]
    public async Task What_the_app_may_do_is_the_newest_word()
    {
        var storeId = await house.LiveAsync();
        object Scopes(DateTimeOffset at, params string[] current) => new
        {
            id = 1, shop_id = "gid://shopify/Shop/548380009", previous = new[] { "read_products" }, current, updated_at = Bodies.Time(at),
        };

        await house.TellAsync("app/scopes_update", Scopes(house.Clock.Now, "read_products", "read_orders", "<b>"));
        await house.TellAsync("app/scopes_update", Scopes(house.Clock.Now.AddHours(-1), "read_products"));

        Assert.Equal(["read_orders", "read_products"], (await StoreAsync(storeId)).Scopes!);
    }

    [Fact]
    public async Task The_shops_own_word_is_kept_current_and_what_a_hand_has_set_stays()
    {
        var storeId = await house.LiveAsync();
        object Shop(string name, string street, string zone = "Europe/Berlin", int minute = 0) => new
        {
            id = 548380009, plan_name = "basic", shop_owner = "Ann", myshopify_domain = TestService.Shop, name, currency = "EUR",
            iana_timezone = zone, country_code = "DE", primary_locale = "de", address1 = street, zip = "10115", city = "Berlin",
            country_name = "Germany", updated_at = Bodies.Time(house.Clock.Now.AddMinutes(minute)),
        };

        await house.TellAsync("shop/update", Shop("Kaffee", "Weg 1"));
        var store = await StoreAsync(storeId);
        Assert.Equal(("EUR", "Europe/Berlin", "DE"), (store.Currency, store.TimeZone, store.Country));
        Assert.Equal(("Test", "en", "1 Main St, Springfield"), (store.Name, store.Locale, store.PostalAddress)); // Nobody can tell.

        // As the installer leaves a store: what stands there is what the shop said.
        await house.Service.Get<StoreRegistry>().UpdateAsync(storeId, s => s with
        {
            Name = "Kaffee", Locale = "de", PostalAddress = "Weg 1\n10115 Berlin\nGermany",
        }, default);
        await house.TellAsync("shop/update", Shop("Kaffeehaus", "Weg 2", "Mars/Olympus", 1));
        store = await StoreAsync(storeId);
        Assert.Equal(("Kaffeehaus", "Weg 2\n10115 Berlin\nGermany", "Europe/Berlin"), (store.Name, store.PostalAddress, store.TimeZone));

        await house.PutAsync(storeId, "brand", new { postalAddress = "By hand 3" });
        await house.TellAsync("shop/update", Shop("Teehaus", "Weg 4", minute: 2));
        await house.TellAsync("shop/update", Shop("Older", "Weg 0", minute: -9));
        store = await StoreAsync(storeId);
        Assert.Equal(("Teehaus", "By hand 3"), (store.Name, store.PostalAddress));
    }

    [Fact]
    public void A_subscription_of_an_unknown_status_is_kept_and_not_guessed()
    {
        Assert.Equal(PlanStatus.Pending, Samples.ReadShopify("app_subscriptions/update",
            Samples.ShopifyBody("app_subscriptions/update")).Only<PlanChanged>().Plan.Status);
        Assert.IsType<StoreConnector.Platforms.Parsed.Unreadable>(Samples.ReadShopify("app_subscriptions/update",
            Samples.ShopifyBody("app_subscriptions/update").With(b => b["app_subscription"]!["status"] = "PAUSED")));
        Assert.IsType<StoreConnector.Platforms.Parsed.Unreadable>(Samples.ReadShopify("app/scopes_update", "{}"));
        Assert.IsType<StoreConnector.Platforms.Parsed.Unreadable>(Samples.ReadShopify("shop/update", Samples.ShopifyBody("shop/redact")));
    }

    private object Plan(string status)
    {
        house.Clock.Advance(TimeSpan.FromSeconds(1));
        return new
        {
            app_subscription = new
            {
                admin_graphql_api_id = "gid://shopify/AppSubscription/1", name = "Growth", plan_handle = "growth", status,
                admin_graphql_api_shop_id = "gid://shopify/Shop/548380009", updated_at = Bodies.Time(house.Clock.Now),
            },
        };
    }

    private async Task<Store> StoreAsync(string storeId) =>
        (await house.Service.Get<StoreRegistry>().FindAsync(storeId, default))!.Store;
}
