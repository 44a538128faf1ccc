namespace StoreConnector.Admin;

/// <summary>A list.</summary>
internal sealed record Items<T>(IReadOnlyList<T> List)
{
    [System.Text.Json.Serialization.JsonPropertyName("items")]
    public IReadOnlyList<T> List { get; } = List;
}

/// <summary>A store that was connected.</summary>
/// <param name="StoreId">Its id from now on.</param>
/// <param name="Hooks">What to create in WooCommerce; empty for Shopify. The secrets are shown this once.</param>
internal sealed record CreatedStore(string StoreId, IReadOnlyList<HookModel> Hooks);

/// <summary>One hook to create: deliver the topic to our address with the path, signed with the secret.</summary>
internal sealed record HookModel(string Topic, string Path, string Secret);

/// <summary>A store in the operator's list.</summary>
internal sealed record StoreModel(
    string StoreId, string Platform, string Domain, string Name, string Currency, string TimeZone, string Country,
        string Locale,
    DateTimeOffset InstalledAt, DateTimeOffset? UninstalledAt);

/// <summary>A signed delivery that could not be read.</summary>
internal sealed record UnreadableModel(
    string Id, string Source, string Topic, DateTimeOffset ReceivedAt, string Reason, bool CanRun, long Length);

/// <summary>What became of a delivery that was run again: <c>queued</c>, <c>ignored</c> or <c>unreadable</c>.</summary>
internal sealed record RunModel(string Outcome, int Events, string? Reason);

/// <summary>A message that was given up after its last attempt.</summary>
/// <param name="Reason">Why its last attempt failed; null when nobody could note it.</param>
/// <param name="FailedAt">When that was.</param>
/// <param name="Attempts">Which attempt that was.</param>
internal sealed record PoisonModel(
    string Id, string Queue, DateTimeOffset PoisonedAt, int Length, string? Reason, DateTimeOffset? FailedAt,
    int? Attempts);

/// <summary>Names one customer: exactly one of the fields.</summary>
internal sealed record CustomerSearch(string? Email, string? Phone, string? Id);
