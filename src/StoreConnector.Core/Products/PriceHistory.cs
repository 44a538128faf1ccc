using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Products;

/// <summary>A stretch of time in which every word of the shop named the same price.</summary>
/// <param name="From">The first version that named it.</param>
/// <param name="To">The last version that named it, so far.</param>
/// <param name="Price">The price; null when no usable one was named.</param>
public sealed record PriceRun(
    DateTimeOffset From, DateTimeOffset To,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Price);

/// <summary>
/// What one variant cost, oldest first: <see cref="Kept"/> before its newest word, and what was true when that time
/// began. Words may come in any order and more than once; a late one splits the run it falls into. Of a run only its
/// first and last word are known: what is split may seem to begin later than it did, never earlier.
/// </summary>
public sealed record PriceHistory(ImmutableList<PriceRun> Runs)
{
    /// <summary>The most runs: of more, the two oldest become one.</summary>
    public const int MaxRuns = 60;

    /// <summary>
    /// How far back it reaches: price reductions name the lowest price of this time (Directive 98/6/EC, Article 6a).
    /// </summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Nothing is known.</summary>
    public static readonly PriceHistory Empty = new([]);

    /// <inheritdoc/>
    public bool Equals(PriceHistory? other) => other is not null && Runs.SequenceEqual(other.Runs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Runs.Count, Current);

    /// <summary>The newest run, or null.</summary>
    [JsonIgnore]
    public PriceRun? Current => Runs.Count == 0 ? null : Runs[^1];

    /// <summary>
    /// With a price that the shop named at <paramref name="at"/>. Two words of one instant: the dearer counts, for a
    /// claim must not be false.
    /// </summary>
    public PriceHistory With(DateTimeOffset at, Money? price)
    {
        var words = new SortedDictionary<DateTimeOffset, Money?>();
        foreach (var run in Runs)
        {
            words[run.From] = run.Price;
            words[run.To] = run.Price;
        }

        words[at] = words.TryGetValue(at, out var known) ? Dearer(known, price) : price;
        return new(Fresh(Join(words)));
    }

    /// <summary>The price at an instant, or null when none is known for it.</summary>
    public Money? At(DateTimeOffset at) => Runs.LastOrDefault(r => r.From <= at)?.Price;

    /// <summary>
    /// The lowest price in a currency that held at some time in the <see cref="Kept"/> before an instant; null when
    /// none is known.
    /// </summary>
    public Money? LowestBefore(DateTimeOffset at, string currency)
    {
        Money? lowest = null;
        for (var i = 0; i < Runs.Count && Runs[i].From < at; i++)
        {
            var ends = i + 1 < Runs.Count ? Runs[i + 1].From : at;
            var holds = ends > at - Kept && Runs[i].Price?.Currency == currency;
            if (holds && !(lowest?.Amount <= Runs[i].Price!.Amount)) { lowest = Runs[i].Price; }
        }

        return lowest;
    }

    private static ImmutableList<PriceRun> Join(SortedDictionary<DateTimeOffset, Money?> words)
    {
        var runs = ImmutableList.CreateBuilder<PriceRun>();
        foreach (var (at, price) in words)
        {
            if (runs.Count > 0 && runs[^1].Price == price) { runs[^1] = runs[^1] with { To = at }; }
            else { runs.Add(new(at, at, price)); }
        }

        return runs.ToImmutable();
    }

    private static ImmutableList<PriceRun> Fresh(ImmutableList<PriceRun> runs)
    {
        var oldest = runs[^1].To - Kept - Kept; // A run's own 30 days must be there for as long as it is spoken of.
        var old = 0;
        while (old + 1 < runs.Count && runs[old + 1].From <= oldest) { old++; }

        runs = runs.RemoveRange(0, old);
        while (runs.Count > MaxRuns)
        {
            var i = Enumerable.Range(0, runs.Count - 2).FirstOrDefault(n => MayFold(runs[n], runs[n + 1]));
            runs = runs.RemoveRange(i, 2).Insert(i, Fold(runs[i], runs[i + 1]));
        }

        return runs;
    }

    /// <summary>
    /// The low of one currency is not the low of another: those stay apart while others can be folded.
    /// </summary>
    private static bool MayFold(PriceRun a, PriceRun b) =>
        a.Price is null || b.Price is null || a.Price.Currency == b.Price.Currency;

    /// <summary>Of a price that flaps without end the oldest runs become one, at the lower price.</summary>
    private static PriceRun Fold(PriceRun a, PriceRun b) => new(a.From, b.To,
        a.Price is null || b.Price?.Currency != a.Price.Currency || b.Price.Amount < a.Price.Amount ? b.Price ?? a.Price
            : a.Price);

    private static Money? Dearer(Money? a, Money? b) => a is null || b is null ? null
        : a.Currency != b.Currency ? (string.CompareOrdinal(a.Currency, b.Currency) > 0 ? a : b)
        : a.Amount >= b.Amount ? a : b;
}
