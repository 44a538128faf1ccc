using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StoreConnector.Core.Insights;

/// <summary>That somebody bought a product.</summary>
/// <param name="Person">Tells people apart; not kept.</param>
/// <param name="Product">The platform's product id.</param>
/// <param name="At">When.</param>
public sealed record Purchase(string Person, long Product, DateTimeOffset At);

/// <summary>What a store has learned about how often its products are bought again.</summary>
/// <remarks>
/// The logarithm of a gap (days) is taken as normal: a mean per product, pairs of person and product that vary about
/// it by <see cref="Between"/>, and gaps that vary about their pair's by <see cref="Within"/>. Gaps that have not ended
/// yet are unknown to it, so rarely bought products look faster than they are; the gate and not the date keeps those
/// out. Source of the form: empirical Bayes for the normal mean with a normal prior (Efron and Morris, JASA 70, 1975),
/// and the log-normal gaps of Bhagat et al., "Buy It Again", KDD 2018.
/// </remarks>
public sealed record ReplenishmentModel
{
    /// <summary>The form of what is stored.</summary>
    public const int CurrentVersion = 1;

    /// <summary>
    /// Products kept, about 60 bytes each: those with most repeat buyers first, then most buyers, then the lower id.
    /// </summary>
    public const int MaxProducts = 20_000;

    /// <summary>Gaps' worth of the store's mean in a product's. Judged, not tuned.</summary>
    public const int StoreWeight = 8;

    /// <summary>Gaps' worth of the defaults in what a store has learned, so that three orders teach little.</summary>
    public const int DefaultWeight = 20;

    /// <summary>The least <see cref="Between"/>, so that what a person does always counts for something.</summary>
    public const double MinBetween = 0.02;

    /// <summary>The least <see cref="Within"/>, so that a forecast is never certain.</summary>
    public const double MinWithin = 0.02;

    /// <summary>A new store's beliefs.</summary>
    public static ReplenishmentModel Empty { get; } = new();

    /// <summary>The form it was stored in.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>When it was learned; null for <see cref="Empty"/>.</summary>
    public DateTimeOffset? LearnedAt { get; init; }

    /// <summary>
    /// The mean of ln gap over all products. A new store's: the household and personal care segments of 100 Italian
    /// supermarket customers, 2007 to 2010 (data set of GiulioRossetti/tbp-next-basket): 42 days.
    /// </summary>
    public double Mean { get; init; } = 3.73;

    /// <summary>The variance of ln gap within a pair of person and product. A new store's: the same source.</summary>
    public double Within { get; init; } = 0.93;

    /// <summary>The variance between pairs about their product's mean. A new store's: the same source.</summary>
    public double Between { get; init; } = 0.62;

    /// <summary>How many gaps of a pair weigh as much as all that is known of its product.</summary>
    [JsonIgnore]
    public double Kappa => Within / Between;

    /// <summary>By product id.</summary>
    public ImmutableSortedDictionary<long, ProductGaps> Products { get; init; } =
        ImmutableSortedDictionary<long, ProductGaps>.Empty;

    /// <summary>Learns from purchases in any order; the same purchases teach the same, to the last bit.</summary>
    /// <param name="purchases">Without what was cancelled or given back. Several on one UTC day count once.</param>
    /// <param name="learnedAt">Noted, not used.</param>
    /// <remarks>
    /// Holds a list of days per pair, 4 bytes per purchase. Where rhythms are at hand, learn from them.
    /// </remarks>
    public static ReplenishmentModel Learn(IEnumerable<Purchase> purchases, DateTimeOffset learnedAt)
    {
        var pairs = new Dictionary<(string Person, long Product), List<int>>();
        foreach (var purchase in purchases)
        {
            var key = (purchase.Person, purchase.Product);
            if (!pairs.TryGetValue(key, out var days)) { pairs[key] = days = []; }

            days.Add((int)(purchase.At.UtcTicks / TimeSpan.TicksPerDay));
        }

        return Learn(pairs.Select(p => (p.Key.Product, PurchaseRhythm.Of(p.Value.Select(Day)))), learnedAt);

        static (DateTimeOffset, int) Day(int day) => (new(day * TimeSpan.TicksPerDay, TimeSpan.Zero), 1);
    }

