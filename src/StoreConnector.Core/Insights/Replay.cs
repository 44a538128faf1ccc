using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Stores;

namespace StoreConnector.Core.Insights;

/// <summary>
/// Runs a store's log again, with every automation live, by the same rules that decide: who is who, what is known of
/// them, what leaves. First comes what is remembered from before the span, in any order, then the span's events in the
/// order in which they were received. It holds people, products, carts and orders' numbers, never the events.
/// </summary>
/// <remarks>
/// What the log does not know it cannot replay: opt-outs by a message's own link, bounces, people who were forgotten
/// since. What the store has learned is what it knows now.
/// </remarks>
public sealed class Replay
{
    /// <summary>Messages of one automation that are kept, to show how they look.</summary>
    public const int MaxFirsts = 3;

    private readonly ReplaySetting setting;
    private readonly ReplayPeople people;
    private readonly ReplayCatalog catalog;
    private readonly ReplayContacts contacts = new();
    private readonly ReplayTally tally;
    private readonly ReplayPlans plans;
    private readonly HashSet<long> orders = [];
    private int events, unreadable;
    private DateTimeOffset knownFrom;
    private bool hasBegun;

    /// <summary>Begins with an empty memory.</summary>
    public Replay(ReplaySetting setting)
    {
        var store = Live(setting.Store);
        (this.setting, knownFrom) = (setting, setting.From);
        people = new(store, setting.KeyOf);
        catalog = new(store.Currency);
        tally = new(setting);
        plans = new(setting with { Store = store }, catalog, contacts, tally);
    }

    /// <summary>The store with every automation live.</summary>
    public static Store Live(Store store) => store with
    {
        UninstalledAt = null,
        InstalledAt = DateTimeOffset.MinValue, // As if always here: a past that was taken over is replayed, too.
        AbandonedCart = store.AbandonedCart with { Mode = AutomationMode.Live },
        PriceDrop = store.PriceDrop with { Mode = AutomationMode.Live },
        Replenishment = store.Replenishment with { Mode = AutomationMode.Live },
    };

    /// <summary>
    /// Takes in what happened before the span, in any order. Nothing leaves, and nothing is counted.
    /// </summary>
    public void Remember(StoreEvent happened)
    {
        if (hasBegun) { throw new InvalidOperationException("The span has begun: what was before it comes too late."); }

        if (happened.ReceivedAt < knownFrom) { knownFrom = happened.ReceivedAt; }

        Guarded(happened, Fold);
    }

    /// <summary>Takes in the span's next event, and lets happen what would have happened until then.</summary>
    public void Apply(StoreEvent happened)
    {
        Begin();
        events++;
        plans.AdvanceTo(happened.ReceivedAt);
        Guarded(happened, Follow);
    }

    /// <summary>Counts an entry of the log that could not be read.</summary>
    /// <param name="isOfSpan">Whether it lies in the span.</param>
    public void Skip(bool isOfSpan)
    {
        unreadable++;
        if (isOfSpan) { events++; }
    }

    /// <summary>Lets happen what would have happened until the end, and says what was found.</summary>
    /// <param name="reached">Where the log was left before its end; null when it was read whole.</param>
    public ReplayOutcome Finish(DateTimeOffset? reached = null)
    {
        Begin();
        var end = reached ?? setting.To;
        plans.Finish(end);
        return new(
            new()
            {
                From = setting.From,
                To = end,
                KnownFrom = knownFrom,
                Events = events,
                Unreadable = unreadable,
                Orders = orders.Count,
                People = people.All().Count(p => p.IsOfSpan),
                Carts = tally.Carts(),
                PriceDrops = tally.Drops(),
                Reorders = tally.Reorders(),
                IsComplete = reached is null,
            }, tally.Firsts);
    }

    /// <summary>What is known of everybody as the span begins is looked at once.</summary>
    private void Begin()
    {
        if (hasBegun) { return; }

        hasBegun = true;
        foreach (var person in people.All().OrderBy(p => p.State.Key, StringComparer.Ordinal))
        {
            foreach (var (key, interest) in person.State.Interests)
            {
                if (!VariantKey.TryParse(key, out var variant) || catalog.OfferOf(variant) is not { } offer)
                {
                    continue;
                }

                person.State = CustomerEvolution.WithOffer(person.State, variant, offer,
                    catalog.SeenOf(variant, interest.LastAt));
            }

            plans.Welcome(person);
        }
    }

