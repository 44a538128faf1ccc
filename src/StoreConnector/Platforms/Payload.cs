using System.Globalization;
using System.Text.Json;

namespace StoreConnector.Platforms;

/// <summary>
/// One value of a platform's JSON, read leniently: every field is optional, numbers may be text, <c>""</c> is null,
/// <c>[]</c> an empty object and an object with numbered keys a list, for PHP writes them so. What is missing reads as
/// nothing.
/// </summary>
internal readonly struct Payload(JsonElement value)
{
    /// <summary>The deepest nesting that is read; order metadata of plugins stays far below.</summary>
    public const int MaxDepth = 64;

    /// <summary>The largest amount that is believed; sums over any body then fit a decimal.</summary>
    public const decimal MaxAmount = 1_000_000_000_000m;

    /// <summary>The largest quantity that is believed.</summary>
    public const int MaxQuantity = 1_000_000;

    /// <summary>How documents are opened.</summary>
    public static JsonDocumentOptions Options { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>Whether it is an object.</summary>
    public bool IsObject => value.ValueKind == JsonValueKind.Object;

    /// <summary>Whether it is a list.</summary>
    public bool IsList => value.ValueKind == JsonValueKind.Array;

    /// <summary>Whether the body says anything here, be it null.</summary>
    public bool IsPresent => value.ValueKind != JsonValueKind.Undefined;

    /// <summary>Whether it says yes.</summary>
    public bool IsTrue => value.ValueKind == JsonValueKind.True || Text is "true" or "1";

    /// <summary>A field of an object; nothing, when this is no object or has no such field.</summary>
    public Payload this[string name] => IsObject && value.TryGetProperty(name, out var found) ? new(found) : default;

    /// <summary>Text, trimmed, or a number as it was written; never blank.</summary>
    public string? Text
    {
        get
        {
            var text = value.ValueKind switch
            {
                JsonValueKind.String => TextOrNull()?.Trim(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            };
            return text is "" ? null : text;
        }
    }

    /// <summary>A whole number of 64 bits. It never passes through a double, which would round it above 2^53.</summary>
    public long? Id =>
        long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>An exact amount up to <see cref="MaxAmount"/> in size.</summary>
    public decimal? Amount =>
        decimal.TryParse(
            Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var amount)
        && Math.Abs(amount) <= MaxAmount ? amount : null;

    /// <summary>Pieces, 0 when none are said. A part of a piece counts as one: plugins sell by weight.</summary>
    public int Quantity => (int)Math.Clamp(Math.Ceiling(Amount ?? 0), 0, MaxQuantity);

    /// <summary>An ISO 4217 code.</summary>
    public string? Currency => Text?.ToUpperInvariant() is { } code && Core.Values.Money.IsCurrency(code) ? code : null;

    /// <summary>An instant in UTC.</summary>
    public DateTimeOffset? Time => Instant.Read(Text);

    /// <summary>The items of a list.</summary>
    public IEnumerable<Payload> Items => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Select(item => new Payload(item)),
        JsonValueKind.Object => value.EnumerateObject().Select(entry => new Payload(entry.Value)),
        _ => [],
    };

    private string? TextOrNull()
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // Half a surrogate pair or broken UTF-8: a title cut in the middle must not cost us the order.
        }
    }
}
