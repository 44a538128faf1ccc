namespace StoreConnector.Platforms.Shopify;

/// <summary>How shops are reached, and the files that they write.</summary>
internal static class ShopifyHttp
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A client that keeps nothing and follows nothing: requests carry tokens. Whoever sends sets the time limit.
    /// </summary>
    public static HttpClient NewClient()
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("StoreConnector");
        return client;
    }

    /// <summary>Whether the connection was never made: then nothing can have been taken.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="limit">The attempt's own limit, which may have ended it.</param>
    public static bool WasNeverMade(Exception e, CancellationToken limit) => e switch
    {
        HttpRequestException http => http.HttpRequestError is HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
        OperationCanceledException => !limit.IsCancellationRequested && e.InnerException is TimeoutException,
        _ => false,
    };
}
