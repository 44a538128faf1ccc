using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Processing;

namespace StoreConnector.Tests.Fakes;

/// <summary>How the vendor behaves for one call.</summary>
internal enum VendorMood
{
    Accepts,
    Refuses,
    AcceptsAndTimesOut,
    TimesOut,
}

/// <summary>A vendor that remembers what it accepted, may accept and not answer, and can be asked.</summary>
internal sealed class FakeVendor : IMessageChannel
{
    public List<OutgoingMessage> Accepted { get; } = [];

    public Func<OutgoingMessage, VendorMood> Mood { get; set; } = _ => VendorMood.Accepts;

    /// <summary>What it says instead of what its mood would; null: its mood.</summary>
    public Func<OutgoingMessage, SendResult?> Says { get; set; } = _ => null;

    /// <summary>Whether a look-up finds what was accepted; when not, it proves nothing.</summary>
    public Func<bool> FindsSends { get; set; } = () => true;

    /// <summary>Called before the vendor does anything: a scheduler may wait here.</summary>
    public Func<string, ValueTask>? Before { get; set; }

    public async ValueTask<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancel)
    {
        if (Before is { } before) { await before("send"); }

        if (Says(message) is { } said) { return said; }

        switch (Mood(message))
        {
            case VendorMood.Accepts: Accepted.Add(message); return new SendResult.Accepted("v" + message.SendId);
            case VendorMood.Refuses: return new SendResult.Refused("The vendor is not in the mood.");
            case VendorMood.AcceptsAndTimesOut: Accepted.Add(message); return new SendResult.Unknown("No answer in time.");
            default: return new SendResult.Unknown("No answer in time.");
        }
    }

    public async ValueTask<FoundMessage?> FindAsync(SentMessage sent, CancellationToken cancel)
    {
        if (Before is { } before) { await before("find"); }

        return FindsSends() && Accepted.Any(m => m.SendId == sent.SendId) ? new("v" + sent.SendId, DeliveryStatus.Accepted) : null;
    }
}

/// <summary>Makes a message of few words, for tests about when, not what, and notes what each would have said.</summary>
internal sealed class PlainComposer : IMessageComposer, IMessageKeeper
{
    /// <summary>What messages about drops claimed, by send id.</summary>
    public Dictionary<string, IReadOnlyList<Core.Automations.PriceDrop.Drop>> Drops { get; } = [];

    /// <summary>The prices that messages about drops claimed, by send id.</summary>
    public IReadOnlyList<decimal> PricesOf(string sendId) => [.. Drops[sendId].Select(d => d.Interest.Offer!.Price!.Amount)];

    /// <summary>What each message is about: prices, occasions, address. By the very message, for a text may be made twice.</summary>
    public Dictionary<OutgoingMessage, SendOrder> About { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The person each message is for, by the address they are known by.</summary>
    public Dictionary<OutgoingMessage, string?> For { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>What a text costs, by its send id.</summary>
    public Func<string, int> Segments { get; set; } = _ => 1;

    /// <summary>The coupon that messages carry.</summary>
    public string? Coupon { get; set; }

    /// <summary>Where links are kept; without it messages have none.</summary>
    public ShortLinks? Links { get; set; }

    /// <summary>Called between the plan and the claim: a test may change the world here.</summary>
    public Action<SendOrder>? Before { get; set; }

    public async ValueTask<Composed> ComposeAsync(StoreContext store, CustomerState customer, SendOrder order, DateTimeOffset now, CancellationToken cancel)
    {
        Before?.Invoke(order);
        if (order.Subject is Subject.Drops { All: var drops }) { Drops[order.SendId] = drops; }

        var message = new OutgoingMessage(store.Store.Id, order.SendId, order.Channel, order.To.Address,
            order.Channel == Core.Values.Channel.Email ? new MessageContent.Email("Your cart", "text", "<p>html</p>", [])
                : new MessageContent.Sms(null, "text", Segments(order.SendId)), order.Automation, order.Occasion, order.Step);
        (About[message], For[message]) = (order, customer.Email?.Value.Value);
        if (Links is { } links)
        {
            await links.MakeAsync(store, order.SendId, new(new("https://rimal.example/cart"),
                new(store.Customers.Hash(order.To), "en", customer.Key, order.Channel))
            {
                About = new(order.SendId, order.Automation, order.Occasion, order.Step, now),
            }, cancel);
        }

        return new Composed.Ready(message, Coupon);
    }

    public ValueTask ForgetAsync(string storeId, IReadOnlyCollection<string> sendIds, CancellationToken cancel) => default;
}
