using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Core.Events;

namespace StoreConnector.Admin;

/// <summary>What a bearer of ours says.</summary>
internal abstract record SessionRead
{
    /// <summary>It opens one store.</summary>
    public sealed record Open(string StoreId, string Role) : SessionRead;

    /// <summary>It did, and its time is over.</summary>
    public sealed record Expired : SessionRead;

    /// <summary>It is none of ours.</summary>
    public sealed record Unknown : SessionRead;
}

/// <summary>A bearer as it is handed out.</summary>
internal sealed record Session(string Token, DateTimeOffset ExpiresAt)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Session); // Never the token.
}

/// <summary>
/// Bearers for one store: protected by the keys that all copies of the service share, so that each copy reads what
/// another gave without a look-up. The end stands inside and goes by the service's clock.
/// </summary>
internal sealed class Sessions(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How long a bearer opens its store; the page asks for the next one by itself.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>The longest text that is read as a bearer, in characters; ours have about 300.</summary>
    public const int MaxLength = 1024;

    /// <summary>Who has the app open in the shop's admin.</summary>
    public const string Merchant = "merchant";

    private readonly IDataProtector protector = protection.CreateProtector("StoreConnector.Sessions.v1");

    /// <summary>Makes one.</summary>
    public Session Issue(string storeId, string role)
    {
        var until = clock.GetUtcNow() + Life;
        return new(protector.Protect(JsonSerializer.Serialize(new Said(storeId, role, until), EventJson.Options)),
            until);
    }

    /// <summary>Reads one.</summary>
    public SessionRead Read(string token)
    {
        if (token.Length is 0 or > MaxLength) { return new SessionRead.Unknown(); }

        try
        {
            var said = JsonSerializer.Deserialize<Said>(protector.Unprotect(token), EventJson.Options)!;
            return clock.GetUtcNow() < said.Until ? new SessionRead.Open(said.StoreId, said.Role)
                : new SessionRead.Expired();
        }
        catch (CryptographicException)
        {
            return new SessionRead.Unknown();
        }
    }

    private sealed record Said(string StoreId, string Role, DateTimeOffset Until);
}
