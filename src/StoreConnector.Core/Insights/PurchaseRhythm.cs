using System.Text.Json;
using System.Text.Json.Serialization;

namespace StoreConnector.Core.Insights;

/// <summary>
/// How one person buys one product: enough to forecast the next purchase and to learn from, and no more than about a
/// hundred bytes of JSON, for a customer has hundreds.
/// </summary>
/// <remarks>
/// A gap is counted in whole UTC days between days with a purchase, so it is at least 1 and its logarithm at least 0;
/// purchases of one day are one. Sums are kept to four decimals (0.01 % of a gap): shorter text, and adding them up is
/// exact in any order. Cancelled and refunded orders are the caller's business: leave them out.
/// </remarks>
public sealed record PurchaseRhythm
{
    /// <summary>
    /// What is left of a gap's weight at the next one, so that the last three count most. Judged, not tuned.
    /// </summary>
    public const double Decay = 0.7;

    /// <summary>The largest quantity kept, pieces: beyond it is no household's.</summary>
    public const int MaxQuantity = 10_000;

    private const int Decimals = 4;

    [JsonConstructor]
    private PurchaseRhythm()
    {
    }

    /// <summary>Days with a purchase: at least 1.</summary>
    [JsonInclude, JsonPropertyName("k")]
    public int Times { get; private init; }

    /// <summary>The first purchase, to the second.</summary>
    [JsonInclude, JsonPropertyName("f"), JsonConverter(typeof(UnixSecondsJson))]
    public DateTimeOffset FirstAt { get; private init; }

    /// <summary>The last purchase, to the second.</summary>
    [JsonInclude, JsonPropertyName("l"), JsonConverter(typeof(UnixSecondsJson))]
    public DateTimeOffset LastAt { get; private init; }

    /// <summary>Pieces bought on the last day: 1 to <see cref="MaxQuantity"/>.</summary>
    [JsonInclude, JsonPropertyName("q")]
    public int LastQuantity { get; private init; }

