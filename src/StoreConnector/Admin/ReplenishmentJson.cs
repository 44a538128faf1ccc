using System.Globalization;
using System.Text.Json;
using StoreConnector.Core.Automations.Replenishment;

namespace StoreConnector.Admin;

/// <summary>A product that the merchant says is used up and bought again.</summary>
/// <param name="ProductId">The platform's product id.</param>
/// <param name="Lasts">How long one piece lasts, ISO 8601; left out where the merchant does not say.</param>
internal sealed record ConsumableModel(long ProductId, string? Lasts);

/// <summary>The replenishment rule as the API shows it. Durations are ISO 8601.</summary>
internal sealed record ReplenishmentModelJson(
    string Mode, int Version, string Lead, decimal LeadPercent, string Window, string BetweenMessages,
    IReadOnlyList<ConsumableModel> Consumables)
{
    /// <summary>Why nothing leaves although it is live: the store's plan; only shown.</summary>
    [System.Text.Json.Serialization.JsonIgnore(
        Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Notice { get; init; }

    private const string Form = "a list of products, for example [{\"productId\": 632910392, \"lasts\": \"P30D\"}]";

    public static ReplenishmentModelJson Of(ReplenishmentSettings settings) => new(
        Modes.Write(settings.Mode), settings.Version, IsoDuration.Write(settings.Lead), settings.LeadPercent,
        IsoDuration.Write(settings.Window), IsoDuration.Write(settings.BetweenMessages),
        [.. settings.Consumables.Select(c =>
            new ConsumableModel(c.ProductId, c.Lasts is { } lasts ? IsoDuration.Write(lasts) : null))]);

    /// <summary>Lays what was sent over what is saved; the version rises when anything changed.</summary>
    public static ReplenishmentSettings Apply(JsonBody body, ReplenishmentSettings saved)
    {
        body.Field("version"); // A precondition, looked at by the caller.
        body.Field("notice"); // What is only shown may come back.
        var merged = saved with
        {
            Mode = body.Mode() ?? saved.Mode,
            Lead = body.Span("lead") ?? saved.Lead,
            LeadPercent = body.Number("leadPercent") ?? saved.LeadPercent,
            Window = body.Span("window") ?? saved.Window,
            BetweenMessages = body.Span("betweenMessages") ?? saved.BetweenMessages,
            Consumables = ReadConsumables(body) ?? saved.Consumables,
        };
        foreach (var error in merged.Check()) { body.Refuse(error); }

        return merged == saved ? saved : merged with { Version = saved.Version + 1 };
    }

    private static List<Consumable>? ReadConsumables(JsonBody body)
    {
        if (body.Field("consumables") is not { } sent) { return null; }

        if (sent.ValueKind != JsonValueKind.Array)
        {
            body.Refuse("consumables", sent, Form);
            return null;
        }

        var products = sent.EnumerateArray().Take(ReplenishmentSettings.MaxConsumables + 1).Index()
            .Select(p => ReadConsumable(body, FormattableString.Invariant($"consumables[{p.Index}]"), p.Item))
            .OfType<Consumable>().ToList();
        return [.. products.DistinctBy(p => p.ProductId)];
    }

    private static Consumable? ReadConsumable(JsonBody body, string path, JsonElement sent)
    {
        if (sent.ValueKind != JsonValueKind.Object || !sent.TryGetProperty("productId", out var id)
            || !long.TryParse(id.ValueKind == JsonValueKind.String ? JsonBody.TextOf(id) : id.GetRawText(),
                NumberStyles.None, CultureInfo.InvariantCulture, out var productId))
        {
            body.Refuse(path, sent, "a product, for example {\"productId\": 632910392}");
            return null;
        }

        foreach (var other in sent.EnumerateObject().Where(p => p.Name is not ("productId" or "lasts")))
        {
            body.Refuse($"{path}.{other.Name}", other.Value, "productId and lasts are the fields of a product");
        }

        return new(productId, sent.TryGetProperty("lasts", out var lasts) && lasts.ValueKind != JsonValueKind.Null
            ? SettingFields.ReadSpan(body, $"{path}.lasts", lasts) : null);
    }
}