    /// <summary>
    /// An event is data, and a log is long: one that cannot be applied is counted, and the others go on.
    /// </summary>
    private void Guarded(StoreEvent happened, Action<StoreEvent> apply)
    {
        try
        {
            apply(happened);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException
            or InvalidOperationException or NullReferenceException)
        {
            unreadable++;
        }
    }

    private void Fold(StoreEvent happened)
    {
        if (happened.Body is ProductChanged or ProductRemoved)
        {
            catalog.Apply(happened.Body);
            return;
        }

        if (!IsOfPerson(happened.Body)) { return; }

        contacts.Tell(happened);
        if (people.Find(happened) is { } found) { Evolve(found, happened, isTold: false); }
    }

    private void Follow(StoreEvent happened)
    {
        if (happened.Body is ProductChanged or ProductRemoved)
        {
            foreach (var variant in catalog.Apply(happened.Body)) { TellOf(variant, happened.ReceivedAt); }

            return;
        }

        if (!IsOfPerson(happened.Body)) { return; }

        contacts.Tell(happened);
        var order = (happened.Body as OrderChanged)?.Order;
        if (order is { IsPurchase: true }) { orders.Add(order.Id); }

        if (people.Find(happened) is not { } found) { return; }

        var (person, before) = (found.Person, found.Person.State);
        Evolve(found, happened, isTold: true);
        person.IsOfSpan = true;
        if (happened.Body is CartChanged e) { plans.Await(person, e.Cart); }

        if (order is { IsPurchase: true }) { plans.Bought(person, order); }

        if (found.IsTied || MayDecideAtOnce(happened.Body) || IsOtherwiseReached(before, person.State))
        {
            plans.LookAt(person, happened.ReceivedAt);
        }
    }

    /// <summary>What a cart in use changes, the time of its first reminder decides.</summary>
    private static bool MayDecideAtOnce(EventBody body) => body is OrderChanged or ConsentChanged or CartRemoved
        or CartChanged { Cart: { CompletedAt: not null } or { ItemCount: 0 } };

    /// <summary>A refund, a deleted order and a request about data change no decision.</summary>
    private static bool IsOfPerson(EventBody body) => body is CartChanged or CartRemoved or OrderChanged
        or CustomerChanged or CustomerRemoved or CustomersMerged or ConsentChanged or ProductViewed or BrowserTied;

    private void Evolve(ReplayFound found, StoreEvent happened, bool isTold)
    {
        var person = found.Person;
        List<VariantKey>? news = null;
        foreach (var sign in Interest.Signs(happened.Body))
        {
            if (person.State.Interests.ContainsKey(sign.Variant.ToString())) { continue; }

            catalog.Interest(sign.Variant, person);
            (news ??= []).Add(sign.Variant);
        }

        long? account = person.Founding.Kind == Values.AliasKind.Account
            && happened.Aliases.Contains(person.Founding)
            ? long.Parse(person.Founding.Value, System.Globalization.CultureInfo.InvariantCulture) : null;
        var state = CustomerEvolution.Evolve(person.State, happened, found.MovedAt, account);
        // The log has each delivery once.
        person.State = state.Seen.Count > 8 ? state with { Seen = [] } : state;
        if (!isTold || news is null) { return; }

        foreach (var variant in news.Distinct())
        {
            if (catalog.OfferOf(variant) is not { } offer) { continue; }

            var at = person.State.Interests.GetValueOrDefault(variant.ToString())?.LastAt ?? happened.HappenedAt;
            person.State = CustomerEvolution.WithOffer(person.State, variant, offer, catalog.SeenOf(variant, at));
        }
    }

    private void TellOf(VariantKey variant, DateTimeOffset at)
    {
        if (catalog.OfferOf(variant) is not { } offer) { return; }

        foreach (var person in catalog.InterestedIn(variant, at - Interest.Life))
        {
            person.State = CustomerEvolution.WithOffer(person.State, variant, offer);
            // Who left no address cannot be told of prices, and is nobody of whom to count drops.
            if (person.HasAddress) { plans.LookAt(person, at); }
        }
    }

    /// <summary>Whether somebody may be reached now who could not be before, or elsewhere.</summary>
    private static bool IsOtherwiseReached(CustomerState before, CustomerState after) =>
        before.Email?.Value != after.Email?.Value || before.Phone?.Value != after.Phone?.Value
        || before.Country?.Value != after.Country?.Value || before.Region?.Value != after.Region?.Value
        || !ReferenceEquals(before.Consents, after.Consents);
}
