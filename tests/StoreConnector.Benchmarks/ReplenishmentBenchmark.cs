using System.Diagnostics;
using System.Globalization;
using StoreConnector.Core.Insights;
using static System.FormattableString;

namespace StoreConnector.Benchmarks;

/// <summary>How well the next purchase of a product is forecast, on the public data sets.</summary>
internal static class ReplenishmentBenchmark
{
    private static readonly DateTimeOffset CoopSplit = Day(2011, 1, 1), CoopEnd = Day(2013, 7, 1);
    private static readonly DateTimeOffset RetailSplit = Day(2011, 7, 1), RetailEnd = Day(2012, 1, 1);

    public static void Run(string folder, TextWriter output)
    {
        var clock = Stopwatch.StartNew();
        if (Present(folder, output, "coop100.csv.gz", "coop_categories_map.csv"))
        {
            output.WriteLine("Household and personal care (Coop, 100 customers), learned before 2011");
            Household(DataSets.Coop(folder, "CHIMICA"), output);
            output.WriteLine("Bytes of the purchase lists of the heaviest customers, all departments (Coop):");
            Sizes(DataSets.Coop(folder, null), output);
        }

        if (Present(folder, output, "online_retail.csv.gz"))
        {
            output.WriteLine("Online Retail (gift wholesale, mostly not replenishment), learned before 2011-07;");
            output.WriteLine("  it ends in 2011-12, so hits are understated: many next purchases were not seen");
            var lines = DataSets.OnlineRetail(folder);
            Measure(lines, RetailSplit, RetailEnd, output);
            output.WriteLine("Bytes of the purchase lists of the heaviest customers (Online Retail):");
            Sizes(lines, output);
        }

        output.WriteLine(Invariant($"{clock.Elapsed.TotalSeconds:F1} s"));
    }

    private static bool Present(string folder, TextWriter output, params string[] names)
    {
        var missing = names.Where(n => !File.Exists(Path.Combine(folder, n))).ToList();
        if (missing.Count > 0) { output.WriteLine($"Not measured. Missing in {folder}: {string.Join(", ", missing)}"); }

        return missing.Count == 0;
    }

    private static void Household(List<Line> lines, TextWriter output)
    {
        var ours = Measure(lines, CoopSplit, CoopEnd, output);
        Bar("MAE <= 26 d", ours.MeanError, ours.MeanError <= 26);
        Bar("median error <= 15.5 d", ours.MedianError, ours.MedianError <= 15.5);
        Bar("within 7 d >= 28 %", ours.WithinWeek, ours.WithinWeek >= 28);
        output.WriteLine("  (of the whole days that are named; before rounding see the line above it)");

        void Bar(string bar, double value, bool met) =>
            output.WriteLine(Invariant($"  bar {bar}: {value:F2}, {(met ? "met" : "MISSED")}"));
    }

    /// <summary>Prints a table and returns the line that the bars are about.</summary>
    private static Score Measure(List<Line> lines, DateTimeOffset split, DateTimeOffset end, TextWriter output)
    {
        var origin = RollingOrigin.Of(lines, split, end);
        var (model, forecasts, medians) = (origin.Model, origin.Forecasts, origin.ProductMedian);
        output.WriteLine(Invariant($"  mean {model.Mean:F3}, within {model.Within:F3}, between {model.Between:F3}, ")
            + Invariant($"kappa {model.Kappa:F2}; {forecasts.Count} forecasts, of which ")
            + Invariant($"{forecasts.Count(f => f.Gap <= Score.Horizon)} bought within {Score.Horizon} d"));
        output.WriteLine(Score.Header);
        Print("product median", f => medians(f.Product));
        Print("pair mean", f => (f.Rhythm.LastAt - f.Rhythm.FirstAt).TotalDays / f.Rhythm.Gaps);
        Print("ours, before rounding", Ours);
        var ours = Print("ours, the day named", f => Math.Round(Ours(f)));
        output.WriteLine("  median error by purchases so far (product median / pair mean / ours, the day named)");
        foreach (var group in forecasts.GroupBy(f => Bucket(f.Rhythm.Times)).OrderBy(g => g.Key))
        {
            var list = group.ToList();
            output.WriteLine(Invariant($"    k >= {group.Key,2}: {Score.Of(list, f => medians(f.Product)).MedianError:F1} / ")
                + Invariant($"{Score.Of(list, f => (f.Rhythm.LastAt - f.Rhythm.FirstAt).TotalDays / f.Rhythm.Gaps).MedianError:F1} / ")
                + Invariant($"{Score.Of(list, f => Math.Round(Ours(f))).MedianError:F1}"));
        }

        Gate(lines, split, origin, output);
        return ours;

        Score Print(string name, Func<Forecast, double> days)
        {
            var score = Score.Of(forecasts, days);
            output.WriteLine(score.Row(name));
            return score;
        }
    }

    private static double Ours(Forecast f) => ReplenishmentForecast.Of(f.Rhythm, f.Prior, f.Effect).MedianDays;

    private static int Bucket(int times) => times switch { 2 => 2, <= 4 => 3, <= 9 => 5, _ => 10 };

