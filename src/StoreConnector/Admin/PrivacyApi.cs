using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using StoreConnector.Core.Stores;
using StoreConnector.Processing;
using StoreConnector.Processing.Law;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>An export in the list: who is said by key alone.</summary>
/// <param name="Status"><c>waiting</c>, <c>ready</c> or <c>nothing-kept</c>.</param>
/// <param name="By"><c>platform</c>: the person asked there; or <c>merchant</c>.</param>
internal sealed record DataRequestModel(
    string Id, DateTimeOffset At, DateTimeOffset Until, string Status, string By, IReadOnlyList<string> Customers)
{
    public static DataRequestModel Of(DataExport export) => new(
        export.Id, export.At, export.At + DataRequests.Life,
        JsonNamingPolicy.KebabCaseLower.ConvertName(export.Status.ToString()),
        export.ByPlatform ? "platform" : "merchant", export.Keys);
}

/// <summary>A request of the law, and what came of it. It names nobody.</summary>
/// <param name="DoneAt">Null while it is under way.</param>
/// <param name="Store">The store's id, or a hash of its domain when nothing else is kept of it.</param>
/// <param name="Who">A hash of the person's id under a key of the store's own.</param>
internal sealed record ReceiptModel(
    string Topic, DateTimeOffset At, DateTimeOffset? DoneAt, string? Outcome, string Store, string? Who);

/// <summary>What a store pays for, and who pays the texts.</summary>
/// <param name="Plan">The plan's name; null when none was named.</param>
/// <param name="Handle">Its short name.</param>
/// <param name="Status"><c>not-needed</c>, <c>active</c>, <c>pending</c>, <c>frozen</c>, <c>cancelled</c> …</param>
/// <param name="At">As of when.</param>
/// <param name="Notice">Why nothing leaves; null when messages may.</param>
internal sealed record PlanModel(
    string? Plan, string? Handle, string Status, DateTimeOffset? At, string? Notice, string TextsPaidBy)
{
    /// <summary>Texts go through the store's own account: we charge none.</summary>
    private const string OwnAccount = "your own account at the text provider";

    public static PlanModel Of(Store store) => store.Plan?.Current is { } plan
        ? new(plan.Name, plan.Handle, JsonNamingPolicy.KebabCaseLower.ConvertName(plan.Status.ToString()), plan.At,
            store.NoPlan?.Why, OwnAccount)
        : new(null, null, "not-needed", null, null, OwnAccount);
}

/// <summary>What the law gives people and stores a right to: exports, and proof of what was done.</summary>
internal static class PrivacyApi
{
    public static void MapStore(RouteGroupBuilder api)
    {
        api.MapGet("/data-requests", ListAsync).WithSummary(
            "Exports of what is kept of a person, newest first; each for 30 days.");
        api.MapGet("/data-requests/{id}", ReadAsync).WithSummary("One export: JSON, or ?format=html for people.");
        api.MapPost("/customers/{key}/export", AskAsync).WithSummary(
            "Asks for the export of one customer; it is listed as waiting until it is made.");
        api.MapGet("/plan", PlanAsync).WithSummary("What the store pays for, and who pays the texts.");
    }

    public static void MapOperator(RouteGroupBuilder api) =>
        api.MapGet("/receipts", ReceiptsAsync).WithSummary(
            "Requests of the law of one shop, by storeId or domain, oldest first: when they came and were done.")
            .ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<Results<Ok<Items<DataRequestModel>>, ProblemHttpResult>> ListAsync(
        string storeId, IStoreDirectory stores, DataRequests requests, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is not { } store ? StoreApi.NoStore()
            : TypedResults.Ok(new Items<DataRequestModel>(
                [.. (await requests.ListAsync(store, cancel)).Select(DataRequestModel.Of)]));

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> ReadAsync(
        string storeId, string id, string? format, HttpResponse response, IStoreDirectory stores,
        DataRequests requests, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        if (format is not (null or "json" or "html"))
        {
            return Problem.Of([new("format", "That form", "json or html")]);
        }

        if (await requests.FindAsync(store, id, cancel) is not { Status: not ExportStatus.Waiting } export
            || await DataRequests.ReadAsync(store, export, cancel) is not { } body)
        {
            return Problem.NotFound("There is no such export, or not yet.");
        }

        response.Headers[HeaderNames.CacheControl] = "no-store";
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        if (format != "html")
        {
            return TypedResults.Content(Encoding.UTF8.GetString(body), "application/json; charset=utf-8");
        }

        response.Headers[HeaderNames.ContentSecurityPolicy] = ExportPage.ContentSecurityPolicy;
        return TypedResults.Content(ExportPage.Html(body), "text/html; charset=utf-8");
    }

    private static async Task<Results<Accepted<DataRequestModel>, ProblemHttpResult>> AskAsync(
        string storeId, string key, IStoreDirectory stores, DataRequests requests, Merges merges,
        CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        if (!CustomerReader.IsKey(key)) { return Problem.NotFound("There is no such customer."); }

        var root = await merges.ResolveAsync(store, key, cancel);
        if ((await store.Customers.ReadHeadAsync(root, cancel)).Head is not Core.Customers.Head.Live)
        {
            return Problem.NotFound("There is no such customer.");
        }

        var asked = DataRequestModel.Of(await requests.AskAsync(store, root, cancel));
        return TypedResults.Accepted($"/api/stores/{storeId}/data-requests/{asked.Id}", asked);
    }

    private static async Task<Results<Ok<PlanModel>, ProblemHttpResult>> PlanAsync(
        string storeId, StoreRegistry stores, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { } store ? TypedResults.Ok(PlanModel.Of(store.Store))
            : StoreApi.NoStore();

    private static async Task<Results<Ok<Items<ReceiptModel>>, ProblemHttpResult>> ReceiptsAsync(
        string? storeId, string? domain, StoreRegistry stores, Receipts receipts, CancellationToken cancel)
    {
        if ((storeId is null) == (domain is null))
        {
            return Problem.Of([new("storeId", "The search", "exactly one of storeId and domain")]);
        }

        if (storeId is null)
        {
            var shop = domain!.ToLowerInvariant();
            return NewStore.IsHost(shop) ? await ShowAsync(shop, _ => true)
                : Problem.Of([new("domain", "That name", "a shop's host name, for example example.myshopify.com")]);
        }

        return await stores.FindAsync(storeId, cancel) is { Store: var store }
            ? await ShowAsync(store.Domain, r => r.Store == storeId)
            : Problem.NotFound("There is no such store: of one that was erased, ask by its domain.");

        async Task<Ok<Items<ReceiptModel>>> ShowAsync(string of, Func<ComplianceReceipt, bool> isMeant) =>
            TypedResults.Ok(new Items<ReceiptModel>([.. (await receipts.ListAsync(of, cancel)).Where(isMeant).Select(
                r => new ReceiptModel(r.Topic, r.At, r.DoneAt, r.Outcome, r.Store, r.Who))]));
    }
}
