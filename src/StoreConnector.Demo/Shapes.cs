using System.Text.Json.Nodes;

namespace StoreConnector.Demo;

/// <summary>
/// The recorded bodies. Who and when is ours, and the signatures are; the shape is what the platforms really send.
/// </summary>
internal static class Shapes
{
    /// <summary>A published sample of Shopify's.</summary>
    public static JsonObject Shopify(string name) => JsonNode.Parse(Read("shopify/" + name))!.AsObject();

    /// <summary>The body of a captured delivery of WooCommerce's, as if from <paramref name="host"/>.</summary>
    public static JsonObject WooCommerce(string name, string host)
    {
        var body = JsonNode.Parse(Read("woocommerce/" + name))!["body"]!.GetValue<string>();
        return JsonNode.Parse(body.Replace("store.example.com", host, StringComparison.Ordinal))!.AsObject();
    }

    /// <summary>A copy of the list's first member for each of <paramref name="items"/>.</summary>
    public static JsonArray Each(this JsonArray list, IEnumerable<Item> items, Action<JsonObject, Item> change)
    {
        var made = new JsonArray();
        foreach (var item in items)
        {
            var one = list[0]!.DeepClone().AsObject();
            change(one, item);
            made.Add((JsonNode)one);
        }

        return made;
    }

    private static string Read(string name)
    {
        using var stream = typeof(Shapes).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        return new StreamReader(stream).ReadToEnd();
    }
}
