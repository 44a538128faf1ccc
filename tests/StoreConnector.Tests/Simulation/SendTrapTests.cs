using StoreConnector.Processing;
using StoreConnector.Tests.Fakes;
using static StoreConnector.Tests.Simulation.Scenario;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>The traps of time and of sending (5 to 13); <see cref="TrapTests"/> says how they are looked for.</summary>
[Trait("Speed", "slow")]
public sealed class SendTrapTests
{
    private const string Mail = "mariam@example.com";

    private readonly World world = new();

    [Fact]
    public void Traps_5_6_7_a_wait_is_not_overtaken_by_the_sweep() =>
        Explore(BeginAt(world, 59, Consent("c", 0, Mail), Checkout("k0", 0.5, "t0", Mail, items: 0)),
            Event(Checkout("k1", 0, "t1", Mail)),
            new("time", async w => { w.Clock.Now = At(63); await w.Sweeper.SweepAsync(default); }),
            (w, _) => Steps(w, 1, 2, 3));

    [Fact]
    public void Traps_6_7_a_handler_whose_clock_is_behind_the_sweepers_is_not_overtaken() =>
        Explore(BeginAt(world, 59, Consent("c", 0, Mail)),
            Event(Checkout("k1", 0, "t1", Mail)) with { Clock = At(59) },
            new("a sweeper whose clock is ahead", w => w.Sweeper.SweepAsync(default), At(63)),
            (w, _) => Steps(w, 1, 2, 3));

    [Fact]
    public void Trap_8_a_repeat_does_the_outside_work_again() =>
        Explore(BeginAt(world, 59.9, Consent("c", 0, Mail)),
            Event(Checkout("k1", 0, "t1", Mail)),
            new("time", async w => { w.Clock.Now = At(75); await w.Sweeper.SweepAsync(default); await w.Sweeper.SweepAsync(default); }),
            (w, _) => Steps(w, 1, 2, 3));

    [Fact]
    public void Trap_9_two_sweepers_and_a_crash_forget_nobody() =>
        Explore(BeginAt(world, 61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail), Consent("d", 0, "b@example.com"), Checkout("k2", 1, "t2", "b@example.com")),
            new("sweep", w => w.Sweeper.SweepAsync(default)),
            new("again", w => w.Sweeper.SweepAsync(default)),
            (w, _) => Assert.Equal(6, w.Vendor.Accepted.Count));

    [Fact]
    public void Trap_10_an_early_wake_up_writes_its_row_again() =>
        Explore(Begin(world, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)),
            new("a sweeper whose clock is ahead", w => w.Sweeper.SweepAsync(default), At(62)),
            WakeUp(clock: At(58)),
            (w, _) => Steps(w, 1, 2, 3));

    [Fact]
    public async Task Trap_10_a_wake_up_that_is_early_by_its_handlers_clock_comes_again()
    {
        BeginAt(world, 57, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail));
        await WakeUp().Run(world); // The reason is "not due yet" from here on: the early look changes nothing.
        world.Clock.Now = At(62);
        await world.Sweeper.SweepAsync(default);
        var early = Assert.Single(await world.WakeUps.ReceiveAsync(32, TimeSpan.FromMinutes(5), default));
        world.Clock.Now = At(58);
        await world.Sender.HandleAsync(Queues.Read<WakeUpMessage>(early.Body), default);
        await world.WakeUps.DeleteAsync(early, default);
        await world.RunUntilAsync(At(14 * 24 * 60));
        Steps(world, 1, 2, 3);
    }

    [Fact]
    public void Trap_11_nobody_repeats_a_call_that_may_only_have_been_slow()
    {
        world.Vendor.Mood = _ => VendorMood.AcceptsAndTimesOut;
        world.Vendor.FindsSends = () => false;
        Explore(BeginAt(world, 61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(), WakeUp("again"),
            (w, _) => Assert.True(w.Vendor.Accepted.Count <= 3));
    }

    [Fact]
    public void Trap_11_a_claim_that_lost_its_handler_is_looked_up_and_not_repeated()
    {
        world.Vendor.FindsSends = () => false;
        Explore(BeginAt(world, 61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            new("the lease ends", async w =>
            {
                w.Clock.Now = At(61.5) + MessageSender.ClaimLease + TimeSpan.FromMinutes(1);
                await w.Sender.HandleAsync(new(1, World.StoreId, w.People().Keys.First(), w.Clock.Now), default);
            }),
            (w, _) => Assert.True(w.Vendor.Accepted.Count <= 3));
    }

    [Fact]
    public void Trap_12_an_order_saved_before_the_claim_stops_it() =>
        Explore(BeginAt(world, 61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            Event(Order("o1", 61, 7, Mail)),
            (w, t) =>
            {
                Assert.True(w.Vendor.Accepted.Count <= 1);
                Assert.False(w.Vendor.Accepted.Count == 1 && t.Ended["order-changed o1"] < t.ClaimedAt, "I5: it was sent after the order was known.");
                Assert.Contains(7L, w.People().Values.Single().Orders.Keys);
            });

    [Fact]
    public void Trap_12_an_opt_out_acknowledged_before_the_claim_stops_it() =>
        Explore(BeginAt(world, 61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            new("stop", w => w.UnsubscribeAsync(Mail)),
            (w, t) =>
            {
                Assert.True(w.Vendor.Accepted.Count <= 1);
                Assert.False(w.Vendor.Accepted.Count == 1 && t.Ended["stop"] < t.ClaimedAt, "I5: it was sent after the opt-out.");
            });

    [Fact]
    public async Task Trap_13_a_claim_whose_message_was_given_up_is_closed()
    {
        BeginAt(world, 61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail));
        await world.Sweeper.SweepAsync(default);
        foreach (var message in await world.WakeUps.ReceiveAsync(32, TimeSpan.FromMinutes(5), default)) { await world.WakeUps.DeleteAsync(message, default); }

        var (begin, claimed) = (world.Engine.State, 0);
        for (var steps = 1; steps < 100; steps++)
        {
            (world.Engine.State, world.Clock.Now) = (begin, At(61.5));
            world.Vendor.Accepted.Clear();
            var stage = new Stage(world);
            stage.Open();
            var player = new Player(stage, WakeUp(), _ => { });
            player.Advance(steps);
            stage.Close();
            if (player.IsOver) { break; }

            player.Crash();
            if (!world.People().Values.Any(p => p.Sends.Values.Any(s => s.Status == Core.Customers.SendStatus.Claimed))) { continue; }

            claimed++;
            await world.RunUntilAsync(At(14 * 24 * 60));
            Invariants.AtTheEnd(world);
        }

        Assert.True(claimed > 3, "No handler died with a claim.");
    }

    [Fact]
    public void Trap_13_a_claim_whose_handler_died_is_closed() =>
        Explore(BeginAt(world, 61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            new("time", async w => { w.Clock.Now = At(90); await w.Sweeper.SweepAsync(default); }),
            (w, _) => Assert.True(w.Vendor.Accepted.Count is >= 2 and <= 3));

    [Fact]
    public void A_merge_and_a_claim_leave_one_message()
    {
        Explore(BeginAt(world, 61.5, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)), WakeUp(),
            Event(Account("x", 2, 5, Mail)),
            (w, _) => { OnePerson(w); Assert.True(w.Vendor.Accepted.Count is >= 2 and <= 3); });
    }
}
