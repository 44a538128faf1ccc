using System.Text.Json;
using StoreConnector.Core.Events;

namespace StoreConnector.Processing;

/// <summary>
/// The queues' names and the messages they carry. The JSON is versioned by <c>v</c>: old messages may wait in a queue.
/// </summary>
internal static class Queues
{
    /// <summary>Events on their way to a customer.</summary>
    public const string ShopEvents = "shop-events";

    /// <summary>"Look at this customer again."</summary>
    public const string WakeUps = "wake-ups";

    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, EventJson.Options);

    public static T Read<T>(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize<T>(body.Span, EventJson.Options)
        ?? throw new JsonException($"The queue message is null, not a {typeof(T).Name}.");
}

/// <summary>A message of <see cref="Queues.ShopEvents"/>.</summary>
internal sealed record ShopEventMessage(int V, string StoreId, StoreEvent Event);

/// <summary>A message of <see cref="Queues.WakeUps"/>: it names who to look at and carries no intent.</summary>
/// <param name="At">The time it was meant for, for the record.</param>
internal sealed record WakeUpMessage(int V, string StoreId, string CustomerKey, DateTimeOffset At);
