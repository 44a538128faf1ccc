namespace StoreConnector.Core.Insights;

/// <summary>How much faster or slower a person uses things up than others do.</summary>
public static class CustomerEffect
{
    /// <summary>Gaps' worth of "like everybody else". Judged, not tuned.</summary>
    public const int Weight = 10;

    /// <summary>
    /// The person's mean ln gap less their products', drawn to 0: -0.7 is a person who buys twice as often.
    /// </summary>
    /// <param name="pairs">All that the person bought, each with its product's prior.</param>
    public static double Of(IEnumerable<(PurchaseRhythm Rhythm, ProductPrior Prior)> pairs)
    {
        var (residual, gaps) = (0.0, 0);
        foreach (var (rhythm, prior) in pairs)
        {
            residual += rhythm.Logs - (rhythm.Gaps * prior.Mean);
            gaps += rhythm.Gaps;
        }

        return residual / (gaps + Weight);
    }
}

/// <summary>When a person will buy a product again: the logarithm of the days until then is normal.</summary>
/// <param name="Mean">The expected ln gap, gap in days.</param>
/// <param name="Variance">Its variance: of gaps, and of what we know of them. Above 0.</param>
/// <param name="HorizonDays">
/// Purchases later than this are other stories (given up, bought elsewhere), and the median is of those before it.
/// </param>
public sealed record ReplenishmentForecast(double Mean, double Variance, double HorizonDays)
{
    /// <summary>The horizon where nothing speaks for a longer one, days.</summary>
    public const double UsualHorizonDays = 180;

    /// <summary>The longest time between two purchases that is forecast, days: three years.</summary>
    public const double MaxDays = 1095;

    /// <summary>The gaps' worth of the merchant's word on how long a piece lasts, at least.</summary>
    public const double MerchantWeight = 10;

    /// <summary>
    /// Gaps' worth of the store's spread in a pair's own. Chosen by the likelihood of a year before any test data.
    /// </summary>
    public const double SpreadWeight = 10;

    /// <summary>The median gap, days: 1 to <see cref="MaxDays"/>.</summary>
    public double MedianDays
    {
        get
        {
            var spread = Math.Sqrt(Variance);
            var half = Math.Max(double.Epsilon, 0.5 * BoughtBy(HorizonDays));
            return Math.Clamp(Math.Exp(Mean + (spread * Normal.Quantile(half))), 1, MaxDays);
        }
    }

    /// <summary>Forecasts from what the person did and what others do.</summary>
    /// <remarks>
    /// With few purchases the product decides, with many the person: own gaps weigh
    /// <see cref="PurchaseRhythm.RecentGaps"/> against <see cref="ProductPrior.Kappa"/>. Even gaps make it narrower,
    /// but move its middle only through the horizon.
    /// </remarks>
    /// <param name="rhythm">The person's own purchases of the product.</param>
    /// <param name="prior">The product.</param>
    /// <param name="customerEffect">By <see cref="CustomerEffect.Of"/>; 0 when unknown.</param>
    /// <param name="onePieceLasts">
    /// Above 0. The merchant's word: times the pieces bought last, it takes the place of what other people do, and it
    /// is not cut at the usual horizon.
    /// </param>
    public static ReplenishmentForecast Of(
        PurchaseRhythm rhythm, ProductPrior prior, double customerEffect = 0, TimeSpan? onePieceLasts = null)
    {
        var (centre, weight, horizon) = (prior.Mean + customerEffect, prior.Kappa, UsualHorizonDays);
        if (onePieceLasts is { } lasts)
        {
            var days = Math.Clamp(lasts.TotalDays * rhythm.LastQuantity, 1, MaxDays);
            (centre, weight, horizon) = (Math.Log(days), Math.Max(MerchantWeight, weight), double.PositiveInfinity);
        }

        var total = weight + rhythm.RecentGaps;
        return new(((weight * centre) + rhythm.RecentLogs) / total, Within(rhythm, prior) * (1 + (1 / total)), horizon);
    }

    /// <summary>The probability that the gap is at most this long, from 0 to 1.</summary>
    /// <param name="days">Since the last purchase.</param>
    public double BoughtBy(double days) => days <= 0 ? 0 : Normal.Cdf(Score(days));

    /// <summary>
    /// The probability of a purchase in the <paramref name="window"/> after <paramref name="elapsed"/>, given that
    /// there was none until then.
    /// </summary>
    /// <param name="elapsed">Days since the last purchase.</param>
    /// <param name="window">Days.</param>
    /// <returns>From 0 to 1; 0 when so long a gap was out of the question.</returns>
    public double Chance(double elapsed, double window)
    {
        var left = NotBoughtBy(elapsed); // the upper tail, which does not round to 1 and vanish
        return left <= 0 ? 0 : Math.Clamp(1 - (NotBoughtBy(elapsed + window) / left), 0, 1);
    }

    /// <summary>The share of all purchases that fall between two ages of a gap, days.</summary>
    public double Mass(double from, double to) => Math.Max(0, BoughtBy(to) - BoughtBy(from));

    private static double Within(PurchaseRhythm rhythm, ProductPrior prior) =>
        Math.Max(ReplenishmentModel.MinWithin, ((SpreadWeight * prior.Within) + rhythm.SquaredDeviations)
            / (SpreadWeight + Math.Max(0, rhythm.Gaps - 1)));

    private double NotBoughtBy(double days) => days <= 0 ? 1 : Normal.Cdf(-Score(days));

    private double Score(double days) => (Math.Log(days) - Mean) / Math.Sqrt(Variance);
}
