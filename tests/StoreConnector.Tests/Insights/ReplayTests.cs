using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Products;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Insights;

/// <summary>A store's past run again: what would have left, and why not.</summary>
public sealed class ReplayTests
{
    private const double Hour = 60, Day = 24 * Hour;

    private readonly List<ReplayedSend> sends = [];

    private Store store = new()
    {
        Id = "s1", Platform = Platform.Shopify, Domain = "rimal.myshopify.com", Name = "Rimal Coffee", Currency = "AED",
        TimeZone = "Asia/Dubai", Country = "AE", Locale = "en-AE", PostalAddress = "Warehouse 12, Dubai", InstalledAt = T0,
    };

    [Fact]
    public void Of_nothing_everything_is_zero()
    {
        var report = Run([]);
        Assert.Equal((0, 0, 0, true), (report.Events, report.Orders, report.People, report.IsComplete));
        Assert.Equal((0, 0, 0, 0, 0), (report.Carts.Left, report.Carts.BoughtAnyway, report.Carts.Reachable, report.Carts.WouldRemind, report.Carts.Messages));
        Assert.Empty(report.Carts.ByReason);
        Assert.Equal((0, 0), (report.PriceDrops.Drops, report.Reorders.Due));
    }

    [Fact]
    public void A_cart_left_by_somebody_who_agreed_is_reminded_of_three_times()
    {
        var report = Run([Consent("c", 0, "mariam@example.com"), Checkout("k", 1, "t1", "mariam@example.com")]);
        Assert.Equal((1, 0, 1, 1, 3), (report.Carts.Left, report.Carts.BoughtAnyway, report.Carts.Reachable, report.Carts.WouldRemind, report.Carts.Messages));
        Assert.Empty(report.Carts.ByReason);
        Assert.Equal([At(1 + Hour), At(1 + Day), At(1 + (3 * Day))], sends.Select(s => s.At));
        Assert.Equal((2, 0, 1), (report.Events, report.Orders, report.People));
    }

    [Fact]
    public void A_cart_left_without_consent_says_so()
    {
        var report = Run([Checkout("k", 1, "t1", "mariam@example.com")]);
        Assert.Equal((1, 0, 0), (report.Carts.Left, report.Carts.Reachable, report.Carts.WouldRemind));
        var why = Assert.Single(report.Carts.ByReason);
        Assert.Equal((ReasonCode.NoPermission, 1), (why.Reason, why.Count));
        Assert.NotEmpty(why.Why);
    }

    [Fact]
    public void An_anonymous_cart_was_left_and_nobody_can_be_written_to()
    {
        var report = Run([Cart("k", 1, "cart1")]);
        Assert.Equal((1, 0), (report.Carts.Left, report.Carts.Reachable));
        Assert.Equal(ReasonCode.NoAddress, Assert.Single(report.Carts.ByReason).Reason);
    }

    [Fact]
    public void A_cart_left_and_bought_after_all_between_two_reminders_is_told_as_both()
    {
        var report = Run([Consent("c", 0, "mariam@example.com"), Checkout("k", 1, "t1", "mariam@example.com"), Order("o", 5 * Hour, 9, "mariam@example.com")]);
        Assert.Equal((1, 1, 1, 1, 1), (report.Carts.Left, report.Carts.BoughtAnyway, report.Carts.Reachable, report.Carts.WouldRemind, report.Carts.Messages));
        Assert.Equal(1, report.Orders);
    }

    [Fact]
    public void A_cart_bought_before_its_first_reminder_was_never_left() =>
        Assert.Equal(0, Run([Checkout("k", 1, "t1", "mariam@example.com"), Order("o", 30, 9, "mariam@example.com")]).Carts.Left);

    [Fact]
    public void A_cart_emptied_or_visited_again_was_not_left_at_the_time()
    {
        Assert.Equal(0, Run([Checkout("k", 1, "t1", "a@example.com"), Checkout("k2", 40, "t1", "a@example.com", items: 0)]).Carts.Left);
        var report = Run([Consent("c", 0, "b@example.com"), Checkout("k", 1, "t1", "b@example.com"), Checkout("k2", 40, "t1", "b@example.com")]);
        Assert.Equal(1, report.Carts.Left);
        Assert.Equal(At(40 + Hour), sends[0].At);
    }

    [Fact]
    public void A_purchase_weeks_later_is_not_the_cart_bought_anyway()
    {
        var report = Run([Checkout("k", 1, "t1", "mariam@example.com"), Order("o", 20 * Day, 9, "mariam@example.com", product: 5)]);
        Assert.Equal((1, 0), (report.Carts.Left, report.Carts.BoughtAnyway));
    }

