using System.Net;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>
/// Reads products. A change of a variation is delivered as the variation alone, under the same topics; its parent is
/// not sent.
/// </summary>
internal sealed class WooCommerceProducts(string? domain)
{
    /// <summary>Variations of which a product's list is believed to be whole and kept.</summary>
    private const int MaxVariations = 500;

    /// <summary>A product or a variation as it is now.</summary>
    public Parsed Read(Payload body, Delivery delivery)
    {
        if (body["id"].Id is not (> 0 and var id) || !body["name"].IsPresent || body["type"].Text is not { } type)
        {
            return new Parsed.Unreadable("the product has no id, no name or no type");
        }

        var version = body["date_modified_gmt"].Time ?? body["date_created_gmt"].Time ?? delivery.When();
        if (!IsVariation(type)) { return delivery.Product(Product(body, id, type, version, delivery)); }

        return body["parent_id"].Id is > 0 and var parent
            ? delivery.Product(new()
            {
                ProductId = parent,
                Version = version,
                Variants = [Variant(body, id, delivery) with { Detail = Detail(body), Picture = Picture(body) }],
            })
            : new Parsed.Unreadable("the variation does not say whose it is");
    }

    /// <summary>
    /// A product was put into the bin: the body is its id alone. The same event comes for pages, coupons and posts that
    /// are put there outside the admin screen, so the id may be no product's: whoever keeps the catalog passes over
    /// what it does not know.
    /// </summary>
    public static Parsed ReadRemoval(Payload body, Delivery delivery)
    {
        if (body["id"].Id is not (> 0 and var id) || body["type"].IsPresent || body["status"].IsPresent)
        {
            return new Parsed.Unreadable("the deleted product has no id, or is something else");
        }

        var at = delivery.When();
        return delivery.One(at, new Mentions(), new ProductRemoved(id, null, at));
    }

    private ProductSnapshot Product(Payload body, long id, string type, DateTimeOffset version, Delivery delivery) =>
        new()
        {
            ProductId = id,
            Version = version,
            Title = Words(body["name"].Text),
            Url = CheckoutLink.OnStore(body["permalink"].Text, domain) is { } page && page.Scheme == Uri.UriSchemeHttps
                ? page
                : null,
            Picture = Picture(body),
            IsVisible = IsVisible(body),
            Variants = IsPriced(type) ? [Variant(body, 0, delivery)] : [],
            AllVariants = IsPriced(type) ? [0] : IsVariable(type) ? Variations(body["variations"]) : null,
        };

    private static VariantSnapshot Variant(Payload body, long id, Delivery delivery)
    {
        var isOnSale = body["on_sale"].IsTrue;
        return new()
        {
            VariantId = id,
            // What a shopper pays now: never sale_price, which holds a sale that is set for later, too.
            Price = body["price"].ProductPrice(),
            SaleEndsAt = isOnSale ? body["date_on_sale_to_gmt"].Time : null,
            SaleStartsAt = !isOnSale && body["sale_price"].ProductPrice() is not null
                && body["date_on_sale_from_gmt"].Time is { } from && from > delivery.When() ? from : null,
            InStock = InStock(body),
        };
    }

    /// <summary>
    /// A variation that the merchant switched off is <c>private</c>: nobody can buy it, whatever is left of it.
    /// </summary>
    private static bool? InStock(Payload body) =>
        IsVariation(body["type"].Text!) && body["status"].Text is not (null or "publish")
            ? false
            : body["stock_status"].Text switch
            {
                "instock" or "onbackorder" => true,
                "outofstock" => false,
                _ => null,
            };

    /// <summary>Its attributes: its name begins with its parent's.</summary>
    private static string? Detail(Payload body) => Words(string.Join(" / ", body["attributes"].Items
        .Select(attribute => attribute["option"].Text)
        .OfType<string>()
        .Take(10)));

    private static bool? IsVisible(Payload body) => body["status"].Text switch
    {
        null => null,
        "publish" => body["catalog_visibility"].Text != "hidden",
        _ => false,
    };

    /// <summary>What is not among them is gone, so a list with an entry that cannot be read is none.</summary>
    private static List<long>? Variations(Payload list)
    {
        var ids = list.Items.Select(one => one.Id).Distinct().Take(MaxVariations + 1).ToList();
        return list.IsList && ids.Count <= MaxVariations && ids.TrueForAll(id => id > 0)
            ? [.. ids.Select(id => id!.Value)]
            : null;
    }

    /// <summary>
    /// What has one price of its own. That of a variable, grouped or bundled product is the least of its parts', and
    /// what the price of a plugin's type means nobody knows.
    /// </summary>
    private static bool IsPriced(string type) => type is "simple" or "external" or "subscription";

    // Subscriptions are WooCommerce's own extension: variable-subscription, subscription_variation.
    private static bool IsVariable(string type) => type is "variable" or "variable-subscription";

    private static bool IsVariation(string type) => type is "variation" or "subscription_variation";

    private static Uri? Picture(Payload body) => Wording.Link(body["images"].Items.FirstOrDefault()["src"].Text);

    /// <summary>WordPress keeps names HTML-encoded; events keep text.</summary>
    private static string? Words(string? html) => Wording.Cut(WebUtility.HtmlDecode(html), Line.MaxTitle);
}
