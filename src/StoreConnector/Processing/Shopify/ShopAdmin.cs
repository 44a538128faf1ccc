using StoreConnector.Platforms.Shopify.Api;

namespace StoreConnector.Processing.Shopify;

/// <summary>Asks a shop's Admin API with an access token.</summary>
internal delegate ValueTask<AdminAnswer> AskShop(
    ShopAccess access, AdminOperation operation, IReadOnlyDictionary<string, object?>? variables,
    CancellationToken cancel);

/// <summary>Begins to take over what the shop knew before we came. A repeat does no harm.</summary>
internal delegate ValueTask BeginImport(string storeId, CancellationToken cancel);

/// <summary>
/// The Admin API of a store, signed in. A token that the shop no longer takes is replaced once: what was refused for it
/// has not been done, so that a mutation may be asked again too.
/// </summary>
internal sealed class ShopAdmin(ShopTokens tokens, AskShop ask) : IShopAdmin
{
    public async ValueTask<AdminAnswer> AskAsync(
        string storeId, AdminOperation operation, IReadOnlyDictionary<string, object?>? variables,
        CancellationToken cancel)
    {
        var token = await tokens.GetAsync(storeId, null, cancel);
        if (token is not ShopToken.Ready first) { return Without(token); }

        var answer = await ask(first.Access, operation, variables, cancel);
        if (answer is not AdminAnswer.SignedOut) { return answer; }

        token = await tokens.GetAsync(storeId, first.Access.Token, cancel);
        return token is ShopToken.Ready second ? await ask(second.Access, operation, variables, cancel)
            : Without(token);
    }

    private static AdminAnswer Without(ShopToken token) => token is ShopToken.Unavailable(var why)
        ? new AdminAnswer.Unavailable(why) : new AdminAnswer.SignedOut();
}
