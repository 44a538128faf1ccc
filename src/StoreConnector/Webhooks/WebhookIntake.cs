using StoreConnector.Core.Stores;
using StoreConnector.Platforms;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Telemetry;

namespace StoreConnector.Webhooks;

/// <summary>
/// What happens to every delivery that proved itself, whichever door it came by: it is read, and its events are on disk
/// before the platform gets its answer. A webhook is news, not a command: nothing is sent from here.
/// </summary>
internal sealed class WebhookIntake(
    IQueues queues, UnreadableStore unreadable, ILogger<WebhookIntake> log)
{
    /// <summary>Queues what the delivery says, or keeps it for the day when it can be read.</summary>
    /// <exception cref="StorageUnavailableException">It may not be acknowledged.</exception>
    public async Task<Receipt> TakeAsync(Store store, Incoming incoming, CancellationToken cancel)
    {
        Signals.Concerns(store.Id);
        if (incoming.IsTruncated)
        {
            var reason = FormattableString.Invariant(
                $"The body has {incoming.BodyLength} bytes, more than {BodyReader.MaxHeld}: only its head was kept.");
            return await KeepAsync(store.Id, incoming, reason, canRun: false, cancel);
        }

        var outcome = await ApplyAsync(store, incoming.Delivery, cancel);
        return outcome is Parsed.Unreadable(var why) ? await KeepAsync(store.Id, incoming, why, canRun: true, cancel)
            : Answer(store.Id, incoming, outcome);
    }

    /// <summary>Keeps a delivery that is signed but must not be believed, or cannot be read.</summary>
    public async Task<Receipt> KeepAsync(
        string storeId, Incoming incoming, string reason, bool canRun, CancellationToken cancel)
    {
        var kept = await unreadable.KeepAsync(storeId, incoming, reason, canRun, cancel);
        Signals.Unreadable(WebhookEndpoints.Word(incoming.Platform));
        log.DeliveryKept(storeId, Unsigned.Topic(kept.Topic), Unsigned.Id(kept.DeliveryId), reason);
        return new Receipt.Kept(kept.Id);
    }

    /// <summary>
    /// Reads a kept delivery again with the parsers of today. What can be read now is queued and forgotten here; the
    /// rest stays. Queued before it is forgotten: a crash between repeats it, and a repeat does no harm.
    /// </summary>
    public async Task<RunAgain> RunAgainAsync(Store store, string id, CancellationToken cancel)
    {
        if (await unreadable.FindAsync(store.Id, id, cancel) is not { } kept) { return new RunAgain.NotFound(); }

        if (!kept.CanRun) { return new RunAgain.StillUnreadable(kept.Reason); }

        var delivery = await unreadable.ReadAsync(store.Id, kept, cancel);
        var outcome = await ApplyAsync(store, delivery, cancel);
        if (outcome is Parsed.Unreadable(var reason)) { return new RunAgain.StillUnreadable(reason); }

        await unreadable.RemoveAsync(store.Id, kept, cancel);
        return outcome is Parsed.Events(var events) ? new RunAgain.Queued(events.Count)
            : new RunAgain.Ignored(((Parsed.Ignored)outcome).Reason);
    }

    private async Task<Parsed> ApplyAsync(Store store, Delivery delivery, CancellationToken cancel)
    {
        var outcome = Parsers.For(store).Parse(delivery);
        if (outcome is not Parsed.Events(var events)) { return outcome; }

        QueueSend[] messages =
            [.. events.Select(e => new QueueSend(Queues.Write(new ShopEventMessage(1, store.Id, e))))];
        if (messages.FirstOrDefault(m => m.Body.Length > IQueue.MaxBytes) is { } large)
        {
            return new Parsed.Unreadable(FormattableString.Invariant(
                $"It became an event of {large.Body.Length} bytes, more than {IQueue.MaxBytes}."));
        }

        var queue = await queues.OpenAsync(Queues.ShopEvents, cancel);
        await queue.SendAsync(messages, cancel);
        Signals.Queued(Queues.ShopEvents, messages.Length);
        return outcome;
    }

    private Receipt Answer(string storeId, Incoming incoming, Parsed outcome)
    {
        var (topic, id) = (Unsigned.Topic(incoming.Delivery.Topic), Unsigned.Id(incoming.Delivery.DeliveryId));
        switch (outcome)
        {
            case Parsed.Events(var events):
                log.DeliveryQueued(storeId, topic, id, events.Count);
                return new Receipt.Queued(events.Count);
            case Parsed.Ignored(var reason):
                log.DeliveryIgnored(storeId, topic, id, reason);
                return new Receipt.Ignored(reason);
            default:
                throw new System.Diagnostics.UnreachableException(outcome.GetType().Name);
        }
    }
}

/// <summary>What became of a kept delivery when it was run again.</summary>
internal abstract record RunAgain
{
    /// <summary>It could be read: its events are on the queue, and it is no longer kept.</summary>
    public sealed record Queued(int Events) : RunAgain;

    /// <summary>It could be read, there is nothing to do, and it is no longer kept.</summary>
    public sealed record Ignored(string Reason) : RunAgain;

    /// <summary>It stays.</summary>
    public sealed record StillUnreadable(string Reason) : RunAgain;

    /// <summary>There is no such one.</summary>
    public sealed record NotFound : RunAgain;
}
