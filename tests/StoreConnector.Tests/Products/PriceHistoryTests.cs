using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;

namespace StoreConnector.Tests.Products;

/// <summary>
/// Properties over seeded words of a shop, against brute force. A price named more than twice is the documented exception: a
/// run knows its first and its last word only.
/// </summary>
public sealed class PriceHistoryTests
{
    private const string Aed = "AED";

    private static readonly DateTimeOffset T0 = Fakes.ManualClock.Monday;

    [Trait("Speed", "slow")]
    [Fact]
    public void Order_and_repetition_of_words_do_not_matter()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var words = Few(Words(random, random.Next(1, 40), days: random.Next(1, 150), prices: 20));
            var inOrder = Told(words);
            var shuffled = words.Concat(words.Where(_ => random.Next(3) == 0)).ToArray();
            random.Shuffle(shuffled);
            Assert.True(Known(inOrder) == Known(Told(shuffled)), $"Seed {seed}:\n{Show(inOrder)}\n{Show(Told(shuffled))}");
        }
    }

    [Fact]
    public void A_price_named_more_than_twice_may_seem_newer_in_another_order_and_never_older_or_another()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var words = Words(random, random.Next(1, 40), days: 58).OrderBy(w => w.At).ToArray();
            var (inOrder, last) = (Told(words), words[^1].At);
            random.Shuffle(words);
            var shuffled = Told(words);
            Assert.Equal(inOrder.Current!.Price, shuffled.Current!.Price);
            Assert.True(shuffled.Current.From >= inOrder.Current.From, $"Seed {seed}");
            Assert.True(!(shuffled.LowestBefore(last, Aed)?.Amount > inOrder.LowestBefore(last, Aed)?.Amount), $"Seed {seed}");
        }
    }

    [Fact]
    public void Two_words_of_one_instant_leave_the_dearer_in_any_order()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var words = Words(random, 6, 20).Select((w, i) => (At: T0.AddDays(i % 2), w.Price)).ToArray();
            var inOrder = Told(words);
            random.Shuffle(words);
            Assert.True(inOrder == Told(words), $"Seed {seed}");
        }
    }

    [Fact]
    public void The_lowest_price_before_is_that_of_brute_force()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var words = Words(random, random.Next(1, 40), days: 58).OrderBy(w => w.At).ToList();
            var history = Told(words);
            // Any instant of which its whole 30 days are kept.
            foreach (var at in words.Select(w => w.At).Append(T0.AddDays(58)).Where(at => at > words[^1].At - PriceHistory.Kept))
            {
                Assert.True(Lowest(words, at, Aed) == history.LowestBefore(at, Aed)?.Amount, $"Seed {seed} at {at:u}: {Show(history)}");
            }
        }
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Of_a_price_that_flaps_without_end_the_lowest_is_never_raised()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var words = Words(random, 200, days: 50).OrderBy(w => w.At).ToList();
            var history = Told(words);
            Assert.True(history.Runs.Count <= PriceHistory.MaxRuns);
            foreach (var currency in new[] { Aed, "USD" })
            {
                var (known, lowest) = (history.LowestBefore(words[^1].At, currency)?.Amount, Lowest(words, words[^1].At, currency));
                Assert.True(lowest is null || known <= lowest, $"Seed {seed}: {known} {currency} instead of {lowest}.");
            }
        }
    }

    [Fact]
    public void It_survives_its_row()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var history = Told(Words(random, random.Next(0, 100), 90));
            var json = System.Text.Json.JsonSerializer.Serialize(history, EventJson.Options);
            Assert.Equal(history, System.Text.Json.JsonSerializer.Deserialize<PriceHistory>(json, EventJson.Options));
        }
    }

    private static PriceHistory Told(IEnumerable<(DateTimeOffset At, Money? Price)> words) =>
        words.Aggregate(PriceHistory.Empty, (history, w) => history.With(w.At, w.Price));

    /// <summary>Words at different instants, mostly of one currency; few prices, so that they repeat.</summary>
    private static (DateTimeOffset At, Money? Price)[] Words(Random random, int count, int days, int prices = 7) =>
        [.. Enumerable.Range(0, count).Select(_ => T0.AddMinutes(random.Next(days * 24 * 60))).Distinct().Select(at =>
            (at, random.Next(8) == 0 ? null : new Money(random.Next(5, 5 + prices), random.Next(12) == 0 ? "USD" : Aed)))];

    /// <summary>Leaves out what names a price for the third time.</summary>
    private static (DateTimeOffset At, Money? Price)[] Few((DateTimeOffset At, Money? Price)[] words) =>
        [.. words.GroupBy(w => w.Price).SelectMany(g => g.Take(2)).OrderBy(w => w.At)];

    /// <summary>The least of all prices that held at some time in the 30 days before: from each word to the next.</summary>
    private static decimal? Lowest(List<(DateTimeOffset At, Money? Price)> words, DateTimeOffset at, string currency) => words
        .Select((w, i) => (w, Next: i + 1 < words.Count ? words[i + 1].At : DateTimeOffset.MaxValue))
        .Where(p => p.w.At < at && p.Next > at.AddDays(-30) && p.w.Price?.Currency == currency)
        .Min(p => p.w.Price?.Amount);

    /// <summary>Since when the oldest run holds is not known once what came before it is forgotten.</summary>
    private static PriceHistory Known(PriceHistory history) => history.Runs is [var oldest, _, ..]
        ? new(history.Runs.SetItem(0, oldest with { From = oldest.To })) : history;

    private static string Show(PriceHistory history) => string.Join(' ', history.Runs.Select(r => $"{r.From:MM-dd HH:mm}-{r.To:MM-dd HH:mm}:{r.Price}"));
}
