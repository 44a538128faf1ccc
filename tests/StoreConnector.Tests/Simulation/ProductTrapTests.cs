using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using static StoreConnector.Tests.Simulation.Scenario;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>The traps of product changes (14 to 16), and whatever a price may meet; <see cref="TrapTests"/> says how they are looked for.</summary>
[Trait("Speed", "slow")]
public sealed class ProductTrapTests
{
    private const string Mail = "mariam@example.com";
    private const string Other = "huda@example.com";
    private const string Phone = "+971501234567";

    private readonly World world = new();

    public ProductTrapTests() => world.Store = world.Store with
    {
        AbandonedCart = AbandonedCartSettings.Default with { Mode = AutomationMode.Off },
        PriceDrop = PriceDropSettings.Default with { Mode = AutomationMode.Live },
    };

    [Fact]
    public void Trap_14_a_drop_whose_page_was_lost_is_told_by_the_redelivery() =>
        Explore(Before(Known(Mail), Product("p1", 0, 10), View("v", 1, Mail)),
            Event(Product("p2", 2, 7)),
            Event(Product("p1 again", 2.5, 10, version: 0)),
            (w, _) => Heard(w, (Mail, 7)));

    [Fact]
    public async Task Trap_14_a_drop_whose_message_was_given_up_is_told_all_the_same()
    {
        Before(Known(Mail), Product("p1", 0, 10), View("v", 1, Mail));
        var (begin, saved) = (world.Engine.State, 0);
        for (var steps = 1; steps < 100; steps++)
        {
            (world.Engine.State, world.Clock.Now) = (begin, At(3));
            world.Vendor.Accepted.Clear();
            var stage = new Stage(world);
            stage.Open();
            var player = new Player(stage, Event(Product("p2", 2, 7)), _ => { });
            player.Advance(steps);
            stage.Close();
            if (player.IsOver) { break; }

            player.Crash();
            if (world.Catalog()[1].Product.Version < At(2)) { continue; }

            saved++;
            Invariants.AtRest(world);
            await world.RunUntilAsync(At(60));
            Invariants.AtTheEnd(world);
            Heard(world, (Mail, 7));
        }

        Assert.True(saved > 1, "No handler died with a fan-out pending.");
    }

    [Fact]
    public void Trap_15_a_small_rise_does_not_forget_who_has_not_heard()
    {
        Before(Known(Mail, Other), Product("p1", 0, 10), View("v", 1, Mail), View("w", 1, Other));
        Happens(Product("p2", 2, 7));
        Explore(world, FirstPage(world), Event(Product("p3", 2.5, 8)),
            (w, _) =>
            {
                Assert.Equal([Other, Mail], w.Vendor.Accepted.Select(m => m.To).Order());
                Assert.All(w.People().Values, p => Assert.Equal(8, p.Interests["1-0"].Offer!.Price!.Amount));
            });
    }

    [Fact]
    public async Task Trap_15_those_of_the_second_page_hear_the_price_that_is_true_by_then()
    {
        Before(world, Product("p1", 0, 10));
        for (var i = 0; i <= ProductFanOut.Page; i++)
        {
            Known($"p{i}@example.com");
            await world.ApplyAsync(View($"v{i}", 1, $"p{i}@example.com"));
        }

        await world.ApplyAsync(Product("p2", 2, 7));
        await FirstPage(world).Run(world);
        await world.ApplyAsync(Product("p3", 2.5, 8));
        await world.RunUntilAsync(At(60));
        Invariants.AtTheEnd(world);
        Assert.Equal(ProductFanOut.Page + 1, world.Vendor.Accepted.Count);
        Assert.All(world.Vendor.Accepted, m => Assert.Equal(8, world.Composer.PricesOf(m.SendId).Single()));
    }

    [Fact]
    public void Trap_16_a_first_interest_that_races_a_drop_hears_of_it() =>
        Explore(Before(Known(Mail), Product("p1", 0, 10)),
            Event(View("v", 1, Mail)),
            Told(Product("p2", 2, 7)),
            (w, _) => Heard(w, (Mail, 7)));

