using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Storage;

namespace StoreConnector.Processing.Shopify;

/// <summary>
/// Keeps the tokens of stores that nobody asked for long, and forgets those of stores that left or that nothing leads
/// to: a shop has one refresh token at a time.
/// </summary>
internal sealed class TokenCare(
    StoreRegistry stores, PlatformTokens tokens, ShopTokens shops, PassingRows passing, SignIns signIns,
    TimeProvider clock) : INightly
{
    /// <summary>When this many in a row were not answered, the rest waits for the next time.</summary>
    public const int MaxUnanswered = 3;

    public async Task RunAsync(CancellationToken cancel)
    {
        await passing.SweepAsync(clock.GetUtcNow(), cancel);
        await signIns.SweepAsync(cancel);
        var unanswered = 0;
        foreach (var store in (await stores.ListAsync(cancel)).Select(s => s.Store))
        {
            if (store.Platform != Platform.Shopify || await tokens.FindAsync(store.Id, cancel) is not { } read)
            {
                continue;
            }

            if (!await IsTheShopsAsync(store, cancel)) { await tokens.ForgetAsync(store.Id, cancel); }
            else if (read.Tokens is { RefusedAt: null } pair && pair.GrantedAt <= clock.GetUtcNow() - ShopTokens.Idle)
            {
                var token = await shops.GetAsync(store.Id, null, cancel);
                unanswered = token is ShopToken.Unavailable ? unanswered + 1 : 0;
                if (unanswered == MaxUnanswered) { return; }
            }
        }
    }

    private async ValueTask<bool> IsTheShopsAsync(Store store, CancellationToken cancel) => store.IsActive
        && (await stores.FindByDomainAsync(store.Platform, store.Domain, cancel))?.Store.Id == store.Id;
}
