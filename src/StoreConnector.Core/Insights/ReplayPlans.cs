using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Insights;

/// <summary>
/// When people are looked at in a replay, and what comes of it. Events only say when to look; the planner runs when
/// that time has come, so that a day's visit of one cart is one look.
/// </summary>
internal sealed class ReplayPlans(
    ReplaySetting setting, ReplayCatalog catalog, ReplayContacts contacts, ReplayTally tally)
{
    /// <summary>Messages to one person at one instant; more would be a mistake of ours.</summary>
    private const int MaxAtOnce = 10;

    /// <summary>Segments that a text is taken to need: it is written only when it leaves.</summary>
    private const int SegmentsOfAText = 2;

    private readonly PriorityQueue<Look, (DateTimeOffset At, long Number)> queue = new();
    private readonly Dictionary<(int Year, int Month), int> segments = [];
    private long number;

    /// <summary>A person to look at, or something of theirs whose time has come.</summary>
    private readonly record struct Look(ReplayPerson? Person, ReplayOccasion? Occasion);

    private TimeSpan FirstStep => setting.Store.AbandonedCart.Steps[0];

    /// <summary>Lets happen what comes before an instant.</summary>
    public void AdvanceTo(DateTimeOffset instant)
    {
        while (queue.TryPeek(out _, out var next) && next.At < instant) { Happen(queue.Dequeue(), next.At); }
    }

    /// <summary>Lets happen what comes until the end; then asks who bought after all.</summary>
    public void Finish(DateTimeOffset end)
    {
        AdvanceTo(end.AddTicks(1));
        foreach (var cart in tally.Counted.Where(o => o.Automation == AbandonedCart.Name && !o.WasBought))
        {
            var state = cart.Person.Root().State;
            cart.WasBought = ViewOf(state, cart) is { } view && IsBought(cart, Ending(state, view)?.At);
        }
    }

    /// <summary>Somebody who is known as the span begins.</summary>
    public void Welcome(ReplayPerson person)
    {
        foreach (var view in CartFacts.Views(person.State).Where(v => v.Cart.Version + FirstStep >= setting.From))
        {
            Await(person, view.Cart);
        }

        if (person.State is not { Carts.Count: 0, Interests.Count: 0, Orders.Count: 0, Rhythms.Count: 0 })
        {
            LookAt(person, setting.From);
        }
    }

    /// <summary>A cart changed: it is looked at when its first reminder would be due.</summary>
    public void Await(ReplayPerson person, Cart cart)
    {
        var occasion = Follow(person, AbandonedCart.Name, CartFacts.OccasionOf(cart));
        if (occasion.IsAwaited) { return; } // The look will find out that it changed since.

        occasion.IsAwaited = true;
        Enqueue(new(null, occasion), cart.Version + FirstStep);
    }

    /// <summary>Looks at a person then, unless that happens sooner anyway.</summary>
    public void LookAt(ReplayPerson person, DateTimeOffset at)
    {
        if (person.WakeAt <= at) { return; }

        person.WakeAt = at;
        Enqueue(new(person, null), at);
    }

    /// <summary>A purchase: what of the things that were due it was.</summary>
    public void Bought(ReplayPerson person, Order order)
    {
        foreach (var occasion in person.Occasions.Values)
        {
            if (!occasion.Counts || occasion.WasBought) { continue; }

            occasion.WasBought = occasion.Automation switch
            {
                AbandonedCart.Name => IsBought(occasion, ViewOf(person.State, occasion) is { } view
                    ? Ending(person.State, view)?.At
                    : order.PlacedAt >= occasion.Since ? order.PlacedAt : null), // Its record gave way to newer ones.
                Replenishment.Name => order.PlacedAt.UtcDateTime.Date > occasion.Since.UtcDateTime.Date
                    && order.PlacedAt <= occasion.Until
                    && order.Lines.Any(l => l.ProductId == occasion.ProductId),
                _ => false,
            };
        }
    }

    private static bool IsBought(ReplayOccasion cart, DateTimeOffset? at) => at <= cart.Until;

    private void Enqueue(Look look, DateTimeOffset at) => queue.Enqueue(look, (at, number++));

    private void Happen(Look look, DateTimeOffset at)
    {
        var now = at < setting.From ? setting.From : at;
        if (look.Occasion is { } occasion)
        {
            var owner = occasion.Person.Root();
            if (!owner.Occasions.TryGetValue(occasion.Key, out var followed)) { return; }

            if (followed.Automation == AbandonedCart.Name) { LookAtCart(owner, followed, now); }
            else { LookAtRefill(owner, followed, now); }
        }
        else if (look.Person!.WakeAt == at)
        {
            look.Person.WakeAt = null;
            if (look.Person.Root() == look.Person) { Plan(look.Person, now); }
        }
    }

    /// <summary>The time of a cart's first reminder: was it left, or visited since, or bought?</summary>
    private void LookAtCart(ReplayPerson person, ReplayOccasion occasion, DateTimeOffset now)
    {
        occasion.IsAwaited = false;
        var state = person.State;
        if (ViewOf(state, occasion) is not { CompletedAt: null, Removed: false, Moved: false, Cart.ItemCount: > 0 } view
            || Ending(state, view) is not null)
        {
            if (!occasion.Counts) { person.Occasions.Remove(occasion.Key); }

            return;
        }

        var leftAt = view.Cart.Version + FirstStep;
        if (leftAt > now)
        {
            occasion.IsAwaited = true;
            Enqueue(new(null, occasion), leftAt);
            return;
        }

        if (leftAt >= setting.From) { CountCart(state, occasion, view, now); }

        LookAt(person, now);
    }

    private void CountCart(CustomerState state, ReplayOccasion occasion, CartView view, DateTimeOffset now)
    {
        (occasion.Since, occasion.Until) =
            (view.Cart.Version, view.Cart.Version + setting.Store.AbandonedCart.EndsAfter);
        var recipient = Reach.Of(state, CartFacts.AddressesOf(state, view), Purpose.Cart, Around(state, now));
        occasion.IsReachable |= new[] { recipient.Email, recipient.Sms }.Any(way =>
            way is { HasAddress: true, Suppressed: null, Verdict: PermissionVerdict.Granted });
        tally.Count(occasion);
    }

    /// <summary>The time of a refill's reminder: is it still due, or later now, or bought?</summary>
    private void LookAtRefill(ReplayPerson person, ReplayOccasion occasion, DateTimeOffset now)
    {
        occasion.IsAwaited = false;
        var found = Refills.Look(person.State, Around(person.State, now)).FirstOrDefault(c =>
            c.Occasion == occasion.Name && c.Decision.Reason.Code != ReasonCode.AlreadyBought);
        if (found?.Subject is not Subject.Reorder { Refill: var refill })
        {
            if (!occasion.Counts) { person.Occasions.Remove(occasion.Key); }

            return;
        }

        if (refill.Due.SendAt > now)
        {
            occasion.IsAwaited = true;
            Enqueue(new(null, occasion), refill.Due.SendAt);
            return;
        }

        if (refill.Due.SendAt >= setting.From) { CountRefill(occasion, refill); }

        LookAt(person, now);
    }

    private void CountRefill(ReplayOccasion occasion, Refill refill)
    {
        (occasion.Since, occasion.Until, occasion.ProductId) =
            (refill.LastAt, refill.Due.Until, refill.Variant.ProductId);
        tally.Count(occasion);
    }

    /// <summary>What the wake-up of a person does, but for the vendor.</summary>
    private void Plan(ReplayPerson person, DateTimeOffset now)
    {
        for (var i = 0; i < MaxAtOnce; i++)
        {
            var plan = Make(person.State, now);
            person.State = plan.State;
            foreach (var line in plan.Ledger) { Note(person, line, now); }

            foreach (var occasion in person.Occasions.Values)
            {
                occasion.Note(person.State.Decisions.GetValueOrDefault(occasion.Key));
            }

            if (plan.Send is not { } order)
            {
                if (plan.WakeAt is { } next) { LookAt(person, next); }

                return;
            }

            Send(person, order, now);
        }
    }

    /// <summary>What would leave about products is planned again with what they are at that moment.</summary>
    private Plan Make(CustomerState state, DateTimeOffset now)
    {
        var around = Around(state, now);
        var plan = Planner.Make(state, around);
        while (plan.Send is { } order && order.Subject.Variants().Where(v => !around.Offers.ContainsKey(v)).ToList()
            is [_, ..] unread)
        {
            foreach (var variant in unread)
            {
                var offer = catalog.OfferOf(variant);
                around = around with { Offers = around.Offers.SetItem(variant, offer) };
                state = offer is null ? state : CustomerEvolution.WithOffer(state, variant, offer);
            }

            plan = Planner.Make(state, around);
        }

        return plan;
    }

    /// <summary>A drop counts when it is first decided about; a refill is looked at when it is due.</summary>
    private void Note(ReplayPerson person, LedgerLine line, DateTimeOffset now)
    {
        tally.Explain(line);
        switch (line.Facts)
        {
            case Automations.PriceDrop.PriceDropFacts { IsOver: false, Since: { } since }
                when since >= setting.From && person.HasAddress:
                tally.Count(Follow(person, line.Entry.Automation, line.Entry.Occasion));
                break;
            case ReplenishmentFacts { BoughtAgainAt: null, Reorder: { } reorder }
                when ReorderOutlook.Of(reorder) is ReorderOutlook.Due due:
                var refill = Follow(person, line.Entry.Automation, line.Entry.Occasion);
                if (refill is { IsAwaited: false, Counts: false } && due.SendAt >= setting.From)
                {
                    refill.IsAwaited = true;
                    Enqueue(new(null, refill), due.SendAt > now ? due.SendAt : now);
                }

                break;
            default:
                break;
        }
    }

    private void Send(ReplayPerson person, SendOrder order, DateTimeOffset now)
    {
        var before = person.State;
        person.State = CustomerEvolution.Record(before, order.SendId, new()
        {
            Automation = order.Automation,
            Occasion = order.Occasion,
            Also = order.Also.Count == 0 ? null : order.Also,
            Step = order.Step,
            Channel = order.Channel,
            ContactHash = "",
            Status = SendStatus.Sent,
            ClaimedAt = now,
            LeaseUntil = now,
        });
        contacts.Send(order, now);
        if (order.Channel == Channel.Sms)
        {
            segments[MonthOf(now)] = segments.GetValueOrDefault(MonthOf(now)) + SegmentsOfAText;
        }

        foreach (var name in order.Also.Prepend(order.Occasion))
        {
            var occasion = Follow(person, order.Automation, name);
            occasion.HadMessage = true;
            if (occasion.Counts) { continue; }

            // Its time came before the span; what was left of it did not.
            switch (order.Subject)
            {
                case Subject.Cart { View: var view }: CountCart(before, occasion, view, now); break;
                case Subject.Reorder { Refill: var refill }: CountRefill(occasion, refill); break;
                default: tally.Count(occasion); break;
            }
        }

        tally.Send(new(order, before, now));
    }

    private Surroundings Around(CustomerState state, DateTimeOffset now) => new()
    {
        Now = now,
        Store = setting.Store,
        Contacts = contacts.Of(state),
        Zones = zone => setting.Zones(zone, now),
        SegmentsLeft = setting.Store.Sms.MonthlyBudget <= 0 ? 0
            : setting.Store.Sms.MonthlyBudget - segments.GetValueOrDefault(MonthOf(now)),
        Figures = setting.Figures,
    };

    /// <summary>A month of the store's own calendar.</summary>
    private (int Year, int Month) MonthOf(DateTimeOffset now)
    {
        var offset = setting.Zones(setting.Store.TimeZone, now)?.Offsets.LastOrDefault(o => o.From <= now)?.Offset;
        var local = now.ToOffset(offset ?? TimeSpan.Zero);
        return (local.Year, local.Month);
    }

    private static ReplayOccasion Follow(ReplayPerson person, string automation, string name)
    {
        var key = DecisionEntry.KeyOf(automation, name);
        return person.Occasions.TryGetValue(key, out var known) ? known
            : person.Occasions[key] = new(person, automation, name);
    }

    private static CartView? ViewOf(CustomerState state, ReplayOccasion cart) =>
        CartFacts.Views(state).FirstOrDefault(v => v.Occasion == cart.Name);

    private PurchaseFact? Ending(CustomerState state, CartView view) => PurchaseFacts.Ending(state, view,
        contacts.Of(state), setting.Store.AbandonedCart.QuietAfterPurchase);
}
