using System.Globalization;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Stores;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>
/// Counts mails and complaints by automation and day, and stops what people call spam before mailbox providers stop
/// the whole shop: over 0.1 % an automation, over 0.3 % the sender. Source: Google's and Yahoo's rules for senders of
/// February 2024, which ask for less than 0.1 % and forbid 0.3 %.
/// </summary>
internal sealed class Complaints(IStoreDirectory stores, TimeProvider clock)
{
    /// <summary>Days that are looked at.</summary>
    public const int Days = 30;

    /// <summary>Fewer mails than this count as so many: one angry reader of ten is no rate.</summary>
    public const int FewMails = 1000;

    /// <summary>Of a thousand mails, so many complaints are too many for an automation, and for the sender.</summary>
    private const int TooManyForOne = 1, TooManyForAll = 3;

    private const string Partition = "mails";

    /// <summary>Counts a mail that a vendor took.</summary>
    public ValueTask SentAsync(StoreContext store, string automation, CancellationToken cancel) =>
        AddAsync(store, automation, 1, 0, cancel);

    /// <summary>Counts a complaint, and stops what went too far.</summary>
    public async ValueTask CountAsync(StoreContext store, string automation, CancellationToken cancel)
    {
        await AddAsync(store, automation, 0, 1, cancel);
        var all = await ReadAsync(store, cancel);
        var now = clock.GetUtcNow();
        var mine = all.Where(c => c.Automation == automation).ToList();
        if (IsOver(mine, TooManyForOne))
        {
            await stores.HoldAsync(store.Store.Id, automation, new(ReasonCode.TooManyComplaints,
                "Over 0.1 % of its mails of 30 days were called spam: look at what it says and whom it writes to"
                    + " before it goes on.", now), cancel);
        }

        if (IsOver(all, TooManyForAll))
        {
            await stores.HoldAsync(store.Store.Id, Store.EmailHold, new(ReasonCode.TooManyComplaints,
                "Over 0.3 % of the store's mails of 30 days were called spam: mailbox providers stop such senders, so"
                    + " no marketing mail leaves until you let it.", now), cancel);
        }
    }

    private static bool IsOver(List<DayCount> days, int perThousand)
    {
        var (mails, complaints) = (days.Sum(d => d.Mails), days.Sum(d => d.Complaints));
        return complaints * 1000L > (long)perThousand * Math.Max(mails, FewMails);
    }

    private async ValueTask<List<DayCount>> ReadAsync(StoreContext store, CancellationToken cancel)
    {
        var from = RowOf(clock.GetUtcNow().AddDays(-Days), "");
        var rows = await store.Customers.Table.RangeAsync(Partition, from, "a", 1000, cancel);
        return [.. rows.Select(r => Json.Read<DayCount>(r.Value, "a day's count"))];
    }

    private async ValueTask AddAsync(
        StoreContext store, string automation, int mails, int complaints, CancellationToken cancel)
    {
        var (table, key) = (store.Customers.Table, RowOf(clock.GetUtcNow(), automation));
        while (true)
        {
            var row = await table.ReadAsync(Partition, key, cancel);
            var day = row is null ? new DayCount(automation, 0, 0) : Json.Read<DayCount>(row.Value, "a day's count");
            var bytes = Json.Write(day with { Mails = day.Mails + mails, Complaints = day.Complaints + complaints });
            TableWrite write = row is null ? new TableWrite.Insert(key, bytes)
                : new TableWrite.Replace(key, bytes, row.ETag);
            if (await table.TryWriteAsync(Partition, [write], cancel)) { return; }
        }
    }

    private static string RowOf(DateTimeOffset at, string automation) =>
        string.Create(CultureInfo.InvariantCulture, $"{at:yyyyMMdd}-{automation}");

    /// <summary>One automation's mails of one day of UTC.</summary>
    private sealed record DayCount(string Automation, int Mails, int Complaints);
}
