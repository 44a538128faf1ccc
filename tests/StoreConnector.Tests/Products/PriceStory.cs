using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Products;

/// <summary>What was true of the one variant from an instant on. Null: no price, or none that can be asked for.</summary>
internal sealed record Truth(DateTimeOffset From, decimal? Price, bool InStock, string Currency);

/// <summary>What the shop said, and when it first arrived.</summary>
internal sealed record Word(DateTimeOffset Version, decimal? Price, bool? InStock, DateTimeOffset? Until, string Currency, DateTimeOffset Arrived);

/// <summary>A look of the one person; <see cref="Named"/> is the price that the page told us.</summary>
internal sealed record Look(DateTimeOffset At, decimal? Named, string Currency, DateTimeOffset Arrived);

/// <summary>
/// A random history of one price and one person, from a seed: what is true, what is said of it, late, twice and in any order,
/// and an oracle that judges messages by the truth alone. It shares no arithmetic with the code.
/// </summary>
internal sealed class PriceStory
{
    public const string Mail = "mariam@example.com";

    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(15);

    private readonly Random random;
    private int told;
    private readonly List<Truth> truth = [];
    private readonly List<Word> words = [];
    private readonly List<Look> looks = [];
    private readonly List<(DateTimeOffset At, decimal Price)> sent = [];

    public PriceStory(int seed)
    {
        random = new(seed);
        Shop();
        People();
        Deliveries.Sort((a, b) => a.At.CompareTo(b.At));
    }

    /// <summary>What arrives, in the order of arrival; the currency is the store's then.</summary>
    public List<(DateTimeOffset At, StoreEvent Event, string Currency)> Deliveries { get; } = [];

    public static DateTimeOffset End => Story.T0.AddDays(62);

    public int Messages => sent.Count;

    /// <summary>A message leaves: what is false in it, or null.</summary>
    public string? Leaves(Drop drop, DateTimeOffset now)
    {
        sent.Add((now, drop.Interest.Offer!.Price!.Amount));
        var (seen, offer) = (drop.Interest.Seen!, drop.Interest.Offer);
        var known = words.Where(w => w.Arrived <= now).OrderBy(w => w.Version).ToList();
        var newest = known[^1];
        if (!(newest.Price > 0) || newest.Price != offer.Price!.Amount || newest.Currency != offer.Price.Currency) { return $"now {offer.Price}: the shop said {newest}"; }

        if (newest.Until <= now) { return $"now {offer.Price}: it held until {newest.Until:u}"; }

        if (known.LastOrDefault(w => w.InStock is not null)?.InStock == false) { return "in stock: it is not"; }

        if (looks.Find(l => l.At == seen.At) is not { } look) { return $"seen on {seen.At:u}: nobody looked then"; }

        // What the page did not say is judged by what the shop had told by then of that time.
        var was = look.Named ?? known.LastOrDefault(w => w.Version <= seen.At && !(w.Until <= seen.At))?.Price;
        if (was != seen.Price.Amount || look.Currency != seen.Price.Currency) { return $"was {seen.Price}: it was {was} {look.Currency}{(look.Named is null ? " (unnamed)" : "")}"; }

        if (looks.Any(l => l.Arrived <= now && l.At > seen.At && l.Named > 0)) { return $"was {seen.Price}: not what was seen last"; }

        if (!(offer.Price.Amount <= seen.Price.Amount * .9m)) { return $"{offer.Price} is no drop from {seen.Price}"; }

        var since = known[^1].Version; // Of this reduction: the price was named first then.
        for (var i = known.Count - 1; i >= 0 && known[i].Price == newest.Price && known[i].Currency == newest.Currency; i--) { since = known[i].Version; }

        if (offer.Since < since.AddSeconds(-1)) { return $"since {offer.Since:u}: since {since:u}"; }

        var before = known.Where(w => w.Version < since).ToList();
        var lowest = before.Where((w, i) => w.Price > 0 && w.Currency == offer.Price.Currency
            && (i + 1 < before.Count ? before[i + 1].Version : since) > since.AddDays(-30)).Min(w => w.Price);
        return offer.LowestBefore?.Amount == lowest ? null : $"lowest {offer.LowestBefore}: it was {lowest} in the 30 days before {offer.Since:u}";
    }

