using Microsoft.AspNetCore.Http.HttpResults;
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

    public static void MapWooConnect(this WebApplication app)
    {
        app.MapGet("/woocommerce/connect", BeginAsync).WithTags("WooCommerce").WithSummary(
            "Sends the browser to the site to ask for a key.");
        app.MapPost(Callback + "{state}", FinishAsync).WithTags("WooCommerce").WithSummary(
            "The site's server brings the key; it is proven before it is kept.");
        app.MapGet(Return, ShowAsync).WithTags("WooCommerce").WithSummary("The browser comes back: what became of it.");
    }

    private static async Task<Results<RedirectHttpResult, ContentHttpResult>> BeginAsync(
        string? site, HttpContext http, WooConnects connects, LinkBase address, CancellationToken cancel)
    {
        Guard(http.Response);
        if (connects.SiteOf(site) is not { } home)
        {
            return Page(400, "This address names no site that can be connected: it must begin with https:// and be the "
                + "Site Address of WordPress, Settings, General.");
        }

        if (await connects.BeginAsync(home, cancel) is not { } state)
        {
            return Page(429, "Too many connections begin at once. Try again in a minute.");
        }

        var query = QueryString.Create(new Dictionary<string, string?>
        {
            ["app_name"] = "StoreConnector",
            ["scope"] = "read_write",
            ["user_id"] = state,
            ["return_url"] = address.Own(Return).AbsoluteUri,
            ["callback_url"] = address.Own(Callback + state).AbsoluteUri,
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
            WooConnecting.Connected => Page(200, "ok"),
            WooConnecting.No(_, var why) => Page(422, why),
            WooConnecting.NotNow(var why) => Page(503, why),
            _ => Page(404, "Nobody asked for this key, or it is too late."),
        };
    }

    private static async Task<ContentHttpResult> ShowAsync(
        string? success, HttpContext http, WooConnects connects, CancellationToken cancel)
    {
        Guard(http.Response);
        if (success != "1") { return Page(200, "You said no, and nothing was connected. You can close this page."); }

        var state = http.Request.Query["user_id"].ToString();
        switch (state.Length is > 0 and <= MaxState ? await connects.OutcomeAsync(state, cancel) : "")
        {
            case "" when state.Length is > 0 and <= MaxState:
                return Page(200, "Your store is connected. You can close this page and go back to WordPress.");
            case "":
                return Page(400, "This address belongs to no connection.");
            case null:
                http.Response.Headers["Refresh"] = "5"; // The browser may be faster than the site's server.
                return Page(200, "Your store is being connected. This page looks again by itself; if it still says so "
                    + "after a minute, begin again from WordPress.");
            case var why:
                return Page(200, "Your store could not be connected. " + why);
        }
    }

    private static void Guard(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    private static ContentHttpResult Page(int status, string text) =>
        TypedResults.Content(text, "text/plain; charset=utf-8", statusCode: status);
}
