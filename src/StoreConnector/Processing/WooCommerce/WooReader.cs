using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Platforms.WooCommerce.Api;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>One thing of a site, as a row says it.</summary>
/// <param name="Id">Its id; 0 when it has none.</param>
/// <param name="CreatedAt">By the site's clock.</param>
/// <param name="Kind">What it is by the row's own word: a product's type, an order's status.</param>
/// <param name="Events">What a webhook would have said; empty when that is nothing, or cannot be read.</param>
/// <param name="IsUnreadable">Whether it was left out because nobody could read it.</param>
internal sealed record WooThing(
    long Id, DateTimeOffset? CreatedAt, string? Kind, IReadOnlyList<StoreEvent> Events, bool IsUnreadable)
{
    /// <summary>An order that was never placed: it goes without a word after a day.</summary>
    public bool IsDraft => Kind == "checkout-draft";
}

/// <summary>Things of a site, or why it did not say.</summary>
/// <param name="Problem">The answer that was none; null when all was read.</param>
internal sealed record WooRead(IReadOnlyList<WooThing> Things, WooAnswer? Problem);

/// <summary>A page of a list that is sorted by id.</summary>
/// <param name="Rows">Those that were not read before.</param>
/// <param name="Next">Where the next page begins.</param>
/// <param name="IsEnd">Whether there is none.</param>
/// <param name="Answer">What the site answered.</param>
internal sealed record WooPage(
    IReadOnlyList<JsonElement> Rows, RowMark Next, bool IsEnd, WooAnswer.Done Answer);

/// <summary>Whether a thing is still there.</summary>
internal enum WooPresence
{
    There,
    Gone,
    Unknown,
}

/// <summary>Reads what is in a site, by its REST API, one call at a time.</summary>
internal sealed class WooReader(WooAdmin admin)
{
    /// <summary>
    /// Pages of one product's variations: together as many as a product's list of them is believed.
    /// </summary>
    public const int MaxVariationPages = 5;