    /// <summary>Learns from the rhythms of all pairs of person and product, each once, in any order.</summary>
    /// <param name="pairs">One for each person who ever bought the product. Read once.</param>
    /// <param name="learnedAt">Noted, not used.</param>
    /// <remarks>Holds a row per product, however many people there are.</remarks>
    public static ReplenishmentModel Learn(
        IEnumerable<(long Product, PurchaseRhythm Rhythm)> pairs, DateTimeOffset learnedAt)
    {
        var tallies = new Dictionary<long, GapTally>();
        foreach (var (product, rhythm) in pairs)
        {
            if (!tallies.TryGetValue(product, out var tally)) { tallies[product] = tally = new(); }

            tally.Add(rhythm);
        }

        var store = new GapTally();
        foreach (var tally in tallies.Values) { store.Add(tally); }

        var mean = (store.Logs + (DefaultWeight * Empty.Mean)) / (store.Gaps + DefaultWeight);
        var within = Math.Max(MinWithin, (store.Within + (DefaultWeight * Empty.Within))
            / (store.Freedom + DefaultWeight));
        return new()
        {
            LearnedAt = learnedAt,
            Mean = mean,
            Within = within,
            Between = BetweenPairs(tallies, store, mean, within),
            Products = tallies.OrderByDescending(t => t.Value.RepeatBuyers).ThenByDescending(t => t.Value.Buyers)
                .ThenBy(t => t.Key).Take(MaxProducts)
                .ToImmutableSortedDictionary(t => t.Key, t => t.Value.ToProduct()),
        };
    }

    /// <summary>What is known of a product before this person's own purchases count.</summary>
    public ProductPrior PriorOf(long product)
    {
        var known = Products.GetValueOrDefault(product) ?? ProductGaps.None;
        return new()
        {
            Mean = Shrunk(known.Logs, known.Gaps, Mean),
            Within = Within,
            Between = Between,
            Gaps = known.Gaps,
            Logs = known.Logs,
            Buyers = known.Buyers,
            RepeatBuyers = known.RepeatBuyers,
        };
    }

    /// <summary>
    /// The method of moments: pairs' squared distances from their product's mean, less what chance within them adds.
    /// </summary>
    private static double BetweenPairs(
        Dictionary<long, GapTally> tallies, GapTally store, double mean, double within)
    {
        var squares = 0.0;
        foreach (var (_, tally) in tallies.OrderBy(t => t.Key)) // a sum of doubles depends on its order
        {
            var centre = Shrunk(tally.Logs, tally.Gaps, mean);
            squares += tally.PairSquares - (2 * centre * tally.Logs) + (centre * centre * tally.Gaps);
        }

        var excess = squares - (store.RepeatBuyers * within) + (DefaultWeight * Empty.Between);
        return Math.Max(MinBetween, excess / (store.Gaps + DefaultWeight));
    }

    private static double Shrunk(double logs, int gaps, double mean) =>
        (logs + (StoreWeight * mean)) / (gaps + StoreWeight);

    /// <summary>Sums in whole ten-thousandths: exact, so their order does not matter.</summary>
    private sealed class GapTally
    {
        private const double Unit = 10_000;
        private long logs, squaredLogs, pairSquares;

        public int Gaps { get; private set; }

        public int Buyers { get; private set; }

        public int RepeatBuyers { get; private set; }

        public double Logs => logs / Unit;

        /// <summary>Σ over pairs of (Σ ln gap)²/gaps.</summary>
        public double PairSquares => pairSquares / Unit;

        /// <summary>Σ (ln gap - pair's mean)².</summary>
        public double Within => Math.Max(0, (squaredLogs - pairSquares) / Unit);

