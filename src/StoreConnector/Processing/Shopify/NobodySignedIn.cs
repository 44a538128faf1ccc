using StoreConnector.Platforms.Shopify.Api;

namespace StoreConnector.Processing.Shopify;

/// <summary>The Admin API where no store can be signed in.</summary>
internal sealed class NobodySignedIn : IShopAdmin
{
    public ValueTask<AdminAnswer> AskAsync(
        string storeId, AdminOperation operation, IReadOnlyDictionary<string, object?>? variables,
        CancellationToken cancel) => new(new AdminAnswer.SignedOut());
}
