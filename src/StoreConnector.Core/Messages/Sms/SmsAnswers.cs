namespace StoreConnector.Core.Messages.Sms;

/// <summary>
/// The texts that are no marketing: what answers STOP, START and HELP, and what asks for the second half of a double
/// opt-in. Each names the brand, how many come, what it costs, HELP and STOP. Source: CTIA Messaging Principles and
/// Best Practices, May 2023, section 5.1.
/// </summary>
public static class SmsAnswers
{
    /// <summary>No more will come.</summary>
    public static string Stopped(string brand, string language) => Say("reply.stopped", brand, language);

    /// <summary>They come again.</summary>
    public static string Started(string brand, string language) => Say("reply.started", brand, language);

    /// <summary>The number has confirmed.</summary>
    public static string Confirmed(string brand, string language, string topics) =>
        Say("reply.confirmed", brand, language, topics);

    /// <summary>Who writes, and how it is ended.</summary>
    public static string Help(string brand, string language, Uri shop) =>
        Say("reply.help", brand, language, link: MessageLink.Text(shop));

    /// <summary>Asks the number whether it wants them.</summary>
    /// <param name="brand">Who writes.</param>
    /// <param name="language"><c>en</c> or <c>ar</c>.</param>
    /// <param name="topics">What for, as a list in words.</param>
    /// <param name="page">Where to say yes, for a sender that cannot be answered; null: by answering.</param>
    public static string Ask(string brand, string language, string topics, Uri? page) => page is null
        ? Say("confirm.reply", brand, language, topics)
        : Say("confirm.link", brand, language, topics, MessageLink.Text(page));

    private static string Say(string key, string brand, string language, string? topics = null, string? link = null) =>
        Words.Fill(Words.Sms(language)[key], name => name switch
        {
            "brand" => SmsWording.Brand(brand, language),
            "topics" => topics!,
            "link" => link!,
            _ => throw new KeyNotFoundException(name),
        });
}
