using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Processing.Shopify;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What wants a merchant's attention.</summary>
/// <param name="Holds">
/// What we stopped, and why; <c>DELETE …/holds/{what}</c> lets go on what the merchant may release.
/// </param>
/// <param name="Unknown">Messages of which nobody knows whether they left; they are never repeated.</param>
/// <param name="BudgetsSpent">Channels whose month's budget is spent.</param>
/// <param name="ToDo">What only the merchant can do.</param>
internal sealed record NoticesModel(
    IReadOnlyList<HoldModel> Holds, IReadOnlyList<UnknownSendModel> Unknown, IReadOnlyList<string> BudgetsSpent,
    IReadOnlyList<ToDoModel> ToDo);

/// <summary>Something that only the merchant can do; it goes by itself when it is done.</summary>
/// <param name="Code">
/// <c>open-app</c>: open the app in Shopify once; <c>connect-again</c>: give us a key of the WooCommerce site;
/// <c>let-us-in</c>: the site has not let itself be read for a while; <c>connect-plugin</c>: its plugin does not take
/// the connection; <c>site-cron</c>: the site's own tasks stand still.
/// </param>
/// <param name="Why">A plain sentence: what happened, what to do.</param>
internal sealed record ToDoModel(string Code, string Why)
{
    /// <summary>The shop can no longer be reached, or soon no longer.</summary>
    public static readonly ToDoModel OpenApp = new("open-app",
        "Shopify no longer lets us reach your shop for you. Open StoreConnector in your Shopify admin once, and it "
        + "goes on by itself. Until then events still arrive, but products, coupons and consents cannot be read or "
        + "written.");

    /// <summary>The site does not take our key any more.</summary>
    public static readonly ToDoModel ConnectAgain = new("connect-again",
        "Your site no longer takes StoreConnector's key: it was revoked, or who made it may no longer manage "
        + "WooCommerce. Connect again from WooCommerce, StoreConnector. Until then webhooks may stop, and nothing can "
        + "be read or mended.");

    /// <summary>The site cannot be read, for a reason that the merchant can do something about.</summary>
    public static ToDoModel LetUsIn(string why) => new("let-us-in",
        why + " Until then what webhooks do not bring is missing; it is fetched as soon as the site can be read.");

    /// <summary>Webhooks wait on the site.</summary>
    public static readonly ToDoModel SiteCron = new("site-cron",
        "Your site's own scheduled tasks do not run: orders and carts reach StoreConnector hours late or not at all. "
        + "Ask your host to call wp-cron.php each minute; WooCommerce, Status, Scheduled Actions shows what waits.");

    /// <summary>What the last look at a WooCommerce site leaves to the merchant.</summary>
    public static IEnumerable<ToDoModel> Of(CompanionFindings? companion)
    {
        if (companion is { IsConnected: false, Why: { } why, Code: not "not-now" })
        {
            yield return new("connect-plugin", why);
        }

        if (companion?.IsCronLate == true) { yield return SiteCron; }
    }
}

/// <summary>A message of which nobody knows whether it left.</summary>
internal sealed record UnknownSendModel(
    string CustomerKey, string Automation, int Step, string Channel, DateTimeOffset At);

/// <summary>Orders that messages brought.</summary>
/// <param name="Window">How long after a click an order is its, ISO 8601.</param>
internal sealed record CreditsModel(
    int Days, string Window, IReadOnlyList<CreditModel> Automations);

/// <summary>Orders that one automation brought, in one currency.</summary>
internal sealed record CreditModel(string Automation, int Orders, decimal? Total, string? Currency);

/// <summary>What went wrong, and what came of what went right.</summary>
internal static class NoticesApi
{
    private const int MaxDays = 400;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/notices", NoticesAsync).WithSummary(
            "What wants attention: holds, unknown outcomes, budgets, and what only the merchant can do.");
        api.MapDelete("/holds/{what}", ReleaseAsync).WithSummary("Lets go on what we stopped; a plan does so itself.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/credits", CreditsAsync).WithSummary(
            "Orders that messages brought: the last click within five days, each order once.");
    }

    private static async Task<Results<Ok<NoticesModel>, ProblemHttpResult>> NoticesAsync(
        string storeId, IStoreDirectory stores, ShopTokens tokens, WooAdmin sites, TimeProvider clock,
        CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { Store: var store } found) { return StoreApi.NoStore(); }

        IReadOnlyList<ToDoModel> toDo = !store.IsActive ? []
            : await tokens.WantsOpeningAsync(storeId, cancel) ? [ToDoModel.OpenApp]
            : await sites.WantsConnectingAsync(storeId, cancel) ? [ToDoModel.ConnectAgain]
            : (await WooSyncState.ReadAsync(found, cancel)).State is { Failures: >= WooRounds.Often, Why: { } why }
                ? [ToDoModel.LetUsIn(why)]
            : [.. ToDoModel.Of((await WooCheck.ReadAsync(found, cancel))?.Companion)];
        var spent = new List<string>();
        foreach (var channel in Enum.GetValues<Channel>())
        {
            var isUsed = channel == Channel.Email || store.Sms.MonthlyBudget > 0;
            if (isUsed && await Budget.LeftAsync(found, channel, clock.GetUtcNow(), cancel) <= 0)
            {
                spent.Add(Store.HoldOf(channel));
            }
        }

        return TypedResults.Ok(new NoticesModel(
            [.. HoldModel.OfPlan(store), .. store.Holds.Keys.Select(what => HoldModel.Of(store, what)!)],
            [.. (await Sends.UnknownAsync(found, cancel)).Select(s => new UnknownSendModel(
                s.CustomerKey, s.Automation, s.Step, Store.HoldOf(s.Channel), s.At))], spent, toDo));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ReleaseAsync(
        string storeId, string what, StoreRegistry stores, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { Store: var store }) { return StoreApi.NoStore(); }

        if (what == HoldModel.Plan && store.NoPlan is { } unpaid)
        {
            return Problem.Of(StatusCodes.Status409Conflict, unpaid.Code, unpaid.Why);
        }

        if (!store.Holds.ContainsKey(what)) { return Problem.NotFound("Nothing of that name is stopped."); }

        await stores.UpdateAsync(storeId, s => s with { Holds = s.Holds.Remove(what) }, cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<CreditsModel>, ProblemHttpResult>> CreditsAsync(
        string storeId, int? days, IStoreDirectory stores, TimeProvider clock, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        if (days is < 1 or > MaxDays)
        {
            return Problem.Of([new("days", "That number", $"a whole number from 1 to {MaxDays}")]);
        }

        var (span, now) = (days ?? 30, clock.GetUtcNow());
        var totals = new Dictionary<(string Automation, string? Currency), (int Orders, decimal Total)>();
        await foreach (var order in Credits.ReadAsync(store, now.AddDays(-span), now, cancel))
        {
            var key = (order.Credit.Automation, order.Total?.Currency);
            var (orders, total) = totals.GetValueOrDefault(key);
            totals[key] = (orders + 1, total + (order.Total?.Amount ?? 0));
        }

        return TypedResults.Ok(new CreditsModel(span, System.Xml.XmlConvert.ToString(Core.Insights.Attribution.Window),
            [.. totals.OrderBy(t => t.Key.Automation, StringComparer.Ordinal).Select(t => new CreditModel(
                t.Key.Automation, t.Value.Orders, t.Key.Currency is null ? null : t.Value.Total, t.Key.Currency))]));
    }
}
