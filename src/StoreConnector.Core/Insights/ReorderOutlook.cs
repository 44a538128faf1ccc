using static System.FormattableString;

namespace StoreConnector.Core.Insights;

/// <summary>Which products are used up and bought again, so that a reminder makes sense.</summary>
/// <param name="MinBuyers">People who bought it, at least …</param>
/// <param name="MinRepeatShare">… of whom this share (0 to 1) bought it again.</param>
/// <param name="MinTimesBought">Or this person bought it on so many days.</param>
public sealed record ReorderGate(int MinBuyers = 20, double MinRepeatShare = 0.2, int MinTimesBought = 3);

/// <summary>When a message about something that is nearly used up makes sense.</summary>
/// <param name="MinLead">It leaves at least so long before the due date …</param>
/// <param name="LeadShare">… or this share (0 to 1) of the expected gap, if that is longer.</param>
/// <param name="Fresh">How long after the due date it still makes sense.</param>
public sealed record ReorderTiming(TimeSpan MinLead, double LeadShare, TimeSpan Fresh)
{
    /// <summary>What a new store starts with.</summary>
    public static readonly ReorderTiming Default = new(TimeSpan.FromDays(3), 0.1, TimeSpan.FromDays(14));
}

/// <summary>
/// Everything that the outlook on one person's next purchase of one product rests on: numbers and instants only, so the
/// same facts give the same outlook for ever.
/// </summary>
public sealed record ReorderFacts
{
    /// <summary>The person's purchases of the product.</summary>
    public required PurchaseRhythm Rhythm { get; init; }

    /// <summary>What was known of the product.</summary>
    public required ProductPrior Prior { get; init; }

    /// <summary>By <see cref="Insights.CustomerEffect.Of"/>, over all the person's products.</summary>
    public double CustomerEffect { get; init; }

    /// <summary>When the last purchase was fulfilled; days count from then, if it is later than the purchase.</summary>
    public DateTimeOffset? FulfilledAt { get; init; }

    /// <summary>The merchant's word on how long one piece lasts; above zero. It marks the product, too.</summary>
    public TimeSpan? OnePieceLasts { get; init; }

    /// <summary>The merchant says that it is used up and bought again.</summary>
    public bool Marked { get; init; }

    /// <summary>The merchant's rule as it was.</summary>
    public ReorderGate Gate { get; init; } = new();

    /// <summary>The merchant's times as they were.</summary>
    public ReorderTiming Timing { get; init; } = ReorderTiming.Default;
}

/// <summary>Whether and when a person is due to buy a product again.</summary>
public abstract record ReorderOutlook
{
    /// <summary>
    /// A message leaves not before this share of the gap is over, and never within the least lead of the purchase.
    /// </summary>
    public const double EarliestShare = 0.5;

    /// <summary>Purchases of a person from which on their own typical gap is a number worth showing.</summary>
    public const int MinTimesForDays = 3;

    /// <summary>
    /// Purchases of a person from which on a message may say "you buy this every …". Below, a product's median
    /// forecasts better than the person's mean.
    /// </summary>
    public const int MinTimesForPersonal = 5;

    private ReorderOutlook()
    {
    }

    /// <summary>The person is due then.</summary>
    /// <param name="DueAt">
    /// The expected purchase: a whole number of days from the last one, or from its fulfilment.
    /// </param>
    /// <param name="SendAt">From then on a message makes sense.</param>
    /// <param name="Until">From then on it does not.</param>
    /// <param name="MedianDays">The expected gap, days.</param>
    /// <param name="PersonalDays">
    /// The person's own typical gap, days, from <see cref="MinTimesForDays"/> purchases on; else null.
    /// </param>
    /// <param name="ProductDays">The product's, as <see cref="ProductPrior.TypicalDays"/>.</param>
    /// <param name="IsPersonal">Whether <paramref name="PersonalDays"/> may be told to the person.</param>
    /// <param name="TimesBought">Days on which the person bought it.</param>
    /// <param name="Chance">
    /// The probability, 0 to 1, that somebody who has not bought by <paramref name="SendAt"/> buys in the 14 days
    /// after.
    /// </param>
    /// <param name="Why">A plain English sentence, for the merchant.</param>
    public sealed record Due(
        DateTimeOffset DueAt, DateTimeOffset SendAt, DateTimeOffset Until, double MedianDays, double? PersonalDays,
        double? ProductDays, bool IsPersonal, int TimesBought, double Chance, string Why) : ReorderOutlook;

