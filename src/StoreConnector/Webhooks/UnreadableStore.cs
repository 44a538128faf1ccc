using System.Text;
using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector.Webhooks;

/// <summary>One signed delivery that could not be read.</summary>
/// <param name="Id">Names it: the store's id, a dot, and a hash of the delivery's id, so that a redelivery is the same
/// one.</param>
/// <param name="Source">The platform.</param>
/// <param name="Topic">The platform's word for it.</param>
/// <param name="DeliveryId">The delivery's id.</param>
/// <param name="TriggeredAt">When the platform says it happened.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Reason">Why it was not read: a sentence without personal data.</param>
/// <param name="CanRun">False when reading it again can never help: only its head was kept, or it contradicts
/// itself.</param>
/// <param name="Length">How long the body was.</param>
/// <param name="Kept">How much of it is kept.</param>
internal sealed record UnreadableDelivery(
    string Id,
    Platform Source,
    string Topic,
    string DeliveryId,
    DateTimeOffset? TriggeredAt,
    DateTimeOffset ReceivedAt,
    string Reason,
    bool CanRun,
    long Length,
    int Kept);

/// <summary>
/// Signed deliveries that we could not read, with their bytes, in the store's own table. The body stands in pieces
/// beside the row that lists it and is written first: what is listed can be run.
/// </summary>
internal sealed class UnreadableStore(ITables tables) : IKeptForATime
{
    /// <summary>The most that one listing returns.</summary>
    public const int MaxListed = 1000;

    private const string List = "unreadable", Bodies = "unreadable-body";
    private const int PieceBytes = 512 * 1024;
    private const int PiecesPerWrite = ITable.MaxBatchBytes / PieceBytes - 1;

    /// <summary>Keeps a delivery; the same delivery again replaces itself.</summary>
    public async Task<UnreadableDelivery> KeepAsync(
        string storeId, Incoming incoming, string reason, bool canRun, CancellationToken cancel)
    {
        var delivery = incoming.Delivery;
        var row = Unsigned.Hash(delivery.DeliveryId);
        var kept = new UnreadableDelivery(
            $"{storeId}.{row}", incoming.Platform, delivery.Topic, delivery.DeliveryId, delivery.TriggeredAt,
                delivery.ReceivedAt,
            reason, canRun && !incoming.IsTruncated, incoming.BodyLength, delivery.Body.Length);

        var table = await tables.OpenAsync(StoreRegistry.TableOf(storeId), cancel);
        foreach (var batch in Pieces(row, delivery.Body).Chunk(PiecesPerWrite))
        {
            await table.TryWriteAsync(Bodies, batch, cancel);
        }

        var listed = JsonSerializer.SerializeToUtf8Bytes(kept, EventJson.Options);
        await table.TryWriteAsync(List, [new TableWrite.Put(row, listed)], cancel);
        return kept;
    }

    /// <summary>The store's unread deliveries, oldest first.</summary>
    public async Task<IReadOnlyList<UnreadableDelivery>> ListAsync(string storeId, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.TableOf(storeId), cancel);
        var rows = await table.RangeAsync(List, "0", "g", MaxListed, cancel); // keys are hexadecimal
        return [.. rows.Select(Read).OrderBy(r => r.ReceivedAt).ThenBy(r => r.Id, StringComparer.Ordinal)];
    }

    /// <summary>One of them, or null.</summary>
    public async Task<UnreadableDelivery?> FindAsync(string storeId, string id, CancellationToken cancel)
    {
        var row = RowOf(storeId, id);
        if (row.Length != Unsigned.HashLength || !row.All(char.IsAsciiHexDigitLower)) { return null; } // From a URL.

        var table = await tables.OpenAsync(StoreRegistry.TableOf(storeId), cancel);
        return await table.ReadAsync(List, row, cancel) is { } found ? Read(found) : null;
    }

    /// <summary>The delivery as it came.</summary>
    public async Task<Delivery> ReadAsync(string storeId, UnreadableDelivery kept, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.TableOf(storeId), cancel);
        var body = new MemoryStream(kept.Kept);
        foreach (var key in PieceKeys(RowOf(storeId, kept.Id), kept.Kept))
        {
            var piece = await table.ReadAsync(Bodies, key, cancel)
                ?? throw new InvalidOperationException($"A piece of unreadable {kept.Id} is gone.");
            body.Write(piece.Value.Span);
        }

        return new(kept.DeliveryId, kept.Topic, kept.TriggeredAt, kept.ReceivedAt, body.ToArray());
    }

    /// <summary>
    /// Forgets every delivery that names somebody: who is erased must not stand in what we could not read. A search,
    /// for nothing else can find them. Bodies beyond <see cref="MaxListed"/> are looked at once the first ones are
    /// gone.
    /// </summary>
    public async Task ForgetAsync(string storeId, Func<string, bool> names, CancellationToken cancel)
    {
        foreach (var kept in await ListAsync(storeId, cancel))
        {
            var body = Encoding.UTF8.GetString((await ReadAsync(storeId, kept, cancel)).Body.Span);
            if (names(body)) { await RemoveAsync(storeId, kept, cancel); }
        }
    }

    /// <inheritdoc/>
    public async ValueTask ForgetOldAsync(StoreContext store, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var kept in await ListAsync(store.Store.Id, cancel))
        {
            if (kept.ReceivedAt < now - Retention.Short) { await RemoveAsync(store.Store.Id, kept, cancel); }
        }
    }

    /// <summary>Forgets one: it was read, or is to be erased.</summary>
    public async Task RemoveAsync(string storeId, UnreadableDelivery kept, CancellationToken cancel)
    {
        var row = RowOf(storeId, kept.Id);
        var table = await tables.OpenAsync(StoreRegistry.TableOf(storeId), cancel);
        await table.TryWriteAsync(List, [new TableWrite.Delete(row)], cancel);
        TableWrite[] pieces = [.. PieceKeys(row, kept.Kept).Select(key => new TableWrite.Delete(key))];
        if (pieces.Length > 0) { await table.TryWriteAsync(Bodies, pieces, cancel); }
    }

    private static string RowOf(string storeId, string id) => id[(storeId.Length + 1)..];

    private static IEnumerable<TableWrite> Pieces(string row, ReadOnlyMemory<byte> body) =>
        PieceKeys(row, body.Length).Select((key, i) =>
            new TableWrite.Put(key, body.Slice(i * PieceBytes, Math.Min(PieceBytes, body.Length - i * PieceBytes))));

    private static IEnumerable<string> PieceKeys(string row, int length) =>
        Enumerable.Range(0, (length + PieceBytes - 1) / PieceBytes).Select(
            i => FormattableString.Invariant($"{row}.{i:D2}"));

    private static UnreadableDelivery Read(TableRow row) =>
        JsonSerializer.Deserialize<UnreadableDelivery>(row.Value.Span, EventJson.Options)
        ?? throw new JsonException("The unreadable delivery's row is null.");
}
