using System.Text.Json;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>What was found when a site was last looked at.</summary>
/// <param name="At">When.</param>
/// <param name="Version">WooCommerce's; null when the site did not say.</param>
/// <param name="HasCompanion">Whether the companion plugin is on; null when the site did not say.</param>
/// <param name="Subscriptions">By topic.</param>
/// <param name="Removed">How many webhooks of ours were taken away.</param>
/// <param name="FeedsItself">Whether somebody's webhook keeps the site busy without end.</param>
/// <param name="OtherSenders">Plugins that remind of carts, too.</param>
/// <param name="MaySend">Plugins that can, and may be set not to.</param>
/// <param name="Why">What could not be looked at or mended, a plain sentence; null when all could.</param>
internal sealed record WooFindings(DateTimeOffset At, string? Version, bool? HasCompanion,
    IReadOnlyList<WooSubscription> Subscriptions, int Removed, bool FeedsItself, IReadOnlyList<string> OtherSenders,
    IReadOnlyList<string> MaySend, string? Why)
{
    /// <summary>
    /// Whether the site calls another address its home: what it says then may be another's, and is not read.
    /// </summary>
    public bool IsElsewhere { get; init; }

    /// <summary>What the companion said; null when there is none, or it did not answer.</summary>
    public CompanionFindings? Companion { get; init; }
}

/// <summary>
/// Looks at a WooCommerce site each hour: mends its webhooks to us, and sees who else reminds of carts there. While
/// somebody does, ours stay in the shadow. That a plugin is on does not prove that it sends: who lets ours go on all
/// the same is believed until another such plugin appears.
/// </summary>
internal sealed class WooCheck(IStoreDirectory stores, WooKeys keys, WooAdmin admin, WooSubscriptions subscriptions,
    WooCompanion companion, IQueue imports, TimeProvider clock) : IImportHandler, INightly
{
    /// <summary>How old a look may be: the work of the night is asked for each hour.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(50);

    /// <summary>The companion plugin's folder.</summary>
    public const string Companion = "storeconnector";

    private const string Partition = "checks", Row = "woo";

    private const int MaxPlugins = 500, MaxVersion = 40;

    private static readonly WooCall Question = WooCall.Get("wc/v3/system_status", ("_fields",
        "environment.version,environment.home_url,active_plugins"));

    /// <inheritdoc/>
    public string Import => "woo-check";

    /// <summary>Looks soon.</summary>
    public ValueTask AskAsync(string storeId, CancellationToken cancel) =>
        imports.SendAsync([new(Queues.Write(new ImportMessage(1, storeId, Import, "")))], cancel);

    /// <summary>What was found last; null before the first look.</summary>
    public static async ValueTask<WooFindings?> ReadAsync(StoreContext store, CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(Partition, Row, cancel) is { } row
            ? Json.Read<WooFindings>(row.Value, "a site's findings") : null;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var store in await stores.ActiveAsync(Platform.WooCommerce, cancel))
        {
            if (await keys.FindAsync(store.Store.Id, cancel) is null
                || (await ReadAsync(store, cancel))?.At > clock.GetUtcNow() - Fresh) { continue; }

            await AskAsync(store.Store.Id, cancel);
        }
    }

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is { Store: { IsActive: true,
            Platform: Platform.WooCommerce } } store) { await LookAsync(store, cancel); }
    }

    /// <summary>Looks and mends now.</summary>
    public async ValueTask<WooFindings> LookAsync(StoreContext store, CancellationToken cancel)
    {
        var (now, before) = (clock.GetUtcNow(), await ReadAsync(store, cancel));
        var answer = await admin.AskAsync(store.Store.Id, Question, cancel);
        var found = answer is WooAnswer.Done(var status, _, _)
            ? await LookAsync(store, status, now, cancel) : Unseen(now, WooSubscriptions.WhyNot(answer));
        found = WithOwnMail(found, before);
        // What the site did not say now is as it was.
        var kept = found.HasCompanion is null && before is not null
            ? found with { OtherSenders = before.OtherSenders, MaySend = before.MaySend } : found;
        if (found.HasCompanion is not null) { await HoldAsync(store.Store, before, found, cancel); }

        await store.Customers.Table.TryWriteAsync(Partition, [new TableWrite.Put(Row, Json.Write(kept))], cancel);
        return kept;
    }

    private async ValueTask<WooFindings> LookAsync(
        StoreContext store, JsonElement status, DateTimeOffset now, CancellationToken cancel)
    {
        var said = new Payload(status);
        // A site that was copied brings its keys along: the copy's webhooks are not to lead to us.
        if (await keys.FindAsync(store.Store.Id, cancel) is { Key: { } key }
            && !WooSite.IsHome(key.Site, said["environment"]["home_url"].Text))
        {
            return Unseen(now, "The site calls another address its home now: connect it again by that address.") with
            {
                IsElsewhere = true,
            };
        }

        var plugins = said["active_plugins"].Items.Take(MaxPlugins)
            .Select(p => p["plugin"].Text).OfType<string>().ToList();
        var hasCompanion = plugins.Exists(p => p.Split('/')[0] == Companion);
        var told = hasCompanion ? await companion.LookAsync(store.Store.Id, cancel) : null;
        var (sure, perhaps) = CartMailers.Among(plugins, told?.Senders ?? []);
        var healed = await subscriptions.HealAsync(store, hasCompanion, cancel);
        return new(now, Wording.Cut(said["environment"]["version"].Text, MaxVersion), hasCompanion, healed.All,
            healed.Removed, healed.FeedsItself, sure, perhaps, healed.Why) { Companion = told?.Findings };
    }

    /// <summary>Of WooCommerce's own mail the companion alone knows: while it is silent, it is as it was.</summary>
    private static WooFindings WithOwnMail(WooFindings found, WooFindings? before) =>
        found is { HasCompanion: true, Companion: null } && before?.OtherSenders.Contains(CartMailers.Own) == true
            ? found with { OtherSenders = [CartMailers.Own, .. found.OtherSenders] } : found;

    private static WooFindings Unseen(DateTimeOffset now, string why) =>
        new(now, null, null, [], 0, false, [], [], why);

    private async ValueTask HoldAsync(
        Store store, WooFindings? before, WooFindings found, CancellationToken cancel)
    {
        var isOn = found.OtherSenders.Count > 0;
        var isNew = found.OtherSenders.Except(before?.OtherSenders ?? []).Any();
        if (isOn && !isNew) { return; } // It stands, or the merchant let ours go on.

        await OtherSenders.HoldAsync(stores, store, isOn,
            $"{string.Join(" and ", found.OtherSenders)} reminds of carts in this store, too: two would go to "
            + $"everybody. Switch it off in WordPress under {Where(found)}; ours begin by themselves within two hours. "
            + "If it is set not to send, release this.", found.At, cancel);
    }

    private static string Where(WooFindings found) => !found.OtherSenders.Contains(CartMailers.Own) ? "Plugins"
        : found.OtherSenders.Count == 1 ? "WooCommerce, Settings, Emails"
        : "Plugins, and under WooCommerce, Settings, Emails";
}
