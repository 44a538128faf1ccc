using StoreConnector.Core.Messages;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>A store's own words as they were read.</summary>
/// <param name="ETag">Names this version of the row; null when there is none yet.</param>
internal sealed record WordsRead(OwnWords Words, string? ETag);

/// <summary>
/// Keeps the words that merchants chose in place of ours: one row with each store, read for every message. A copy of
/// the service may believe what was true <see cref="CacheLife"/> ago.
/// </summary>
internal sealed class MessageWords
{
    /// <summary>How long words may be believed.</summary>
    public static readonly TimeSpan CacheLife = TimeSpan.FromSeconds(5);

    private const string Partition = "words", Row = "all";

    private readonly RowCache<WordsRead> cache = new(CacheLife);

    /// <summary>The store's own words.</summary>
    public async ValueTask<OwnWords> OfAsync(StoreContext store, CancellationToken cancel) =>
        (await cache.GetAsync(store.Store.Id, async (_, stop) => await ReadAsync(store, stop), cancel))!.Words;

    /// <summary>What is saved now, for a change.</summary>
    public static async ValueTask<WordsRead> ReadAsync(StoreContext store, CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(Partition, Row, cancel) is { } row
            ? new(Json.Read<OwnWords>(row.Value, "a store's own words"), row.ETag) : new(OwnWords.None, null);

    /// <summary>Saves the store's words if nobody else has since they were read.</summary>
    /// <returns>False when another writer came first: read again and decide again.</returns>
    public async ValueTask<bool> TrySaveAsync(
        StoreContext store, OwnWords words, string? etag, CancellationToken cancel)
    {
        var bytes = Json.Write(words);
        try
        {
            TableWrite write = etag is null
                ? new TableWrite.Insert(Row, bytes) : new TableWrite.Replace(Row, bytes, etag);
            return await store.Customers.Table.TryWriteAsync(Partition, [write], cancel);
        }
        finally
        {
            cache.Forget(store.Store.Id); // Also when the engine did not answer: it may have written.
        }
    }
}
