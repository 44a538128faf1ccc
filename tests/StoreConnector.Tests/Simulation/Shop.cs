using System.Globalization;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
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
internal sealed record Purchase(Human Who, string EventId, long Id, double At, long Product, string? Email, long? Account)
{
    /// <summary>When it was called off, if it was.</summary>
    public double? CalledOff { get; set; }
}

/// <summary>A price that a page or a cart showed somebody; null where it showed none.</summary>
internal sealed record Sight(string EventId, double At, long Product, decimal? Price);

/// <summary>What a product cost from then on, as the shop says it.</summary>
internal sealed record PriceTag(string EventId, double At, decimal Price, bool InStock, double? SaleEnds = null);

/// <summary>What somebody said about messages to one address.</summary>
internal sealed record Word(string EventId, double At, ConsentState State, OptInLevel Level);

/// <summary>Where somebody lives, and when a text may reach them there: the oracle's own table.</summary>
internal sealed record Home(string? Country, string? Phone, params (string Zone, int From, int To, int Sunday)[] Hours)
{
    private static readonly (string, int, int, int) Dubai = ("Asia/Dubai", 9, 18, 9), London = ("Europe/London", 9, 20, 9);

    /// <summary>Of every twelve people so many live so. X stands for a digit of the person's own.</summary>
    public static readonly Home[] Of =
    [
        new("AE", "+97150XXXXXXX", Dubai), new("AE", "+97150XXXXXXX", Dubai), new("AE", "+97150XXXXXXX", Dubai), new("AE", "+97150XXXXXXX", Dubai),
        new("SA", "+96650XXXXXXX", ("Asia/Riyadh", 9, 20, 9)),
        new("US", "+1212555XXXX", ("America/New_York", 8, 21, 8)),
        new("US", "+1214555XXXX", ("America/Chicago", 9, 21, 12), ("America/Denver", 9, 21, 12)), // Texas keeps two clocks.
        new("GB", "+447400XXXXXX", London), new("GB", "+447400XXXXXX", London),
        new("DE", "+49151XXXXXXXX", ("Europe/Berlin", 9, 20, 9)),
        new(null, "+979123XXXXXX"), // Nobody's country: no text can be sent there.
        new("GB", "+97150XXXXXXX", Dubai, London), // An address here and a number there: both hold.
    ];

    /// <summary>ISO 3166-1 of number and address.</summary>
    public IEnumerable<string> Places => Hours.Select(h => h.Zone.StartsWith("America", StringComparison.Ordinal) ? "US" : h.Zone switch
    {
        "Asia/Dubai" => "AE", "Asia/Riyadh" => "SA", "Europe/London" => "GB", _ => "DE",
    });

    public string? Number(int person)
    {
        var (digits, at) = (person.ToString(CultureInfo.InvariantCulture).PadLeft(10, '0'), 10);
        return Phone is null ? null : string.Concat(Phone.Reverse().Select(c => c == 'X' ? digits[--at] : c).Reverse());
    }
}

/// <summary>A shopper, and all that happens to them in a year.</summary>
internal sealed record Human(int Number, string Email, long? Account, bool SharesEmail, Home Home, string? Phone)
{
    public List<Visit> Visits { get; } = [];

    public List<Purchase> Purchases { get; } = [];

    public List<Sight> Sights { get; } = [];

    /// <summary>What was said of the address.</summary>
    public List<Word> Consents { get; } = [];

    /// <summary>What was said of the number.</summary>
    public List<Word> Texts { get; } = [];

    /// <summary>When they press the link, if they do.</summary>
    public double? Unsubscribes { get; set; }

    /// <summary>When they text STOP, if they do.</summary>
    public double? Stops { get; set; }

    /// <summary>When they asked to be forgotten, if they did.</summary>
    public double? Erased { get; set; }

    /// <summary>From when on the platform names their account.</summary>
    public double AccountFrom { get; set; }

    /// <summary>Another person has the same number.</summary>
    public bool SharesPhone { get; set; }
}

/// <summary>A seeded shop's year: its people and prices, and the events the platform would deliver, by the minute they happened.</summary>
internal sealed class Shop
{
    /// <summary>Used up and bought again about every so many days.</summary>
    public static readonly IReadOnlyDictionary<long, int> Consumables = new Dictionary<long, int> { [20] = 28, [21] = 45 };

    /// <summary>The merchant says that a piece lasts forty days.</summary>
    public const long Marked = 22;

    public const long Sofa = 30;

    private const int Gadgets = 8;
    private const double Day = 24 * 60;
    private readonly Random random;
    private readonly int days;
    private int count;

