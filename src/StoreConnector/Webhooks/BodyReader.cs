using System.Buffers;

namespace StoreConnector.Webhooks;

/// <summary>What was read of a body.</summary>
internal abstract record BodyRead
{
    /// <summary>All of it.</summary>
    public sealed record Whole(ReadOnlyMemory<byte> Bytes) : BodyRead;

    /// <summary>It is longer than we hold: its beginning, and how long it was. All of it was hashed.</summary>
    public sealed record Head(ReadOnlyMemory<byte> Bytes, long Length) : BodyRead;

    /// <summary>It is longer than we listen to: the connection is to be closed.</summary>
    public sealed record TooLong : BodyRead;
}

/// <summary>Reads a delivery's body once, raw and bounded. Nothing is decompressed: the signature is over what was
/// sent.</summary>
internal static class BodyReader
{
    /// <summary>The longest body that is held, 5 MiB. Shopify names no limit; a product with 100 variants is about 0.1
    /// MB.</summary>
    public const int MaxHeld = 5 * 1024 * 1024;

    /// <summary>What is held of a longer body.</summary>
    public const int HeadBytes = 64 * 1024;

    /// <summary>The longest body that is listened to, 25 MiB.</summary>
    public const int MaxRead = 25 * 1024 * 1024;

    /// <summary>Reads to the end, or to <see cref="MaxRead"/>, showing every byte to <paramref name="seen"/>.</summary>
    /// <param name="declared">The Content-Length, when there is one: a body that says it is too long is not read at
    /// all.</param>
    public static async Task<BodyRead> ReadAsync(
        Stream body, long? declared, Action<ReadOnlySpan<byte>> seen, CancellationToken cancel)
    {
        if (declared > MaxRead) { return new BodyRead.TooLong(); }

        var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        var held = new MemoryStream();
        try
        {
            var length = 0L;
            int read;
            while ((read = await body.ReadAsync(buffer, cancel)) > 0)
            {
                length += read;
                if (length > MaxRead) { return new BodyRead.TooLong(); }

                seen(buffer.AsSpan(0, read));
                held = Hold(held, buffer.AsSpan(0, read), length);
            }

            ReadOnlyMemory<byte> bytes = held.GetBuffer().AsMemory(0, (int)held.Length);
            return length <= MaxHeld ? new BodyRead.Whole(bytes) : new BodyRead.Head(bytes, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static MemoryStream Hold(MemoryStream held, ReadOnlySpan<byte> bytes, long length)
    {
        if (length <= MaxHeld)
        {
            held.Write(bytes);
            return held;
        }

        if (held.Length <= HeadBytes) { return held; }

        // Over the limit: what was held until now is let go, so that an unsigned flood costs 64 KiB a connection.
        var head = new MemoryStream(HeadBytes);
        head.Write(held.GetBuffer().AsSpan(0, HeadBytes));
        return head;
    }
}
