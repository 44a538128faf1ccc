using System.Globalization;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>
/// The link that puts items into the shopper's cart and opens the checkout:
/// <c>{store}/checkout-link/?products=12:2,15:1</c>. In WooCommerce's core since mid-2025 (pull request 58140); it
/// holds no secret.
/// </summary>
internal static class CheckoutLink
{
    /// <summary>Items named by one link; a longer address would be cut by mail programs.</summary>
    public const int MaxItems = 50;

    private const string RestRoot = "/wp-json/";

    /// <summary>
    /// The store's home with its last slash: what stands before the REST root in a link of the body's own, for a shop
    /// may live in a folder; else the store's host. Null when neither is known, or when the store has plain permalinks,
    /// which know no such link. Only the store's own host is believed.
    /// </summary>
    public static Uri? Home(Payload body, string? domain)
    {
        var self = body["_links"]["self"].Items.FirstOrDefault()["href"].Text;
        if (self?.Contains("rest_route=", StringComparison.Ordinal) is true) { return null; }

        if (self?.IndexOf(RestRoot, StringComparison.Ordinal) is > 0 and var end
            && OnStore(self[..end] + "/", domain) is { } home)
        {
            return home;
        }

        return OnStore(body["payment_url"].Text, domain) is { } pay
            ? new Uri(pay.GetLeftPart(UriPartial.Authority) + "/")
            : domain is null ? null
            : Wording.Link($"https://{domain}/");
    }

    /// <summary>The link to a checkout of these items; null when nothing in them can be named.</summary>
    public static Uri? To(Uri? home, Payload items)
    {
        var products = items.Items.Select(Named).OfType<string>().Take(MaxItems).ToList();
        return home is null || products.Count == 0
            ? null
            : Wording.Link($"{home.AbsoluteUri}checkout-link/?products={string.Join(',', products)}", allowHttp: true);
    }

    /// <summary>A link to the store itself; null for any other. Any host is believed while none is known.</summary>
    public static Uri? OnStore(string? text, string? domain) =>
        Wording.Link(text, allowHttp: true) is { } link
        && (domain is null || Bare(link.Authority) == Bare(domain)) ? link : null;

    private static string? Named(Payload item)
    {
        var id = item["variation_id"].Id is > 0 and var variation ? variation : item["product_id"].Id;
        var quantity = item["quantity"].Quantity;
        return id is > 0 && quantity > 0 ? string.Create(CultureInfo.InvariantCulture, $"{id}:{quantity}") : null;
    }

    private static string Bare(string host)
    {
        var lower = host.ToLowerInvariant();
        return lower.StartsWith("www.", StringComparison.Ordinal) ? lower[4..] : lower;
    }
}
