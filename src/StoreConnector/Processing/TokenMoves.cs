using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>A token that leads to one known person while an event says it is another's.</summary>
internal sealed record TokenClaim(Alias Alias, string Hash, AliasRead Read, string Owner, string Target,
    DateTimeOffset Version);

/// <summary>
/// What came of it: the cart is the owner's still by <see cref="MovedAt"/>, or these sends come along.
/// </summary>
/// <param name="IsOurs">Whether the token leads to the event's person now.</param>
internal sealed record TokenMove(bool IsOurs, DateTimeOffset? MovedAt,
    IReadOnlyList<KeyValuePair<string, SendEntry>> Adopted);

/// <summary>
/// A token's row names its owner and the version that said so. A newer version of the cart with another identity moves
/// it: the cart is frozen in the old head, its sends are adopted in the new, the row is pointed anew (docs/protocols.md
/// §1.5).
/// Two known people are never tied by it.
/// </summary>
internal sealed class TokenMoves(Merges merges, Wakes wakes)
{
    /// <summary>Raises the version of a token that stays where it is. False: begin again.</summary>
    public static async ValueTask<bool> TryRaiseAsync(
        StoreContext store, string hash, AliasRead read, DateTimeOffset? version, CancellationToken cancel) =>
        version is null || read.Row!.Version >= version
        || await store.Customers.TrySaveAliasAsync(hash, read.Row with { Version = version }, read.ETag, cancel);

    /// <summary>
    /// Moves a token, or finds that its owner's version is as new. The row's version is the least there is: events that
    /// find their person by the short way raise it in the owner's record alone. Null: begin again.
    /// </summary>
    public async ValueTask<TokenMove?> TryMoveAsync(StoreContext store, StoreEvent happened, TokenClaim claim,
        CancellationToken cancel)
    {
        var row = claim.Read.Row!;
        if (!IsNewer(claim, row.Version)) { return Stays(happened, claim, row.Version); }

        var key = await merges.ResolveAsync(store, claim.Owner, cancel);
        // The two became one person since the rows were read: nothing moves.
        if (key == await merges.ResolveAsync(store, claim.Target, cancel)) { return null; }

        var read = await store.Customers.ReadHeadAsync(key, cancel);
        IReadOnlyList<KeyValuePair<string, SendEntry>> adopted = [];
        if (read.Head is Head.Live { State: var owner })
        {
            var version = VersionIn(owner, happened, claim.Alias);
            if (version is not null && !IsNewer(claim, version)) { return Stays(happened, claim, version); }

            if (!await LetGoAsync(store, happened, owner, read, claim, cancel)) { return null; }

            adopted = happened.Body is CartChanged { Cart: var cart } ? SendsOf(owner, cart) : [];
        }

        return await store.Customers.TrySaveAliasAsync(claim.Hash,
            row with { Root = claim.Target, Version = claim.Version }, claim.Read.ETag, cancel)
            ? new(true, null, adopted) : null;
    }

    private static bool IsNewer(TokenClaim claim, DateTimeOffset? version) =>
        version is null || claim.Version > version
        || (claim.Version == version && string.CompareOrdinal(claim.Target, claim.Owner) > 0); // A tie, by content.

    private static TokenMove Stays(StoreEvent happened, TokenClaim claim, DateTimeOffset? version) =>
        new(false, happened.Body is CartChanged { Cart: var cart } && CartIdOf(claim.Alias) == cart.Id ? version : null,
            []);

    /// <summary>The newest version with which the owner's record says that the token is the owner's.</summary>
    private static DateTimeOffset? VersionIn(CustomerState owner, StoreEvent happened, Alias alias)
    {
        var cart = CartIdOf(alias) is { } id && owner.Carts.TryGetValue(id.Key, out var entry)
            && !(entry.Cart?.Version <= entry.MovedAt) ? entry.Cart?.Version : null;
        var orders = owner.Orders.Where(o => IsOf(o.Key, o.Value)).Select(o => (DateTimeOffset?)o.Value.Version);
        return orders.Append(cart).Max();

        bool IsOf(long orderId, OrderEntry order) => alias.Kind switch
        {
            AliasKind.Cart => order.CartToken == alias.Value,
            AliasKind.Checkout => order.CheckoutToken == alias.Value,
            _ => happened.Body is OrderChanged changed && changed.Order.Id == orderId,
        };
    }

    /// <summary>
    /// The owner's record knows the token no more; a cart that moves is frozen in it. False: begin again.
    /// </summary>
    private async ValueTask<bool> LetGoAsync(StoreContext store, StoreEvent happened, CustomerState owner,
        HeadRead read, TokenClaim claim, CancellationToken cancel)
    {
        var left = owner with { Aliases = owner.Aliases.Remove(claim.Hash) };
        if (happened.Body is CartChanged)
        {
            left = CustomerEvolution.Freeze(left, CartIdOf(claim.Alias)!.Key, claim.Version);
        }

        return await wakes.SettleAsync(store, left, read, cancel) is not null;
    }

    private static IReadOnlyList<KeyValuePair<string, SendEntry>> SendsOf(CustomerState owner, Cart cart)
    {
        var occasion = CartFacts.OccasionOf(cart);
        return [.. owner.Sends.Where(s => s.Value.Occasion == occasion || s.Value.Occasion == cart.Id.Key)];
    }

    /// <summary>The cart that a token names; null when it names none.</summary>
    public static CartId? CartIdOf(Alias alias) => alias.Kind switch
    {
        AliasKind.Cart => new(CartKind.Cart, alias.Value),
        AliasKind.Checkout => new(CartKind.Checkout, alias.Value),
        _ => null,
    };
}