    /// <summary>Σ ln gap, each weighing <see cref="Decay"/> of the one after it. Gaps in days.</summary>
    [JsonInclude, JsonPropertyName("s"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double RecentLogs { get; private init; }

    /// <summary>Σ ln gap, all weighing the same.</summary>
    [JsonInclude, JsonPropertyName("g"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Logs { get; private init; }

    /// <summary>Σ (ln gap)², all weighing the same: what a store's spread is learned from.</summary>
    [JsonInclude, JsonPropertyName("v"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double SquaredLogs { get; private init; }

    /// <summary>Gaps between purchases.</summary>
    [JsonIgnore]
    public int Gaps => Times - 1;

    /// <summary>The weight of <see cref="RecentLogs"/>: gaps, decayed; below 1 / (1 - <see cref="Decay"/>).</summary>
    [JsonIgnore]
    public double RecentGaps => (1 - Math.Pow(Decay, Gaps)) / (1 - Decay);

    /// <summary>The person's usual gap, days (geometric mean of all), or null before the second purchase.</summary>
    [JsonIgnore]
    public double? TypicalDays => Gaps == 0 ? null : Math.Exp(Logs / Gaps);

    private int FirstDay => DayOf(FirstAt);

    private int LastDay => DayOf(LastAt);

    /// <summary>A first purchase.</summary>
    /// <param name="at">When.</param>
    /// <param name="quantity">Pieces; less than 1 counts as 1.</param>
    public static PurchaseRhythm Begin(DateTimeOffset at, int quantity) => new()
    {
        Times = 1, FirstAt = Second(at), LastAt = Second(at), LastQuantity = Pieces(quantity),
    };

    /// <summary>The rhythm of these purchases, in any order.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static PurchaseRhythm Of(IEnumerable<(DateTimeOffset At, int Quantity)> purchases)
    {
        PurchaseRhythm? rhythm = null;
        foreach (var (at, quantity) in purchases.OrderBy(p => p.At))
        {
            rhythm = rhythm?.Add(at, quantity) ?? Begin(at, quantity);
        }

        return rhythm ?? throw new ArgumentException("No purchase, no rhythm.", nameof(purchases));
    }

    /// <summary>One purchase more. One of the same UTC day adds its pieces only.</summary>
    /// <param name="at">Not before the last, to the second; for a late one, use <see cref="Of"/> again.</param>
    /// <param name="quantity">Pieces; less than 1 counts as 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is earlier than the last.</exception>
    public PurchaseRhythm Add(DateTimeOffset at, int quantity)
    {
        at = Second(at);
        ArgumentOutOfRangeException.ThrowIfLessThan(at, LastAt);
        if (DayOf(at) == LastDay)
        {
            return this with { LastAt = at, LastQuantity = Pieces((long)LastQuantity + Pieces(quantity)) };
        }

        var log = Math.Log(DayOf(at) - LastDay);
        return this with
        {
            Times = Times + 1,
            LastAt = at,
            LastQuantity = Pieces(quantity),
            RecentLogs = Rounded((RecentLogs * Decay) + log),
            Logs = Rounded(Logs + log),
            SquaredLogs = Rounded(SquaredLogs + (log * log)),
        };
    }

    /// <summary>
    /// The rhythm of two records that turn out to be one person's. They must not know of the same purchase.
    /// </summary>
    /// <remarks>
    /// Where one ends before the other begins it is exact. Where they interleave it is an approximation, because the
    /// days between are not kept: the number of purchases and the span from first to last are right (so is the mean
    /// gap, unless days coincide), the evenness of the gaps is pooled from both, and what was recent is forgotten.
    /// The order of the two does not matter.
    /// </remarks>
    public static PurchaseRhythm Combine(PurchaseRhythm a, PurchaseRhythm b)
    {
        var joined = a.LastDay <= b.FirstDay ? Concatenated(a, b)
            : b.LastDay <= a.FirstDay ? Concatenated(b, a)
            : Interleaved(a, b);
        return joined with
        {
            FirstAt = a.FirstAt < b.FirstAt ? a.FirstAt : b.FirstAt,
            LastAt = a.LastAt > b.LastAt ? a.LastAt : b.LastAt,
            LastQuantity = a.LastDay == b.LastDay ? Pieces((long)a.LastQuantity + b.LastQuantity)
                : a.LastDay > b.LastDay ? a.LastQuantity : b.LastQuantity,
        };
    }

    private static PurchaseRhythm Concatenated(PurchaseRhythm early, PurchaseRhythm late)
    {
        var gap = late.FirstDay - early.LastDay;
        var (log, gaps) = gap == 0 ? (0, 0) : (Math.Log(gap), 1);
        var recent = (early.RecentLogs * Math.Pow(Decay, gaps)) + log;
        return early with
        {
            Times = early.Times + late.Times - 1 + gaps,
            RecentLogs = Rounded((recent * Math.Pow(Decay, late.Gaps)) + late.RecentLogs),
            Logs = Rounded(early.Logs + log + late.Logs),
            SquaredLogs = Rounded(early.SquaredLogs + (log * log) + late.SquaredLogs),
        };
    }

    /// <summary>At least one of the two spans more than a day, so there are gaps to pool.</summary>
    private static PurchaseRhythm Interleaved(PurchaseRhythm a, PurchaseRhythm b)
    {
        var span = Math.Max(a.LastDay, b.LastDay) - Math.Min(a.FirstDay, b.FirstDay);
        var times = Math.Min(a.Times + b.Times, span + 1);
        var gaps = times - 1;
        var pooled = a.Gaps + b.Gaps;
        var mean = Math.Max(0, Math.Log((double)span / gaps) + ((a.Unevenness + b.Unevenness) / pooled));
        var variance = (a.SquaredDeviations + b.SquaredDeviations) / pooled;
        var all = a with { Times = times };
        return all with
        {
            RecentLogs = Rounded(all.RecentGaps * mean),
            Logs = Rounded(gaps * mean),
            SquaredLogs = Rounded(gaps * (variance + (mean * mean))),
        };
    }

    /// <summary>How far Σ ln gap stays behind that of even gaps over the same span: 0 or less.</summary>
    private double Unevenness => Gaps == 0 ? 0 : Logs - (Gaps * Math.Log((double)(LastDay - FirstDay) / Gaps));

    /// <summary>Σ (ln gap - mean)².</summary>
    internal double SquaredDeviations => Gaps == 0 ? 0 : Math.Max(0, SquaredLogs - (Logs * Logs / Gaps));

    private static int Pieces(long quantity) => (int)Math.Clamp(quantity, 1, MaxQuantity);

    private static double Rounded(double sum) => Math.Round(sum, Decimals);

    private static DateTimeOffset Second(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    private static int DayOf(DateTimeOffset at) => (int)(at.UtcTicks / TimeSpan.TicksPerDay);
}

/// <summary>Stores an instant as seconds since 1970: a third of its text.</summary>
internal sealed class UnixSecondsJson : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToUnixTimeSeconds());
}
