using StoreConnector.Core.Events;

namespace StoreConnector.Storage.Customers;

/// <summary>
/// Walks through one partition of the log. While one page is used the next is read and parsed, for parsing is most of
/// the work.
/// </summary>
internal sealed class LogShard
{
    /// <summary>Entries of one page: at most 40 KiB each, mostly one or two.</summary>
    private const int Page = 250;

    private readonly ITable table;
    private readonly string partition;
    private readonly CancellationToken cancel;
    private IReadOnlyList<(string Key, StoreEvent? Event)> page = [];
    private Task<IReadOnlyList<(string Key, StoreEvent? Event)>>? next;
    private int at = -1;

    public LogShard(ITable table, string partition, CancellationToken cancel)
    {
        (this.table, this.partition, this.cancel) = (table, partition, cancel);
        next = Begin("");
    }

    public (string Key, StoreEvent? Event) Current => page[at];

    public async ValueTask<bool> MoveNextAsync()
    {
        if (++at < page.Count) { return true; }

        if (next is null) { return false; }

        (page, at) = (await next, 0);
        next = page.Count == Page ? Begin(TableRow.After(page[^1].Key)) : null;
        return page.Count > 0;
    }

    private Task<IReadOnlyList<(string Key, StoreEvent? Event)>> Begin(string from) =>
        Task.Run(() => LoadAsync(from), cancel);

    private async Task<IReadOnlyList<(string Key, StoreEvent? Event)>> LoadAsync(string from)
    {
        var rows = await table.RangeAsync(partition, from, ":", Page, cancel); // ':' comes after every digit.
        return [.. rows.Select(row => (row.Key, EventLog.TryParse(row.Value)))];
    }
}
