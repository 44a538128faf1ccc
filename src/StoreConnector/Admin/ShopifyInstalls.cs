using System.Diagnostics;
using System.Globalization;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing;
using StoreConnector.Processing.Shopify;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What became of a shop that has the app open.</summary>
internal abstract record Installing
{
    /// <summary>It is a store of ours that we can reach.</summary>
    public sealed record Installed(string StoreId) : Installing;

    /// <summary>Shopify gave no token.</summary>
    public sealed record Refused(GrantRefusal Kind) : Installing;

    /// <summary>The app was taken away meanwhile.</summary>
    public sealed record Gone : Installing;

    /// <summary>The shop was reached, and cannot be a store of ours.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Impossible(string Why) : Installing;

    /// <summary>Not now: nothing is lost by trying again.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Unavailable(string Why) : Installing;
}

/// <summary>
/// Makes a store of a shop that has the app open. Over all copies of the service one at a time does so for one shop;
/// should two do it all the same, the domain row decides. Each step can be repeated, and what a crash leaves undone is
/// done when the app is opened again.
/// </summary>
internal sealed partial class ShopifyInstalls(
    StoreRegistry stores, IStoreDirectory directory, PassingRows passing, ShopTokens tokens, AskShop ask,
    DefaultChannels channels, BeginImport import, ILogger<ShopifyInstalls> log)
{
    /// <summary>How long a turn lasts at most, by the machine's clock: longer than all that is asked in it.</summary>
    private static readonly TimeSpan TurnLife = TimeSpan.FromSeconds(60);

    /// <summary>After a failure nobody asks Shopify for that shop for this long.</summary>
    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(2);

    /// <summary>How long one waits for another's turn to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(150);

    /// <summary>The shop's store, installed when it is not yet.</summary>
    /// <param name="shop">Its myshopify.com domain, verified.</param>
    /// <param name="grant">Asks for a token; only called when one is needed, and by one at a time.</param>
    /// <param name="always">Whether a token is asked for although we have one: the code of a callback is good once.
    /// </param>
    public async ValueTask<Installing> OpenAsync(
        string shop, Func<CancellationToken, ValueTask<TokenGrant>> grant, bool always, CancellationToken cancel)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (!always && await StandingAsync(shop, cancel) is { } standing) { return standing; }

            if (await TryTakeTurnAsync(shop, cancel) is { } turn)
            {
                // From here to the end, whoever asked may go away: half an installation helps nobody, and a token that
                // was given and not kept may have ended the one before. Everything inside has a time-out.
                return await InTurnAsync(shop, grant, always, turn);
            }

            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                return new Installing.Unavailable("The shop is being installed; try again in a moment.");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancel);
        }
    }

    /// <summary>The store, when it is one and its tokens last; what was left undone is done.</summary>
    private async ValueTask<Installing?> StandingAsync(string shop, CancellationToken cancel)
    {
        if (await stores.FindByDomainAsync(Platform.Shopify, shop, cancel) is not { Store.IsActive: true } found
            || await tokens.LastingAsync(found.Store.Id, cancel) is not { } pair) { return null; }

        if (!pair.IsSettled) { await SettleAsync(found.Store, cancel); }

        return new Installing.Installed(found.Store.Id);
    }

    private async ValueTask<Installing> InTurnAsync(
        string shop, Func<CancellationToken, ValueTask<TokenGrant>> grant, bool always, string turn)
    {
        Installing? done = null;
        try
        {
            done = always ? null : await StandingAsync(shop, default);
            done ??= await grant(default) switch
            {
                TokenGrant.Granted granted => await InstallAsync(shop, granted, default),
                TokenGrant.Refused(var kind) => new Installing.Refused(kind),
                TokenGrant.Unavailable(var why) => new Installing.Unavailable(why),
                var other => throw new UnreachableException(other.ToString()),
            };
            return done;
        }
        finally
        {
            await EndTurnAsync(shop, turn, done is Installing.Installed ? TimeSpan.Zero : CoolDown);
        }
    }

    private async ValueTask<Installing> InstallAsync(
        string shop, TokenGrant.Granted granted, CancellationToken cancel)
    {
        if (await stores.ReadByDomainAsync(Platform.Shopify, shop, cancel) is { Store: { IsActive: true } known })
        {
            return await KeepAsync(known, granted, cancel);
        }

        var answer = await ask(new(shop, granted.AccessToken), AdminOperations.Shop, null, cancel);
        if (answer is not AdminAnswer.Done(var data)) { return Without(answer); }

        var (store, missing) = ShopifyFacts.Read(data, shop, granted.AskedAt);
        if (store is null)
        {
            ShopUnreadable(log, missing!);
            return new Installing.Impossible($"Shopify's answer about the shop has no {missing} that we can use.");
        }

        var installed = (await stores.InstallAsync(store, cancel)).Store;
        // A farewell that came before the shop led to this store was written down instead; see ShopifyDoor.
        if (await FarewellAsync(shop, cancel) is { } at && at >= granted.AskedAt)
        {
            await directory.UninstallAsync(installed.Id, at, cancel);
            return new Installing.Gone();
        }

        Installed(log, installed.Id);
        return await KeepAsync(installed, granted, cancel);
    }

    private async ValueTask<Installing> KeepAsync(
        Store store, TokenGrant.Granted granted, CancellationToken cancel)
    {
        var isSettled = await tokens.KeepAsync(store.Id, granted, cancel);
        await stores.UpdateAsync(store.Id, s => s.ScopesAt >= granted.AskedAt ? s
            : s with { Scopes = [.. granted.Scopes], ScopesAt = granted.AskedAt }, cancel);
        if (!isSettled) { await SettleAsync(store, cancel); }

        return new Installing.Installed(store.Id);
    }

    /// <summary>What follows an installation, once; channels that somebody has set since stay as they are.</summary>
    private async ValueTask SettleAsync(Store store, CancellationToken cancel)
    {
        if (store.Email.Version == 1 && store.Sms.Version == 1) { await channels.GiveAsync(store.Id, cancel); }

        await import(store.Id, cancel);
        await tokens.SettleAsync(store.Id, cancel);
    }

    private static Installing Without(AdminAnswer answer) => answer switch
    {
        AdminAnswer.SignedOut => new Installing.Gone(),
        AdminAnswer.Unavailable(var why) => new Installing.Unavailable(why),
        AdminAnswer.Denied(var why) => new Installing.Impossible(why),
        _ => new Installing.Impossible("Shopify did not say what the shop is."),
    };

    private async ValueTask<DateTimeOffset?> FarewellAsync(string shop, CancellationToken cancel) =>
        await passing.FindAsync(PassingRows.Farewells, shop, cancel) is { } row
            ? DateTimeOffset.Parse(row.Value, CultureInfo.InvariantCulture) : null;

    /// <summary>Null while it is another's.</summary>
    private async ValueTask<string?> TryTakeTurnAsync(string shop, CancellationToken cancel)
    {
        var (turn, now) = ($"{Guid.NewGuid():N}", TimeProvider.System.GetUtcNow());
        var row = await passing.FindAsync(PassingRows.Turns, shop, cancel);
        var isFree = row is null || row.Until <= now || row.Until > now + 2 * TurnLife; // The last: a clock's mistake.
        return isFree && await passing.TryWriteAsync(
            PassingRows.Turns, shop, turn, now + TurnLife, row?.ETag, cancel) ? turn : null;
    }

    /// <summary>When it cannot be ended, it ends by itself.</summary>
    private async ValueTask EndTurnAsync(string shop, string turn, TimeSpan after)
    {
        if (await passing.FindAsync(PassingRows.Turns, shop, default) is not { } row || row.Value != turn) { return; }

        if (after == TimeSpan.Zero) { await passing.TryRemoveAsync(PassingRows.Turns, shop, row.ETag, default); }
        else
        {
            await passing.TryWriteAsync(PassingRows.Turns, shop, turn, TimeProvider.System.GetUtcNow() + after,
                row.ETag, default);
        }
    }

    [LoggerMessage(1151, LogLevel.Information, "Store {StoreId} was installed from Shopify")]
    private static partial void Installed(ILogger log, string storeId);

    [LoggerMessage(1152, LogLevel.Warning, "A Shopify shop could not be installed: its {Field} is missing or unknown")]
    private static partial void ShopUnreadable(ILogger log, string field);
}
