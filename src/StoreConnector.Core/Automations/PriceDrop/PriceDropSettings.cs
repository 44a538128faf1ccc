namespace StoreConnector.Core.Automations.PriceDrop;

/// <summary>A merchant's rule for things that cost less than when somebody looked.</summary>
public sealed record PriceDropSettings
{
    /// <summary>What a new store starts with.</summary>
    public static readonly PriceDropSettings Default = new();

    /// <summary>How far it may go.</summary>
    public AutomationMode Mode { get; init; } = AutomationMode.Shadow;

    /// <summary>Rises by one with every saved change; kept with each decision.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The least drop, in percent of the price that the person saw. 1 to 90.</summary>
    public decimal MinPercent { get; init; } = 10;

    /// <summary>
    /// The least drop, in percent of the store's median order: a tenth of a cheap thing is not worth a message. 0 to
    /// 50.
    /// </summary>
    public decimal MinPercentOfOrder { get; init; } = 2;

    /// <summary>How long a sign of interest counts. 1 d to 60 d.</summary>
    public TimeSpan Interest { get; init; } = TimeSpan.FromDays(60);

    /// <summary>A drop this old is no news. 1 h to 7 d.</summary>
    public TimeSpan Freshness { get; init; } = TimeSpan.FromHours(48);

    /// <summary>One such message per person in this time. 1 d to 60 d.</summary>
    public TimeSpan BetweenMessages { get; init; } = TimeSpan.FromDays(7);

    /// <summary>One message about the same variant in this time. 1 d to 90 d.</summary>
    public TimeSpan BetweenSameVariant { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Everything that is out of range; empty when it may be saved.</summary>
    public IReadOnlyList<SettingError> Check() =>
        [.. new[]
        {
            SettingRange.Check("minPercent", MinPercent, 1, 90),
            SettingRange.Check("minPercentOfOrder", MinPercentOfOrder, 0, 50),
            SettingRange.Check("interest", Interest, TimeSpan.FromDays(1), Products.Interest.Life),
            SettingRange.Check("freshness", Freshness, TimeSpan.FromHours(1), TimeSpan.FromDays(7)),
            SettingRange.Check("betweenMessages", BetweenMessages, TimeSpan.FromDays(1), TimeSpan.FromDays(60)),
            SettingRange.Check("betweenSameVariant", BetweenSameVariant, TimeSpan.FromDays(1), TimeSpan.FromDays(90)),
        }.OfType<SettingError>()];
}
