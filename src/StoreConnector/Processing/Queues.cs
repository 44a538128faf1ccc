using System.Text.Json;
using System.Text.Json.Serialization;
using StoreConnector.Core.Events;
using StoreConnector.Telemetry;

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

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [ShopEvents, WakeUps, ProductChanges, Imports];

    /// <summary>The message's JSON, with the trace that is under way.</summary>
    public static byte[] Write<T>(T message)
        where T : TracedMessage
    {
        var trace = Signals.Trace;
        return JsonSerializer.SerializeToUtf8Bytes(
            trace == message.Trace ? message : (T)((TracedMessage)message with { Trace = trace }), EventJson.Options);
    }

    public static T Read<T>(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize<T>(body.Span, EventJson.Options)
        ?? throw new JsonException($"The queue message is null, not a {typeof(T).Name}.");
}

/// <summary>What the messages of all queues share.</summary>
internal abstract record TracedMessage
{
    /// <summary>
    /// The trace that it came from, as W3C's traceparent; absent when nobody listens. Only a help: what cannot be read
    /// is no trace.
    /// </summary>
    [JsonConverter(typeof(LenientText))]
    public string? Trace { get; init; }

    /// <summary>Text, or nothing: whatever stands there must not make a message unreadable.</summary>
    private sealed class LenientText : JsonConverter<string?>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped) { return reader.GetString(); }

            reader.Skip();
            return null;
        }

        public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);
    }
}

/// <summary>A message of <see cref="Queues.ShopEvents"/>.</summary>
/// <param name="CustomerKey">Whose it is, for an event of our own that names no alias.</param>
internal sealed record ShopEventMessage(int V, string StoreId, StoreEvent Event, string? CustomerKey = null)
    : TracedMessage;

/// <summary>A message of <see cref="Queues.ProductChanges"/>: the next page of one fan-out.</summary>
/// <param name="Token">Which fan-out: a page of one that is no longer pending is dropped.</param>
/// <param name="VariantId">Whose interested customers.</param>
/// <param name="After">The last customer that was told; empty for the first page.</param>
internal sealed record ProductChangeMessage(
    int V, string StoreId, long ProductId, string Token, long VariantId, string After) : TracedMessage;

/// <summary>A message of <see cref="Queues.WakeUps"/>: it names who to look at and carries no intent.</summary>
/// <param name="CustomerKey">Who: a customer's key, or a product's whose fan-out is to be finished.</param>
/// <param name="At">The time it was meant for, for the record.</param>
internal sealed record WakeUpMessage(int V, string StoreId, string CustomerKey, DateTimeOffset At) : TracedMessage;

/// <summary>A message of <see cref="Queues.Imports"/>: the next page of one import.</summary>
/// <param name="Import">Which: the name of its <see cref="IImportHandler"/>.</param>
/// <param name="After">Where its last page ended, in the import's own words; empty for the first page.</param>
internal sealed record ImportMessage(int V, string StoreId, string Import, string After) : TracedMessage;
