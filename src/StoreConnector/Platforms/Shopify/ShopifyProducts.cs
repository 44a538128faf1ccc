using StoreConnector.Core.Events;
using StoreConnector.Core.Products;

namespace StoreConnector.Platforms.Shopify;

/// <summary>
/// Reads products and the variants that came into or went out of stock. No body names a currency: prices are in the
/// shop's own.
/// </summary>
/// <param name="domain">The shop's host, for a body has no address of a page; null when it is not known.</param>
internal sealed class ShopifyProducts(string? domain)
{
    /// <summary>
    /// Variants that a body lists in full. Of a product with more the others are named by their global ids alone, in
    /// <c>variant_gids</c>, which names them all. Source: products/update, July 2026.
    /// </summary>
    private const int MaxListed = 100;

    private const string OnlyVariant = "Default Title"; // Shopify's name for the only variant of a product.

    /// <summary>A product as it is now.</summary>
    public Parsed ReadProduct(Payload body, Delivery delivery)
    {
        if (body["id"].Id is not (> 0 and var id) || !body["title"].IsPresent || !body["variants"].IsList
            || body.IsAnother("Product"))
        {
            return new Parsed.Unreadable("the product has no id, no title or no list of variants, or is another thing");
        }

        var version = body["updated_at"].Time ?? delivery.When();
        var variants = Variants(body);
        var beyond = Beyond(body, variants, version);
        return delivery.Product(new()
        {
            ProductId = id,
            Version = version,
            Title = Wording.Cut(body["title"].Text, Line.MaxTitle),
            Url = Page(domain, body["handle"].Text),
            Picture = Wording.Link(body["image"]["src"].Text ?? body["images"].Items.FirstOrDefault()["src"].Text),
            IsVisible = IsVisible(body),
            Variants = variants,
            AllVariants = IsWhole(body, variants, beyond) ? [.. variants.Select(variant => variant.VariantId)] : null,
            OnlyNamed = [.. beyond.OrderByDescending(named => named.Version).Take(ProductSnapshot.MaxNamed)],
        });
    }

    /// <summary>The merchant deleted a product: the body is its id alone.</summary>
    public static Parsed ReadRemoval(Payload body, Delivery delivery)
    {
        if (body["id"].Id is not (> 0 and var id) || body["title"].IsPresent || body.IsAnother("Product"))
        {
            return new Parsed.Unreadable("the deleted product has no id, or is something else");
        }

        var at = delivery.When();
        return delivery.One(at, new Mentions(), new ProductRemoved(id, null, at));
    }

    /// <summary>A variant can be bought again.</summary>
    public static Parsed ReadInStock(Payload body, Delivery delivery) => ReadVariant(body, delivery, true);

    /// <summary>A variant cannot be bought any more.</summary>
    public static Parsed ReadOutOfStock(Payload body, Delivery delivery) => ReadVariant(body, delivery, false);

    /// <summary>
    /// The bodies of both topics are the same but for the quantity, and the topic is not signed: where the body says
    /// what is left, the body is believed. Only a variant whose stock is counted ever comes so.
    /// </summary>
    private static Parsed ReadVariant(Payload body, Delivery delivery, bool inStock)
    {
        if (body["id"].Id is not (> 0 and var id) || body["product_id"].Id is not (> 0 and var product)
            || !body["inventory_policy"].IsPresent || body.IsAnother("ProductVariant"))
        {
            return new Parsed.Unreadable("the variant has no id, no product or no policy, or is something else");
        }

        var left = body["inventory_quantity"].Amount;
        var variant = Variant(body, id, new Dictionary<long, Uri?>());
        return delivery.Product(new()
        {
            ProductId = product,
            Version = body["updated_at"].Time ?? delivery.When(),
            Variants = [variant with { InStock = variant.InStock ?? (left is null ? inStock : left > 0) }],
        });
    }

    /// <summary>
    /// A price as the Events family tells it, by the query in the app's own file: the one variant that changed, also
    /// behind the first hundred. The product's own delivery says the rest. Source: changelog "Updates to Events
    /// payloads", September 2026; the names under <c>data</c> are our query's, and were not tried on a live shop.
    /// </summary>
    public static Parsed ReadEvent(Payload body, Delivery delivery)
    {
        var (product, variant) = (body["data"]["product"], body["data"]["productVariant"]);
        if (!body["action"].IsPresent || !body["data"].IsObject || product["id"].Gid("Product") is not { } id)
        {
            return new Parsed.Unreadable("the event has no action or no product, or is something else");
        }

        if (variant["id"].Gid("ProductVariant") is null)
        {
            return new Parsed.Ignored("the event names no variant; the product's own delivery says what changed");
        }

        return delivery.Product(new()
        {
            ProductId = id,
            Version = product["updatedAt"].Time ?? delivery.When(),
            Variants = [ShopifyVariantNodes.Variant(variant)],
        });
    }