    [Fact]
    public void Trap_16_somebody_new_whose_first_interest_races_a_drop_hears_of_it() =>
        Explore(Before(world, Product("p1", 0, 10)),
            new("first", async w => { await w.ApplyAsync(View("v", 1, Mail)); await IntroduceAsync(w, Mail); }),
            Told(Product("p2", 2, 7)),
            (w, _) => Heard(w, (Mail, 7)));

    [Fact]
    public void Trap_16_a_first_interest_whose_page_named_no_price_hears_of_it_or_saw_the_new_one() =>
        Explore(Before(Known(Mail), Product("p1", 0, 10)),
            Event(View("v", 1, Mail, price: null)),
            Told(Product("p2", 2, 7)),
            (w, _) => Heard(w, (Mail, 7)));

    [Fact]
    public void Trap_16_an_interest_that_comes_back_after_its_row_ran_out_hears_of_a_drop() =>
        Explore(BeginAt(Known(Mail), (68 * 24 * 60) + 3, Product("p1", 0, 10), View("v", 1, Mail)),
            Event(View("v2", 68 * 24 * 60, Mail)),
            Told(Product("p2", (68 * 24 * 60) + 1, 7)),
            (w, _) => Heard(w, (Mail, 7)));

    [Fact]
    public async Task Interest_that_is_renewed_every_few_days_does_not_run_out()
    {
        Known(Mail);
        await world.ApplyAsync(Product("p1", 0, 10));
        for (var day = 0; day < 80; day += 5)
        {
            world.Clock.Now = At(day * 24 * 60);
            await world.ApplyAsync(View($"v{day}", day * 24 * 60, Mail));
        }

        world.Clock.Now = At(79 * 24 * 60);
        await world.ApplyAsync(Product("p2", 79 * 24 * 60, 7));
        await world.SettleAsync();
        Heard(world, (Mail, 7));
    }

    [Fact]
    public void A_drop_that_meets_a_merge_of_the_interested_customer_is_told_once() =>
        Explore(Before(Known(Mail), Product("p1", 0, 10), Product("q1", 0, 10, product: 2), View("v", 1, cart: "cart1")),
            Event(Checkout("k1", 1.5, "t1", Mail, cart: "cart1", product: 2)),
            Told(Product("p2", 2, 7)),
            (w, _) => { OnePerson(w); Heard(w, (Mail, 7)); });

    [Fact]
    public void A_drop_that_meets_an_order_of_that_product_is_silent_once_the_order_is_known() =>
        Explore(Before(Known(Mail), Product("p1", 0, 10), View("v", 1, Mail)),
            Event(Order("o1", 2.5, 7, Mail)),
            Written(Product("p2", 2, 7)),
            (w, t) => NotAfter(w, t, "order-changed o1"));

    [Fact]
    public void A_drop_that_meets_an_erasure_makes_nobody_anew() =>
        Explore(Before(Known(Mail), Product("p1", 0, 10), View("v", 1, Mail)),
            Event(Erase("e", 2.5, Mail)),
            Written(Product("p2", 2, 7)),
            (w, t) =>
            {
                Assert.DoesNotContain(w.People().Values, p => p.Interests.Count > 0 || p.Consents.Count > 0 || p.Email is not null);
                NotAfter(w, t, "CustomerErased e");
            });

    [Fact]
    public void A_drop_after_an_erasure_makes_nobody_anew() =>
        Explore(Before(Known(Mail), Product("p1", 0, 10), View("v", 1, Mail)),
            Event(Erase("e", 2, Mail)),
            Written(Product("p2", 2.5, 7)),
            (w, t) =>
            {
                Assert.DoesNotContain(w.People().Values, p => p.Interests.Count > 0 || p.Consents.Count > 0 || p.Email is not null);
                NotAfter(w, t, "CustomerErased e");
            });

