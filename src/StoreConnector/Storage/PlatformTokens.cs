using Microsoft.AspNetCore.DataProtection;

namespace StoreConnector.Storage;

/// <summary>What a platform gave us to reach one store with. Never shown, never logged.</summary>
internal sealed record StoreTokens
{
    /// <summary>Opens the platform's API.</summary>
    public required string AccessToken { get; init; }

    /// <summary>When it ends, by the service's clock.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What the next pair is had for; null when there is none.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>When that ends.</summary>
    public DateTimeOffset? RefreshExpiresAt { get; init; }

    /// <summary>What the merchant granted.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Names the secret of ours that the pair belongs to.</summary>
    public required string MintedBy { get; init; }

    /// <summary>When this pair was asked for.</summary>
    public required DateTimeOffset GrantedAt { get; init; }

    /// <summary>When the merchant last had the app open for it: the app was there then.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>False when the platform left out what makes a pair last.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>When the platform last said no to the refresh token; null while it is good.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>Whether everything that follows an installation was begun.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Who gets the next pair; null when nobody does.</summary>
    public TokenLease? Lease { get; init; }

    /// <inheritdoc/>
    public override string ToString() => nameof(StoreTokens); // Never the tokens.
}

/// <summary>One of many gets the next pair.</summary>
/// <param name="Holder">Who.</param>
/// <param name="Until">By the machine's clock: later, whoever it was is taken for dead.</param>
/// <param name="Failed">Why it did not succeed: until then nobody tries again. Null while it is trying.</param>
internal sealed record TokenLease(string Holder, DateTimeOffset Until, string? Failed);

/// <summary>Tokens as they were read.</summary>
/// <param name="Tokens">Null when they were protected under keys that are gone.</param>
/// <param name="ETag">Names this version of the row.</param>
internal sealed record ReadTokens(StoreTokens? Tokens, string ETag);

/// <summary>
/// The platforms' tokens, a row for each store: a pair is replaced whole or not at all.
/// </summary>
internal sealed class PlatformTokens(ITables tables, IDataProtectionProvider protection)
{
    /// <summary>The partition of <see cref="StoreRegistry.Table"/>; rows are keyed by the store's id.</summary>
    public const string Partition = "tokens";

    private readonly ProtectedRows<StoreTokens> rows =
        new(tables, protection, Partition, "StoreConnector.PlatformTokens.v1");

    /// <summary>
    /// A store's tokens; null when it has none. Those that cannot be opened are new when the merchant opens the app.
    /// </summary>
    public async ValueTask<ReadTokens?> FindAsync(string storeId, CancellationToken cancel) =>
        await rows.FindAsync(storeId, cancel) is var (tokens, etag) ? new(tokens, etag) : null;

    /// <summary>Keeps them if nobody else has since <paramref name="etag"/> was read.</summary>
    /// <param name="etag">The version that was read; null when there was none.</param>
    /// <returns>False when another writer came first: read again and decide again.</returns>
    public ValueTask<bool> TrySaveAsync(string storeId, StoreTokens next, string? etag, CancellationToken cancel) =>
        rows.TrySaveAsync(storeId, next, etag, cancel);

    /// <summary>Forgets a store's; none is fine.</summary>
    public ValueTask ForgetAsync(string storeId, CancellationToken cancel) => rows.ForgetAsync(storeId, cancel);
}
