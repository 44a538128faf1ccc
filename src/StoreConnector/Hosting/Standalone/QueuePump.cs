using StoreConnector.Storage;

namespace StoreConnector.Hosting.Standalone;

/// <summary>
/// Takes messages from one queue to their handler, a few at a time: receive, handle, delete. A message whose handler
/// fails is left to its lease and comes again; after its last attempt the queue lists it as poison.
/// </summary>
/// <param name="name">The queue.</param>
/// <param name="parallel">Messages that are handled at the same time, 1 to 32.</param>
/// <param name="idle">How long to sleep, in real time, before it looks again unasked: messages may become visible by
/// the clock.</param>
internal sealed class QueuePump<T>(
    string name, int parallel, TimeSpan idle, IQueues queues, Func<T, CancellationToken, Task> handle,
        Func<ReadOnlyMemory<byte>, T> read,
    ILogger<QueuePump<T>> log) : BackgroundService
{
    /// <summary>How long a message is hidden while it is handled, on the machine's clock: far above what handling
    /// takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>How long to leave storage alone when it does not answer.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim free = new(parallel, parallel);
    private readonly CancellationTokenSource outOfPatience = new();

    /// <summary>Lets what is under way end; what the host has no patience for is cancelled and comes again.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var hurry = cancellationToken.Register(outOfPatience.Cancel);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        free.Dispose();
        outOfPatience.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PumpAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is StorageUnavailableException or IOException)
            {
                log.QueueSilent(name, e.GetType().Name);
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        for (var i = 0; i < parallel; i++) { await free.WaitAsync(CancellationToken.None); } // All have come home.
    }

    private async Task PumpAsync(CancellationToken stopping)
    {
        var queue = await queues.OpenAsync(name, stopping);
        while (true)
        {
            await free.WaitAsync(stopping);
            free.Release(); // Only this loop takes places, so what is free now stays free.
            var messages = await queue.ReceiveAsync(free.CurrentCount, Lease, stopping);
            foreach (var message in messages)
            {
                await free.WaitAsync(CancellationToken.None);
                _ = HandleAsync(queue, message);
            }

            if (messages.Count == 0) { await queues.WaitAsync(idle, stopping); }
        }
    }

    private async Task HandleAsync(IQueue queue, QueueMessage message)
    {
        await Task.Yield(); // The loop goes on to the next message at once.
        try
        {
            await handle(read(message.Body), outOfPatience.Token);
            await queue.DeleteAsync(message, outOfPatience.Token);
        }
        // Whatever it is, the answer is the same: the queue delivers it again, and lists it in the end.
        catch (Exception e)
        {
            log.MessageFailed(name, message.Id, message.Dequeues, IQueue.MaxDequeues, e.GetType().Name, Place(e));
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Where it was thrown in our code. The message stays out: it may hold what a shop sent.</summary>
    private static string Place(Exception e) => e.StackTrace?.Split('\n')
        .FirstOrDefault(
            line => line.Contains(nameof(StoreConnector), StringComparison.Ordinal))?.Trim() ?? "outside our code";
}
