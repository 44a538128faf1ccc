using System.Globalization;
using System.Text.Json;

namespace StoreConnector.Storage.Azure;

/// <summary>
/// One row as Table storage keeps it: its value is split over binary properties <c>V</c>, <c>V1</c> …, because a
/// property holds 64 KiB, and <c>Op</c> names the write that made it, so that a lost answer can be looked up.
/// </summary>
/// <param name="ETag">Empty when only some properties were asked for.</param>
internal sealed record TableEntity(string RowKey, ReadOnlyMemory<byte> Value, string ETag, string? Op)
{
    /// <summary>Where it stands; empty when only some properties were asked for.</summary>
    public string PartitionKey { get; init; } = "";

    /// <summary>The most bytes of a binary property.</summary>
    public const int MaxProperty = 64 * 1024;

    /// <summary>The JSON of a row to write.</summary>
    public static void Write(
        Utf8JsonWriter json, string partition, string row, ReadOnlySpan<byte> value, string operation)
    {
        json.WriteStartObject();
        json.WriteString(nameof(PartitionKey), partition);
        json.WriteString(nameof(RowKey), row);
        json.WriteString(nameof(Op), operation);
        for (var part = 0; part == 0 || part * MaxProperty < value.Length; part++)
        {
            json.WriteString(Name(part) + "@odata.type", "Edm.Binary");
            var end = Math.Min(value.Length, (part + 1) * MaxProperty);
            json.WriteBase64String(Name(part), value[(part * MaxProperty)..end]);
        }

        json.WriteEndObject();
    }

    /// <summary>The row of an answer.</summary>
    public static TableEntity Read(JsonElement json) => new(
        json.GetProperty(nameof(RowKey)).GetString()!, ValueOf(json),
        json.TryGetProperty("odata.etag", out var etag) ? etag.GetString()! : "",
        json.TryGetProperty(nameof(Op), out var operation) ? operation.GetString() : null)
    {
        PartitionKey = json.TryGetProperty(nameof(PartitionKey), out var partition) ? partition.GetString()! : "",
    };

    private static byte[] ValueOf(JsonElement json)
    {
        if (!json.TryGetProperty("V1", out _))
        {
            return json.TryGetProperty("V", out var all) ? all.GetBytesFromBase64() : [];
        }

        var parts = new List<byte[]>();
        while (json.TryGetProperty(Name(parts.Count), out var part)) { parts.Add(part.GetBytesFromBase64()); }

        return [.. parts.SelectMany(p => p)];
    }

    private static string Name(int part) => part == 0 ? "V" : "V" + part.ToString(CultureInfo.InvariantCulture);
}
