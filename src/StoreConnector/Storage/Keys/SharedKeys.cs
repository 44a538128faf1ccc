using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace StoreConnector.Storage.Keys;

/// <summary>
/// Looks again for keys that another copy of the service has made. By itself, key management would look once a day, and
/// a secret that one copy has just protected could not be opened by the others until then.
/// </summary>
/// <param name="clock">The machine's: keys are looked for as often when the service's clock runs faster.</param>
internal sealed class SharedKeys(XmlKeyManager keys, TimeProvider clock) : IKeyManager
{
    /// <summary>How long what was read is believed.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    public IKey CreateNewKey(DateTimeOffset activationDate, DateTimeOffset expirationDate) =>
        keys.CreateNewKey(activationDate, expirationDate);

    public IReadOnlyCollection<IKey> GetAllKeys() => keys.GetAllKeys();

    public CancellationToken GetCacheExpirationToken()
    {
        var life = new CancellationTokenSource(Life, clock);
        var change = keys.GetCacheExpirationToken().UnsafeRegister(_ => life.Cancel(), null);
        life.Token.UnsafeRegister(_ => change.Unregister(), null); // Else each look would stay with the keys for good.
        return life.Token;
    }

    public void RevokeKey(Guid keyId, string? reason = null) => keys.RevokeKey(keyId, reason);

    public void RevokeAllKeys(DateTimeOffset revocationDate, string? reason = null) =>
        keys.RevokeAllKeys(revocationDate, reason);
}
