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
internal sealed record TokenMove(DateTimeOffset? MovedAt, IReadOnlyList<KeyValuePair<string, SendEntry>> Adopted);

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

    /// <summary>Moves a token, or finds that its owner's version is as new. Null: begin again.</summary>
    public async ValueTask<TokenMove?> TryMoveAsync(StoreContext store, StoreEvent happened, TokenClaim claim,
        CancellationToken cancel)
    {
        var row = claim.Read.Row!;
        var newer = row.Version is null || claim.Version > row.Version
            // a tie, by content
            || (claim.Version == row.Version && string.CompareOrdinal(claim.Target, claim.Owner) > 0);
        var cart = (happened.Body as CartChanged)?.Cart;
        if (!newer) { return new(cart is not null && CartIdOf(claim.Alias) == cart.Id ? row.Version : null, []); }

        var adopted = cart is not null ? await FreezeAsync(store, cart, claim, cancel) : [];
        return adopted is not null
            && await store.Customers.TrySaveAliasAsync(claim.Hash,
                row with { Root = claim.Target, Version = claim.Version }, claim.Read.ETag, cancel)
            ? new(null, adopted) : null;
    }

    private async ValueTask<IReadOnlyList<KeyValuePair<string, SendEntry>>?> FreezeAsync(
        StoreContext store, Cart cart, TokenClaim claim, CancellationToken cancel)
    {
        var key = await merges.ResolveAsync(store, claim.Owner, cancel);
        // The two became one person since the rows were read: nothing moves.
        if (key == await merges.ResolveAsync(store, claim.Target, cancel)) { return []; }

        var read = await store.Customers.ReadHeadAsync(key, cancel);
        if (read.Head is not Head.Live { State: var owner }) { return []; }

        var frozen = CustomerEvolution.Freeze(owner, CartIdOf(claim.Alias)!.Key, claim.Version);
        if (await wakes.SettleAsync(store, frozen, read, cancel) is null) { return null; }

        var occasion = CartFacts.OccasionOf(cart);
        return [.. owner.Sends.Where(s => s.Value.Occasion == occasion || s.Value.Occasion == cart.Id.Key)];
    }

    private static CartId? CartIdOf(Alias alias) => alias.Kind switch
    {
        AliasKind.Cart => new(CartKind.Cart, alias.Value),
        AliasKind.Checkout => new(CartKind.Checkout, alias.Value),
        _ => null,
    };
}
