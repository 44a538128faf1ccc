using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>A bearer for one store.</summary>
/// <param name="Token">For <c>Authorization: Bearer</c>; never in an address.</param>
/// <param name="ExpiresAt">Then the next one is to be asked for.</param>
/// <param name="StoreId">The store that it opens; another one after the app was installed anew.</param>
/// <param name="Role"><c>merchant</c>.</param>
internal sealed record SessionModel(string Token, DateTimeOffset ExpiresAt, string StoreId, string Role)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(SessionModel); // Never the token.
}

/// <summary>What the page sends to be let in: one of three, by its door; nothing when a cookie is its door.</summary>
/// <param name="IdToken">In Shopify's admin: App Bridge's <c>shopify.idToken()</c>.</param>
/// <param name="HandOver">In wp-admin: the companion plugin's token.</param>
/// <param name="StoreId">Beside it: which store; may be left out.</param>
/// <param name="Link">By itself: what stands behind <c>#</c> in an operator's link.</param>
internal sealed record SessionRequest(
    string? IdToken = null, string? HandOver = null, string? StoreId = null, string? Link = null)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(SessionRequest); // Never a token.
}

/// <summary>
/// The merchant's page gets its bearer, by whichever door it came. In Shopify's admin the first time installs the app.
/// </summary>
internal static class SessionApi
{
    private const string Codes =
        "Codes: no-token (nothing was sent). In Shopify's admin: not-shopify (the id token is not Shopify's), "
        + "session-expired (it is too old: take a new one and try again), app-not-known (it is for another app), "
        + "app-not-set (Shopify:ClientId or its secret is missing or not taken: the operator's to mend), "
        + "app-not-installed (the app was taken away), shop-unusable (the shop cannot be connected), "
        + "shopify-unavailable (try again). In wp-admin: not-connected (no connected store signed this: connect "
        + "again), session-expired (too old, from the future, or used: take a new one and try again). By itself: "
        + "link-over (used already, or older than ten minutes), signed-out (the cookie is worth nothing any more), "
        + "store-gone (the store is not connected any more).";

    public static void MapSessionApi(this WebApplication app)
    {
        app.MapPost("/api/session", OpenAsync).WithTags("Session").WithSummary(
            "Takes what the page's door gave it, gives a bearer of ten minutes for its store.")
            .WithDescription("{\"idToken\"} in Shopify's admin (also in Authorization: Bearer when there is no body), "
                + "{\"handOver\"} in wp-admin, {\"link\"} of an operator's link; an empty body when the cookie that a "
                + "link gave is there, which each use changes. " + Codes)
            .Accepts<SessionRequest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapDelete("/api/session", EndAsync).WithTags("Session").WithSummary(
            "Signs this browser out: the cookie is worth nothing any more. A bearer ends by itself.");
    }

    private static async Task<Results<Ok<SessionModel>, ProblemHttpResult>> OpenAsync(
        HttpContext http, ShopifyApp app, TokenGrants grants, ShopifyInstalls installs, HandOvers handOvers,
        PageDoor door, Sessions sessions, TimeProvider clock, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "no-store";
        switch (await ReadAsync(http.Request, cancel))
        {
            case { IdToken: { Length: > 0 } idToken }:
                return await OfShopifyAsync(idToken, http, app, grants, installs, sessions, clock, cancel);
            case { HandOver: { Length: > 0 } token, StoreId: var storeId }:
                return await handOvers.TakeAsync(token, storeId, cancel) switch
                {
                    HandOver.Taken(var id) => Opened(sessions, id),
                    HandOver.Over => Of(401, "session-expired",
                        "This token is too old, or was used: take a new one and try again."),
                    _ => Of(401, "not-connected", "No connected store signed this: connect the shop again in "
                        + "WooCommerce, StoreConnector."),
                };
            case { Link: { Length: > 0 } link }:
                return Entered(await door.EnterAsync(link, cancel), http.Response, door, sessions, "link-over",
                    "This link was used already, or is older than ten minutes: ask for another.");
            case not null when door.CookieOf(http.Request) is { } cookie:
                return Entered(await door.ReturnAsync(cookie, cancel), http.Response, door, sessions, "signed-out",
                    "This browser is not signed in any more: ask for a link.");
            default:
                return Of(400, "no-token", "Send {\"idToken\": \"…\"}, {\"handOver\": \"…\"} or {\"link\": \"…\"}, "
                    + "or Authorization: Bearer and the id token.");
        }
    }