    [Fact]
    public void Somebody_with_the_same_number_bought_it_and_the_cart_is_silent()
    {
        var family = Phone("+971500000001");
        var cart = Checkout("k", 1, "t1", "mariam@example.com");
        var body = (CartChanged)cart.Body;
        cart = cart with { Body = body with { Cart = body.Cart with { Phone = family } } };
        var report = Run([cart, Order("o", 2 * Hour, 9, "huda@example.com", phone: "+971500000001")]);
        Assert.Equal((1, 1), (report.Carts.Left, report.Carts.BoughtAnyway));
    }

    [Fact]
    public void A_guest_who_later_says_which_account_they_are_is_one_person()
    {
        var report = Run(
        [
            Cart("k0", 0, "cart1"), Checkout("k1", 1, "t1", "mariam@example.com", cart: "cart1"), Consent("c", 2, "mariam@example.com"),
            Account("a", 3, 77, "mariam@example.com"), Order("o", 30, 9, account: 77),
        ]);
        Assert.Equal((1, 0), (report.People, report.Carts.Left));
    }

    [Fact]
    public void A_cart_left_as_a_guest_and_known_later_counts_once_and_is_reminded_of()
    {
        var report = Run([Consent("c", 0, "mariam@example.com"), Cart("k0", 1, "cart1"), Checkout("k1", 2 * Hour, "t1", "mariam@example.com", cart: "cart1")]);
        Assert.Equal((1, 1, 3), (report.Carts.Left, report.Carts.WouldRemind, report.Carts.Messages));
    }

    [Fact]
    public void Two_accounts_with_one_address_stay_two_people() =>
        Assert.Equal(2, Run([Account("a", 0, 1, "us@example.com"), Account("b", 1, 2, "us@example.com"), Account("c", 2, 1, "us@example.com")]).People);

    [Fact]
    public void Accounts_that_the_platform_made_one_are_one() =>
        Assert.Equal(1, Run([Account("a", 0, 1, "a@example.com"), Account("b", 1, 2, "b@example.com"), MergeAccounts("m", 2, 1, 2)]).People);

    [Fact]
    public void What_was_agreed_before_the_span_counts_in_it()
    {
        var report = Run([Consent("c", -(30 * Day), "mariam@example.com"), Checkout("k", 1, "t1", "mariam@example.com")]);
        Assert.Equal((1, 1, 3, 1), (report.Carts.Left, report.Carts.Reachable, report.Carts.Messages, report.Events));
        Assert.Equal(At(-(30 * Day)), report.KnownFrom);
    }

    [Fact]
    public void What_is_remembered_does_not_depend_on_the_order_in_which_it_is_read()
    {
        List<StoreEvent> before = [Consent("c", -900, "m@example.com"), Checkout("k", -30, "t1", "m@example.com", cart: "c1"), Cart("k0", -40, "c1"), Account("a", -500, 7, "m@example.com")];
        var forward = Run(before);
        before.Reverse();
        Assert.Equivalent(forward, Run(before), strict: true);
        Assert.Equal((1, 1), (forward.Carts.Left, forward.Carts.WouldRemind));
    }

    [Fact]
    public void A_mode_of_shadow_or_off_is_taken_as_live()
    {
        store = store with { AbandonedCart = store.AbandonedCart with { Mode = AutomationMode.Off } };
        Assert.Equal(3, Run([Consent("c", 0, "mariam@example.com"), Checkout("k", 1, "t1", "mariam@example.com")]).Carts.Messages);
    }

    [Fact]
    public void A_price_that_falls_is_told_to_who_saw_it_dearer()
    {
        var report = Run([Consent("c", 0, "mariam@example.com"), Checkout("k", 1, "t1", "mariam@example.com"), Order("o", 30, 9, "huda@example.com"), .. Sold(Day * 10, 7)]);
        Assert.Equal((1, 1, 1), (report.PriceDrops.Drops, report.PriceDrops.WouldTell, report.PriceDrops.Messages));
        var told = sends.Single(s => s.Order.Automation == "price-drop");
        Assert.Equal(At(Day * 10), told.At);
    }

    [Fact]
    public void A_price_that_is_up_again_before_anybody_may_be_told_is_not_told()
    {
        // Three reminders within a week of the fall: the cap holds the fourth back until it is dear again.
        var report = Run(
        [
            Consent("c", 0, "mariam@example.com"), Checkout("k", 1, "t1", "mariam@example.com"),
            .. Sold((3 * Day) + 5, 7), .. Sold((3 * Day) + (8 * Hour), 12),
        ]);
        Assert.Equal((1, 0, 0), (report.PriceDrops.Drops, report.PriceDrops.WouldTell, report.PriceDrops.Messages));
        Assert.Equal(1, Assert.Single(report.PriceDrops.ByReason).Count);
    }

