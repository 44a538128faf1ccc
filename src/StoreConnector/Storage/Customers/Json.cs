using System.Text.Json;
using StoreConnector.Core.Events;

namespace StoreConnector.Storage.Customers;

/// <summary>Bytes of a row and back.</summary>
internal static class Json
{
    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options);

    public static T Read<T>(ReadOnlyMemory<byte> value, string what) =>
        JsonSerializer.Deserialize<T>(value.Span, EventJson.Options)
            ?? throw new JsonException($"The row of {what} holds null.");
}
