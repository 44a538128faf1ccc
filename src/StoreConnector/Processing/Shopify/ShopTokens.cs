using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.Shopify;

/// <summary>How a store's shop is reached now.</summary>
internal abstract record ShopToken
{
    /// <summary>With this.</summary>
    public sealed record Ready(ShopAccess Access) : ShopToken;

    /// <summary>Not before the merchant has opened the app.</summary>
    public sealed record SignedOut : ShopToken;

    /// <summary>Not now.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Unavailable(string Why) : ShopToken;
}

/// <summary>
/// A good access token for a store. It lives an hour; the next pair is got shortly before its end by one asker over all
/// copies of the service, who holds a lease in the row. Others use the old one while it lives, or wait. An asker who
/// died lets its lease run out; an answer that was lost is asked for again with the same refresh token, which Shopify
/// keeps good until the next one is used.
/// </summary>
internal sealed partial class ShopTokens(
    StoreRegistry stores, PlatformTokens tokens, TokenGrants grants, TimeProvider clock, ILogger<ShopTokens> log)
{
    /// <summary>How long before its end a token is replaced.</summary>
    public static readonly TimeSpan RefreshBefore = TimeSpan.FromMinutes(5);

    /// <summary>After this without a new pair one is got, long before the refresh token's 90 days are over.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromDays(7);

    /// <summary>How long a refresh token that was refused is believed to be no good.</summary>
    public static readonly TimeSpan RefusalLife = TimeSpan.FromHours(1);

    /// <summary>How long the lease is, by the machine's clock: longer than what is asked under it.</summary>
    public static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(30);

    /// <summary>After a failure nobody asks for this long, by the machine's clock.</summary>
    public static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(5);

    /// <summary>How long one waits for another's new pair, by the machine's clock.</summary>
    private static readonly TimeSpan Patience = LeaseLife + CoolDown;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <summary>How the store's shop is reached.</summary>
    /// <param name="refused">A token that the shop no longer takes; null when none is known to be bad.</param>
    public async ValueTask<ShopToken> GetAsync(string storeId, string? refused, CancellationToken cancel)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await StoreAsync(storeId, cancel) is not { } store
                || await tokens.FindAsync(storeId, cancel) is not { Tokens: { } pair } read)
            {
                return new ShopToken.SignedOut();
            }

            var (now, isGood) = (clock.GetUtcNow(), pair.AccessToken != refused);
            isGood = isGood && pair.ExpiresAt > now;
            if (isGood && (pair.ExpiresAt - now > RefreshBefore || !CanRefresh(pair, now) || IsHeld(pair)))
            {
                return new ShopToken.Ready(new(store.Domain, pair.AccessToken));
            }

            if (!CanRefresh(pair, now)) { return new ShopToken.SignedOut(); }

            if (!IsHeld(pair))
            {
                if (await RefreshAsync(store, pair, read.ETag, cancel) is { } fresh) { return fresh; }
            }
            else if (pair.Lease!.Failed is { } why)
            {
                return new ShopToken.Unavailable(why);
            }
            else if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                return new ShopToken.Unavailable("Another copy of the service has been getting a token for too long.");
            }
            else
            {
                await Task.Delay(BetweenLooks, TimeProvider.System, cancel);
            }
        }
    }

    /// <summary>Keeps what Shopify gave for an open app; a pair that was asked for later stays.</summary>
    /// <returns>Whether everything that follows an installation was begun before.</returns>
    public async ValueTask<bool> KeepAsync(string storeId, TokenGrant.Granted granted, CancellationToken cancel)
    {
        while (true)
        {
            var read = await tokens.FindAsync(storeId, cancel);
            var isSettled = read?.Tokens?.IsSettled ?? false;
            if (read?.Tokens?.OpenedAt > granted.AskedAt
                || await tokens.TrySaveAsync(
                    storeId, Of(granted) with { IsSettled = isSettled }, read?.ETag, cancel))
            {
                return isSettled;
            }
        }
    }

    /// <summary>What is known of a store's tokens; null when it has none that last.</summary>
    public async ValueTask<StoreTokens?> LastingAsync(string storeId, CancellationToken cancel) =>
        await tokens.FindAsync(storeId, cancel) is { Tokens: { IsWhole: true, RefusedAt: null } pair }
            && pair.RefreshExpiresAt > clock.GetUtcNow() ? pair : null;

    /// <summary>Notes that everything that follows an installation was begun.</summary>
    public async ValueTask SettleAsync(string storeId, CancellationToken cancel)
    {
        while (await tokens.FindAsync(storeId, cancel) is { Tokens: { IsSettled: false } pair } read
            && !await tokens.TrySaveAsync(storeId, pair with { IsSettled = true }, read.ETag, cancel))
        {
            // Another writer came first: the row is read again.
        }
    }

    /// <summary>Whether the merchant is to open the app: we cannot, or soon cannot, reach the shop.</summary>
    public async ValueTask<bool> WantsOpeningAsync(string storeId, CancellationToken cancel) =>
        await tokens.FindAsync(storeId, cancel) is not null && await LastingAsync(storeId, cancel) is null;

    private async ValueTask<Store?> StoreAsync(string storeId, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { Store: { IsActive: true, Platform: Platform.Shopify } store }
            ? store : null;

    /// <summary>Takes the lease, asks, keeps the answer. Null: look again.</summary>
    private async ValueTask<ShopToken?> RefreshAsync(
        Store store, StoreTokens pair, string etag, CancellationToken cancel)
    {
        var held = pair with { Lease = Lease(LeaseLife, null) };
        if (!await tokens.TrySaveAsync(store.Id, held, etag, cancel)
            || await tokens.FindAsync(store.Id, cancel) is not { Tokens: { } mine } read || mine.Lease != held.Lease)
        {
            return null;
        }

        var answer = await grants.RefreshAsync(store.Domain, pair.RefreshToken!, pair.MintedBy, cancel);
        var next = answer switch
        {
            TokenGrant.Granted granted => After(pair, granted),
            TokenGrant.Refused { Kind: GrantRefusal.App } => held with { Lease = Lease(CoolDown, NotOurs(store.Id)) },
            TokenGrant.Refused => Dead(store.Id, pair),
            TokenGrant.Unavailable(var why) => held with { Lease = Lease(CoolDown, why) },
            _ => throw new System.Diagnostics.UnreachableException(answer.ToString()),
        };

        // When another wrote since, its row counts: the merchant opened the app, or our lease had run out.
        return await tokens.TrySaveAsync(store.Id, next, read.ETag, cancel) && answer is TokenGrant.Granted
            ? new ShopToken.Ready(new(store.Domain, next.AccessToken)) : null;
    }

    private StoreTokens Dead(string storeId, StoreTokens pair)
    {
        TokenRefused(log, storeId);
        return pair with { Lease = null, RefusedAt = clock.GetUtcNow() };
    }

    private string NotOurs(string storeId)
    {
        AppRefused(log, storeId);
        return "Shopify does not take the app's client id and secret.";
    }

    private static StoreTokens Of(TokenGrant.Granted granted) => new()
    {
        AccessToken = granted.AccessToken,
        ExpiresAt = granted.ExpiresAt,
        RefreshToken = granted.RefreshToken,
        RefreshExpiresAt = granted.RefreshExpiresAt,
        Scopes = granted.Scopes,
        MintedBy = granted.MintedBy,
        GrantedAt = granted.AskedAt,
        OpenedAt = granted.AskedAt,
        IsWhole = granted.IsWhole,
    };

    /// <summary>The next pair; where Shopify gave no new refresh token, the last one may still be good.</summary>
    private static StoreTokens After(StoreTokens before, TokenGrant.Granted granted) => Of(granted) with
    {
        RefreshToken = granted.RefreshToken ?? before.RefreshToken,
        RefreshExpiresAt = granted.RefreshToken is null ? before.RefreshExpiresAt : granted.RefreshExpiresAt,
        Scopes = granted.Scopes.Count > 0 ? granted.Scopes : before.Scopes,
        OpenedAt = before.OpenedAt,
        IsSettled = before.IsSettled,
    };

    private static bool CanRefresh(StoreTokens pair, DateTimeOffset now) => pair.RefreshToken is not null
        && pair.RefreshExpiresAt > now && !(pair.RefusedAt > now - RefusalLife);

    /// <summary>One that ends in a far future is a clock's mistake, and nobody's.</summary>
    private static bool IsHeld(StoreTokens pair)
    {
        var now = TimeProvider.System.GetUtcNow();
        return pair.Lease is { } lease && now < lease.Until && lease.Until < now + 2 * LeaseLife;
    }

    private static TokenLease Lease(TimeSpan life, string? failed) =>
        new($"{Guid.NewGuid():N}", TimeProvider.System.GetUtcNow() + life, failed);

    [LoggerMessage(2351, LogLevel.Warning,
        "Store {StoreId}: Shopify refused the refresh token; the merchant must open the app in Shopify once")]
    private static partial void TokenRefused(ILogger log, string storeId);

    [LoggerMessage(2352, LogLevel.Error, "Store {StoreId}: Shopify does not take Shopify:ClientId with any of "
        + "Shopify:ClientSecret; set those of the app that the store installed")]
    private static partial void AppRefused(ILogger log, string storeId);
}
