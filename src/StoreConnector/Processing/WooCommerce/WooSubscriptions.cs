using StoreConnector.Core.Stores;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>One topic that a site delivers to us, or should.</summary>
/// <param name="Topic">For example <c>order.updated</c>.</param>
/// <param name="State">
/// <c>active</c>, <c>created</c> or <c>recreated</c> just now, <c>paused</c> by somebody in WooCommerce,
/// <c>needs-companion</c>, or <c>failed</c>.
/// </param>
internal sealed record WooSubscription(string Topic, string State);

/// <summary>What a look at a site's webhooks came to.</summary>
/// <param name="All">By topic; empty when the site did not list them.</param>
/// <param name="Removed">How many of ours were taken away: repeated ones, and ones that lead nowhere.</param>
/// <param name="FeedsItself">
/// Whether somebody's webhook listens to <see cref="WooSubscriptions.SelfFeeding"/>, which never ends.
/// </param>
/// <param name="Why">What could not be done; null when all could.</param>
internal sealed record WooHealing(
    IReadOnlyList<WooSubscription> All, int Removed, bool FeedsItself, string? Why);

/// <summary>
/// Keeps a site's webhooks to us as they should be: one for each topic, each with its own path and secret, active. A
/// site never delivers twice and disables a webhook after its seventh failure in a row; made active again, it is
/// disabled by the next single failure, so that it is made anew. Who paused one meant it. The new one is made before
/// the old one goes: what happens meanwhile comes twice, not never. A repeat does no harm, and mends what a crash or a
/// second copy of the service left. Source: measured on WooCommerce 10.5.0.
/// </summary>
internal sealed class WooSubscriptions(StoreRegistry stores, WooAdmin admin, LinkBase address)
{
    /// <summary>The topics; each is made when the site knows it.</summary>
    public static readonly IReadOnlyList<string> Topics =
    [
        "order.created", "order.updated", "order.deleted", "order.restored",
        "product.created", "product.updated", "product.deleted", "product.restored",
        "customer.created", "customer.updated", "customer.deleted", Cart,
    ];

    /// <summary>The companion plugin's own topic: without it WooCommerce refuses it.</summary>
    public const string Cart = "cart.updated";

    /// <summary>Each run of its queue fires this again: an endless loop. Never ours.</summary>
    public const string SelfFeeding = "action.woocommerce_cart_updated";

    /// <summary>Where deliveries come to; a token follows.</summary>
    public const string Path = "/webhooks/woocommerce/";

    private const string Resource = "wc/v3/webhooks";

    private const string Partition = "woo", Row = "hooks";

    private const int MaxPages = 10;

    /// <summary>All webhooks of a site.</summary>
    public static readonly WooCall List = WooCall.Get(Resource, ("_fields", "id,status,topic,delivery_url"));

    /// <summary>Looks only: one question.</summary>
    /// <returns>Whether each topic has one that is active, or that somebody paused; why not known, else.</returns>
    public async ValueTask<(bool? AreWell, string? Why)> LookAsync(
        StoreContext store, bool hasCompanion, CancellationToken cancel)
    {
        var listed = await admin.ListAsync(store.Store.Id, List, MaxPages, cancel);
        if (WooApi.ItemsOf(listed) is not { } items) { return (null, WhyNot(listed)); }

        var (own, _) = await SortAsync(store.Store, [.. items.Select(Webhook.Read).OfType<Webhook>()], cancel);
        return (Topics.Where(t => t != Cart || hasCompanion).All(topic =>
            own.Exists(o => o.Hook.Topic == topic && o.Webhook.Status is ("active" or "paused"))), null);
    }

    /// <summary>Looks, and mends.</summary>
    public async ValueTask<WooHealing> HealAsync(StoreContext store, bool hasCompanion, CancellationToken cancel)
    {
        var listed = await admin.ListAsync(store.Store.Id, List, MaxPages, cancel);
        if (WooApi.ItemsOf(listed) is not { } items) { return new([], 0, false, WhyNot(listed)); }

        var all = items.Select(Webhook.Read).OfType<Webhook>().OrderBy(w => w.Id).ToList();
        var (own, dead) = await SortAsync(store.Store, all, cancel);
        var known = await ReadAsync(store, cancel);
        var (states, why) = (new List<WooSubscription>(), default(string));
        foreach (var topic in Topics.Where(t => t != Cart || hasCompanion))
        {
            var mine = own.Where(o => o.Hook.Topic == topic).ToList();
            var kept = mine.Find(o => o.Webhook.Status == "active") ?? mine.Find(o => o.Webhook.Status == "paused");
            var made = kept is null ? await MakeAsync(store, topic, mine, known, cancel) : null;
            states.Add(new(topic, kept?.Webhook.Status
                ?? (made is not WooAnswer.Done ? "failed" : mine.Count > 0 ? "recreated" : "created")));
            if (made is null or WooAnswer.Done) { dead.AddRange(mine.Where(o => o != kept).Select(o => o.Webhook)); }
            else { why ??= WhyNot(made); } // The disabled one stays to be seen.

            // A site that is in trouble, or that lets us in no more, is not asked eleven times more.
            if (made is not (null or WooAnswer.Done or WooAnswer.Refused)) { return new(states, 0, false, why); }
        }

        if (!hasCompanion) { states.Add(new(Cart, "needs-companion")); }

        why ??= await RemoveAsync(store.Store, dead, cancel);
        return new(states, dead.Count, all.Exists(w => w.Topic == SelfFeeding), why);
    }

