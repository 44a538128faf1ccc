using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Telemetry;

namespace StoreConnector.Webhooks;

/// <summary>Both doors. They only translate.</summary>
internal static class WebhookEndpoints
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<ShopifyDoor>().AddSingleton<WooCommerceDoor>().AddSingleton<WebhookIntake>()
        .AddSingleton<UnreadableStore>().AddSingleton<ComplianceReceipts>()
        .AddSingleton<IKeptForATime>(all => all.GetRequiredService<UnreadableStore>())
        .AddSingleton<IPersonSearch, ErasedUnreadable>();

    public static void MapWebhooks(this WebApplication app)
    {
        app.MapPost("/webhooks/shopify", ShopifyAsync)
            .WithTags("Webhooks").WithSummary("All of Shopify's topics; topic and shop come from the headers.");
        app.MapPost("/webhooks/woocommerce/{hookToken}", WooCommerceAsync)
            .WithTags("Webhooks").WithSummary("One topic of one WooCommerce site.");
    }

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult, EmptyHttpResult>> ShopifyAsync(
        HttpContext http, ShopifyDoor door, CancellationToken cancel)
    {
        using var span = Signals.Receive(Word(Platform.Shopify));
        var receipt = await door.ReceiveAsync(http.Request.Headers, Body(http), http.Request.ContentLength, cancel);
        Signals.Received(span, Word(Platform.Shopify), OutcomeOf(receipt));
        return Answer(http, receipt);
    }

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult, EmptyHttpResult>> WooCommerceAsync(
        string hookToken, HttpContext http, WooCommerceDoor door, CancellationToken cancel)
    {
        using var span = Signals.Receive(Word(Platform.WooCommerce));
        var receipt = await door.ReceiveAsync(
            hookToken, http.Request.Headers, Body(http), http.Request.ContentLength, cancel);
        Signals.Received(span, Word(Platform.WooCommerce), OutcomeOf(receipt));
        return Answer(http, receipt);
    }

    /// <summary>The platform as metrics name it.</summary>
    internal static string Word(Platform platform) => platform == Platform.Shopify ? "shopify" : "woocommerce";

    private static string OutcomeOf(Receipt receipt) => receipt switch
    {
        Receipt.Queued => "queued",
        Receipt.Kept => "kept",
        Receipt.Ignored => "ignored",
        Receipt.Noted => "noted",
        Receipt.Ping => "ping",
        Receipt.UnknownStore => "unknown-store",
        Receipt.Unverified => "refused",
        Receipt.TooLong => "too-long",
        Receipt.CannotStore => "unavailable",
        _ => throw new UnreachableException(receipt.ToString()),
    };

    private static Stream Body(HttpContext http)
    {
        // The reader has its own, stricter limit: Kestrel's would answer 413 before the signature is known.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        return http.Request.Body;
    }

    private static Results<ContentHttpResult, StatusCodeHttpResult, EmptyHttpResult> Answer(
        HttpContext http, Receipt receipt)
    {
        switch (receipt)
        {
            case Receipt.Queued or Receipt.Kept or Receipt.Ignored or Receipt.Noted or Receipt.Ping:
                return TypedResults.Text("ok"); // Never empty: some hosts in front wait for a body.
            case Receipt.UnknownStore:
                return TypedResults.StatusCode(StatusCodes.Status404NotFound);
            case Receipt.Unverified:
                return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
            case Receipt.CannotStore:
                return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
            case Receipt.TooLong:
                http.Abort();
                return TypedResults.Empty;
            default:
                throw new UnreachableException(receipt.ToString());
        }
    }
}
