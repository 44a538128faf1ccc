namespace StoreConnector.Webhooks;

/// <summary>What the doors say. Ids and reasons of ours only: never a body, an address, a path or a token.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Debug, "Store {StoreId}: {Topic} {DeliveryId} became {Events} events")]
    public static partial void DeliveryQueued(
        this ILogger logger, string storeId, string topic, string deliveryId, int events);

    [LoggerMessage(1002, LogLevel.Information, "Store {StoreId}: {Topic} {DeliveryId} ignored: {Reason}")]
    public static partial void DeliveryIgnored(
        this ILogger logger, string storeId, string topic, string deliveryId, string reason);

    [LoggerMessage(1003, LogLevel.Warning, "Store {StoreId}: {Topic} {DeliveryId} kept as unreadable: {Reason}")]
    public static partial void DeliveryKept(
        this ILogger logger, string storeId, string topic, string deliveryId, string reason);

    [LoggerMessage(1004, LogLevel.Error, "{Topic} {DeliveryId} could not be stored, answered 503: {Reason}")]
    public static partial void DeliveryNotStored(this ILogger logger, string topic, string deliveryId, string reason);

    [LoggerMessage(1005, LogLevel.Warning, "A Shopify delivery was refused: {Reason}")]
    public static partial void ShopifyRefused(this ILogger logger, string reason);

    [LoggerMessage(1006, LogLevel.Warning,
        "Store {StoreId}: a {Topic} delivery was refused: {Reason}. After seven the site stops sending: "
        + "if its secret was changed, make the hook anew")]
    public static partial void WooCommerceRefused(this ILogger logger, string storeId, string topic, string reason);

    [LoggerMessage(1007, LogLevel.Warning, "Shopify delivers API version {Version}, we read {Ours}")]
    public static partial void OtherApiVersion(this ILogger logger, string version, string ours);
}
