using System.Globalization;
using System.Text.Json;
using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>
/// Judges a year by what the shop knows and by what was known before each claim, with arithmetic, tables and thresholds of
/// its own. What an event may have said counts from its arrival; what it must have said, from the end of its handling.
/// </summary>
internal sealed class YearOracle(Year year)
{
    private readonly Dictionary<string, StoreEvent> events = year.Shop.Events.ToDictionary(e => e.Id);
    private readonly List<Sent> all = Gather(year);

    /// <summary>A message the vendor accepted, with its claim and whom it reached.</summary>
    private sealed record Sent(OutgoingMessage Message, SendOrder Order, int Step, DateTimeOffset At, Human Who)
    {
        public bool IsText => Message.Channel == Channel.Sms;

        /// <summary>Two people are behind the address, or the account: what is theirs together is judged together or not at all.</summary>
        public bool IsShared => Who.SharesEmail || (IsText && Who.SharesPhone);

        public override string ToString() => $"{Message.Automation} {Message.Occasion} step {Message.Step} by {Message.Channel} to human {Who.Number}, claimed {At:u}";
    }

    public void Judge()
    {
        Assert.All(year.Shop.Events, e => Assert.True(year.Known.ContainsKey(e.Id), $"Promise 1: {e.Id} was never handled."));
        Invariants.AtTheEnd(year.World); // I1, I2, I3
        foreach (var sent in all)
        {
            switch (sent.Order.Subject)
            {
                case Subject.Cart: Cart(sent); break;
                case Subject.Drops drops: Drops(sent, drops.All); break;
                case Subject.Reorder reorder: Reorder(sent, reorder.Refill); break;
                default: Assert.Fail($"{sent} is about nothing."); break;
            }

            if (sent.IsText) { MayText(sent); }
            else { MayMail(sent); }
        }

        Once();
        foreach (var human in year.Shop.People)
        {
            Paced(human);
            Kept(human);
        }

        Apart();
        WithinBudget();
        Explained();
    }

    private static List<Sent> Gather(Year year) => [.. year.World.Vendor.Accepted.Select(m =>
    {
        var (step, at) = year.Claims[m.SendId];
        var order = year.World.Composer.About[m];
        var who = order.Subject is Subject.Cart ? year.Shop.Visits[m.Occasion].Who
            : year.Shop.People.Where(h => m.To == (m.Channel == Channel.Sms ? h.Phone : h.Email)).MaxBy(h => h.Email == year.World.Composer.For[m])!;
        Assert.Equal(m.Channel == Channel.Sms ? who.Phone : who.Email, m.To);
        return new Sent(m, order, step, at, who);
    })];

    // ---- carts

    private void Cart(Sent sent)
    {
        var visit = year.Shop.Visits[sent.Message.Occasion];
        // A version may be saved by a handler that died before its end: all that had happened may have counted.
        var version = year.Shop.Events.Where(e => e.Body is CartChanged c && e.HappenedAt <= sent.At && year.Shop.Visits[c.Cart.Id.Key] == visit)
            .Max(e => e.HappenedAt);
        foreach (var bought in Bought(sent))
        {
            var same = bought.Product == visit.Product && bought.At >= visit.Start;
            var later = bought.Who == visit.Who && !visit.Who.SharesEmail && At(bought.At) >= version;
            Assert.False(same || later, $"Promise 3: {sent}; order {bought.Id} of {At(bought.At):u} was known.");
        }

        if (!sent.IsText) { return; }

        Assert.True(sent.At <= version.AddHours(48), $"{sent}: a text about a cart that changed at {version:u}.");
        Assert.True(all.Count(s => s.IsText && s.Order.Subject is Subject.Cart && year.Shop.Visits[s.Message.Occasion] == visit) == 1, $"{sent}: two texts about one cart.");
    }

    // ---- drops

