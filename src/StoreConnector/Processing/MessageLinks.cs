namespace StoreConnector.Processing;

/// <summary>Makes the links that a message carries, before it leaves.</summary>
internal interface IMessageLinks
{
    /// <summary>The way out at the foot of an e-mail.</summary>
    ValueTask<Uri> WayOutAsync(StoreContext store, string sendId, UnsubscribeLink wayOut, CancellationToken cancel);

    /// <summary>The link of a text, and its way out.</summary>
    ValueTask<(Uri Link, Uri WayOut)> ShortAsync(
        StoreContext store, string sendId, ShortLink link, CancellationToken cancel);
}

/// <summary>Links that lead somewhere: what they lead to is written before the message is claimed.</summary>
internal sealed class MessageLinks(UnsubscribeLinks links, ShortLinks codes, LinkBase address) : IMessageLinks
{
    public async ValueTask<Uri> WayOutAsync(StoreContext store, string sendId, UnsubscribeLink wayOut,
        CancellationToken cancel) =>
        address.Unsubscribe(await links.MakeAsync(store, sendId, wayOut, cancel));

    public async ValueTask<(Uri Link, Uri WayOut)> ShortAsync(
        StoreContext store, string sendId, ShortLink link, CancellationToken cancel)
    {
        var code = await codes.MakeAsync(store, sendId, link, cancel);
        return (address.Short(code), address.Unsubscribe(code));
    }
}

/// <summary>
/// Links of a message that only shows how it would look: as long as real ones, and nothing is written.
/// </summary>
internal sealed class ExampleLinks(LinkBase address) : IMessageLinks
{
    private static readonly string Token = new('0', UnsubscribeLinks.TokenLength);
    private static readonly string Code = new('0', ShortLinks.CodeLength);

    public ValueTask<Uri> WayOutAsync(StoreContext store, string sendId, UnsubscribeLink wayOut,
        CancellationToken cancel) => new(address.Unsubscribe(Token));

    public ValueTask<(Uri Link, Uri WayOut)> ShortAsync(
        StoreContext store, string sendId, ShortLink link, CancellationToken cancel) =>
        new((address.Short(Code), address.Unsubscribe(Code)));
}
