using StoreConnector.Core.Events;
using StoreConnector.Storage;

namespace StoreConnector.Processing.Law;

/// <summary>
/// Stands before the processor of events: what is about the store itself, or asked in the law's name, is done here, and
/// its receipt says so. Everything can be repeated; a crash between leaves the request to its redelivery.
/// </summary>
internal sealed class LawRequests(
    IShopEventHandler next, StoreRegistry stores, DataRequests requests, StoreErasure erasure, StoreNews news,
    Receipts receipts) : IShopEventHandler
{
    public async Task HandleAsync(ShopEventMessage message, CancellationToken cancel)
    {
        switch (EventTimes.Bounded(message.Event).Body)
        {
            case StoreErased asked: await erasure.RunAsync(message, asked, cancel); break;
            case PlanChanged or ScopesChanged or ShopChanged: await news.TakeAsync(message, cancel); break;
            case CustomerDataRequested:
                await requests.BuildAsync(message, cancel);
                await DoneAsync(message, "The export is ready for the merchant.", cancel);
                break;
            case CustomerErased:
                await next.HandleAsync(message, cancel);
                await DoneAsync(message, "The person was erased.", cancel);
                break;
            case StoreUninstalled:
                await next.HandleAsync(message, cancel);
                await DoneAsync(message, "Nothing leaves for the store any more.", cancel);
                break;
            default: await next.HandleAsync(message, cancel); break;
        }
    }

    /// <summary>A store that is gone took its people along, and its erasure has closed their receipts.</summary>
    private async ValueTask DoneAsync(ShopEventMessage message, string outcome, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is { Store: var store })
        {
            await receipts.DoneAsync(store.Domain, message.Event.Id, outcome, cancel);
        }
    }
}
