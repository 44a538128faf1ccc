using static StoreConnector.Tests.Simulation.Scenario;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>
/// The real processing, one storage step at a time, through every crash point and two-handler interleaving of the traps of
/// the protocols. <c>node tests/tools/mutants.mjs</c> breaks the code on purpose, one trap at a time, and expects a test here
/// (or in <see cref="SendTrapTests"/>, <see cref="ProductTrapTests"/>, <see cref="ConfluenceTests"/>,
/// <see cref="YearTests"/>) to fail; its list names each break and its output the test that caught it. It is no part of
/// <c>./test</c>.
/// The breaks, each seen caught: 1 only the strongest alias bound before the head; 2 survivor by who was bound first; 3 copy,
/// then signpost; 4 equal ranks merge; 5 no look at the mark; 6 and 7 only past times go straight to the queue; 8 a duplicate
/// ends the work; 9 one mark, raised before the scan, and delete before queueing; 10 an early wake-up that writes no row; 11 no
/// claim, a claim repeated after its lease, a retry after a look-up that found nothing; 12 a claim without ETag, the opt-out
/// read before the claim; 13 a claim without a due row; 14 save, then queue, with nothing pending, a product without a due row;
/// 15 a small rise drops the pending fan-out, a newer change forgets variants; 16 the product read before the interest is
/// indexed, the unneeded event not saved; 17 the erased list read before binding, a head without its stone.
/// And: no already-bought guard, no permission, no cap, the oldest cart wins, who comes last wins, anybody merges into
/// anybody, nothing is frozen, no last look; a row of interest written anew without a read, or too seldom, or deleted
/// blindly; no last look at the price; an occasion without its time; one name for many people's drop; a drop that is over
/// and stays due.
/// </summary>
[Trait("Speed", "slow")]
public sealed class TrapTests
{
    private const string Mail = "mariam@example.com";

    private readonly World world = new();

    [Fact]
    public void Trap_1_aliases_stand_before_the_head_so_two_events_found_one_person() =>
        Explore(Begin(world, Consent("c", 0, Mail)),
            Event(Checkout("k1", 1, "t1", Mail)),
            Event(Checkout("k2", 2, "t1")),
            (w, _) => { OnePerson(w); Steps(w, 1, 2, 3); });

    [Fact]
    public void Trap_1_an_order_that_knows_only_the_checkout_finds_its_person() =>
        Explore(Begin(world, Consent("c", 0, Mail)),
            Event(Checkout("k1", 1, "t1", Mail)),
            Event(Order("o1", 2, 7, checkout: "t1")),
            (w, _) => { OnePerson(w); Steps(w); });

    [Fact]
    public void Trap_2_the_survivor_does_not_depend_on_who_came_first() =>
        Explore(Begin(world, Cart("a", 0, "cart1"), Consent("c", 0, Mail)),
            Event(Account("x", 2, 5, Mail)),
            Event(Checkout("k1", 1, "t1", Mail, cart: "cart1")),
            (w, _) => { OnePerson(w); Assert.StartsWith("0", w.People().Single().Key, StringComparison.Ordinal); Steps(w, 1, 2, 3); });

    [Fact]
    public void Trap_3_an_order_that_meets_a_merge_is_kept() =>
        Explore(Begin(world, Cart("a", 0, "cart1"), Consent("c", 0, Mail)),
            Event(Checkout("k1", 1, "t1", Mail, cart: "cart1")),
            Event(Order("o1", 2, 7, cart: "cart1")),
            (w, _) => { OnePerson(w); Assert.Contains(7L, w.People().Values.Single().Orders.Keys); Steps(w); });

    [Fact]
    public void Trap_4_two_accounts_that_typed_one_address_stay_two() =>
        Explore(world,
            Event(Account("a", 1, 1, "family@example.com")),
            Event(Account("b", 2, 2, "family@example.com")),
            (w, _) => Assert.Equal([1, 2], w.People().Values.Select(p => p.AccountId).Order()));

    [Fact]
    public void Trap_17_an_event_that_began_before_the_erasure_makes_nobody_anew() =>
        Explore(BeginAt(world, 10),
            Event(Checkout("k1", 1, "t1", Mail)),
            Event(Erase("e", 5, Mail)),
            (w, _) => { Assert.Empty(w.People()); Assert.Empty(w.Vendor.Accepted); });

    [Fact]
    public void Trap_17_a_known_person_is_forgotten_whatever_arrives_meanwhile() =>
        Explore(BeginAt(world, 10, Consent("c", 0, Mail), Cart("a", 0, "cart1")),
            Event(Checkout("k1", 1, "t1", Mail, cart: "cart1")),
            Event(Erase("e", 5, Mail)),
            (w, _) =>
            {
                Assert.DoesNotContain(w.People().Values, p => p.Consents.Count > 0 || p.Email is not null);
                Assert.Empty(w.Vendor.Accepted);
            });

    [Fact]
    public void Erasure_and_a_later_life_in_any_order_keep_only_what_is_later() =>
        Explore(BeginAt(world, 10, Consent("c", 0, Mail), Checkout("k1", 1, "t1", Mail)),
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
    public void The_newest_version_of_a_cart_is_the_one_that_is_kept() =>
        Explore(BeginAt(world, 40, Consent("c", 0, Mail)),
            Event(Checkout("k1", 1, "t1", Mail)),
            Event(Checkout("k2", 30, "t1", Mail, items: 5)),
            (w, _) => { Assert.Equal(5, w.People().Values.Single().Carts["checkout:t1"].Cart!.ItemCount); Steps(w, 1, 2, 3); });

    [Fact]
    public void A_cart_that_moves_to_another_account_is_reminded_of_once_and_there() =>
        Explore(BeginAt(world, 5, Consent("c1", 0, "a@example.com", 1), Consent("c2", 0, "b@example.com", 2), Checkout("k1", 1, "t1", "a@example.com", 1)),
            Event(Checkout("k2", 2, "t1", "b@example.com", 2)),
            Event(Checkout("k3", 1.5, "t1", "a@example.com", 1)),
            (w, _) => { Steps(w, 1, 2, 3); Assert.All(w.Vendor.Accepted, m => Assert.Equal("b@example.com", m.To)); });
}
