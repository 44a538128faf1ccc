using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Insights;

namespace StoreConnector.Tests.Insights;

/// <summary>Purchases made up for tests.</summary>
internal static class Buying
{
    public static DateTimeOffset Day(int day) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day);

    public static PurchaseRhythm Every(int days, int times, int from = 0) =>
        PurchaseRhythm.Of(Enumerable.Range(0, times).Select(i => (Day(from + (i * days)), 1)));

    /// <summary>In order, with same-day purchases, gaps of a day and of three years, from 1 to 40 purchases.</summary>
    public static Arbitrary<(DateTimeOffset At, int Quantity)[]> Histories { get; } = (
        from start in Gen.Choose(0, 1000)
        from steps in Gen.Choose(0, 39).SelectMany(n => Gen.ArrayOf(Step, n))
        from quantities in Gen.ArrayOf(Gen.Choose(1, 9), steps.Length + 1)
        select Walk(start, steps).Zip(quantities).ToArray()).ToArbitrary();

    /// <summary>Hours to the next purchase.</summary>
    private static Gen<int> Step => Gen.Frequency((2, Gen.Choose(0, 12)), (3, Gen.Choose(20, 50)),
        (10, Gen.Choose(24 * 3, 24 * 60)), (1, Gen.Constant(24 * 1095)));

    private static IEnumerable<DateTimeOffset> Walk(int start, int[] steps)
    {
        var at = Day(0).AddHours(start);
        yield return at;
        foreach (var step in steps) { yield return at = at.AddHours(step); }
    }
}
