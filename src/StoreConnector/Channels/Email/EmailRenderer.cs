using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.RegularExpressions;
using HandlebarsDotNet;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;

namespace StoreConnector.Channels.Email;

/// <summary>
/// Makes an e-mail from what it is about. The templates are compiled once, and once for each version of a
/// merchant's own words; they hold no helpers and are given only dictionaries of text, so that nothing of ours can be
/// reached from a template.
/// </summary>
internal sealed partial class EmailRenderer
{
    private const string CartTopic = "cart-reminders", DropTopic = "price-drops", ReorderTopic = "reorders";

    /// <summary>Templates with merchants' words that are kept compiled; above it all are forgotten.</summary>
    private const int MaxOwn = 2000;
    private const string ConfirmTemplate = "confirm";

    // A template takes tens of milliseconds: each is compiled when it is first asked for, not while the service starts.
    private readonly FrozenDictionary<string, Lazy<Template>> templates;
    private readonly ConcurrentDictionary<(string StoreId, string Name), (int Version, Template Template)> own = new();

    // No marketing, so its words are ours alone.
    private readonly FrozenDictionary<string, Lazy<Template>> confirms = MessageLanguage.All.ToFrozenDictionary(
        language => language, language => new Lazy<Template>(() => Template.Confirm(language)), StringComparer.Ordinal);

    public EmailRenderer() => templates = MessageName.All.Where(name => name.Channel == Channel.Email)
        .ToFrozenDictionary(name => name.Key, name => new Lazy<Template>(() => Compile(name, OwnText.None)),
            StringComparer.Ordinal);

    /// <summary>The e-mail of a cart reminder.</summary>
    /// <param name="storeId">Whose it is, for List-Id.</param>
    /// <param name="reminder">What it says.</param>
    /// <exception cref="IncompleteMessageException">
    /// Something is missing that no message may leave without. Ask <see cref="CartReminder.Missing"/> first.
    /// </exception>
    public MessageContent.Email Render(string storeId, CartReminder reminder) =>
        Render(storeId, CartTopic, Name(AbandonedCart.Name, $"{reminder.Step}", reminder.Envelope), reminder.Envelope,
            reminder.Missing(), () => CartReminderView.Build(reminder));

    /// <summary>The e-mail of one price that went down, or of several.</summary>
    /// <param name="storeId">Whose it is, for List-Id.</param>
    /// <param name="message">What it says.</param>
    /// <exception cref="IncompleteMessageException">
    /// Something is missing that no message may leave without. Ask <see cref="PriceDropMessage.Missing"/> first.
    /// </exception>
    public MessageContent.Email Render(string storeId, PriceDropMessage message) =>
        Render(storeId, DropTopic, Name(PriceDrop.Name, message.Shown().Count > 1 ? MessageName.Many : MessageName.One,
            message.Envelope), message.Envelope, message.Missing(), () => PriceDropView.Build(message));

    /// <summary>The e-mail of a product that may be running low.</summary>
    /// <param name="storeId">Whose it is, for List-Id.</param>
    /// <param name="message">What it says.</param>
    /// <exception cref="IncompleteMessageException">
    /// Something is missing that no message may leave without. Ask <see cref="ReorderMessage.Missing"/> first.
    /// </exception>
    public MessageContent.Email Render(string storeId, ReorderMessage message) =>
        Render(storeId, ReorderTopic, Name(Replenishment.Name, "1", message.Envelope), message.Envelope,
            message.Missing(), () => ReorderView.Build(message));

    private static MessageName Name(string automation, string step, Envelope envelope) =>
        MessageName.Of(automation, step, Channel.Email, envelope.Language);

    /// <summary>The e-mail that asks whether an address is its owner's.</summary>
    /// <param name="message">What it says. No marketing: no list, and nothing to unsubscribe from.</param>
    /// <exception cref="IncompleteMessageException">
    /// Something is missing that it may not leave without. Ask <see cref="ConfirmMessage.Missing"/> first.
    /// </exception>
    public MessageContent.Email Render(ConfirmMessage message)
    {
        if (message.Missing() is { Count: > 0 } missing) { throw new IncompleteMessageException(missing); }

        return Print(confirms[message.Language].Value, message.View(), [new("Content-Language", message.Language)]);
    }

