using StoreConnector.Storage;
using StoreConnector.Storage.Customers;
using StoreConnector.Telemetry;

namespace StoreConnector.Processing;

/// <summary>
/// Each minute: everything due goes to the wake-ups queue (docs/protocols.md §5). It reads what is due, never what is
/// not.
/// Sweepers may overlap and be killed at any step; they only repeat.
/// </summary>
internal sealed class Sweeper(DueIndex due, IQueue wakeUps, TimeProvider clock) : ISweeper
{
    private const int Page = 100;

    public async Task SweepAsync(CancellationToken cancel)
    {
        var begun = clock.GetUtcNow();
        var oldest = begun;
        for (var shard = 0; shard < DueIndex.Shards; shard++)
        {
            var found = await SweepAsync(shard, cancel);
            oldest = found < oldest ? found.Value : oldest;
        }

        Signals.OldestDue(begun - oldest);
    }

    /// <returns>The oldest time that was due; null when none was.</returns>
    private async Task<DateTimeOffset?> SweepAsync(int shard, CancellationToken cancel)
    {
        DateTimeOffset? oldest = null;
        var done = await due.ReadDoneAsync(shard, cancel); // P4.1
        var now = DueIndex.Bucket(clock.GetUtcNow());
        await due.RaiseOpenedAsync(shard, now, cancel); // P4.2: before any row is read.

        string? after = null;
        while (true)
        {
            var rows = await due.ReadAsync(shard, done, now, after, Page, cancel); // P4.3
            if (rows.Count > 0)
            {
                oldest ??= rows.Min(r => r.At); // Rows come by their minute.
                await wakeUps.SendAsync([.. rows.Select(Message)], cancel); // P4.4: queue, then delete.
                await due.DeleteAsync(shard, rows, cancel);
            }

            if (rows.Count < Page) { break; }

            after = rows[^1].Key;
        }

        await due.RaiseDoneAsync(shard, now, cancel); // P4.5
        return oldest;
    }

    private static QueueSend Message(DueRow row) =>
        new(Queues.Write(new WakeUpMessage(1, row.StoreId, row.CustomerKey, row.At)), row.At);
}
