using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector.Storefront;

/// <summary>
/// The way out: a GET shows and changes nothing, for mail scanners open every link; one POST without cookie or script
/// stops, also the one a mail program makes by itself (RFC 8058).
/// </summary>
internal static class UnsubscribeEndpoints
{
    /// <summary>The largest form, in bytes.</summary>
    private const int MaxForm = 4096;

    public static void MapStorefront(this WebApplication app)
    {
        app.MapGet("/c/{code}/{number:int?}", FollowAsync).WithTags("Storefront")
            .WithSummary("A message's link: leads to the shop's page.");
        app.MapGet("/u/{token}", ShowAsync).WithTags("Storefront")
            .WithSummary("Shows the page behind a message's way out; changes nothing.");
        app.MapPost("/u/{token}", StopAsync).WithTags("Storefront")
            .WithSummary("Unsubscribes; also the RFC 8058 one-click target.")
            .DisableAntiforgery();
        app.MapChoices();
        app.MapShopifyStorefront();
    }

    private static async Task<Results<RedirectHttpResult, ContentHttpResult>> FollowAsync(
        string code, int? number, HttpContext http, ShortLinks links, Clicks clicks, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        // A link that is old, or whose person was forgotten, leads to the shop's front page.
        if (await links.FindAsync(code, cancel) is not var (store, link)
            || (link.TargetOf(number ?? 0) ?? Drafts.Site(store.Store)) is not { } target)
        {
            return Page(http, UnsubscribePage.Unknown(LanguageOf(http)), StatusCodes.Status404NotFound);
        }

        try
        {
            if (Visitor.IsPerson(http.Request)) { await clicks.RecordAsync(store, code, link, cancel); }
        }
        catch (StorageUnavailableException)
        {
            // A click that is not counted is less than a shopper who does not reach the shop.
        }

        return TypedResults.Redirect(MessageLink.Text(target));
    }

    private static async Task<ContentHttpResult> ShowAsync(string token, HttpContext http, UnsubscribeLinks links,
        LinkBase address, CancellationToken cancel) =>
        await links.FindAsync(token, cancel) is var (store, link)
            ? Page(http, UnsubscribePage.Before(link.Language, MessageComposer.BrandOf(store.Store),
                await links.MaskedAsync(store, link, cancel), link.Channel,
                MessageChoices.PageOf(address.WayOut(store.Store, link.Channel, token))))
            : Page(http, UnsubscribePage.Unknown(LanguageOf(http)), StatusCodes.Status404NotFound);

    private static async Task<ContentHttpResult> StopAsync(
        string token, HttpContext http, UnsubscribeLinks links, StoreRegistry stores, CancellationToken cancel)
    {
        var form = await ReadFormAsync(http.Request, cancel);
        if (await links.FindAsync(token, cancel) is not var (store, link))
        {
            return await StopTypedAsync(http, form, links, stores, cancel);
        }

        var stop = form.GetValueOrDefault(UnsubscribePage.UndoField) != "1";
        await links.SetAsync(store, link, stop, IpOf(http), cancel);
        var brand = MessageComposer.BrandOf(store.Store);
        return Page(http, stop ? UnsubscribePage.Done(link.Language, brand, link.Channel)
            : UnsubscribePage.Undone(link.Language, brand, link.Channel));
    }

    /// <summary>
    /// Nobody knows the link: an address may have been typed instead, and gets one answer whatever it is.
    /// </summary>
    internal static async Task<ContentHttpResult> StopTypedAsync(
        HttpContext http, Dictionary<string, string> form, UnsubscribeLinks links, StoreRegistry stores,
        CancellationToken cancel)
    {
        if (EmailAddress.TryParse(form.GetValueOrDefault(UnsubscribePage.AddressField), out var address))
        {
            await links.StopEverywhereAsync(address, (await stores.ListAsync(cancel)).Select(s => s.Store.Id), cancel);
        }

        return Page(http, UnsubscribePage.Taken(LanguageOf(http)));
    }

    /// <summary>From where it was done, for the proof; null when only what stands in front of us is known.</summary>
    internal static string? IpOf(HttpContext http) => http.Connection.RemoteIpAddress is { } ip
        && PublicIp.TryParse(ip.ToString(), out var address) ? address : null;

    /// <summary>The fields of a small form; anything else is no field, and stops all the same.</summary>
    internal static async Task<Dictionary<string, string>> ReadFormAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!request.HasFormContentType || request.ContentLength is not (> 0 and <= MaxForm)) { return []; }

        try
        {
            var form = await request.ReadFormAsync(cancel);
            return form.ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal);
        }
        catch (InvalidDataException)
        {
            return []; // A form that cannot be read is no reason to keep sending.
        }
    }

    internal static string LanguageOf(HttpContext http) =>
        MessageLanguage.For(http.Request.Headers.AcceptLanguage.ToString().Split(',', ';')[0].Trim(), "en");

    internal static ContentHttpResult Page(HttpContext http, string html, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.ContentSecurityPolicy = StorefrontPage.ContentSecurityPolicy;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Content(html, "text/html; charset=utf-8", statusCode: status);
    }
}
