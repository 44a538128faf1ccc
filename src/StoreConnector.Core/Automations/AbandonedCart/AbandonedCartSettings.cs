namespace StoreConnector.Core.Automations.AbandonedCart;

/// <summary>A merchant's rule for carts that were left. Equal by value, steps included.</summary>
public sealed record AbandonedCartSettings
{
    /// <summary>The most steps of a series.</summary>
    public const int MaxSteps = 5;

    /// <summary>What a new store starts with: three e-mails, 1, 24 and 72 hours after the last change.</summary>
    public static readonly AbandonedCartSettings Default = new();

    /// <summary>How far it may go.</summary>
    public AutomationMode Mode { get; init; } = AutomationMode.Shadow;

    /// <summary>Rises by one with every saved change; kept with each decision.</summary>
    public int Version { get; init; } = 1;

    /// <summary>A cart unchanged for this long counts as left. 10 min to 24 h.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// When each step is due after the cart's last change, rising. Each from <see cref="Idle"/> to 14 d.
    /// </summary>
    public IReadOnlyList<TimeSpan> Steps { get; init; } =
        [TimeSpan.FromHours(1), TimeSpan.FromHours(24), TimeSpan.FromHours(72)];

    /// <summary>A step this late is dropped. 1 h to 72 h.</summary>
    public TimeSpan Freshness { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The series ends this long after the cart's last change. 1 d to 30 d.</summary>
    public TimeSpan EndsAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>No reminder for this long after any purchase. 0 to 14 d.</summary>
    public TimeSpan QuietAfterPurchase { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The next cart's series begins no sooner than this after the last reminder. 0 to 14 d.</summary>
    public TimeSpan BetweenSeries { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What the last of several reminders offers; null: nothing.</summary>
    public CartCoupon? Coupon { get; init; }

    /// <inheritdoc/>
    public bool Equals(AbandonedCartSettings? other) => other is not null && Mode == other.Mode
        && Version == other.Version
        && Idle == other.Idle && Steps.SequenceEqual(other.Steps) && Freshness == other.Freshness
        && EndsAfter == other.EndsAfter && QuietAfterPurchase == other.QuietAfterPurchase
            && BetweenSeries == other.BetweenSeries && Coupon == other.Coupon;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mode, Version, Idle, Steps.Count);

    /// <summary>Everything that is out of range; empty when it may be saved.</summary>
    public IReadOnlyList<SettingError> Check()
    {
        var errors = new List<SettingError?>
        {
            SettingRange.Check("idle", Idle, TimeSpan.FromMinutes(10), TimeSpan.FromHours(24)),
            SettingRange.Check("freshness", Freshness, TimeSpan.FromHours(1), TimeSpan.FromHours(72)),
            SettingRange.Check("endsAfter", EndsAfter, TimeSpan.FromDays(1), TimeSpan.FromDays(30)),
            SettingRange.Check("quietAfterPurchase", QuietAfterPurchase, TimeSpan.Zero, TimeSpan.FromDays(14)),
            SettingRange.Check("betweenSeries", BetweenSeries, TimeSpan.Zero, TimeSpan.FromDays(14)),
        };
        if (Steps.Count is 0 or > MaxSteps)
        {
            errors.Add(new("steps", FormattableString.Invariant($"{Steps.Count} steps"), $"1 to {MaxSteps} steps"));
        }

        for (var i = 0; i < Steps.Count; i++)
        {
            var least = i == 0 ? Idle : Steps[i - 1] + TimeSpan.FromMinutes(1);
            errors.Add(SettingRange.Check(FormattableString.Invariant($"steps[{i}].delay"), Steps[i], least,
                TimeSpan.FromDays(14)));
        }

        return [.. errors.OfType<SettingError>(), .. Coupon?.Check() ?? []];
    }
}
