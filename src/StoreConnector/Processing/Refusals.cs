using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Processing;

/// <summary>What follows from a vendor's no, beyond the one message.</summary>
internal sealed class Refusals(IStoreDirectory stores, TimeProvider clock)
{
    public async ValueTask FollowAsync(
        StoreContext store, Channel channel, string contactHash, SendResult.Refused refused, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        switch (refused.Kind)
        {
            case RefusalKind.Address:
                await store.Customers.UpdateContactAsync(contactHash, c => c.WithBounce(now), cancel);
                break;
            case RefusalKind.OptedOut:
                await store.Customers.UpdateContactAsync(contactHash, c =>
                    c.WithOptOut(Suppression.Marketing, OptOutSource.OfVendor(channel), now, null), cancel);
                break;
            case RefusalKind.Account:
                await stores.HoldAsync(store.Store.Id, Store.HoldOf(channel), new(ReasonCode.SenderRefused,
                    $"The sender refused the store's account: {refused.Reason}", now), cancel);
                break;
            case RefusalKind.Busy:
                await Pace.CloseAsync(store, channel, now, cancel);
                break;
            default:
                break;
        }
    }
}
