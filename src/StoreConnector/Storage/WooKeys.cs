using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Core.Events;

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
/// The keys of WooCommerce sites in the shared table, a row for each store, protected as one value: a key is replaced
/// whole or not at all.
/// </summary>
internal sealed class WooKeys(ITables tables, IDataProtectionProvider protection)
{
    /// <summary>The partition of <see cref="StoreRegistry.Table"/>; rows are keyed by the store's id.</summary>
    public const string Partition = "woo-keys";

    private readonly IDataProtector protector = protection.CreateProtector("StoreConnector.WooKeys.v1");

    /// <summary>A store's; null when it has none.</summary>
    public async ValueTask<ReadWooKey?> FindAsync(string storeId, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        return await table.ReadAsync(Partition, storeId, cancel) is { } row
            ? new(Open(row.Value.ToArray()), row.ETag) : null;
    }

    /// <summary>Keeps a proven one, whatever was there.</summary>
    public async ValueTask KeepAsync(string storeId, WooKey key, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        await table.TryWriteAsync(Partition, [new TableWrite.Put(storeId, Close(key))], cancel);
    }

    /// <summary>Notes what became of it, if nobody has replaced it since.</summary>
    public async ValueTask<bool> TrySaveAsync(string storeId, WooKey next, string etag, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        return await table.TryWriteAsync(Partition, [new TableWrite.Replace(storeId, Close(next), etag)], cancel);
    }

    private byte[] Close(WooKey key) =>
        protector.Protect(JsonSerializer.SerializeToUtf8Bytes(key, EventJson.Options));

    private WooKey? Open(byte[] kept)
    {
        try
        {
            return JsonSerializer.Deserialize<WooKey>(protector.Unprotect(kept), EventJson.Options);
        }
        catch (CryptographicException)
        {
            return null; // The merchant connects again, and there is a new one.
        }
    }
}
