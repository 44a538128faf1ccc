using StoreConnector.Core.Customers;
using StoreConnector.Processing;
using StoreConnector.Tests.Fakes;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>
/// The real processing, one storage step at a time, through every crash point and two-handler interleaving of the traps of
/// the protocols. <c>tests/tools/mutants.mjs</c> breaks the code on purpose, one trap at a time, and expects a test here (or
/// in <c>ConfluenceTests</c> and <c>YearTests</c>) to fail; its list names each break.
/// Traps 14 to 16 are about the product fan-out, which is not built yet.
/// </summary>
[Trait("Speed", "slow")]
public sealed class TrapTests
{
    private const string Mail = "mariam@example.com";

    private readonly World world = new();

    [Fact]
    public void Trap_1_aliases_stand_before_the_head_so_two_events_found_one_person() =>
        Explore(Begin(Consent("c", 0, Mail)),
            Event(Checkout("k1", 1, "t1", Mail)),
            Event(Checkout("k2", 2, "t1")),
            (w, _) => { OnePerson(w); Steps(w, 1, 2, 3); });

    [Fact]
    public void Trap_1_an_order_that_knows_only_the_checkout_finds_its_person() =>
        Explore(Begin(Consent("c", 0, Mail)),
            Event(Checkout("k1", 1, "t1", Mail)),
            Event(Order("o1", 2, 7, checkout: "t1")),
            (w, _) => { OnePerson(w); Steps(w); });

    [Fact]
    public void Trap_2_the_survivor_does_not_depend_on_who_came_first() =>
        Explore(Begin(Cart("a", 0, "cart1"), Consent("c", 0, Mail)),
            Event(Account("x", 2, 5, Mail)),
            Event(Checkout("k1", 1, "t1", Mail, cart: "cart1")),
            (w, _) => { OnePerson(w); Assert.StartsWith("0", w.People().Single().Key, StringComparison.Ordinal); Steps(w, 1, 2, 3); });

    [Fact]
    public void Trap_3_an_order_that_meets_a_merge_is_kept() =>
        Explore(Begin(Cart("a", 0, "cart1"), Consent("c", 0, Mail)),
            Event(Checkout("k1", 1, "t1", Mail, cart: "cart1")),
            Event(Order("o1", 2, 7, cart: "cart1")),
            (w, _) => { OnePerson(w); Assert.Contains(7L, w.People().Values.Single().Orders.Keys); Steps(w); });

    [Fact]
    public void Trap_4_two_accounts_that_typed_one_address_stay_two() =>
        Explore(world,
            Event(Account("a", 1, 1, "till@shop.example")),
            Event(Account("b", 2, 2, "till@shop.example")),
            (w, _) => Assert.Equal([1, 2], w.People().Values.Select(p => p.AccountId).Order()));

    [Fact]
    public void Traps_5_6_7_a_wait_is_not_overtaken_by_the_sweep() =>
        Explore(BeginAt(59, Consent("c", 0, Mail), Checkout("k0", 0.5, "t0", Mail, items: 0)),
            Event(Checkout("k1", 0, "t1", Mail)),
            new("time", async w => { w.Clock.Now = At(63); await w.Sweeper.SweepAsync(default); }),
            (w, _) => Steps(w, 1, 2, 3));

    [Fact]
    public void Trap_8_a_repeat_does_the_outside_work_again() =>
        Explore(BeginAt(59.9, Consent("c", 0, Mail)),
            Event(Checkout("k1", 0, "t1", Mail)),
            new("time", async w => { w.Clock.Now = At(75); await w.Sweeper.SweepAsync(default); await w.Sweeper.SweepAsync(default); }),
            (w, _) => Steps(w, 1, 2, 3));