    private void Drops(Sent sent, IReadOnlyList<Drop> drops)
    {
        var late = sent.At.AddDays(-60);
        Assert.InRange(drops.Count, 1, 5);
        Assert.Equal([sent.Message.Occasion, .. sent.Order.Also], drops.Select(d => $"{d.Variant}@{d.Interest.Offer!.Since.ToUnixTimeMilliseconds()}"));
        foreach (var drop in drops)
        {
            var product = drop.Variant.ProductId;
            var (now, seen) = (drop.Interest.Offer!.Price!.Amount, drop.Interest.Seen!.Price.Amount);
            Assert.True(MayCost(sent, product).Any(t => t.Price == now && t.InStock && !(At(t.SaleEnds ?? 1e6) <= sent.At)),
                $"{sent} claims {now} for product {product}; the shop had said {string.Join(" or ", MayCost(sent, product))}.");
            Assert.True(MayHaveSeen(sent, product).Contains(seen), $"{sent} claims {seen} was seen of product {product}; it was {string.Join(" or ", MayHaveSeen(sent, product))}.");
            var median = year.Lessons.Where(l => l.Step < sent.Step).TakeLast(2).Select(l => l.MedianOrder).DefaultIfEmpty(0).Min();
            Assert.True(now <= seen * 0.9m && seen - now >= median * 0.02m, $"{sent}: from {seen} to {now} is not worth a message where an order is {median}.");
            Assert.True(Sights(sent, product).Any(s => At(s.At) >= late), $"{sent}: nobody had looked at product {product} for 60 days.");
            foreach (var bought in Bought(sent).Where(b => b.Product == product))
            {
                Assert.True(At(bought.At) <= late, $"Promise 3: {sent}; order {bought.Id} of {At(bought.At):u} was known.");
            }
        }
    }

    /// <summary>The newest word on the price that must have been known, and every newer one that had arrived.</summary>
    private List<PriceTag> MayCost(Sent sent, long product)
    {
        var tags = year.Shop.Prices[product];
        var least = tags.FindLastIndex(t => IsKnown(t.EventId, sent.Step));
        return [.. tags.Where((t, i) => i == least || (i > least && HasArrived(t.EventId, sent.At)))];
    }

    /// <summary>The newest price that must be known to have been shown, and every newer one that had arrived.</summary>
    private List<decimal?> MayHaveSeen(Sent sent, long product)
    {
        var sights = Sights(sent, product).OrderBy(s => s.At).ToList();
        // Of two accounts with one address each has seen what it has seen.
        var least = sent.Who.SharesEmail ? 0 : sights.FindLastIndex(s => s.Price is not null && IsKnown(s.EventId, sent.Step));
        // A cart without prices shows what the catalog says.
        return [.. sights.Where((_, i) => i >= Math.Max(0, least)).Select(s => s.Price ?? year.Shop.TagAt(product, s.At).Price)];
    }

    private IEnumerable<Sight> Sights(Sent sent, long product) => year.Shop.People.Where(h => h.Email == sent.Who.Email)
        .SelectMany(h => h.Sights).Where(s => s.Product == product && HasArrived(s.EventId, sent.At));

    // ---- refills

    private void Reorder(Sent sent, Refill refill)
    {
        var (product, day) = (refill.Variant.ProductId, refill.LastAt.UtcDateTime.Date);
        Assert.Equal($"{product}@{day:yyyyMMdd}", sent.Message.Occasion);
        var own = year.Shop.People.Where(h => h.Email == sent.Who.Email).SelectMany(h => h.Purchases)
            .Where(p => p.Product == product && HasArrived(p.EventId, sent.At)).ToList();
        Assert.Contains(own, p => At(p.At).UtcDateTime.Date == day);
        foreach (var bought in Bought(sent).Where(b => b.Product == product))
        {
            Assert.False(At(bought.At).UtcDateTime.Date > day, $"Promise 3: {sent}; order {bought.Id} of {At(bought.At):u} was known.");
        }

        var days = own.Select(p => At(p.At).UtcDateTime.Date).Distinct().Count();
        var passes = product == Shop.Marked || days >= 3 || year.Lessons.Where(l => l.Step < sent.Step).TakeLast(2)
            .Any(l => l.Products.GetValueOrDefault(product) is var (buyers, again) && buyers >= 20 && again * 5 >= buyers);
        Assert.True(passes, $"{sent}: bought on {days} days, and too few buy product {product} again.");

        var gap = (refill.Due.DueAt - refill.LastAt).TotalDays;
        var lead = Math.Min(Math.Max(3, gap / 10), Math.Max(gap / 2, gap - 3));
        Assert.True(sent.At >= refill.LastAt.AddDays(3) && sent.At >= refill.Due.DueAt.AddDays(-lead).AddMinutes(-1) && sent.At <= refill.Due.DueAt.AddDays(14),
            $"{sent}: bought {refill.LastAt:u}, due {refill.Due.DueAt:u}.");
        // A forecast, not an oracle; but no nonsense. Of two people with one address the purchases may be one rhythm.
        var expected = Shop.Consumables.TryGetValue(product, out var every) && days >= 4 && !sent.Who.SharesEmail ? every : gap;
        Assert.True(gap > expected / 2.5 && gap < expected * 2.5, $"{sent}: {gap:F0} days after the last purchase.");
    }

