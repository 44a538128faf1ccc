using System.Text;
using StoreConnector.Channels;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>A message that the outbox kept.</summary>
internal sealed record KeptMessage(
    string Automation, int Step, string Occasion, Channel Channel, string To, MessageContent.Email? Email,
    MessageContent.Sms? Sms, DateTimeOffset SentAt);

/// <summary>
/// The outbox in the store's own table: <c>at-…</c> rows in the order of time, and a <c>send-…</c> row for each send
/// that points to its own, so that a send is kept once and can be found and forgotten.
/// </summary>
internal sealed class StoredOutbox(ITables tables, TimeProvider clock) : IOutboxShelf, IMessageKeeper, IKeptForATime
{
    /// <summary>The most messages of one store that are read at once: the newest.</summary>
    public const int MaxRead = 1000;

    private const string Partition = "outbox";

    public async ValueTask KeepAsync(OutgoingMessage message, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var kept = new KeptMessage(message.Automation, message.Step, message.Occasion, message.Channel, message.To,
            message.Content as MessageContent.Email, message.Content as MessageContent.Sms, now);
        // Newest first: the page that is read begins where the table does.
        var at = FormattableString.Invariant($"{At(now)}-{message.SendId}");
        var table = await OpenAsync(message.StoreId, cancel);
        await table.TryWriteAsync(Partition,
            [new TableWrite.Insert("send-" + message.SendId, Encoding.ASCII.GetBytes(at)),
                new TableWrite.Put(at, Json.Write(kept))], cancel);
    }

    public async ValueTask<bool> HasAsync(string storeId, string sendId, CancellationToken cancel) =>
        await (await OpenAsync(storeId, cancel)).ReadAsync(Partition, "send-" + sendId, cancel) is not null;

    /// <summary>What was kept for a store, newest last.</summary>
    public async ValueTask<IReadOnlyList<KeptMessage>> ReadAsync(string storeId, CancellationToken cancel)
    {
        var rows = await (await OpenAsync(storeId, cancel)).RangeAsync(Partition, "at-", "at.", MaxRead, cancel);
        return [.. rows.Select(r => Json.Read<KeptMessage>(r.Value, "the outbox")).Reverse()];
    }

    /// <summary>The message of one send, or null.</summary>
    public async ValueTask<KeptMessage?> FindAsync(string storeId, string sendId, CancellationToken cancel)
    {
        var table = await OpenAsync(storeId, cancel);
        return await table.ReadAsync(Partition, "send-" + sendId, cancel) is { } pointer
            && await table.ReadAsync(Partition, Encoding.ASCII.GetString(pointer.Value.Span), cancel) is { } row
            ? Json.Read<KeptMessage>(row.Value, "the outbox") : null;
    }

    public async ValueTask ForgetAsync(string storeId, IReadOnlyCollection<string> sendIds, CancellationToken cancel)
    {
        var table = await OpenAsync(storeId, cancel);
        foreach (var sendId in sendIds)
        {
            if (await table.ReadAsync(Partition, "send-" + sendId, cancel) is not { } row) { continue; }

            var at = Encoding.ASCII.GetString(row.Value.Span);
            await table.TryWriteAsync(Partition, [new TableWrite.Delete(at), new TableWrite.Delete("send-" + sendId)],
                cancel);
        }
    }

    /// <inheritdoc/>
    public async ValueTask ForgetOldAsync(StoreContext store, DateTimeOffset now, CancellationToken cancel)
    {
        var (table, from) = (store.Customers.Table, At(now - Retention.Short));
        while (await table.RangeAsync(Partition, from, "at.", ITable.MaxBatch / 2, cancel) is { Count: > 0 } rows)
        {
            await table.TryWriteAsync(Partition, [.. rows.SelectMany(r => new[]
            {
                new TableWrite.Delete(r.Key), new TableWrite.Delete("send-" + r.Key[(from.Length + 1)..]),
            })], cancel);
        }
    }

    private static string At(DateTimeOffset at) =>
        FormattableString.Invariant($"at-{DateTime.MaxValue.Ticks - at.UtcTicks:D19}");

    private ValueTask<ITable> OpenAsync(string storeId, CancellationToken cancel) =>
        tables.OpenAsync(StoreRegistry.TableOf(storeId), cancel);
}
