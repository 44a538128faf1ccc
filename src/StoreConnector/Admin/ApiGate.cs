using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>How the outside reaches us.</summary>
/// <param name="PublicUrl">The address that was set, or null: then only this machine's own names are known.</param>
internal sealed record OwnAddress(Uri? PublicUrl);

/// <summary>
/// Stands before everything that is ours alone. A Host that is not ours is refused, so that no page can make a browser
/// take a name of its own for us; a foreign Origin is refused; and <c>/api</c> opens with a bearer token only: the
/// operator's key opens all of it, a session its own store. What platforms, vendors and shoppers call works under any
/// Host: what stands in front of us may keep the original.
/// </summary>
internal sealed class ApiGate(
    RequestDelegate next, OwnAddress own, OperatorKey key, Sessions sessions, StoreRegistry stores)
{
    private static readonly PathString[] AnyHost =
    [
        "/webhooks", "/callbacks", "/health", "/storefront", "/u", "/c", "/p", "/k", "/woocommerce/callback",
    ];

    public async Task InvokeAsync(HttpContext http)
    {
        if ((Refusal(http) ?? await BearerRefusalAsync(http)) is not { } refusal)
        {
            await next(http);
            return;
        }

        if (refusal.StatusCode == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        await refusal.ExecuteAsync(http);
    }

    private ProblemHttpResult? Refusal(HttpContext http)
    {
        var path = http.Request.Path;
        if (path == "/" || Array.Exists(AnyHost, p => path.StartsWithSegments(p))) { return null; }

        if (!IsOwnHost(http.Request.Host))
        {
            return Problem.Of(StatusCodes.Status403Forbidden, "unknown-host",
                "This service is not known by that name. If it is yours, set PublicUrl to it.");
        }

        if (!IsOwnOrigin(http.Request))
        {
            return Problem.Of(
                StatusCodes.Status403Forbidden, "foreign-origin", "Only this service's own pages may call it.");
        }

        return null;
    }

    /// <summary>Null for everybody where no bearer is asked for.</summary>
    private async ValueTask<ProblemHttpResult?> BearerRefusalAsync(HttpContext http)
    {
        var path = http.Request.Path;
        var isOpen = path.StartsWithSegments("/api/session", out var more) && more.Value is "" or "/";
        if (isOpen || !path.StartsWithSegments("/api")) { return null; }

        var bearer = BearerOf(http.Request);
        if (bearer is not null && key.Matches(bearer)) { return null; }

        return path.StartsWithSegments("/api/stores", out var rest)
            ? await SessionRefusalAsync(bearer, rest, http.RequestAborted)
            : Unauthorized("unauthorized", "Send Authorization: Bearer and the operator's key.");
    }

    private async ValueTask<ProblemHttpResult?> SessionRefusalAsync(
        string? bearer, PathString rest, CancellationToken cancel)
    {
        switch (bearer is null ? new SessionRead.Unknown() : sessions.Read(bearer))
        {
            case SessionRead.Expired:
                return Unauthorized("session-expired", "This session is over: POST /api/session gives the next one.");
            case SessionRead.Open open when rest.Value?.Split('/') is not ["", var storeId, ..]
                || storeId != open.StoreId:
                return Problem.Of(StatusCodes.Status403Forbidden, "other-store", "This session is another store's.");
            case SessionRead.Open open when await stores.FindAsync(open.StoreId, cancel)
                is not { Store.IsActive: true }:
                return Unauthorized("session-ended",
                    "The app was taken away from this store, or installed anew: POST /api/session says which it is.");
            case SessionRead.Open:
                return null;
            default:
                return Unauthorized("unauthorized",
                    "Send Authorization: Bearer and a session of this store (POST /api/session), or the operator's "
                    + "key.");
        }
    }

    private static ProblemHttpResult Unauthorized(string code, string detail) =>
        Problem.Of(StatusCodes.Status401Unauthorized, code, detail);

    private bool IsOwnHost(HostString host) => host.Host is "localhost" or "127.0.0.1" or "[::1]"
        || string.Equals(host.Host, own.PublicUrl?.Host, StringComparison.OrdinalIgnoreCase);

    private bool IsOwnOrigin(HttpRequest request)
    {
        if (request.Headers.Origin.Count == 0) { return true; }

        if (request.Headers.Origin is not [{ } origin]
            || !Uri.TryCreate(origin, UriKind.Absolute, out var from)) { return false; }

        var authority = from.GetComponents(UriComponents.Host | UriComponents.Port, UriFormat.UriEscaped);
        return origin == from.GetLeftPart(UriPartial.Authority)
            && (string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
                || (own.PublicUrl is { } url && url.Scheme == from.Scheme
                    && authority == url.GetComponents(UriComponents.Host | UriComponents.Port, UriFormat.UriEscaped)));
    }

    /// <summary>What stands behind <c>Bearer</c>; null when nothing does.</summary>
    public static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header]
        && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..].Trim() : null;
}
