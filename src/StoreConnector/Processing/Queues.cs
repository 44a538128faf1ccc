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

    /// <summary>Products whose interested customers are to be told, a page at a time.</summary>
    public const string ProductChanges = "product-changes";

    /// <summary>What a platform knew before we came, a page at a time.</summary>
    public const string Imports = "imports";

    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, EventJson.Options);

    public static T Read<T>(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize<T>(body.Span, EventJson.Options)
        ?? throw new JsonException($"The queue message is null, not a {typeof(T).Name}.");
}

/// <summary>A message of <see cref="Queues.ShopEvents"/>.</summary>
/// <param name="CustomerKey">Whose it is, for an event of our own that names no alias.</param>
internal sealed record ShopEventMessage(int V, string StoreId, StoreEvent Event, string? CustomerKey = null);

/// <summary>A message of <see cref="Queues.ProductChanges"/>: the next page of one fan-out.</summary>
/// <param name="Token">Which fan-out: a page of one that is no longer pending is dropped.</param>
/// <param name="VariantId">Whose interested customers.</param>
/// <param name="After">The last customer that was told; empty for the first page.</param>
internal sealed record ProductChangeMessage(
    int V, string StoreId, long ProductId, string Token, long VariantId, string After);

/// <summary>A message of <see cref="Queues.WakeUps"/>: it names who to look at and carries no intent.</summary>
/// <param name="CustomerKey">Who: a customer's key, or a product's whose fan-out is to be finished.</param>
/// <param name="At">The time it was meant for, for the record.</param>
internal sealed record WakeUpMessage(int V, string StoreId, string CustomerKey, DateTimeOffset At);
