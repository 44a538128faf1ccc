using System.Globalization;
using System.Text.Json;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing.Shopify;

/// <summary>What was found when a shop was last looked at.</summary>
/// <param name="At">When.</param>
/// <param name="OtherSender">
/// Whether the shop's own mails about abandoned checkouts went out lately; null when it did not say.
/// </param>
/// <param name="MissingScopes">What we need and were not granted.</param>
/// <param name="StrayWebhooks">
/// Topics that an older version subscribed to in this shop alone: they come twice, which does no harm but costs.
/// </param>
/// <param name="Why">What could not be looked at, a plain sentence; null when all could.</param>
internal sealed record ShopFindings(DateTimeOffset At, bool? OtherSender, IReadOnlyList<string> MissingScopes,
    IReadOnlyList<string> StrayWebhooks, string? Why);

/// <summary>
/// Looks what a Shopify shop really has: the scopes it granted, webhooks that are not the app's own, and whether its
/// own reminders are on. While they are, cart reminders stay in the shadow: nobody is reminded twice.
/// </summary>
/// <remarks>
/// No operation says whether the automation is switched on. What it did says it: checkouts of the last days to which
/// the shop sent its mail, or has one scheduled. Source: shopify.dev, abandonedCheckoutsCount, filter email_state
/// (2026-10).
/// </remarks>
internal sealed class ShopCheck(
    IStoreDirectory stores, IShopAdmin admin, IQueue imports, LinkBase address, TimeProvider clock)
    : IImportHandler, INightly
{
    /// <summary>How far back the shop's own mails count.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(3);

    private const string Partition = "checks", Row = "shop";

    private const int MaxStray = 100;

    /// <inheritdoc/>
    public string Import => "check";

    /// <summary>Looks soon.</summary>
    public ValueTask AskAsync(string storeId, CancellationToken cancel) =>
        imports.SendAsync([new(Queues.Write(new ImportMessage(1, storeId, Import, "")))], cancel);

    /// <summary>What was found last; null before the first look.</summary>
    public static async ValueTask<ShopFindings?> ReadAsync(StoreContext store, CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(Partition, Row, cancel) is { } row
            ? Json.Read<ShopFindings>(row.Value, "a shop's findings") : null;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var store in await stores.ActiveAsync(Platform.Shopify, cancel))
        {
            if ((await ReadAsync(store, cancel))?.At > clock.GetUtcNow() - TimeSpan.FromHours(20)) { continue; }

            await AskAsync(store.Store.Id, cancel);
        }
    }

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is not { Store: { IsActive: true,
            Platform: Platform.Shopify } } store) { return; }

        var now = clock.GetUtcNow();
        var (granted, noScopes) = await AskAsync(store, AdminOperations.CurrentAppInstallation, null, Granted, cancel);
        var (webhooks, noWebhooks) = await AskAsync(store, AdminOperations.WebhookList,
            new() { ["first"] = MaxStray }, data => Topics(data), cancel);
        var (other, noOther) = await OtherSenderAsync(store, now, cancel);
        var missing = granted is null ? [] : ShopifyScopes.Required.Where(s => !ShopifyScopes.Has(granted, s)).ToList();
        var noPixel = granted is not null && ShopifyScopes.Pixel.All(s => ShopifyScopes.Has(granted, s))
            ? await SetPixelAsync(store, cancel) : null;
        var found = new ShopFindings(
            now, other, missing, webhooks ?? [], noScopes ?? noWebhooks ?? noOther ?? noPixel);
        await store.Customers.Table.TryWriteAsync(Partition, [new TableWrite.Put(Row, Json.Write(found))], cancel);
        if (other is { } isOn)
        {
            await OtherSenders.HoldAsync(stores, store.Store, isOn,
                "Shopify's own reminders about abandoned checkouts are on: two would go to everybody. Switch them off "
                + $"in Shopify ({PageOf(store.Store.Domain)}); ours begin by themselves within a day.", now, cancel);
        }
    }

    private async ValueTask<(bool? IsOn, string? Why)> OtherSenderAsync(
        StoreContext store, DateTimeOffset now, CancellationToken cancel)
    {
        var since = (now - Lately).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var (count, why) = await AskAsync(store, AdminOperations.RemindersSent, new()
        {
            ["sent"] = $"email_state:sent created_at:>='{since}'",
            ["scheduled"] = $"email_state:scheduled created_at:>='{since}'",
        }, data => new Count(Number(data, "sent") + Number(data, "scheduled")), cancel);
        return (count is null ? null : count.Number > 0, why);

        static int Number(JsonElement data, string name) => data.GetProperty(name).GetProperty("count").GetInt32();
    }

    /// <summary>What the answer says, or why there is none.</summary>
    private async ValueTask<(T? Said, string? Why)> AskAsync<T>(
        StoreContext store, AdminOperation operation, Dictionary<string, object?>? variables,
        Func<JsonElement, T> read, CancellationToken cancel)
        where T : class => await admin.AskAsync(store.Store.Id, operation, variables, cancel) switch
    {
        AdminAnswer.Done { Data: var data } => (read(data), null),
        AdminAnswer.Denied denied => (null, denied.Why),
        AdminAnswer.Unavailable unavailable => (null, unavailable.Why),
        AdminAnswer.SignedOut => (null, "We are not signed in at the shop: open the app in Shopify once."),
        _ => (null, $"The shop did not answer {operation.Name}."),
    };

    /// <summary>Where the merchant switches them off. Not tried on a live shop.</summary>
    private static string PageOf(string domain) =>
        $"https://admin.shopify.com/store/{domain.Split('.')[0]}/marketing/automations";

    private static HashSet<string> Granted(JsonElement data) =>
        new Payload(data)["currentAppInstallation"]["accessScopes"].Items
            .Select(s => s["handle"].Text).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>Switches the web pixel on, once the merchant allows it, and keeps it pointed at us.</summary>
    /// <returns>Why it is not; null when it is.</returns>
    private async ValueTask<string?> SetPixelAsync(StoreContext store, CancellationToken cancel)
    {
        var settings = JsonSerializer.Serialize(
            new { endpoint = address.Own("/storefront/shopify/events").AbsoluteUri });
        var pixel = new Dictionary<string, object?> { ["settings"] = settings };
        // A shop without our pixel may answer null or refuse: not tried on a live shop; either way it is made.
        var standing = await admin.AskAsync(store.Store.Id, AdminOperations.WebPixelGet, null, cancel)
            is AdminAnswer.Done { Data: var data } ? new Payload(data)["webPixel"] : default;
        if (standing["settings"].Text == settings) { return null; }

        var answer = standing["id"].Text is { } id
            ? await admin.AskAsync(store.Store.Id, AdminOperations.WebPixelUpdate, new Dictionary<string, object?>
            {
                ["id"] = id, ["pixel"] = pixel,
            }, cancel)
            : await admin.AskAsync(store.Store.Id, AdminOperations.WebPixelCreate,
                new Dictionary<string, object?> { ["pixel"] = pixel }, cancel);
        return answer is AdminAnswer.Done ? null : "The shop did not switch the web pixel on.";
    }

    private static List<string> Topics(JsonElement data) => [.. new Payload(data)["webhookSubscriptions"]["nodes"].Items
        .Select(n => n["topic"].Text).OfType<string>().Distinct().Take(MaxStray)];

    private sealed record Count(int Number);
}