    [Fact]
    public void Two_parts_of_one_product_version_are_both_told() =>
        Explore(Before(Known(Mail, Other), ProductOf("a1", 0, Variants(10, 1, 2), [1, 2, 3, 4]),
                ProductOf("b1", 0, Variants(10, 3, 4)), View("v", 1, Mail, variant: 1), View("w", 1, Other, variant: 3)),
            Told(ProductOf("a2", 2, Variants(7, 1, 2), [1, 2, 3, 4])),
            Event(ProductOf("b2", 2, Variants(6, 3, 4))),
            (w, _) => Heard(w, (Mail, 7), (Other, 6)));

    [Fact]
    public void A_product_that_is_deleted_while_its_drop_is_told_is_not_offered()
    {
        Before(Known(Mail), Product("p1", 0, 10), View("v", 1, Mail));
        Happens(Product("p2", 2, 7));
        Explore(world, Pump(), Event(ProductGone("gone", 2.5)), (w, t) => NotAfter(w, t, "ProductRemoved gone"));
    }

    [Fact]
    public void A_price_that_is_up_again_before_the_claim_is_claimed_by_nobody()
    {
        Before(Known(Mail), Product("p1", 0, 10), View("v", 1, Mail));
        Happens(Product("p2", 2, 7));
        var ended = new HashSet<string>();
        Explore(world, Pump(), Event(Product("p3", 2.5, 11)), (w, t) =>
        {
            NotAfter(w, t, "ProductChanged p3");
            var person = w.People().Values.Single();
            ended.UnionWith(person.Sends.Values.Select(s => $"{s.Status} {s.Why}"));
            // Why nothing left is on record.
            if (person.Sends.Count == 0) { Assert.All(DropsOf(person), d => Assert.NotEqual("send", d.Kind)); }
        });
        Assert.Contains("Failed price-rose", ended);
        Assert.Contains("Sent ", ended);
    }

    [Fact]
    public async Task A_price_that_is_up_again_between_the_wake_ups_plan_and_its_last_look_fails_the_message()
    {
        Before(Known(Mail), Product("p1", 0, 10), View("v", 1, Mail));
        Happens(Product("p2", 2, 7));
        while (world.People().Values.Single().NextWakeAt is null) { await world.PumpAsync(); }

        var (begin, failed, silent) = (world.Engine.State, 0, 0);
        for (var steps = 1; steps < 200; steps++)
        {
            (world.Engine.State, world.Clock.Now) = (begin, At(3));
            world.Vendor.Accepted.Clear();
            var stage = new Stage(world);
            stage.Open();
            var player = new Player(stage, new("wake", w => w.Sender.HandleAsync(new(1, World.StoreId, w.People().Keys.Single(), w.Clock.Now), default)), _ => { });
            player.Advance(steps);
            stage.Close();
            if (player.IsOver) { break; }

            await world.ApplyAsync(Product("p3", 2.5, 11));
            stage.Open();
            player.Advance(int.MaxValue);
            stage.Close();
            await world.SettleAsync();
            var person = world.People().Values.Single();
            failed += person.Sends.Values.Count(s => s is { Status: SendStatus.Failed, Why: ReasonCode.PriceRose });
            if (person.Sends.Count > 0) { continue; }

            silent++;
            Assert.Equal(ReasonCode.PriceRose, Assert.Single(DropsOf(person)).Code); // Why nothing left is on record.
        }

        Assert.True(failed > 1 && silent > 1, $"{failed} failed at the last look, {silent} were never claimed.");
    }

    [Fact]
    public async Task A_drop_that_is_taken_back_in_the_quiet_hours_is_never_texted()
    {
        await WaitForTheMorning();
        await world.ApplyAsync(Product("p3", 9 * 60, 11));
        await world.RunUntilAsync(At(3 * 24 * 60));
        Invariants.AtTheEnd(world);
        Assert.Empty(world.Vendor.Accepted);
        Assert.Equal(ReasonCode.PriceRose, Assert.Single(DropsOf(world.People().Values.Single())).Code);
    }