    /// <summary>What the gate lets through, and how often what it lets through is right.</summary>
    private static void Gate(List<Line> lines, DateTimeOffset split, RollingOrigin origin, TextWriter output)
    {
        var products = origin.Model.Products.Values.ToList();
        var gate = new ReorderGate();
        var open = products.Count(p => p.Buyers >= gate.MinBuyers
            && p.RepeatBuyers >= gate.MinRepeatShare * p.Buyers);
        output.WriteLine(Invariant($"  gate: {open} of {products.Count} products are bought again by enough people; of the ")
            + Invariant($"{products.Count - open} others {products.Count(p => p.Buyers < gate.MinBuyers)} have too few buyers"));
        var first = lines.Where(l => l.At < split).GroupBy(l => (l.Person, l.Product)).Where(p => p.Count() == 1)
            .Select(p => ReorderOutlook.Of(Facts(PurchaseRhythm.Begin(p.First().At, 1), origin.Model.PriorOf(p.Key.Product), 0)))
            .ToList();
        output.WriteLine(Invariant($"  of {first.Count} pairs bought once before the split, ")
            + Invariant($"{100.0 * first.Count(o => o is ReorderOutlook.Due) / Math.Max(1, first.Count):F1} % pass"));
        foreach (var verdict in origin.Forecasts.GroupBy(Verdict).OrderBy(g => g.Key))
        {
            var list = verdict.ToList();
            output.WriteLine(Invariant($"  {verdict.Key}: {100.0 * list.Count / origin.Forecasts.Count:F1} % of forecasts"));
            output.WriteLine(Score.Of(list, f => Math.Round(Ours(f))).Row("  ours, the day named"));
        }

        Leads([.. origin.Forecasts.Where(f => Verdict(f) == "due")], output);
    }

    /// <summary>The product's own send window, and what its chance is worth.</summary>
    private static void Leads(List<Forecast> due, TextWriter output)
    {
        var sends = due.Select(f =>
        {
            var verdict = (ReorderOutlook.Due)ReorderOutlook.Of(Facts(f.Rhythm, f.Prior, f.Effect));
            return (verdict.Chance, Day: (verdict.SendAt - f.Rhythm.LastAt).TotalDays, f.Gap);
        }).Where(s => !(s.Gap < s.Day)).OrderByDescending(s => s.Chance).ToList();
        foreach (var share in new[] { 100, 50, 25, 10 })
        {
            var top = sends.Take(sends.Count * share / 100).ToList();
            if (top.Count == 0) { continue; }

            output.WriteLine(Invariant($"  sent by the product's lead, surest {share,3} %: promised ")
                + Invariant($"{100 * top.Average(s => s.Chance):F1} %, bought in the 14 d after ")
                + Invariant($"{100.0 * top.Count(s => s.Gap <= s.Day + Score.Window) / top.Count:F1} %"));
        }
    }

    private static string Verdict(Forecast f) => ReorderOutlook.Of(Facts(f.Rhythm, f.Prior, f.Effect)) switch
    {
        ReorderOutlook.NotReplenished no => no.Code,
        _ => "due",
    };

    private static ReorderFacts Facts(PurchaseRhythm rhythm, ProductPrior prior, double effect) =>
        new() { Rhythm = rhythm, Prior = prior, CustomerEffect = effect };

    private static void Sizes(List<Line> lines, TextWriter output)
    {
        foreach (var (person, rhythms) in lines.GroupBy(l => l.Person)
            .Select(p => (p.Key, Rhythms: p.GroupBy(l => l.Product).ToDictionary(
                g => g.Key, g => PurchaseRhythm.Of(g.Select(l => (l.At, l.Quantity))))))
            .OrderByDescending(p => p.Rhythms.Count).Take(5))
        {
            var bytes = RollingOrigin.Bytes(rhythms);
            output.WriteLine(Invariant($"  customer {person}: {rhythms.Count} products, {bytes} bytes, ")
                + Invariant($"{(double)bytes / rhythms.Count:F0} each; the 400 bought last: ")
                + Invariant($"{RollingOrigin.Bytes(rhythms.OrderByDescending(r => r.Value.LastAt).Take(400).ToDictionary())}"));
        }
    }

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>How far off, and what a reminder three days ahead would have met.</summary>
/// <param name="MeanError">Days, over purchases that came within the horizon.</param>
/// <param name="MedianError">Days.</param>
/// <param name="WithinWeek">Percent of those at most 7 days off.</param>
/// <param name="HitAll">Percent of all forecasts with a purchase in the 14 days from the reminder.</param>
/// <param name="PreEmpted">Percent bought before it.</param>
/// <param name="HitSent">Percent of reminders not pre-empted.</param>
internal sealed record Score(
    double MeanError, double MedianError, double WithinWeek, double HitAll, double PreEmpted, double HitSent)
{
    public const int Horizon = 180, Window = 14, Ahead = 3;

    public const string Header =
        "                          MAE  medAE  +-7d %  hit_all  pre-empted  hit_sent";

    public static Score Of(List<Forecast> forecasts, Func<Forecast, double> days)
    {
        var errors = forecasts.Where(f => f.Gap <= Horizon).Select(f => Math.Abs(days(f) - f.Gap!.Value)).Order().ToList();
        if (errors.Count == 0) { return new(double.NaN, double.NaN, double.NaN, 0, 0, 0); }

        var sends = forecasts.Select(f => (Day: Math.Floor(days(f) - Ahead), f.Gap)).ToList(); // whole days: it leaves on one
        var early = sends.Count(s => s.Gap < s.Day);
        var hits = sends.Count(s => s.Gap >= s.Day && s.Gap <= s.Day + Window);
        return new(errors.Average(), errors[errors.Count / 2], 100.0 * errors.Count(e => e <= 7) / errors.Count,
            100.0 * hits / sends.Count, 100.0 * early / sends.Count, 100.0 * hits / Math.Max(1, sends.Count - early));
    }

    public string Row(string name) => string.Create(CultureInfo.InvariantCulture,
        $"  {name,-22} {MeanError,5:F1}  {MedianError,5:F1}  {WithinWeek,6:F1}  {HitAll,7:F1}  {PreEmpted,10:F1}  {HitSent,8:F1}");
}
