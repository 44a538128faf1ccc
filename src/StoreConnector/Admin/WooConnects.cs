using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Core.Events;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What became of a site that gave us a key.</summary>
internal abstract record WooConnecting
{
    /// <summary>It is a store of ours, and the key is kept.</summary>
    /// <param name="StoreId">Which.</param>
    /// <param name="But">What the companion made of it, a plain sentence; null when all went well.</param>
    public sealed record Connected(string StoreId, string? But) : WooConnecting;

    /// <summary>The site cannot answer us while it waits for our answer: the key is tried when the browser is back.
    /// </summary>
    public sealed record Later : WooConnecting;

    /// <summary>Nothing was asked for by that name, or it is over.</summary>
    public sealed record Unknown : WooConnecting;

    /// <summary>It cannot be: nothing is kept.</summary>
    /// <param name="Code">For programs.</param>
    /// <param name="Why">A plain sentence: what it is, what to do.</param>
    public sealed record No(string Code, string Why) : WooConnecting;

    /// <summary>Not now: nothing is kept, and nothing is lost by beginning anew.</summary>
    /// <param name="Why">A plain sentence.</param>
    public sealed record NotNow(string Why) : WooConnecting;
}

/// <summary>A key that somebody brought: WooCommerce's callback, or a merchant's paste.</summary>
/// <param name="Key">The consumer key.</param>
/// <param name="Secret">The consumer secret.</param>
internal sealed record BroughtKey(string Key, string Secret)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(BroughtKey); // Never the key.

    /// <summary>A callback's body, or null for what is none.</summary>
    public static (BroughtKey Key, string State)? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, Payload.Options);
            var said = new Payload(json.RootElement);
            return said["consumer_key"].Text is { } key && said["consumer_secret"].Text is { } secret
                && said["user_id"].Text is { } state && WooProofs.IsKey(key) && WooProofs.IsKey(secret)
                ? (new(key, secret), state) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a browser was sent to a site for.</summary>
/// <param name="Site">Which site: the key must be its.</param>
/// <param name="Browser">A hash of the browser's cookie.</param>
/// <param name="State">The companion's, of the merchant's press of Connect; null without one.</param>
/// <param name="Return">Where the browser goes in the end, on that site; null: nowhere.</param>
internal sealed record WooAsked(Uri Site, string Browser, string? State, Uri? Return);

/// <summary>What became of it.</summary>
/// <param name="IsConnected">Whether the site is a store of ours.</param>
/// <param name="Why">Why not, or what went wrong beside it; null when all went well, or to another browser.</param>
/// <param name="Browser">A hash of the cookie of the browser that began.</param>
/// <param name="Return">Where that goes back to; null to another browser.</param>
internal sealed record WooOutcome(bool IsConnected, string? Why, string Browser, Uri? Return)
{
    /// <summary>Whether it is told to the browser that began.</summary>
    public bool IsOwn => Browser.Length > 0;
}

