namespace StoreConnector.Core.Events;

/// <summary>How far a subscription to the app has come.</summary>
public enum PlanStatus
{
    /// <summary>The merchant has yet to say yes to it.</summary>
    Pending,

    /// <summary>It runs, also while a trial does.</summary>
    Active,

    /// <summary>The merchant said no to it.</summary>
    Declined,

    /// <summary>Nobody said yes in time.</summary>
    Expired,

    /// <summary>The store does not pay the platform.</summary>
    Frozen,

    /// <summary>It was ended.</summary>
    Cancelled,
}

/// <summary>One subscription as it was at one instant.</summary>
/// <param name="Name">As the merchant sees it, at most <see cref="MaxName"/> characters; null when not told.</param>
/// <param name="Handle">The plan's own short name; null when not told.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="At">When it was so: the newest word wins.</param>
public sealed record PlanState(string? Name, string? Handle, PlanStatus Status, DateTimeOffset At)
{
    /// <summary>The longest name or handle, in characters.</summary>
    public const int MaxName = 80;
}

/// <summary>What a store says of itself; what it does not say is null.</summary>
/// <param name="At">When it said so: the newest word wins.</param>
public sealed record ShopProfile(DateTimeOffset At)
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxName = 80;

    /// <summary>The longest address, in characters.</summary>
    public const int MaxAddress = 300;

    /// <summary>As shoppers know it.</summary>
    public string? Name { get; init; }

    /// <summary>ISO 4217.</summary>
    public string? Currency { get; init; }

    /// <summary>An IANA name.</summary>
    public string? TimeZone { get; init; }

    /// <summary>ISO 3166-1, two upper-case letters.</summary>
    public string? Country { get; init; }

    /// <summary>BCP 47.</summary>
    public string? Locale { get; init; }

    /// <summary>Where it is, in print, lines divided by a line feed.</summary>
    public string? PostalAddress { get; init; }
}
