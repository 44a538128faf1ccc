using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.WooCommerce;

namespace StoreConnector.Webhooks;

/// <summary>Who reads a store's deliveries: the one line that a new platform adds.</summary>
internal static class Parsers
{
    public static IPlatformParser For(Store store) => store.Platform == Platform.Shopify
        ? new ShopifyParser(store.Country) { Domain = store.Domain }
        : new WooCommerceParser(store.Domain, store.Country);
}
