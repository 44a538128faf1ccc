namespace StoreConnector.Storage;

/// <summary>Wakes the pumps of this process when something was sent.</summary>
internal sealed class QueueSignal
{
    /// <summary>
    /// How long a signal is remembered after one pump has answered to it. A second pump may have looked just before the
    /// message came and begin to wait just after the first one took the signal; it looks again this much later.
    /// </summary>
    private static readonly TimeSpan Echo = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private TaskCompletionSource sent = New();
    private long sentAt = long.MinValue;

    public void Set()
    {
        lock (gate)
        {
            sentAt = TimeProvider.System.GetTimestamp();
            sent.TrySetResult();
        }
    }

    public async ValueTask WaitAsync(TimeSpan atMost, CancellationToken cancel)
    {
        Task signal;
        lock (gate)
        {
            if (sent.Task.IsCompleted)
            {
                sent = New();
                return;
            }

            signal = sent.Task;
            if (sentAt != long.MinValue && TimeProvider.System.GetElapsedTime(sentAt) < Echo && Echo < atMost)
            {
                atMost = Echo;
            }
        }

        await signal.WaitAsync(atMost, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            sent = ReferenceEquals(signal, sent.Task) && signal.IsCompleted ? New() : sent;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
