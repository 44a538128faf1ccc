using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Processing;

/// <summary>The links of one message, as they stand in it.</summary>
/// <param name="Links">What its buttons lead through, in the order of their targets.</param>
/// <param name="WayOut">How it is stopped.</param>
/// <param name="Code">What stands in all of them and in no other message's.</param>
internal sealed record MessageUrls(IReadOnlyList<Uri> Links, Uri WayOut, string Code);

/// <summary>How the outside reaches us: what links in messages begin with.</summary>
internal sealed class LinkBase(Func<Uri> address)
{
    /// <summary>The links of a message by its code, on the store's own link host where it has one.</summary>
    public MessageUrls Of(Store store, Channel channel, string code, int links)
    {
        var begin = Begin(store, channel);
        return new([.. Enumerable.Range(0, links)
            .Select(n => new Uri(begin, n == 0 ? $"/c/{code}" : Numbered(code, n)))],
            WayOut(store, channel, code), code);
    }

    /// <summary>The way out of a message by its code.</summary>
    public Uri WayOut(Store store, Channel channel, string code) => new(Begin(store, channel), "/u/" + code);

    /// <summary>The page that confirms an address.</summary>
    public Uri Confirm(Store store, Channel channel, string token) => new(Begin(store, channel), "/k/" + token);

    /// <summary>Where a vendor reports to.</summary>
    public Uri Callback(string vendor, string token) =>
        new(address(), $"/callbacks/{vendor.ToLowerInvariant()}/{token}");

    /// <summary>An address of ours.</summary>
    public Uri Own(string path) => new(address(), path);

    private static string Numbered(string code, int number) => FormattableString.Invariant($"/c/{code}/{number}");

    private Uri Begin(Store store, Channel channel) =>
        Host(store, channel) is { } host ? new($"https://{host}/") : address();

    private static string? Host(Store store, Channel channel) =>
        channel == Channel.Email ? store.Email.LinkHost : store.Sms.LinkHost;
}

/// <summary>Makes the links that a message carries, before it leaves.</summary>
internal interface IMessageLinks
{
    /// <summary>Its links and its way out.</summary>
    ValueTask<MessageUrls> MakeAsync(StoreContext store, string sendId, ShortLink link, CancellationToken cancel);
}

/// <summary>Links that lead somewhere: what they lead to is written before the message is claimed.</summary>
internal sealed class MessageLinks(ShortLinks codes, LinkBase address) : IMessageLinks
{
    public async ValueTask<MessageUrls> MakeAsync(
        StoreContext store, string sendId, ShortLink link, CancellationToken cancel) =>
        address.Of(store.Store, link.WayOut.Channel, await codes.MakeAsync(store, sendId, link, cancel),
            1 + link.More.Count);
}

/// <summary>
/// Links of a message that only shows how it would look: as long as real ones, and nothing is written.
/// </summary>
internal sealed class ExampleLinks(LinkBase address) : IMessageLinks
{
    private static readonly string Code = new('0', ShortLinks.CodeLength);
    private static readonly string LongCode = new('0', ShortLinks.LongCodeLength);

    public ValueTask<MessageUrls> MakeAsync(
        StoreContext store, string sendId, ShortLink link, CancellationToken cancel) =>
        new(address.Of(store.Store, link.WayOut.Channel,
            link.WayOut.Channel == Channel.Email ? LongCode : Code, 1 + link.More.Count));
}
