using System.Collections.Frozen;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// Plugins that write to people about carts they left. Known by their folder, which WordPress does not translate.
/// Source: the plugin directory at wordpress.org and WooCommerce's marketplace; none was tried beside ours.
/// </summary>
internal static class CartMailers
{
    /// <summary>This is what they are for: while one is on, ours stay in the shadow.</summary>
    private static readonly FrozenDictionary<string, string> Sure = new Dictionary<string, string>
    {
        ["woo-cart-abandonment-recovery"] = "Cart Abandonment Recovery for WooCommerce",
        ["woocommerce-abandoned-cart"] = "Abandoned Cart Lite for WooCommerce",
        ["woocommerce-abandon-cart-pro"] = "Abandoned Cart Pro for WooCommerce",
        ["woo-save-abandoned-carts"] = "CartBounty",
        ["woo-save-abandoned-carts-pro"] = "CartBounty Pro",
        ["cart-lift"] = "Cart Lift",
        ["yith-woocommerce-recover-abandoned-cart"] = "YITH WooCommerce Recover Abandoned Cart",
        ["yith-woocommerce-recover-abandoned-cart-premium"] = "YITH WooCommerce Recover Abandoned Cart",
        ["woo-abandoned-cart-recovery"] = "Abandoned Cart Recovery for WooCommerce",
        ["woocommerce-abandoned-cart-recovery"] = "WooCommerce Abandoned Cart Recovery",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>They can, and whether they do is set elsewhere: the merchant is told, nothing is stopped.</summary>
    private static readonly FrozenDictionary<string, string> Perhaps = new Dictionary<string, string>
    {
        ["automatewoo"] = "AutomateWoo",
        ["klaviyo"] = "Klaviyo",
        ["mailchimp-for-woocommerce"] = "Mailchimp for WooCommerce",
        ["mailpoet"] = "MailPoet",
        ["omnisend-connect"] = "Omnisend",
        ["wp-marketing-automations"] = "FunnelKit Automations",
        ["retainful-next-order-coupon-for-woocommerce"] = "Retainful",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of those among the active plugins, sorted.</summary>
    /// <param name="plugins">As WordPress names them: <c>folder/file.php</c>.</param>
    public static (IReadOnlyList<string> Sure, IReadOnlyList<string> Perhaps) Among(IEnumerable<string> plugins)
    {
        var folders = plugins.Select(p => p.Split('/')[0]).ToList();
        return (Of(Sure), Of(Perhaps));

        List<string> Of(FrozenDictionary<string, string> known) =>
            [.. folders.Where(known.ContainsKey).Select(f => known[f]).Distinct().Order(StringComparer.Ordinal)];
    }
}