    /// <summary>What is left of a stock item at one place.</summary>
    public static Parsed ReadStock(Payload body, Delivery delivery) =>
        body["inventory_item_id"].Id is > 0 and var item && body["location_id"].IsPresent
            ? delivery.One(body["updated_at"].Time ?? delivery.When(), new Mentions(),
                new StockMoved(item, body["available"].Amount, body["updated_at"].Time ?? delivery.When()))
            : new Parsed.Unreadable("the stock level names no item or no place");

    /// <summary>Each variant once: of two with one id the first counts.</summary>
    private static List<VariantSnapshot> Variants(Payload body)
    {
        var pictures = new Dictionary<long, Uri?>();
        foreach (var image in body["images"].Items)
        {
            if (image["id"].Id is > 0 and var id) { pictures.TryAdd(id, Wording.Link(image["src"].Text)); }
        }

        return
        [
            .. body["variants"].Items
                .Where(variant => variant["id"].Id is > 0)
                .DistinctBy(variant => variant["id"].Id)
                .Take(ProductEvents.MaxRead)
                .Select(variant => Variant(variant, variant["id"].Id!.Value, pictures)),
        ];
    }

    private static VariantSnapshot Variant(Payload variant, long id, Dictionary<long, Uri?> pictures) => new()
    {
        VariantId = id,
        Detail = Detail(variant["title"].Text),
        Price = variant["price"].ProductPrice(),
        InStock = InStock(variant),
        StockItemId = variant["inventory_item_id"].Id is > 0 and var item ? item : null,
        Picture = variant["image_id"].Id is { } image ? pictures.GetValueOrDefault(image) : null,
    };

    /// <summary>
    /// Whether it can be bought; null when the body does not say. Since July 2024 bodies no longer tell whether a
    /// variant's stock is counted at all, and one whose stock is not counted has a quantity of 0 and the policy "deny"
    /// like one that is sold out. Of these two only the second ever gets a <c>variants/out_of_stock</c>.
    /// Source: changelog "Product Variant Field Cleanup"; recorded products/update.
    /// </summary>
    private static bool? InStock(Payload variant)
    {
        bool? isCounted = variant["inventory_management"] is { IsPresent: true, Text: var by } ? by is not null : null;
        if (variant["inventory_policy"].Text == "continue" || isCounted is false) { return true; }

        return variant["inventory_quantity"].Amount switch
        {
            null => null,
            > 0 => true,
            _ => isCounted is true ? false : null,
        };
    }

    private static bool? IsVisible(Payload body) => body["status"].Text?.ToLowerInvariant() switch
    {
        null => null,
        "active" => body["published_at"].IsPresent ? body["published_at"].Text is not null : null,
        _ => false,
    };

    /// <summary>What is named and not listed. One that has no time of its own changed with its product.</summary>
    private static List<NamedVariant> Beyond(Payload body, List<VariantSnapshot> listed, DateTimeOffset version)
    {
        var known = listed.Select(variant => variant.VariantId).ToHashSet();
        return
        [
            .. body["variant_gids"].Items
                .Select(named => (Id: Gid(named), At: named["updated_at"].Time ?? version))
                .Where(named => named.Id is { } id && known.Add(id))
                .Select(named => new NamedVariant(named.Id!.Value, named.At)),
        ];
    }

    /// <summary>
    /// Whether the body lists every variant. What is not in a whole list is gone, so nothing is whole that might have
    /// been cut, that a subscription's filter emptied, or that has an entry we cannot read.
    /// </summary>
    private static bool IsWhole(Payload body, List<VariantSnapshot> listed, List<NamedVariant> beyond)
    {
        var names = body["variant_gids"];
        var isCut = listed.Count >= MaxListed && !names.IsList;
        return listed.Count is > 0 and <= MaxListed && !isCut && beyond.Count == 0
            && body["variants"].Items.All(variant => variant["id"].Id is > 0)
            && names.Items.All(named => Gid(named) is not null);
    }

    private static long? Gid(Payload named) => named["admin_graphql_api_id"].Gid("ProductVariant");

    /// <summary>The page of a product on the shop's host.</summary>
    public static Uri? Page(string? domain, string? handle) => domain is null || handle is null ? null
        : Wording.Link($"https://{domain}/products/{Uri.EscapeDataString(handle)}");

    /// <summary>A variant in words; null for the only one of a product.</summary>
    public static string? Detail(string? title) => title is OnlyVariant ? null : Wording.Cut(title, Line.MaxTitle);
}
