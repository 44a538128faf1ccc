using StoreConnector.Core.Values;
using StoreConnector.Platforms;

namespace StoreConnector.Webhooks;

/// <summary>Who reads whose deliveries.</summary>
internal sealed record Parsers(IPlatformParser Shopify, IPlatformParser WooCommerce)
{
    public IPlatformParser this[Platform platform] => platform == Platform.Shopify ? Shopify : WooCommerce;
}

/// <summary>The Shopify app's client secrets, UTF-8: several while one is being replaced, none when there is no app.</summary>
internal sealed record ShopifySecrets(IReadOnlyList<ReadOnlyMemory<byte>> Secrets);