    private static async Task<NoContent> EndAsync(
        HttpContext http, PageDoor door, SignIns signIns, CancellationToken cancel)
    {
        if (door.CookieOf(http.Request) is { } cookie) { await signIns.EndAsync(cookie, cancel); }

        door.Take(http.Response);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<SessionModel>, ProblemHttpResult>> OfShopifyAsync(
        string idToken, HttpContext http, ShopifyApp app, TokenGrants grants, ShopifyInstalls installs,
        Sessions sessions, TimeProvider clock, CancellationToken cancel)
    {
        if (app.ClientId is null || app.Secrets.Count == 0) { return NotSet("This service has no Shopify app yet."); }

        var verdict = SessionToken.Verify(idToken, app, clock.GetUtcNow());
        if (verdict is not SessionVerdict.Verified who) { return Refusal((SessionVerdict.Refused)verdict); }

        var done = await installs.OpenAsync(
            who.Shop, stop => grants.ExchangeAsync(who.Shop, idToken, stop), always: false, cancel);
        return done is Installing.Installed(var storeId) ? Opened(sessions, storeId) : Refusal(done, http.Response);
    }

    private static Results<Ok<SessionModel>, ProblemHttpResult> Entered(
        PageEntry entry, HttpResponse response, PageDoor door, Sessions sessions, string code, string why)
    {
        if (entry is PageEntry.Open(var storeId, var signIn))
        {
            door.Give(response, signIn);
            return Opened(sessions, storeId);
        }

        door.Take(response);
        return entry is PageEntry.Gone ? Of(401, "store-gone", "The store is not connected any more.")
            : Of(401, code, why);
    }

    private static Ok<SessionModel> Opened(Sessions sessions, string storeId)
    {
        var session = sessions.Issue(storeId, Sessions.Merchant);
        return TypedResults.Ok(new SessionModel(session.Token, session.ExpiresAt, storeId, Sessions.Merchant));
    }

    /// <summary>Null for a body that is none of ours.</summary>
    private static async ValueTask<SessionRequest?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength is null or 0 && !request.HasJsonContentType())
        {
            return new(IdToken: ApiGate.BearerOf(request));
        }

        var body = await JsonBody.ReadAsync(request, cancel);
        var asked = new SessionRequest(body.Text("idToken", "Shopify's id token"),
            body.Text("handOver", "the companion's token"), body.Text("storeId", "a store's id"),
            body.Text("link", "the end of a link"));
        var doors = new[] { asked.IdToken, asked.HandOver, asked.Link }.Count(t => t is not null);
        return body.Errors().Count == 0 && doors <= 1 ? asked : null;
    }

    private static ProblemHttpResult Refusal(SessionVerdict.Refused refused) => refused.Kind switch
    {
        SessionRefusal.NotNow => Expired(),
        SessionRefusal.OtherApp => Of(401, "app-not-known", "This id token is for another app."),
        SessionRefusal.NotShopify => Of(401, "not-shopify", $"This is no id token of Shopify's: {refused.Reason}."),
        _ => throw new UnreachableException(refused.Kind.ToString()),
    };

    private static ProblemHttpResult Refusal(Installing done, HttpResponse response)
    {
        switch (done)
        {
            case Installing.Refused { Kind: GrantRefusal.Offer }: return Expired();
            case Installing.Refused { Kind: GrantRefusal.App }:
                return NotSet("Shopify does not take this service's client id and secret.");
            case Installing.Refused or Installing.Gone:
                return Of(401, "app-not-installed", "The app is not installed in this shop.");
            case Installing.Impossible(var why): return Of(422, "shop-unusable", why);
            case Installing.Unavailable(var why):
                response.Headers.RetryAfter = "3";
                return Of(503, "shopify-unavailable", why);
            default: throw new UnreachableException(done.ToString());
        }
    }

    private static ProblemHttpResult Expired() =>
        Of(401, "session-expired", "This id token is too old: take a new one and try again.");

    private static ProblemHttpResult NotSet(string detail) => Of(503, "app-not-set", detail);

    private static ProblemHttpResult Of(int status, string code, string detail) => Problem.Of(status, code, detail);
}
