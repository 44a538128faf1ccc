using System.Diagnostics;
using System.Globalization;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>
/// Which words of a message a merchant may change, what they may name, and whether they may be saved.
/// </summary>
public static class Wording
{
    /// <summary>The one key of a text message.</summary>
    public const string Text = "text";

    /// <summary>The keys of an e-mail's words.</summary>
    public const string Subject = "subject", Preheader = "preheader", Heading = "heading", Body = "body",
        Button = "button", Note = "note";

    private static readonly string[] Everywhere = ["store.name", "name"];

    // What a discreet subject may not name.
    private static readonly string[] NamesProduct = ["first", "drop.short", "product.short"];

    /// <summary>The keys of a message's words, in reading order.</summary>
    public static IReadOnlyList<string> Keys(MessageName name) => name switch
    {
        { Channel: Channel.Sms } => [Text],
        { Step: MessageName.Many } => [Subject, Preheader, Heading, Body, Note], // each product has its own link
        _ => [Subject, Preheader, Heading, Body, Button, Note],
    };

    /// <summary>Our words for a key, with their places and blocks.</summary>
    public static string Ours(MessageName name, string key)
    {
        if (name.Channel == Channel.Sms) { return Words.Sms(name.Language)[TextOf(name)]; }

        return name.Automation switch
        {
            AbandonedCart.Name => Words.AbandonedCart(name.Language)[$"{name.Step}.{key}"],
            PriceDrop.Name => Words.PriceDrop(name.Language)[$"{name.Step}.{key}"],
            _ => Words.Replenishment(name.Language)[key],
        };
    }

    /// <summary>The values that a message's words may name; a button's name none.</summary>
    public static IReadOnlyList<string> Fields(MessageName name) => (name.Channel, name.Automation, name.Step) switch
    {
        (Channel.Sms, AbandonedCart.Name, _) => ["title", "others"],
        (Channel.Sms, PriceDrop.Name, MessageName.Many) => ["title", "now", "others", "count"],
        (Channel.Sms, PriceDrop.Name, _) => ["title", "now", "was"],
        (Channel.Sms, _, _) => ["title", "every"],
        (_, AbandonedCart.Name, _) =>
            [.. Everywhere, "first", "others", "count", "subtotal", "coupon.what", "coupon.until"],
        (_, PriceDrop.Name, MessageName.Many) => [.. Everywhere, "products", "first", "firstNow", "others", "checked"],
        (_, PriceDrop.Name, _) =>
            [.. Everywhere, "drop.short", "drop.now", "drop.was", "drop.saving", "drop.seen", "checked"],
        _ => [.. Everywhere, "product.short", "product.price", "reorder.every", "reorder.last", "reorder.next"],
    };

    /// <summary>The most characters of a key's words, places included.</summary>
    public static int MaxLength(string key) => key switch
    {
        Subject => 120,
        Preheader => 150,
        Heading => 100,
        Button => 30, // one line of the button
        Text => 300,
        _ => 600,
    };

    /// <summary>
    /// Words with ours behind them, for where a value that they name is not known, or the subject is to be discreet: a
    /// template of blocks and places.
    /// </summary>
    /// <param name="key">Which words.</param>
    /// <param name="own">The merchant's.</param>
    /// <param name="ours">What stands there otherwise.</param>
    public static string Guarded(string key, string own, string ours)
    {
        var fields = WordPlaces.Named(own);
        var guarded = fields.Where(field => field != "store.name").Reverse().Aggregate(
            own, (inner, field) => $"{{{{#if {field}}}}}{inner}{{{{else}}}}{ours}{{{{/if}}}}");
        return key is Subject or Preheader && fields.Any(NamesProduct.Contains)
            ? $"{{{{#if discreet}}}}{ours}{{{{else}}}}{guarded}{{{{/if}}}}" : guarded;
    }

    /// <summary>Everything that cannot be said so; empty when it may be saved.</summary>
    /// <param name="name">Whose words.</param>
    /// <param name="words">By key, tidied: see <see cref="WordPlaces.Tidy"/>.</param>
    public static IReadOnlyList<SettingError> Check(MessageName name, IEnumerable<KeyValuePair<string, string>> words)
    {
        var errors = new List<SettingError>();
        foreach (var (key, text) in words)
        {
            if (!Keys(name).Contains(key))
            {
                errors.Add(Error(key, "An unknown key", string.Join(", ", Keys(name))));
            }
            else if (Objection(name, key, text) is var (what, allowed))
            {
                errors.Add(Error(key, what, allowed));
            }
        }

        return errors;
    }

    private static (string What, string Allowed)? Objection(MessageName name, string key, string text)
    {
        var fields = key == Button ? [] : Fields(name);
        var max = MaxLength(key);
        if (text.Length == 0) { return ("Nothing", "words; null brings ours back"); }

        if (text.Length > max)
        {
            return (Count(text.Length) + " characters", $"at most {Count(max)}");
        }

        if (Printable.Clean(text) != text)
        {
            return ("What does not print", "one line without control characters, direction marks and doubled blanks");
        }

        if (WordPlaces.Objection(text) is { } braces)
        {
            return (braces, key == Button ? "words without values" : $"{{{{field}}}} with one of {List(fields)}");
        }

        var unknown = WordPlaces.Named(text).FirstOrDefault(field => !fields.Contains(field));
        return unknown is null ? null
            : ($"{{{{{unknown}}}}}", key == Button ? "words without values" : $"the fields {List(fields)}");
    }

    private static string TextOf(MessageName name) => (name.Automation, name.Step) switch
    {
        (AbandonedCart.Name, _) => "cart.others",
        (PriceDrop.Name, MessageName.Many) => "drop.others",
        (PriceDrop.Name, _) => "drop.seen",
        ("replenishment", _) => "reorder.every",
        var other => throw new UnreachableException(other.ToString()),
    };

    private static SettingError Error(string key, string what, string allowed) => new($"words.{key}", what, allowed);

    private static string List(IEnumerable<string> fields) => string.Join(", ", fields);

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
