using System.Net;
using StoreConnector.Core.Events;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>The lines of orders, drafts and the companion's carts, which name their fields alike.</summary>
internal static class WooCommerceItems
{
    /// <summary>
    /// A line without its price. WordPress keeps names HTML-encoded (<c>Salt &amp;amp; Pepper</c>); events keep text.
    /// </summary>
    public static Line Line(this Payload item) => new()
    {
        ProductId = item["product_id"].Id is > 0 and var product ? product : null,
        VariantId = item["variation_id"].Id is > 0 and var variation ? variation : null,
        Title = Wording.Cut(
            WebUtility.HtmlDecode(item["name"].Text ?? item["sku"].Text), Core.Events.Line.MaxTitle) ?? "",
        Quantity = item["quantity"].Quantity,
        Picture = Wording.Link(item["image"]["src"].Text),
    };
}
