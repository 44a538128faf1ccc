using StoreConnector.Core.Events;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>One visit with a cart: what the oracle knows of it.</summary>
internal sealed record Visit(Human Who, string CartToken, string CheckoutToken, long Product, double Start)
{
    /// <summary>The last change of the cart, in minutes.</summary>
    public double Last { get; set; } = Start;

    public bool Left { get; set; }

    public bool Named { get; set; }
}

/// <summary>A purchase: what the oracle knows of it.</summary>
internal sealed record Purchase(Human Who, string EventId, long Id, double At, long Product, string? Email, long? Account);

/// <summary>A shopper, and all that happens to them in a year.</summary>
internal sealed record Human(int Number, string Email, long? Account, bool SharesEmail)
{
    public List<Visit> Visits { get; } = [];

    public List<Purchase> Purchases { get; } = [];

    /// <summary>Consent events: id, when, what.</summary>
    public List<(string Id, double At, ConsentState State)> Consents { get; } = [];

    /// <summary>When they press the link, if they do.</summary>
    public double? Unsubscribes { get; set; }

    /// <summary>When they asked to be forgotten, if they did.</summary>
    public double? Erased { get; set; }

    /// <summary>From when on the platform names their account.</summary>
    public double AccountFrom { get; set; }
}

/// <summary>A seeded shop's year: its people, and the events the platform would deliver, by the minute they happened.</summary>
internal sealed class Shop
{
    private const double Day = 24 * 60;
    private readonly Random random;
    private int count;

    public Shop(Random random, int people, int days, int visits)
    {
        this.random = random;
        for (var i = 0; i < people; i++)
        {
            // Every tenth pair of accounts typed one address.
            var shares = i % 20 is 0 or 1;
            long? account = shares || random.Next(2) == 0 ? 1000 + i : null;
            var human = new Human(i, shares ? $"family{i / 2}@example.com" : $"human{i}@example.com", account, shares);
            People.Add(human);
            Live(human, days, random.Next(visits / 2, visits + visits / 2));
        }
    }

    public List<Human> People { get; } = [];

    public List<StoreEvent> Events { get; } = [];

    public Dictionary<string, Visit> Visits { get; } = [];

    /// <summary>Accounts that the platform made one: removed and kept.</summary>
    public List<(long Removed, long Kept)> Merged { get; } = [];

    private string Id => $"e{count++}";

    private double Time(int days) => random.NextDouble() * days * Day;

    private void Live(Human human, int days, int visits)
    {
        human.AccountFrom = human.Account is null ? double.MaxValue : random.Next(2) == 0 ? 0 : Time(days);
        if (human.Account is { } account)
        {
            Events.Add(Account(Id, human.AccountFrom, account, human.Email));
            if (!human.SharesEmail && random.Next(5) == 0) { MergeInto(human, account, days); }
        }

        Agree(human, days);
        if (random.Next(10) == 0) { human.Unsubscribes = Time(days); }

        if (!human.SharesEmail && random.Next(12) == 0)
        {
            human.Erased = Time(days);
            Events.Add(Erase(Id, human.Erased.Value, human.Email, human.AccountFrom < human.Erased ? human.Account : null));
        }

        for (var v = 0; v < visits; v++) { Come(human, Time(days)); }
    }

    /// <summary>An older account of the same person, with orders of its own, goes into this one.</summary>
    private void MergeInto(Human human, long account, int days)
    {
        var (old, at) = (account + 5000, Math.Max(Time(days), human.AccountFrom + 1));
        Events.Add(Account(Id, at * 0.3, old, $"old{human.Number}@example.com"));
        Events.Add(MergeAccounts(Id, at, account, old));
        Merged.Add((old, account));
    }

    private void Agree(Human human, int days)
    {
        if (random.Next(4) == 0) { return; }

        Say(human, random.NextDouble() * Day, ConsentState.Given);
        if (random.Next(6) == 0) { Say(human, Time(days), ConsentState.Withdrawn); }

        if (random.Next(6) == 0) { Say(human, Time(days), ConsentState.Given); }
    }

    private void Say(Human human, double at, ConsentState state)
    {
        var id = Id;
        Events.Add(Consent(id, at, human.Email, at >= human.AccountFrom ? human.Account : null, state, OptInLevel.Single));
        human.Consents.Add((id, at, state));
    }

    private void Come(Human human, double at)
    {
        var n = Visits.Count / 2;
        var visit = new Visit(human, $"c{human.Number}x{n}", $"t{human.Number}x{n}", random.Next(1, 9), at);
        (Visits["cart:" + visit.CartToken], Visits["checkout:" + visit.CheckoutToken]) = (visit, visit);
        human.Visits.Add(visit);
        var anonymous = random.Next(2) == 0;
        if (anonymous) { Change(visit, at, named: false); }

        if (anonymous && random.Next(5) == 0) { return; } // Nobody ever learns who it was.

        Change(visit, at + 3, named: true);
        if (random.Next(3) == 0) { Change(visit, at + 5 + random.Next(40), named: true); }

        if (random.Next(6) == 0) { Change(visit, visit.Last + random.NextDouble() * 2 * Day, named: true); } // They come back.

        switch (random.Next(9))
        {
            case 0: Buy(visit, visit.Last + random.Next(5, 90), checkout: true); break;
            case 1: Buy(visit, visit.Last + random.Next(5, 3000), checkout: true); break;
            case 2: Buy(visit, visit.Last + random.Next(30, 3000), checkout: false); break; // as a guest, on another device
            case 3 when human.Account is not null: Buy(visit, visit.Last + random.Next(30, 3000), checkout: false, till: true); break;
            case 4: Events.Add(Order(Id, visit.Last + 20, Events.Count + 100_000, "pos@rimal.myshopify.com", product: visit.Product)); visit.Left = true; break;
            default: visit.Left = true; break;
        }
    }

    private void Change(Visit visit, double at, bool named)
    {
        visit.Last = at;
        visit.Named |= named;
        var who = visit.Who;
        Events.Add(named
            ? Checkout(Id, at, visit.CheckoutToken, who.Email, at >= who.AccountFrom ? who.Account : null, visit.CartToken, visit.Product, started: visit.Start)
            : Cart(Id, at, visit.CartToken, visit.Product, started: visit.Start));
    }

    private void Buy(Visit visit, double at, bool checkout, bool till = false)
    {
        var who = visit.Who;
        var (id, order) = (Id, Events.Count + 100_000L);
        var account = at >= who.AccountFrom && (till || checkout) ? who.Account : null;
        var email = till && account is not null ? null : who.Email;
        Events.Add(Order(id, at, order, email, account, checkout ? visit.CheckoutToken : null, checkout ? visit.CartToken : null, visit.Product,
            phone: random.Next(4) == 0 ? $"+9715000000{who.Number / 2 % 10}0" : null));
        who.Purchases.Add(new(who, id, order, at, visit.Product, email, account));
    }
}
