using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace StoreConnector.Core.Messages;

/// <summary>
/// Our words in one language, by key; nested keys are joined with a dot. A value's place is <c>{{name}}</c>. They are
/// part of this assembly, so reading them is no I/O.
/// </summary>
public sealed class Words
{
    private static readonly FrozenDictionary<string, Words> Decks =
        new[] { "common", "abandoned-cart", "price-drop", "replenishment", "sms" }.SelectMany(
            deck => MessageLanguage.All, (deck, language) => new Words($"{deck}.{language}", language))
            .ToFrozenDictionary(words => words.name, StringComparer.Ordinal);

    private readonly string name;
    private readonly string language;
    private readonly FrozenDictionary<string, string> texts;

    private Words(string name, string language)
    {
        using var stream = typeof(Words).Assembly.GetManifestResourceStream($"words.{name}.json")
            ?? throw new InvalidOperationException($"The words {name} are not embedded.");
        using var json = JsonDocument.Parse(stream);
        (this.name, this.language) = (name, language);
        texts = Flatten("", json.RootElement).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Every key.</summary>
    public IEnumerable<string> Keys => texts.Keys;

    /// <summary>The words of a key. An unknown key is a mistake of ours.</summary>
    public string this[string key] =>
        texts.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"{name} has no words for {key}.");

    /// <summary>Whether there are words of a key.</summary>
    public bool Has(string key) => texts.ContainsKey(key);

    /// <summary>What every message and page shares.</summary>
    public static Words Common(string language) => Decks[$"common.{language}"];

    /// <summary>The words of the cart reminders.</summary>
    public static Words AbandonedCart(string language) => Decks[$"abandoned-cart.{language}"];

    /// <summary>The words of the price drops.</summary>
    public static Words PriceDrop(string language) => Decks[$"price-drop.{language}"];

    /// <summary>The words of the reminders to reorder.</summary>
    public static Words Replenishment(string language) => Decks[$"replenishment.{language}"];

    /// <summary>The words of text messages.</summary>
    public static Words Sms(string language) => Decks[$"sms.{language}"];

    /// <summary>
    /// Puts values in their places: <paramref name="value"/> gets the name that stood between the braces.
    /// </summary>
    public static string Fill(string words, Func<string, string> value)
    {
        var parts = words.Split("{{");
        return parts[0] + string.Concat(parts.Skip(1).Select(part =>
            part.Split("}}", 2) is [var name, var rest] ? value(name) + rest
                : throw new FormatException($"{words}: no }}}}")));
    }

    /// <summary>The form that a count asks for, with the count in it where the form shows one.</summary>
    public string Counted(string key, decimal count, Digits digits)
    {
        var form = $"{key}.{Plural.Of(language, count).ToString().ToLowerInvariant()}";
        var number = count.ToString("0.##", CultureInfo.InvariantCulture);
        return this[form].Replace("#", DigitText.In(number, language, digits));
    }

    private static IEnumerable<KeyValuePair<string, string>> Flatten(string prefix, JsonElement element) =>
        element.EnumerateObject().SelectMany(field => field.Value.ValueKind == JsonValueKind.Object
            ? Flatten($"{prefix}{field.Name}.", field.Value)
            : [new(prefix + field.Name, field.Value.GetString() ?? "")]);
}
