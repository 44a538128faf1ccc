using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Storefront;

namespace StoreConnector.Tests.Storefront;

/// <summary>Posts as our web pixel makes them.</summary>
internal static class Visits
{
    public const string Browser = "c0ffee00-1111-2222-3333-444455556666";
    public const string CheckoutToken = "bd5a8aa1ecd019dd3520ff791ee3a24c";
    public const string CartToken = "Z2NwLXVzLWNlbnRyYWwxOjAxSlo";

    public static JsonObject View(string shop, long product = 1, long? variant = null, decimal? price = 100, string browser = Browser) =>
        With(Post(shop, "product_viewed", browser), json =>
        {
            json["productId"] = product.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (variant is { } id) { json["variantId"] = id.ToString(System.Globalization.CultureInfo.InvariantCulture); }

            if (price is { } shown) { json["price"] = new JsonObject { ["amount"] = shown, ["currency"] = "AED" }; }
        });

    public static JsonObject Started(string shop, string checkout = CheckoutToken, string browser = Browser) =>
        With(Post(shop, "checkout_started", browser), json => json["checkoutToken"] = checkout);

    public static JsonObject With(JsonObject json, Action<JsonObject> change)
    {
        change(json);
        return json;
    }

    public static byte[] Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString(new JsonSerializerOptions()));

    /// <summary>What a post becomes; nothing when it is refused.</summary>
    public static IReadOnlyList<StoreEvent> EventsOf(JsonNode json, DateTimeOffset now) =>
        ShopifyVisit.TryRead(Bytes(json), out var visit) ? [.. visit.Events(now)] : [];

    private static JsonObject Post(string shop, string kind, string browser) =>
        new() { ["v"] = 1, ["shop"] = shop, ["browser"] = browser, ["kind"] = kind };
}
