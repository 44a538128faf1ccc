using StoreConnector.Core.Events;

namespace StoreConnector.Platforms;

/// <summary>A verified delivery, ready to be read.</summary>
/// <param name="DeliveryId">The same each time the same delivery arrives.</param>
/// <param name="Topic">The platform's word for what it is about, for example <c>orders/create</c>.</param>
/// <param name="TriggeredAt">When the platform says it happened, where it says so.</param>
/// <param name="ReceivedAt">When we received it.</param>
/// <param name="Body">The bytes that were signed.</param>
internal sealed record Delivery(
    string DeliveryId, string Topic, DateTimeOffset? TriggeredAt, DateTimeOffset ReceivedAt, ReadOnlyMemory<byte> Body)
{
    /// <summary>How we came to hear of it.</summary>
    public EventOrigin Origin { get; init; } = EventOrigin.Webhook;
}

/// <summary>What a delivery became.</summary>
internal abstract record Parsed
{
    /// <summary>One or more events.</summary>
    public sealed record Events(IReadOnlyList<StoreEvent> Items) : Parsed;

    /// <summary>Understood, and nothing to do: the reason is a sentence without personal data.</summary>
    public sealed record Ignored(string Reason) : Parsed;

    /// <summary>Signed, but not what the topic promises: kept, listed, can be run again after a fix.</summary>
    public sealed record Unreadable(string Reason) : Parsed;
}

/// <summary>Turns a platform's deliveries into our events.</summary>
internal interface IPlatformParser
{
    /// <summary>Reads one delivery. Never throws for what the body holds.</summary>
    Parsed Parse(Delivery delivery);
}
