using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Storefront;

/// <summary>What our web pixel may tell.</summary>
internal enum VisitKind
{
    /// <summary>A product's page was opened.</summary>
    ProductViewed,

    /// <summary>A product was put into the cart.</summary>
    ProductAddedToCart,

    /// <summary>The checkout was entered.</summary>
    CheckoutStarted,

    /// <summary>Somebody gave an address in the checkout; which one is not told.</summary>
    CheckoutContactInfoSubmitted,
}

/// <summary>
/// One post of our web pixel, as its browser tells it: nobody has signed it, and anybody can make one up. What it says
/// of who somebody is (an account's number, an address) is not even read: a stranger could claim to be any customer,
/// and so be told of another's carts or silence them. Only a cart's and a checkout's token tie the browser to anybody:
/// they are secrets of that very browser and of the shop, and who has a checkout's token can open it anyway.
/// </summary>
/// <param name="Shop">The shop's myshopify.com domain.</param>
/// <param name="Browser">The browser's own id, made by Shopify.</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, by the browser's clock; null when it did not say.</param>
/// <param name="Product">Which product and variant, where one is meant.</param>
/// <param name="Price">What the page asked for one piece: the price that this person saw, and nothing more.</param>
/// <param name="Tokens">Its cart and its checkout, as far as they are told.</param>
internal sealed record ShopifyVisit(
    string Shop, Alias Browser, VisitKind Kind, DateTimeOffset? At, (long ProductId, long? VariantId)? Product,
    Money? Price, IReadOnlyList<Alias> Tokens)
{
    /// <summary>The longest body, 8 KiB: our pixel's own have less than one.</summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary>A browser's clock may be wrong by this; beyond it ours counts.</summary>
    public static readonly TimeSpan MaxOff = TimeSpan.FromMinutes(5);

    /// <summary>The same thing of the same browser within this is one event.</summary>
    private static readonly TimeSpan Once = TimeSpan.FromMinutes(1);

    /// <summary>The version of the body that we read: another one is a pixel that is not ours.</summary>
    private const int Version = 1;

    /// <summary>What is shorter could be guessed, or is somebody's joke.</summary>
    private const int MinId = 8, MinToken = 16;

    private const int MaxId = 64, MaxToken = 200, MaxDepth = 4;

    private const decimal MaxPrice = 100_000_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads a body; whatever is not what our pixel makes is refused whole, fields it does not need are left.
    /// </summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ShopifyVisit? visit)
    {
        visit = null;
        if (body.Length is 0 or > MaxBytes) { return false; }

        try
        {
            using var json = JsonDocument.Parse(body, Options);
            visit = Read(new Payload(json.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false; // Not JSON, too deep, or a field's name that is not Unicode.
        }

        return visit is not null;
    }

    /// <summary>
    /// What it becomes. Ids are made of what happened, so that a repeat is one event. What is said of a cart comes from
    /// the shop's own signed deliveries: a browser that could change a cart could make a stranger's reminder say
    /// anything, or silence it.
    /// </summary>
    public IEnumerable<StoreEvent> Events(DateTimeOffset now)
    {
        var at = At is { } said && (said - now).Duration() <= MaxOff ? said : now;
        if (Product is var (product, variant))
        {
            yield return Make(FormattableString.Invariant($"{product}:{variant}"), [Browser],
                new ProductViewed(product, variant, at, Price));
        }

        foreach (var token in Tokens) { yield return Make(token.Stored, [token, Browser], new BrowserTied(at)); }

        StoreEvent Make(string what, IReadOnlyList<Alias> aliases, EventBody body)
        {
            var minute = at.UtcTicks / Once.Ticks;
            var id = EventLog.KeyOf(FormattableString.Invariant($"{Browser.Value}|{Kind}|{what}|{minute}"));
            return new("visit-" + id, at, now, EventOrigin.Browser, aliases, [], body);
        }
    }

    private static ShopifyVisit? Read(Payload body) =>
        body.IsObject && body["v"].Id == Version && ShopifyDomain.TryParse(body["shop"].Text, out var shop)
        && IsPlain(body["browser"].Text, MinId, MaxId)
        && Alias.TryToken(AliasKind.Browser, body["browser"].Text, out var browser)
        && KindOf(body["kind"].Text) is { } kind
            ? Checked(new(shop, browser, kind, body["at"].Time, ProductOf(body), PriceOf(body["price"]),
                [.. TokensOf(body)])) : null;

    /// <summary>Null when it says nothing: a view of no product, a checkout without its token.</summary>
    private static ShopifyVisit? Checked(ShopifyVisit visit) => visit.Kind switch
    {
        VisitKind.ProductViewed or VisitKind.ProductAddedToCart => visit.Product is null ? null : visit,
        _ => visit.Tokens.Count == 0 ? null : visit with { Product = null, Price = null },
    };

    private static VisitKind? KindOf(string? text) => text switch
    {
        "product_viewed" => VisitKind.ProductViewed,
        "product_added_to_cart" => VisitKind.ProductAddedToCart,
        "checkout_started" => VisitKind.CheckoutStarted,
        "checkout_contact_info_submitted" => VisitKind.CheckoutContactInfoSubmitted,
        _ => null,
    };

    private static (long, long?)? ProductOf(Payload body)
    {
        var product = IdOf(body["productId"], "Product");
        var variant = IdOf(body["variantId"], "ProductVariant");
        return product is { } id && VariantKey.Of(id, variant) is not null ? (id, variant) : null;
    }

    /// <summary>A number, or the number of a global id: the documentation shows both. [?] Which one comes is not tried.
    /// </summary>
    private static long? IdOf(Payload id, string kind) => id.Id is > 0 and var number ? number : id.Gid(kind);

    private static Money? PriceOf(Payload price) =>
        price["amount"].Amount is > 0 and <= MaxPrice and var amount && price["currency"].Currency is { } currency
            ? new(amount, currency) : null;

    private static IEnumerable<Alias> TokensOf(Payload body)
    {
        if (TokenOf(AliasKind.Checkout, body["checkoutToken"].Text) is { } checkout) { yield return checkout; }

        if (TokenOf(AliasKind.Cart, body["cart"]["token"].Text) is { } cart) { yield return cart; }
    }

    /// <summary>
    /// A token as the webhooks name it. [?] Not tried against Shopify: a cart's id may come as a global id and with a
    /// key of its own behind <c>?</c>, which the webhooks' examples do not have.
    /// </summary>
    private static Alias? TokenOf(AliasKind kind, string? text)
    {
        var token = text?.Split('?')[0];
        token = token?[(token.LastIndexOf('/') + 1)..];
        return IsPlain(token, MinToken, MaxToken) && Alias.TryToken(kind, token, out var alias) ? alias : null;
    }

    private static bool IsPlain([NotNullWhen(true)] string? text, int least, int most) =>
        text is not null && text.Length >= least && text.Length <= most
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
