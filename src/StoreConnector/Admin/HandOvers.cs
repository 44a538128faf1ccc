using System.Security.Cryptography;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What became of a companion's token.</summary>
internal abstract record HandOver
{
    /// <summary>A manager of that store has our page open in wp-admin.</summary>
    public sealed record Taken(string StoreId) : HandOver;

    /// <summary>No connected store of ours signed it. Which store is unknown and which signature wrong is not told.
    /// </summary>
    public sealed record NotOurs : HandOver;

    /// <summary>Its time is over or has not come, or it was used: a new one is to be had.</summary>
    public sealed record Over : HandOver;
}

/// <summary>
/// Takes the tokens that the companion plugin signs with the secret of its connection: each once, over all copies of
/// the service. A store that left has no secret any more, so that its tokens are nobody's.
/// </summary>
internal sealed class HandOvers(StoreRegistry stores, WooSecrets secrets, PassingRows passing, TimeProvider clock)
{
    // Compared with where there is none, so that one answer takes as long as the other.
    private readonly string nobodys = RandomNumberGenerator.GetHexString(WooSecrets.Length);

    /// <summary>Takes one.</summary>
    /// <param name="token">As the page got it.</param>
    /// <param name="storeId">Which store the page says it is; null: the token's own word.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<HandOver> TakeAsync(string token, string? storeId, CancellationToken cancel)
    {
        var id = storeId ?? HandOverToken.StoreOf(token) ?? "";
        var isOurs = await stores.FindAsync(id, cancel)
            is { Store: { IsActive: true, Platform: Platform.WooCommerce } };
        var secret = isOurs ? (await secrets.FindAsync(id, cancel))?.Secret : null;
        var verdict = HandOverToken.Verify(token, id, secret ?? nobodys, clock.GetUtcNow());
        return (secret, verdict) switch
        {
            (null, _) or (_, HandOverVerdict.NotSigned) => new HandOver.NotOurs(),
            (_, HandOverVerdict.Verified(_, var nonce, var usedUpAt)) when await passing.TryWriteAsync(
                PassingRows.HandOvers, $"{id} {nonce}", "", usedUpAt, null, cancel) => new HandOver.Taken(id),
            _ => new HandOver.Over(),
        };
    }
}
