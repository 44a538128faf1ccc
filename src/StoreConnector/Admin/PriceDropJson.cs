using StoreConnector.Core.Automations.PriceDrop;

namespace StoreConnector.Admin;

/// <summary>The price-drop rule as the API shows it. Durations are ISO 8601.</summary>
/// <param name="MinPercent">The least drop, in percent of the price that the person saw.</param>
/// <param name="MinPercentOfOrder">The least drop, in percent of the store's median order.</param>
internal sealed record PriceDropModel(
    string Mode, int Version, decimal MinPercent, decimal MinPercentOfOrder, string Interest, string Freshness,
    string BetweenMessages, string BetweenSameVariant)
{
    /// <summary>Why nothing leaves although it is live: the store's plan; only shown.</summary>
    [System.Text.Json.Serialization.JsonIgnore(
        Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Notice { get; init; }

    public static PriceDropModel Of(PriceDropSettings settings) => new(
        Modes.Write(settings.Mode), settings.Version, settings.MinPercent, settings.MinPercentOfOrder,
        IsoDuration.Write(settings.Interest), IsoDuration.Write(settings.Freshness),
        IsoDuration.Write(settings.BetweenMessages), IsoDuration.Write(settings.BetweenSameVariant));

    /// <summary>Lays what was sent over what is saved; the version rises when anything changed.</summary>
    public static PriceDropSettings Apply(JsonBody body, PriceDropSettings saved)
    {
        body.Field("version"); // A precondition, looked at by the caller.
        body.Field("notice"); // What is only shown may come back.
        var merged = saved with
        {
            Mode = body.Mode() ?? saved.Mode,
            MinPercent = body.Number("minPercent") ?? saved.MinPercent,
            MinPercentOfOrder = body.Number("minPercentOfOrder") ?? saved.MinPercentOfOrder,
            Interest = body.Span("interest") ?? saved.Interest,
            Freshness = body.Span("freshness") ?? saved.Freshness,
            BetweenMessages = body.Span("betweenMessages") ?? saved.BetweenMessages,
            BetweenSameVariant = body.Span("betweenSameVariant") ?? saved.BetweenSameVariant,
        };
        foreach (var error in merged.Check()) { body.Refuse(error); }

        return merged == saved ? saved : merged with { Version = saved.Version + 1 };
    }
}
