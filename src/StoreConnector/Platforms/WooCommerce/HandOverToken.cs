using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>Whether a text is a site's word that a manager of its has our page open in wp-admin.</summary>
internal abstract record HandOverVerdict
{
    /// <summary>Signed with that store's secret, in its time. Whether it was used before is not said.</summary>
    /// <param name="UserId">WordPress's user.</param>
    /// <param name="Nonce">Of this token alone.</param>
    /// <param name="UsedUpAt">From then on it is refused by its time, and its nonce need not be remembered.</param>
    public sealed record Verified(string UserId, string Nonce, DateTimeOffset UsedUpAt) : HandOverVerdict;

    /// <summary>Not shown to be that site's.</summary>
    public sealed record NotSigned : HandOverVerdict;

    /// <summary>It is the site's, and its time is over or has not come: a new one is to be had.</summary>
    public sealed record NotNow : HandOverVerdict;
}

/// <summary>
/// Verifies the companion's hand-over tokens: <c>base64url(JSON) "." base64url(HMAC-SHA256)</c>, the signature over the
/// characters of the first part. Source: docs/woocommerce-companion.md, "What is signed".
/// </summary>
internal static class HandOverToken
{
    /// <summary>The longest token that is read, in characters; the companion's have about 250.</summary>
    public const int MaxLength = 1024;

    /// <summary>How long a token may be good. Source: docs/woocommerce-companion.md.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How far a site's clock may be off. Shops' hosts are minutes off at times, and a merchant cannot mend that; each
    /// token opens once, and the page uses it within the second, so that a longer life is worth little to who finds
    /// one. What is further off is told by the check of the site.
    /// </summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromMinutes(5);

    private const int NonceDigits = 32, MaxUser = 20, MaxStore = 64;

    /// <summary>The last second that .NET can say, but for a day.</summary>
    private const long LastSecond = 253_402_214_400;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>Which store it names: not believed, only to find the secret. Null when it is no token.</summary>
    public static string? StoreOf(string token) =>
        token.Length <= MaxLength && Read(token.Split('.')[0]) is { } claims
        && new Payload(claims)["storeId"].Text is { Length: <= MaxStore } id ? id : null;

    /// <summary>Judges a token. The signature is compared first, and as long for a secret that nobody has.</summary>
    /// <param name="token">As it came.</param>
    /// <param name="storeId">Whose it must be.</param>
    /// <param name="secret">That store's.</param>
    /// <param name="now">The service's instant.</param>
    public static HandOverVerdict Verify(string token, string storeId, string secret, DateTimeOffset now)
    {
        if (token.Length > MaxLength || token.Split('.') is not [var first, var signature]
            || Bytes(signature) is not { Length: SHA256.HashSizeInBytes } claimed)
        {
            return new HandOverVerdict.NotSigned();
        }

        var ours = HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), Encoding.ASCII.GetBytes(first));
        if (!CryptographicOperations.FixedTimeEquals(ours, claimed) || Read(first) is not { } claims)
        {
            return new HandOverVerdict.NotSigned();
        }

        var said = new Payload(claims);
        if (said["storeId"].Text != storeId || said["userId"].Text is not { Length: <= MaxUser } user
            || said["nonce"].Text is not { Length: NonceDigits } nonce || !nonce.All(char.IsAsciiHexDigitLower)
            || Second(said["iat"]) is not { } from || Second(said["exp"]) is not { } end)
        {
            return new HandOverVerdict.NotSigned();
        }

        return end <= from || end - from > MaxLife || now >= end + Leeway || from > now + Leeway
            ? new HandOverVerdict.NotNow() : new HandOverVerdict.Verified(user, nonce, end + Leeway);
    }

    private static JsonElement? Read(string part)
    {
        try
        {
            if (Bytes(part) is not { } bytes) { return null; }

            using var json = JsonDocument.Parse(bytes, Strict);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // The second: no Unicode.
        {
            return null;
        }
    }

    /// <summary>Base64url in the one alphabet, without padding.</summary>
    private static byte[]? Bytes(string part) =>
        part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && Base64Url.IsValid(part)
            ? Base64Url.DecodeFromChars(part) : null;

    private static DateTimeOffset? Second(Payload value) =>
        value.Id is >= 0 and < LastSecond and var second ? DateTimeOffset.FromUnixTimeSeconds(second) : null;
}
