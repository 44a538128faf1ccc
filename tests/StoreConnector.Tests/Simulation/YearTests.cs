using System.Globalization;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>
/// A shop's year in seconds, with everything that goes wrong, judged by an oracle with arithmetic of its own: promises 1 to 5
/// and the invariants I1 to I5, I7 and I8. <c>SIM_SEED=7</c> begins at another seed, <c>SIM_SEEDS=50</c> runs more of them.
/// </summary>
[Trait("Speed", "slow")]
public sealed class YearTests
{
    private static readonly string[] Automations = [AbandonedCart.Name, PriceDrop.Name, Replenishment.Name];

    private static readonly string[] Fates =
    [
        ReasonCode.AlreadyBought, ReasonCode.NoPermission, ReasonCode.Unsubscribed, ReasonCode.OutcomeUnknown, ReasonCode.NotSent, ReasonCode.NewerCart,
        ReasonCode.PriceRose, ReasonCode.QuietHours, ReasonCode.AnotherFirst, ReasonCode.NotUsedUp, ReasonCode.OutOfStock, ReasonCode.DropTooSmall,
        ReasonCode.SmsBudgetSpent, ReasonCode.OneTextPerCart,
    ];

    [Fact]
    public void A_year_with_everything_that_goes_wrong_keeps_every_promise()
    {
        var fates = new Dictionary<string, int>();
        ForSeeds(2, seed =>
        {
            var year = new Year(seed, 44, 365, 8);
            year.Run(365);
            new YearOracle(year).Judge();
            lock (fates) { Count(year, fates); }
        });
        Print(fates);
        Assert.True(fates["sent"] > 300, "Hardly anything was sent: the simulation is not looking.");
        foreach (var fate in Fates.Concat(["collapsed", "capped-or-paced", "erased", "fault", "grouped", "rise"]))
        {
            Assert.True(fates.GetValueOrDefault(fate) > 0, $"Nobody met '{fate}': the simulation is not looking.");
        }
    }

    [Fact]
    public void In_a_quiet_year_whoever_should_be_reminded_is()
    {
        var fates = new Dictionary<string, int>();
        ForSeeds(1, seed =>
        {
            var year = new Year(seed, 54, 365, 6, quiet: true);
            year.Run(365);
            var oracle = new YearOracle(year);
            oracle.Judge();
            Count(year, fates);
            foreach (var automation in Automations)
            {
                foreach (var channel in Enum.GetValues<Channel>()) { Assert.True(fates.GetValueOrDefault($"{automation} {channel}") > 0, $"No {automation} left by {channel}."); }
            }

            Carts(year);
            Drops(year, oracle);
            Refills(year);
            // A month that ran out was spent to the last segment: a text takes two at most.
            var spent = YearOracle.Ledger(year).Where(l => l.Code == ReasonCode.SmsBudgetSpent).Select(l => YearOracle.Month(l.At)).ToHashSet();
            Assert.All(spent, month => Assert.InRange(oracle.Texts().GetValueOrDefault(month), Year.Budget - 1, Year.Budget));
        });
        Print(fates);
    }

    /// <summary>A cart that was left for good by somebody who agreed, with nothing else near it.</summary>
    private static void Carts(Year year)
    {
        var (due, reminded) = (0, 0);
        foreach (var visit in year.Shop.People.SelectMany(h => h.Visits).Where(v => IsAlone(year, v)))
        {
            due++;
            var first = year.World.Vendor.Accepted.Where(m => m.Automation == AbandonedCart.Name && m.Step == 1 && year.Shop.Visits[m.Occasion] == visit).Select(m => year.Claims[m.SendId].At).ToList();
            if (first is [var at] && at >= At(visit.Start + 60) && at <= At(visit.Last + 65)) { reminded++; }
        }

        Enough("carts", due, reminded, 15);
    }

    private static bool IsAlone(Year year, Visit visit)
    {
        var (who, week) = (visit.Who, 9 * 24 * 60);
        bool Near(double at) => at > visit.Start - week && at < visit.Last + 120;
        return visit is { Left: true, Named: true } && MayMail(year, who, visit.Last, visit.Start - week) && !(who.Erased < visit.Last + 120)
            && who.Visits.All(v => v == visit || v.Last < visit.Start - week || v.Start > visit.Last + 120)
            && !who.Purchases.Any(p => Near(p.At)) && !Household(year, who).Any(p => p.Product == visit.Product && Near(p.At));
    }

