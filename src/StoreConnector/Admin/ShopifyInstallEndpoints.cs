using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Processing;

namespace StoreConnector.Admin;

/// <summary>
/// The authorization-code way in, for where Shopify does not manage the installation. The merchant's browser goes to
/// the shop, says yes there, and comes back.
/// </summary>
internal static class ShopifyInstallEndpoints
{
    /// <summary>The cookie that binds a browser: of this host alone, for its whole path, https only.</summary>
    public const string Cookie = "__Host-sc-install";

    private const string CallbackPath = "/shopify/callback";

    public static void MapShopifyInstall(this WebApplication app)
    {
        app.MapGet("/shopify/install", BeginAsync).WithTags("Shopify").WithSummary(
            "Sends the browser to the shop to ask for our scopes.");
        app.MapGet(CallbackPath, FinishAsync).WithTags("Shopify").WithSummary(
            "The browser comes back: verifies, gets a token, installs, leads to the app in the shop's admin.");
    }

    private static async Task<Results<RedirectHttpResult, ContentHttpResult>> BeginAsync(
        string? shop, HttpContext http, ShopifyApp app, InstallStates states, LinkBase address,
        CancellationToken cancel)
    {
        Guard(http.Response);
        if (!ShopifyDomain.TryParse(shop, out var domain))
        {
            return Page(400, "Open the app from your Shopify admin: this address names no shop.");
        }

        if (app.ClientId is not { } clientId || app.Secrets.Count == 0)
        {
            return Page(503, "This service has no Shopify app yet.");
        }

        if (await states.BeginAsync(domain, cancel) is not { } state)
        {
            return Page(429, "Too many installations begin at once. Try again in a minute.");
        }

        http.Response.Cookies.Append(Cookie, state.Browser, Options(InstallStates.Life));
        var query = QueryString.Create(new Dictionary<string, string?>
        {
            ["client_id"] = clientId,
            ["scope"] = string.Join(',', ShopifyScopes.Required),
            ["redirect_uri"] = address.Own(CallbackPath).AbsoluteUri,
            ["state"] = state.State,
        });
        return TypedResults.Redirect($"https://{domain}/admin/oauth/authorize{query}");
    }

    private static async Task<Results<RedirectHttpResult, ContentHttpResult>> FinishAsync(
        HttpContext http, ShopifyApp app, InstallStates states, TokenGrants grants, ShopifyInstalls installs,
        TimeProvider clock, CancellationToken cancel)
    {
        Guard(http.Response);
        if (ShopifyCallback.Verify(http.Request.Query, app, clock.GetUtcNow())
            is not CallbackVerdict.Verified { Code: { } code, State: { } state, Shop: var shop })
        {
            return Page(400, "This address is not Shopify's, or it is too old. Open the app from your Shopify admin.");
        }

        if (http.Request.Cookies[Cookie] is not { Length: > 0 and <= 100 } browser
            || !await states.TryUseAsync(shop, state, browser, cancel))
        {
            return Page(400, "This installation was not begun in this browser, or it is over. "
                + "Open the app from your Shopify admin.");
        }

        http.Response.Cookies.Delete(Cookie, Options(null));
        return await installs.OpenAsync(shop, stop => grants.RedeemAsync(shop, code, stop), always: true, cancel) switch
        {
            Installing.Installed => TypedResults.Redirect(
                $"https://admin.shopify.com/store/{shop.Split('.')[0]}/apps/{Uri.EscapeDataString(app.ClientId!)}"),
            Installing.Refused { Kind: GrantRefusal.App } =>
                Page(503, "Shopify does not take this service's client id and secret."),
            Installing.Unavailable(var why) => Page(503, why + " Open the app from your Shopify admin."),
            Installing.Impossible(var why) => Page(422, why),
            _ => Page(400, "Shopify did not let the app in. Open it from your Shopify admin."),
        };
    }

    private static void Guard(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>Lax: the browser comes back by a link of Shopify's, and brings it along then.</summary>
    private static CookieOptions Options(TimeSpan? life) => new()
    {
        HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = life,
    };

    private static ContentHttpResult Page(int status, string text) =>
        TypedResults.Content(text, "text/plain; charset=utf-8", statusCode: status);
}
