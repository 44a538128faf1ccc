using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Platforms.Shopify;

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

/// <summary>What the page in the shop's admin sends.</summary>
/// <param name="IdToken">App Bridge's <c>shopify.idToken()</c>.</param>
internal sealed record SessionRequest(string IdToken);

/// <summary>Who has the app open in a shop's admin gets a bearer for the store; the first time installs it.</summary>
internal static class SessionApi
{
    private const string Codes =
        "Codes: no-token (nothing was sent), not-shopify (the id token is not Shopify's), session-expired (it is too "
        + "old: take a new one and try again), app-not-known (it is for another app), app-not-set (Shopify:ClientId "
        + "or its secret is missing or not taken: the operator's to mend), app-not-installed (the app was taken away), "
        + "shop-unusable (the shop cannot be connected), shopify-unavailable (try again).";

    public static void MapSessionApi(this WebApplication app) =>
        app.MapPost("/api/session", OpenAsync).WithTags("Session").WithSummary(
            "Takes Shopify's id token, gives a bearer of ten minutes for its store; the first time installs it.")
            .WithDescription("The id token stands in the body, or in Authorization: Bearer when there is no body. "
                + Codes)
            .Accepts<SessionRequest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<Ok<SessionModel>, ProblemHttpResult>> OpenAsync(
        HttpContext http, ShopifyApp app, TokenGrants grants, ShopifyInstalls installs, Sessions sessions,
        TimeProvider clock, CancellationToken cancel)
    {
        if (await ReadAsync(http.Request, cancel) is not { Length: > 0 } idToken)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "no-token",
                "Send {\"idToken\": \"…\"}, or Authorization: Bearer and the id token.");
        }

        if (app.ClientId is null || app.Secrets.Count == 0) { return NotSet("This service has no Shopify app yet."); }

        var verdict = SessionToken.Verify(idToken, app, clock.GetUtcNow());
        if (verdict is not SessionVerdict.Verified who) { return Refusal((SessionVerdict.Refused)verdict); }

        var done = await installs.OpenAsync(
            who.Shop, stop => grants.ExchangeAsync(who.Shop, idToken, stop), always: false, cancel);
        if (done is not Installing.Installed(var storeId)) { return Refusal(done, http.Response); }

        http.Response.Headers.CacheControl = "no-store";
        var session = sessions.Issue(storeId, Sessions.Merchant);
        return TypedResults.Ok(new SessionModel(session.Token, session.ExpiresAt, storeId, Sessions.Merchant));
    }

    private static async ValueTask<string?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength is null or 0 && !request.HasJsonContentType())
        {
            return ApiGate.BearerOf(request);
        }

        var body = await JsonBody.ReadAsync(request, cancel);
        var token = body.Text("idToken", "Shopify's id token");
        return body.Errors().Count == 0 ? token : null;
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
