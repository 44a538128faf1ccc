using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Storefront;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>What a browser looked at, and to whom it belongs in the end.</summary>
public sealed class BrowserTests
{
    private const string Mail = "mariam@example.com", Another = "omar@example.com", Second = "second-checkout-of-the-same-browser";

    private readonly World world = new();

    [Theory]
    [InlineData(AutomationMode.Live)]
    [InlineData(AutomationMode.Shadow)]
    public async Task Who_gives_an_address_at_the_checkout_is_told_of_the_drop_of_what_was_looked_at(AutomationMode mode)
    {
        world.Store = world.Store with
        {
            PriceDrop = PriceDropSettings.Default with { Mode = mode },
            AbandonedCart = world.Store.AbandonedCart with { Mode = AutomationMode.Off },
        };
        await world.ApplyAsync(Product("p0", 0, 100));
        await TellAsync(Visits.View(world.Store.Domain, product: 1, price: 100), 1);
        await world.ApplyAsync(Product("p1", 30, 70));
        await world.RunUntilAsync(At(40));
        Assert.Empty(world.Vendor.Accepted); // Nobody knows who it was.

        await TellAsync(Visits.Started(world.Store.Domain), 41);
        await world.ApplyAsync(Consent("c", 42, Mail));
        await world.ApplyAsync(Checkout("k", 43, Visits.CheckoutToken, Mail, product: 2));
        await world.RunUntilAsync(At(60 * 24 * 2));

        if (mode == AutomationMode.Live) { Assert.Equal(PriceDrop.Name, Assert.Single(world.Vendor.Accepted).Automation); }
        else
        {
            Assert.Empty(world.Vendor.Accepted);
            Assert.Contains(Person(Mail).Decisions.Values, d => d.Code == ReasonCode.Shadow);
        }
    }

    [Fact]
    public async Task In_whatever_order_it_is_heard_the_view_is_the_persons()
    {
        StoreEvent[] story =
        [
            .. EventsOf(Visits.View(world.Store.Domain), 1), .. EventsOf(Visits.Started(world.Store.Domain), 2),
            Checkout("k0", 3, Visits.CheckoutToken, product: 2), Checkout("k1", 4, Visits.CheckoutToken, Mail, product: 2),
        ];
        foreach (var order in Orders(story))
        {
            var fresh = new World();
            foreach (var happened in order) { await fresh.ApplyAsync(happened); }

            var person = Assert.Single(fresh.People().Values);
            Assert.Equal(Mail, person.Email?.Value.Value);
            Assert.Equal(["1", "2"], person.Interests.Keys.Select(k => k.Split('-', ':', '/')[0]).Order());
        }
    }

    [Fact]
    public async Task Whatever_carts_a_browser_left_before_and_in_whatever_order_they_are_heard_of_all_views_are_the_persons()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            StoreEvent[] story =
            [
                .. Enumerable.Range(1, 4).SelectMany(p => EventsOf(Visits.View(world.Store.Domain, product: p), p)),
                .. Enumerable.Range(1, 4).SelectMany(t => EventsOf(Visits.Started(world.Store.Domain, $"{Visits.CheckoutToken}{t}"), 10 + t)),
                Cart("c", 20, "cart-of-that-browser", product: 5), Checkout("k1", 21, Visits.CheckoutToken + "1", product: 6),
                Checkout("k2", 22, Visits.CheckoutToken + "2", Mail, cart: "cart-of-that-browser", product: 7),
                Checkout("k3", 23, Visits.CheckoutToken + "3", Mail, product: 8),
            ];
            random.Shuffle(story);
            var fresh = new World();
            foreach (var happened in story.Concat(story.Where(_ => random.Next(4) == 0)).ToList()) { await fresh.ApplyAsync(happened); }