    public Shop(Random random, int people, int days, int visits)
    {
        (this.random, this.days) = (random, days);
        for (var product = 1; product <= Gadgets; product++) { Sell(product); }

        for (var sale = 40; sale < days - 10; sale += 45) { Sale(sale * Day); }

        foreach (var product in (long[])[.. Consumables.Keys, Marked, Sofa]) { Tag(product, 1 + product, 10 * product, true); }

        for (var empty = 60; empty < days; empty += 50) // The shelf of the second consumable is empty for some days.
        {
            Tag(21, empty * Day, 210, false);
            Tag(21, (empty + 2 + (4 * random.NextDouble())) * Day, 210, true);
        }

        for (var i = 0; i < people; i++)
        {
            // Every tenth pair of accounts typed one address; every fourth household has one phone.
            var (shares, home) = (i % 20 is 0 or 1, Home.Of[i % Home.Of.Length]);
            long? account = shares || random.Next(2) == 0 ? 1000 + i : null;
            var household = i % 12 is 2 or 3;
            var human = new Human(i, shares ? $"family{i / 2}@example.com" : $"human{i}@example.com", account, shares, home,
                home.Number(household ? (i / 2) + 5000 : i)) { SharesPhone = household };
            People.Add(human);
            Live(human, random.Next(visits / 2, visits + (visits / 2)));
        }
    }

    public List<Human> People { get; } = [];

    public List<StoreEvent> Events { get; } = [];

    public Dictionary<string, Visit> Visits { get; } = [];

    public Dictionary<long, List<PriceTag>> Prices { get; } = [];

    /// <summary>Accounts that the platform made one: removed and kept.</summary>
    public List<(long Removed, long Kept)> Merged { get; } = [];

    private string Id => $"e{count++}";

    private double Time() => random.NextDouble() * days * Day;

    /// <summary>What it costs then.</summary>
    public PriceTag TagAt(long product, double at) => Prices[product].LastOrDefault(t => t.At <= at) ?? Prices[product][0];

    /// <summary>The shop names another price. Of a version of its own, whatever comes after.</summary>
    public StoreEvent Tag(long product, double at, decimal price, bool inStock, double? saleEnds = null)
    {
        var id = Id;
        var tags = Prices.TryGetValue(product, out var known) ? known : Prices[product] = [];
        tags.Insert(tags.FindLastIndex(t => t.At <= at) + 1, new(id, at, price, inStock, saleEnds));
        var happened = new StoreEvent(id, At(at), At(at), EventOrigin.Webhook, [], [], new ProductChanged(new()
        {
            ProductId = product,
            Version = At(at),
            Title = $"Thing {product}",
            IsVisible = true,
            Variants = [new() { VariantId = 0, Price = price, InStock = inStock, SaleEndsAt = saleEnds is { } ends ? At(ends) : null }],
            AllVariants = [0],
        }));
        Events.Add(happened);
        return happened;
    }

    /// <summary>A gadget's year: drops that last, flaps, sales with an end, an empty shelf.</summary>
    private void Sell(long product)
    {
        var (price, at) = (40m * product, 1.0 + product);
        Tag(product, at, price, true);
        while ((at += (6 + (random.NextDouble() * 25)) * Day) < (days - 20) * Day)
        {
            var low = Math.Round(price * random.Next(60, 96) / 100);
            switch (random.Next(7))
            {
                case 0: // It flaps.
                    Tag(product, at, low, true);
                    Tag(product, at += random.Next(20, 300), price, true);
                    Tag(product, at += random.Next(20, 300), low, true);
                    Tag(product, at += random.Next(1000, 9000), price, true);
                    break;
                case 1: // A sale with an end, which the shop forgets for an hour or two.
                    var ends = at + (random.Next(1, 6) * Day);
                    Tag(product, at, low, true, ends);
                    Tag(product, at = ends + random.Next(1, 150), price, true);
                    break;
                case 2: // Cheaper, and sold out; then back.
                    Tag(product, at, low, false);
                    Tag(product, at += random.Next(60, 3000), low, true);
                    Tag(product, at += random.Next(3000, 20_000), price, true);
                    break;
                case 3: // Cheaper, and sold out within hours.
                    Tag(product, at, low, true);
                    Tag(product, at += random.Next(10, 600), low, false);
                    Tag(product, at += random.Next(600, 4000), price, true);
                    break;
                default:
                    Tag(product, at, low, true);
                    if (random.Next(3) > 0) { Tag(product, at += random.Next(4000, 20_000), price, true); }
                    else { price = low; }

                    break;
            }
        }
    }