    /// <summary>A drop that lasts, of something in stock, worth telling, to somebody who agreed and has bought nothing of it.</summary>
    private static void Drops(Year year, YearOracle oracle)
    {
        var (due, told) = (0, 0);
        foreach (var who in year.Shop.People.Where(h => !h.SharesEmail && h.Erased is null))
        {
            foreach (var (product, tag) in oracle.LastingDrops(who))
            {
                var seen = who.Sights.Last(s => s.At == who.Sights.Where(o => o.Product == product && o.At < tag.At).Max(o => o.At)).Price!.Value;
                var near = year.World.Vendor.Accepted.Where(m => m.To == who.Email).Any(m =>
                    year.World.Composer.About[m] is var order && !order.Also.Prepend(m.Occasion).Contains(YearOracle.DropOf(product, tag))
                    && year.Claims[m.SendId].At is var at && at > At(tag.At).AddDays(-15) && at < At(tag.At).AddDays(3));
                if (tag.Price > seen * 0.85m || seen - tag.Price < 10 || near || !MayMail(year, who, tag.At, tag.At - (20 * 24 * 60))
                    || who.Purchases.Concat(Household(year, who)).Any(p => p.Product == product)) { continue; }

                due++;
                told += year.World.Vendor.Accepted.Any(m => m.To == who.Email && m.Automation == PriceDrop.Name
                    && year.World.Composer.About[m].Also.Prepend(m.Occasion).Contains(YearOracle.DropOf(product, tag))) ? 1 : 0;
            }
        }

        Enough("drops", due, told, 3);
    }

    /// <summary>Somebody who agreed, buys coffee every four weeks for the fifth time or more, and buys it again after three weeks or later.</summary>
    private static void Refills(Year year)
    {
        var (due, told) = (0, 0);
        foreach (var who in year.Shop.People.Where(h => !h.SharesEmail && h.Erased is null))
        {
            var coffee = who.Purchases.Where(p => p.Product == 20).OrderBy(p => p.At).ToList();
            foreach (var (bought, next) in coffee.Zip(coffee.Skip(1)).Skip(4).Where(p => p.First.CalledOff is null))
            {
                if (!MayMail(year, who, next.At, bought.At) || next.At - bought.At < 30 * 24 * 60 || Household(year, who).Any(p => p.Product == 20)) { continue; }

                due++;
                told += year.World.Vendor.Accepted.Any(m => m.To == who.Email && m.Automation == Replenishment.Name
                    && m.Occasion == $"20@{At(bought.At).UtcDateTime:yyyyMMdd}") ? 1 : 0;
            }
        }

        Enough("refills", due, told, 10, 0.8); // Some are forecast to need it later than they do.
    }

    private static void Enough(string what, int due, int done, int least, double share = 0.99)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {done} of {due}");
        Assert.True(due >= least && done >= due * share, $"{done} of {due} {what} that should be told of were.");
    }

    /// <summary>E-mail was allowed all the time from then until then.</summary>
    private static bool MayMail(Year year, Human who, double at, double since)
    {
        var word = who.Consents.Where(c => c.At < since).OrderBy(c => c.At).LastOrDefault();
        var needed = who.Home.Country == "DE" ? OptInLevel.Double : OptInLevel.Single;
        return !who.SharesEmail && word is { State: ConsentState.Given } && word.Level >= needed && !(who.Unsubscribes < at + 4500)
            && !who.Consents.Any(c => c.At >= since && c.At < at + 4500);
    }

    /// <summary>What others with the same number bought: silence is right.</summary>
    private static IEnumerable<Purchase> Household(Year year, Human who) =>
        year.Shop.People.Where(h => h != who && h.Phone is not null && h.Phone == who.Phone).SelectMany(h => h.Purchases);

    private static void Count(Year year, Dictionary<string, int> fates)
    {
        var accepted = year.World.Vendor.Accepted;
        Add("sent", accepted.Count);
        foreach (var message in accepted) { Add($"{message.Automation} {message.Channel}", 1); }

        Add("collapsed", accepted.Count(m => m.Step > 1 && !accepted.Any(o => o.Occasion == m.Occasion && o.Step == m.Step - 1)));
        Add("grouped", accepted.Count(m => year.World.Composer.About[m].Also.Count > 0));
        Add("erased", year.Shop.People.Count(h => h.Erased is not null));
        Add("fault", year.Faults);
        Add("rise", year.Rises);
        foreach (var (_, _, _, code, _) in YearOracle.Ledger(year)) { Add(code is ReasonCode.Capped or ReasonCode.Paced ? "capped-or-paced" : code, 1); }

        void Add(string fate, int n) => fates[fate] = fates.GetValueOrDefault(fate) + n;
    }

    private static void Print(Dictionary<string, int> fates) => TestContext.Current.TestOutputHelper?.WriteLine(
        string.Join(", ", fates.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} {f.Value}")));

    private static void ForSeeds(int count, Action<int> check)
    {
        var first = int.Parse(Environment.GetEnvironmentVariable("SIM_SEED") ?? "1", CultureInfo.InvariantCulture);
        count = int.Parse(Environment.GetEnvironmentVariable("SIM_SEEDS") ?? count.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"SIM_SEED={first} SIM_SEEDS={count}");
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