    [Fact]
    public void A_drop_that_is_too_small_says_so()
    {
        var report = Run([Consent("c", 0, "mariam@example.com"), Checkout("k", 1, "t1", "mariam@example.com"), .. Sold(Day * 10, 9.9m)]);
        Assert.Equal((1, 0), (report.PriceDrops.Drops, report.PriceDrops.WouldTell));
        Assert.Equal(ReasonCode.DropTooSmall, Assert.Single(report.PriceDrops.ByReason).Reason);
    }

    [Fact]
    public void A_thing_bought_three_times_is_due_again_and_is_written_about()
    {
        var report = Run([Consent("c", 0, "mariam@example.com"), .. Bought("mariam@example.com", 0, 20, 40)], days: 90);
        Assert.Equal((1, 0, 1, 1), (report.Reorders.Due, report.Reorders.BoughtAnyway, report.Reorders.WouldRemind, report.Reorders.Messages));
        Assert.Equal(3, report.Orders);
    }

    [Fact]
    public void A_thing_due_to_somebody_who_never_agreed_is_due_and_says_why_not()
    {
        var report = Run([.. Bought("mariam@example.com", 0, 20, 40)], days: 90);
        Assert.Equal((1, 0), (report.Reorders.Due, report.Reorders.WouldRemind));
        Assert.Equal(ReasonCode.NoPermission, Assert.Single(report.Reorders.ByReason).Reason);
    }

    [Fact]
    public void A_thing_bought_again_after_it_was_due_was_bought_anyway()
    {
        var report = Run([.. Bought("mariam@example.com", 0, 20, 40, 70)], days: 90);
        Assert.Equal((1, 1), (report.Reorders.Due, report.Reorders.BoughtAnyway));
    }

    [Fact]
    public void A_thing_the_merchant_marked_is_due_after_one_purchase()
    {
        store = store with { Replenishment = store.Replenishment with { Consumables = [new Consumable(1, TimeSpan.FromDays(20))] } };
        Assert.Equal(1, Run([Consent("c", 0, "mariam@example.com"), Order("o", 1, 9, "mariam@example.com")]).Reorders.Messages);
    }

    [Fact]
    public void What_cannot_be_read_or_applied_is_counted_and_the_rest_goes_on()
    {
        var broken = Checkout("x", 2, "t9", "huda@example.com") with { Body = new CartChanged(null!, PersonFacts.None) };
        var report = Run([Consent("c", 0, "mariam@example.com"), Checkout("k", 1, "t1", "mariam@example.com"), broken]);
        Assert.Equal((1, 3, 3), (report.Unreadable, report.Carts.Messages, report.Events));
    }

    [Fact]
    public void A_log_left_before_its_end_says_where()
    {
        var replay = New(60);
        replay.Apply(Checkout("k", 1, "t1", "mariam@example.com"));
        var report = replay.Finish(At(5 * Hour)).Report;
        Assert.Equal((false, At(5 * Hour), 1), (report.IsComplete, report.To, report.Carts.Left));
    }

    private ShadowReport Run(IEnumerable<StoreEvent> events, int days = 60)
    {
        sends.Clear();
        var replay = New(days);
        foreach (var happened in events.ToLookup(e => e.ReceivedAt < T0) is var parts ? parts[true].Concat(parts[false].OrderBy(e => e.ReceivedAt)) : [])
        {
            if (happened.ReceivedAt < T0) { replay.Remember(happened); }
            else { replay.Apply(happened); }
        }

        return replay.Finish().Report;
    }

    private Replay New(int days)
    {
        var zones = new ZoneClocks();
        return new(new()
        {
            Store = store, From = T0, To = T0.AddDays(days), KeyOf = a => $"{a.Rank}{a.Stored}", Zones = zones.Find, OnSend = sends.Add,
        });
    }

    /// <summary>The product of every cart here, at that price.</summary>
    private static List<StoreEvent> Sold(double at, decimal price) =>
    [
        new($"p{at}", At(at), At(at), EventOrigin.Webhook, [], [], new ProductChanged(new()
        {
            ProductId = 1, Version = At(at), Title = "Coffee", IsVisible = true, Variants = [new VariantSnapshot { VariantId = 0, Price = price, InStock = true }],
        })),
    ];

    private static IEnumerable<StoreEvent> Bought(string email, params int[] days) =>
        days.Select(d => Order($"o{d}", d * Day, 100 + d, email));

    private static PhoneNumber Phone(string text) => PhoneNumber.TryParse(text, out var number) ? number : throw new ArgumentException(text);
}
