namespace StoreConnector.Core.Messages.Sms;

/// <summary>
/// Writes marketing text messages within a budget: the brand first, then what it is about, the link, and the way out
/// last, always all four. What does not fit gives way in this order: wordy forms, the end of the title, the other
/// items, the title, the end of the brand.
/// </summary>
public static class SmsComposer
{
    /// <summary>The fewest graphemes that a brand is cut to.</summary>
    public const int MinBrand = 8;

    // Room that wordy forms leave: a text that is full to the brim is better told in fewer words.
    private const int SpareGsm7 = 16, SpareUcs2 = 10;

    /// <summary>The most segments of a marketing text.</summary>
    public static int Budget(string language) => MessageLanguage.IsRightToLeft(language) ? 2 : 1;

    /// <summary>The best text that fits.</summary>
    public static SmsDraft Compose(SmsMessage message)
    {
        if (message.Missing() is { Count: > 0 } missing) { return new SmsDraft.Incomplete(missing); }

        var budget = Budget(message.Language);
        var link = MessageLink.Text(message.Link);
        var brand = SmsWording.Brand(message.Brand, message.Language);
        var ways = WaysOut(message).ToList();
        var bodies = SmsBody.Of(message).ToList();
        foreach (var body in bodies)
        {
            foreach (var way in ways)
            {
                if (Fitting(brand, body.Text, way.Text, body.IsWordy || way.IsWordy) is { } ready) { return ready; }
            }
        }

        foreach (var shorter in SmsWording.Cuts(brand, MinBrand, withinWords: true).Skip(1))
        {
            if (Fitting(shorter, bodies[^1].Text, ways[^1].Text, isWordy: false) is { } ready) { return ready; }
        }

        var cut = SmsWording.Cuts(brand, MinBrand, withinWords: true).Last();
        var least = SmsText.Measure(Join(cut, bodies[^1].Text, ways[^1].Text));
        return new SmsDraft.TooLong(least.Segments, budget, IsOdd(least) ? SmsOverrun.Letters : SmsOverrun.Length);

        string Join(string name, string body, string way) => $"{name}: {body} {link} {way}";

        bool IsOdd(SmsSize size) => size.Coding == SmsCoding.Ucs2 && message.Language == MessageLanguage.English;

        SmsDraft.Ready? Fitting(string name, string body, string way, bool isWordy)
        {
            var text = Join(name, body, way);
            var size = SmsText.Measure(text);
            return size.Segments <= budget && (!isWordy || size.Units <= Comfortable(size.Coding, budget))
                ? new(text, size) : null;
        }
    }

    /// <summary>
    /// What the merchant's own words cost at the least, with the title as short as it is cut and the wordier way out;
    /// null where they name a value that this message does not have.
    /// </summary>
    /// <param name="message">From which nothing is missing.</param>
    public static SmsSize? OwnSize(SmsMessage message)
    {
        var (link, way) = (MessageLink.Text(message.Link), WaysOut(message).First().Text);
        var brand = SmsWording.Brand(message.Brand, message.Language);
        return SmsBody.OfOwn(message).Select(body => SmsText.Measure($"{brand}: {body.Text} {link} {way}"))
            .MinBy(size => (size.Segments, size.Units));
    }

    private static int Comfortable(SmsCoding coding, int segments) =>
        SmsSize.Capacity(coding, segments) - (coding == SmsCoding.Gsm7 ? SpareGsm7 : SpareUcs2);

    // The wordier one first.
    private static IEnumerable<SmsBody> WaysOut(SmsMessage message)
    {
        var words = Words.Sms(message.Language);
        switch (message.WayOut)
        {
            case SmsWayOut.ReplyOptOut:
                yield return new(words["wayOut.replyOptOut"]);
                break;
            case SmsWayOut.Reply:
                yield return new(words["wayOut.reply"]);
                break;
            case SmsWayOut.Code(var sender):
                yield return new(Words.Fill(words["wayOut.code"], _ => SmsWording.Clean(sender)!));
                break;
            case SmsWayOut.Link(var stop):
                var link = MessageLink.Text(stop);
                yield return new(Words.Fill(words["wayOut.link"], _ => link), IsWordy: true);
                yield return new(Words.Fill(words["wayOut.linkBrief"], _ => link));
                break;
            default:
                throw new System.Diagnostics.UnreachableException(message.WayOut.GetType().Name);
        }
    }
}
