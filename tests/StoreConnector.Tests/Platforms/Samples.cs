using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using StoreConnector.Core.Events;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Platforms;

/// <summary>The recorded deliveries, and short ways to read bodies.</summary>
internal static class Samples
{
    public const string HookToken = "hook-token";

    /// <summary>The country of the samples' stores.</summary>
    public const string Country = "US";

    private static readonly JsonSerializerOptions Indented = new(EventJson.Options) { WriteIndented = true };

    public static readonly DateTimeOffset Triggered = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Received = new(2026, 11, 22, 8, 0, 3, TimeSpan.Zero);

    /// <summary>Shopify's samples with their topics; a file's name is its topic, an underscore for the slash.</summary>
    public static IReadOnlyList<(string Topic, byte[] Body)> Shopify { get; } =
        [.. Directory.GetFiles(Repo.Fixture("shopify", "payloads"), "*.json").Order(StringComparer.Ordinal)
            .Select(file => (ShopifyTopic(Path.GetFileNameWithoutExtension(file)), File.ReadAllBytes(file)))];

    /// <summary>WooCommerce's captures that a hook sent; the REST answers beside them are not deliveries.</summary>
    public static IReadOnlyList<Capture> WooCommerce { get; } =
        [.. Directory.GetFiles(Repo.Fixture("woocommerce"), "*.json").Order(StringComparer.Ordinal)
            .Select(Read).OfType<Capture>()];

    public static byte[] ShopifyBody(string topic) => Shopify.Single(sample => sample.Topic == topic).Body;

    public static Capture WooCommerceCapture(string name) => WooCommerce.Single(capture => capture.Name == name);

    public static Delivery Delivery(string topic, byte[] body, DateTimeOffset? triggered = null) =>
        new("delivery-1", topic, triggered, Received, body);

    public static Parsed ReadShopify(string topic, byte[] body) =>
        new ShopifyParser(Country).Parse(Delivery(topic, body, Triggered));

    public static Parsed ReadShopify(string topic, string body) => ReadShopify(topic, Encoding.UTF8.GetBytes(body));

    public static Parsed ReadWooCommerce(string topic, byte[] body) =>
        new WooCommerceParser("store.example.com", Country).Parse(Delivery(topic, body));

    public static Parsed ReadWooCommerce(string topic, string body) =>
        ReadWooCommerce(topic, Encoding.UTF8.GetBytes(body));

    /// <summary>The only event of a result.</summary>
    public static StoreEvent Only(this Parsed parsed) => Assert.Single(Assert.IsType<Parsed.Events>(parsed).Items);

    /// <summary>The only event's body.</summary>
    public static T Only<T>(this Parsed parsed)
        where T : EventBody => Assert.IsType<T>(parsed.Only().Body);

    /// <summary>A body with fields changed: what a shop that is not a sample would send.</summary>
    public static byte[] With(this byte[] body, Action<JsonObject> change)
    {
        var node = JsonNode.Parse(body)!.AsObject();
        change(node);
        return Encoding.UTF8.GetBytes(node.ToJsonString());
    }

    /// <summary>A published order with the marks of a test taken off: placed, paid and not called off.</summary>
    public static byte[] RealOrder(Action<JsonObject>? change = null) => ShopifyBody("orders/create").With(order =>
    {
        order["test"] = false;
        order["cancelled_at"] = null;
        order["financial_status"] = "paid";
        change?.Invoke(order);
    });

    /// <summary>A result as a person reads it.</summary>
    public static string Print(this Parsed parsed) => parsed switch
    {
        Parsed.Events events => string.Join("\n", events.Items.Select(Print)),
        Parsed.Ignored ignored => $"ignored: {ignored.Reason}",
        Parsed.Unreadable unreadable => $"unreadable: {unreadable.Reason}",
        _ => throw new InvalidOperationException(),
    };

    private static string Print(StoreEvent happened) => JsonSerializer.Serialize(happened, Indented);

    private static string ShopifyTopic(string name)
    {
        if (name.Contains('.', StringComparison.Ordinal)) { return name; } // customer.joined_segment

        string[] verbs =
        [
            "scopes_update", "approaching_capped_amount", "data_request", "redeemcode_added", "partially_fulfilled",
            "in_stock", "out_of_stock",
        ];
        var cut = Array.Find(verbs, verb => name.EndsWith("_" + verb, StringComparison.Ordinal)) is { } verb
            ? name.Length - verb.Length - 1
            : name.LastIndexOf('_');
        return $"{name[..cut]}/{name[(cut + 1)..]}";
    }

    private static Capture? Read(string file)
    {
        var node = JsonNode.Parse(File.ReadAllText(file));
        if (node is not JsonObject capture || capture["headers"] is not JsonArray pairs) { return null; }

        var headers = new HeaderDictionary();
        foreach (var pair in pairs) { headers.Append(pair![0]!.GetValue<string>(), pair[1]!.GetValue<string>()); }

        return new(
            capture["name"]!.GetValue<string>(), capture["method"]!.GetValue<string>(), headers,
            capture["secret"]?.GetValue<string>(), Encoding.UTF8.GetBytes(capture["body"]!.GetValue<string>()));
    }
}

/// <summary>One request that a WooCommerce store made.</summary>
internal sealed record Capture(string Name, string Method, IHeaderDictionary Headers, string? Secret, byte[] Body)
{
    public string? Topic => Headers["X-WC-Webhook-Topic"];

    public override string ToString() => Name;
}
