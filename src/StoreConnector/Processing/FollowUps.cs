using System.Diagnostics.CodeAnalysis;
using StoreConnector.Channels;

namespace StoreConnector.Processing;

/// <summary>
/// Looks at messages again after they left: asks the vendor about those of which nobody heard the end, and closes their
/// links when they are old. Each look is a row of the due index, like a customer's.
/// </summary>
internal sealed class FollowUps(
    IMessageChannel channel, IStoreDirectory stores, Sends sends, Wakes wakes, TimeProvider clock)
{
    /// <summary>
    /// After an answer that was lost: soon, for a list may be behind; then rarely. After the last one it stays unknown.
    /// </summary>
    private static readonly TimeSpan[] AfterSilence =
        [TimeSpan.FromMinutes(2), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(3)];

    /// <summary>After a yes: once the vendor can keep it no longer (ten hours for a text), and an hour.</summary>
    private static readonly TimeSpan[] AfterYes = [TimeSpan.FromHours(11), TimeSpan.FromDays(2)];

    /// <summary>The key under which a message stands in the due index.</summary>
    public static string KeyOf(string sendId) => "m" + sendId;

    /// <summary>Reads what <see cref="KeyOf"/> wrote; false for another's key.</summary>
    public static bool TryMessage(string key, [NotNullWhen(true)] out string? sendId)
    {
        sendId = key is ['m', .. var rest] ? rest : null;
        return sendId is not null;
    }

    /// <summary>Sees to it that a message which may have left is looked at again.</summary>
    public ValueTask BeginAsync(StoreContext store, string sendId, bool isKnown, CancellationToken cancel) =>
        wakes.RepeatAsync(store, KeyOf(sendId), clock.GetUtcNow() + (isKnown ? AfterYes : AfterSilence)[0], cancel);

    /// <summary>One look. A repeat does no harm.</summary>
    public async ValueTask LookAsync(string storeId, string sendId, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store
            || await ShortLinks.FindAsync(store, sendId, cancel) is not ({ } code, { About: { } about } link))
        {
            return;
        }

        var now = clock.GetUtcNow();
        if (now >= about.At + ShortLinks.Life)
        {
            await ShortLinks.CloseAsync(store, sendId, cancel);
            return;
        }

        var delivery = await Deliveries.ReadAsync(store, code, cancel);
        if (!delivery.IsFinal) { delivery = await AskAsync(store, code, link, about, delivery, cancel); }

        await wakes.RepeatAsync(store, KeyOf(sendId), Next(about.At, delivery, now), cancel);
    }

    private async ValueTask<MessageDelivery> AskAsync(
        StoreContext store, string code, ShortLink link, MessageFacts about, MessageDelivery delivery,
        CancellationToken cancel)
    {
        var (wayOut, now) = (link.WayOut, clock.GetUtcNow());
        var to = await sends.AddressAsync(store, wayOut.CustomerKey, wayOut.ContactHash, cancel);
        var found = await channel.FindAsync(
            new(store.Store.Id, about.SendId, wayOut.Channel, about.Automation, about.At)
            {
                To = to?.Address, Token = code, VendorId = delivery.VendorId,
            }, cancel);
        if (found is not null)
        {
            await sends.ConfirmAsync(store, wayOut.CustomerKey, about.SendId, found.VendorId, cancel);
            if (found.Status == DeliveryStatus.BadAddress)
            {
                await store.Customers.UpdateContactAsync(wayOut.ContactHash, c => c.WithBounce(now), cancel);
            }
        }

        return (await Deliveries.UpdateAsync(store, code, d =>
            (found is null ? d : d.With(found.Status, now, found.Code, found.VendorId)) with { Looks = d.Looks + 1 },
            cancel)).After;
    }

    /// <summary>The next look; the last one closes the links.</summary>
    private static DateTimeOffset Next(DateTimeOffset leftAt, MessageDelivery delivery, DateTimeOffset now)
    {
        var times = delivery.IsFinal ? [] : delivery.Status is null ? AfterSilence : AfterYes;
        var next = times.Skip(delivery.Looks).Select(t => leftAt + t).Where(t => t > now).ToList();
        return next.Count > 0 ? next[0] : leftAt + ShortLinks.Life;
    }
}
