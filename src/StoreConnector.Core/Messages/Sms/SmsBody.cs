using System.Diagnostics;

namespace StoreConnector.Core.Messages.Sms;

/// <summary>Words that may stand in a text message.</summary>
/// <param name="Text">The words.</param>
/// <param name="IsWordy">Whether they are worth their place only where there is plenty of room.</param>
internal sealed record SmsBody(string Text, bool IsWordy = false)
{
    // The fewest graphemes that a title is cut to: less names nothing.
    private const int MinTitle = 12;

    /// <summary>
    /// What the message may say: the merchant's own words, then ours, the most telling form first; the last one names
    /// nothing.
    /// </summary>
    public static IEnumerable<SmsBody> Of(SmsMessage message) => OfOwn(message).Concat(OfOurs(message));

    /// <summary>
    /// The merchant's own words with ever shorter titles; none where a value that they name is not known.
    /// </summary>
    public static IEnumerable<SmsBody> OfOwn(SmsMessage message)
    {
        if (message.Own is not { } own) { yield break; }

        var values = ValuesOf(message);
        var named = WordPlaces.Named(own);
        if (named.Any(name => name != "title" && values.GetValueOrDefault(name) is null)) { yield break; }

        var title = TitleOf(message, message.Topic.Named);
        if (named.Contains("title") && title is null) { yield break; }

        foreach (var cut in named.Contains("title") ? Cuts(title!) : [""])
        {
            yield return new(Words.Fill(own, name => name == "title" ? cut : values[name]!));
        }
    }

    private static IEnumerable<SmsBody> OfOurs(SmsMessage message) => message.Topic switch
    {
        SmsTopic.Cart cart => OfCart(message, cart),
        SmsTopic.Drop { Others: > 0 } drops => OfDrops(message, drops),
        SmsTopic.Drop drop => OfDrop(message, drop),
        SmsTopic.Reorder reorder => OfReorder(message, reorder),
        var other => throw new UnreachableException(other?.GetType().Name),
    };

    private static IEnumerable<SmsBody> OfCart(SmsMessage message, SmsTopic.Cart cart)
    {
        if (TitleOf(message, cart.Title) is { } title)
        {
            if (cart.Others > 0)
            {
                // In Arabic the way back to the cart is long already, so the others are a luxury.
                var others = Words.Common(message.Language).Counted("andMore", cart.Others, message.Digits);
                var isWordy = MessageLanguage.IsRightToLeft(message.Language);
                foreach (var cut in Cuts(title, withinWords: false))
                {
                    yield return new(Say(message, "cart.others", ("title", cut), ("others", others)), isWordy);
                }
            }

            foreach (var cut in Cuts(title)) { yield return new(Say(message, "cart.title", ("title", cut))); }
        }

        yield return new(Say(message, "cart.plain"));
    }

    private static IEnumerable<SmsBody> OfDrop(SmsMessage message, SmsTopic.Drop drop)
    {
        var now = MoneyText.IsPrice(drop.Now) ? drop.Now : null;
        var was = now is null ? null : drop.Seen;
        if (now is not null)
        {
            var (nowText, wasText) = SmsWording.Prices(now, was, message.Language, message.Digits);
            if (TitleOf(message, drop.Title) is { } title)
            {
                if (wasText is not null)
                {
                    yield return new(Say(message, "drop.seen", Values(title)), IsWordy: true);
                    foreach (var cut in Cuts(title)) { yield return new(Say(message, "drop.was", Values(cut))); }
                }

                foreach (var cut in Cuts(title)) { yield return new(Say(message, "drop.now", Values(cut))); }
            }

            if (wasText is not null) { yield return new(Say(message, "drop.plainWas", Values(""))); }

            yield return new(Say(message, "drop.plainNow", Values("")));

            (string, string)[] Values(string name) => [("title", name), ("now", nowText), ("was", wasText ?? "")];
        }

        yield return new(Say(message, "drop.plain"));
    }

    private static IEnumerable<SmsBody> OfDrops(SmsMessage message, SmsTopic.Drop drop)
    {
        var words = Words.Sms(message.Language);
        if (MoneyText.IsPrice(drop.Now) && TitleOf(message, drop.Title) is { } title)
        {
            var (now, _) = SmsWording.Prices(drop.Now, null, message.Language, message.Digits);
            var others = words.Counted("otherDrops", drop.Others, message.Digits);
            foreach (var cut in Cuts(title))
            {
                yield return new(Say(message, "drop.others", ("title", cut), ("now", now), ("others", others)));
            }
        }

        var count = words.Counted("drops", drop.Others + 1m, message.Digits);
        yield return new(Say(message, "drop.many", ("count", count)));
    }

    private static IEnumerable<SmsBody> OfReorder(SmsMessage message, SmsTopic.Reorder reorder)
    {
        if (TitleOf(message, reorder.Title) is { } title)
        {
            if (reorder.EveryDays is > 0 and var days)
            {
                var every = Words.Sms(message.Language).Counted("everyDays", days, message.Digits);
                yield return new(
                    Say(message, "reorder.every", ("title", title), ("every", every)), IsWordy: true);
            }

            yield return new(Say(message, "reorder.again", ("title", title)), IsWordy: true);
            foreach (var cut in Cuts(title)) { yield return new(Say(message, "reorder.brief", ("title", cut))); }
        }

        yield return new(Say(message, "reorder.plain"));
    }

    private static Dictionary<string, string?> ValuesOf(SmsMessage message)
    {
        var (words, digits) = (Words.Sms(message.Language), message.Digits);
        switch (message.Topic)
        {
            case SmsTopic.Cart cart:
                var common = Words.Common(message.Language);
                return new()
                {
                    ["others"] = cart.Others > 0 ? common.Counted("andMore", cart.Others, digits) : null,
                };
            case SmsTopic.Drop drop when MoneyText.IsPrice(drop.Now):
                var (now, was) = SmsWording.Prices(drop.Now, drop.Seen, message.Language, digits);
                return new()
                {
                    ["now"] = now,
                    ["was"] = was,
                    ["others"] = drop.Others > 0 ? words.Counted("otherDrops", drop.Others, digits) : null,
                    ["count"] = words.Counted("drops", drop.Others + 1m, digits),
                };
            case SmsTopic.Reorder { EveryDays: > 0 and var days }:
                return new() { ["every"] = words.Counted("everyDays", days, digits) };
            default:
                return [];
        }
    }

    private static string? TitleOf(SmsMessage message, string? title) => SmsWording.Title(title, message.Language);

    private static IEnumerable<string> Cuts(string title, bool withinWords = true) =>
        SmsWording.Cuts(title, MinTitle, withinWords);

    private static string Say(SmsMessage message, string key, params (string Name, string Text)[] values) =>
        Words.Fill(Words.Sms(message.Language)[key], name => Array.Find(values, value => value.Name == name).Text
            ?? throw new UnreachableException($"{key}: {name}"));
}