    // ---- who may be written to

    /// <summary>Promise 4: the newest word known before the claim is a yes, proven as the law asks, and nobody pressed the link.</summary>
    private void MayMail(Sent sent)
    {
        Assert.False(year.Unsubscribed.GetValueOrDefault(sent.Message.To, int.MaxValue) < sent.Step, $"Promise 4: {sent}, after the link was pressed.");
        if (sent.Who.SharesEmail) { return; }

        var needed = sent.Who.Home.Country == "DE" ? OptInLevel.Double : OptInLevel.Single;
        Assert.True(MaySay(sent, sent.Who.Consents).Any(w => w.State == ConsentState.Given && w.Level >= needed), $"Promise 4: {sent}, without a yes.");
    }

    private void MayText(Sent sent)
    {
        var home = sent.Who.Home;
        Assert.False(year.Unsubscribed.GetValueOrDefault(sent.Message.To, int.MaxValue) < sent.Step, $"Promise 4: {sent}, after STOP.");
        Assert.True(home.Hours.Length > 0 && home.Country != "SA", $"Promise 4: {sent}: no texts go there from Dubai.");
        foreach (var (zone, from, to, sunday) in home.Hours)
        {
            var local = TimeZoneInfo.ConvertTime(sent.At, TimeZoneInfo.FindSystemTimeZoneById(zone));
            Assert.True(local.Hour >= (local.DayOfWeek == DayOfWeek.Sunday ? sunday : from) && local.Hour < to, $"Promise 4: {sent}, at {local:ddd HH:mm} in {zone}.");
        }

        var needed = home.Places.Contains("DE") || (home.Places.Contains("US") && sent.Order.Subject is Subject.Cart) ? OptInLevel.Double : OptInLevel.Single;
        Assert.True(MaySay(sent, sent.Who.Texts).Any(w => w.State == ConsentState.Given && w.Level >= needed), $"Promise 4: {sent}, without a yes.");
        var household = year.Shop.People.Where(h => h.Phone == sent.Who.Phone).SelectMany(h => h.Texts).ToList();
        Assert.True(MaySay(sent, household).Any(w => w.State == ConsentState.Given), $"Promise 4: {sent}, after somebody with this number said no.");
    }

    /// <summary>The newest word that must have been known, and every newer one that had arrived; nothing from before an erasure.</summary>
    private List<Word> MaySay(Sent sent, IEnumerable<Word> words)
    {
        var standing = words.Where(w => HasArrived(w.EventId, sent.At) && !(w.At <= sent.Who.Erased && sent.At > At(sent.Who.Erased.Value).AddDays(2)))
            .OrderBy(w => w.At).ToList();
        var least = standing.FindLastIndex(w => IsKnown(w.EventId, sent.Step));
        return [.. standing.Skip(Math.Max(0, least))];
    }

    // ---- how often

    /// <summary>Promise 2: one message per occasion, step and channel, also of the occasions that ride along; a drop and a refill have one in all.</summary>
    private void Once()
    {
        var twice = all.SelectMany(s => s.Order.Also.Prepend(s.Message.Occasion).Select(o => (Sent: s, Occasion: o)))
            .GroupBy(s => (s.Sent.Who, s.Sent.Message.Automation, s.Occasion, s.Sent.Message.Step, s.Sent.Order.Subject is Subject.Cart ? s.Sent.Message.Channel : default))
            .FirstOrDefault(g => !(g.Key.Who is { SharesEmail: true } or { SharesPhone: true }) && g.Count(s => s.Sent.Who.Erased is null) > 1);
        Assert.True(twice is null, $"Promise 2: {twice?.Key.Occasion}: {string.Join(" and ", twice?.Select(t => t.Sent) ?? [])}.");
        var ids = all.GroupBy(s => s.Message.SendId).FirstOrDefault(g => g.Select(s => s.Message.To).Distinct().Count() > 1);
        Assert.True(ids is null, $"One send id for several people: {string.Join(" and ", ids?.AsEnumerable() ?? [])}.");
    }

