using System.Collections.Frozen;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// Plugins that write to people about carts they left. Known by their folder, which WordPress does not translate.
/// Source: the plugin directory at wordpress.org and WooCommerce's marketplace; none was tried beside ours.
/// </summary>
internal static class CartMailers
{
    /// <summary>WooCommerce's own mail about carts: no plugin; its companion says whether it is on.</summary>
    public const string Own = "WooCommerce's own cart recovery";

    private const string OwnFolder = "woocommerce";

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
        ["abandoned-cart-recovery-for-woocommerce"] = "Abandoned Cart Recovery for WooCommerce",
        ["woocommerce-abandoned-cart-recovery"] = "WooCommerce Abandoned Cart Recovery",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>They can, and whether they do is set elsewhere: the merchant is told, nothing is stopped.</summary>
    private static readonly FrozenDictionary<string, string> Perhaps = new Dictionary<string, string>
    {
        ["automatewoo"] = "AutomateWoo",
        ["klaviyo"] = "Klaviyo",
        ["mailchimp-for-woocommerce"] = "Mailchimp for WooCommerce",
        ["mailpoet"] = "MailPoet",
        ["activecampaign-for-woocommerce"] = "ActiveCampaign",
        ["drip-for-woocommerce"] = "Drip",
        ["follow-up-emails"] = "Follow-Ups",
        ["leadin"] = "HubSpot",
        ["shopmagic-for-woocommerce"] = "ShopMagic",
        ["woocommerce-jetpack"] = "Booster for WooCommerce",
        ["woocommerce-sendinblue-newsletter-subscription"] = "Brevo",
        ["omnisend-connect"] = "Omnisend",
        ["wp-marketing-automations"] = "FunnelKit Automations",
        ["retainful-next-order-coupon-for-woocommerce"] = "Retainful",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of those among the active plugins, sorted.</summary>
    /// <param name="plugins">As WordPress names them: <c>folder/file.php</c>.</param>
    /// <param name="told">What the companion found: folders, and <c>woocommerce</c> for WooCommerce's own mail.</param>
    public static (IReadOnlyList<string> Sure, IReadOnlyList<string> Perhaps) Among(
        IEnumerable<string> plugins, IReadOnlyList<string> told)
    {
        var folders = plugins.Select(p => p.Split('/')[0]).Concat(told).ToList();
        return (told.Contains(OwnFolder) ? [Own, .. Of(Sure)] : Of(Sure), Of(Perhaps));

        List<string> Of(FrozenDictionary<string, string> known) =>
            [.. folders.Where(known.ContainsKey).Select(f => known[f]).Distinct().Order(StringComparer.Ordinal)];
    }
}
