using StoreConnector.Core.Events;
using StoreConnector.Core.Stores;
using StoreConnector.Storage;

namespace StoreConnector.Processing.Law;

/// <summary>Keeps what a platform says of a store itself in the store's record; the newest word wins.</summary>
internal sealed class StoreNews(StoreRegistry stores)
{
    public async ValueTask TakeAsync(ShopEventMessage message, CancellationToken cancel)
    {
        var told = EventTimes.Bounded(message.Event).Body;
        if (told is ShopChanged { Profile: { TimeZone: { } zone } profile } && !IsZone(zone))
        {
            told = new ShopChanged(profile with { TimeZone = null }); // This machine's data do not know it.
        }

        await stores.UpdateAsync(message.StoreId, store => With(store, told), cancel);
    }

    private static Store With(Store store, EventBody told) => told switch
    {
        PlanChanged e => store with { Plan = (store.Plan ?? new()).With(e.Subscription, e.Plan) },
        ScopesChanged e when !(store.ScopesAt >= e.At) => store with { Scopes = [.. e.Granted], ScopesAt = e.At },
        ShopChanged e => store.Following(e.Profile),
        _ => store,
    };

    private static bool IsZone(string text) =>
        text.Contains('/', StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _);
}
