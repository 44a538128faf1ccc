using StoreConnector.Core.Events;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// Finds what was deleted without a word, as WooCommerce does with <c>force</c>: once a day, a few pages per round, the
/// site's ids are compared with those that were ever read. What is missing is looked for by itself, and only what the
/// site then says is gone, or in its bin, raises the event that a webhook would have raised.
/// </summary>
internal sealed class WooSweeps(WooReader reader, IQueue shopEvents, TimeProvider clock)
{
    /// <summary>Between two searches.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromDays(1);

    /// <summary>How old an order may be to be searched for: older ones decide nothing any more.</summary>
    public static readonly TimeSpan OrderAge = TimeSpan.FromDays(30);

    /// <summary>Pages of one round.</summary>
    public const int MaxPages = 3;

    /// <summary>Missing ones of a page that are looked for; the others wait for the next search.</summary>
    public const int MaxMissing = 20;

    private static readonly TimeSpan Edge = TimeSpan.FromHours(1);

    /// <summary>Searches as far as one round goes.</summary>
    /// <param name="store">Whose.</param>
    /// <param name="resource">Orders or products.</param>
    /// <param name="sweep">How far the search is.</param>
    /// <param name="tally">What is found is counted here.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<(WooIdSweep Sweep, WooTally Tally, WooAnswer? Problem)> SearchAsync(StoreContext store,
        string resource, WooIdSweep sweep, WooTally tally, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (sweep.Mark is null && sweep.DueAt > now) { return (sweep, tally, null); }

        for (var page = 0; page < MaxPages; page++)
        {
            var mark = sweep.Mark ?? new(0, 0, 0);
            var (read, answer) = await reader.PageAsync(
                store.Store.Id, List(resource, now), mark, WooApi.PageSize, cancel);
            if (read is null) { return (sweep, tally, answer); }

            var siteNow = read.Answer.SiteNow ?? now;
            var filled = read.Rows.Count == 0 && !read.IsEnd ? 0
                : await CompareAsync(store, resource, mark, read, siteNow, cancel);
            tally = tally.With(0, filled, now);
            sweep = read.IsEnd ? new(null, now + Every) : sweep with { Mark = read.Next };
            if (read.IsEnd) { break; }
        }

        return (sweep, tally, null);
    }

    /// <returns>How many are gone of which nobody had told.</returns>
    private async ValueTask<int> CompareAsync(StoreContext store, string resource, RowMark mark, WooPage page,
        DateTimeOffset siteNow, CancellationToken cancel)
    {
        var there = page.Rows.Select(WooReader.IdOf).ToHashSet();
        var old = resource == WooRows.Orders ? siteNow - OrderAge : DateTimeOffset.MinValue;
        var missing = new List<long>();
        var (above, upTo) = (mark.LastId, page.IsEnd ? long.MaxValue : page.Next.LastId);
        while (missing.Count < MaxMissing)
        {
            var known = await WooIds.ReadAsync(store, resource, above, upTo, Limits.MaxRange, cancel);
            await WooIds.ForgetAsync(store, resource, known.Where(k => k.CreatedAt < old).Select(k => k.Id), cancel);
            // At its edge the list is cut by another clock.
            missing.AddRange(known.Where(k => !there.Contains(k.Id)
                && (resource == WooRows.Products || k.CreatedAt >= old + Edge)).Select(k => k.Id));
            if (known.Count < Limits.MaxRange) { break; }

            above = known[^1].Id;
        }

        var filled = 0;
        foreach (var id in missing.Take(MaxMissing))
        {
            filled += await SettleAsync(store, resource, id, siteNow, cancel);
        }

        return filled;
    }

    private async ValueTask<int> SettleAsync(
        StoreContext store, string resource, long id, DateTimeOffset siteNow, CancellationToken cancel)
    {
        var isTold = await WooKnown.IsRemovedAsync(store, resource, id, cancel);
        if (!isTold)
        {
            if (await reader.LookForAsync(store.Store.Id, resource, id, cancel) != WooPresence.Gone) { return 0; }

            await QueueAsync(store, resource, id, siteNow, cancel);
        }

        await WooIds.ForgetAsync(store, resource, [id], cancel);
        return isTold ? 0 : 1;
    }

    private async ValueTask QueueAsync(
        StoreContext store, string resource, long id, DateTimeOffset siteNow, CancellationToken cancel)
    {
        var rows = WooReader.RowsOf(store, clock.GetUtcNow(), EventOrigin.Webhook);
        if (rows.Removal(resource, id, siteNow) is Parsed.Events(var events))
        {
            await shopEvents.SendAsync([.. events.Select(e =>
                new QueueSend(Queues.Write(new ShopEventMessage(1, store.Store.Id, e))))], cancel);
        }
    }

    private static WooCall List(string resource, DateTimeOffset now) => WooCall.Get("wc/v3/" + resource,
        resource == WooRows.Orders
            ? [("_fields", "id"), ("after", WooReader.Time(now - OrderAge)), ("dates_are_gmt", "true")]
            : [("_fields", "id")]);
}
