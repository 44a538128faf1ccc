using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector.Hosting;

/// <summary>
/// Whether storage answers, told in time even when it hangs. A look that hangs is looked at again and not repeated:
/// who asks every few seconds must not pile up what waits.
/// </summary>
internal sealed class Readiness(ITables tables, IQueues queues)
{
    /// <summary>How long an answer may take, on the machine's clock; who watches us waits five seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly string[] Parts = ["tables", "queues"];

    private readonly Lock gate = new();
    private Task reading = Task.CompletedTask, reaching = Task.CompletedTask;

    /// <summary>What did not answer: "tables", "queues"; nothing when all is well.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancel)
    {
        var (read, reach) = (Look(ref reading, ReadAsync), Look(ref reaching, ReachAsync));
        var answers = await Task.WhenAll(AnswersAsync(read, cancel), AnswersAsync(reach, cancel));
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

    private static async Task<bool> AnswersAsync(Task look, CancellationToken cancel)
    {
        try
        {
            await look.WaitAsync(Patience, cancel);
            return true;
        }
        catch (Exception) when (!cancel.IsCancellationRequested) // Whatever it says instead of an answer.
        {
            return false;
        }
    }
}
