using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace StoreConnector.Platforms;

/// <summary>
/// The HMAC-SHA256 of a body under each of a few secrets, taken as the bytes arrive: a body of any size is checked to
/// its end while no more of it is held than the reader wants to keep.
/// </summary>
internal sealed class BodySignature : IDisposable
{
    /// <summary>The length of 32 bytes in padded base64.</summary>
    private const int Base64Length = 44;

    private readonly IncrementalHash[] hashes;
    private bool isFinished;

    /// <summary>Begins. A blank secret is left out: anybody can sign with nothing.</summary>
    public BodySignature(IEnumerable<string> secrets) =>
        hashes = [.. secrets.Where(secret => !string.IsNullOrWhiteSpace(secret)).Select(secret =>
            IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret)))];

    /// <summary>The bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Takes the next bytes of the body in.</summary>
    public void Append(ReadOnlySpan<byte> chunk)
    {
        Length += chunk.Length;
        foreach (var hash in hashes) { hash.AppendData(chunk); }
    }

    /// <summary>
    /// Whether one of the secrets signed the body: its end, so ask once. Compares decoded bytes in fixed time and looks
    /// at every secret, whichever fits. No secret and an empty body are never signed.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> signature)
    {
        if (isFinished) { throw new InvalidOperationException("A signature is compared once."); }

        isFinished = true;
        var matches = false;
        foreach (var hash in hashes)
        {
            matches |= CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), signature);
        }

        return matches && Length > 0;
    }

    /// <summary>
    /// Reads a signature in the one form that platforms write: standard alphabet, padded, 32 bytes, nothing around it.
    /// </summary>
    public static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? signature)
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        signature = text is { Length: Base64Length } && Convert.TryFromBase64String(text, bytes, out var length)
            && length == bytes.Length && Convert.ToBase64String(bytes) == text ? bytes : null; // one text per signature
        return signature is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hash in hashes) { hash.Dispose(); }
    }
}
