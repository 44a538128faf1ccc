using System.Text.Json;
using System.Text.Json.Serialization;

namespace StoreConnector.Core.Values;

/// <summary>Stores an address as its text.</summary>
public sealed class EmailAddressJson : JsonConverter<EmailAddress>
{
    /// <inheritdoc/>
    public override EmailAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        EmailAddress.TryParse(reader.GetString(), out var value) ? value
            : throw new JsonException("Not an e-mail address.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EmailAddress value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>Stores a number as its E.164 text.</summary>
public sealed class PhoneNumberJson : JsonConverter<PhoneNumber>
{
    /// <inheritdoc/>
    public override PhoneNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PhoneNumber.TryParse(reader.GetString(), out var value) ? value
            : throw new JsonException("Not an E.164 number.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PhoneNumber value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.E164);
}

/// <summary>Stores an alias as <c>kind:value</c>.</summary>
public sealed class AliasJson : JsonConverter<Alias>
{
    /// <inheritdoc/>
    public override Alias Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Alias.TryParseStored(reader.GetString(), out var value) ? value : throw new JsonException("Not an alias.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Alias value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Stored);
}
