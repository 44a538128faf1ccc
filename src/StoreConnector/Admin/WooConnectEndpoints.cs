using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StoreConnector.Processing;

namespace StoreConnector.Admin;

/// <summary>
/// A WooCommerce site gives us a key: the merchant's browser goes to the site, says yes there, and comes back; the
/// site's server brings the key. Source: WooCommerce REST API docs, "Auto generating API keys"; measured on 10.5.0.
/// </summary>
internal static class WooConnectEndpoints
{
    private const string Callback = "/woocommerce/callback/", Return = "/woocommerce/connected";

    /// <summary>The longest callback, in bytes; measured: 190.</summary>
    private const int MaxCallback = 4096;

    private const int MaxState = 100;

    /// <summary>Which browser began. Lax: it comes back by a link of the site's, and brings it along then.</summary>
    private const string Cookie = "sc-connect", CookiePath = "/woocommerce";

    public static void MapWooConnect(this WebApplication app)
    {
        app.MapGet("/woocommerce/connect", BeginAsync).WithTags("WooCommerce").WithSummary(
            "Sends the browser to the site to ask for a key.");
        app.MapPost(Callback + "{state}", FinishAsync).WithTags("WooCommerce").WithSummary(
            "The site's server brings the key; it is proven before it is kept.");
        app.MapGet(Return, ShowAsync).WithTags("WooCommerce").WithSummary("The browser comes back: what became of it.");
    }

    private static async Task<Results<RedirectHttpResult, ContentHttpResult>> BeginAsync(
        string? site, string? state, [FromQuery(Name = "return")] string? back, HttpContext http, WooConnects connects,
        LinkBase address, CancellationToken cancel)
    {
        Guard(http.Response);
        if (connects.SiteOf(site) is not { } home)
        {
            return Page(400, "This address names no site that can be connected: it must begin with https:// and be the "
                + "Site Address of WordPress, Settings, General.");
        }

        Uri? to = null;
        if ((state is not null && !WooConnects.IsState(state))
            || (back is not null && !WooConnects.IsReturn(home, back, out to)))
        {
            return Page(400, "This address is not one that the plugin makes: the page to come back to is not one of "
                + "the site's, or its state is none. Press Connect again in WooCommerce, StoreConnector.");
        }

        // One that it has serves on: two tabs may be about it.
        var browser = BrowserOf(http) ?? WooConnects.NewBrowser();
        if (await connects.BeginAsync(home, browser, state, to, cancel) is not { } ours)
        {
            return Page(429, "Too many connections begin at once. Try again in a minute.");
        }

        http.Response.Cookies.Append(Cookie, browser, new()
        {
            HttpOnly = true,
            Secure = address.Own("/").Scheme == Uri.UriSchemeHttps,
            SameSite = SameSiteMode.Lax,
            Path = CookiePath,
            MaxAge = WooConnects.Life,
        });
        var query = QueryString.Create(new Dictionary<string, string?>
        {
            ["app_name"] = "StoreConnector",
            ["scope"] = "read_write",
            ["user_id"] = ours,
            ["return_url"] = address.Own(Return).AbsoluteUri,
            ["callback_url"] = address.Own(Callback + ours).AbsoluteUri,
        });
        return TypedResults.Redirect(new Uri(home, "wc-auth/v1/authorize" + query).AbsoluteUri);
    }

    /// <summary>Exactly 200 makes the site keep the key; at anything else it takes it back and says so.</summary>
    private static async Task<ContentHttpResult> FinishAsync(
        string state, HttpContext http, WooConnects connects, CancellationToken cancel)
    {
        Guard(http.Response);
        var bytes = new byte[MaxCallback + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        if (state.Length > MaxState || length > MaxCallback
            || BroughtKey.Read(bytes.AsMemory(0, length)) is not var (key, named) || named != state)
        {
            return Page(400, "This is no key.");
        }

        return await connects.FinishAsync(state, key, cancel) switch
        {
            WooConnecting.Connected or WooConnecting.Later => Page(200, "ok"),
            WooConnecting.No(_, var why) => Page(422, why),
            WooConnecting.NotNow(var why) => Page(503, why),
            _ => Page(404, "Nobody asked for this key, or it is too late."),
        };
    }

    private static async Task<Results<RedirectHttpResult, ContentHttpResult>> ShowAsync(
        string? success, HttpContext http, WooConnects connects, CancellationToken cancel)
    {
        Guard(http.Response);
        var (state, browser) = (http.Request.Query["user_id"].ToString(), BrowserOf(http));
        if (state.Length is 0 or > MaxState) { return Page(400, "This address belongs to no connection."); }

        if (success != "1")
        {
            return Page(200, "You said no, and nothing was connected. You can close this page.",
                await connects.WayBackAsync(state, browser, cancel));
        }

        switch (await connects.SeeAsync(state, browser, cancel))
        {
            case null:
                http.Response.Headers["Refresh"] = "5"; // The browser may be faster than the site's server.
                return Page(200, "Your store is being connected. This page looks again by itself; if it still says so "
                    + "after a minute, begin again from WordPress.");
            case { IsConnected: true, Why: null, Return: { } back }:
                return TypedResults.Redirect(back.AbsoluteUri);
            case { IsConnected: true, Why: null }:
                return Page(200, "Your store is connected. You can close this page and go back to WordPress.");
            case { IsConnected: true } but:
                return Page(200, "Your store is connected, but its plugin is not. " + but.Why, but.Return);
            case { IsOwn: false }:
                return Page(200, "Your store could not be connected. Begin again from WordPress.");
            case var no:
                return Page(200, "Your store could not be connected. " + no.Why, no.Return);
        }
    }

    private static string? BrowserOf(HttpContext http) =>
        http.Request.Cookies[Cookie] is { Length: > 0 and <= MaxState } browser ? browser : null;

    private static void Guard(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = ConnectPage.ContentSecurityPolicy;
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    private static ContentHttpResult Page(int status, string text, Uri? back = null) =>
        TypedResults.Content(ConnectPage.Html(text, back), "text/html; charset=utf-8", statusCode: status);
}
