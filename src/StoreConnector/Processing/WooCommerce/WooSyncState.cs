using System.Collections.Immutable;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>How far a site has been followed, as it is kept. It holds nothing of a person.</summary>
internal sealed record WooSyncState
{
    private const string Partition = "woo", Row = "sync";

    /// <summary>When the last round began, by our clock: another does not begin beside it.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>When a round last went all the way, by our clock.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Rounds in a row that came to nothing.</summary>
    public int Failures { get; init; }

    /// <summary>Until then the site is left alone.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Why the last round did not go all the way; null when it did.</summary>
    public string? Why { get; init; }

    public WooCursor? Orders { get; init; }

    public WooCursor? Products { get; init; }

    public WooPeople? Customers { get; init; }

    /// <summary>The search for orders that were deleted without a word.</summary>
    public WooIdSweep OrderIds { get; init; } = new(null, null);

    /// <summary>The same for products.</summary>
    public WooIdSweep ProductIds { get; init; } = new(null, null);

    public static async ValueTask<(WooSyncState State, string? ETag)> ReadAsync(
        StoreContext store, CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(Partition, Row, cancel) is { } row
            ? (Json.Read<WooSyncState>(row.Value, "how far a site was followed"), row.ETag) : (new(), null);

    /// <returns>False when another writer came first.</returns>
    public ValueTask<bool> TryWriteAsync(StoreContext store, string? etag, CancellationToken cancel)
    {
        var bytes = Json.Write(this);
        return store.Customers.Table.TryWriteAsync(Partition,
            [etag is null ? new TableWrite.Insert(Row, bytes) : new TableWrite.Replace(Row, bytes, etag)], cancel);
    }
}

/// <summary>How far changes of one kind have been followed.</summary>
/// <param name="At">The newest change that was queued, by the site's own clock.</param>
/// <param name="Since">What changed before, by the site's clock, is history and no gap.</param>
internal sealed record WooCursor(DateTimeOffset At, DateTimeOffset Since)
{
    /// <summary>Kept of what was seen around <see cref="At"/>; for more a site would have to change at once.</summary>
    public const int MaxRecent = 10_000;

    /// <summary>What was seen of the seconds that are asked for twice: id and second.</summary>
    public ImmutableHashSet<string> Recent { get; init; } = [];

    public WooTally Tally { get; init; } = WooTally.None;
}

/// <summary>How far customers have been followed: WooCommerce cannot say which of them changed.</summary>
/// <param name="NewestId">The greatest id that was seen.</param>
/// <param name="Since">Changes before, by the site's clock, are known.</param>
/// <param name="FollowedSince">What changed before, by the site's clock, is history and no gap.</param>
internal sealed record WooPeople(long NewestId, DateTimeOffset Since, DateTimeOffset FollowedSince)
{
    /// <summary>Where the next page begins of a look at all of them; null between two.</summary>
    public RowMark? Mark { get; init; }

    /// <summary>When that look began, by the site's clock.</summary>
    public DateTimeOffset? LookBegan { get; init; }

    /// <summary>When the next look is due, by our clock.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public WooTally Tally { get; init; } = WooTally.None;
}

/// <summary>A search for what was deleted.</summary>
/// <param name="Mark">Where its next page begins; null between two searches.</param>
/// <param name="DueAt">When the next one is due, by our clock; null: now.</param>
internal sealed record WooIdSweep(RowMark? Mark, DateTimeOffset? DueAt);

/// <summary>What rounds looked at, and what no webhook had brought.</summary>
/// <param name="Looked">Changes that were looked at.</param>
/// <param name="Filled">Those that no webhook had brought.</param>
/// <param name="LastGapAt">When such a one was last found, by our clock.</param>
/// <param name="Days">The days on which some were found, newest last; at most <see cref="MaxDays"/>.</param>
internal sealed record WooTally(long Looked, long Filled, DateTimeOffset? LastGapAt, IReadOnlyList<WooGapDay> Days)
{
    public const int MaxDays = 30;

    public static readonly WooTally None = new(0, 0, null, []);

    public WooTally With(int looked, int filled, DateTimeOffset now)
    {
        if (filled == 0) { return this with { Looked = Looked + looked }; }

        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var before = Days.FirstOrDefault(d => d.Day == day)?.Filled ?? 0;
        return new(Looked + looked, Filled + filled, now,
            [.. Days.Where(d => d.Day != day).TakeLast(MaxDays - 1), new(day, before + filled)]);
    }
}

/// <summary>How much was found on one day (UTC) that no webhook had brought.</summary>
internal sealed record WooGapDay(DateOnly Day, int Filled);