    /// <summary>Takes one away.</summary>
    public static WooCall Removal(long id) => WooCall.Delete(FormattableString.Invariant($"{Resource}/{id}"));

    /// <summary>Why not; null when all are gone.</summary>
    private async ValueTask<string?> RemoveAsync(Store store, List<Webhook> dead, CancellationToken cancel)
    {
        foreach (var webhook in dead)
        {
            var gone = await admin.AskAsync(store.Id, Removal(webhook.Id), cancel);
            if (gone is not (WooAnswer.Done or WooAnswer.Refused { Status: 404 })) { return WhyNot(gone); }
        }

        return null;
    }

    /// <summary>
    /// Ours by the address: those of this store by the path's token, and those that lead to no store any more. Those of
    /// another store of ours, or of another service, are left alone.
    /// </summary>
    private async ValueTask<(List<Own> Own, List<Webhook> Dead)> SortAsync(
        Store store, List<Webhook> all, CancellationToken cancel)
    {
        var (own, dead, begin) = (new List<Own>(), new List<Webhook>(), address.Own(Path).AbsoluteUri);
        foreach (var webhook in all.Where(w => w.Url.StartsWith(begin, StringComparison.Ordinal)))
        {
            var hook = await stores.FindHookAsync(webhook.Url[begin.Length..], cancel);
            if (hook?.StoreId == store.Id && hook.Topic == webhook.Topic) { own.Add(new(webhook, hook)); }
            else if (hook is null || hook.StoreId == store.Id
                || await stores.FindAsync(hook.StoreId, cancel) is not { Store.IsActive: true })
            {
                dead.Add(webhook);
            }
        }

        return (own, dead);
    }

    /// <summary>The path of a topic: the one that was made for it before, or a new one.</summary>
    private async ValueTask<StoreHook> HookAsync(
        StoreContext store, string topic, Dictionary<string, string> known, CancellationToken cancel)
    {
        if (known.TryGetValue(topic, out var token) && await stores.FindHookAsync(token, cancel) is { } standing
            && standing.StoreId == store.Store.Id) { return standing; }

        var hook = await stores.AddHookAsync(store.Store.Id, topic, cancel);
        known[topic] = hook.Token;
        await store.Customers.Table.TryWriteAsync(
            Partition, [new TableWrite.Put(Row, Json.Write(known))], cancel);
        return hook;
    }

    /// <summary>Makes a topic's webhook; the site calls us once meanwhile, and is answered.</summary>
    private async ValueTask<WooAnswer> MakeAsync(
        StoreContext store, string topic, List<Own> before, Dictionary<string, string> known, CancellationToken cancel)
    {
        var hook = before.FirstOrDefault()?.Hook ?? await HookAsync(store, topic, known, cancel);
        return await admin.AskAsync(store.Store.Id, WooCall.Post(Resource, new
        {
            name = "StoreConnector " + hook.Topic,
            topic = hook.Topic,
            delivery_url = address.Own(Path + hook.Token).AbsoluteUri,
            secret = hook.Secret,
        }), cancel);
    }

    private static async ValueTask<Dictionary<string, string>> ReadAsync(
        StoreContext store, CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(Partition, Row, cancel) is { } row
            ? Json.Read<Dictionary<string, string>>(row.Value, "a store's hooks") : [];

    /// <summary>A plain sentence.</summary>
    internal static string WhyNot(WooAnswer answer) => answer switch
    {
        WooAnswer.SignedOut => "The site does not take our key any more: connect it again.",
        WooAnswer.Denied(var why) => why,
        WooAnswer.Broken(_, var why) => why,
        WooAnswer.Unavailable(var why) => why,
        WooAnswer.Forbidden(var why) => why,
        WooAnswer.Refused refused => $"The site refused it ({refused.Status} {refused.Code}).",
        _ => "The site did not list its webhooks.",
    };

    private sealed record Own(Webhook Webhook, StoreHook Hook);

    private sealed record Webhook(long Id, string Status, string Topic, string Url)
    {
        public static Webhook? Read(System.Text.Json.JsonElement item)
        {
            var said = new Payload(item);
            return said["id"].Id is { } id && said["status"].Text is { } status && said["topic"].Text is { } topic
                && said["delivery_url"].Text is { } url ? new(id, status, topic, url) : null;
        }
    }
}
