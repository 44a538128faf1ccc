using System.Globalization;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>An order that a message brought.</summary>
/// <param name="OrderId">The platform's id.</param>
/// <param name="PlacedAt">When it was placed.</param>
/// <param name="Total">What it cost, where the platform says it.</param>
/// <param name="Credit">The message.</param>
internal sealed record CreditedOrder(long OrderId, DateTimeOffset PlacedAt, Money? Total, Credit Credit);

/// <summary>
/// Orders that messages brought, by month and order: each stands there once, whatever is heard how often. Follows the
/// customer's record, so it is written again after every event that may change it.
/// </summary>
internal static class Credits
{
    /// <summary>Rows of one read.</summary>
    private const int Page = 1000;

    /// <summary>Keeps what a customer's record says now; takes back what it does not say any more.</summary>
    public static async ValueTask KeepAsync(StoreContext store, CustomerState state, CancellationToken cancel)
    {
        var since = state.Clicks.Values.Select(c => c.First)
            .Concat(state.Sends.Values.Where(s => s.Coupon is not null).Select(s => s.ClaimedAt))
            .Select(at => (DateTimeOffset?)at).Min();
        if (since is null) { return; }

        foreach (var (id, order) in state.Orders.Where(o => o.Value.PlacedAt >= since))
        {
            var (partition, row) = (Partition(order.PlacedAt), id.ToString("D19", CultureInfo.InvariantCulture));
            TableWrite write = Attribution.Of(state, order) is { } credit
                ? new TableWrite.Put(row, Json.Write(new CreditedOrder(id, order.PlacedAt, order.Total, credit)))
                : new TableWrite.Delete(row);
            await store.Customers.Table.TryWriteAsync(partition, [write], cancel);
        }
    }

    /// <summary>All that were placed from an instant on.</summary>
    public static async IAsyncEnumerable<CreditedOrder> ReadAsync(
        StoreContext store, DateTimeOffset from, DateTimeOffset to,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        for (var month = new DateTimeOffset(from.Year, from.Month, 1, 0, 0, 0, TimeSpan.Zero); month <= to;
            month = month.AddMonths(1))
        {
            var first = "0";
            while (true)
            {
                var rows = await store.Customers.Table.RangeAsync(Partition(month), first, "a", Page, cancel);
                foreach (var credited in rows.Select(r => Json.Read<CreditedOrder>(r.Value, "a credited order")))
                {
                    if (credited.PlacedAt >= from && credited.PlacedAt <= to) { yield return credited; }
                }

                if (rows.Count < Page) { break; }

                first = TableRow.After(rows[^1].Key);
            }
        }
    }

    private static string Partition(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"credits-{at.UtcDateTime:yyyyMM}");
}