    /// <summary>Promise 4, and the paces of drops and refills. What was forgotten does not count.</summary>
    private void Paced(Human human)
    {
        var mine = all.Where(s => s.Who == human && !s.IsShared).OrderBy(s => s.At).ToList();
        var (mail, texts) = (mine.Where(s => !s.IsText).ToList(), mine.Where(s => s.IsText).ToList());
        Apart(mail, 1, TimeSpan.FromHours(16));
        Apart(mail, 4, TimeSpan.FromDays(7));
        Apart(texts, 1, TimeSpan.FromHours(24));
        Apart(texts, 4, TimeSpan.FromDays(7));
        Apart([.. mine.Where(s => s.Order.Subject is Subject.Reorder)], 1, TimeSpan.FromDays(1));
        var drops = mine.Where(s => s.Order.Subject is Subject.Drops).ToList();
        Apart(drops, 1, TimeSpan.FromDays(7));
        for (var product = 1; product <= 8; product++)
        {
            Apart([.. drops.Where(s => ((Subject.Drops)s.Order.Subject).All.Any(d => d.Variant.ProductId == product))], 1, TimeSpan.FromDays(14));
        }

        void Apart(List<Sent> sent, int most, TimeSpan span)
        {
            for (var i = most; i < sent.Count; i++)
            {
                var forgotten = human.Erased is { } erased && sent[i - most].At <= At(erased).AddDays(2);
                Assert.True(forgotten || sent[i].At - sent[i - most].At >= span, $"Promise 4: more than {most} in {span}: {sent[i - most]}, and {sent[i]}.");
            }
        }
    }

    private void WithinBudget()
    {
        foreach (var month in Texts())
        {
            Assert.True(month.Value <= Year.Budget, $"{month.Value} segments in {month.Key:yyyy-MM}; {Year.Budget} may be.");
        }
    }

    /// <summary>Segments by month of the store's calendar.</summary>
    public Dictionary<DateOnly, int> Texts() => all.Where(s => s.IsText).GroupBy(s => Month(s.At))
        .ToDictionary(g => g.Key, g => g.Sum(s => ((MessageContent.Sms)s.Message.Content).Segments));

    public static DateOnly Month(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(TimeSpan.FromHours(4)).DateTime) is var d ? new(d.Year, d.Month, 1) : default;

    // ---- purchases

    /// <summary>What the one who is written to, or somebody with the same address, was known to have bought before the claim.</summary>
    private IEnumerable<Purchase> Bought(Sent sent) => year.Shop.People.Where(h => h.Email == sent.Who.Email).SelectMany(h => h.Purchases)
        .Where(p => IsKnown(p.EventId, sent.Step) && !(sent.Who.Erased is { } erased && p.At <= erased) // Forgotten, as was asked.
            && (p.Email is not null || (p.Who == sent.Who && IsTied(p, sent.Step)))); // At the till, once somebody said whose account it is.

    private bool IsTied(Purchase bought, int step) =>
        !bought.Who.SharesEmail && year.Shop.Events.Any(e => e.Body is not (CustomerErased or CustomersMerged) && IsKnown(e.Id, step)
            && !(At(bought.Who.Erased ?? -1) >= e.HappenedAt)
            && e.Aliases.Any(a => a.Stored == $"account:{bought.Account}") && e.Aliases.Any(a => a.Stored == $"email:{bought.Who.Email}"));

    /// <summary>Promise 1, I1 and I7: each order stands where its aliases lead; what was before an erasure stands nowhere.</summary>
    private void Kept(Human human)
    {
        foreach (var bought in human.Purchases)
        {
            var heads = year.World.People().Values.Where(p => p.Orders.ContainsKey(bought.Id)).ToList();
            var happened = events[bought.EventId];
            if (human.Erased is { } erased && bought.At <= erased)
            {
                // The request names what the platform knew then: the address, and the account if there was one.
                Assert.True(heads.Count == 0 || bought.CalledOff > erased, $"I7: order {bought.Id} of {happened.HappenedAt:u} stands, erased {At(erased):u}.");
                continue;
            }

            var head = Assert.Single(heads);
            Assert.Contains(happened.Aliases, a => year.World.Person(a)?.Key == head.Key);
        }
    }

    /// <summary>I8: accounts that the platform did not make one lead to heads of their own.</summary>
    private void Apart()
    {
        var accounts = year.Shop.Events.SelectMany(e => e.Aliases).Where(a => a.Rank == 0).Distinct()
            .Where(a => year.Shop.Merged.All(m => a.Value != m.Removed.ToString(CultureInfo.InvariantCulture)));
        var twice = accounts.GroupBy(a => year.World.Person(a)?.Key).FirstOrDefault(g => g.Key is not null && g.Count() > 1);
        Assert.True(twice is null, $"I8: {twice?.Key} holds {twice?.Count()} accounts.");
    }

