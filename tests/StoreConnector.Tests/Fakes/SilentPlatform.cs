using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Processing;

namespace StoreConnector.Tests.Fakes;

/// <summary>A platform that is only heard: what it would be asked for or told is noted, and no shop has codes.</summary>
internal sealed class SilentPlatform : IVariantSource, IUntoldNoes, ICouponPool
{
    public List<long> Asked { get; } = [];

    public List<string> Told { get; } = [];

    public ValueTask FillAsync(StoreContext store, long productId, CancellationToken cancel)
    {
        Asked.Add(productId);
        return default;
    }

    public ValueTask LookAsync(StoreContext store, long productId, long variantId, CancellationToken cancel)
    {
        Asked.Add(variantId);
        return default;
    }

    public ValueTask TellAsync(StoreContext store, string customerKey, CancellationToken cancel)
    {
        Told.Add(customerKey);
        return default;
    }

    public ValueTask<DrawnCode?> DrawAsync(StoreContext store, string automation, string sendId, CartCoupon coupon,
        DateTimeOffset now, CancellationToken cancel) => new((DrawnCode?)null);
}
