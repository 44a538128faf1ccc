using StoreConnector.Core.Events;
using StoreConnector.Processing;

namespace StoreConnector.Webhooks;

/// <summary>
/// Stands before the processor of events: who is to be forgotten is first looked for in what could not be read, for
/// those bodies have no pointer. It can be repeated; a crash between leaves the request to its redelivery.
/// </summary>
internal sealed class ErasedUnreadable(IShopEventHandler next, UnreadableStore unreadable) : IShopEventHandler
{
    public async Task HandleAsync(ShopEventMessage message, CancellationToken cancel)
    {
        if (message.Event.Body is CustomerErased)
        {
            // A number may be written with or without its sign, which JSON may escape.
            string[] names = [.. message.Event.Contacts.Select(c => c.Address.TrimStart('+'))];
            if (names.Length > 0) { await unreadable.ForgetAsync(message.StoreId, names, cancel); }
        }

        await next.HandleAsync(message, cancel);
    }
}
