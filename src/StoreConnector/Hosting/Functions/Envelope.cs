using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StoreConnector.Hosting.Functions;

/// <summary>A queue message as the Functions host hands it over.</summary>
/// <param name="Body">The bytes as sent.</param>
/// <param name="Id">For the log; empty when it was not told.</param>
/// <param name="Dequeues">1 the first time; also when it was not told.</param>
internal sealed record Envelope(ReadOnlyMemory<byte> Body, string Id, int Dequeues)
{
    /// <summary>The name of the binding in each <c>function.json</c>.</summary>
    public const string Binding = "msg";

    /// <summary>
    /// Reads the host's JSON. With <c>dataType: binary</c> the message is base64 once; without it a string that holds
    /// JSON again. Numbers come as 3, "3" or "\"3\"". What is not understood of the metadata is left.
    /// </summary>
    /// <exception cref="JsonException">It is no envelope.</exception>
    public static Envelope Read(JsonElement json)
    {
        if (!Property(json, "Data", out var data) || !Property(data, Binding, out var message))
        {
            throw new JsonException($"The envelope has no Data.{Binding}.");
        }

        Property(json, "Metadata", out var metadata);
        var count = int.TryParse(Text(metadata, "DequeueCount"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var dequeues) && dequeues > 0 ? dequeues : 1;
        return new(BodyOf(message), Text(metadata, "Id"), count);
    }

    private static byte[] BodyOf(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.String) { return Encoding.UTF8.GetBytes(message.GetRawText()); }

        var text = TextOf(message);
        var base64 = new byte[text.Length];
        return Convert.TryFromBase64String(text, base64, out var length) ? base64[..length]
            : Encoding.UTF8.GetBytes(Unquoted(text));
    }

    private static string Text(JsonElement metadata, string name) => !Property(metadata, name, out var value) ? ""
        : value.ValueKind == JsonValueKind.String ? Unquoted(TextOf(value)) : value.GetRawText();

    /// <summary>A string that holds a JSON string again is that string.</summary>
    private static string Unquoted(string text)
    {
        if (!text.StartsWith('"')) { return text; }

        try
        {
            return JsonSerializer.Deserialize<string>(text) ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string TextOf(JsonElement json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("Half a character.", e);
        }
    }

    private static bool Property(JsonElement json, string name, out JsonElement value)
    {
        value = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out value);
    }
}
