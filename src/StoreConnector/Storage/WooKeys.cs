using Microsoft.AspNetCore.DataProtection;

namespace StoreConnector.Storage;

/// <summary>What one WooCommerce site gave us to reach it with. Never shown, never logged.</summary>
internal sealed record WooKey
{
    /// <summary>The site's home, proven; ends with a slash.</summary>
    public required Uri Site { get; init; }

    /// <summary>The consumer key.</summary>
    public required string Key { get; init; }

    /// <summary>The consumer secret.</summary>
    public required string Secret { get; init; }

    /// <summary>How the site is shown it: the platform's word.</summary>
    public required string Way { get; init; }

    /// <summary>Whether the site's routes go by the query.</summary>
    public bool IsPlain { get; init; }

    /// <summary>When it was proven, by the service's clock.</summary>
    public required DateTimeOffset ProvenAt { get; init; }

    /// <summary>When the site last said no to it; null while it is good.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => nameof(WooKey); // Never the key.
}

/// <summary>A key as it was read.</summary>
/// <param name="Key">Null when it was protected under keys that are gone.</param>
/// <param name="ETag">Names this version of the row.</param>
internal sealed record ReadWooKey(WooKey? Key, string ETag);

/// <summary>
/// The keys of WooCommerce sites, a row for each store: a key is replaced whole or not at all.
/// </summary>
internal sealed class WooKeys(ITables tables, IDataProtectionProvider protection)
{
    /// <summary>The partition of <see cref="StoreRegistry.Table"/>; rows are keyed by the store's id.</summary>
    public const string Partition = "woo-keys";

    private readonly ProtectedRows<WooKey> rows = new(tables, protection, Partition, "StoreConnector.WooKeys.v1");

    /// <summary>
    /// A store's; null when it has none. One that cannot be opened is new when the merchant connects again.
    /// </summary>
    public async ValueTask<ReadWooKey?> FindAsync(string storeId, CancellationToken cancel) =>
        await rows.FindAsync(storeId, cancel) is var (key, etag) ? new(key, etag) : null;

    /// <summary>Keeps a proven one, whatever was there.</summary>
    public ValueTask KeepAsync(string storeId, WooKey key, CancellationToken cancel) =>
        rows.KeepAsync(storeId, key, cancel);

    /// <summary>Notes what became of it, if nobody has replaced it since.</summary>
    public ValueTask<bool> TrySaveAsync(string storeId, WooKey next, string etag, CancellationToken cancel) =>
        rows.TrySaveAsync(storeId, next, etag, cancel);

    /// <summary>Forgets it, if nobody has replaced it since.</summary>
    public ValueTask<bool> TryForgetAsync(string storeId, string etag, CancellationToken cancel) =>
        rows.TryForgetAsync(storeId, etag, cancel);
}
