using StoreConnector.Channels;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Telemetry;

namespace StoreConnector.Processing;

/// <summary>The way out that each store chose: its vendor with its account, or the outbox.</summary>
internal sealed class StoreChannels(StoreRegistry stores, VendorList vendors, Outbox outbox, LinkBase address)
    : IMessageChannel
{
    public async ValueTask<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is not { } store)
        {
            return new SendResult.Refused("The store is gone.");
        }

        var way = Open(store, message.Channel);
        var (vendorName, channel) = (way?.Provider.ToLowerInvariant() ?? "outbox", Store.HoldOf(message.Channel));
        using var span = Signals.Send(vendorName, channel, message.StoreId, message.SendId);
        var said = await SendAsync(way, message, cancel);
        switch (said)
        {
            case SendResult.Accepted: Signals.Sent(span, message.Automation, channel); break;
            case SendResult.Refused refused: Signals.Failed(span, channel, Word(refused.Kind)); break;
            default: Signals.Unknown(span, channel); break;
        }

        return said;
    }

    private async ValueTask<SendResult> SendAsync(Way? way, OutgoingMessage message, CancellationToken cancel) =>
        way switch
        {
            null => await outbox.SendAsync(message, cancel),
            { Vendor: null, Provider: var provider } => new SendResult.Refused(
                $"The provider {provider} is not known to this version.", RefusalKind.Account),
            { Account: null, Provider: var provider } => new SendResult.Refused(
                $"The provider {provider} has no credentials yet.", RefusalKind.Account),
            { Vendor: { } vendor, Account: { } account } => vendor.Objection(account) is { } no
                ? new SendResult.Refused(no, RefusalKind.Account)
                : await vendor.SendAsync(account, message, cancel),
        };

    private static string Word(RefusalKind kind) => kind switch
    {
        RefusalKind.Message => "message",
        RefusalKind.Address => "address",
        RefusalKind.OptedOut => "opted-out",
        RefusalKind.Account => "account",
        RefusalKind.Busy => "busy",
        _ => throw new System.Diagnostics.UnreachableException(kind.ToString()),
    };

    public async ValueTask<FoundMessage?> FindAsync(SentMessage sent, CancellationToken cancel)
    {
        if (await stores.FindAsync(sent.StoreId, cancel) is not { } store) { return null; }

        return Open(store, sent.Channel) switch
        {
            null => await outbox.FindAsync(sent, cancel),
            { Vendor: { } vendor, Account: { } account } => await vendor.FindAsync(account, sent, cancel),
            _ => null,
        };
    }

    /// <summary>A store's account, for who verifies what its vendor tells; null when there is none.</summary>
    public VendorAccount? AccountOf(RegisteredStore store, Channel channel)
    {
        if (stores.AccountOf(store, channel) is not { } kept) { return null; }

        var (email, sms, isEmail) = (store.Store.Email, store.Store.Sms, channel == Channel.Email);
        return new(store.Store.Id, kept.Credentials)
        {
            From = isEmail ? email.From : sms.From,
            FromName = isEmail ? store.Store.Name : null,
            ReplyTo = isEmail ? email.ReplyTo : null,
            MessagingServiceSid = isEmail ? null : sms.MessagingServiceSid,
            Callback = address.Callback(isEmail ? email.Provider : sms.Provider, kept.CallbackToken),
        };
    }

    /// <summary>Null: nothing leaves, the outbox keeps it.</summary>
    private Way? Open(RegisteredStore store, Channel channel)
    {
        var provider = channel == Channel.Email ? store.Store.Email.Provider : store.Store.Sms.Provider;
        return provider == EmailSettings.Default.Provider ? null
            : new Way(provider, vendors.Find(channel, provider), AccountOf(store, channel));
    }

    private sealed record Way(string Provider, IVendor? Vendor, VendorAccount? Account);
}
