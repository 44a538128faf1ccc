using System.Diagnostics;
using System.Xml;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What was found when the site was last looked at.</summary>
/// <param name="CheckedAt">When; null before the first look.</param>
/// <param name="Site">The site's home; null while there is no key.</param>
/// <param name="KeyRefusedAt">Since when the site does not take our key; null while it does.</param>
/// <param name="Version">WooCommerce's.</param>
/// <param name="HasCompanion">Whether the companion plugin is on; null when the site did not say.</param>
/// <param name="Subscriptions">The webhooks to us, by topic.</param>
/// <param name="Removed">How many webhooks of ours were too many, and went.</param>
/// <param name="FeedsItself">
/// Whether somebody's webhook listens to <c>action.woocommerce_cart_updated</c>, which never ends: switch it off.
/// </param>
/// <param name="OtherSenders">Plugins that remind of carts, too: ours stay in the shadow.</param>
/// <param name="MaySend">Plugins that can; whether they do is set there.</param>
/// <param name="Why">What could not be looked at or mended; null when all could.</param>
/// <param name="Companion">What the companion plugin said; null when there is none, or it did not answer.</param>
/// <param name="Reconciled">What changed and was compared; null before the first round.</param>
internal sealed record WooCheckModel(
    DateTimeOffset? CheckedAt, Uri? Site, DateTimeOffset? KeyRefusedAt, string? Version, bool? HasCompanion,
    IReadOnlyList<WooSubscription> Subscriptions, int Removed, bool FeedsItself, IReadOnlyList<string> OtherSenders,
    IReadOnlyList<string> MaySend, string? Why, CompanionModel? Companion,
    WooReconciledModel? Reconciled);

/// <summary>What was asked of the site whether or not its webhooks told of it.</summary>
/// <param name="At">When a round last went all the way.</param>
/// <param name="Why">Why the last one did not; null when it did.</param>
internal sealed record WooReconciledModel(
    DateTimeOffset? At, string? Why, WooTally Orders, WooTally Products, WooTally Customers)
{
    public static WooReconciledModel? Of(WooSyncState state) => state.BegunAt is null ? null : new(
        state.At, state.Why, state.Orders?.Tally ?? WooTally.None, state.Products?.Tally ?? WooTally.None,
        state.Customers?.Tally ?? WooTally.None);
}

/// <summary>The companion plugin of a site.</summary>
/// <param name="Version">Its own.</param>
/// <param name="IsConnected">Whether it has what links and its page are signed with.</param>
/// <param name="Code">
/// Why not: <c>state</c>, <c>other-store</c>, <c>other-service</c>, <c>refused</c>, <c>not-now</c>; null when it has.
/// </param>
/// <param name="Why">The same, a plain sentence.</param>
/// <param name="Settings">The switches on the site: <c>email_box</c>, <c>sms_box</c>, <c>capture</c> …</param>
/// <param name="OldestPending">How long the oldest delivery waits there, ISO 8601; null: none does.</param>
/// <param name="Hints">What is amiss on the site, plain sentences.</param>
internal sealed record CompanionModel(
    string? Version, bool IsConnected, string? Code, string? Why, IReadOnlyDictionary<string, bool> Settings,
    string? OldestPending, IReadOnlyList<string> Hints)
{
    public static CompanionModel? Of(CompanionFindings? found) => found is null ? null
        : new(found.Version, found.IsConnected, found.Code, found.Why, found.Settings,
            found.OldestPending is { } waits ? XmlConvert.ToString(waits) : null, [.. HintsOf(found)]);

    private static IEnumerable<string> HintsOf(CompanionFindings found)
    {
        if (found.IsCronLate) { yield return ToDoModel.SiteCron.Why; }

        if (found.ClockOff is { } off)
        {
            var side = off > TimeSpan.Zero ? "fast" : "slow";
            yield return FormattableString.Invariant($"The site's clock is {off.Duration().TotalMinutes:0} minutes ")
                + side + ": the page in wp-admin may not open. The site's host can mend it.";
        }
    }
}

/// <summary>A key made by hand: WooCommerce, Settings, Advanced, REST API, with the permission Read/Write.</summary>
/// <param name="Site">The site's home, as WordPress has it under Settings, General.</param>
/// <param name="ConsumerKey">Begins with <c>ck_</c>.</param>
/// <param name="ConsumerSecret">Begins with <c>cs_</c>; never shown again.</param>
internal sealed record WooKeysModel(string Site, string ConsumerKey, string ConsumerSecret);

