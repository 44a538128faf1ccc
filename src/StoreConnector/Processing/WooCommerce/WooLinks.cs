using StoreConnector.Core.Values;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>What links a store's site understands, by what its key and the last looks at it said.</summary>
internal sealed class WooLinks(WooKeys keys, WooSecrets secrets) : IShopLinks
{
    /// <summary>
    /// The release with <c>/checkout-link/</c>: pull request 58140 of WooCommerce, merged in June 2025; seen in 10.5.0.
    /// </summary>
    private static readonly Version CheckoutLinkSince = new(10, 0);

    /// <inheritdoc/>
    public async ValueTask<ShopLinks?> OfAsync(StoreContext store, CancellationToken cancel)
    {
        var plain = ShopLinks.Plain(store.Store);
        if (store.Store.Platform != Platform.WooCommerce
            || await keys.FindAsync(store.Store.Id, cancel) is not { Key: { } key })
        {
            return plain;
        }

        var version = (await WooCheck.ReadAsync(store, cancel))?.Version;
        var secret = await secrets.FindAsync(store.Store.Id, cancel);
        return new(store.Store, key.Site)
        {
            FillsCarts = !key.IsPlain && KnowsCheckoutLink(version),
            Secret = secret is { TakenAt: not null } ? secret.Secret : null,
        };
    }

    /// <summary>Not yet looked at, it is taken to be of today.</summary>
    private static bool KnowsCheckoutLink(string? version) =>
        !Version.TryParse(version?.Split('-')[0], out var known) || known >= CheckoutLinkSince;
}
