using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace StoreConnector.Storage.Azure;

/// <summary>
/// One queue. It is made when it is first missed, so that the service starts without its storage, and is never dropped.
/// </summary>
/// <param name="shelf">Where messages of it go that were given up.</param>
/// <param name="real">The span of the machine's clock for one of the service's.</param>
internal sealed class AzureQueue(
    QueueClient client, PoisonShelf shelf, TimeProvider clock, Func<TimeSpan, TimeSpan> real) : IQueue
{
    /// <summary>Messages of one call that leave at the same time: Azure takes one a request.</summary>
    private const int Together = 8;

    /// <summary>What is kept until it is handled: Azure would drop it after seven days otherwise.</summary>
    private static readonly TimeSpan ForEver = TimeSpan.FromSeconds(-1);

    private readonly QueueSignal signal = new();

    public async ValueTask SendAsync(IReadOnlyList<QueueSend> messages, CancellationToken cancel)
    {
        Limits.CheckSend(messages);
        var now = clock.GetUtcNow();
        // All of it before the first leaves: one that cannot be takes the others with it.
        List<(QueueSend Message, TimeSpan? Hidden)> all = [.. messages.Select(m => (m, Hidden(m, now)))];
        foreach (var some in all.Chunk(Together))
        {
            await Task.WhenAll(some.Select(one => AskAsync(() => client.SendMessageAsync(
                new BinaryData(one.Message.Body), one.Hidden, ForEver, cancel), cancel)));
        }

        if (messages.Any(m => m.VisibleAt is null || m.VisibleAt <= now)) { signal.Set(); }
    }

    public async ValueTask<IReadOnlyList<QueueMessage>> ReceiveAsync(int max, TimeSpan lease, CancellationToken cancel)
    {
        Limits.CheckReceive(max, lease);
        var taken = new List<QueueMessage>();
        while (taken.Count == 0)
        {
            var answer = await AskAsync(() => client.ReceiveMessagesAsync(max, Whole(lease), cancel), cancel);
            foreach (var message in answer.Value)
            {
                if (message.DequeueCount <= IQueue.MaxDequeues) { taken.Add(ToMessage(message)); }
                else { await GiveUpAsync(message, cancel); }
            }

            if (answer.Value.Length == 0) { break; } // What was given up made room for others: look again.
        }

        return taken;
    }

    public async ValueTask DeleteAsync(QueueMessage message, CancellationToken cancel)
    {
        await AskAsync(() => RemoveAsync(client, message.Id, message.Receipt, cancel), cancel);
    }

    /// <summary>Deletes a message; one that is gone, or was handed out again since, is left alone.</summary>
    public static async Task<bool> RemoveAsync(QueueClient queue, string id, string receipt, CancellationToken cancel)
    {
        try
        {
            await queue.DeleteMessageAsync(id, receipt, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 400 or 404)
        {
            return false;
        }
    }

    public ValueTask WaitAsync(TimeSpan atMost, CancellationToken cancel) => signal.WaitAsync(atMost, cancel);

    public async ValueTask<IReadOnlyList<PoisonMessage>> PoisonAsync(int max, CancellationToken cancel) =>
        await shelf.ListAsync(client.Name, max, cancel);

    public async ValueTask<int> PoisonCountAsync(CancellationToken cancel) =>
        (await shelf.ListAsync(client.Name, Limits.MaxRange, cancel)).Count;

    public async ValueTask ReachAsync(CancellationToken cancel) =>
        await AskAsync(() => client.GetPropertiesAsync(cancel), cancel);

    public async ValueTask<bool> RunAgainAsync(string poisonId, CancellationToken cancel)
    {
        if (await shelf.FindAsync(client.Name, poisonId, cancel) is not { } message) { return false; }

        await SendAsync([new(message.Body)], cancel); // First: rather twice than lost.
        await shelf.DropAsync(client.Name, poisonId, cancel);
        return true;
    }

    public ValueTask DropPoisonAsync(string poisonId, CancellationToken cancel) =>
        shelf.DropAsync(client.Name, poisonId, cancel);

    private async ValueTask GiveUpAsync(
        global::Azure.Storage.Queues.Models.QueueMessage message, CancellationToken cancel)
    {
        await shelf.KeepAsync(client.Name, message.MessageId, message.InsertedOn, message.Body.ToMemory(), cancel);
        await DeleteAsync(ToMessage(message), cancel);
    }

    private static QueueMessage ToMessage(global::Azure.Storage.Queues.Models.QueueMessage message) =>
        new(message.MessageId, message.PopReceipt, message.Body.ToMemory(), (int)message.DequeueCount);

    /// <summary>How long nobody is to see it; Azure knows whole seconds, up to seven days.</summary>
    private TimeSpan? Hidden(QueueSend message, DateTimeOffset now)
    {
        if (message.VisibleAt is not { } at || at <= now) { return null; }

        var hidden = Whole(real(at - now));
        return hidden <= Limits.MaxLease ? hidden
            : throw new ArgumentException($"A message is hidden for at most {Limits.MaxLease}, not {hidden}.");
    }

    private static TimeSpan Whole(TimeSpan span) => TimeSpan.FromSeconds(Math.Ceiling(span.TotalSeconds));

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancel)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await ask();
            }
            catch (RequestFailedException e) when (isFirst && e.ErrorCode == QueueErrorCode.QueueNotFound)
            {
                await AskAsync(() => client.CreateIfNotExistsAsync(cancellationToken: cancel), cancel);
            }
            catch (Exception e) when (AzureFailure.IsSilence(e, cancel))
            {
                throw AzureFailure.Silence("Queue", client.Uri, e);
            }
        }
    }
}
