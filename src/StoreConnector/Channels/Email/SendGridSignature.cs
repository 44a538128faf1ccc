using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StoreConnector.Channels.Email;

/// <summary>
/// The signed event webhook: ECDSA on P-256 with SHA-256 over the timestamp and the body as it was sent. Source:
/// twilio.com/docs/sendgrid, "getting started with the event webhook security features". The address is not signed.
/// </summary>
internal static class SendGridSignature
{
    /// <summary>How far the timestamp may be off, either way: SendGrid tries again for about a day.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    /// <summary>The key of a text in base64 (SubjectPublicKeyInfo on P-256); null when it is none.</summary>
    public static ECDsa? Key(string? text)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text ?? ""), out _);
            if (key.KeySize == 256) { return key; }
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            // Not a key: the answer below.
        }

        key.Dispose();
        return null;
    }

    /// <summary>Whether the key signed it, and lately. Never throws, whatever the texts are.</summary>
    public static bool IsSigned(
        string? webhookKey, string? timestamp, ReadOnlySpan<byte> body, string? signature, DateTimeOffset now)
    {
        if (timestamp is null || !IsFresh(timestamp, now) || signature is null || Der(signature) is not { } der)
        {
            return false;
        }

        using var key = Key(webhookKey);
        if (key is null) { return false; }

        byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp), .. body];
        try
        {
            return key.VerifyData(signed, der, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool IsFresh(string timestamp, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) <= (decimal)MaxAge.TotalSeconds;

    /// <summary>The bytes of a text in the one spelling that base64 has; null when it has another.</summary>
    private static byte[]? Der(string signature)
    {
        var bytes = new byte[256];
        return Convert.TryFromBase64String(signature, bytes, out var length)
            && Convert.ToBase64String(bytes, 0, length) == signature ? bytes[..length] : null;
    }
}
