using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace StoreConnector.Storage.Keys;

/// <summary>What the keys are encrypted under, the newest first: several while one is changed.</summary>
internal sealed class KeySecrets(IReadOnlyList<string> secrets)
{
    private readonly byte[][] keys = [.. secrets.Select(secret => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: "StoreConnector.Keys.v1"u8.ToArray()))];

    /// <summary>The one that new keys are encrypted under.</summary>
    public ReadOnlySpan<byte> Newest => keys[0];

    public IReadOnlyList<byte[]> All => keys;
}

/// <summary>
/// Encrypts a key under a secret that is kept elsewhere (<c>Storage:KeySecret</c>): who reads the tables alone opens
/// nothing. AES-256-GCM: nonce (12), tag (16), text.
/// </summary>
internal sealed class KeyEncryptor(KeySecrets secrets) : IXmlEncryptor
{
    /// <inheritdoc/>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var sealed_ = new byte[KeyDecryptor.Overhead + plain.Length];
        RandomNumberGenerator.Fill(sealed_.AsSpan(0, KeyDecryptor.Nonce));
        using var aes = new AesGcm(secrets.Newest, KeyDecryptor.Tag);
        aes.Encrypt(sealed_.AsSpan(0, KeyDecryptor.Nonce), plain, sealed_.AsSpan(KeyDecryptor.Overhead),
            sealed_.AsSpan(KeyDecryptor.Nonce, KeyDecryptor.Tag));
        return new(new XElement("sealed", Convert.ToBase64String(sealed_)), typeof(KeyDecryptor));
    }
}

/// <summary>Opens what <see cref="KeyEncryptor"/> has closed. Made by key management, which names its type.</summary>
internal sealed partial class KeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly ILogger log = services.GetRequiredService<ILogger<KeyDecryptor>>();

    public const int Nonce = 12, Tag = 16, Overhead = Nonce + Tag;

    /// <inheritdoc/>
    public XElement Decrypt(XElement encryptedElement)
    {
        var closed = Convert.FromBase64String(encryptedElement.Value);
        var plain = new byte[closed.Length - Overhead];
        foreach (var key in services.GetRequiredService<KeySecrets>().All)
        {
            using var aes = new AesGcm(key, Tag);
            try
            {
                aes.Decrypt(closed.AsSpan(0, Nonce), closed.AsSpan(Overhead), closed.AsSpan(Nonce, Tag), plain);
                return XElement.Parse(Encoding.UTF8.GetString(plain));
            }
            catch (AuthenticationTagMismatchException)
            {
                // Not under this one.
            }
        }

        UnderAnother(log);
        throw new CryptographicException("A key in table 'keys' is encrypted under another secret: set that one as "
            + "Storage:KeySecret:1 beside the new one.");
    }

    [LoggerMessage(4201, LogLevel.Error, "A key in table 'keys' is encrypted under another secret, and what it "
        + "protects cannot be read: set that secret as Storage:KeySecret:1 beside the new one")]
    private static partial void UnderAnother(ILogger log);
}
