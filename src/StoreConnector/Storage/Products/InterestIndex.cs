using System.Globalization;
using System.Text;
using StoreConnector.Core.Products;

namespace StoreConnector.Storage.Products;

/// <summary>Somebody who is interested in a variant.</summary>
/// <param name="CustomerKey">Who: the key may be a signpost's by now.</param>
/// <param name="Until">After this the row is worth nothing.</param>
/// <param name="ETag">Names this version of the row.</param>
internal sealed record InterestRow(string CustomerKey, DateTimeOffset Until, string ETag);

/// <summary>
/// Who is interested in a variant: a partition per variant, a row per customer. A row too many does no harm: the
/// customer's record says whether there is any interest.
/// </summary>
internal sealed class InterestIndex(ITable table)
{
    /// <summary>Finds a customer under a variant from now on; a repeat does no harm.</summary>
    public async ValueTask PutAsync(VariantKey variant, string customerKey, DateTimeOffset until,
        CancellationToken cancel) =>
        await table.TryWriteAsync(Partition(variant), [new TableWrite.Put(customerKey, Encoding.ASCII.GetBytes(
            until.UtcTicks.ToString(CultureInfo.InvariantCulture)))], cancel);

    /// <summary>The next customers behind a key, smallest first, at most <paramref name="max"/>.</summary>
    public async ValueTask<IReadOnlyList<InterestRow>> PageAsync(VariantKey variant, string after, int max,
        CancellationToken cancel)
    {
        var rows = await table.RangeAsync(Partition(variant), after.Length == 0 ? "" : TableRow.After(after), ";", max,
            cancel);
        return [.. rows.Select(r => new InterestRow(r.Key, new(long.Parse(r.Value.Span, NumberStyles.None,
            CultureInfo.InvariantCulture), TimeSpan.Zero), r.ETag))];
    }

    /// <summary>
    /// Removes rows whose time is over; all of them stay when one was written anew since: the next page tries again.
    /// </summary>
    public async ValueTask ExpireAsync(VariantKey variant, IEnumerable<InterestRow> rows, CancellationToken cancel)
    {
        foreach (var chunk in rows.Chunk(ITable.MaxBatch))
        {
            await table.TryWriteAsync(Partition(variant),
                [.. chunk.Select(r => new TableWrite.Delete(r.CustomerKey, r.ETag))], cancel);
        }
    }

    /// <summary>Removes a customer who is forgotten.</summary>
    public async ValueTask ForgetAsync(VariantKey variant, string customerKey, CancellationToken cancel) =>
        await table.TryWriteAsync(Partition(variant), [new TableWrite.Delete(customerKey)], cancel);

    private static string Partition(VariantKey variant) => $"interest-{variant}";
}
