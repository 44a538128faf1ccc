using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Processing;

/// <summary>A message as it would look; never written, never sent by this.</summary>
/// <param name="Content">What it says, with links that lead nowhere.</param>
/// <param name="Size">Bytes of an e-mail's HTML, units of a text.</param>
/// <param name="Warnings">What the merchant had better know, in plain words.</param>
internal sealed record MessagePreview(MessageContent Content, int Size, IReadOnlyList<string> Warnings);

/// <summary>
/// Shows a message with sample data in the store's own look and words, and says whether words may be saved: what cannot
/// be is found here, not at a customer's.
/// </summary>
internal sealed class MessagePreviews(
    EmailRenderer renderer, LinkBase address, MessageWords saved, TimeProvider clock)
{
    /// <summary>The largest HTML that is saved, in bytes: Gmail cuts a message off at about 102 KB.</summary>
    public const int MaxHtml = 100 * 1024;

    /// <summary>From here on the merchant is warned, in bytes.</summary>
    public const int LargeHtml = 60 * 1024;

    private const int LongSubject = 60; // phones show less

    private static readonly string Code = new('0', ShortLinks.CodeLength);
    private static readonly string LongCode = new('0', ShortLinks.LongCodeLength);

    /// <summary>The message with the words that are saved.</summary>
    public async ValueTask<MessagePreview> RenderAsync(
        StoreContext store, MessageName name, CancellationToken cancel) =>
        Render(store.Store, name, (await saved.OfAsync(store, cancel)).Of(name));

    /// <summary>The message with these words.</summary>
    public MessagePreview Render(Store store, MessageName name, OwnText words)
    {
        if (name.Channel == Channel.Sms) { return Text(store, name, words); }

        var mail = Email(store, name, words, isLong: false);
        var size = Encoding.UTF8.GetByteCount(mail.Html);
        return new(mail, size, [.. WarningsOf(store, name, words, mail, size)]);
    }

    /// <summary>Everything that keeps words from being saved; empty when nothing does.</summary>
    /// <param name="store">Whose message.</param>
    /// <param name="name">Which message.</param>
    /// <param name="words">By key, tidied.</param>
    public IReadOnlyList<SettingError> Check(
        Store store, MessageName name, ImmutableSortedDictionary<string, string> words)
    {
        if (Wording.Check(name, words) is { Count: > 0 } errors) { return errors; }

        var own = new OwnText(0, words);
        return name.Channel == Channel.Sms ? CheckText(store, name, own)
            : CheckEmail(Email(store, name, own, isLong: true), Unsubscribe(store));
    }

    /// <summary>What keeps an e-mail from being saved: its size, or no way out.</summary>
    internal static IReadOnlyList<SettingError> CheckEmail(MessageContent.Email mail, Uri unsubscribe)
    {
        var errors = new List<SettingError>();
        var size = Encoding.UTF8.GetByteCount(mail.Html);
        var wayOut = MessageLink.Text(unsubscribe);
        if (size > MaxHtml)
        {
            errors.Add(new("words", Invariant($"An e-mail of {size} bytes"), Invariant($"at most {MaxHtml}")));
        }

        if (!mail.Html.Contains($"href=\"{wayOut}\"", StringComparison.Ordinal)
            || !mail.Text.Contains(wayOut, StringComparison.Ordinal))
        {
            errors.Add(new("words", "An e-mail without a way out", "the unsubscribe link in both parts"));
        }

        return errors;
    }

    private IReadOnlyList<SettingError> CheckText(Store store, MessageName name, OwnText own)
    {
        var message = Sms(store, name, own, isLong: true);
        var budget = SmsComposer.Budget(name.Language);
        return SmsComposer.OwnSize(message) is not { } size || size.Segments <= budget ? []
            : [new($"words.{Wording.Text}", Invariant($"A text of {size.Segments} segments{Why(size, name)}"),
                Invariant($"{budget} with the shop's name, the link and the way out"))];
    }

    private static string Why(SmsSize size, MessageName name) =>
        size.Coding == SmsCoding.Ucs2 && name.Language == MessageLanguage.English
            ? " (one of its letters is not of those that 160 fit into a text)" : "";

    private MessageContent.Email Email(Store store, MessageName name, OwnText words, bool isLong)
    {
        var now = clock.GetUtcNow();
        var brand = MessageComposer.BrandOf(store);
        return new SampleMessages(store, name.Language, isLong).Email(renderer, name, new()
        {
            Language = name.Language,
            Brand = brand with { PostalAddress = brand.PostalAddress ?? "–" },
            PersonName = MessageLanguage.IsRightToLeft(name.Language) ? "سارة" : "Sara",
            Why = new Why.Express(Drafts.InZone(now.AddDays(-90), store.TimeZone)),
            Unsubscribe = Unsubscribe(store),
            Words = OwnWords.None.With(name, words with { Version = 0 }),
        }, now);
    }

    private MessagePreview Text(Store store, MessageName name, OwnText words)
    {
        var message = Sms(store, name, words, isLong: false);
        if (SmsComposer.Compose(message) is not SmsDraft.Ready ready)
        {
            return new(new MessageContent.Sms(null, "", 0), 0,
                ["The shop's name, the link and the way out do not fit into a text: none can be sent."]);
        }

        var fits = message.Own is null
            || SmsComposer.OwnSize(message)?.Segments <= SmsComposer.Budget(name.Language);
        return new(new MessageContent.Sms(store.Sms.From, ready.Text, ready.Size.Segments), ready.Size.Units,
            fits ? [] : ["These words do not fit: ours stand in their place."]);
    }

    private SmsMessage Sms(Store store, MessageName name, OwnText words, bool isLong)
    {
        var (from, urls) = (store.Sms.From, address.Of(store, Channel.Sms, Code, 1));
        return new()
        {
            Language = name.Language,
            Brand = store.Name,
            Topic = new SampleMessages(store, name.Language, isLong).Topic(name),
            Link = urls.Links[0],
            WayOut = SmsWayOut.For(store.Country, from ?? "", from is null || PhoneNumber.TryParse(from, out _),
                urls.WayOut),
            Digits = store.Brand.Digits,
            Own = words.Words.GetValueOrDefault(Wording.Text),
        };
    }

    private static IEnumerable<string> WarningsOf(
        Store store, MessageName name, OwnText words, MessageContent.Email mail, int size)
    {
        if (Printable.Clean(store.PostalAddress) is null)
        {
            yield return "No postal address is set: no marketing e-mail leaves without one.";
        }

        if (size > LargeHtml)
        {
            yield return Invariant($"It has {size} bytes: above {LargeHtml} some programs cut it.");
        }

        if (mail.Subject.Length > LongSubject) { yield return "The subject is long: phones show its beginning."; }

        foreach (var (key, text) in words.Words)
        {
            if (WordPlaces.Named(text).Where(Maybe).ToList() is [_, ..] fields)
            {
                yield return $"{key}: where {string.Join(" or ", fields)} is not known, our words stand instead.";
            }
        }

        // Known of every message of that name; the others may be missing.
        static bool Maybe(string field) =>
            field is not ("store.name" or "products" or "drop.short" or "drop.now" or "checked");
    }

    private Uri Unsubscribe(Store store) => address.Of(store, Channel.Email, LongCode, 1).WayOut;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