    /// <summary>Drops that were true for long enough after all was known, with nothing in the way, and whether each was told.</summary>
    public IEnumerable<(Truth Drop, bool Told)> Due()
    {
        for (var i = 1; i < truth.Count; i++)
        {
            var (drop, ends) = (truth[i], i + 1 < truth.Count ? truth[i + 1].From : End);
            if (drop is not { Price: { } price, InStock: true } || words.Find(w => w.Version == drop.From) is not { } word || word.InStock is null
                || Alike(truth[i - 1], drop)) { continue; }

            // An earlier stretch of the same price is the same drop, and a rise is none.
            if (truth[i - 1].Price <= price && truth[i - 1].Currency == drop.Currency) { continue; }

            var look = looks.Where(l => l.At < drop.From).MaxBy(l => l.At);
            if (look is not { Named: { } saw } || look.Currency != drop.Currency || price > saw * .9m || saw <= 0) { continue; }

            var known = (word.Arrived > look.Arrived ? word.Arrived : look.Arrived) + Soon;
            var quiet = ends > known && known <= drop.From.AddHours(48) && known < End && !looks.Any(l => l.At >= drop.From && l.Arrived <= known)
                && !(word.Until <= known) && !words.Any(w => w.Version > drop.From && w.Arrived <= known)
                && looks.Where(l => l.At < drop.From && l.At > look.At.AddDays(-1)).All(l => l.Arrived <= known);
            var paced = sent.Any(s => s.At > drop.From.AddDays(-14) - Soon && s.At <= known && !(s.At >= drop.From && s.Price == price));
            if (quiet && !paced) { yield return (drop, sent.Any(s => s.At >= drop.From && s.At <= known && s.Price == price)); }
        }
    }

    public override string ToString() => string.Join('\n', truth.Select(t => $"  {t.From:MM-dd HH:mm:ss} is {t.Price} {t.Currency} {t.InStock}")
        .Concat(words.Select(w => $"  {w.Version:MM-dd HH:mm:ss} said {w.Price} {w.InStock} until {w.Until:MM-dd HH:mm}, came {w.Arrived:MM-dd HH:mm:ss}"))
        .Concat(looks.Select(l => $"  {l.At:MM-dd HH:mm:ss} saw {l.Named}, came {l.Arrived:MM-dd HH:mm:ss}"))
        .Concat(sent.Select(s => $"  {s.At:MM-dd HH:mm:ss} told {s.Price}")));

    private static bool Alike(Truth a, Truth b) => (a.Price, a.Currency, a.InStock) == (b.Price, b.Currency, b.InStock);

    private Truth At(DateTimeOffset at) => truth.Last(t => t.From <= at);

    private void Shop()
    {
        var (at, regular, currency) = (Story.T0, (decimal)random.Next(20, 200), "AED");
        var now = new Truth(at, regular, true, currency);
        Say(now, null, null);
        for (var i = random.Next(2, 14); i > 0; i--)
        {
            at = at.AddSeconds(random.Next(3) switch { 0 => random.Next(1, 600), 1 => random.Next(600, 86_400), _ => random.Next(86_400, 10 * 86_400) });
            if (at > End.AddDays(-3)) { return; }

            now = At(at) with { From = at };
            switch (random.Next(14))
            {
                case 0: Say(now, null, null); break; // The same again.
                case 1: Say(now with { InStock = !now.InStock }, null, null); break;
                case 2: Say(now with { Price = null }, null, null, odd: random.Next(3) switch { 0 => null, 1 => 0, _ => -5 }); break;
                case 3 when random.Next(4) == 0: Switch(now, ref regular, at); break;
                case 4: Say(now with { Price = regular = Math.Max(1, decimal.Round(regular * random.Next(80, 130) / 100)) }, null, null); break;
                case 5 or 6: Sale(now, regular, at, at.AddMinutes(random.Next(10, 6 * 24 * 60))); break;
                case 7: Planned(now with { Price = regular }, regular, at.AddMinutes(random.Next(5, 2 * 24 * 60))); break;
                case 8 or 9: Say(now with { Price = regular }, null, null); break;
                default: Say(now with { Price = Math.Max(1, decimal.Round(regular * random.Next(40, 99) / 100)) }, null, null); break;
            }
        }
    }

