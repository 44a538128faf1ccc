namespace StoreConnector.Channels;

/// <summary>Where the outbox keeps messages; owned by the channel, filled in by processing.</summary>
internal interface IOutboxShelf
{
    /// <summary>Keeps a message once; a repeat of the same send changes nothing.</summary>
    ValueTask KeepAsync(OutgoingMessage message, CancellationToken cancel);

    /// <summary>Whether a send is kept.</summary>
    ValueTask<bool> HasAsync(string storeId, string sendId, CancellationToken cancel);
}

/// <summary>
/// The channel that sends nothing: it keeps what would have been sent, for the operator to read. The default, so that
/// nobody is written to before somebody names a vendor.
/// </summary>
internal sealed class Outbox(IOutboxShelf shelf) : IMessageChannel
{
    public async ValueTask<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancel)
    {
        await shelf.KeepAsync(message, cancel);
        return new SendResult.Accepted("outbox-" + message.SendId);
    }

    public async ValueTask<FoundMessage?> FindAsync(SentMessage sent, CancellationToken cancel) =>
        await shelf.HasAsync(sent.StoreId, sent.SendId, cancel)
            ? new("outbox-" + sent.SendId, DeliveryStatus.Delivered) : null;
}