    [Fact]
    public void Trap_9_two_sweepers_and_a_crash_forget_nobody() =>
        Explore(BeginAt(61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail), Consent("d", 0, "b@example.com"), Checkout("k2", 1, "t2", "b@example.com")),
            new("sweep", w => w.Sweeper.SweepAsync(default)),
            new("again", w => w.Sweeper.SweepAsync(default)),
            (w, _) => Assert.Equal(6, w.Vendor.Accepted.Count));

    [Fact]
    public void Trap_10_an_early_wake_up_writes_its_row_again() =>
        Explore(Begin(Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)),
            new("a sweeper whose clock is ahead", async w => { w.Clock.Now = At(62); await w.Sweeper.SweepAsync(default); w.Clock.Now = At(58); }),
            WakeUp(early: true),
            (w, _) => Steps(w, 1, 2, 3));

    [Fact]
    public void Trap_11_nobody_repeats_a_call_that_may_only_have_been_slow()
    {
        world.Vendor.Mood = _ => VendorMood.AcceptsAndTimesOut;
        world.Vendor.FindsSends = () => false;
        Explore(BeginAt(61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(), WakeUp("again"),
            (w, _) => Assert.True(w.Vendor.Accepted.Count <= 3));
    }

    [Fact]
    public void Trap_11_a_claim_that_lost_its_handler_is_looked_up_and_not_repeated()
    {
        world.Vendor.FindsSends = () => false;
        Explore(BeginAt(61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            new("the lease ends", async w =>
            {
                w.Clock.Now = At(61.5) + MessageSender.ClaimLease + TimeSpan.FromMinutes(1);
                await w.Sender.HandleAsync(new(1, World.StoreId, w.People().Keys.First(), w.Clock.Now), default);
            }),
            (w, _) => Assert.True(w.Vendor.Accepted.Count <= 3));
    }

    [Fact]
    public void Trap_12_an_order_saved_before_the_claim_stops_it() =>
        Explore(BeginAt(61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            Event(Order("o1", 61, 7, Mail)),
            (w, t) =>
            {
                Assert.True(w.Vendor.Accepted.Count <= 1);
                Assert.False(w.Vendor.Accepted.Count == 1 && t.Ended["order-changed o1"] < t.ClaimedAt, "I5: it was sent after the order was known.");
                Assert.Contains(7L, w.People().Values.Single().Orders.Keys);
            });

    [Fact]
    public void Trap_12_an_opt_out_acknowledged_before_the_claim_stops_it() =>
        Explore(BeginAt(61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            new("stop", w => w.UnsubscribeAsync(Mail)),
            (w, t) =>
            {
                Assert.True(w.Vendor.Accepted.Count <= 1);
                Assert.False(w.Vendor.Accepted.Count == 1 && t.Ended["stop"] < t.ClaimedAt, "I5: it was sent after the opt-out.");
            });

    [Fact]
    public void Trap_13_a_claim_whose_handler_died_is_closed() =>
        Explore(BeginAt(61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            new("time", async w => { w.Clock.Now = At(90); await w.Sweeper.SweepAsync(default); }),
            (w, _) => Assert.True(w.Vendor.Accepted.Count is >= 2 and <= 3));

    [Fact]
    public void Trap_17_an_event_that_began_before_the_erasure_makes_nobody_anew() =>
        Explore(BeginAt(10),
            Event(Checkout("k1", 1, "t1", Mail)),
            Event(Erase("e", 5, Mail)),
            (w, _) => { Assert.Empty(w.People()); Assert.Empty(w.Vendor.Accepted); });

    [Fact]
    public void Trap_17_a_known_person_is_forgotten_whatever_arrives_meanwhile() =>
        Explore(BeginAt(10, Consent("c", 0, Mail), Cart("a", 0, "cart1")),
            Event(Checkout("k1", 1, "t1", Mail, cart: "cart1")),
            Event(Erase("e", 5, Mail)),
            (w, _) =>
            {
                Assert.DoesNotContain(w.People().Values, p => p.Consents.Count > 0 || p.Email is not null);
                Assert.Empty(w.Vendor.Accepted);
            });

    [Fact]
    public void Erasure_and_a_later_life_in_any_order_keep_only_what_is_later() =>
        Explore(BeginAt(10, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)),
            Event(Order("o2", 7, 8, Mail)),
            Event(Erase("e", 5, Mail)),
            (w, _) =>
            {
                var person = Assert.Single(w.People().Values);
                Assert.Equal([8L], person.Orders.Keys);
                Assert.Empty(person.Consents);
                Assert.Empty(person.Carts);
                Assert.Empty(w.Vendor.Accepted);
            });

    [Fact]
    public void A_cart_that_moves_to_another_account_is_reminded_of_once_and_there() =>
        Explore(BeginAt(5, Consent("c1", 0, "a@example.com", 1), Consent("c2", 0, "b@example.com", 2), Checkout("k1", 1, "t1", "a@example.com", 1)),
            Event(Checkout("k2", 2, "t1", "b@example.com", 2)),
            Event(Checkout("k3", 1.5, "t1", "a@example.com", 1)),
            (w, _) => { Steps(w, 1, 2, 3); Assert.All(w.Vendor.Accepted, m => Assert.Equal("b@example.com", m.To)); });

    [Fact]
    public void A_merge_and_a_claim_leave_one_message()
    {
        Explore(BeginAt(61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            Event(Account("x", 2, 5, Mail)),
            (w, _) => { OnePerson(w); Assert.True(w.Vendor.Accepted.Count is >= 2 and <= 3); });
    }

    private static void Explore(World world, Actor a, Actor b, Action<World, Trace> check)
    {
        var runs = Explorer.Explore(world, a, b, check);
        Assert.True(runs > 20, $"Only {runs} schedules: the scenario does not interleave.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{runs} schedules");
    }

    private World Begin(params Core.Events.StoreEvent[] events) => BeginAt(3, events);

    private World BeginAt(double minutes, params Core.Events.StoreEvent[] events)
    {
        foreach (var happened in events) { world.ApplyAsync(happened).GetAwaiter().GetResult(); }

        world.Clock.Now = At(minutes);
        return world;
    }

    private static Actor Event(Core.Events.StoreEvent happened) =>
        new($"{Kind(happened)} {happened.Id}", w => w.ApplyAsync(happened));

    private static string Kind(Core.Events.StoreEvent happened) => happened.Body switch
    {
        Core.Events.OrderChanged => "order-changed",
        Core.Events.CartChanged => "cart-changed",
        _ => happened.Body.GetType().Name,
    };

    private static Actor WakeUp(string name = "wake-up", bool early = false) => new(name, w =>
    {
        if (early) { w.Clock.Now = At(58); }

        var key = w.Heads().First(h => h.Value is Head.Live { State.Carts.Count: > 0 } or Head.Signpost).Key;
        return w.Sender.HandleAsync(new(1, World.StoreId, key, w.Clock.Now), default);
    });

    private static void OnePerson(World world) =>
        Assert.True(world.People().Count == 1, $"{world.People().Count} people instead of one: {string.Join(", ", world.People().Keys)}");

    private static void Steps(World world, params int[] steps) => Assert.Equal(steps, world.Vendor.Accepted.Select(m => m.Step).Order());
}