    /// <summary>No reminder.</summary>
    /// <param name="Code">One of this type's constants. Others read them: add freely, rename nothing.</param>
    /// <param name="Why">A plain English sentence, for the merchant.</param>
    public sealed record NotReplenished(string Code, string Why) : ReorderOutlook
    {
        /// <summary>Too few people bought it to tell.</summary>
        public const string TooFewBuyers = "too-few-buyers";

        /// <summary>Too few of its buyers bought it again.</summary>
        public const string TooFewRepeats = "too-few-repeats";

        /// <summary>
        /// This person, or else people, or else the store's customers buy it less often than every
        /// <see cref="ReplenishmentForecast.UsualHorizonDays"/> days, beyond which nothing is forecast.
        /// </summary>
        public const string TooRare = "too-rare";
    }

    /// <summary>Decides from the facts alone.</summary>
    public static ReorderOutlook Of(ReorderFacts facts)
    {
        if (Refusal(facts) is { } refusal) { return refusal; }

        var forecast = ReplenishmentForecast.Of(facts.Rhythm, facts.Prior, facts.CustomerEffect, facts.OnePieceLasts);
        var typical = OwnDays(facts.Rhythm) ?? facts.Prior.TypicalDays ?? Math.Exp(forecast.Mean);
        return typical > forecast.HorizonDays
            ? new NotReplenished(NotReplenished.TooRare,
                Invariant($"bought about every {typical:F0} days; beyond {forecast.HorizonDays:F0} there is a ")
                + "reminder only where the merchant says how long a piece lasts")
            : DueBy(facts, forecast);
    }

    private static double? OwnDays(PurchaseRhythm rhythm) =>
        rhythm.Times >= MinTimesForDays ? rhythm.TypicalDays : null;

    private static NotReplenished? Refusal(ReorderFacts facts)
    {
        var (prior, gate) = (facts.Prior, facts.Gate);
        if (facts.Marked || facts.OnePieceLasts is not null || facts.Rhythm.Times >= gate.MinTimesBought)
        {
            return null;
        }

        return prior.Buyers < gate.MinBuyers
            ? new(NotReplenished.TooFewBuyers,
                Invariant($"{prior.Buyers} people bought it; {gate.MinBuyers} are needed"))
            : prior.RepeatShare < gate.MinRepeatShare
            ? new(NotReplenished.TooFewRepeats, Invariant($"{prior.RepeatBuyers} of {prior.Buyers} buyers bought it ")
                + Invariant($"again; {gate.MinRepeatShare * 100:0.#} % are needed"))
            : null;
    }

    private static Due DueBy(ReorderFacts facts, ReplenishmentForecast forecast)
    {
        var (rhythm, timing) = (facts.Rhythm, facts.Timing);
        var from = facts.FulfilledAt > rhythm.LastAt ? facts.FulfilledAt.Value : rhythm.LastAt;
        var days = Math.Round(forecast.MedianDays);
        var lead = Math.Max(timing.MinLead.TotalDays, timing.LeadShare * days);
        var send = Math.Max(Math.Max(days - lead, EarliestShare * days), timing.MinLead.TotalDays);
        var personal = OwnDays(rhythm);
        return new(
            from.AddDays(days), from.AddDays(send), from.AddDays(days) + timing.Fresh, forecast.MedianDays, personal,
            facts.Prior.TypicalDays, rhythm.Times >= MinTimesForPersonal, rhythm.Times,
            forecast.Chance(send, timing.Fresh.TotalDays), Explain(facts, days, personal));
    }

    /// <summary>In the merchant's words: what this person did, what others do, and what follows.</summary>
    private static string Explain(ReorderFacts facts, double days, double? personal)
    {
        var times = facts.Rhythm.Times == 1 ? "once" : Invariant($"{facts.Rhythm.Times} times");
        var own = personal is { } every ? Invariant($", about every {every:F0} days") : "";
        var others = facts.OnePieceLasts is { } lasts
                ? Invariant($"a piece lasts {lasts.TotalDays:0.#} days, and they bought {facts.Rhythm.LastQuantity}")
            : facts.Prior.TypicalDays is { } usual ? Invariant($"people buy it about every {usual:F0} days")
            : "too few people bought it again to know how others do";
        return Invariant($"bought {times}{own}; {others}: expected {days:F0} days after the last purchase");
    }
}
