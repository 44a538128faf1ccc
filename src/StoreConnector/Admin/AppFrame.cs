using System.Net;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>By which door the merchant's page is opened: what its document may do, and what it is given.</summary>
internal abstract record AppDoor
{
    /// <summary>In Shopify's admin.</summary>
    /// <param name="Shop">The shop's domain; null when the address does not name one.</param>
    public sealed record Shopify(string? Shop) : AppDoor;

    /// <summary>In a site's wp-admin.</summary>
    /// <param name="Origin">The site's; null when it is no connected store.</param>
    public sealed record WooCommerce(string? Origin) : AppDoor;

    /// <summary>By itself: nobody frames it.</summary>
    public sealed record Own : AppDoor;

    /// <summary>Where App Bridge comes from, which Shopify wants to be loaded from there.</summary>
    private const string ShopifyScripts = "https://cdn.shopify.com";

    private const string ShopifyAdmin = "https://admin.shopify.com";

    /// <summary>
    /// The document's Content-Security-Policy. Scripts are files of ours, and Shopify's own at its door. Styles may
    /// stand in an element and pictures come from anywhere by https: the preview of a mail is a document inside this
    /// one, without scripts and rights of its own, and lives under the same policy.
    /// </summary>
    public string ContentSecurityPolicy
    {
        get
        {
            var more = this is Shopify ? " " + ShopifyScripts : "";
            var frames = this switch
            {
                Shopify { Shop: { } shop } => $"{ShopifyAdmin} https://{shop}",
                Shopify => ShopifyAdmin,
                WooCommerce { Origin: { } origin } => origin,
                _ => "'none'",
            };
            return $"default-src 'none'; script-src 'self'{more}; style-src 'self' 'unsafe-inline'; "
                + $"img-src 'self' https: data:; font-src 'self'; connect-src 'self'{more}; manifest-src 'self'; "
                + $"base-uri 'none'; form-action 'none'; frame-ancestors {frames}";
        }
    }

    /// <summary>What stands in the head of the document, before any script of ours.</summary>
    /// <param name="clientId">The app's public id at Shopify; null when the service has none.</param>
    public string Head(string? clientId) => this is Shopify && clientId is not null
        ? $"""<meta name="shopify-api-key" content="{WebUtility.HtmlEncode(clientId)}">"""
            + $"""<script src="{ShopifyScripts}/shopifycloud/app-bridge.js"></script>"""
        : "";
}

/// <summary>
/// Reads the door from the page's address. Anybody may write any address: it opens nothing, it only says who may show
/// the page in a frame; and in a frame nobody is let in but by the word of the shop's admin or of the site.
/// </summary>
internal sealed class AppDoors(StoreRegistry stores, WooKeys keys)
{
    private const int MaxStore = 64;

    /// <summary>The door.</summary>
    public async ValueTask<AppDoor> OfAsync(IQueryCollection query, CancellationToken cancel)
    {
        var shop = ShopifyDomain.TryParse(query["shop"].ToString(), out var known) ? known : null;
        return query["door"].ToString() switch
        {
            "shopify" => new AppDoor.Shopify(shop),
            "" when shop is not null => new AppDoor.Shopify(shop), // How Shopify opens an app's own address.
            "woocommerce" => new AppDoor.WooCommerce(await OriginAsync(query["store"].ToString(), cancel)),
            _ => new AppDoor.Own(),
        };
    }

    private async ValueTask<string?> OriginAsync(string storeId, CancellationToken cancel) =>
        storeId.Length is > 0 and <= MaxStore
        && await stores.FindAsync(storeId, cancel) is { Store: { IsActive: true, Platform: Platform.WooCommerce } }
        && await keys.FindAsync(storeId, cancel) is { Key.Site: { } site }
            ? site.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null;
}