            var person = fresh.Person(Alias.Of(Email(Mail)!))!;
            var seen = Enumerable.Range(1, 4).Concat([7, 8]).Select(p => VariantKey.Of(p, null)!.ToString());
            Assert.True(seen.All(person.Interests.ContainsKey), $"Seed {seed}: {string.Join(' ', person.Interests.Keys)}");
            Assert.All(fresh.Heads().Values, head => Assert.False(head is Head.Signpost { Frozen: not null }, $"Seed {seed}"));
        }
    }

    [Fact]
    public async Task A_browser_that_is_known_shows_what_its_person_looks_at()
    {
        await world.ApplyAsync(Checkout("k", 1, Visits.CheckoutToken, Mail, product: 2));
        await TellAsync(Visits.Started(world.Store.Domain), 2);
        await TellAsync(Visits.View(world.Store.Domain), 3);

        Assert.Contains(VariantKey.Of(1, null)!.ToString(), Person(Mail).Interests.Keys);
    }

    [Fact]
    public async Task A_browser_never_ties_two_known_people_and_is_nobodys_once_it_was_seen_with_both()
    {
        await world.ApplyAsync(Checkout("k1", 1, Visits.CheckoutToken, Mail, product: 2));
        await world.ApplyAsync(Checkout("k2", 2, Second, Another, account: 7, product: 2));
        await TellAsync(Visits.Started(world.Store.Domain), 3);
        await TellAsync(Visits.Started(world.Store.Domain, Second), 4);
        await TellAsync(Visits.View(world.Store.Domain), 5);

        Assert.Equal(2, world.People().Count);
        Assert.All(world.People().Values, p => Assert.DoesNotContain(VariantKey.Of(1, null)!.ToString(), p.Interests.Keys));
    }

    [Fact]
    public async Task The_next_checkout_of_the_same_person_leaves_the_browser_theirs()
    {
        await world.ApplyAsync(Checkout("k1", 1, Visits.CheckoutToken, Mail, product: 2));
        await TellAsync(Visits.Started(world.Store.Domain), 2);
        await TellAsync(Visits.Started(world.Store.Domain, Second), 3);
        await world.ApplyAsync(Checkout("k2", 4, Second, Mail, product: 2));
        await TellAsync(Visits.View(world.Store.Domain), 5);

        Assert.Contains(VariantKey.Of(1, null)!.ToString(), Assert.Single(world.People().Values).Interests.Keys);
    }

    [Fact]
    public async Task A_stranger_who_ties_a_browser_to_a_checkout_neither_closes_its_cart_nor_changes_whose_it_is()
    {
        await world.ApplyAsync(Checkout("k", 1, Visits.CheckoutToken, Mail, product: 2));
        var before = Person(Mail);
        await TellAsync(Visits.Started(world.Store.Domain, browser: "browser-of-a-stranger"), 2);

        var after = Person(Mail);
        Assert.Equal(before.Carts.Select(c => (c.Key, c.Value.Cart?.Version, c.Value.Cart?.ItemCount, c.Value.RemovedAt, c.Value.MovedAt)),
            after.Carts.Select(c => (c.Key, c.Value.Cart?.Version, c.Value.Cart?.ItemCount, c.Value.RemovedAt, c.Value.MovedAt)));
        Assert.Equal((before.Email, before.Orders.Count, before.Consents.Count), (after.Email, after.Orders.Count, after.Consents.Count));
    }

    private CustomerState Person(string mail) => world.Person(Alias.Of(Email(mail)!))!;

    private async Task TellAsync(System.Text.Json.Nodes.JsonObject post, double at)
    {
        foreach (var happened in EventsOf(post, at)) { await world.ApplyAsync(happened); }
    }

    private static IReadOnlyList<StoreEvent> EventsOf(System.Text.Json.Nodes.JsonObject post, double at) => Visits.EventsOf(post, At(at));

    private static IEnumerable<StoreEvent[]> Orders(StoreEvent[] all) => all.Length <= 1 ? [all]
        : all.SelectMany((first, i) => Orders([.. all[..i], .. all[(i + 1)..]]).Select(rest => (StoreEvent[])[first, .. rest]));
}
