using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Stores;

namespace StoreConnector.Processing;

/// <summary>
/// Keeps cart reminders in the shadow while somebody else sends them: nobody is reminded twice. A hold of another
/// reason is left alone.
/// </summary>
internal static class OtherSenders
{
    /// <summary>Holds or lets go.</summary>
    /// <param name="stores">Where the store is kept.</param>
    /// <param name="store">As it was read.</param>
    /// <param name="isOn">Whether somebody else reminds.</param>
    /// <param name="why">A plain sentence: who, and where to switch it off.</param>
    /// <param name="now">The instant of the look.</param>
    /// <param name="cancel">Ends it.</param>
    public static async ValueTask HoldAsync(
        IStoreDirectory stores, Store store, bool isOn, string why, DateTimeOffset now, CancellationToken cancel)
    {
        var standing = store.Holds.GetValueOrDefault(AbandonedCart.Name);
        if (isOn && standing is null)
        {
            await stores.HoldAsync(store.Id, AbandonedCart.Name, new(ReasonCode.OtherSender, why, now), cancel);
        }
        else if (!isOn && standing?.Code == ReasonCode.OtherSender)
        {
            await stores.ReleaseAsync(store.Id, AbandonedCart.Name, ReasonCode.OtherSender, cancel);
        }
    }
}