    /// <summary>A sale that ends by itself; only sometimes does the shop say so then.</summary>
    private void Sale(Truth now, decimal regular, DateTimeOffset at, DateTimeOffset ends)
    {
        Say(now with { Price = Math.Max(1, decimal.Round(regular * random.Next(40, 95) / 100)) }, ends, null);
        truth.Add(At(at) with { From = ends, Price = regular });
        if (random.Next(2) == 0) { Tell(truth[^1], ends, truth[^1].Price, null); }
    }

    /// <summary>A sale that is set for later, and begins without a word.</summary>
    private void Planned(Truth now, decimal regular, DateTimeOffset starts)
    {
        Say(now, null, starts);
        truth.Add(now with { From = starts, Price = Math.Max(1, decimal.Round(regular / 2)) });
    }

    /// <summary>The store sells in another currency from now on; what was said before has arrived, for deliveries name none.</summary>
    private void Switch(Truth now, ref decimal regular, DateTimeOffset at)
    {
        for (var i = 0; i < words.Count; i++) { words[i] = words[i] with { Arrived = words[i].Arrived < at ? words[i].Arrived : at.AddSeconds(-1) }; }

        for (var i = 0; i < Deliveries.Count; i++) { Deliveries[i] = Deliveries[i] with { At = Deliveries[i].At < at ? Deliveries[i].At : at.AddSeconds(-1) }; }

        regular = Math.Max(1, decimal.Round(regular / 3));
        Say(now with { Price = regular, Currency = now.Currency == "AED" ? "USD" : "AED" }, null, null);
    }

    private void Say(Truth holds, DateTimeOffset? ends, DateTimeOffset? starts, decimal? odd = null)
    {
        truth.RemoveAll(t => t.From >= holds.From); // What was planned is off.
        words.RemoveAll(w => w.Version >= holds.From);
        Deliveries.RemoveAll(d => d.Event.HappenedAt >= holds.From);
        truth.Add(holds);
        Tell(holds, ends, holds.Price ?? odd, starts);
    }

    private void Tell(Truth holds, DateTimeOffset? ends, decimal? price, DateTimeOffset? starts)
    {
        if (ends == holds.From) { ends = null; }

        var (version, minutes) = (holds.From, (holds.From - Story.T0).TotalMinutes);
        bool? stock = random.Next(5) == 0 && words.Count > 0 && words[^1].InStock == holds.InStock ? null : holds.InStock;
        var arrived = Later(version);
        words.Add(new(version, price, stock, ends ?? starts, holds.Currency, arrived));
        var said = Story.ProductOf($"w{++told}", minutes, [new() { VariantId = 0, Price = price, InStock = stock, SaleEndsAt = ends, SaleStartsAt = starts }]);
        Deliveries.Add((arrived, said, holds.Currency));
        if (random.Next(5) == 0) { Deliveries.Add((arrived.AddSeconds(random.Next(1, 40_000)), said, holds.Currency)); }
    }

    private void People()
    {
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = Story.T0.AddSeconds(random.Next(60, 50 * 86_400));
            var now = At(at);
            var named = random.Next(4) > 0 ? now.Price : null;
            var arrived = Later(at);
            looks.Add(new(at, named, now.Currency, arrived));
            var minutes = (at - Story.T0).TotalMinutes;
            var view = Story.View($"l{i}", minutes, Mail, named) with { HappenedAt = at };
            Deliveries.Add((arrived, view with { Body = new ProductViewed(1, null, at, named is { } price ? new Money(price, now.Currency) : null) }, now.Currency));
        }
    }

    /// <summary>Mostly at once, sometimes hours later, seldom days.</summary>
    private DateTimeOffset Later(DateTimeOffset at) => at.AddSeconds(random.Next(20) switch
    {
        0 => random.Next(3600, 2 * 86_400),
        < 4 => random.Next(60, 3600),
        _ => random.Next(1, 30),
    });
}
