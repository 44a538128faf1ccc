namespace StoreConnector.Core.Automations.Replenishment;

/// <summary>A product that the merchant says is used up and bought again.</summary>
/// <param name="ProductId">The platform's product id.</param>
/// <param name="Lasts">How long one piece lasts, where the merchant knows: 1 d to 730 d.</param>
public sealed record Consumable(long ProductId, TimeSpan? Lasts);

/// <summary>A merchant's rule for things that are used up. Equal by value, products included.</summary>
public sealed record ReplenishmentSettings
{
    /// <summary>The most products a merchant can mark.</summary>
    public const int MaxConsumables = 500;

    /// <summary>What a new store starts with.</summary>
    public static readonly ReplenishmentSettings Default = new();

    /// <summary>How far it may go.</summary>
    public AutomationMode Mode { get; init; } = AutomationMode.Shadow;

    /// <summary>Rises by one with every saved change; kept with each decision.</summary>
    public int Version { get; init; } = 1;

    /// <summary>A reminder leaves at least this long before the product is used up. 0 to 14 d.</summary>
    public TimeSpan Lead { get; init; } = TimeSpan.FromDays(3);

    /// <summary>… and at least this share of the expected time, in percent. 0 to 50.</summary>
    public decimal LeadPercent { get; init; } = 10;

    /// <summary>A reminder that is this much later than the due date is dropped. 1 d to 60 d.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(14);

    /// <summary>One such message per person in this time. 1 d to 30 d.</summary>
    public TimeSpan BetweenMessages { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What the merchant marked, each product once.</summary>
    public IReadOnlyList<Consumable> Consumables { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(ReplenishmentSettings? other) => other is not null && Mode == other.Mode
        && Version == other.Version && Lead == other.Lead && LeadPercent == other.LeadPercent && Window == other.Window
        && BetweenMessages == other.BetweenMessages && Consumables.SequenceEqual(other.Consumables);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mode, Version, Lead, Window, Consumables.Count);

    /// <summary>Everything that is out of range; empty when it may be saved.</summary>
    public IReadOnlyList<SettingError> Check()
    {
        var errors = new List<SettingError?>
        {
            SettingRange.Check("lead", Lead, TimeSpan.Zero, TimeSpan.FromDays(14)),
            SettingRange.Check("leadPercent", LeadPercent, 0, 50),
            SettingRange.Check("window", Window, TimeSpan.FromDays(1), TimeSpan.FromDays(60)),
            SettingRange.Check("betweenMessages", BetweenMessages, TimeSpan.FromDays(1), TimeSpan.FromDays(30)),
            SettingRange.Check("consumables", Consumables.Count, 0, MaxConsumables),
        };
        foreach (var (i, product) in Consumables.Index())
        {
            var field = FormattableString.Invariant($"consumables[{i}]");
            errors.Add(SettingRange.Check(field + ".productId", product.ProductId, 1, long.MaxValue));
            if (product.Lasts is { } lasts)
            {
                errors.Add(SettingRange.Check(field + ".lasts", lasts, TimeSpan.FromDays(1), TimeSpan.FromDays(730)));
            }
        }

        return [.. errors.OfType<SettingError>()];
    }
}
