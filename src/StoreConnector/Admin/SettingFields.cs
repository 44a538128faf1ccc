using System.Text.Json;
using StoreConnector.Core.Automations;

namespace StoreConnector.Admin;

/// <summary>A mode's word.</summary>
internal static class Modes
{
    public const string Allowed = "off, shadow or live";

    public static string Write(AutomationMode mode) => mode switch
    {
        AutomationMode.Off => "off", AutomationMode.Shadow => "shadow", _ => "live",
    };

    public static AutomationMode? Read(string? text) => text switch
    {
        "off" => AutomationMode.Off, "shadow" => AutomationMode.Shadow, "live" => AutomationMode.Live, _ => null,
    };
}

/// <summary>Reads the fields that settings are made of; what cannot be is an error of the body.</summary>
internal static class SettingFields
{
    private const string Duration =
        "an ISO 8601 duration in whole weeks, days, hours, minutes or seconds, for example PT1H";

    /// <summary>The mode, or null when it was not sent.</summary>
    public static AutomationMode? Mode(this JsonBody body)
    {
        var text = body.Text("mode", Modes.Allowed);
        var mode = Modes.Read(text);
        if (text is not null && mode is null) { body.Refuse("mode", body.Field("mode"), Modes.Allowed); }

        return mode;
    }

    /// <summary>A span of time, or null when it was not sent.</summary>
    public static TimeSpan? Span(this JsonBody body, string name) =>
        body.Field(name) is { } sent ? ReadSpan(body, name, sent) : null;

    /// <summary>A number, or null when it was not sent.</summary>
    public static decimal? Number(this JsonBody body, string name)
    {
        if (body.Field(name) is not { } sent) { return null; }

        if (sent.ValueKind == JsonValueKind.Number && sent.TryGetDecimal(out var number)) { return number; }

        body.Refuse(name, sent, "a number");
        return null;
    }

    /// <summary>A yes or no, or null when it was not sent.</summary>
    public static bool? Flag(this JsonBody body, string name)
    {
        if (body.Field(name) is not { } sent) { return null; }

        if (sent.ValueKind is JsonValueKind.True or JsonValueKind.False) { return sent.GetBoolean(); }

        body.Refuse(name, sent, "true or false");
        return null;
    }

    /// <summary>A span of time that stands at a path.</summary>
    public static TimeSpan? ReadSpan(JsonBody body, string path, JsonElement sent)
    {
        if (sent.ValueKind == JsonValueKind.String
            && IsoDuration.TryParse(JsonBody.TextOf(sent), out var span)) { return span; }

        body.Refuse(path, sent, Duration);
        return null;
    }
}
