using System.Net;

namespace StoreConnector.Admin;

/// <summary>The page of a sentence that a merchant sees on the way to a connection, and perhaps a way back.</summary>
internal static class ConnectPage
{
    /// <summary>Nothing is fetched, nothing runs, nobody frames it.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The document.</summary>
    /// <param name="text">A plain sentence or two.</param>
    /// <param name="back">A page of the merchant's own site; null for none.</param>
    public static string Html(string text, Uri? back) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex, nofollow">
        <title>StoreConnector</title>
        </head>
        <body>
        <main>
        <h1>StoreConnector</h1>
        <p>{WebUtility.HtmlEncode(text)}</p>
        {(back is null ? "" : $"""<p><a href="{WebUtility.HtmlEncode(back.AbsoluteUri)}">Back to WordPress</a></p>""")}
        </main>
        </body>
        </html>

        """.ReplaceLineEndings("\n");
}
