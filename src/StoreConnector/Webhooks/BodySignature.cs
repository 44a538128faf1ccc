using System.Security.Cryptography;

namespace StoreConnector.Webhooks;

/// <summary>
/// Base64 of HMAC-SHA256 over the raw body: how Shopify and WooCommerce both sign. The body is hashed as it is read, so that
/// a body of any size can be judged without being held, and compared in fixed time over the raw bytes.
/// </summary>
internal sealed class BodySignature : IDisposable
{
    /// <summary>32 bytes in padded base64. Unpadded, URL-safe and hexadecimal text is refused, as Shopify's library does.</summary>
    private const int HeaderLength = 44;

    private readonly IncrementalHash[] hashes;

    /// <param name="secrets">Each that may have signed: during rotation there are two.</param>
    public BodySignature(IEnumerable<ReadOnlyMemory<byte>> secrets) =>
        hashes = [.. secrets.Select(s => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, s.Span))];

    /// <summary>Takes the next bytes of the body.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var hash in hashes) { hash.AppendData(bytes); }
    }

    /// <summary>Whether one of the secrets signed all that was taken. Ends the hashing.</summary>
    public bool Matches(string? header)
    {
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (header is not { Length: HeaderLength } || !Convert.TryFromBase64String(header, claimed, out var length)
            || length != claimed.Length)
        {
            return false;
        }

        var matches = false;
        Span<byte> actual = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var hash in hashes)
        {
            hash.GetHashAndReset(actual);
            matches |= CryptographicOperations.FixedTimeEquals(actual, claimed);
        }

        return matches;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hash in hashes) { hash.Dispose(); }
    }
}