    [Fact]
    public async Task A_drop_that_lasts_over_the_quiet_hours_is_texted_in_the_morning()
    {
        await WaitForTheMorning();
        await world.RunUntilAsync(At(3 * 24 * 60));
        Heard(world, (Phone, 7));
    }

    [Fact]
    public async Task A_second_drop_of_the_same_thing_is_an_occasion_of_its_own()
    {
        var days = 24 * 60;
        Before(Known(Mail), Product("p1", 0, 10), View("v", 1, Mail), Product("p2", 2, 7));
        await world.RunUntilAsync(At(15 * days));
        await world.ApplyAsync(Product("p3", 15 * days, 10));
        await world.ApplyAsync(Product("p4", (15 * days) + 1, 6));
        await world.RunUntilAsync(At(16 * days));
        Heard(world, (Mail, 7), (Mail, 6));
    }

    /// <summary>The drop comes at 20:00 in Dubai, where nobody is texted after 18:00.</summary>
    private async Task WaitForTheMorning()
    {
        world.Store = world.Store with { Sms = world.Store.Sms with { MonthlyBudget = 1000, From = "AD-Rimal", SenderCountry = "AE" } };
        Assert.True(PhoneNumber.TryParse(Phone, out var number));
        var person = Account("a", 0, 5) with
        {
            Body = new CustomerChanged(5, At(0), new() { Phone = number }),
            Contacts = [Contact.Of(number)],
        };
        var consent = person with { Id = "c", Body = new ConsentChanged(Contact.Of(number), ConsentState.Given, OptInLevel.Double, At(0), "checkout", null) };
        var view = person with { Id = "v", HappenedAt = At(1), Body = new ProductViewed(1, null, At(1), new(10, "AED")) };
        BeginAt(world, 7 * 60, person, consent, Product("p1", 0, 10), view, Product("p2", 7 * 60, 7));
        await world.SettleAsync();
        Assert.Equal("wait", Assert.Single(DropsOf(world.People().Values.Single())).Kind);
    }

    /// <summary>Begins with the world as these events left it, with nothing left to do.</summary>
    private static World Before(World world, params StoreEvent[] events)
    {
        Begin(world, events).SettleAsync().GetAwaiter().GetResult();
        return world;
    }

    private void Happens(StoreEvent happened) => world.ApplyAsync(happened).GetAwaiter().GetResult();

    private static IEnumerable<DecisionEntry> DropsOf(CustomerState person) =>
        person.Decisions.Values.Where(d => d.Automation == PriceDrop.Name);

    private World Known(params string[] emails)
    {
        foreach (var email in emails) { IntroduceAsync(world, email).GetAwaiter().GetResult(); }

        return world;
    }

    /// <summary>Somebody who may be written to, and has looked at nothing.</summary>
    private static async Task IntroduceAsync(World world, string email)
    {
        await world.ApplyAsync(Consent("c " + email, 0, email));
        await world.ApplyAsync(Checkout("k " + email, 0, "t " + email, email, items: 0));
    }

    private static VariantSnapshot[] Variants(decimal price, params long[] ids) =>
        [.. ids.Select(id => new VariantSnapshot { VariantId = id, Price = price, InStock = true })];

    private static void Heard(World world, params (string To, decimal Price)[] messages) =>
        Assert.Equal(messages.OrderBy(m => m.To), world.Vendor.Accepted.Select(m => (m.To, world.Composer.PricesOf(m.SendId).Single())).OrderBy(m => m.To));

    /// <summary>Nothing leaves whose claim was saved after the event was known.</summary>
    private static void NotAfter(World world, Trace trace, string known)
    {
        Assert.True(world.Vendor.Accepted.Count <= 1);
        Assert.False(world.Vendor.Accepted.Count == 1 && !(trace.ClaimedAt < trace.Ended[known]), $"I5: it was sent after '{known}' was known.");
    }
}
