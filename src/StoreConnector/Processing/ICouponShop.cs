using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Values;

namespace StoreConnector.Processing;

/// <summary>What a shop made of codes.</summary>
internal abstract record Minting
{
    /// <summary>These work from now on.</summary>
    /// <param name="Codes">Each with the shop's own id of it; empty ids where it has none for a single code.</param>
    public sealed record Made(IReadOnlyList<(string Code, string Id)> Codes) : Minting;

    /// <summary>The shop is at it: look again soon.</summary>
    /// <param name="JobId">The shop's id of the work.</param>
    public sealed record Pending(string JobId) : Minting;

    /// <summary>The shop has never heard of that work: its codes are promised to nobody.</summary>
    public sealed record Unheard : Minting;

    /// <summary>It could not be.</summary>
    /// <param name="Why">A sentence for the merchant.</param>
    /// <param name="MayPass">Whether it may go by itself: then it is tried again.</param>
    public sealed record No(string Why, bool MayPass) : Minting;
}

/// <summary>A platform's way of making codes that work once. Every call may come again after a lost answer.</summary>
internal interface ICouponShop
{
    /// <summary>Whose shops.</summary>
    Platform Platform { get; }

    /// <summary>The most codes of one lot.</summary>
    int LargestLot { get; }

    /// <summary>Makes what the codes of a stretch belong to.</summary>
    /// <returns>
    /// The shop's id of it with the codes that it has already; or why not. Where a platform has no such thing nothing
    /// is asked.
    /// </returns>
    ValueTask<(string? Id, Minting Minting)> OpenAsync(
        StoreContext store, CouponDiscount discount, CartCoupon coupon, CancellationToken cancel);

    /// <summary>Makes a lot, or looks how far the shop is with it.</summary>
    ValueTask<Minting> MakeAsync(
        StoreContext store, CouponDiscount discount, CouponLot lot, CartCoupon coupon, CancellationToken cancel);

    /// <summary>
    /// Takes codes out of the shop that were promised to nobody and no longer work, where they would be in the
    /// merchant's way.
    /// </summary>
    /// <returns>False when it could not be now.</returns>
    ValueTask<bool> TryClearAsync(StoreContext store, IReadOnlyList<string> ids, CancellationToken cancel);
}
