using System.Globalization;
using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>In which manner a site is followed.</summary>
/// <param name="IsPatient">Whether what changed just now is left to its webhook.</param>
/// <param name="IsStubborn">Whether what breaks the site is left out, for it has broken it often.</param>
internal sealed record WooManner(bool IsPatient, bool IsStubborn)
{
    /// <summary>Whether what no webhook brought is counted.</summary>
    public bool CountsGaps { get; init; } = true;
}

/// <summary>
/// Follows what changes in a site, whether or not webhooks tell of it: WooCommerce never delivers twice and drops what
/// happens while a webhook is disabled. Orders and products are asked for by the date of their last change, customers,
/// which know no such question, by their ids and in a slow look at all. All instants are the site's: its clock may be
/// wrong. Events are queued before the place is moved, so that a crash between repeats them.
/// </summary>
/// <remarks>
/// A change of a variation changes its product's date, too, and an order's every change changes its own; measured on
/// WooCommerce 10.5.0. What changes a customer without WooCommerce (another plugin in the data base) is not seen.
/// </remarks>
internal sealed class WooSync(WooAdmin admin, WooReader reader, IQueue shopEvents, TimeProvider clock)
{
    /// <summary>
    /// What changed less than this ago, by the site's clock, is left for the next round: its webhook is on the way, for
    /// a site's cron runs each minute, and only what comes late or not at all is a gap.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>How much is asked for twice: "after" is strict, and a date has no parts of a second.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    /// <summary>How far back the first round looks: the import was begun before it.</summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromDays(1);

    /// <summary>Between two looks at all customers.</summary>
    public static readonly TimeSpan PeopleEvery = TimeSpan.FromHours(6);

    /// <summary>Pages of changed things that one round takes; the next goes on.</summary>
    public const int MaxPages = 10;

    /// <summary>Pages of ids and dates that one round looks at.</summary>
    public const int MaxLooks = 100;

    /// <summary>Pages of customers of one round's part of the look at all.</summary>
    public const int MaxPeoplePages = 3;

    private const int NewestPage = 20;

    /// <summary>A place so far before the site's clock was set by a clock that has been put right since.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(2);

    /// <summary>Follows orders or products as far as one round goes.</summary>
    /// <param name="store">Whose.</param>
    /// <param name="resource">One of <see cref="WooRows"/>' names.</param>
    /// <param name="cursor">How far it was; null before the first round.</param>
    /// <param name="lastRound">When the last round went all the way, by our clock.</param>
    /// <param name="manner">How.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>How far it is, also when the site stopped answering on the way.</returns>
    public async ValueTask<(WooCursor? Cursor, WooAnswer? Problem)> FollowAsync(StoreContext store, string resource,
        WooCursor? cursor, DateTimeOffset? lastRound, WooManner manner, CancellationToken cancel)
    {
        var isFirst = cursor is null; // Then everything is history, however it is dated.
        if (cursor is null)
        {
            (cursor, var silent) = await BeginAsync(store, resource, cancel);
            if (cursor is null) { return (null, silent); }
        }

        var seam = default(string); // The last row before the page; it is asked for again, and must be there.
        for (int look = 0, taken = 0, offset = 0; look < MaxLooks && taken < MaxPages; look++)
        {
            var answer = await admin.AskAsync(store.Store.Id, Changed(resource, cursor, offset), cancel);
            if (WooApi.ItemsOf(answer) is not { } items) { return (cursor, answer); }

            var siteNow = SiteNow(answer);
            if (cursor.At > siteNow + ClockSlack)
            {
                cursor = SetBack(cursor, siteNow, lastRound);
                continue;
            }

            var changes = items.Select(Change.Read).OfType<Change>().ToList();
            if (seam is not null && !changes.Exists(c => c.Name == seam))
            {
                (seam, offset) = (null, 0); // Something before it changed again and moved to the end.
                continue;
            }

            var settled = changes.TakeWhile(c => !manner.IsPatient || c.At <= siteNow - Patience)
                .ToList();
            var unseen = settled.Where(c => !cursor.Recent.Contains(c.Name)).ToList();
            if (unseen.Count > 0)
            {
                var (tally, problem) = await TakeAsync(store, resource, cursor, unseen,
                    manner with { CountsGaps = manner.CountsGaps && !isFirst }, cancel);
                if (problem is not null) { return (cursor, problem); }

                (cursor, taken, offset, seam) = (cursor with { Tally = tally }, taken + 1, 0, null);
            }
            else
            {
                // A page of a few seconds' changes, all of which are asked for twice.
                (offset, seam) = (offset + items.Count - 1, changes.LastOrDefault()?.Name);
            }

            cursor = Moved(cursor, settled);
            if (items.Count < WooApi.PageSize || settled.Count < items.Count) { break; }
        }

        return (cursor, null);
    }