    /// <summary>Everything costs a fifth less for four days.</summary>
    private void Sale(double at)
    {
        for (var product = 1; product <= Gadgets; product++)
        {
            var before = TagAt(product, at);
            Tag(product, at + product, Math.Round(before.Price * 0.8m), true, at + (4 * Day));
            Tag(product, at + (4 * Day) + product, before.Price, true);
        }
    }

    private void Live(Human human, int visits)
    {
        human.AccountFrom = human.Account is null ? double.MaxValue : random.Next(2) == 0 ? 0 : Time();
        if (human.Account is { } account)
        {
            Events.Add(Dress(human, Account(Id, human.AccountFrom, account, human.Email)));
            if (!human.SharesEmail && random.Next(5) == 0) { MergeInto(human, account); }
        }

        Agree(human);
        if (random.Next(10) == 0) { human.Unsubscribes = Time(); }

        if (random.Next(10) == 0) { human.Stops = Time(); }

        if (!human.SharesEmail && random.Next(12) == 0)
        {
            human.Erased = Time();
            Events.Add(Erase(Id, human.Erased.Value, human.Email, human.AccountFrom < human.Erased ? human.Account : null));
        }

        for (var v = 0; v < visits; v++) { Come(human, Time()); }

        for (var v = random.Next(visits); v > 0; v--) { View(human, Time()); }

        foreach (var (product, every) in Consumables)
        {
            if (random.Next(3) > 0 || human.Number % 3 == 0) { UseUp(human, product, every); }
        }

        if (random.Next(4) == 0) { Order(human, Time(), Marked); }

        if (random.Next(3) > 0) { Order(human, Time(), Sofa); }
    }

    /// <summary>An older account of the same person, with orders of its own, goes into this one.</summary>
    private void MergeInto(Human human, long account)
    {
        var (old, at) = (account + 5000, Math.Max(Time(), human.AccountFrom + 1));
        Events.Add(Account(Id, at * 0.3, old, $"old{human.Number}@example.com"));
        Events.Add(MergeAccounts(Id, at, account, old));
        Merged.Add((old, account));
    }

    /// <summary>Half give the address, most the number; some take it back, some think again.</summary>
    private void Agree(Human human)
    {
        var level = human.Number % 2 == 0 ? OptInLevel.Double : OptInLevel.Single;
        if (random.Next(2) == 0) { Say(random.NextDouble() * Day, ConsentState.Given, text: false); }

        if (random.Next(6) == 0) { Say(Time(), ConsentState.Withdrawn, text: false); }

        if (random.Next(6) == 0) { Say(Time(), ConsentState.Given, text: false); }

        if (human.Phone is null || random.Next(6) == 0) { return; }

        level = (OptInLevel)(random.Next(5) / 2); // also one of which nobody knows how
        Say(random.NextDouble() * Day, ConsentState.Given, text: true);
        if (random.Next(6) == 0) { Say(Time(), ConsentState.Withdrawn, text: true); }

        void Say(double at, ConsentState state, bool text)
        {
            var happened = Consent(Id, at, human.Email, at >= human.AccountFrom ? human.Account : null, state, level);
            if (text && PhoneNumber.TryParse(human.Phone, out var number))
            {
                var contact = Contact.Of(number);
                happened = happened with { Contacts = [contact], Body = ((ConsentChanged)happened.Body) with { Contact = contact } };
            }

            Events.Add(happened);
            (text ? human.Texts : human.Consents).Add(new(happened.Id, at, state, level));
        }
    }

    private void Come(Human human, double at)
    {
        var n = Visits.Count / 2;
        var visit = new Visit(human, $"c{human.Number}x{n}", $"t{human.Number}x{n}", random.Next(1, Gadgets + 1), at);
        (Visits["cart:" + visit.CartToken], Visits["checkout:" + visit.CheckoutToken]) = (visit, visit);
        human.Visits.Add(visit);
        var anonymous = random.Next(2) == 0;
        if (anonymous) { Change(visit, at, named: false); }

        if (anonymous && random.Next(5) == 0) { return; } // Nobody ever learns who it was.

        Change(visit, at + 3, named: true);
        if (random.Next(3) == 0) { Change(visit, at + 5 + random.Next(40), named: true); }

        if (random.Next(6) == 0) { Change(visit, visit.Last + (random.NextDouble() * 2 * Day), named: true); } // They come back.

        switch (random.Next(9))
        {
            case 0: Buy(visit, visit.Last + random.Next(5, 90), checkout: true); break;
            case 1: Buy(visit, visit.Last + random.Next(5, 3000), checkout: true); break;
            case 2: Buy(visit, visit.Last + random.Next(30, 3000), checkout: false); break; // as a guest, on another device
            case 3 when human.Account is not null: Buy(visit, visit.Last + random.Next(30, 3000), checkout: false, till: true); break;
            case 4: Events.Add(Story.Order(Id, visit.Last + 20, Events.Count + 100_000, "pos@rimal.myshopify.com", product: visit.Product)); visit.Left = true; break;
            default: visit.Left = true; break;
        }
    }

