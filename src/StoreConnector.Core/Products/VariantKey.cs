using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StoreConnector.Core.Products;

/// <summary>Names one thing that has a price: a variant of a product, or a product that has none (variant 0).</summary>
/// <param name="ProductId">The platform's product id, above 0.</param>
/// <param name="VariantId">The platform's variant id; 0 when the product has none.</param>
[JsonConverter(typeof(VariantKeyJson))]
public sealed record VariantKey(long ProductId, long VariantId)
{
    /// <summary>The key of a line, or null for a custom line.</summary>
    public static VariantKey? Of(long? productId, long? variantId) =>
        productId is > 0 ? new(productId.Value, variantId is > 0 ? variantId.Value : 0) : null;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out VariantKey? key)
    {
        key = text?.Split('-') is [var product, var variant] && TryId(product, out var p) && TryId(variant, out var v)
            && p > 0 ? new(p, v) : null;
        return key is not null;
    }

    /// <summary>The one text it is keyed by: product and variant with <c>-</c> between.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ProductId}-{VariantId}");

    private static bool TryId(string text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}

/// <summary>A variant's key as its one text.</summary>
internal sealed class VariantKeyJson : JsonConverter<VariantKey>
{
    /// <inheritdoc/>
    public override VariantKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        VariantKey.TryParse(reader.GetString(), out var key) ? key : throw new JsonException("Not a variant's key.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, VariantKey value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