    /// <summary>Follows customers as far as one round goes.</summary>
    public async ValueTask<(WooPeople? People, WooAnswer? Problem)> FollowAsync(
        StoreContext store, WooPeople? people, bool isPatient, CancellationToken cancel)
    {
        var before = people;
        (people, var problem) = await NewestAsync(store, people, isPatient, cancel);
        var isDue = people?.Mark is not null || people?.DueAt is null || people.DueAt <= clock.GetUtcNow();
        // Whom it has just queued the look would find again, for nobody has handled them yet.
        if (problem is not null || people is null || !isDue || people.NewestId != before?.NewestId)
        {
            return (people, problem);
        }

        for (var page = 0; page < MaxPeoplePages; page++)
        {
            (people, problem) = await LookAsync(store, people, isPatient, cancel);
            if (problem is not null || people.Mark is null) { break; }
        }

        return (people, problem);
    }

    /// <summary>The place of the first round: a while before the newest change there is.</summary>
    private async ValueTask<(WooCursor? Cursor, WooAnswer? Problem)> BeginAsync(
        StoreContext store, string resource, CancellationToken cancel)
    {
        var answer = await admin.AskAsync(store.Store.Id, WooCall.Get("wc/v3/" + resource, ("orderby", "modified"),
            ("order", "desc"), ("per_page", "1"), ("_fields", "id,date_modified_gmt")), cancel);
        if (WooApi.ItemsOf(answer) is not { } items) { return (null, answer); }

        var newest = items.Select(Change.Read).OfType<Change>().FirstOrDefault()?.At ?? SiteNow(answer);
        var now = SiteNow(answer);
        newest = newest < now ? newest : now;
        return (new(newest - FirstLook, newest), null);
    }

    /// <summary>Fetches what changed and queues what of it is news.</summary>
    private async ValueTask<(WooTally Tally, WooAnswer? Problem)> TakeAsync(StoreContext store, string resource,
        WooCursor cursor, IReadOnlyList<Change> changes, WooManner manner, CancellationToken cancel)
    {
        var (ids, after) = (changes.Select(c => c.Id).ToList(), cursor.At - Overlap);
        var now = clock.GetUtcNow();
        var read = manner.IsStubborn
            ? await reader.FetchEachAsync(store, resource, ids, now, EventOrigin.Webhook, after, cancel)
            : await reader.FetchAsync(store, resource, ids, now, EventOrigin.Webhook, after, cancel);
        if (read.Problem is { } problem) { return (cursor.Tally, problem); }

        var since = manner.CountsGaps ? cursor.Since : DateTimeOffset.MaxValue;
        var filled = await QueueAsync(store, read.Things, since, cancel);
        await WooIds.NoteAsync(store, resource, read.Things, now, cancel);
        return (cursor.Tally.With(changes.Count, filled, clock.GetUtcNow()), null);
    }

    /// <returns>How many of them no webhook had brought.</returns>
    private async ValueTask<int> QueueAsync(
        StoreContext store, IReadOnlyList<WooThing> things, DateTimeOffset since, CancellationToken cancel)
    {
        var (events, filled) = (new List<StoreEvent>(), 0);
        foreach (var thing in things.Where(t => t.Events.Count > 0))
        {
            var news = await WooKnown.CompareAsync(store, thing.Events[0], cancel);
            if (!news.IsNew) { continue; }

            events.AddRange(thing.Events);
            // A variation's product is there, too, and counts for it.
            filled += news.IsGap && thing.Kind != "variation" && thing.Events[0].HappenedAt > since ? 1 : 0;
        }

        foreach (var batch in events.Chunk(WooApi.PageSize))
        {
            await shopEvents.SendAsync([.. batch.Select(e =>
                new QueueSend(Queues.Write(new ShopEventMessage(1, store.Store.Id, e))))], cancel);
        }

        return filled;
    }

    /// <summary>Accounts that are newer than the newest we have seen.</summary>
    private async ValueTask<(WooPeople? People, WooAnswer? Problem)> NewestAsync(
        StoreContext store, WooPeople? people, bool isPatient, CancellationToken cancel)
    {
        var (found, offset) = (new List<Change>(), 0);
        DateTimeOffset siteNow;
        while (true)
        {
            var answer = await admin.AskAsync(store.Store.Id, WooCall.Get("wc/v3/customers", ("orderby", "id"),
                ("order", "desc"), ("per_page", FormattableString.Invariant($"{NewestPage}")),
                ("offset", FormattableString.Invariant($"{offset}")), ("_fields", "id,date_created_gmt")), cancel);
            if (WooApi.ItemsOf(answer) is not { } items) { return (people, answer); }

            siteNow = SiteNow(answer);
            var page = items.Select(i => new Change(WooReader.IdOf(i), new Payload(i)["date_created_gmt"].Time
                ?? DateTimeOffset.MinValue)).ToList();
            if (people is null)
            {
                return (new(page.Count == 0 ? 0 : page.Max(c => c.Id), siteNow - FirstLook, siteNow), null);
            }

            found.AddRange(page.Where(c => c.Id > people.NewestId));
            offset += items.Count;
            if (items.Count < NewestPage || offset >= WooApi.PageSize || page[^1].Id <= people.NewestId) { break; }
        }

        var settled = found.OrderBy(c => c.Id).TakeWhile(c => !isPatient || c.At <= siteNow - Patience).ToList();
        return settled.Count == 0 ? (people, null) : await PeopleAsync(
            store, people with { NewestId = settled[^1].Id }, settled, people, cancel);
    }