    private void Change(Visit visit, double at, bool named)
    {
        visit.Last = at;
        visit.Named |= named;
        var who = visit.Who;
        var happened = named
            ? Dress(who, Checkout(Id, at, visit.CheckoutToken, who.Email, at >= who.AccountFrom ? who.Account : null, visit.CartToken, visit.Product, started: visit.Start))
            : Cart(Id, at, visit.CartToken, visit.Product, started: visit.Start);
        decimal? shown = named ? TagAt(visit.Product, at).Price * (who.Number % 4 == 1 ? 0.8m : 1) : null; // Some have a discount of their own.
        var body = (CartChanged)happened.Body;
        Events.Add(happened with
        {
            Body = body with { Cart = body.Cart with { Lines = [.. body.Cart.Lines.Select(l => l with { Price = shown is { } s ? new(s, "AED") : null })] } },
        });
        who.Sights.Add(new(happened.Id, at, visit.Product, shown));
    }

    /// <summary>A look at a gadget's page, which shows its price.</summary>
    private void View(Human who, double at)
    {
        var (id, product) = (Id, (long)random.Next(1, Gadgets + 1));
        var price = TagAt(product, at).Price;
        var own = Email(who.Email);
        Events.Add(new(id, At(at), At(at), EventOrigin.Webhook, Aliases(at >= who.AccountFrom ? who.Account : null, own), [],
            new ProductViewed(product, null, At(at), new(price, "AED"))));
        who.Sights.Add(new(id, at, product, price));
    }

    private void UseUp(Human who, long product, int every)
    {
        for (var at = random.NextDouble() * 90 * Day; at < days * Day; at += every * Day * (0.85 + (0.3 * random.NextDouble())))
        {
            Order(who, at, product);
            if (random.Next(25) == 0) { return; } // They go elsewhere.
        }
    }

    private void Buy(Visit visit, double at, bool checkout, bool till = false) => Order(visit.Who, at, visit.Product, till || checkout, till,
        checkout ? visit : null);

    private void Order(Human who, double at, long product, bool named = true, bool till = false, Visit? from = null)
    {
        var (id, order) = (Id, Events.Count + 100_000L);
        var account = at >= who.AccountFrom && named ? who.Account : null;
        var email = till && account is not null ? null : who.Email;
        var happened = Story.Order(id, at, order, email, account, from?.CheckoutToken, from?.CartToken, product);
        happened = email is null ? happened : Dress(who, happened);
        Events.Add(happened);
        var bought = new Purchase(who, id, order, at, product, email, account);
        who.Purchases.Add(bought);
        if (random.Next(15) > 0) { return; }

        bought.CalledOff = at + random.Next(30, 5000);
        Events.Add(Refund(Id, bought.CalledOff.Value, order, order));
        var body = (OrderChanged)happened.Body;
        Events.Add(happened with
        {
            Id = Id,
            HappenedAt = At(bought.CalledOff.Value),
            ReceivedAt = At(bought.CalledOff.Value),
            Body = body with { Order = body.Order with { Status = OrderStatus.Cancelled, Version = At(bought.CalledOff.Value) } },
        });
    }

    /// <summary>What a form asks for: number and country beside the address.</summary>
    private static StoreEvent Dress(Human who, StoreEvent happened)
    {
        var phone = PhoneNumber.TryParse(who.Phone, out var number) ? number : null;
        PersonFacts Facts(PersonFacts person) => person with { Phone = phone, Country = who.Home.Country };
        return happened with
        {
            Contacts = phone is null ? happened.Contacts : [.. happened.Contacts.Where(c => c.Channel == Channel.Email), Contact.Of(phone)],
            Body = happened.Body switch
            {
                CartChanged e => e with { Person = Facts(e.Person), Cart = e.Cart with { Phone = phone } },
                OrderChanged e => e with { Person = Facts(e.Person) },
                CustomerChanged e => e with { Person = Facts(e.Person) },
                var other => other,
            },
        };
    }
}
