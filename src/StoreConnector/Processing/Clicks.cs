using StoreConnector.Core.Events;
using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>Notes that a person followed a message's link: beside the message, and in the person's record.</summary>
internal sealed class Clicks(IQueue shopEvents, TimeProvider clock)
{
    /// <summary>Following the same link again within this is the same visit, and writes nothing.</summary>
    private static readonly TimeSpan Visit = TimeSpan.FromHours(1);

    public async ValueTask RecordAsync(StoreContext store, string code, ShortLink link, CancellationToken cancel)
    {
        if (link.About is not { } about) { return; }

        var now = clock.GetUtcNow();
        var known = await Deliveries.ReadAsync(store, code, cancel);
        if (known.LastClickAt + Visit > now) { return; }

        var id = FormattableString.Invariant($"click-{about.SendId}-{now.ToUnixTimeSeconds()}");
        var followed = new StoreEvent(id, now, now, EventOrigin.Webhook, [], [],
            new LinkFollowed(about.SendId, about.Automation, about.Step, now));
        await shopEvents.SendAsync(
            [new(Queues.Write(new ShopEventMessage(1, store.Store.Id, followed, link.WayOut.CustomerKey)))], cancel);
        await Deliveries.UpdateAsync(store, code, d => d with
        {
            ClickedAt = d.ClickedAt ?? now, LastClickAt = d.LastClickAt > now ? d.LastClickAt : now,
        }, cancel);
    }
}
