using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StoreConnector.Platforms.Shopify;

/// <summary>Whether a text is Shopify's word that somebody has our app open.</summary>
internal abstract record SessionVerdict
{
    /// <summary>Signed with a secret of ours, for our app, in its time.</summary>
    /// <param name="Shop">The shop's myshopify.com domain, lower case.</param>
    /// <param name="UserId">Who of the shop's staff has it open; null where Shopify does not say.</param>
    /// <param name="SessionId">Shopify's id of the browser's session; null where it does not say.</param>
    /// <param name="ExpiresAt">When it is no longer good, without the leeway.</param>
    public sealed record Verified(string Shop, string? UserId, string? SessionId, DateTimeOffset ExpiresAt)
        : SessionVerdict;

    /// <summary>Not shown to be Shopify's, or no longer good: nothing is done.</summary>
    /// <param name="Kind">What to do about it.</param>
    /// <param name="Reason">A sentence without anything from the token.</param>
    public sealed record Refused(SessionRefusal Kind, string Reason) : SessionVerdict;
}

/// <summary>Why a session token is refused, as far as its bearer may do something about it.</summary>
internal enum SessionRefusal
{
    /// <summary>It is not Shopify's.</summary>
    NotShopify,

    /// <summary>It is Shopify's, and its time is over or has not come: a new one is to be had.</summary>
    NotNow,

    /// <summary>It is Shopify's, for another app.</summary>
    OtherApp,
}

/// <summary>
/// Verifies Shopify's session (id) tokens: JSON Web Tokens under HS256 with the app's client secret. Source:
/// shopify.dev, "Session tokens".
/// </summary>
/// <remarks>
/// As strict as @shopify/shopify-api 15.0.0, whose verdicts are our test vectors, and stricter: a token without an end,
/// one whose issuer is another shop than its destination, and one for what is no shop are refused.
/// </remarks>
internal static class SessionToken
{
    /// <summary>The longest token that is read, in characters; Shopify's have about 600.</summary>
    public const int MaxLength = 4096;

    /// <summary>How far clocks may be apart. Source: the library.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    private const int MaxId = 128;

    /// <summary>The last second that .NET can say.</summary>
    private const long LastSecond = 253_402_300_799;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Judges a token.</summary>
    public static SessionVerdict Verify(string token, ShopifyApp app, DateTimeOffset now)
    {
        if (token.Length > MaxLength || token.Split('.') is not [var head, var claims, var signature])
        {
            return Not("it is no token of three parts");
        }

        if (!IsSigned(token.AsSpan(0, head.Length + 1 + claims.Length), signature, app.Secrets))
        {
            return Not("it is not signed with a secret of ours");
        }

        if (Read(head) is not { } header || Text(header, "alg") != "HS256") { return Not("it is not under HS256"); }

        return Read(claims) is { } said ? Judge(said, app, now) : Not("its claims cannot be read");
    }

    private static SessionVerdict Judge(JsonElement claims, ShopifyApp app, DateTimeOffset now)
    {
        if (app.ClientId is not { } clientId || Text(claims, "aud") != clientId)
        {
            return new SessionVerdict.Refused(SessionRefusal.OtherApp, "it is for another app");
        }

        if (Second(claims, "exp") is not { } end
            || (claims.TryGetProperty("nbf", out _) && Second(claims, "nbf") is null))
        {
            return Not("it does not say from when and until when it is good");
        }

        if (now >= end + Leeway || Second(claims, "nbf") > now + Leeway)
        {
            return new SessionVerdict.Refused(SessionRefusal.NotNow, "its time is over or has not come");
        }

        return ShopOf(claims) is { } shop
            ? new SessionVerdict.Verified(shop, Id(claims, "sub"), Id(claims, "sid"), end)
            : Not("it is not from one shop for the same");
    }

    /// <summary>The shop that both issued it and is meant by it.</summary>
    private static string? ShopOf(JsonElement claims)
    {
        const string Scheme = "https://", Issuer = "/admin";
        return Text(claims, "dest") is { } meant && meant.StartsWith(Scheme, StringComparison.Ordinal)
            && ShopifyDomain.TryParse(meant[Scheme.Length..], out var shop)
            && string.Equals(Text(claims, "iss"), Scheme + shop + Issuer, StringComparison.OrdinalIgnoreCase)
            ? shop : null;
    }

    /// <summary>Looks at every secret, whichever fits; a blank one signs nothing.</summary>
    private static bool IsSigned(ReadOnlySpan<char> text, string signature, IReadOnlyList<string> secrets)
    {
        if (Bytes(signature) is not { Length: SHA256.HashSizeInBytes } claimed) { return false; }

        var (signed, matches) = (Encoding.UTF8.GetBytes(text.ToString()), false);
        foreach (var secret in secrets.Where(s => !string.IsNullOrWhiteSpace(s)))
        {
            var ours = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
            matches |= CryptographicOperations.FixedTimeEquals(ours, claimed);
        }

        return matches;
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

    private static string? Text(JsonElement from, string name)
    {
        try
        {
            return from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Text that is not Unicode.
        }
    }

    private static string? Id(JsonElement claims, string name) =>
        Text(claims, name) is { Length: > 0 and <= MaxId } id ? id : null;

    private static DateTimeOffset? Second(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var second) && second is >= 0 and < LastSecond - 3600
            ? DateTimeOffset.FromUnixTimeSeconds(second) : null;

    private static SessionVerdict.Refused Not(string reason) => new(SessionRefusal.NotShopify, reason);
}