/// <summary>
/// Connects WooCommerce sites. A merchant's browser is sent to the site with a state that is good once, for ten minutes
/// and for that site; the site's own server brings the key to us by the same state; and the key is believed when it
/// opens that very site. Nothing is kept before.
/// <para>
/// The state is bound to the browser by a cookie. Anybody may begin for any site, and lead a merchant to that site's
/// own question: what comes of it is a store of the merchant's own site, whose page opens by a secret that only that
/// site is told, so that a stranger has gained nothing. But the last step, back to an address that whoever began chose,
/// and why something failed, are for the browser that began alone: nobody is moved about in their own wp-admin, or
/// takes a stranger's site for theirs, by following a link.
/// </para>
/// <para>
/// The site waits for our answer to its callback, and at anything but 200 takes the key back, which is what a key
/// deserves that proves nothing. So it is proven first. But a host with a single PHP worker cannot answer meanwhile:
/// after <see cref="AnswerWithin"/> it is told 200, and the key is proven when the browser is back, for then the worker
/// is free. Until then it is kept, protected, as a passing row and used for nothing; when it proves nothing it is
/// forgotten, and the merchant is told to delete it, which only they can.
/// </para>
/// </summary>
internal sealed partial class WooConnects(
    StoreRegistry stores, WooKeys keys, WooSecrets secrets, WooProofs proofs, WooCompanion companion, WooApi api,
    PassingRows passing, DefaultChannels channels, WooRounds rounds, WooNetwork network,
    IDataProtectionProvider protection, TimeProvider clock, ILogger<WooConnects> log)
{
    /// <summary>How long a merchant may take to say yes, and how long it is told what became of it.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>The most that begin in a minute in this process: anybody may, and each is a row.</summary>
    public const int MaxPerMinute = 120;

    /// <summary>The longest address to come back to, in characters.</summary>
    public const int MaxReturn = 500;

    /// <summary>Digits of a companion's state.</summary>
    public const int StateDigits = 32;

    private const string Again = " It is tried again within the hour.", Delete = "The key that was made for us is kept "
        + "nowhere here: delete it in WooCommerce, Settings, Advanced, REST API.";

    /// <summary>
    /// How long one site's turn lasts at most, by the machine's clock: longer than all that is asked.
    /// </summary>
    private static readonly TimeSpan TurnLife = TimeSpan.FromMinutes(3);

    private readonly PerMinute begun = new(MaxPerMinute);
    private readonly IDataProtector protector = protection.CreateProtector("StoreConnector.WooConnects.v1");

    /// <summary>
    /// How long a site that waits for us is asked before it is taken for one that cannot answer meanwhile, by the
    /// machine's clock. WooCommerce waits a minute; a site with workers to spare needs a second or three.
    /// </summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The site that a merchant means; null when it is none that we call.</summary>
    public Uri? SiteOf(string? text) => WooSite.TryParse(text, network.AllowsPrivateHosts, out var site) ? site : null;

    /// <summary>
    /// Whether the browser may be sent there in the end: a page of that very site, by https as the site itself.
    /// </summary>
    public static bool IsReturn(Uri site, string? text, out Uri? back) =>
        Uri.TryCreate(text, UriKind.Absolute, out back) && text!.Length <= MaxReturn
        && back is { UserInfo: "", Fragment: "" } && back.Scheme == site.Scheme && back.Port == site.Port
        && string.Equals(back.IdnHost, site.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a companion may have made it.</summary>
    public static bool IsState(string text) => text.Length == StateDigits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>A text for a browser's cookie.</summary>
    public static string NewBrowser() => RandomNumberGenerator.GetHexString(48, lowercase: true);

    /// <summary>Begins; null when too many do.</summary>
    /// <param name="site">Which site.</param>
    /// <param name="browser">What the browser's cookie holds.</param>
    /// <param name="companionState">The companion's; null without one.</param>
    /// <param name="back">Where the browser goes in the end; null: nowhere.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<string?> BeginAsync(
        Uri site, string browser, string? companionState, Uri? back, CancellationToken cancel)
    {
        if (!begun.TryCount()) { return null; }

        var state = RandomNumberGenerator.GetHexString(48, lowercase: true);
        var asked = new WooAsked(site, HashOf(browser), companionState, back);
        await passing.TryWriteAsync(
            PassingRows.Sites, state, Write(asked), clock.GetUtcNow() + Life, null, cancel);
        return state;
    }

    /// <summary>The site brought a key by that state.</summary>
    public async ValueTask<WooConnecting> FinishAsync(string state, BroughtKey brought, CancellationToken cancel)
    {
        if (await passing.FindAsync(PassingRows.Sites, state, cancel) is not { } row || row.Until <= clock.GetUtcNow()
            || Read<WooAsked>(row.Value) is not { } asked
            || !await passing.TryRemoveAsync(PassingRows.Sites, state, row.ETag, cancel))
        {
            return new WooConnecting.Unknown();
        }

        // From here to the end whoever asked may go away: what is half done would help nobody.
        using var limit = new CancellationTokenSource(AnswerWithin, TimeProvider.System);
        try
        {
            return await TellAsync(
                state, asked, await ConnectAsync(asked.Site, null, brought, asked.State, limit.Token));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            var kept = protector.Protect(Write(new Pending(asked, brought.Key, brought.Secret)));
            await passing.TryWriteAsync(
                PassingRows.Brought, state, kept, clock.GetUtcNow() + Life, null, default);
            PutOff(log);
            return new WooConnecting.Later();
        }
    }

    /// <summary>
    /// What became of a state, as far as that browser may know; null while nobody knows. A key that was put off is
    /// tried now: the site has sent the browser on, and can answer.
    /// </summary>
    public async ValueTask<WooOutcome?> SeeAsync(string state, string? browser, CancellationToken cancel)
    {
        if (await passing.FindAsync(PassingRows.Brought, state, cancel) is { } row && row.Until > clock.GetUtcNow()
            && await passing.TryRemoveAsync(PassingRows.Brought, state, row.ETag, cancel)
            && Read<Pending>(protector.Unprotect(row.Value)) is { } put)
        {
            var done = await ConnectAsync(put.Asked.Site, null, new(put.Key, put.Secret), put.Asked.State, default);
            await TellAsync(state, put.Asked, done switch
            {
                WooConnecting.No(var code, var why) => new WooConnecting.No(code, $"{why} {Delete}"),
                WooConnecting.NotNow(var why) => new WooConnecting.NotNow($"{why} {Delete}"),
                _ => done,
            });
        }

        return await passing.FindAsync(PassingRows.Connections, state, cancel) is { } found
            && found.Until > clock.GetUtcNow() && Read<WooOutcome>(found.Value) is { } outcome
            ? IsBrowser(outcome.Browser, browser) ? outcome : outcome with { Why = null, Browser = "", Return = null }
            : null;
    }

    /// <summary>Where the browser that began, and was told no, goes back to; null: nowhere.</summary>
    public async ValueTask<Uri?> WayBackAsync(string state, string? browser, CancellationToken cancel) =>
        await passing.FindAsync(PassingRows.Sites, state, cancel) is { } row && row.Until > clock.GetUtcNow()
        && Read<WooAsked>(row.Value) is { } asked && IsBrowser(asked.Browser, browser) ? asked.Return : null;

    /// <summary>A key for a store that is one already, brought by hand.</summary>
    public async ValueTask<WooConnecting> SetAsync(
        Store store, Uri site, BroughtKey brought, CancellationToken cancel) => site.IdnHost == store.Domain
        ? await ConnectAsync(site, store, brought, null, cancel)
        : new WooConnecting.No("other-store",
            $"This store is {store.Domain}: a key of another site is another store's.");

    private async ValueTask<WooConnecting> TellAsync(string state, WooAsked asked, WooConnecting done)
    {
        var why = done switch
        {
            WooConnecting.Connected(_, var but) => but,
            WooConnecting.No(_, var no) => no,
            WooConnecting.NotNow(var later) => later,
            _ => throw new UnreachableException(done.ToString()),
        };
        var outcome = new WooOutcome(done is WooConnecting.Connected, why, asked.Browser, asked.Return);
        await passing.TryWriteAsync(
            PassingRows.Connections, state, Write(outcome), clock.GetUtcNow() + Life, null, default);
        return done;
    }

    /// <summary>The cookie itself is not kept.</summary>
    private static string HashOf(string browser) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(browser)));

    private static bool IsBrowser(string hash, string? browser) => browser is not null
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(HashOf(browser)));

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, EventJson.Options);

    /// <summary>Null for a row of an older version: it lives for minutes.</summary>
    private static T? Read<T>(string value)
        where T : class
    {
        try { return JsonSerializer.Deserialize<T>(value, EventJson.Options); }
        catch (JsonException) { return null; }
    }

    private sealed record Pending(WooAsked Asked, string Key, string Secret)
    {
        public override string ToString() => nameof(Pending); // Never the key.
    }

    /// <param name="cancel">Ends it as long as nothing is kept.</param>
    private async ValueTask<WooConnecting> ConnectAsync(
        Uri site, Store? store, BroughtKey brought, string? state, CancellationToken cancel)
    {
        if (await TryTakeTurnAsync(site, default) is not { } turn)
        {
            return new WooConnecting.NotNow("The site is being connected already; look again in a moment.");
        }

        try
        {
            return await proofs.ProveAsync(site, brought.Key, brought.Secret, cancel) switch
            {
                WooProof.Proven proven => await KeepAsync(store, proven, state, cancel),
                WooProof.No(var code, var why) => new WooConnecting.No(code, why),
                WooProof.NotNow(var why) => new WooConnecting.NotNow(why),
                var other => throw new UnreachableException(other.ToString()),
            };
        }
        finally
        {
            await passing.TryRemoveAsync(PassingRows.Turns, TurnOf(site), turn, default);
        }
    }

    private async ValueTask<WooConnecting> KeepAsync(
        Store? store, WooProof.Proven proven, string? state, CancellationToken cancel)
    {
        store ??= await FindAsync(proven.Key.Site, default);
        if (store is null)
        {
            var access = WooAdmin.AccessOf(proven.Key);
            var settings = await api.AskAsync(access, WooFacts.Settings, cancel);
            var index = await api.AskAsync(access, WooFacts.Index, cancel);
            if (settings is not WooAnswer.Done(var set, _, _) || index is not WooAnswer.Done(var names, _, _))
            {
                return new WooConnecting.NotNow("The site let us in and then did not say what it is. Try again.");
            }

            var (made, missing) = WooFacts.Read(proven.Key.Site, proven.Status, set, names, clock.GetUtcNow());
            if (made is null)
            {
                return new WooConnecting.No("site-unusable", $"The site has no {missing} that we can use. Set it, and "
                    + "connect again.");
            }

            await stores.CreateAsync(made, [], default); // Its hooks are made with its webhooks.
            await keys.KeepAsync(made.Id, proven.Key, default);
            await channels.GiveAsync(made.Id, default);
            store = made;
            Connected(log, store.Id);
        }
        else
        {
            // Who left and comes back in time finds all as it was. Before the key: see WooFarewell.
            await stores.UpdateAsync(store.Id, s => s.IsActive ? s : s with { UninstalledAt = null }, default);
            await keys.KeepAsync(store.Id, proven.Key, default);
            KeyReplaced(log, store.Id);
        }

        await secrets.TakeAsync(store.Id, proven.Key.Site, default);
        await rounds.BeginAsync(store.Id, default);
        return new WooConnecting.Connected(store.Id, await GiveSecretAsync(store.Id, state, cancel));
    }

    /// <summary>What the companion made of it; null when it is connected, or when none is meant.</summary>
    private async ValueTask<string?> GiveSecretAsync(string storeId, string? state, CancellationToken cancel)
    {
        try
        {
            return await companion.ConnectAsync(storeId, state, cancel) switch
            {
                CompanionAnswer.Connected => null,
                CompanionAnswer.None => state is null ? null : "The plugin on the site was not reached: switch it off "
                    + "and on again under Plugins. It is tried again each hour.",
                CompanionAnswer.Refused(_, var why) => why,
                CompanionAnswer.NotNow(var why) => why + Again,
                var other => throw new UnreachableException(other.ToString()),
            };
        }
        catch (OperationCanceledException)
        {
            return "The plugin on the site did not answer in time." + Again;
        }
    }

    /// <summary>
    /// The store of ours that the site is: the one with a key of it; else the one that left, and was it; else one
    /// without any key, that was made by hand for the whole host.
    /// </summary>
    private async ValueTask<Store?> FindAsync(Uri site, CancellationToken cancel)
    {
        Store? left = null, byHand = null;
        foreach (var store in await stores.InstallationsAsync(Platform.WooCommerce, site.IdnHost, cancel))
        {
            if (store.ErasingSince is not null) { continue; }

            if (!store.IsActive)
            {
                var was = await secrets.FindAsync(store.Id, cancel);
                if (was is not null && WooSite.IsHome(was.Site, site.AbsoluteUri)) { left = store; }

                continue;
            }

            var key = await keys.FindAsync(store.Id, cancel);
            if (key is { Key: { } known } && WooSite.IsHome(known.Site, site.AbsoluteUri)) { return store; }

            if (key?.Key is null && site.AbsolutePath == "/") { byHand ??= store; }
        }

        return left ?? byHand;
    }

    private static string TurnOf(Uri site) => "woocommerce " + site.AbsoluteUri;

    /// <summary>The turn's version; null while it is another's.</summary>
    private async ValueTask<string?> TryTakeTurnAsync(Uri site, CancellationToken cancel)
    {
        var (about, now) = (TurnOf(site), TimeProvider.System.GetUtcNow());
        var row = await passing.FindAsync(PassingRows.Turns, about, cancel);
        var isFree = row is null || row.Until <= now || row.Until > now + 2 * TurnLife; // The last: a clock's mistake.
        var (turn, until) = ($"{Guid.NewGuid():N}", now + TurnLife);
        return isFree && await passing.TryWriteAsync(PassingRows.Turns, about, turn, until, row?.ETag, cancel)
            && await passing.FindAsync(PassingRows.Turns, about, cancel) is { } mine && mine.Value == turn
            ? mine.ETag : null;
    }

    [LoggerMessage(1161, LogLevel.Information, "Store {StoreId} was connected from WooCommerce")]
    private static partial void Connected(ILogger log, string storeId);

    [LoggerMessage(1162, LogLevel.Information, "Store {StoreId} has a new key of its WooCommerce site")]
    private static partial void KeyReplaced(ILogger log, string storeId);

    [LoggerMessage(1163, LogLevel.Information, "A WooCommerce site did not answer while it waited for us: its key is "
        + "tried when the browser is back")]
    private static partial void PutOff(ILogger log);
}