    private MessageContent.Email Render(
        string storeId, string topic, MessageName name, Envelope envelope, IReadOnlyList<string> missing,
        Func<IReadOnlyDictionary<string, object?>> build)
    {
        if (missing.Count > 0) { throw new IncompleteMessageException(missing); }

        return Print(TemplateOf(storeId, name, envelope.Words.Of(name)), build(),
            Headers(storeId, topic, envelope.Language, envelope.Unsubscribe));
    }

    private static MessageContent.Email Print(
        Template template, IReadOnlyDictionary<string, object?> view,
        IReadOnlyList<KeyValuePair<string, string>> headers) => new(
            Printable.Clean(template.Subject(view)) ?? throw new InvalidOperationException("The subject is empty."),
            TooManyLines().Replace(template.Text(view).ReplaceLineEndings("\n"), "\n\n").Trim() + "\n",
            template.Html(view),
            headers);

    private Template TemplateOf(string storeId, MessageName name, OwnText words)
    {
        if (words.Words.IsEmpty) { return templates[name.Key].Value; }

        var key = (storeId, name.Key);
        if (words.Version > 0 && own.TryGetValue(key, out var known) && known.Version == words.Version)
        {
            return known.Template;
        }

        var template = Compile(name, words);
        if (words.Version > 0)
        {
            if (own.Count >= MaxOwn) { own.Clear(); }

            own[key] = (words.Version, template);
        }

        return template;
    }

    private static Template Compile(MessageName name, OwnText words) =>
        Template.Compile(name.Template, name.Language, TemplateWords.Of(name, words));

    // One-click: RFC 8058. List-Id: RFC 2919, one for each store and topic, so that a reader can sort by it.
    private static List<KeyValuePair<string, string>> Headers(
        string storeId, string topic, string language, Uri unsubscribe) =>
    [
        new("List-Unsubscribe", $"<{MessageLink.Text(unsubscribe)}>"),
        new("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        new("List-Id", $"<{topic}.{storeId}.{unsubscribe.IdnHost}>"),
        new("Content-Language", language),
    ];

    // Blocks that close up leave their empty lines behind.
    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex TooManyLines();

    private sealed record Template(Func<object, string> Subject, Func<object, string> Text, Func<object, string> Html)
    {
        // An engine for each template: what one has compiled is forgotten with it.
        public static Template Compile(string file, string language, Func<string, string> words)
        {
            var html = Engine(config => config.TextEncoder = new HtmlText());
            var text = Engine(config => config.NoEscape = true);
            return new(
                Part(text, TemplateWords.Subject, isHtml: false),
                Part(text, Read($"{file}.{language}.txt"), isHtml: false),
                Part(html, Read($"{file}.{language}.html"), isHtml: true));

            Func<object, string> Part(IHandlebars engine, string source, bool isHtml) =>
                Compile(engine, TemplateWords.Fill(source, isHtml, language, words));
        }

        public static Template Confirm(string language)
        {
            var text = Engine(config => config.NoEscape = true);
            return new(
                Compile(text, Read($"{ConfirmTemplate}.{language}.subject")),
                Compile(text, Read($"{ConfirmTemplate}.{language}.txt")),
                Compile(Engine(config => config.TextEncoder = new HtmlText()),
                    Read($"{ConfirmTemplate}.{language}.html")));
        }

        private static Func<object, string> Compile(IHandlebars engine, string source)
        {
            var template = engine.Compile(source);
            return view => template(view);
        }

        private static IHandlebars Engine(Action<HandlebarsConfiguration> configure)
        {
            var config = new HandlebarsConfiguration();
            configure(config);
            return Handlebars.Create(config);
        }

        private static string Read(string file)
        {
            using var stream = typeof(EmailRenderer).Assembly.GetManifestResourceStream($"email/{file}")
                ?? throw new InvalidOperationException($"The template {file} is not embedded.");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}

/// <summary>A message lacks something that none may leave without.</summary>
internal sealed class IncompleteMessageException(IReadOnlyList<string> missing)
    : InvalidOperationException($"The message has no {string.Join(", no ", missing)}.")
{
    public IReadOnlyList<string> Missing => missing;
}
