using StoreConnector.Core.Events;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>Makes histories of a few people from a seed.</summary>
internal static class Histories
{
    /// <summary>
    /// People whose addresses are their own. Each event that names two tokens also names an address or an account, and a
    /// token is one person's: what else can happen to tokens is argued, not promised (docs/protocols.md §1.5).
    /// </summary>
    public static List<StoreEvent> OwnAddresses(Random random)
    {
        var events = new List<StoreEvent>();
        var people = random.Next(2, 4);
        var budget = random.Next(6, 15);
        for (var p = 1; p <= people; p++)
        {
            var count = p == people ? budget - events.Count : budget / people;
            events.AddRange(Person(random, p, Math.Max(1, count)));
        }

        return events;
    }

    /// <summary>The same, and two or three accounts that type one address, and share a phone.</summary>
    public static List<StoreEvent> SharedAddresses(Random random)
    {
        var events = new List<StoreEvent>();
        for (var i = 0; i < random.Next(6, 15); i++)
        {
            var (id, at, account) = ($"s{i}", random.Next(1, 600), (long)random.Next(1, 4));
            var email = random.Next(4) switch { 0 => "pos@rimal.example", 1 => $"own{account}@example.com", _ => "family@example.com" };
            events.Add(random.Next(5) switch
            {
                0 => Account(id, at, account, email),
                1 => Checkout(id, at, $"t{account}", email, account),
                2 => Order(id, at, 100 + i, email, account, phone: "+971501234567"),
                3 => Order(id, at, 100 + i, email, phone: "+971501234567"),
                _ => Consent(id, at, email, account),
            });
        }

        return events;
    }

    private static IEnumerable<StoreEvent> Person(Random random, int p, int count)
    {
        // One or two accounts that the platform makes one, each with addresses of its own; or a guest with one address.
        var accounts = random.Next(3) switch { 0 => 0, 1 => 1, _ => random.Next(1, 3) };
        var merged = accounts == 2;
        if (merged)
        {
            var (kept, removed) = random.Next(2) == 0 ? (p * 10 + 1, p * 10 + 2) : (p * 10 + 2, p * 10 + 1);
            yield return MergeAccounts($"p{p}m", random.Next(1, 600), kept, removed);
        }

        for (var i = merged ? 1 : 0; i < count; i++)
        {
            var at = random.Next(1, 600);
            var which = accounts == 2 ? random.Next(1, 3) : 1;
            long? account = accounts == 0 ? null : p * 10 + which;
            var old = account is not null && random.Next(4) == 0 ? 1 : 0;
            var email = $"p{p}a{which}{(old == 1 ? "old" : "")}@example.com";
            var named = account is not null && random.Next(3) > 0 ? account : null;
            var token = random.Next(1, 4);
            var id = $"p{p}e{i}";
            yield return random.Next(10) switch
            {
                0 => Cart(id, at, $"c{email}{token}", random.Next(1, 4)),
                1 or 2 => Checkout(id, at, $"t{p}{email}{token}", email, named, random.Next(2) == 0 ? $"c{email}{token}" : null, random.Next(1, 4), random.Next(0, 3)),
                3 => Order(id, at, p * 100 + token, null, null, product: random.Next(1, 4)),
                4 or 5 => Order(id, at, p * 100 + 50 + token * 4 + which * 2 + old, email, named, random.Next(2) == 0 ? $"t{p}{email}{token}" : null,
                    status: (OrderStatus)random.Next(0, 5), version: at + random.Next(0, 50), product: random.Next(1, 4)),
                6 => Refund(id, at, p * 100 + i, p * 100 + (random.Next(2) == 0 ? token : 50 + token * 2 + which)),
                7 => Consent(id, at, email, named, (ConsentState)random.Next(0, 4), (OptInLevel)random.Next(0, 3)),
                8 when account is { } known => Account(id, at, known, email, $"name {random.Next(3)}"),
                _ => Checkout(id, at, $"t{p}{email}{token}", email, named, items: random.Next(0, 3), completed: random.Next(4) == 0),
            };
        }
    }
}
