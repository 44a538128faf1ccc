using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Events;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Products;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.WooCommerce;

namespace StoreConnector.Processing;

/// <summary>A way back to a cart.</summary>
/// <param name="Url">Where it leads.</param>
/// <param name="IsApplied">Whether it applies the code that was asked for.</param>
internal sealed record CartLink(Uri Url, bool IsApplied);

/// <summary>Finds out what links a shop understands.</summary>
internal interface IShopLinks
{
    /// <summary>Those of a store; null when its address is none.</summary>
    ValueTask<ShopLinks?> OfAsync(StoreContext store, CancellationToken cancel);
}

/// <summary>The links that a shop understands: what leads a shopper back to a cart, or to a thing once more.</summary>
/// <param name="Store">Whose.</param>
/// <param name="Home">Its front page: ends with a slash, and may lie in a folder.</param>
internal sealed record ShopLinks(Store Store, Uri Home)
{
    private const string CheckoutLink = "checkout-link/", Payment = "pay_for_order=";

    /// <summary>
    /// Whether a link can fill a cart: a WooCommerce of before mid-2025 or with plain permalinks knows none.
    /// </summary>
    public bool FillsCarts { get; init; } = true;

    /// <summary>What the shop's companion plugin and we share; null where there is none.</summary>
    public string? Secret { get; init; }

    /// <summary>What can be said without asking anybody; null when the store's address is none.</summary>
    public static ShopLinks? Plain(Store store) => Drafts.Site(store) is { } home ? new(store, home) : null;

    /// <summary>
    /// The platform's own link where it gave one; else one that fills the cart anew; else the cart's page. Only a link
    /// that fills the cart applies a code.
    /// </summary>
    /// <param name="view">The cart.</param>
    /// <param name="code">A code that the message carries; null for none.</param>
    public CartLink Cart(CartView view, string? code) =>
        Store.Platform == Platform.WooCommerce ? WooCart(view.Cart, code) : ShopifyCart(view.Cart, code);

    /// <summary>One piece of it in a new cart.</summary>
    public Uri Again(VariantKey variant)
    {
        if (Store.Platform != Platform.WooCommerce)
        {
            return Of(variant.VariantId > 0 ? $"cart/{Pair(variant.VariantId, 1)}" : "cart");
        }

        var id = variant.VariantId > 0 ? variant.VariantId : variant.ProductId;
        return Of(FillsCarts ? $"{CheckoutLink}?products={Pair(id, 1)}"
            : FormattableString.Invariant($"?add-to-cart={id}"));
    }

    /// <summary>A link that leads to the shop; null for any other.</summary>
    public static Uri? Bounded(Store store, Uri? link) =>
        MessageLink.IsLink(link) && store.Links.Allow(store, link!) ? link : null;

    private CartLink ShopifyCart(Cart cart, string? code)
    {
        if (Bounded(Store, cart.RecoveryUrl) is { } given) { return new(given, false); }

        if (cart.Lines.Count == 0 || cart.Lines.Any(l => l.VariantId is null)) { return new(Of("cart"), false); }

        var filled = string.Join(',', cart.Lines.Select(l => Pair(l.VariantId!.Value, l.Quantity)));
        return new(Of($"cart/{filled}{(code is null ? "" : $"?discount={code}")}"), true);
    }

    /// <summary>
    /// An order that waits for its payment is paid where WooCommerce says, but that page takes no code. The companion
    /// brings a cart back as it was, where core's link does not: a variation may leave an attribute open, which core's
    /// link refuses (measured on WooCommerce 10.5.0), and nobody tells us which does.
    /// </summary>
    private CartLink WooCart(Cart cart, string? code)
    {
        var given = Bounded(Store, cart.RecoveryUrl);
        var pays = given?.Query.Contains(Payment, StringComparison.Ordinal) is true;
        if (pays && code is null) { return new(given!, false); }

        if ((!FillsCarts || cart.Lines.Any(l => l.VariantId is not null)) && Signed(cart) is { } signed)
        {
            return new(With(signed, code), code is not null);
        }

        if (given is not null && !pays)
        {
            var fills = given.AbsolutePath.EndsWith("/" + CheckoutLink, StringComparison.Ordinal);
            if (!fills) { return new(given, false); }

            if (FillsCarts) { return new(With(given, code), code is not null); }
        }

        return Filled(cart) is { } filled ? new(With(filled, code), FillsCarts)
            : new(pays ? given! : Of("cart"), false);
    }

    /// <summary>Core's link names a variation, or a product that has none; an older one adds one product.</summary>
    private Uri? Filled(Cart cart)
    {
        if (cart.Lines.Count == 0 || cart.Lines.Any(l => (l.VariantId ?? l.ProductId) is null)) { return null; }

        if (FillsCarts)
        {
            return Of($"{CheckoutLink}?products=" + string.Join(',', cart.Lines
                .Take(Platforms.WooCommerce.CheckoutLink.MaxItems)
                .Select(l => Pair((l.VariantId ?? l.ProductId)!.Value, l.Quantity))));
        }

        return cart.Lines is [{ VariantId: null, ProductId: { } id, Quantity: var pieces }]
            ? Of(FormattableString.Invariant($"?add-to-cart={id}&quantity={pieces}")) : null;
    }

    private Uri? Signed(Cart cart) => Secret is { } secret
        && (cart.CartToken ?? (cart.Id.Kind == CartKind.Cart ? cart.Id.Token : null)) is { } token
        ? CompanionLink.To(Home, token, cart.Version + CompanionLink.Life, secret) : null;

    private static Uri With(Uri link, string? code) => code is null ? link : new($"{link.AbsoluteUri}&coupon={code}");

    private static string Pair(long id, int quantity) => FormattableString.Invariant($"{id}:{quantity}");

    private Uri Of(string path) => new(Home, path);
}

/// <summary>What can be said of every shop without asking anybody.</summary>
internal sealed class PlainShopLinks : IShopLinks
{
    /// <inheritdoc/>
    public ValueTask<ShopLinks?> OfAsync(StoreContext store, CancellationToken cancel) =>
        new(ShopLinks.Plain(store.Store));
}
