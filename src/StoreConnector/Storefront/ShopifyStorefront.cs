using System.Buffers;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Storage;

namespace StoreConnector.Storefront;

/// <summary>What Shopify shops' pages call: the web pixel, and the sign-up form behind the shop's own proxy.</summary>
internal static class ShopifyStorefront
{
    /// <summary>How long a browser may remember that it may post, in seconds: a day.</summary>
    private const string PreflightLife = "86400";

    public static IServiceCollection AddStorefront(this IServiceCollection services) => services
        .AddSingleton<StorefrontLimits>().AddSingleton<ShopifyVisits>().AddSingleton<ShopifySignUps>();

    public static void MapShopifyStorefront(this WebApplication app)
    {
        app.MapPost("/storefront/shopify/events", VisitAsync).WithTags("Storefront").DisableAntiforgery()
            .WithSummary("What the web pixel tells of a visit. 204 whatever became of it, 429 when it was too much.");
        app.MapMethods("/storefront/shopify/events", [HttpMethods.Options], Preflight).WithTags("Storefront")
            .WithSummary("Any page may post to the web pixel's address; none may read an answer.");
        app.MapPost("/storefront/shopify/sign-up", SignUpAsync).WithTags("Storefront").DisableAntiforgery()
            .WithSummary("Takes the sign-up form, by the shop's app proxy, and asks the address to confirm.");
    }

    private static async Task<IResult> VisitAsync(HttpContext http, ShopifyVisits visits, CancellationToken cancel)
    {
        AllowAnyPage(http.Response);
        try
        {
            var outcome = await ReadAsync(http.Request, ShopifyVisit.MaxBytes, cancel) is { } body
                ? await visits.TakeAsync(http.Request.Headers, UnsubscribeEndpoints.IpOf(http), body, cancel)
                : VisitOutcome.Dropped;
            return outcome == VisitOutcome.Limited
                ? TypedResults.StatusCode(StatusCodes.Status429TooManyRequests) : TypedResults.NoContent();
        }
        catch (StorageUnavailableException)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable); // Nobody waits for it.
        }
    }

    private static NoContent Preflight(HttpContext http)
    {
        AllowAnyPage(http.Response);
        http.Response.Headers.AccessControlAllowMethods = "POST";
        http.Response.Headers.AccessControlAllowHeaders = "content-type";
        http.Response.Headers.AccessControlMaxAge = PreflightLife;
        return TypedResults.NoContent();
    }

    private static async Task<IResult> SignUpAsync(HttpContext http, ShopifySignUps signUps, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await ReadAsync(http.Request, ShopifySignUp.MaxBytes, cancel) is not { } body)
        {
            return TypedResults.Json(new SignUpAnswer(false), statusCode: StatusCodes.Status413PayloadTooLarge);
        }

        return await signUps.TakeAsync(http.Request, body, cancel) switch
        {
            SignUpOutcome.Unsigned => TypedResults.StatusCode(StatusCodes.Status401Unauthorized),
            SignUpOutcome.Malformed =>
                TypedResults.Json(new SignUpAnswer(false), statusCode: StatusCodes.Status400BadRequest),
            SignUpOutcome.Limited =>
                TypedResults.Json(new SignUpAnswer(false), statusCode: StatusCodes.Status429TooManyRequests),
            _ => TypedResults.Json(new SignUpAnswer(true)),
        };
    }

    /// <summary>The pixel's sandbox has no origin to name; there is nothing in an answer to be read.</summary>
    private static void AllowAnyPage(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.CacheControl = "no-store";
    }

    /// <summary>The whole body; null when it is longer than <paramref name="most"/>.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(
        HttpRequest request, int most, CancellationToken cancel)
    {
        if (request.ContentLength > most) { return null; }

        var buffer = ArrayPool<byte>.Shared.Rent(most + 1);
        try
        {
            var read = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, most + 1), most + 1, throwOnEndOfStream: false, cancel);
            return read > most ? null : buffer.AsMemory(0, read).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}

/// <summary>The same for everybody who may have signed up.</summary>
internal sealed record SignUpAnswer(bool Taken);