    /// <summary>A page of the slow look at all customers: those whose date is new are fetched.</summary>
    private async ValueTask<(WooPeople People, WooAnswer? Problem)> LookAsync(
        StoreContext store, WooPeople people, bool isPatient, CancellationToken cancel)
    {
        var (page, answer) = await reader.PageAsync(store.Store.Id,
            WooCall.Get("wc/v3/customers", ("_fields", "id,date_modified_gmt")), people.Mark ?? new(0, 0, 0),
            WooApi.PageSize, cancel);
        if (page is null) { return (people, answer); }

        var siteNow = SiteNow(page.Answer);
        var next = people with { Mark = page.Next, LookBegan = people.LookBegan ?? siteNow };
        if (page.IsEnd)
        {
            next = next with
            {
                Mark = null, LookBegan = null, DueAt = clock.GetUtcNow() + PeopleEvery,
                Since = next.LookBegan!.Value - Patience,
            };
        }

        var changed = page.Rows.Select(Change.Read).OfType<Change>()
            .Where(c => c.At >= people.Since - Overlap && (!isPatient || c.At <= siteNow - Patience)).ToList();
        return changed.Count == 0 ? (next, null) : await PeopleAsync(store, next, changed, people, cancel);
    }

    private async ValueTask<(WooPeople People, WooAnswer? Problem)> PeopleAsync(StoreContext store, WooPeople next,
        IReadOnlyList<Change> changed, WooPeople before, CancellationToken cancel)
    {
        var read = await reader.FetchAsync(store, WooRows.Customers, [.. changed.Select(c => c.Id)],
            clock.GetUtcNow(), EventOrigin.Webhook, null, cancel);
        if (read.Problem is { } problem) { return (before, problem); }

        var filled = await QueueAsync(store, read.Things, before.FollowedSince, cancel);
        return (next with { Tally = before.Tally.With(changed.Count, filled, clock.GetUtcNow()) }, null);
    }

    private static WooCall Changed(string resource, WooCursor cursor, int offset) => WooCall.Get("wc/v3/" + resource,
        ("modified_after", WooReader.Time(cursor.At - Overlap)), ("dates_are_gmt", "true"), ("orderby", "modified"),
        ("order", "asc"), ("per_page", FormattableString.Invariant($"{WooApi.PageSize}")),
        ("offset", FormattableString.Invariant($"{offset}")), ("_fields", "id,date_modified_gmt"));

    private static WooCursor Moved(WooCursor cursor, IReadOnlyList<Change> settled)
    {
        if (settled.Count == 0) { return cursor; }

        var at = settled[^1].At > cursor.At ? settled[^1].At : cursor.At;
        var begin = (at - Overlap).ToUnixTimeSeconds();
        var recent = cursor.Recent.Union(settled.Select(c => c.Name)).Where(n => Change.Second(n) >= begin);
        return cursor with { At = at, Recent = [.. recent.Take(WooCursor.MaxRecent)] };
    }

    /// <summary>
    /// The site's clock was put back: what has changed since then may be dated as far back as the time since the last
    /// round that went all the way.
    /// </summary>
    private WooCursor SetBack(WooCursor cursor, DateTimeOffset siteNow, DateTimeOffset? lastRound)
    {
        var passed = clock.GetUtcNow() - (lastRound ?? clock.GetUtcNow());
        return cursor with { At = siteNow - passed - Patience - Patience, Recent = [] };
    }

    private DateTimeOffset SiteNow(WooAnswer answer) => (answer as WooAnswer.Done)?.SiteNow ?? clock.GetUtcNow();

    /// <summary>A thing that changed, by the site's clock.</summary>
    private sealed record Change(long Id, DateTimeOffset At)
    {
        public string Name => FormattableString.Invariant($"{Id}@{At.ToUnixTimeSeconds()}");

        public static Change? Read(JsonElement row) =>
            WooReader.IdOf(row) is > 0 and var id && new Payload(row)["date_modified_gmt"].Time is { } at
                ? new(id, at) : null;

        public static long Second(string name) => long.Parse(
            name.AsSpan(name.IndexOf('@', StringComparison.Ordinal) + 1), NumberStyles.Integer,
            CultureInfo.InvariantCulture);
    }
}
