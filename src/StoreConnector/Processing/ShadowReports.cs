using System.Collections.Concurrent;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Stores;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>A store's shadow report with the messages that show how it would have looked.</summary>
/// <param name="Days">The span that was asked for.</param>
/// <param name="Figures">The figures.</param>
/// <param name="FirstMessages">The first message of each automation.</param>
/// <param name="CountedAt">When it was counted.</param>
internal sealed record StoreReport(
    int Days, ShadowReport Figures, IReadOnlyList<ExampleMessage> FirstMessages, DateTimeOffset CountedAt);

/// <summary>
/// Runs a store's log again to say what its automations would have done. A report is kept for <see cref="Life"/>, as
/// long as the store's settings are the same; of one store one is counted at a time.
/// </summary>
internal sealed class ShadowReports(
    StoreFigureTable figures, ZoneClocks zones, ExampleMessages examples, TimeProvider clock) : IDisposable
{
    /// <summary>How long a report may be shown again.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>Events of one report; what comes after them is left out, and the report says so.</summary>
    public const int MaxEvents = 2_000_000;

    /// <summary>
    /// Of those, the ones from before the span, for consents, purchases and prices: the newest. Of the others nothing
    /// is known.
    /// </summary>
    public const int MaxRemembered = 500_000;

    /// <summary>How far back the log may reach: it is kept for 13 months.</summary>
    private const int MaxDays = 400;

    /// <summary>Reports kept; above it all are forgotten.</summary>
    private const int MaxKept = 100;

    private readonly ConcurrentDictionary<(string StoreId, int Days), (Store Of, StoreReport Report)> kept = new();
    private readonly SemaphoreSlim[] lanes = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    public async ValueTask<StoreReport> OfAsync(StoreContext store, int days, CancellationToken cancel)
    {
        if (Kept(store.Store, days) is { } known) { return known; }

        var lane = lanes[(uint)store.Store.Id.GetHashCode(StringComparison.Ordinal) % lanes.Length];
        await lane.WaitAsync(cancel);
        try
        {
            // Who waited may find it counted by now.
            if (Kept(store.Store, days) is { } counted) { return counted; }

            var report = await CountAsync(store, days, cancel);
            if (kept.Count >= MaxKept) { kept.Clear(); }

            kept[(store.Store.Id, days)] = (store.Store, report);
            return report;
        }
        finally
        {
            lane.Release();
        }
    }

    public void Dispose() => Array.ForEach(lanes, lane => lane.Dispose());

    private StoreReport? Kept(Store store, int days) =>
        kept.TryGetValue((store.Id, days), out var found) && found.Of == store
            && clock.GetUtcNow() < found.Report.CountedAt + Life ? found.Report : null;

    private async ValueTask<StoreReport> CountAsync(StoreContext store, int days, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var from = now.AddDays(-days);
        var replay = new Replay(new()
        {
            Store = store.Store,
            From = from,
            To = now,
            Figures = await figures.ReadAsync(store, cancel),
            KeyOf = store.Customers.KeyFor,
            Zones = zones.Find,
        });
        var outcome = await ReadAsync(store, replay, from, now, cancel);
        var first = await examples.OfAsync(store, outcome.Firsts, cancel);
        return new(days, outcome.Report, first, now);
    }

    /// <summary>
    /// Before the span day by day into the past, as far as is remembered: what is known of people does not depend on
    /// the order in which it was heard. Then the span itself, in order.
    /// </summary>
    internal static async ValueTask<ReplayOutcome> ReadAsync(
        StoreContext store, Replay replay, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var table = store.Customers.Table;
        var begin = to.AddDays(-MaxDays) > store.Store.InstalledAt ? to.AddDays(-MaxDays) : store.Store.InstalledAt;
        var (first, left) = (Day(begin), MaxEvents);
        for (var day = Day(from).AddDays(-1); day >= first && left > MaxEvents - MaxRemembered; day = day.AddDays(-1))
        {
            await foreach (var (_, happened) in EventLog.ReadDayAsync(table, day, cancel))
            {
                left--;
                if (happened is null) { replay.Skip(isOfSpan: false); }
                else { replay.Remember(happened); }
            }
        }

        for (var day = Day(from) < first ? first : Day(from); day <= Day(to); day = day.AddDays(1))
        {
            await foreach (var (at, happened) in EventLog.ReadDayAsync(table, day, cancel))
            {
                if (at > to) { break; }

                if (left-- == 0) { return replay.Finish(at); }

                if (happened is null) { replay.Skip(isOfSpan: at >= from); }
                else if (at < from) { replay.Remember(happened); }
                else { replay.Apply(happened); }
            }
        }

        return replay.Finish();
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
