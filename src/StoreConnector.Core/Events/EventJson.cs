using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace StoreConnector.Core.Events;

/// <summary>
/// The one JSON form of events and of all stored state: camel case, nothing written for null, times in UTC as sent.
/// </summary>
public static class EventJson
{
    /// <summary>How it is written and read. Reading refuses nothing that a newer version might add.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // never put into a page; half the size for Arabic
            AllowOutOfOrderMetadataProperties = true,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
        options.Converters.Add(new IsoDurationJson());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>Spans of time as everywhere outside: ISO 8601, for example <c>PT30M</c>.</summary>
internal sealed class IsoDurationJson : JsonConverter<TimeSpan>
{
    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return XmlConvert.ToTimeSpan(reader.GetString() ?? "");
        }
        catch (FormatException e)
        {
            throw new JsonException("Not an ISO 8601 duration.", e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(XmlConvert.ToString(value));
}