        public int Freedom => Gaps - RepeatBuyers;

        public void Add(PurchaseRhythm pair)
        {
            Buyers++;
            if (pair.Gaps == 0) { return; }

            RepeatBuyers++;
            Gaps += pair.Gaps;
            logs += Exact(pair.Logs);
            squaredLogs += Exact(pair.SquaredLogs);
            pairSquares += Exact(pair.Logs * pair.Logs / pair.Gaps);
        }

        public void Add(GapTally other)
        {
            Buyers += other.Buyers;
            RepeatBuyers += other.RepeatBuyers;
            Gaps += other.Gaps;
            logs += other.logs;
            squaredLogs += other.squaredLogs;
            pairSquares += other.pairSquares;
        }

        public ProductGaps ToProduct() => new()
        {
            Gaps = Gaps, Logs = Logs, SquaredLogs = squaredLogs / Unit, Buyers = Buyers, RepeatBuyers = RepeatBuyers,
        };

        private static long Exact(double sum) => (long)Math.Round(sum * Unit);
    }
}

/// <summary>What a store has seen of one product.</summary>
public sealed record ProductGaps
{
    /// <summary>A product nobody bought.</summary>
    public static ProductGaps None { get; } = new();

    /// <summary>Gaps between a person's purchases of it, over all people.</summary>
    [JsonPropertyName("n")]
    public int Gaps { get; init; }

    /// <summary>Σ ln gap, gaps in days.</summary>
    [JsonPropertyName("g")]
    public double Logs { get; init; }

    /// <summary>Σ (ln gap)².</summary>
    [JsonPropertyName("v")]
    public double SquaredLogs { get; init; }

    /// <summary>People who bought it.</summary>
    [JsonPropertyName("b")]
    public int Buyers { get; init; }

    /// <summary>People who bought it on more than one day.</summary>
    [JsonPropertyName("r")]
    public int RepeatBuyers { get; init; }
}

/// <summary>What is known of a product before a person's own purchases of it count.</summary>
public sealed record ProductPrior
{
    /// <summary>Gaps from which on a product's own rhythm may be spoken of. Judged, not tuned.</summary>
    public const int MinGaps = 10;

    /// <summary>People whose gaps those must be, at least.</summary>
    public const int MinPeople = 5;

    /// <summary>The expected ln gap, gap in days: the product's own, drawn to the store's.</summary>
    public required double Mean { get; init; }

    /// <summary>As <see cref="ReplenishmentModel.Within"/>.</summary>
    public required double Within { get; init; }

    /// <summary>As <see cref="ReplenishmentModel.Between"/>.</summary>
    public required double Between { get; init; }

    /// <summary>As <see cref="ProductGaps.Gaps"/>.</summary>
    public required int Gaps { get; init; }

    /// <summary>As <see cref="ProductGaps.Logs"/>.</summary>
    public required double Logs { get; init; }

    /// <summary>As <see cref="ProductGaps.Buyers"/>.</summary>
    public required int Buyers { get; init; }

    /// <summary>As <see cref="ProductGaps.RepeatBuyers"/>. Each of them gave at least one gap.</summary>
    public required int RepeatBuyers { get; init; }

    /// <summary>As <see cref="ReplenishmentModel.Kappa"/>.</summary>
    [JsonIgnore]
    public double Kappa => Within / Between;

    /// <summary>The share of buyers who bought it again, from 0 to 1; 0 when nobody bought it.</summary>
    [JsonIgnore]
    public double RepeatShare => Buyers == 0 ? 0 : (double)RepeatBuyers / Buyers;

    /// <summary>
    /// How often people buy it, days (geometric mean of its own gaps), or null while too few have shown it.
    /// </summary>
    [JsonIgnore]
    public double? TypicalDays => Gaps >= MinGaps && RepeatBuyers >= MinPeople ? Math.Exp(Logs / Gaps) : null;
}
