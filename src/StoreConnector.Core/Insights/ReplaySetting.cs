using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Insights;

/// <summary>What a replay rests on beside the log.</summary>
public sealed record ReplaySetting
{
    /// <summary>The store as it is now. Its automations count as live, and the store as installed.</summary>
    public required Store Store { get; init; }

    /// <summary>The first instant that is told of.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The last.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>What the store has learned by now.</summary>
    public StoreFigures Figures { get; init; } = StoreFigures.None;

    /// <summary>The key of a customer founded on an alias: its rank, and its hash.</summary>
    public required Func<Alias, string> KeyOf { get; init; }

    /// <summary>A zone's clock from an instant on; null for an unknown zone.</summary>
    public required Func<string, DateTimeOffset, ZoneClock?> Zones { get; init; }

    /// <summary>Asked for each message that would have left; null when nobody wants to know.</summary>
    public Action<ReplayedSend>? OnSend { get; init; }
}

/// <summary>A message that would have left.</summary>
/// <param name="Order">What it is.</param>
/// <param name="Person">The person as they were then.</param>
/// <param name="At">When.</param>
public sealed record ReplayedSend(SendOrder Order, CustomerState Person, DateTimeOffset At);

/// <summary>What a replay found.</summary>
/// <param name="Report">The figures.</param>
/// <param name="Firsts">
/// The first messages of each automation, at most <see cref="Replay.MaxFirsts"/> of each, oldest first: the first one
/// may speak of something whose name the shop has never told.
/// </param>
public sealed record ReplayOutcome(ShadowReport Report, IReadOnlyList<ReplayedSend> Firsts);
