using System.Text.RegularExpressions;
using StoreConnector.Core.Messages;

namespace StoreConnector.Channels.Email;

/// <summary>
/// Puts words into the places that a compiled template left open for them, ours or the merchant's, by the rules of the
/// build: <c>[[html:key]]</c> is escaped and each value stands alone in <c>bdi</c>; <c>[[text:key]]</c> isolates values
/// in Arabic text; a bare <c>[[key]]</c> does neither.
/// </summary>
internal static partial class TemplateWords
{
    /// <summary>The template of a subject: the one part that is nothing but words.</summary>
    public const string Subject = "[[" + Wording.Subject + "]]\n";

    /// <summary>The whole template: no place of words is left.</summary>
    /// <param name="template">A compiled one.</param>
    /// <param name="isHtml">Whether words are escaped; else they stand in plain text.</param>
    /// <param name="language">The template's.</param>
    /// <param name="words">What stands at a key.</param>
    public static string Fill(string template, bool isHtml, string language, Func<string, string> words) =>
        Slot().Replace(template, slot =>
        {
            var text = words(slot.Groups[2].Value);
            return slot.Groups[1].Value switch
            {
                "html:" => Place().Replace(Escape(text), "<bdi>{{$1}}</bdi>"),
                "text:" => MessageLanguage.IsRightToLeft(language)
                    ? Place().Replace(text, "\u2068{{$1}}\u2069") : text,
                _ => isHtml ? Escape(text) : text,
            };
        });

    /// <summary>What stands at each key of a message: the merchant's words with ours behind them, or ours.</summary>
    public static Func<string, string> Of(MessageName name, OwnText own) => key =>
    {
        var ours = Wording.Ours(name, key);
        return own.Words.TryGetValue(key, out var words) ? Wording.Guarded(key, words, ours) : ours;
    };

    // Words hold blocks, so they are escaped before a value is known: braces stay, and so does what is in them.
    private static string Escape(string words) => words.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal);

    [GeneratedRegex(@"\[\[(html:|text:)?([a-z]+)\]\]")]
    private static partial Regex Slot();

    // A value's place, not a block.
    [GeneratedRegex(@"\{\{(?![#/]|else)([^}]+)\}\}")]
    private static partial Regex Place();
}
