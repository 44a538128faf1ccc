using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Products;

/// <summary>Random histories of one price and one person: no message claims what is false as it leaves, and few true drops are missed.</summary>
[Trait("Speed", "slow")]
public sealed class PriceHistoryFuzzTests
{
    private const int Histories = 100_000;
    private const int EndToEnd = 300;

    [Fact]
    public void No_message_about_a_drop_is_false_and_few_true_drops_are_missed_in_the_core() => Judge(Histories, seed =>
    {
        var story = new PriceStory(seed);
        return (story, new PriceCore(story, seed).Run());
    });

    [Fact]
    public void No_message_about_a_drop_is_false_and_few_true_drops_are_missed_end_to_end() => Judge(EndToEnd, seed =>
    {
        var story = new PriceStory(seed);
        return (story, RunAsync(story).GetAwaiter().GetResult());
    });

    private static void Judge(int histories, Func<int, (PriceStory Story, List<string> False)> run)
    {
        var (messages, due, missed) = (0, 0, 0);
        var (lies, misses) = (new List<string>(), new List<string>());
        for (var seed = 1; seed <= histories; seed++)
        {
            var (story, wrong) = run(seed);
            messages += story.Messages;
            lies.AddRange(wrong.Select(w => $"Seed {seed}: {w}\n{story}"));
            foreach (var (drop, told) in story.Due())
            {
                due++;
                if (told) { continue; }

                missed++;
                misses.Add($"Seed {seed}: {drop}\n{story}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{histories} histories: {messages} messages, {lies.Count} of them false; {due} true drops, {missed} of them missed ({100.0 * missed / Math.Max(1, due):0.00} %).");
        Assert.True(messages > histories / 10 && due > histories / 20, $"Only {messages} messages and {due} drops: the histories say little.");
        Assert.True(lies.Count == 0, $"{lies.Count} of {messages} are false:\n{string.Join('\n', lies.Take(3))}");
        Assert.True(missed * 100 <= due, $"{missed} of {due} are missed:\n{string.Join('\n', misses.Take(3))}");
    }

    private static async Task<List<string>> RunAsync(PriceStory story)
    {
        var (world, wrong) = (new World(Story.T0), new List<string>());
        world.Store = PriceCore.Live(world.Store);
        world.Vendor.Mood = m =>
        {
            foreach (var drop in world.Composer.Drops[m.SendId]) { wrong.AddRange(story.Leaves(drop, world.Clock.Now) is { } why ? [why] : []); }

            return Fakes.VendorMood.Accepts;
        };
        foreach (var happened in PriceCore.Introduction()) { await world.ApplyAsync(happened); }

        foreach (var (at, happened, currency) in story.Deliveries)
        {
            await world.RunUntilAsync(at);
            world.Store = world.Store with { Currency = currency };
            await world.ApplyAsync(happened with { ReceivedAt = at });
            await world.SettleAsync();
        }

        await world.RunUntilAsync(PriceStory.End);
        return wrong;
    }
}

/// <summary>The same without storage: evolution, planner and last look as the shell strings them together.</summary>
internal sealed class PriceCore
{
    private static readonly VariantKey Key = new(1, 0);

    private readonly PriceStory story;
    private readonly Random random;
    private readonly PriorityQueue<Action, (DateTimeOffset At, int Order)> next = new();
    private readonly List<string> wrong = [];
    private readonly Dictionary<long, VariantState> variants = [];
    private ProductState product = new() { ProductId = 1 };
    private CustomerState state = new() { Key = "1someone" };
    private DateTimeOffset now = Story.T0;
    private string currency = "AED";
    private int order;

    public PriceCore(PriceStory story, int seed)
    {
        (this.story, random) = (story, new(seed));
        foreach (var happened in Introduction()) { state = CustomerEvolution.Evolve(state, happened); }

        foreach (var delivery in story.Deliveries) { At(delivery.At, () => Deliver(delivery.Event, delivery.Currency)); }
    }

    public static Store Live(Store store) => store with
    {
        AbandonedCart = AbandonedCartSettings.Default with { Mode = AutomationMode.Off },
        PriceDrop = PriceDropSettings.Default with { Mode = AutomationMode.Live },
    };

    public static StoreEvent[] Introduction() =>
        [Story.Consent("c", 0, PriceStory.Mail), Story.Checkout("k", 0, "t", PriceStory.Mail, items: 0)];

    public List<string> Run()
    {
        while (next.TryDequeue(out var act, out var when) && when.At <= PriceStory.End)
        {
            now = when.At;
            act();
        }

        return wrong;
    }

    private void At(DateTimeOffset at, Action act) => next.Enqueue(act, (at, order++));

    private void Deliver(StoreEvent happened, string storesCurrency)
    {
        currency = storesCurrency;
        if (happened.Body is not ProductChanged)
        {
            var known = state.Interests.ContainsKey(Key.ToString());
            state = CustomerEvolution.Evolve(state, happened);
            if (!known && variants.TryGetValue(0, out var variant))
            {
                var seen = variant.ShownAt(happened.HappenedAt) is { } price ? new SeenPrice(price, happened.HappenedAt, true) : null;
                state = CustomerEvolution.WithOffer(state, Key, variant.OfferOf(product), seen);
            }

            Settle();
            return;
        }

        var change = CatalogEvolution.Evolve(product, variants, happened.Body, currency, happened.Id);
        product = change.Product;
        foreach (var variant in change.Variants) { variants[variant.Key.VariantId] = variant; }

        if (product.Pending is { Token: var token }) { At(now.AddSeconds(random.Next(1, 600)), () => FanOut(token)); }
    }

    private void FanOut(string token)
    {
        if (product.Pending?.Token != token) { return; }

        product = product with { Pending = null };
        if (!state.Interests.ContainsKey(Key.ToString())) { return; }

        var offer = variants[0].OfferOf(product);
        state = CustomerEvolution.Evolve(state, new($"offer-{offer.Version.UtcTicks}", offer.Version, now, EventOrigin.Webhook, [], [], new OfferChanged(Key, offer)));
        Settle();
    }

    private void Settle()
    {
        var plan = Planner.Make(state, Around());
        state = plan.State;
        if (plan.WakeAt is { } at) { At(at > now ? at : now.AddSeconds(random.Next(1, 60)), Wake); }
    }

    private void Wake()
    {
        if (variants.TryGetValue(0, out var variant)) { state = DropFacts.Rechecked(state, product, variant); }

        var plan = Planner.Make(state, Around());
        state = plan.State;
        if (plan.Send is { Subject: Subject.Drops { All: [var drop] } } send)
        {
            var isTrue = DropFacts.IsStillTrue(drop, variant?.OfferOf(product), now);
            if (isTrue && story.Leaves(drop, now) is { } why) { wrong.Add(why); }

            state = CustomerEvolution.Record(state, send.SendId, new()
            {
                Automation = send.Automation, Occasion = send.Occasion, Step = 1, Channel = send.Channel, ContactHash = "h",
                Status = isTrue ? SendStatus.Sent : SendStatus.Failed, ClaimedAt = now, LeaseUntil = now,
            });
            Settle();
        }
        else if (plan.WakeAt is { } at && at > now) { At(at, Wake); }
    }

    private Surroundings Around() => new()
    {
        Now = now,
        Store = TheStore,
        Contacts = new Dictionary<Contact, ContactRecord>(),
        Zones = _ => null,
    };

    private static readonly Store TheStore = Live(new World().Store);
}
