using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector.Hosting;

/// <summary>
/// Whether storage answers, told in time even when it hangs. A look that hangs is looked at again and not repeated:
/// who asks every few seconds must not pile up what waits.
/// </summary>
/// <param name="machine">By which an answer is waited for; null: the machine's clock.</param>
internal sealed partial class Readiness(
    ITables tables, IQueues queues, ILogger<Readiness> log, TimeProvider? machine = null)
{
    /// <summary>How long an answer may take, on the machine's clock; who watches us waits five seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly string[] Parts = ["tables", "queues"];

    private readonly TimeProvider waits = machine ?? TimeProvider.System;
    private readonly string?[] told = new string?[Parts.Length];
    private readonly Lock gate = new();
    private Task reading = Task.CompletedTask, reaching = Task.CompletedTask;

    /// <summary>What did not answer: "tables", "queues"; nothing when all is well.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancel)
    {
        var (read, reach) = (Look(ref reading, ReadAsync), Look(ref reaching, ReachAsync));
        var answers = await Task.WhenAll(AnswersAsync(0, read, cancel), AnswersAsync(1, reach, cancel));
        return [.. Parts.Where((_, i) => !answers[i])];
    }

    private async Task ReadAsync(CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        await table.ReadAsync("health", "ready", cancel);
    }

    private async Task ReachAsync(CancellationToken cancel)
    {
        var queue = await queues.OpenAsync(Queues.ShopEvents, cancel);
        await queue.ReachAsync(cancel);
    }

    private Task Look(ref Task last, Func<CancellationToken, Task> look)
    {
        lock (gate)
        {
            return last.IsCompleted ? last = Task.Run(() => LimitedAsync(look)) : last;
        }
    }

    private static async Task LimitedAsync(Func<CancellationToken, Task> look)
    {
        using var limit = new CancellationTokenSource(Patience * 2); // An engine that listens lets go.
        await look(limit.Token);
    }

    private async Task<bool> AnswersAsync(int part, Task look, CancellationToken cancel)
    {
        try
        {
            await look.WaitAsync(Patience, waits, cancel);
            Volatile.Write(ref told[part], null);
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested) // Whatever it says instead of an answer.
        {
            Tell(part, e);
            return false;
        }
    }

    /// <summary>
    /// Whoever asks may be anybody: he learns which part. Why is the operator's affair, once until it changes. The
    /// engine's own sentence says what to do and holds no secret.
    /// </summary>
    private void Tell(int part, Exception e)
    {
        var why = e is StorageUnavailableException ? e.Message : e.GetType().Name;
        if (Interlocked.Exchange(ref told[part], why) != why) { DoNotAnswer(log, Parts[part], why); }
    }

    [LoggerMessage(4105, LogLevel.Warning, "The {Part} do not answer: {Why}")]
    private static partial void DoNotAnswer(ILogger log, string part, string why);
}