    // ---- reasons

    /// <summary>Promise 5: every occasion that arose has its lines in the ledger, and the last one is no wait but for a time that is still to come.</summary>
    private void Explained()
    {
        var later = year.World.People().Values.SelectMany(p => p.Decisions.Values).Where(d => d.Until > year.World.Clock.Now).Select(d => (d.Automation, d.Occasion)).ToHashSet();
        var told = Ledger(year).GroupBy(l => (l.Automation, l.Occasion)).ToDictionary(g => g.Key, g => g.Last());
        foreach (var human in year.Shop.People.Where(h => h.Erased is null && !h.SharesEmail))
        {
            foreach (var visit in human.Visits.Where(v => v.Named)) { Told(AbandonedCart.Name, "cart:" + visit.CartToken); }

            foreach (var (product, tag) in LastingDrops(human)) { Told(PriceDrop.Name, DropOf(product, tag)); }

            foreach (var (product, day) in Refills(human)) { Told(Replenishment.Name, $"{product}@{day:yyyyMMdd}"); }

            void Told(string automation, string occasion)
            {
                Assert.True(told.TryGetValue((automation, occasion), out var last), $"Promise 5: not a word about {automation} {occasion} of human {human.Number}.");
                Assert.True(last!.Kind != "wait" || later.Contains((automation, occasion)), $"Promise 5: {automation} {occasion} of human {human.Number} ended in a wait: {last.Code}.");
            }
        }
    }

    public static string DropOf(long product, PriceTag tag) => $"{product}-0@{At(tag.At).ToUnixTimeMilliseconds()}";

    /// <summary>Drops below what a person saw that stand for three days, in stock, with nothing shown or sold in between.</summary>
    public IEnumerable<(long Product, PriceTag Tag)> LastingDrops(Human human)
    {
        foreach (var (product, tags) in year.Shop.Prices)
        {
            for (var i = 1; i < tags.Count; i++)
            {
                var (tag, ends) = (tags[i], Math.Min(i + 1 < tags.Count ? tags[i + 1].At : double.MaxValue, tags[i].SaleEnds ?? double.MaxValue));
                var seen = human.Sights.Where(s => s.Product == product && s.At < tag.At).MaxBy(s => s.At);
                // Words in their order: a rise heard of after the next fall splits what was told already.
                var inOrder = year.Known[tags[i - 1].EventId] < year.Known[tag.EventId];
                if (inOrder && tag.InStock && tag.Price < tags[i - 1].Price && ends > tag.At + (3 * 24 * 60) && seen is { Price: { } price } && seen.At > tag.At - (50 * 24 * 60)
                    && tag.Price < price && human.Sights.All(s => s.Product != product || s.At <= seen.At || s.At > tag.At + (3 * 24 * 60)))
                {
                    yield return (product, tag);
                }
            }
        }
    }

    /// <summary>Days on which something that is used up was bought for the third time or more, and kept.</summary>
    private static IEnumerable<(long Product, DateTime Day)> Refills(Human human)
    {
        foreach (var product in Shop.Consumables.Keys)
        {
            var days = human.Purchases.Where(p => p.Product == product && p.CalledOff is null).OrderBy(p => p.At).Select(p => At(p.At).UtcDateTime.Date).ToList();
            foreach (var day in days.Skip(2)) { yield return (product, day); }
        }
    }

    /// <summary>Every line of every ledger that stands, in the order of time.</summary>
    public static IEnumerable<(string Automation, string Occasion, string Kind, string Code, DateTimeOffset At)> Ledger(Year year) =>
        year.World.Engine.Rows("store" + World.StoreId).Where(r => r.Key.StartsWith("ledger-", StringComparison.Ordinal)).OrderBy(r => r.Key, StringComparer.Ordinal).Select(r =>
        {
            using var line = JsonDocument.Parse(r.Value);
            var entry = line.RootElement.GetProperty("entry");
            string Text(string name) => entry.GetProperty(name).GetString()!;
            return (Text("automation"), Text("occasion"), Text("kind"), Text("code"), entry.GetProperty("at").GetDateTimeOffset());
        });

    private bool IsKnown(string eventId, int step) => year.Known.GetValueOrDefault(eventId, int.MaxValue) < step;

    private bool HasArrived(string eventId, DateTimeOffset at) => year.Arrived.TryGetValue(eventId, out var arrived) && arrived <= at;
}