/// <summary>What a merchant sees of a WooCommerce site.</summary>
internal static class WooCommerceApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/woocommerce/check", CheckAsync).WithSummary(
            "What the site really has: webhooks to us, other senders, whether it takes our key.");
        api.MapPost("/woocommerce/check", LookAsync).WithSummary("Looks again, soon.");
        api.MapPut("/woocommerce/keys", SetKeysAsync).WithSummary("Takes a key made by hand, once the site agrees.")
            .Accepts<WooKeysModel>("application/json").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/woocommerce", DisconnectAsync).WithSummary(
            "Takes the connection away: at once nothing leaves and nothing is taken in; webhooks and keys go, soon.")
            .WithDescription("Who connects the site again within 30 days finds everything as it was; then it is "
                + "erased. With ?erase=true it is erased at once.");
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> DisconnectAsync(
        string storeId, bool? erase, IStoreDirectory stores, WooFarewell farewell, CancellationToken cancel)
    {
        if (await FindAsync(storeId, stores, cancel) is not { Store: var store }) { return NoSite(); }

        await farewell.BeginAsync(store, erase == true, cancel);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Ok<WooCheckModel>, ProblemHttpResult>> CheckAsync(
        string storeId, IStoreDirectory stores, WooKeys keys, CancellationToken cancel)
    {
        if (await FindAsync(storeId, stores, cancel) is not { } store) { return NoSite(); }

        var key = (await keys.FindAsync(storeId, cancel))?.Key;
        var found = await WooCheck.ReadAsync(store, cancel);
        return TypedResults.Ok(new WooCheckModel(found?.At, key?.Site, key?.RefusedAt, found?.Version,
            found?.HasCompanion, found?.Subscriptions ?? [], found?.Removed ?? 0, found?.FeedsItself ?? false,
            found?.OtherSenders ?? [], found?.MaySend ?? [], found?.Why, CompanionModel.Of(found?.Companion),
            WooReconciledModel.Of((await WooSyncState.ReadAsync(store, cancel)).State)));
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> LookAsync(
        string storeId, IStoreDirectory stores, WooCheck check, CancellationToken cancel)
    {
        if (await FindAsync(storeId, stores, cancel) is null) { return NoSite(); }

        await check.AskAsync(storeId, cancel);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetKeysAsync(
        string storeId, HttpRequest request, IStoreDirectory stores, WooConnects connects, CancellationToken cancel)
    {
        if (await FindAsync(storeId, stores, cancel) is not { Store: var store }) { return NoSite(); }

        const string Home = "the site's home, for example https://shop.example.com";
        const string Form = "1 to 100 letters, digits, _ and -";
        var body = await JsonBody.ReadAsync(request, cancel);
        var site = connects.SiteOf(body.Text("site", Home));
        if (site is null) { body.Refuse("site", body.Field("site"), Home); }

        var (key, secret) = (Secret(body, "consumerKey"), Secret(body, "consumerSecret"));
        if (body.Errors().Count > 0) { return Problem.Of(body.Errors()); }

        return await connects.SetAsync(store, site!, new(key!, secret!), cancel) switch
        {
            WooConnecting.Connected => TypedResults.NoContent(),
            WooConnecting.No(var code, var why) =>
                Problem.Of(StatusCodes.Status422UnprocessableEntity, code, why),
            WooConnecting.NotNow(var why) =>
                Problem.Of(StatusCodes.Status503ServiceUnavailable, "site-unavailable", why),
            var other => throw new UnreachableException(other.ToString()),
        };

        // What was sent is not repeated, not even to who sent it.
        static string? Secret(JsonBody body, string name)
        {
            if (body.Text(name, Form)?.Trim() is { } text && WooProofs.IsKey(text)) { return text; }

            body.Refuse(new(name, "What was sent", Form));
            return null;
        }
    }

    private static async ValueTask<StoreContext?> FindAsync(
        string storeId, IStoreDirectory stores, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { Store.Platform: Platform.WooCommerce } store ? store : null;

    private static ProblemHttpResult NoSite() => Problem.NotFound("There is no such WooCommerce store.");
}
