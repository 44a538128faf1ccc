using System.Text.Json;

namespace StoreConnector.Channels;

/// <summary>Reads a vendor's JSON leniently: what is missing or of another kind reads as nothing, and nothing throws.
/// </summary>
internal static class VendorJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>The root; of kind <see cref="JsonValueKind.Undefined"/> when it is no JSON.</summary>
    public static JsonElement Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <inheritdoc cref="Read(ReadOnlyMemory{byte})"/>
    public static JsonElement Read(string text) => Read(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>A field of an object, or nothing.</summary>
    public static JsonElement At(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) ? found : default;

    /// <summary>The items of a list; none of anything else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>Text, or a number as it was written; of a list its first; never blank.</summary>
    public static string? Text(this JsonElement value)
    {
        try
        {
            var text = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.Array when value.GetArrayLength() > 0 && value[0].ValueKind != JsonValueKind.Array =>
                    value[0].Text(),
                _ => null,
            };
            return string.IsNullOrWhiteSpace(text) ? null : text;
        }
        catch (InvalidOperationException)
        {
            return null; // Half a surrogate pair or broken UTF-8.
        }
    }
}
