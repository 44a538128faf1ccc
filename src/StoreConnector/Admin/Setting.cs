using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using StoreConnector.Core.Stores;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>Something that a merchant sets: read as it is, changed by laying the sent fields over it.</summary>
/// <param name="Path">Under the store's own.</param>
/// <param name="What">What it is, for people.</param>
/// <param name="Get">Where it stands in the store.</param>
/// <param name="Put">The store with another.</param>
/// <param name="VersionOf">Its version, the ETag; null for what has none.</param>
/// <param name="Show">As the API shows it.</param>
/// <param name="Apply">Lays a body over it; what cannot be is an error of the body.</param>
internal sealed record Setting<T, TModel>(
    string Path, string What, Func<Store, T> Get, Func<Store, T, Store> Put, Func<T, int?> VersionOf,
    Func<T, TModel> Show, Func<JsonBody, T, T> Apply)
    where T : class
    where TModel : class
{
    /// <summary>What else the store has to say of it; null where nothing.</summary>
    public Func<Store, TModel, TModel>? Note { get; init; }

    public void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ReadAsync).WithSummary($"{What}; its version is the ETag.");
        api.MapPut(Path, ChangeAsync)
            .WithSummary($"{What}: lays the sent fields over the saved ones; If-Match guards against another's change.")
            .Accepts<TModel>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status412PreconditionFailed);
    }

    private async Task<Results<Ok<TModel>, ProblemHttpResult>> ReadAsync(
        string storeId, HttpResponse response, StoreRegistry stores, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { } read ? Answer(response, read.Store, Get(read.Store))
            : StoreApi.NoStore();

    private async Task<Results<Ok<TModel>, ProblemHttpResult>> ChangeAsync(
        string storeId, HttpRequest request, HttpResponse response, StoreRegistry stores, CancellationToken cancel)
    {
        var body = await JsonBody.ReadAsync(request, cancel);
        // A lost write means: read, check and lay over again.
        while (await stores.FindAsync(storeId, cancel) is { } read)
        {
            var saved = Get(read.Store);
            if (VersionOf(saved) is { } version && Preconditions.IsStale(request, body, version))
            {
                return Preconditions.Stale(version);
            }

            var changed = Apply(body, saved);
            if (body.Errors() is { Count: > 0 } errors) { return Problem.Of(errors); }

            if (changed.Equals(saved)
                || await stores.TryUpdateAsync(storeId, read.ETag, s => Put(s, changed), cancel))
            {
                return Answer(response, read.Store, changed);
            }
        }

        return StoreApi.NoStore();
    }

    private Ok<TModel> Answer(HttpResponse response, Store store, T setting)
    {
        if (VersionOf(setting) is { } version)
        {
            response.Headers[HeaderNames.ETag] = FormattableString.Invariant($"\"{version}\"");
        }

        var shown = Show(setting);
        return TypedResults.Ok(Note is null ? shown : Note(store, shown));
    }
}

/// <summary>Whether a change was made of what stands now: If-Match, or the version in the body.</summary>
internal static class Preconditions
{
    public static bool IsStale(HttpRequest request, JsonBody body, int version)
    {
        var current = version.ToString(CultureInfo.InvariantCulture);
        var matches = request.Headers.IfMatch.SelectMany(h => (h ?? "").Split(',')).Select(t => t.Trim()).ToArray();
        return (matches.Length > 0 && !matches.Any(t => t == "*" || t.Trim('"') == current))
            || (body.Field("version") is { } sent && sent.GetRawText() != current);
    }

    public static ProblemHttpResult Stale(int version) => Problem.Of(
        StatusCodes.Status412PreconditionFailed, "stale",
        FormattableString.Invariant($"It was changed since: the version is {version} now. Read it again."));
}
