using StoreConnector.Platforms.Shopify.Api;

namespace StoreConnector.Processing.Shopify;

/// <summary>The Admin API of a store, signed in as our app.</summary>
internal interface IShopAdmin
{
    /// <summary>Asks the store's shop. It waits for the shop's budget, for a little while.</summary>
    /// <param name="storeId">Whose shop; one that left is <see cref="AdminAnswer.SignedOut"/>.</param>
    /// <param name="operation">What.</param>
    /// <param name="variables">The operation's variables, by name; null when it has none.</param>
    /// <exception cref="OperationCanceledException">The service stops: nothing may be assumed.</exception>
    ValueTask<AdminAnswer> AskAsync(
        string storeId, AdminOperation operation, IReadOnlyDictionary<string, object?>? variables,
        CancellationToken cancel);
}
