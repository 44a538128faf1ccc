using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Admin;

/// <summary>What a merchant gets who wants to see whether the sender works: nobody's cart, no marketing.</summary>
internal static class TestMessage
{
    public static MessageContent Of(Store store, Channel channel)
    {
        var name = Printable.Clean(store.Name, 60) ?? "your store";
        if (channel == Channel.Sms)
        {
            var words = $"A test from {name}: your texts leave by this sender.";
            return new MessageContent.Sms(store.Sms.From, words, SmsText.Measure(words).Segments);
        }

        var text = $"This is a test from {name}.\n\nIf you can read it, your mails leave by this sender. Look where it"
            + " arrived: in the inbox, or among advertising or spam?\n";
        var html = string.Concat(text.Trim().Split("\n\n").Select(p => $"<p>{HtmlText.Encode(p)}</p>"));
        return new MessageContent.Email($"A test from {name}", text,
            $"<!doctype html><html lang=\"en\"><body style=\"font:16px/1.6 sans-serif\">{html}</body></html>", []);
    }
}
