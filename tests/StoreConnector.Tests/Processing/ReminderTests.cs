using StoreConnector.Core.Automations;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing;

public sealed class ReminderTests
{
    private readonly World world = new();

    [Fact]
    public async Task A_cart_that_was_left_is_reminded_of_three_times_and_then_never_again()
    {
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        await world.RunUntilAsync(T0.AddDays(20));
        Assert.Equal([1, 2, 3], world.Vendor.Accepted.Select(m => m.Step));
        Assert.All(world.Vendor.Accepted, m => Assert.Equal("mariam@example.com", m.To));
    }

    [Fact]
    public async Task A_cart_visited_three_times_is_one_occasion()
    {
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        foreach (var visit in new[] { 1, 20, 45 }) { await world.ApplyAsync(Checkout($"k{visit}", visit, "t1", "mariam@example.com")); }

        await world.RunUntilAsync(T0.AddHours(3));
        Assert.Equal([1], world.Vendor.Accepted.Select(m => m.Step));
    }

    [Fact]
    public async Task A_purchase_as_a_guest_on_another_device_silences_the_cart()
    {
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        await world.ApplyAsync(Order("o", 30, 99, "Mariam@Example.com"));
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Empty(world.Vendor.Accepted);
        await AssertLastReasonAsync("mariam@example.com", ReasonCode.AlreadyBought);
    }

    [Fact]
    public async Task Without_permission_nothing_leaves_and_the_ledger_says_so()
    {
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Empty(world.Vendor.Accepted);
        await AssertLastReasonAsync("mariam@example.com", ReasonCode.NoPermission);
    }

    [Fact]
    public async Task In_shadow_everything_is_decided_and_nothing_leaves()
    {
        world.Store = world.Store with { AbandonedCart = world.Store.AbandonedCart with { Mode = AutomationMode.Shadow } };
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        await world.RunUntilAsync(T0.AddHours(2));
        Assert.Empty(world.Vendor.Accepted);
        await AssertLastReasonAsync("mariam@example.com", ReasonCode.Shadow);
    }

    [Fact]
    public async Task An_unsubscribed_address_gets_nothing_though_the_platform_says_yes()
    {
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        await world.UnsubscribeAsync("mariam@example.com");
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Empty(world.Vendor.Accepted);
        await AssertLastReasonAsync("mariam@example.com", ReasonCode.Unsubscribed);
    }

    [Fact]
    public async Task A_vendor_that_does_not_answer_is_asked_no_second_time()
    {
        world.Vendor.Mood = _ => VendorMood.AcceptsAndTimesOut;
        world.Vendor.FindsSends = () => false;
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        await world.RunUntilAsync(T0.AddHours(20));
        Assert.Single(world.Vendor.Accepted);
    }

    [Fact]
    public async Task Steps_that_come_late_collapse_to_the_latest_that_is_fresh()
    {
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        world.Clock.Advance(TimeSpan.FromHours(30)); // The service slept.
        await world.SettleAsync();
        Assert.Equal([2], world.Vendor.Accepted.Select(m => m.Step));
    }

    [Fact]
    public async Task An_anonymous_cart_follows_its_person_when_the_checkout_names_one()
    {
        await world.ApplyAsync(Cart("k0", 0, "cart1"));
        await world.ApplyAsync(Consent("c", 1, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 2, "t1", "mariam@example.com", cart: "cart1"));
        await world.RunUntilAsync(T0.AddHours(3));
        Assert.Equal("cart:cart1", Assert.Single(world.Vendor.Accepted).Occasion);
        Assert.Single(world.People());
    }

    [Fact]
    public async Task After_erasure_nothing_from_before_comes_back()
    {
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        await world.ApplyAsync(Erase("e", 5, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com"));
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Empty(world.Vendor.Accepted);
        Assert.Empty(world.People());
        Assert.DoesNotContain(world.Engine.Rows("store" + World.StoreId), r => r.Key.StartsWith("ledger", StringComparison.Ordinal)
            || r.Partition.StartsWith("log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_accounts_that_typed_one_address_stay_two_people()
    {
        await world.ApplyAsync(Account("a", 0, 1, "till@shop.example"));
        await world.ApplyAsync(Account("b", 1, 2, "till@shop.example"));
        await world.ApplyAsync(Order("o", 2, 9, "till@shop.example"));
        Assert.Equal(2, world.People().Values.Count(p => p.AccountId is not null));
    }

    private async Task AssertLastReasonAsync(string email, string code)
    {
        var person = world.Person(Core.Values.Alias.Of(Email(email)!));
        Assert.NotNull(person);
        var ledger = await world.Customers.ReadLedgerAsync(person.Key, 50, default);
        Assert.Equal(code, ledger[^1].Entry.Code);
    }
}
