using System.Text.Json;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;
using StoreConnector.Telemetry;

namespace StoreConnector.Processing;

/// <summary>
/// Takes one message of any queue to its handler, wherever it was received: by a pump of ours or by a host that hands
/// it over. What failed is logged and noted with its reason, so that whoever finds it given up knows why.
/// </summary>
internal sealed class MessageRunner(
    IShopEventHandler shopEvents, IWakeUpHandler wakeUps, IProductChangeHandler productChanges,
    IEnumerable<IImportHandler> imports, Failures failures, TimeProvider clock, ILogger<MessageRunner> log)
{
    /// <summary>How long a failure may take to be noted, on the machine's clock: the message waits for it.</summary>
    private static readonly TimeSpan NotingLimit = TimeSpan.FromSeconds(5);

    /// <summary>The same when the host has no patience left.</summary>
    private static readonly TimeSpan StoppedLimit = TimeSpan.FromSeconds(1);

    private const string NotOne = "The message cannot be read: it is not the JSON of this queue's messages.";

    private readonly Dictionary<string, IImportHandler> imports = imports.ToDictionary(
        i => i.Import, StringComparer.Ordinal);

    /// <summary>Handles the message. It never throws for what a handler does.</summary>
    /// <param name="queue">One of <see cref="Queues.All"/>.</param>
    /// <param name="body">The bytes as sent.</param>
    /// <param name="messageId">The engine's id, for the log.</param>
    /// <param name="dequeues">Which attempt this is: 1 the first time.</param>
    /// <param name="cancel">Ends the attempt when the host has no patience left.</param>
    /// <returns>Whether the message may be deleted; false leaves it to the queue, to come again.</returns>
    public async ValueTask<bool> RunAsync(
        string queue, ReadOnlyMemory<byte> body, string messageId, int dequeues, CancellationToken cancel)
    {
        try
        {
            await HandleAsync(queue, body, dequeues, cancel);
        }
        // Whatever it is, the answer is the same: the queue delivers it again, and lists it in the end.
        catch (Exception e)
        {
            var failure = Describe(e, dequeues);
            log.MessageFailed(queue, messageId, dequeues, IQueue.MaxDequeues, failure.Kind, failure.Place);
            Signals.Handled(queue, cancel.IsCancellationRequested ? "stopped"
                : e is UnhandledMessageException ? "unreadable" : "failed");
            // Also what a host had no patience for: a message that is always too slow is given up in the end.
            await BestAsync(queue, messageId, cancel.IsCancellationRequested ? StoppedLimit : NotingLimit,
                limit => failures.NoteAsync(queue, body, cancel.IsCancellationRequested
                    ? failure with { Why = "The host ended the attempt: it took too long, or the service stopped." }
                    : failure, limit));
            return false;
        }

        Signals.Handled(queue, "done");
        if (dequeues > 1) // Only then can there be a failure to forget: a first success costs no call.
        {
            await BestAsync(queue, messageId, NotingLimit, limit => failures.ForgetAsync(queue, body, limit));
        }

        return true;
    }

    private Task HandleAsync(string queue, ReadOnlyMemory<byte> body, int dequeues, CancellationToken cancel) =>
        queue switch
        {
            Queues.ShopEvents => HandleAsync(queue, dequeues, Read<ShopEventMessage>(body, m => m is
            {
                StoreId: not null, Event: { Id: not null, Aliases: not null, Contacts: not null, Body: not null },
            }), m => (m.StoreId, m.Event.ReceivedAt, m.Event.Id), shopEvents.HandleAsync, cancel),
            Queues.WakeUps => HandleAsync(queue, dequeues, Read<WakeUpMessage>(body, m => m is
            {
                StoreId: not null, CustomerKey: not null,
            }), m => (m.StoreId, m.At, null), wakeUps.HandleAsync, cancel),
            Queues.ProductChanges => HandleAsync(queue, dequeues, Read<ProductChangeMessage>(body, m => m is
            {
                StoreId: not null, Token: not null, After: not null,
            }), m => (m.StoreId, null, null), productChanges.HandleAsync, cancel),
            Queues.Imports => HandleAsync(queue, dequeues, Read<ImportMessage>(body, m => m is
            {
                StoreId: not null, Import: not null, After: not null,
            }), m => (m.StoreId, null, null), ImportAsync, cancel),
            _ => throw new UnhandledMessageException("Nobody here handles that queue."),
        };

    /// <summary>Inside a span that continues the trace which the message came from.</summary>
    /// <param name="about">Its store, when it was meant to be handled, and its event's id.</param>
    private async Task HandleAsync<T>(
        string queue, int dequeues, T message,
        Func<T, (string StoreId, DateTimeOffset? MeantFor, string? EventId)> about,
        Func<T, CancellationToken, Task> handle, CancellationToken cancel)
        where T : TracedMessage
    {
        var (storeId, meantFor, eventId) = about(message);
        if (meantFor is { } time) { Signals.Waited(queue, clock.GetUtcNow() - time); }

        using var span = Signals.Handle(queue, message.Trace, dequeues);
        if (span is not null) { Signals.Concerns(storeId, eventId is null ? null : EventLog.KeyOf(eventId)); }

        try
        {
            await handle(message, cancel);
        }
        catch (Exception e)
        {
            Signals.Broke(span, e.GetType().Name);
            throw;
        }
    }

    private Task ImportAsync(ImportMessage message, CancellationToken cancel) =>
        imports.TryGetValue(message.Import, out var handler) ? handler.HandleAsync(message, cancel)
            : throw new UnhandledMessageException("This version knows no import of that name.");

    /// <param name="isWhole">Whether it has what every message of its queue must have.</param>
    private static T Read<T>(ReadOnlyMemory<byte> body, Func<T, bool> isWhole)
    {
        T message;
        try
        {
            message = Queues.Read<T>(body);
        }
        // Also what a value's own check throws: whatever keeps it from being one, it is not one.
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException
            or FormatException or InvalidOperationException)
        {
            throw new UnhandledMessageException(NotOne);
        }

        return isWhole(message) ? message : throw new UnhandledMessageException(NotOne);
    }

    private Failure Describe(Exception e, int dequeues) => new(
        e.GetType().Name, PlaceOf(e), dequeues, clock.GetUtcNow(), e switch
        {
            UnhandledMessageException => e.Message, // Ours, and nothing of the message is in it.
            ContentionException => "The record was changed by others at each attempt.",
            StorageUnavailableException => "Storage did not answer.",
            _ => null,
        });

    /// <summary>
    /// Where it was thrown in our code, as type, method and line. The exception's text stays out: it may hold what a
    /// shop sent.
    /// </summary>
    private static string PlaceOf(Exception e)
    {
        const string At = "at " + nameof(StoreConnector) + ".", Line = ":line ";
        var frame = e.StackTrace?.Split('\n').Select(line => line.Trim())
            .FirstOrDefault(line => line.StartsWith(At, StringComparison.Ordinal));
        if (frame is null) { return "outside our code"; }

        var (end, number) = (frame.IndexOf('(', StringComparison.Ordinal), frame.LastIndexOf(Line,
            StringComparison.Ordinal));
        return frame[3..(end < 0 ? frame.Length : end)] + (number < 0 ? "" : $":{frame[(number + Line.Length)..]}");
    }

    /// <summary>What is only a note must not decide what becomes of a message.</summary>
    private async ValueTask BestAsync(
        string queue, string messageId, TimeSpan atMost, Func<CancellationToken, ValueTask> note)
    {
        using var limit = new CancellationTokenSource(atMost);
        try
        {
            await note(limit.Token);
        }
        catch (Exception e)
        {
            log.FailureNotKept(queue, messageId, e.GetType().Name);
        }
    }
}

/// <summary>A message that nobody here can handle. Its text is a sentence of ours, without anything of the
/// message.</summary>
internal sealed class UnhandledMessageException(string message) : Exception(message);
