using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
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
    public sealed record Connected(string StoreId) : WooConnecting;

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

/// <summary>
/// Connects WooCommerce sites. A merchant's browser is sent to the site with a state that is good once, for ten minutes
/// and for that site; the site's own server brings the key to us by the same state; and the key is believed when it
/// opens that very site. Nothing is kept before.
/// </summary>
internal sealed partial class WooConnects(
    StoreRegistry stores, WooKeys keys, WooProofs proofs, WooApi api, PassingRows passing, DefaultChannels channels,
    WooRounds rounds, WooNetwork network, TimeProvider clock, ILogger<WooConnects> log)
{
    /// <summary>How long a merchant may take to say yes, and how long it is told what became of it.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>The most that begin in a minute in this process: anybody may, and each is a row.</summary>
    public const int MaxPerMinute = 120;

    /// <summary>
    /// How long one site's turn lasts at most, by the machine's clock: longer than all that is asked.
    /// </summary>
    private static readonly TimeSpan TurnLife = TimeSpan.FromMinutes(3);

    private readonly PerMinute begun = new(MaxPerMinute);

    /// <summary>The site that a merchant means; null when it is none that we call.</summary>
    public Uri? SiteOf(string? text) => WooSite.TryParse(text, network.AllowsPrivateHosts, out var site) ? site : null;

    /// <summary>Begins; null when too many do.</summary>
    public async ValueTask<string?> BeginAsync(Uri site, CancellationToken cancel)
    {
        if (!begun.TryCount()) { return null; }

        var state = RandomNumberGenerator.GetHexString(48, lowercase: true);
        await passing.TryWriteAsync(
            PassingRows.Sites, state, site.AbsoluteUri, clock.GetUtcNow() + Life, null, cancel);
        return state;
    }

    /// <summary>The site brought a key by that state.</summary>
    public async ValueTask<WooConnecting> FinishAsync(string state, BroughtKey brought, CancellationToken cancel)
    {
        if (await passing.FindAsync(PassingRows.Sites, state, cancel) is not { } row || row.Until <= clock.GetUtcNow()
            || !await passing.TryRemoveAsync(PassingRows.Sites, state, row.ETag, cancel))
        {
            return new WooConnecting.Unknown();
        }

        // From here to the end whoever asked may go away: what is half done would help nobody.
        var done = await ConnectAsync(new(row.Value), null, brought, default);
        var told = done switch
        {
            WooConnecting.No(_, var why) => why,
            WooConnecting.NotNow(var why) => why,
            _ => "",
        };
        await passing.TryWriteAsync(
            PassingRows.Connections, state, told, clock.GetUtcNow() + Life, null, default);
        return done;
    }

    /// <summary>What became of a state: empty when it is connected, else why not; null while nobody knows.</summary>
    public async ValueTask<string?> OutcomeAsync(string state, CancellationToken cancel) =>
        await passing.FindAsync(PassingRows.Connections, state, cancel) is { } row && row.Until > clock.GetUtcNow()
            ? row.Value : null;

    /// <summary>A key for a store that is one already, brought by hand.</summary>
    public async ValueTask<WooConnecting> SetAsync(
        Store store, Uri site, BroughtKey brought, CancellationToken cancel) => site.IdnHost == store.Domain
        ? await ConnectAsync(site, store, brought, cancel)
        : new WooConnecting.No("other-store",
            $"This store is {store.Domain}: a key of another site is another store's.");

    private async ValueTask<WooConnecting> ConnectAsync(
        Uri site, Store? store, BroughtKey brought, CancellationToken cancel)
    {
        if (await TryTakeTurnAsync(site, cancel) is not { } turn)
        {
            return new WooConnecting.NotNow("The site is being connected already; look again in a moment.");
        }

        try
        {
            return await proofs.ProveAsync(site, brought.Key, brought.Secret, cancel) switch
            {
                WooProof.Proven proven => await KeepAsync(store, proven, cancel),
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

    private async ValueTask<WooConnecting> KeepAsync(Store? store, WooProof.Proven proven, CancellationToken cancel)
    {
        store ??= await FindAsync(proven.Key.Site, cancel);
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

            await stores.CreateAsync(made, [], cancel); // Its hooks are made with its webhooks.
            await keys.KeepAsync(made.Id, proven.Key, cancel);
            await channels.GiveAsync(made.Id, cancel);
            store = made;
            Connected(log, store.Id);
        }
        else
        {
            await keys.KeepAsync(store.Id, proven.Key, cancel);
            KeyReplaced(log, store.Id);
        }

        await rounds.BeginAsync(store.Id, cancel);
        return new WooConnecting.Connected(store.Id);
    }

    /// <summary>
    /// The store of ours that the site is: the one with a key of it, else one without any, that was made by hand for
    /// the whole host.
    /// </summary>
    private async ValueTask<Store?> FindAsync(Uri site, CancellationToken cancel)
    {
        Store? byHand = null;
        foreach (var store in await stores.InstallationsAsync(Platform.WooCommerce, site.IdnHost, cancel))
        {
            if (store is not { IsActive: true, ErasingSince: null }) { continue; }

            var key = await keys.FindAsync(store.Id, cancel);
            if (key is { Key: { } known } && WooSite.IsHome(known.Site, site.AbsoluteUri)) { return store; }

            if (key?.Key is null && site.AbsolutePath == "/") { byHand ??= store; }
        }

        return byHand;
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
}