    /// <summary>What rows say; variable products together with their variations, which are rows of their own.</summary>
    /// <param name="store">Whose.</param>
    /// <param name="resource">One of <see cref="WooRows"/>' names.</param>
    /// <param name="rows">As the site gave them.</param>
    /// <param name="readAt">When, by our clock.</param>
    /// <param name="origin">How the events are to be taken.</param>
    /// <param name="variationsSince">Only variations changed after that, by the site's clock; null for all.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<WooRead> ReadAsync(
        StoreContext store, string resource, IReadOnlyList<JsonElement> rows, DateTimeOffset readAt,
        EventOrigin origin, DateTimeOffset? variationsSince, CancellationToken cancel)
    {
        var reader = RowsOf(store, readAt, origin);
        var things = new List<WooThing>();
        foreach (var row in rows)
        {
            var thing = Thing(reader, resource, row);
            things.Add(thing);
            if (resource != WooRows.Products || thing.Id == 0 || !HasVariations(row)) { continue; }

            var list = WooCall.Get(FormattableString.Invariant($"wc/v3/products/{thing.Id}/variations"),
                variationsSince is { } since ? [("modified_after", Time(since)), ("dates_are_gmt", "true")] : []);
            var answer = await admin.ListAsync(store.Store.Id, list, MaxVariationPages, cancel);
            if (answer is WooAnswer.Refused { Status: 404 }) { continue; } // It went meanwhile.

            if (WooApi.ItemsOf(answer) is not { } variations) { return new(things, answer); }

            things.AddRange(variations.Select(v => Thing(reader, resource, WooRows.Variation(v, thing.Id))));
        }

        return new(things, null);
    }

    /// <summary>Reads those of an id, at most a page; one that is gone is left out.</summary>
    public async ValueTask<WooRead> FetchAsync(StoreContext store, string resource, IReadOnlyList<long> ids,
        DateTimeOffset readAt, EventOrigin origin, DateTimeOffset? variationsSince, CancellationToken cancel)
    {
        var answer = await admin.AskAsync(store.Store.Id, WooCall.Get("wc/v3/" + resource,
            ("include", string.Join(',', ids)),
            ("per_page", FormattableString.Invariant($"{WooApi.PageSize}"))), cancel);
        return WooApi.ItemsOf(answer) is { } rows
            ? await ReadAsync(store, resource, rows, readAt, origin, variationsSince, cancel) : new([], answer);
    }

    /// <summary>
    /// The same, but when the site breaks on it, one by one: a thing that the site cannot show must not keep the others
    /// from coming for ever. It is left out, and said to be unreadable.
    /// </summary>
    public async ValueTask<WooRead> FetchEachAsync(StoreContext store, string resource, IReadOnlyList<long> ids,
        DateTimeOffset readAt, EventOrigin origin, DateTimeOffset? variationsSince, CancellationToken cancel)
    {
        var whole = await FetchAsync(store, resource, ids, readAt, origin, variationsSince, cancel);
        if (whole.Problem is not (WooAnswer.Unavailable or WooAnswer.Broken)) { return whole; }

        var (things, isAll) = (new List<WooThing>(), true);
        foreach (var id in ids)
        {
            var one = await FetchAsync(store, resource, [id], readAt, origin, variationsSince, cancel);
            if (one.Problem is not (null or WooAnswer.Unavailable or WooAnswer.Broken)) { return one; }

            isAll &= one.Problem is not null;
            things.AddRange(one.Problem is null ? one.Things : [new(0, null, null, [], IsUnreadable: true)]);
        }

        return isAll ? whole : new(things, null); // All of them: then it is the site.
    }

    /// <summary>
    /// The next page of a list that is sorted by id, smallest first. WooCommerce can only pass over a number of rows,
    /// and rows that go away meanwhile would let others slip past the seam: so each page begins with the last row of
    /// the one before. When that row is not there, rows before it went, and the page is read again from further ahead.
    /// Rows that are added have greater ids and come at the end. What is read twice is left out.
    /// </summary>
    /// <returns>No page, and the answer that was none.</returns>
    public async ValueTask<(WooPage? Page, WooAnswer Answer)> PageAsync(
        string storeId, WooCall list, RowMark mark, int size, CancellationToken cancel)
    {
        var offset = mark is { LastId: > 0, Offset: > 0 } ? mark.Offset - 1 : mark.Offset;
        var answer = await admin.AskAsync(storeId, list with
        {
            Query = [.. list.Query, ("orderby", "id"), ("order", "asc"),
                ("per_page", FormattableString.Invariant($"{size}")),
                ("offset", FormattableString.Invariant($"{offset}"))],
        }, cancel);
        if (WooApi.ItemsOf(answer) is not { } items || answer is not WooAnswer.Done done) { return (null, answer); }

        var first = items.Count == 0 ? long.MaxValue : IdOf(items[0]);
        if (mark.LastId > 0 && offset > 0 && first > mark.LastId)
        {
            var back = offset > size ? offset - size : 0;
            return (new([], mark with { Offset = back }, false, done), answer);
        }

        var fresh = items.Where(i => IdOf(i) > mark.LastId || IdOf(i) == 0).ToList();
        var last = fresh.Count == 0 ? mark.LastId : Math.Max(mark.LastId, fresh.Max(IdOf));
        var next = new RowMark(offset + items.Count, last, mark.Read + fresh.Count);
        // Some sites give smaller pages than they were asked for; the one who asked for more gets no further.
        var isEnd = items.Count < size && (items.Count <= 1 || !(done.Total > offset + items.Count));
        return (new(fresh, next, isEnd, done), answer);
    }

    /// <summary>Whether a thing is there, and not in the bin.</summary>
    public async ValueTask<WooPresence> LookForAsync(
        string storeId, string resource, long id, CancellationToken cancel) =>
        await admin.AskAsync(storeId, WooCall.Get(
            FormattableString.Invariant($"wc/v3/{resource}/{id}"), ("_fields", "id,status")), cancel) switch
        {
            WooAnswer.Done(var row, _, _) => new Payload(row)["status"].Text == "trash"
                ? WooPresence.Gone : WooPresence.There,
            // Not "no such route": then WooCommerce itself is switched off.
            WooAnswer.Refused { Status: 404, Code: var code }
                when code.EndsWith("invalid_id", StringComparison.Ordinal) => WooPresence.Gone,
            _ => WooPresence.Unknown,
        };

    /// <summary>Reads rows of a store.</summary>
    public static WooRows RowsOf(StoreContext store, DateTimeOffset readAt, EventOrigin origin) =>
        new(new WooCommerceParser(store.Store.Domain, store.Store.Country), readAt, origin);

    /// <summary>A row's id; 0 when it has none.</summary>
    public static long IdOf(JsonElement row) => new Payload(row)["id"].Id ?? 0;

    /// <summary>An instant as WooCommerce takes it beside <c>dates_are_gmt=true</c>.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString(
        "yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    private static bool HasVariations(JsonElement row) =>
        new Payload(row)["type"].Text is "variable" or "variable-subscription";

    private static WooThing Thing(WooRows reader, string resource, JsonElement row)
    {
        var said = new Payload(row);
        var parsed = reader.Read(resource, row);
        return new(said["id"].Id ?? 0, said["date_created_gmt"].Time, said["type"].Text ?? said["status"].Text,
            parsed is Parsed.Events(var events) ? events : [], parsed is Parsed.Unreadable);
    }
}
