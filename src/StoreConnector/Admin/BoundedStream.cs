namespace StoreConnector.Admin;

/// <summary>Ends a stream at a limit, and says whether there was more.</summary>
internal sealed class BoundedStream(Stream inner, long most) : Stream
{
    private long read;

    /// <summary>Whether the stream goes on behind the limit.</summary>
    public bool IsCut { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsCut || buffer.IsEmpty) { return 0; }

        var count = await inner.ReadAsync(buffer, cancellationToken);
        var kept = (int)Math.Min(count, most - read);
        IsCut = kept < count;
        read += kept;
        return kept;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("It is read without waiting.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
