using StoreConnector.Core.Customers;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Fakes;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>What the short way to a record must not take for granted (docs/protocols.md §2).</summary>
public sealed class ShortWayTests
{
    private readonly World world = new();

    [Fact]
    public async Task An_older_word_moves_no_token_whose_newer_versions_only_the_owners_record_knows()
    {
        await world.ApplyAsync(Checkout("k1", 1, "t1", "a@example.com", 1));
        await world.ApplyAsync(Checkout("k2", 5, "t1", "a@example.com", 1)); // By the short way: the row still says 1.
        await world.ApplyAsync(Checkout("k3", 3, "t1", "b@example.com", 2));

        Assert.Null(Account(1).Carts["checkout:t1"].MovedAt);
        Assert.NotNull(Account(2).Carts["checkout:t1"].MovedAt);
        Assert.Equal(1, Token("t1").AccountId);
    }

    [Fact]
    public async Task A_token_that_moved_away_and_is_named_again_is_found_out_about()
    {
        await world.ApplyAsync(Checkout("k1", 1, "t1", "a@example.com", 1));
        await world.ApplyAsync(Checkout("k2", 2, "t1", "b@example.com", 2));
        Assert.Equal(2, Token("t1").AccountId);

        await world.ApplyAsync(Checkout("k3", 3, "t1", "a@example.com", 1));

        Assert.Equal(1, Token("t1").AccountId);
        Assert.NotNull(Account(2).Carts["checkout:t1"].MovedAt);
        Assert.True(Account(1).Carts["checkout:t1"] is { Cart: { } cart, MovedAt: var left } && cart.Version > left);
    }

    [Fact]
    public async Task An_order_that_was_given_to_somebody_else_and_back_leads_back()
    {
        await world.ApplyAsync(Order("o1", 1, 100, "a@example.com", 1, checkout: "t1"));
        await world.ApplyAsync(Order("o2", 2, 100, "b@example.com", 2, checkout: "t1"));
        Assert.Equal(2, Token("t1").AccountId);

        await world.ApplyAsync(Order("o3", 3, 100, "a@example.com", 1, checkout: "t1"));

        Assert.Equal(1, Token("t1").AccountId);
    }

    [Fact]
    public async Task A_time_that_has_passed_and_whose_wake_up_was_lost_carries_no_later_one()
    {
        await world.ApplyAsync(Consent("c", 0, "a@example.com", 1));
        await world.ApplyAsync(Checkout("k1", 1, "t1", "a@example.com", 1));
        var waits = Account(1).NextWakeAt!.Value;
        await world.ApplyAsync(Checkout("k2", 20, "t1", "a@example.com", 1)); // Waits for longer: no row of its own.
        Assert.Equal(waits, Account(1).NextWakeAt);
        world.Engine.State = world.Engine.State with // As after a wake-up that was given up: neither row nor message.
        {
            Tables = world.Engine.State.Tables.SetItem("due", world.Engine.State.Tables["due"].Clear()),
        };
        world.Clock.Advance(waits - world.Clock.Now + TimeSpan.FromMinutes(5)); // The longer wait is ahead still.

        await world.ApplyAsync(Checkout("k3", (world.Clock.Now - ManualClock.Monday).TotalMinutes, "t1", "a@example.com", 1));

        Assert.True(Account(1).NextWakeAt > waits);
        Assert.Contains(world.Engine.Rows("due"), r => r.Key.Contains(Account(1).Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_whose_wait_is_later_writes_no_row_and_the_earlier_one_brings_it_about()
    {
        await world.ApplyAsync(Consent("c", 0, "a@example.com", 1));
        await world.ApplyAsync(Checkout("k1", 1, "t1", "a@example.com", 1));
        var rows = world.Engine.Rows("due").Count;
        await world.ApplyAsync(Checkout("k2", 20, "t1", "a@example.com", 1));
        Assert.Equal(rows, world.Engine.Rows("due").Count);

        await world.RunUntilAsync(ManualClock.Monday.AddDays(5));

        Assert.Equal([1, 2, 3], world.Vendor.Accepted.Select(m => m.Step).Order());
    }

    private CustomerState Account(long id) => world.People().Values.Single(p => p.AccountId == id);

    private CustomerState Token(string token)
    {
        Assert.True(Alias.TryToken(AliasKind.Checkout, token, out var alias));
        return world.Person(alias)!;
    }
}
