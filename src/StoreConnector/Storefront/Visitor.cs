using Microsoft.Net.Http.Headers;

namespace StoreConnector.Storefront;

/// <summary>
/// Tells a person who follows a link from what opens links by itself: mail scanners, link previews, prefetching. It may
/// err, and then rather counts a person too few: a click is worth money in a report.
/// </summary>
internal static class Visitor
{
    private static readonly string[] Announced = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];

    // Programs that name themselves. Sources: the vendors' own pages on their scanners and link previews.
    private static readonly string[] Programs =
    [
        "bot", "crawler", "spider", "preview", "scanner", "proofpoint", "mimecast", "barracuda", "safelinks",
        "urldefense", "googleimageproxy", "yahoomailproxy", "whatsapp", "telegram", "facebookexternalhit", "slack",
        "curl", "wget", "python", "java/", "okhttp", "go-http-client", "headless", "monitor",
    ];

    /// <summary>Whether a request is a person's, as far as can be seen.</summary>
    public static bool IsPerson(HttpRequest request)
    {
        var headers = request.Headers;
        if (!HttpMethods.IsGet(request.Method) || Announced.Any(h => headers.ContainsKey(h))) { return false; }

        // A browser opens a page as a document; what fetches in the background says something else, or nothing.
        if (headers["Sec-Fetch-Mode"].ToString() is { Length: > 0 } mode && mode != "navigate") { return false; }

        return headers[HeaderNames.AcceptLanguage].Count > 0 && !IsProgram(headers[HeaderNames.UserAgent].ToString());
    }

    /// <summary>Whether a User-Agent is none, or a program's that names itself.</summary>
    public static bool IsProgram(string userAgent) => userAgent.Length == 0
        || Array.Exists(Programs, p => userAgent.Contains(p, StringComparison.OrdinalIgnoreCase));
}
