using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace StoreConnector.Storage;

/// <summary>What we share with the companion plugin of one WooCommerce site. Never shown, never logged.</summary>
internal sealed record WooSecret
{
    /// <summary>The site's home, by which a site that left is known again.</summary>
    public required Uri Site { get; init; }

    /// <summary>URL-safe ASCII, 258 bits of chance; null for a site that left.</summary>
    public string? Secret { get; init; }

    /// <summary>When the companion last took it; null while it has not.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => nameof(WooSecret); // Never the secret.
}

/// <summary>
/// The secrets of companions in the shared table, a row for each store, protected as one value. A secret is made when a
/// site is connected and stays the same until the store leaves: a link that was signed with it lives for weeks.
/// </summary>
internal sealed class WooSecrets(ITables tables, IDataProtectionProvider protection, WooKeys keys)
{
    /// <summary>The partition of <see cref="StoreRegistry.Table"/>; rows are keyed by the store's id.</summary>
    public const string Partition = "woo-secrets";

    /// <summary>Characters of a secret; the companion takes 32 to 128.</summary>
    public const int Length = 43;

    private readonly ProtectedRows<WooSecret> rows =
        new(tables, protection, Partition, "StoreConnector.WooSecrets.v1");

    /// <summary>A store's; null when it has none that can be opened.</summary>
    public async ValueTask<WooSecret?> FindAsync(string storeId, CancellationToken cancel) =>
        (await rows.FindAsync(storeId, cancel))?.Value;

    /// <summary>The store's secret, made when there is none that can be opened.</summary>
    /// <param name="storeId">Whose.</param>
    /// <param name="site">The site's home as it is now.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<WooSecret> TakeAsync(string storeId, Uri site, CancellationToken cancel)
    {
        while (true)
        {
            var read = await rows.FindAsync(storeId, cancel);
            var known = read?.Value;
            if (known is { Secret: not null } && known.Site == site) { return known; }

            var next = known is { Secret: not null } ? known with { Site = site, TakenAt = null }
                : new WooSecret { Site = site, Secret = NewSecret() };
            if (await rows.TrySaveAsync(storeId, next, read?.ETag, cancel)) { return next; }
        }
    }

    /// <summary>Notes that the companion has that secret, unless it is another by now.</summary>
    public async ValueTask TakenAsync(string storeId, WooSecret taken, DateTimeOffset now, CancellationToken cancel)
    {
        if (await rows.FindAsync(storeId, cancel) is ({ } known, var etag) && known.Secret == taken.Secret)
        {
            await rows.TrySaveAsync(storeId, known with { TakenAt = now }, etag, cancel);
        }
    }

    /// <summary>
    /// The store leaves: its key and its secret go; which site it was stays until it is erased. The key last: it says
    /// that there is something to do.
    /// </summary>
    /// <returns>False when there is another key by now: the site was connected again.</returns>
    public async ValueTask<bool> TryForgetAsync(string storeId, ReadWooKey read, CancellationToken cancel)
    {
        if (read.Key is { Site: { } site }) { await rows.KeepAsync(storeId, new() { Site = site }, cancel); }
        else { await rows.ForgetAsync(storeId, cancel); }

        return await keys.TryForgetAsync(storeId, read.ETag, cancel);
    }

    private static string NewSecret() => RandomNumberGenerator.GetString(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", Length);
}
