using StoreConnector.Channels;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>
/// Applies what vendors tell of messages and addresses. The address first, for a sender reads it after its claim; then
/// the message, by rank; then whoever is concerned is looked at again. Every step may be repeated: the same word comes
/// many times, and in any order.
/// </summary>
internal sealed class Reports(Sends sends, Complaints complaints, IQueue wakeUps, TimeProvider clock)
{
    /// <summary>Reports of one request that are applied at the same time; those of one message stay in order.</summary>
    private const int Parallel = 16;

    /// <summary>Applies all of a request's.</summary>
    public async Task ApplyAsync(StoreContext store, IReadOnlyList<VendorReport> reports, CancellationToken cancel)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel };
        var groups = reports.GroupBy(r => r.SendId ?? r.To?.Address ?? r.Id);
        await System.Threading.Tasks.Parallel.ForEachAsync(groups, options, async (group, stop) =>
        {
            foreach (var report in group) { await ApplyAsync(store, report, stop); }
        });
    }

    private async ValueTask ApplyAsync(StoreContext store, VendorReport report, CancellationToken cancel)
    {
        var found = report.SendId is { } sendId && IsSendId(sendId) ? await ShortLinks.FindAsync(store, sendId, cancel)
            : null;
        var wayOut = found?.Link.WayOut;
        var channel = wayOut?.Channel ?? report.To?.Channel;
        var contact = wayOut?.ContactHash ?? (report.To is { } to ? store.Customers.Hash(to) : null);
        if (contact is not null && channel is not null
            && await TellAddressAsync(store, contact, channel.Value, report, cancel))
        {
            await WakeAsync(store, contact, wayOut?.CustomerKey, cancel);
        }

        if (found is var (code, link)) { await TellMessageAsync(store, code, link, report, cancel); }
    }

    /// <summary>What the address itself forbids from now on. False when it forbids nothing new.</summary>
    private async ValueTask<bool> TellAddressAsync(
        StoreContext store, string contact, Channel channel, VendorReport report, CancellationToken cancel)
    {
        var at = report.At < clock.GetUtcNow() ? report.At : clock.GetUtcNow();
        var source = OptOutSource.OfVendor(channel);
        var before = await store.Customers.ReadContactAsync(contact, cancel);
        await store.Customers.UpdateContactAsync(contact, c =>
        {
            c = report.Status == DeliveryStatus.BadAddress ? c.WithBounce(at) : c;
            c = report.IsComplaint ? c.WithComplaint(at) : c;
            return report.IsOptOut is { } no
                ? c.WithOptOut(Suppression.Marketing, source, no ? at : null, no ? null : at) : c;
        }, cancel);
        var after = await store.Customers.ReadContactAsync(contact, cancel);
        return Suppression.Of(before) != Suppression.Of(after);
    }

    private async ValueTask TellMessageAsync(
        StoreContext store, string code, ShortLink link, VendorReport report, CancellationToken cancel)
    {
        var (before, after) = await Deliveries.UpdateAsync(store, code, d =>
        {
            d = report.Status is { } status ? d.With(status, report.At, report.Code, report.VendorId) : d;
            return report.IsComplaint ? d with { ComplainedAt = d.ComplainedAt ?? report.At } : d;
        }, cancel);
        if (link.About is not { } about) { return; }

        // Whatever the vendor says of it: it had it.
        await sends.ConfirmAsync(store, link.WayOut.CustomerKey, about.SendId,
            after.VendorId ?? report.VendorId ?? "told", cancel);
        if (before.ComplainedAt is null && after.ComplainedAt is not null)
        {
            await complaints.CountAsync(store, about.Automation, cancel);
        }
    }

    private async ValueTask WakeAsync(StoreContext store, string contact, string? key, CancellationToken cancel)
    {
        var people = (await store.Customers.ReadContactAsync(contact, cancel))?.People ?? [];
        var now = clock.GetUtcNow();
        var wakes = people.Concat(key is null ? [] : [key]).Distinct()
            .Select(k => new QueueSend(Queues.Write(new WakeUpMessage(1, store.Store.Id, k, now)))).ToList();
        if (wakes.Count > 0) { await wakeUps.SendAsync(wakes, cancel); }
    }

    private static bool IsSendId(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);
}
