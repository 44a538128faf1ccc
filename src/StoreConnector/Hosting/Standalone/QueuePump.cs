using StoreConnector.Processing;
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
internal sealed class QueuePump(
    string name, int parallel, TimeSpan idle, IQueues queues, MessageRunner runner, ILogger<QueuePump> log)
    : BackgroundService
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
            var asked = free.CurrentCount;
            var messages = await queue.ReceiveAsync(asked, Lease, stopping);
            foreach (var message in messages)
            {
                await free.WaitAsync(CancellationToken.None);
                _ = HandleAsync(queue, message);
            }

            // Fewer than half of what was asked for: hardly any is left, and on Azure each look is paid for.
            if (messages.Count < (asked + 1) / 2) { await queue.WaitAsync(idle, stopping); }
        }
    }

    private async Task HandleAsync(IQueue queue, QueueMessage message)
    {
        await Task.Yield(); // The loop goes on to the next message at once.
        var cancel = outOfPatience.Token;
        try
        {
            if (await runner.RunAsync(name, message.Body, message.Id, message.Dequeues, cancel))
            {
                await queue.DeleteAsync(message, cancel);
            }
        }
        // It was handled, and comes again: a repeat does no harm.
        catch (Exception e)
        {
            log.QueueSilent(name, e.GetType().Name);
        }
        finally
        {
            free.Release();
        }
    }
}
