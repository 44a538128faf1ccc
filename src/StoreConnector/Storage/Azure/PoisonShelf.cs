using System.Buffers.Binary;
using System.Globalization;
using Azure;
using Azure.Storage.Queues;

namespace StoreConnector.Storage.Azure;

/// <summary>
/// Messages that were given up, in table <c>poison</c>: a queue lists 32 of its messages and finds none by its name, a
/// table lists them all. The Functions host puts what it gives up into a queue named <c>…-poison</c>, with the body
/// alone; that queue is emptied into the table before it is listed.
/// </summary>
internal sealed class PoisonShelf(ITables tables, QueueServiceClient queues, TimeProvider clock)
{
    /// <summary>What the Functions host adds to a queue's name.</summary>
    public const string Suffix = "-poison";

    private const string Table = "poison";

    /// <summary>How long a message of the host's poison queue is hidden while it is copied.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Keeps a message. Its key comes from its id, so a second time is the first.</summary>
    public async ValueTask KeepAsync(
        string queue, string id, DateTimeOffset? insertedOn, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var value = new byte[sizeof(long) + body.Length];
        BinaryPrimitives.WriteInt64BigEndian(value, clock.GetUtcNow().UtcTicks);
        body.CopyTo(value.AsMemory(sizeof(long)));
        var row = string.Create(CultureInfo.InvariantCulture, $"{insertedOn?.UtcTicks ?? 0:D19}-{id}");
        await (await OpenAsync(cancel)).TryWriteAsync(queue, [new TableWrite.Put(row, value)], cancel);
    }

    public async ValueTask<IReadOnlyList<PoisonMessage>> ListAsync(string queue, int max, CancellationToken cancel)
    {
        await EmptyAsync(queue, cancel);
        var rows = await (await OpenAsync(cancel)).RangeAsync(queue, "", "~", Math.Min(max, Limits.MaxRange), cancel);
        return [.. rows.Select(ToMessage)];
    }

    public async ValueTask<PoisonMessage?> FindAsync(string queue, string poisonId, CancellationToken cancel) =>
        IsId(poisonId) && await (await OpenAsync(cancel)).ReadAsync(queue, poisonId, cancel) is { } row
            ? ToMessage(row) : null;

    public async ValueTask DropAsync(string queue, string poisonId, CancellationToken cancel)
    {
        if (IsId(poisonId))
        {
            await (await OpenAsync(cancel)).TryWriteAsync(queue, [new TableWrite.Delete(poisonId)], cancel);
        }
    }

    /// <summary>What the Functions host gave up: kept first, then deleted.</summary>
    private async ValueTask EmptyAsync(string queue, CancellationToken cancel)
    {
        var poison = queues.GetQueueClient(queue + Suffix);
        try
        {
            while (true)
            {
                var answer = await poison.ReceiveMessagesAsync(Limits.MaxReceive, Lease, cancel);
                foreach (var message in answer.Value)
                {
                    await KeepAsync(queue, message.MessageId, message.InsertedOn, message.Body.ToMemory(), cancel);
                    await AzureQueue.RemoveAsync(poison, message.MessageId, message.PopReceipt, cancel);
                }

                if (answer.Value.Length == 0) { return; }
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // The host has given nothing up.
        }
        catch (Exception e) when (AzureFailure.IsSilence(e, cancel))
        {
            throw AzureFailure.Silence("Queue", poison.Uri, e);
        }
    }

    private ValueTask<ITable> OpenAsync(CancellationToken cancel) => tables.OpenAsync(Table, cancel);

    private static bool IsId(string text) => text.Length is > 20 and <= ITable.MaxKey
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static PoisonMessage ToMessage(TableRow row) => new(row.Key, row.Value[sizeof(long)..],
        new(BinaryPrimitives.ReadInt64BigEndian(row.Value.Span), TimeSpan.Zero));
}
