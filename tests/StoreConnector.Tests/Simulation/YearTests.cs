using System.Globalization;
using System.Text.Json;
using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Events;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>
/// A shop's year in seconds, with everything that goes wrong, judged by an oracle with arithmetic of its own: promises 1 to 4
/// and the invariants I1 to I5, I7 and I8. <c>SIM_SEED=7</c> begins at another seed, <c>SIM_SEEDS=50</c> runs more of them.
/// </summary>
[Trait("Speed", "slow")]
public sealed class YearTests
{
    private static readonly string[] Fates =
    [
        ReasonCode.AlreadyBought, ReasonCode.NoPermission, ReasonCode.Unsubscribed, ReasonCode.OutcomeUnknown, ReasonCode.NotSent, ReasonCode.NewerCart,
    ];

    [Fact]
    public void A_year_with_everything_that_goes_wrong_keeps_every_promise()
    {
        var fates = new Dictionary<string, int>();
        ForSeeds(3, seed =>
        {
            var year = new Year(seed, 50, 365, 14);
            year.Run(365);
            Judge(year);
            lock (fates) { Count(year, fates); }
        });
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", fates.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} {f.Value}")));
        Assert.True(fates["sent"] > 300, "Hardly anything was sent: the simulation is not looking.");
        foreach (var fate in Fates.Append("collapsed").Append("capped-or-paced").Append("erased").Append("fault"))
        {
            Assert.True(fates.GetValueOrDefault(fate) > 0, $"Nobody met '{fate}': the simulation is not looking.");
        }
    }

    [Fact]
    public void In_a_quiet_year_whoever_should_be_reminded_is()
    {
        var (due, reminded) = (0, 0);
        ForSeeds(1, seed =>
        {
            var year = new Year(seed, 70, 365, 6, quiet: true);
            year.Run(365);
            Judge(year);
            foreach (var visit in year.Shop.People.SelectMany(h => h.Visits).Where(v => IsAlone(v) && !SharedPhone(year, v)))
            {
                due++;
                var first = year.World.Vendor.Accepted.Where(m => m.Step == 1 && year.Shop.Visits[m.Occasion] == visit).Select(m => year.Claims[m.SendId].At).ToList();
                if (first is [var at] && at >= At(visit.Start + 60) && at <= At(visit.Last + 65)) { reminded++; }
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{reminded} of {due}");
        Assert.True(due > 50 && reminded >= due * 0.99, $"{reminded} of {due} who should be reminded were.");
    }

    /// <summary>A cart that was left for good by somebody who agreed, with nothing else near it: no doubt it should be reminded of.</summary>
    private static bool IsAlone(Visit visit)
    {
        var (who, week) = (visit.Who, 9 * 24 * 60);
        bool Near(double at) => at > visit.Start - week && at < visit.Last + 120;
        var consent = who.Consents.Where(c => c.At < visit.Last).OrderBy(c => c.At).LastOrDefault();
        return visit is { Left: true, Named: true } && !who.SharesEmail && consent.State == ConsentState.Given
            && !who.Consents.Any(c => Near(c.At)) && !(who.Unsubscribes < visit.Last + 120) && !(who.Erased < visit.Last + 120)
            && who.Visits.All(v => v == visit || v.Last < visit.Start - week || v.Start > visit.Last + 120)
            && !who.Purchases.Any(p => Near(p.At));
    }

    /// <summary>Somebody with the same number bought the same product about then: silence is right.</summary>
    private static bool SharedPhone(Year year, Visit visit) => year.Shop.People.SelectMany(h => h.Purchases)
        .Any(p => p.Who.Number / 2 % 10 == visit.Who.Number / 2 % 10 && p.Product == visit.Product && p.At > visit.Start - (2 * 24 * 60) && p.At < visit.Last + 120);

    private static void Judge(Year year)
    {
        Assert.All(year.Shop.Events, e => Assert.True(year.Known.ContainsKey(e.Id), $"Promise 1: {e.Id} was never handled."));
        Invariants.AtTheEnd(year.World); // I1, I2, I3
        var accepted = year.World.Vendor.Accepted;
        foreach (var message in accepted)
        {
            var visit = year.Shop.Visits[message.Occasion];
            Assert.Equal(visit.Who.Email, message.To);
            NotBought(year, message, visit);
            Permitted(year, message, visit.Who);
        }

        foreach (var human in year.Shop.People)
        {
            Capped(year, human);
            Kept(year, human);
        }

        Apart(year);
    }

    /// <summary>Promise 3 and I5: no order that was known before the claim was saved ends this cart.</summary>
    private static void NotBought(Year year, OutgoingMessage message, Visit visit)
    {
        var claim = year.Claims[message.SendId];
        // A version may be saved by a handler that died before its end: all that had happened may have counted.
        var version = year.Shop.Events.Where(e => e.Body is CartChanged c && e.HappenedAt <= claim.At && year.Shop.Visits[c.Cart.Id.Key] == visit)
            .Max(e => e.HappenedAt);
        foreach (var bought in year.Shop.People.Where(h => h.Email == visit.Who.Email).SelectMany(h => h.Purchases).Where(p => IsKnown(year, p.EventId, claim.Step)))
        {
            if (visit.Who.Erased is { } erased && bought.At <= erased) { continue; } // Forgotten, as was asked.

            var named = bought.Email is not null || bought.Who == visit.Who;
            if (bought.Email is null && !IsTied(year, bought, claim.Step)) { continue; } // At the till, before anybody said whose account it is.

            var same = bought.Product == visit.Product && bought.At >= visit.Start;
            var later = bought.Who == visit.Who && !visit.Who.SharesEmail && At(bought.At) >= version;
            Assert.False(named && (same || later),
                $"Promise 3: {message.Occasion} step {message.Step} was claimed at {claim.At:u}, order {bought.Id} of {At(bought.At):u} was known.");
        }
    }

    private static bool IsTied(Year year, Purchase bought, int step) =>
        !bought.Who.SharesEmail && year.Shop.Events.Any(e => e.Body is not (CustomerErased or CustomersMerged) && IsKnown(year, e.Id, step)
            && !(At(bought.Who.Erased ?? -1) >= e.HappenedAt)
            && e.Aliases.Any(a => a.Stored == $"account:{bought.Account}") && e.Aliases.Any(a => a.Stored == $"email:{bought.Who.Email}"));

    /// <summary>Promise 4: the newest consent known before the claim is a yes, and the link was not pressed.</summary>
    private static void Permitted(Year year, OutgoingMessage message, Human who)
    {
        var claim = year.Claims[message.SendId];
        var consent = year.Shop.People.Where(h => h.Email == who.Email).SelectMany(h => h.Consents)
            .Where(c => IsKnown(year, c.Id, claim.Step) && !(c.At <= who.Erased && claim.At > At(who.Erased.Value).AddDays(2)))
            .OrderBy(c => c.At).LastOrDefault();
        if (!who.SharesEmail) { Assert.True(consent.State == ConsentState.Given, $"Promise 4: {message.Occasion} was claimed at {claim.At:u}; the address had said {consent.State}."); }

        Assert.False(year.Unsubscribed.GetValueOrDefault(who.Email, int.MaxValue) < claim.Step, $"Promise 4: {message.Occasion} was claimed at {claim.At:u}, after the link was pressed.");
    }

    /// <summary>Promise 4: sixteen hours between two, four in a week; what was forgotten does not count.</summary>
    private static void Capped(Year year, Human human)
    {
        if (human.SharesEmail) { return; }

        var times = year.World.Vendor.Accepted.Where(m => m.To == human.Email).Select(m => year.Claims[m.SendId].At).Order().ToList();
        for (var i = 1; i < times.Count; i++)
        {
            bool Forgotten(DateTimeOffset t) => human.Erased is { } erased && t <= At(erased).AddDays(2);
            Assert.True(Forgotten(times[i - 1]) || times[i] - times[i - 1] >= TimeSpan.FromHours(16), $"Promise 4: two messages within {times[i] - times[i - 1]}.");
            Assert.True(i < 4 || Forgotten(times[i - 4]) || times[i] - times[i - 4] >= TimeSpan.FromDays(7), "Promise 4: five messages in a week.");
        }
    }

    /// <summary>Promise 1, I1 and I7: each order stands where its aliases lead; what was before an erasure stands nowhere.</summary>
    private static void Kept(Year year, Human human)
    {
        foreach (var bought in human.Purchases)
        {
            var heads = year.World.People().Values.Where(p => p.Orders.ContainsKey(bought.Id)).ToList();
            var happened = year.Shop.Events.Single(e => e.Id == bought.EventId);
            if (human.Erased is { } erased && bought.At <= erased)
            {
                // The request names what the platform knew then: the address, and the account if there was one.
                Assert.True(heads.Count == 0, $"I7: order {bought.Id} of {happened.HappenedAt:u} stands, erased {At(erased):u}.");
                continue;
            }

            var head = Assert.Single(heads);
            Assert.Contains(happened.Aliases, a => year.World.Person(a)?.Key == head.Key);
        }
    }

    /// <summary>I8: accounts that the platform did not make one lead to heads of their own.</summary>
    private static void Apart(Year year)
    {
        var accounts = year.Shop.Events.SelectMany(e => e.Aliases).Where(a => a.Rank == 0).Distinct()
            .Where(a => year.Shop.Merged.All(m => a.Value != m.Removed.ToString(CultureInfo.InvariantCulture)));
        var twice = accounts.GroupBy(a => year.World.Person(a)?.Key).FirstOrDefault(g => g.Key is not null && g.Count() > 1);
        Assert.True(twice is null, $"I8: {twice?.Key} holds {twice?.Count()} accounts.");
    }

    private static bool IsKnown(Year year, string eventId, int step) => year.Known.GetValueOrDefault(eventId, int.MaxValue) < step;

    private static void Count(Year year, Dictionary<string, int> fates)
    {
        var accepted = year.World.Vendor.Accepted;
        Add("sent", accepted.Count);
        Add("collapsed", accepted.Count(m => m.Step > 1 && !accepted.Any(o => o.Occasion == m.Occasion && o.Step == m.Step - 1)));
        Add("erased", year.Shop.People.Count(h => h.Erased is not null));
        Add("fault", year.Faults);
        foreach (var row in year.World.Engine.Rows("store" + World.StoreId).Where(r => r.Key.StartsWith("ledger-", StringComparison.Ordinal)))
        {
            using var line = JsonDocument.Parse(row.Value);
            var code = line.RootElement.GetProperty("entry").GetProperty("code").GetString()!;
            Add(code is ReasonCode.Capped or ReasonCode.Paced ? "capped-or-paced" : code, 1);
        }

        void Add(string fate, int n) => fates[fate] = fates.GetValueOrDefault(fate) + n;
    }

    private static void ForSeeds(int count, Action<int> check)
    {
        var first = int.Parse(Environment.GetEnvironmentVariable("SIM_SEED") ?? "1", CultureInfo.InvariantCulture);
        count = int.Parse(Environment.GetEnvironmentVariable("SIM_SEEDS") ?? count.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (seed, loop) =>
        {
            try { check(seed); }
            catch (Exception e)
            {
                loop.Stop();
                throw new Xunit.Sdk.XunitException($"SIM_SEED={seed}\n{e.Message}\n{e.StackTrace}");
            }
        });
    }
}
