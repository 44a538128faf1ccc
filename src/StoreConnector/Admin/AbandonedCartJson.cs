using System.Text.Json;
using System.Text.Json.Serialization;
using StoreConnector.Core.Automations.AbandonedCart;

namespace StoreConnector.Admin;

/// <summary>The abandoned-cart rule as the API shows it. Durations are ISO 8601.</summary>
internal sealed record AbandonedCartModel(
    string Mode, int Version, string Idle, IReadOnlyList<StepModel> Steps, string Freshness, string EndsAfter,
    string QuietAfterPurchase, string BetweenSeries, CouponModel? Coupon)
{
    /// <summary>Why nothing leaves although it is live: the store's plan; only shown.</summary>
    [System.Text.Json.Serialization.JsonIgnore(
        Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Notice { get; init; }

    public static AbandonedCartModel Of(AbandonedCartSettings settings) => new(
        Modes.Write(settings.Mode), settings.Version, IsoDuration.Write(settings.Idle),
        [.. settings.Steps.Select(s => new StepModel(IsoDuration.Write(s)))], IsoDuration.Write(settings.Freshness),
        IsoDuration.Write(settings.EndsAfter), IsoDuration.Write(settings.QuietAfterPurchase),
        IsoDuration.Write(settings.BetweenSeries), settings.Coupon is { } coupon
            ? CouponModel.Of(coupon) : null);
}

/// <summary>What the last reminder offers.</summary>
/// <param name="Code">Of a discount that was made in the shop; with <paramref name="Unique"/> what codes begin
/// with.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Unique">Each reminder gets a code of its own, which we make in the shop.</param>
internal sealed record CouponModel(
    CouponWords What, string? Code = null, DateTimeOffset? Until = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] UniqueModel? Unique = null)
{
    public static CouponModel Of(CartCoupon coupon) => new(new(coupon.English, coupon.Arabic),
        coupon.Code, coupon.Until, coupon.Unique is { } unique
            ? new(unique.PercentOff, unique.AmountOff, IsoDuration.Write(unique.ValidFor)) : null);
}

/// <summary>What a code of one's own gives: one of the two; and for how long it works after its message.</summary>
internal sealed record UniqueModel(decimal? PercentOff, decimal? AmountOff, string? ValidFor);

/// <summary>What it gives, in the languages of messages; where nothing is said it is not named.</summary>
internal sealed record CouponWords(string? En, string? Ar);

/// <summary>One step of a series.</summary>
/// <param name="Delay">After the cart's last change.</param>
internal sealed record StepModel(string Delay);

/// <summary>Lays what was sent over what is saved.</summary>
internal static class AbandonedCartMerge
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private const string StepsForm = "a list of steps, for example [{\"delay\": \"PT1H\"}]";

    /// <summary>The rule with the sent fields replaced and its version raised when anything changed; the body gets the
    /// errors.</summary>
    public static AbandonedCartSettings Apply(JsonBody body, AbandonedCartSettings saved)
    {
        body.Field("version"); // A precondition, looked at by the caller.
        body.Field("notice"); // What is only shown may come back.
        var merged = saved with
        {
            Mode = body.Mode() ?? saved.Mode,
            Idle = body.Span("idle") ?? saved.Idle,
            Steps = ReadSteps(body) ?? saved.Steps,
            Freshness = body.Span("freshness") ?? saved.Freshness,
            EndsAfter = body.Span("endsAfter") ?? saved.EndsAfter,
            QuietAfterPurchase = body.Span("quietAfterPurchase") ?? saved.QuietAfterPurchase,
            BetweenSeries = body.Span("betweenSeries") ?? saved.BetweenSeries,
            Coupon = body.Field("coupon") is { } coupon ? ReadCoupon(body, coupon) : saved.Coupon,
        };
        foreach (var error in merged.Check()) { body.Refuse(error); }

        return merged == saved ? saved : merged with { Version = saved.Version + 1 };
    }

    private static CartCoupon? ReadCoupon(JsonBody body, JsonElement sent)
    {
        const string Allowed =
            "null, or {\"what\": {\"en\": \"10% off this cart\"}, \"code\": \"SAVE10\", \"until\"?: a time in UTC}, or "
            + "with \"unique\": {\"percentOff\": 10, \"validFor\": \"P3D\"} for a code of its own in each reminder";
        if (sent.ValueKind == JsonValueKind.Null) { return null; }

        try
        {
            if (sent.Deserialize<CouponModel>(Strict) is { What: { } what } model
                && (model.Code ?? (model.Unique is null ? null : "")) is { } code
                && (model.Unique is null || IsoDuration.TryParse(model.Unique.ValidFor, out _)))
            {
                return new(code.Trim(), what.En?.Trim(), what.Ar?.Trim(), model.Until) { Unique = Read(model.Unique) };
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Named below, like what is missing.
        }

        body.Refuse("coupon", sent, Allowed);
        return null;
    }

    private static UniqueCoupon? Read(UniqueModel? sent) =>
        sent is not null && IsoDuration.TryParse(sent.ValidFor, out var valid)
            ? new(sent.PercentOff, sent.AmountOff, valid) : null;

    private static List<TimeSpan>? ReadSteps(JsonBody body)
    {
        if (body.Field("steps") is not { } sent) { return null; }

        if (sent.ValueKind != JsonValueKind.Array)
        {
            body.Refuse("steps", sent, StepsForm);
            return null;
        }

        var steps = new List<TimeSpan>();
        foreach (var (i, step) in sent.EnumerateArray().Take(AbandonedCartSettings.MaxSteps + 1).Index())
        {
            if (ReadStep(body, FormattableString.Invariant($"steps[{i}]"), step) is { } delay) { steps.Add(delay); }
        }

        var allSent = Math.Min(sent.GetArrayLength(), AbandonedCartSettings.MaxSteps + 1);
        return steps.Count == allSent ? steps : null; // One that cannot be is named already.
    }

    private static TimeSpan? ReadStep(JsonBody body, string path, JsonElement step)
    {
        if (step.ValueKind != JsonValueKind.Object || !step.TryGetProperty("delay", out var sent))
        {
            body.Refuse(path, step, "a step, for example {\"delay\": \"PT1H\"}");
            return null;
        }

        foreach (var other in step.EnumerateObject().Where(p => p.Name != "delay"))
        {
            body.Refuse($"{path}.{other.Name}", other.Value, "delay is the only field of a step");
        }

        return SettingFields.ReadSpan(body, $"{path}.delay", sent);
    }
}
