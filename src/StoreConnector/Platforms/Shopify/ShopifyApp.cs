namespace StoreConnector.Platforms.Shopify;

/// <summary>Our app, as Shopify knows it, and how shops are reached.</summary>
/// <param name="ClientId">The app's public id; null when none was set: then no shop can be installed.</param>
/// <param name="Secrets">Its client secrets: several while one is being replaced, none when there is no app.</param>
/// <param name="BaseUrl">
/// Where every shop is reached instead of by its own name, which is sent as the Host; null for the usual way.
/// </param>
internal sealed record ShopifyApp(string? ClientId, IReadOnlyList<string> Secrets, Uri? BaseUrl = null)
{
    /// <summary>
    /// The version of the Admin API that we ask for and whose webhooks we read; another one means that ours is gone and
    /// Shopify fell forward. Source: shopify.dev, "API versioning".
    /// </summary>
    public const string ApiVersion = "2026-10";

    /// <summary>A request to a shop.</summary>
    /// <param name="method">GET or POST.</param>
    /// <param name="shop">Its myshopify.com domain.</param>
    /// <param name="path">Begins with a slash.</param>
    public HttpRequestMessage Request(HttpMethod method, string shop, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(BaseUrl ?? new Uri($"https://{shop}"), path));
        if (BaseUrl is not null) { request.Headers.Host = shop; }

        return request;
    }
}
