using System.Text;
using Microsoft.Net.Http.Headers;
using StoreConnector.Platforms.Shopify;

namespace StoreConnector.Admin;

/// <summary>Serves the merchant's page: one document for every address below <c>/app</c>, and its files.</summary>
internal static class AppPage
{
    /// <summary>Where the document has room for what its door needs.</summary>
    public const string Placeholder = "<!--door-->";

    private const string NotBuilt = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>StoreConnector</title></head><body><main>
        <h1>StoreConnector</h1>
        <p>This service was built without the merchant's page. Build it with Node: <code>npm ci</code> and
        <code>npm run build</code> in <code>src/admin-ui</code>, then build the service again; <code>./run</code> does
        both. Everything else works.</p>
        </main></body></html>
        """;

    private const string Forever = "public, max-age=31536000, immutable", Anew = "no-cache";

    public static void MapApp(this WebApplication app)
    {
        app.MapMethods(PageDoor.Path, [HttpMethods.Get, HttpMethods.Head], ShowAsync).ExcludeFromDescription();
        app.MapMethods(PageDoor.Path + "/{**path}", [HttpMethods.Get, HttpMethods.Head], ShowAsync)
            .ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(
        string? path, HttpContext http, AppFiles files, AppDoors doors, ShopifyApp shopify, CancellationToken cancel)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        // Not "no-referrer": with it a browser calls the origin of what it sends null.
        http.Response.Headers["Referrer-Policy"] = "same-origin";
        if (Path.HasExtension(path)) { return File(path!, http, files); }

        var door = await doors.OfAsync(http.Request.Query, cancel);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentSecurityPolicy = door.ContentSecurityPolicy;
        return TypedResults.Content(
            files.Find(AppFiles.Index) is { } index ? Encoding.UTF8.GetString(index.Bytes.Span).Replace(
                Placeholder, door.Head(shopify.ClientId), StringComparison.Ordinal) : NotBuilt,
            "text/html; charset=utf-8");
    }

    private static IResult File(string path, HttpContext http, AppFiles files)
    {
        if (path == AppFiles.Index || files.Find(path) is not { } file)
        {
            return Problem.NotFound("There is no such file.");
        }

        var headers = http.Response.Headers;
        headers.CacheControl = path.StartsWith(AppFiles.Hashed, StringComparison.Ordinal) ? Forever : Anew;
        headers.Vary = HeaderNames.AcceptEncoding;
        var (bytes, encoding) = Takes(http.Request, "br") && file.Brotli is { } brotli ? (brotli, "br")
            : Takes(http.Request, "gzip") && file.Gzip is { } gzip ? (gzip, "gzip") : (file.Bytes, null);
        if (encoding is not null) { headers.ContentEncoding = encoding; }

        return TypedResults.Bytes(bytes, file.ContentType);
    }

    private static bool Takes(HttpRequest request, string encoding) =>
        request.GetTypedHeaders().AcceptEncoding.Any(e => e.Value == encoding && e.Quality is null or > 0);
}
