using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Webhooks;

namespace StoreConnector.Admin;

/// <summary>What the operator of the service may do: stores, the outbox, and what went wrong.</summary>
internal static class OperatorApi
{
    public static void MapOperatorApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/operator").WithTags("Operator").ProducesProblem(StatusCodes.Status401Unauthorized);
        api.MapPost("/stores", CreateStoreAsync).WithSummary(
            "Connects a store; the hooks' secrets are shown this once.")
            .Accepts<NewStore>("application/json").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/stores", ListStoresAsync).WithSummary("All stores, oldest first.");
        api.MapPost("/stores/{storeId}/links", MakeLinkAsync).WithSummary(
            "A link that opens the store's page once, within ten minutes; the browser then stays let in for 30 days.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete("/stores/{storeId}/links", EndSignInsAsync).WithSummary(
            "Lets every browser out that such links let in; a bearer ends within ten minutes.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/health", OperatorHealth.ReadAsync).WithSummary(
            "How the service is: version, storage, how far the sweeps are, what was given up.");
        api.MapGet("/outbox", OutboxAsync).WithSummary("What the outbox channel kept for a store, newest last.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/unreadable", UnreadableAsync).WithSummary(
            "Signed deliveries that could not be read, oldest first.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/unreadable/{id}/run", RunUnreadableAsync).WithSummary(
            "Reads one again; what can be read now is queued.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/poison", PoisonAsync).WithSummary("Messages that were given up, by queue, oldest first, with why.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        PrivacyApi.MapOperator(api);
        api.MapPost("/poison/{id}/run", RunPoisonAsync).WithSummary("Puts one back into its queue.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Created<CreatedStore>, ProblemHttpResult>> CreateStoreAsync(
        HttpRequest request, StoreRegistry stores, DefaultChannels channels, TimeProvider clock,
            CancellationToken cancel)
    {
        var body = await JsonBody.ReadAsync(request, cancel);
        if (NewStore.Read(body, StoreRegistry.NewStoreId(), clock.GetUtcNow()) is not { } store)
        {
            return Problem.Of(body.Errors());
        }

        var topics = store.Platform == Platform.WooCommerce ? NewStore.WooCommerceTopics : [];
        var hooks = await stores.CreateAsync(store, topics, cancel);
        await channels.GiveAsync(store.Id, cancel);
        var shown = hooks.Select(h => new HookModel(h.Topic, $"/webhooks/woocommerce/{h.Token}", h.Secret));
        return TypedResults.Created((string?)null, new CreatedStore(store.Id, [.. shown]));
    }

    private static async Task<Ok<Items<StoreModel>>> ListStoresAsync(StoreRegistry stores, CancellationToken cancel)
    {
        var all = await stores.ListAsync(cancel);
        return TypedResults.Ok(new Items<StoreModel>([.. all.Select(s => s.Store).Select(s => new StoreModel(
            s.Id, Word(s.Platform), s.Domain, s.Name, s.Currency, s.TimeZone, s.Country, s.Locale, s.InstalledAt,
            s.UninstalledAt))]));
    }

    private static async Task<Results<Created<PageLinkModel>, ProblemHttpResult>> MakeLinkAsync(
        string storeId, HttpResponse response, StoreRegistry stores, PageDoor door, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { Store.IsActive: true }) { return NoStore(); }

        response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, await door.MakeAsync(storeId, cancel));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndSignInsAsync(
        string storeId, StoreRegistry stores, SignIns signIns, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is null) { return NoStore(); }

        await signIns.EndAllAsync(storeId, cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Items<OutboxItem>>, ProblemHttpResult>> OutboxAsync(
        string? storeId, StoreRegistry stores, IOutboxReader outbox, CancellationToken cancel) =>
        await stores.FindAsync(storeId ?? "", cancel) is null ? NoStore()
            : TypedResults.Ok(new Items<OutboxItem>(await outbox.ReadAsync(storeId!, cancel)));

    private static async Task<Results<Ok<Items<UnreadableModel>>, ProblemHttpResult>> UnreadableAsync(
        string? storeId, StoreRegistry stores, UnreadableStore unreadable, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId ?? "", cancel) is null) { return NoStore(); }

        var kept = await unreadable.ListAsync(storeId!, cancel);
        return TypedResults.Ok(new Items<UnreadableModel>([.. kept.Select(k => new UnreadableModel(
            k.Id, Word(k.Source), k.Topic, k.ReceivedAt, k.Reason, k.CanRun, k.Length))]));
    }

    private static async Task<Results<Ok<RunModel>, ProblemHttpResult>> RunUnreadableAsync(
        string id, StoreRegistry stores, WebhookIntake intake, CancellationToken cancel)
    {
        if (id.Split('.') is not [var storeId, { Length: > 0 }]
            || await stores.FindAsync(storeId, cancel) is not { } read)
        {
            return NoUnreadable();
        }

        return await intake.RunAgainAsync(read.Store, id, cancel) switch
        {
            RunAgain.Queued(var events) => TypedResults.Ok(new RunModel("queued", events, null)),
            RunAgain.Ignored(var reason) => TypedResults.Ok(new RunModel("ignored", 0, reason)),
            RunAgain.StillUnreadable(var reason) => TypedResults.Ok(new RunModel("unreadable", 0, reason)),
            RunAgain.NotFound => NoUnreadable(),
            var other => throw new UnreachableException(other.ToString()),
        };
    }

    private static async Task<Results<Ok<Items<PoisonModel>>, ProblemHttpResult>> PoisonAsync(
        string? queue, GivenUp givenUp, CancellationToken cancel)
    {
        if (queue is not null && !Queues.All.Contains(queue))
        {
            return Problem.Of([new("queue", "That name", string.Join(" or ", Queues.All))]);
        }

        var items = new List<PoisonModel>();
        foreach (var name in queue is null ? Queues.All : [queue])
        {
            items.AddRange((await givenUp.ListAsync(name, cancel)).Select(g => new PoisonModel(
                $"{name}.{g.Message.Id}", name, g.Message.PoisonedAt, g.Message.Body.Length, g.Failure?.Reason,
                g.Failure?.FailedAt, g.Failure?.Attempts)));
        }

        return TypedResults.Ok(new Items<PoisonModel>(items));
    }

    private static async Task<Results<Ok<RunModel>, ProblemHttpResult>> RunPoisonAsync(
        string id, GivenUp givenUp, CancellationToken cancel)
    {
        var ran = id.Split('.', 2) is [var name, { Length: > 0 } poisonId] && Queues.All.Contains(name)
            && await givenUp.RunAgainAsync(name, poisonId, cancel);
        return ran ? TypedResults.Ok(new RunModel("queued", 1, null)) : Problem.NotFound("There is no such message.");
    }

    private static string Word(Platform platform) => platform == Platform.Shopify ? "shopify" : "woocommerce";

    private static ProblemHttpResult NoStore() => Problem.NotFound("There is no such store: give the storeId of one.");

    private static ProblemHttpResult NoUnreadable() => Problem.NotFound("There is no such delivery.");
}
