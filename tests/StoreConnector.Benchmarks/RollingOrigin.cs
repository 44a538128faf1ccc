using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;

namespace StoreConnector.Benchmarks;

/// <summary>What was known of a pair right after a purchase, and when the next came.</summary>
/// <param name="Gap">Days, or null when none was seen.</param>
internal sealed record Forecast(long Product, PurchaseRhythm Rhythm, ProductPrior Prior, double Effect, double? Gap);

/// <summary>
/// The model is learned before the split and frozen; at every purchase after it, from the second of a pair on, the next
/// is forecast from what was known that day.
/// </summary>
internal sealed record RollingOrigin(
    ReplenishmentModel Model, List<Forecast> Forecasts, Func<long, double> ProductMedian)
{
    public static RollingOrigin Of(List<Line> lines, DateTimeOffset split, DateTimeOffset end)
    {
        var before = lines.Where(l => l.At < split).ToList();
        var model = ReplenishmentModel.Learn(before.Select(l => new Purchase(l.Person, l.Product, l.At)), split);
        return new(model, [.. lines.GroupBy(l => l.Person).SelectMany(p => Person(p, model, split, end))], Medians(before));
    }

    /// <summary>Of a customer's list as it would be stored, under product ids as long as Shopify's.</summary>
    public static int Bytes(Dictionary<long, PurchaseRhythm> rhythms) => JsonSerializer.SerializeToUtf8Bytes(
        rhythms.ToDictionary(r => 8_000_000_000_000 + r.Key, r => r.Value), EventJson.Options).Length;

    private static List<Forecast> Person(
        IEnumerable<Line> lines, ReplenishmentModel model, DateTimeOffset split, DateTimeOffset end)
    {
        var forecasts = new List<Forecast>();
        var rhythms = new Dictionary<long, PurchaseRhythm>();
        var open = new Dictionary<long, int>();
        foreach (var day in lines.GroupBy(l => l.At.UtcDateTime.Date).OrderBy(d => d.Key))
        {
            var at = new DateTimeOffset(day.Key, TimeSpan.Zero);
            foreach (var bought in day.GroupBy(l => l.Product))
            {
                var pieces = bought.Sum(l => l.Quantity);
                rhythms[bought.Key] = rhythms.GetValueOrDefault(bought.Key)?.Add(at, pieces)
                    ?? PurchaseRhythm.Begin(at, pieces);
                if (open.Remove(bought.Key, out var i))
                {
                    forecasts[i] = forecasts[i] with { Gap = (at - forecasts[i].Rhythm.LastAt).TotalDays };
                }
            }

            if (at < split || at >= end) { continue; }

            var effect = CustomerEffect.Of(rhythms.Select(r => (r.Value, model.PriorOf(r.Key))));
            foreach (var product in day.Select(l => l.Product).Distinct().Where(p => rhythms[p].Times >= 2))
            {
                open[product] = forecasts.Count;
                forecasts.Add(new(product, rhythms[product], model.PriorOf(product), effect, null));
            }
        }

        return forecasts;
    }

    private static Func<long, double> Medians(List<Line> lines)
    {
        var gaps = lines.GroupBy(l => (l.Person, l.Product)).SelectMany(p =>
        {
            var days = p.Select(l => l.At.UtcDateTime.Date).Distinct().Order().ToList();
            return days.Zip(days.Skip(1), (a, b) => (p.Key.Product, Gap: (b - a).TotalDays));
        }).ToList();
        var all = Median(gaps.Select(g => g.Gap));
        var each = gaps.GroupBy(g => g.Product).ToDictionary(g => g.Key, g => Median(g.Select(x => x.Gap)));
        return product => each.GetValueOrDefault(product, all);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
