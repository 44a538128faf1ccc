using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Processing.WooCommerce;

namespace StoreConnector.Admin;

/// <summary>How far an import is.</summary>
/// <param name="Kind">For example <c>shopify-orders</c> or <c>woocommerce-orders</c>.</param>
/// <param name="Status"><c>queued</c>, <c>running</c> (the shop writes a file), <c>reading</c>, <c>done</c>,
/// <c>stopped</c> or <c>failed</c>.</param>
/// <param name="Objects">
/// Lines of the file that were read: objects with all that belongs to them; of a WooCommerce site, things.
/// </param>
/// <param name="Of">How many there are in all; null until that is known.</param>
/// <param name="Bytes">Bytes that were read.</param>
/// <param name="Size">Bytes of the whole file, where the shop said it.</param>
/// <param name="Unreadable">Objects that could not be read and were left out.</param>
/// <param name="Why">Why it failed.</param>
internal sealed record ImportModel(
    string Kind, string Status, long Objects, long? Of, long Bytes, long? Size, int Unreadable,
    DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string? Why)
{
    public static ImportModel Read(ImportState state) => new(
        state.Kind, state.Status.ToString().ToLowerInvariant(), state.Rows?.Read ?? state.Mark.Lines, state.Of,
        state.Mark.Offset, state.Bytes, state.Unreadable, state.StartedAt, state.FinishedAt, state.Why);
}

/// <summary>What a shop knew before we came, and how far we have read it.</summary>
internal static class ImportsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/imports", ListAsync).WithSummary("How far products, customers and orders are taken over.");
        api.MapPost("/imports", BeginAsync).WithSummary(
            "Takes over what the shop knows: products, customers, orders. It may be done again and changes nothing.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/imports/{kind}/stop", StopAsync).WithSummary("Stops one of them at its next page.");
        api.MapPost("/imports/{kind}/resume", ResumeAsync).WithSummary(
            "Goes on with one that was stopped or failed, from where it was.");
    }

    private static async Task<Results<Ok<Items<ImportModel>>, ProblemHttpResult>> ListAsync(
        string storeId, IStoreDirectory stores, Imports imports, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is null ? StoreApi.NoStore()
            : TypedResults.Ok(await ShowAsync(storeId, imports, cancel));

    private static async Task<Results<Accepted<Items<ImportModel>>, ProblemHttpResult>> BeginAsync(
        string storeId, IStoreDirectory stores, WooAdmin sites, Imports imports, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        if (store.Store.Platform == Platform.WooCommerce && !await sites.HasKeyAsync(storeId, cancel))
        {
            return Problem.Of(StatusCodes.Status409Conflict, "no-import",
                "There is no key of the site yet: connect it from WooCommerce, StoreConnector.");
        }

        return await imports.BeginAsync(storeId, cancel)
            ? TypedResults.Accepted((string?)null, await ShowAsync(storeId, imports, cancel))
            : Problem.Of(StatusCodes.Status409Conflict, "no-import", "The store has taken StoreConnector away.");
    }

    private static async Task<Results<Ok<ImportModel>, ProblemHttpResult>> StopAsync(
        string storeId, string kind, Imports imports, CancellationToken cancel) =>
        Show(await imports.StopAsync(storeId, kind, cancel));

    private static async Task<Results<Ok<ImportModel>, ProblemHttpResult>> ResumeAsync(
        string storeId, string kind, Imports imports, CancellationToken cancel) =>
        Show(await imports.ResumeAsync(storeId, kind, cancel));

    private static Results<Ok<ImportModel>, ProblemHttpResult> Show(ImportState? state) =>
        state is null ? Problem.NotFound("There is no such import.") : TypedResults.Ok(ImportModel.Read(state));

    private static async ValueTask<Items<ImportModel>> ShowAsync(
        string storeId, Imports imports, CancellationToken cancel) =>
        new([.. (await imports.ListAsync(storeId, cancel)).Select(ImportModel.Read)]);
}
