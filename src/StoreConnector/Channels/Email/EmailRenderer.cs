using System.Collections.Frozen;
using System.Text.RegularExpressions;
using HandlebarsDotNet;
using StoreConnector.Core.Messages;

namespace StoreConnector.Channels.Email;

/// <summary>
/// Makes an e-mail from what it is about. The templates are compiled once, here; they hold no helpers and are given
/// only dictionaries of text, so that nothing of ours can be reached from a template.
/// </summary>
internal sealed partial class EmailRenderer
{
    private const string CartTopic = "cart-reminders", DropTopic = "price-drops", ReorderTopic = "reorders";
    private const string DropOne = "price-drop-one", DropMany = "price-drop-many", Reorder = "replenishment";
    private const string Confirm = "confirm";

    private static readonly string[] Names =
        [.. Enumerable.Range(1, CartReminder.Steps).Select(Cart), DropOne, DropMany, Reorder, Confirm];

    private readonly FrozenDictionary<string, Template> templates;

    public EmailRenderer()
    {
        var html = Engine(config => config.TextEncoder = new HtmlText());
        var text = Engine(config => config.NoEscape = true);
        templates = Names
            .SelectMany(_ => MessageLanguage.All, (name, language) => $"{name}.{language}")
            .ToFrozenDictionary(name => name, name => Template.Compile(name, html, text), StringComparer.Ordinal);
    }

    /// <summary>The e-mail of a cart reminder.</summary>
    /// <param name="storeId">Whose it is, for List-Id.</param>
    /// <param name="reminder">What it says.</param>
    /// <exception cref="IncompleteMessageException">
    /// Something is missing that no message may leave without. Ask <see cref="CartReminder.Missing"/> first.
    /// </exception>
    public MessageContent.Email Render(string storeId, CartReminder reminder) =>
        Render(storeId, CartTopic, Cart(reminder.Step), reminder.Envelope, reminder.Missing(),
            () => CartReminderView.Build(reminder));

    /// <summary>The e-mail of one price that went down, or of several.</summary>
    /// <param name="storeId">Whose it is, for List-Id.</param>
    /// <param name="message">What it says.</param>
    /// <exception cref="IncompleteMessageException">
    /// Something is missing that no message may leave without. Ask <see cref="PriceDropMessage.Missing"/> first.
    /// </exception>
    public MessageContent.Email Render(string storeId, PriceDropMessage message) =>
        Render(storeId, DropTopic, message.Shown().Count > 1 ? DropMany : DropOne, message.Envelope, message.Missing(),
            () => PriceDropView.Build(message));

    /// <summary>The e-mail of a product that may be running low.</summary>
    /// <param name="storeId">Whose it is, for List-Id.</param>
    /// <param name="message">What it says.</param>
    /// <exception cref="IncompleteMessageException">
    /// Something is missing that no message may leave without. Ask <see cref="ReorderMessage.Missing"/> first.
    /// </exception>
    public MessageContent.Email Render(string storeId, ReorderMessage message) =>
        Render(storeId, ReorderTopic, Reorder, message.Envelope, message.Missing(), () => ReorderView.Build(message));

    /// <summary>The e-mail that asks whether an address is its owner's.</summary>
    /// <param name="message">What it says. No marketing: no list, and nothing to unsubscribe from.</param>
    /// <exception cref="IncompleteMessageException">
    /// Something is missing that it may not leave without. Ask <see cref="ConfirmMessage.Missing"/> first.
    /// </exception>
    public MessageContent.Email Render(ConfirmMessage message) =>
        Render(Confirm, message.Language, message.Missing(), message.View,
            [new("Content-Language", message.Language)]);

    private MessageContent.Email Render(
        string storeId, string topic, string name, Envelope envelope, IReadOnlyList<string> missing,
        Func<IReadOnlyDictionary<string, object?>> build) => Render(name, envelope.Language, missing, build,
            missing.Count > 0 ? [] : Headers(storeId, topic, envelope.Language, envelope.Unsubscribe));

    private MessageContent.Email Render(
        string name, string language, IReadOnlyList<string> missing, Func<IReadOnlyDictionary<string, object?>> build,
        IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        if (missing.Count > 0) { throw new IncompleteMessageException(missing); }
        if (!templates.TryGetValue($"{name}.{language}", out var template))
        {
            throw new ArgumentOutOfRangeException(nameof(name), $"There is no {name} in {language}.");
        }

        var view = build();
        return new(
            Printable.Clean(template.Subject(view)) ?? throw new InvalidOperationException("The subject is empty."),
            TooManyLines().Replace(template.Text(view).ReplaceLineEndings("\n"), "\n\n").Trim() + "\n",
            template.Html(view),
            headers);
    }

    private static string Cart(int step) => $"abandoned-cart-{step}";

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

    private static IHandlebars Engine(Action<HandlebarsConfiguration> configure)
    {
        var config = new HandlebarsConfiguration();
        configure(config);
        return Handlebars.Create(config);
    }

    private sealed record Template(Func<object, string> Subject, Func<object, string> Text, Func<object, string> Html)
    {
        public static Template Compile(string name, IHandlebars html, IHandlebars text) => new(
            Compile(text, $"{name}.subject"), Compile(text, $"{name}.txt"), Compile(html, $"{name}.html"));

        private static Func<object, string> Compile(IHandlebars engine, string file)
        {
            using var stream = typeof(EmailRenderer).Assembly.GetManifestResourceStream($"email/{file}")
                ?? throw new InvalidOperationException($"The template {file} is not embedded.");
            using var reader = new StreamReader(stream);
            var template = engine.Compile(reader.ReadToEnd());
            return view => template(view);
        }
    }
}

/// <summary>A message lacks something that none may leave without.</summary>
internal sealed class IncompleteMessageException(IReadOnlyList<string> missing)
    : InvalidOperationException($"The message has no {string.Join(", no ", missing)}.")
{
    public IReadOnlyList<string> Missing => missing;
}
