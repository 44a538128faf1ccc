using System.Text.Json;
using System.Text.Json.Serialization;

namespace StoreConnector.Core.Guards;

/// <summary>Reads what the guards rest on. It is part of this assembly, so reading it is no I/O.</summary>
internal static class GuardData
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, // What a later reader wants stands there already.
    };

    /// <summary>The resource <c>guards.{name}.json</c>. A missing or malformed one is a mistake of ours.</summary>
    public static T Read<T>(string name)
    {
        using var stream = typeof(GuardData).Assembly.GetManifestResourceStream($"guards.{name}.json")
            ?? throw new InvalidOperationException($"The data {name} are not embedded.");
        return JsonSerializer.Deserialize<T>(stream, Options)
            ?? throw new InvalidOperationException($"The data {name} are empty.");
    }

    /// <summary>The words between blanks.</summary>
    public static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
