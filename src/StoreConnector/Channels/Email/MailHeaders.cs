using System.Text.RegularExpressions;

namespace StoreConnector.Channels.Email;

/// <summary>What may stand in the head of an e-mail that another service puts together.</summary>
internal static partial class MailHeaders
{
    /// <summary>The longest line that is passed on, in characters. Source: RFC 5322, 2.1.1.</summary>
    private const int MaxLine = 998;

    /// <summary>The header that carries our id, so that a message can be found in somebody's mailbox.</summary>
    public const string SendId = "X-SC-Id";

    /// <summary>
    /// Those the carrier writes itself and refuses from others. Source: SendGrid's mail send errors, and RFC 5322.
    /// </summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "X-SG-Id", "X-SG-Eid", "Received", "Return-Path", "DKIM-Signature", "Content-Type",
        "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version", "To", "From", "Sender", "Subject",
        "Reply-To", "Cc", "Bcc", "Date", "Message-Id", SendId,
    };

    /// <summary>Those that may be passed on, each name once, and our id.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(OutgoingMessage message, MessageContent.Email email) =>
        email.Headers.Where(h => NameForm().IsMatch(h.Key) && !Reserved.Contains(h.Key))
            .DistinctBy(h => h.Key, StringComparer.OrdinalIgnoreCase)
            .Select(h => KeyValuePair.Create(h.Key, OneLine(h.Value)))
            .Where(h => h.Value.Length > 0)
            .Append(KeyValuePair.Create(SendId, OneLine(message.SendId)));

    /// <summary>
    /// The same words on one line: a control character is a blank, so that nobody begins a header of their own.
    /// </summary>
    public static string OneLine(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
        return line.Length <= MaxLine ? line : line[..MaxLine];
    }

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,70}\z")]
    private static partial Regex NameForm();
}
