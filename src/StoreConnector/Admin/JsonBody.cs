using System.Text.Json;
using StoreConnector.Core.Automations;

namespace StoreConnector.Admin;

/// <summary>
/// A request's JSON object, read field by field, so that each field that cannot be is named with what it was and what
/// it may be. A field that nobody asked for is an error too: a typing error must not look like success.
/// </summary>
internal sealed class JsonBody
{
    /// <summary>The longest body of the API, 64 KiB.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int MaxShown = 80;

    private readonly Dictionary<string, JsonElement> fields;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly List<SettingError> errors = [];

    private JsonBody(JsonElement root) =>
        fields = root.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);

    /// <summary>Reads the body of a request, at most <see cref="MaxBytes"/>.</summary>
    /// <exception cref="BadRequestException">It is too long, or no JSON object.</exception>
    public static async Task<JsonBody> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!request.HasJsonContentType())
        {
            throw new BadRequestException(
                StatusCodes.Status415UnsupportedMediaType, "not-json", "Send application/json.");
        }

        var bytes = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        if (length > MaxBytes)
        {
            throw new BadRequestException(
                StatusCodes.Status413PayloadTooLarge, "body-too-large", $"The body may have {MaxBytes} bytes.");
        }

        return Parse(bytes.AsMemory(0, length));
    }

    /// <summary>The field as it was sent, or null when it was not.</summary>
    public JsonElement? Field(string name)
    {
        asked.Add(name);
        return fields.TryGetValue(name, out var value) ? value : null;
    }

    /// <summary>The text of a field; null when it was not sent. Another kind of value is an error.</summary>
    public string? Text(string name, string allowed)
    {
        if (Field(name) is not { } value) { return null; }

        if (value.ValueKind == JsonValueKind.String && TextOf(value) is { } text) { return text; }

        Refuse(name, value, allowed);
        return null;
    }

    /// <summary>Says that a field cannot be what it is.</summary>
    public void Refuse(string name, JsonElement? value, string allowed) => errors.Add(new(name, Show(value), allowed));

    /// <summary>Says that a field cannot be what it is.</summary>
    public void Refuse(SettingError error) => errors.Add(error);

    /// <summary>Everything that cannot be, with the fields that nobody asked for.</summary>
    public IReadOnlyList<SettingError> Errors() =>
    [
        .. errors,
        .. fields.Keys.Where(name => !asked.Contains(name))
            .Select(name => new SettingError(Cut(name), "An unknown field", string.Join(", ", asked))),
    ];

    /// <summary>Text, or null when its escapes are no Unicode.</summary>
    public static string? TextOf(JsonElement value)
    {
        try { return value.GetString(); }
        catch (InvalidOperationException) { return null; }
    }

    /// <summary>A value as it may be repeated to who sent it.</summary>
    public static string Show(JsonElement? value) => value switch
    {
        null => "A missing value",
        { ValueKind: JsonValueKind.String } text => $"'{Cut(TextOf(text) ?? "?")}'",
        { } other => Cut(other.GetRawText()),
    };

    /// <summary>Reads an object.</summary>
    /// <exception cref="BadRequestException">It is none.</exception>
    public static JsonBody Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 };
            using var json = JsonDocument.Parse(bytes, options);
            return json.RootElement.ValueKind == JsonValueKind.Object ? new(json.RootElement.Clone())
                : throw Malformed("Send a JSON object.");
        }
        catch (InvalidOperationException)
        {
            throw Malformed("A field's name is not Unicode."); // How System.Text.Json says so, while it compares names.
        }
        catch (JsonException e)
        {
            var place = FormattableString.Invariant($"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
            throw Malformed($"The body is not JSON: {place}.");
        }
    }

    private static BadRequestException Malformed(string detail) =>
        new(StatusCodes.Status400BadRequest, "malformed-json", detail);

    private static string Cut(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";
}

/// <summary>A request that cannot be answered because of its form. Caught in one place and told as problem
/// details.</summary>
internal sealed class BadRequestException(int status, string code, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>For programs.</summary>
    public string Code => code;
}
