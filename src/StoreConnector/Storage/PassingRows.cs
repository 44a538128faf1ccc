using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StoreConnector.Core.Events;

namespace StoreConnector.Storage;

/// <summary>Something that all copies of the service must know for a while.</summary>
/// <param name="Value">What.</param>
/// <param name="Until">Afterwards it is as if it were not there.</param>
/// <param name="ETag">Names this version of the row.</param>
internal sealed record PassingRow(string Value, DateTimeOffset Until, string ETag);

/// <summary>
/// Rows of the shared table that are of use for minutes: whose turn it is to install a shop, what a browser is to bring
/// back, which shop has just said farewell. They are keyed by a hash of what they are about, so that none names a shop.
/// </summary>
internal sealed class PassingRows(ITables tables)
{
    /// <summary>Whose turn it is to install a shop, by its domain.</summary>
    public const string Turns = "installing";

    /// <summary>What a browser is to bring back from Shopify, by the state it was given.</summary>
    public const string States = "oauth";

    /// <summary>When a shop took the app away that was not one of ours at that moment, by its domain.</summary>
    public const string Farewells = "farewells";

    /// <summary>
    /// Which WooCommerce site a merchant was sent to for a key, by the state that was given along: this and the next
    /// are the only values that name anybody.
    /// </summary>
    public const string Sites = "wc-auth";

    /// <summary>What became of it, by the same state.</summary>
    public const string Connections = "wc-connected";

    /// <summary>A key that a site brought and could not prove yet, by the same state; protected.</summary>
    public const string Brought = "wc-brought";

    /// <summary>Tokens of companions that were used, by store and nonce.</summary>
    public const string HandOvers = "hand-overs";

    /// <summary>Links that open a store's page once, by their code: which store.</summary>
    public const string PageLinks = "page-links";

    /// <summary>How long after its end a row is left for <see cref="SweepAsync"/>.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    private static readonly string[] All =
        [Turns, States, Farewells, Sites, Connections, Brought, HandOvers, PageLinks];

    /// <summary>The row, also one whose time is over; null when there is none.</summary>
    public async ValueTask<PassingRow?> FindAsync(string partition, string about, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        if (await table.ReadAsync(partition, KeyOf(about), cancel) is not { } row) { return null; }

        var kept = Read(row);
        return new(kept.Value, kept.Until, row.ETag);
    }

    /// <summary>Writes the row if nobody else has since it was read.</summary>
    /// <param name="etag">The version that was read; null when there was none.</param>
    public async ValueTask<bool> TryWriteAsync(
        string partition, string about, string value, DateTimeOffset until, string? etag, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new Kept(value, until), EventJson.Options);
        return await table.TryWriteAsync(partition, [etag is null ? new TableWrite.Insert(KeyOf(about), bytes)
            : new TableWrite.Replace(KeyOf(about), bytes, etag)], cancel);
    }

    /// <summary>Removes the row if nobody has changed it since it was read: what may be used once was used.</summary>
    public async ValueTask<bool> TryRemoveAsync(string partition, string about, string etag, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        return await table.TryWriteAsync(partition, [new TableWrite.Delete(KeyOf(about), etag)], cancel);
    }

    /// <summary>Removes what ended long before <paramref name="now"/>.</summary>
    public async ValueTask SweepAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        foreach (var partition in All)
        {
            var from = "";
            while (await table.RangeAsync(partition, from, "~", Limits.MaxRange, cancel) is [.., var last] rows)
            {
                // One that was written again since it was read keeps its batch; the next sweep comes.
                foreach (var batch in rows.Where(r => Read(r).Until + Rest < now).Chunk(ITable.MaxBatch))
                {
                    await table.TryWriteAsync(
                        partition, [.. batch.Select(r => new TableWrite.Delete(r.Key, r.ETag))], cancel);
                }

                from = TableRow.After(last.Key);
            }
        }
    }

    private static Kept Read(TableRow row) => JsonSerializer.Deserialize<Kept>(row.Value.Span, EventJson.Options)
        ?? throw new JsonException("A passing row holds null.");

    private static string KeyOf(string about) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(about)));

    private sealed record Kept(string Value, DateTimeOffset Until);
}
