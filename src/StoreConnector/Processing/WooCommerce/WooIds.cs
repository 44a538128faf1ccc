using System.Globalization;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// The ids of a site's products and orders that were ever read, a row each without a person's data: what is deleted
/// without a word is found by comparing them with the site's own list, and nothing else has to be searched for that.
/// </summary>
internal static class WooIds
{
    /// <summary>Notes what was read; drafts of orders go by themselves and are not.</summary>
    public static async ValueTask NoteAsync(
        StoreContext store, string resource, IReadOnlyList<WooThing> things, DateTimeOffset now,
        CancellationToken cancel)
    {
        if (resource == WooRows.Customers) { return; }

        var rows = things.Where(t => t is { Id: > 0, IsDraft: false, Kind: not ("variation" or "trash") })
            .Where(t => resource == WooRows.Products || t.CreatedAt > now - WooSweeps.OrderAge)
            .DistinctBy(t => t.Id).Select(t => new TableWrite.Put(Key(t.Id), Json.Write(t.CreatedAt)));
        foreach (var batch in rows.Chunk(ITable.MaxBatch))
        {
            await store.Customers.Table.TryWriteAsync(Partition(resource), batch, cancel);
        }
    }

    /// <summary>Those above one id and up to another, at most <paramref name="max"/>, smallest first.</summary>
    public static async ValueTask<IReadOnlyList<(long Id, DateTimeOffset? CreatedAt)>> ReadAsync(
        StoreContext store, string resource, long above, long upTo, int max, CancellationToken cancel)
    {
        var rows = await store.Customers.Table.RangeAsync(
            Partition(resource), TableRow.After(Key(above)), TableRow.After(Key(upTo)), max, cancel);
        return [.. rows.Select(r => (long.Parse(r.Key, NumberStyles.None, CultureInfo.InvariantCulture),
            System.Text.Json.JsonSerializer.Deserialize<DateTimeOffset?>(r.Value.Span)))];
    }

    /// <summary>Forgets some, at most <see cref="Limits.MaxRange"/>.</summary>
    public static async ValueTask ForgetAsync(
        StoreContext store, string resource, IEnumerable<long> ids, CancellationToken cancel)
    {
        foreach (var batch in ids.Select(id => new TableWrite.Delete(Key(id))).Chunk(ITable.MaxBatch))
        {
            await store.Customers.Table.TryWriteAsync(Partition(resource), batch, cancel);
        }
    }

    private static string Partition(string resource) => "woo-ids-" + resource;

    private static string Key(long id) => string.Create(CultureInfo.InvariantCulture, $"{id:D19}");
}
