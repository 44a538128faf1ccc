using System.Diagnostics;
using System.Runtime.ExceptionServices;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;
using StoreConnector.Telemetry;

namespace StoreConnector.Processing;

/// <summary>Counts what is put on a queue.</summary>
internal sealed class WatchedQueue(string name, IQueue queue) : IQueue
{
    public async ValueTask SendAsync(IReadOnlyList<QueueSend> messages, CancellationToken cancel)
    {
        await queue.SendAsync(messages, cancel);
        Signals.Queued(name, messages.Count);
    }

    public ValueTask<IReadOnlyList<QueueMessage>> ReceiveAsync(int max, TimeSpan lease, CancellationToken cancel) =>
        queue.ReceiveAsync(max, lease, cancel);

    public ValueTask DeleteAsync(QueueMessage message, CancellationToken cancel) => queue.DeleteAsync(message, cancel);

    public ValueTask<IReadOnlyList<PoisonMessage>> PoisonAsync(int max, CancellationToken cancel) =>
        queue.PoisonAsync(max, cancel);

    public ValueTask<int> PoisonCountAsync(CancellationToken cancel) => queue.PoisonCountAsync(cancel);

    public ValueTask WaitAsync(TimeSpan atMost, CancellationToken cancel) => queue.WaitAsync(atMost, cancel);

    public ValueTask ReachAsync(CancellationToken cancel) => queue.ReachAsync(cancel);

    public ValueTask<bool> RunAgainAsync(string poisonId, CancellationToken cancel) =>
        queue.RunAgainAsync(poisonId, cancel);

    public ValueTask DropPoisonAsync(string poisonId, CancellationToken cancel) =>
        queue.DropPoisonAsync(poisonId, cancel);
}

/// <summary>After a sweep, at most once a minute of real time: how many messages wait for the operator.</summary>
internal sealed class WatchedSweeper(ISweeper sweeper, IQueues queues) : ISweeper
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private long? lookedAt;

    public async Task SweepAsync(CancellationToken cancel)
    {
        Activity.Current = null; // Who is woken by the clock begins a trace, whoever's timer it was.
        await sweeper.SweepAsync(cancel);
        if (!Signals.WantsGivenUp || (lookedAt is { } at && TimeProvider.System.GetElapsedTime(at) < Every)) { return; }

        lookedAt = TimeProvider.System.GetTimestamp();
        foreach (var name in Queues.All)
        {
            Signals.GivenUp(name, await (await queues.OpenAsync(name, cancel)).PoisonCountAsync(cancel));
        }
    }
}

/// <summary>What is done each minute. One that fails keeps no other from being done.</summary>
internal sealed class EachMinute(IReadOnlyList<ISweeper> all) : ISweeper
{
    public Task SweepAsync(CancellationToken cancel) => EachNight.AllAsync(all, one => one.SweepAsync(cancel), cancel);
}

/// <summary>
/// What is done in one night, one after the other. One that fails keeps no other from being done.
/// </summary>
internal sealed class EachNight(IReadOnlyList<INightly> all) : INightly
{
    public Task RunAsync(CancellationToken cancel) => AllAsync(all, one => one.RunAsync(cancel), cancel);

    /// <summary>All, whichever fail; what they threw comes at the end.</summary>
    public static async Task AllAsync<T>(IReadOnlyList<T> all, Func<T, Task> work, CancellationToken cancel)
    {
        var failures = new List<Exception>();
        foreach (var one in all)
        {
            try
            {
                await work(one);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                failures.Add(e);
            }
        }

        if (failures is [var only]) { ExceptionDispatchInfo.Throw(only); }

        if (failures.Count > 0) { throw new AggregateException(failures); }
    }
}

/// <summary>Keeps when the night's work was last done without a failure, for the operator.</summary>
internal sealed class WatchedNightly(INightly nightly, NightMark mark) : INightly
{
    public async Task RunAsync(CancellationToken cancel)
    {
        await nightly.RunAsync(cancel);
        await mark.WriteAsync(cancel);
    }
}

/// <summary>When the night's work was last looked at and nothing was left to do, over all copies.</summary>
internal sealed class NightMark(ITables tables, TimeProvider clock)
{
    private const string Partition = "marks", Row = "night";

    /// <summary>Null before the first time.</summary>
    public async ValueTask<DateTimeOffset?> ReadAsync(CancellationToken cancel) =>
        await (await tables.OpenAsync(DueIndex.Table, cancel)).ReadAsync(Partition, Row, cancel) is { } row
            ? Json.Read<DateTimeOffset>(row.Value, "the night's mark") : null;

    public async ValueTask WriteAsync(CancellationToken cancel)
    {
        var table = await tables.OpenAsync(DueIndex.Table, cancel);
        await table.TryWriteAsync(Partition, [new TableWrite.Put(Row, Json.Write(clock.GetUtcNow()))], cancel);
    }
}
