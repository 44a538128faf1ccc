using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Processing;

/// <summary>Writes the message that asks an address to confirm: no marketing in it.</summary>
internal sealed class OptInMessages(EmailRenderer renderer, LinkBase links)
{
    /// <summary>An e-mail with a button, a text to answer, or a text with a link where nobody can answer.</summary>
    public OutgoingMessage Make(
        Store store, string sendId, string token, ConsentRequest request, string language, DateTimeOffset now)
    {
        var (to, page) = (request.Contact, links.Confirm(store, request.Contact.Channel, token));
        MessageContent content = to.Channel == Channel.Email
            ? renderer.Render(new ConfirmMessage
            {
                Language = language,
                Brand = MessageComposer.BrandOf(store),
                Topics = TopicWords.List(request.Purposes, language),
                Address = MessageChoices.Masked(to),
                Button = page,
            })
            : Text(store, to, request, language, page);
        return new(store.Id, sendId, to.Channel, to.Address, content, "confirm",
            FormattableString.Invariant($"confirm@{now:yyyyMMdd}"), 1)
        {
            Token = content is MessageContent.Sms text && !text.Text.Contains(token, StringComparison.Ordinal) ? null
                : token,
        };
    }

    private static MessageContent.Sms Text(
        Store store, Contact to, ConsentRequest request, string language, Uri page)
    {
        var from = store.Sms.From;
        var isTwoWay = from is null || PhoneNumber.TryParse(from, out _);
        var country = PhoneNumber.TryParse(to.Address, out var number) ? PhoneNumbers.PlanOf(number).Region : null;
        var answers = SmsWayOut.For(country, from ?? "", isTwoWay, page) is SmsWayOut.Reply or SmsWayOut.ReplyOptOut;
        var text = SmsAnswers.Ask(
            store.Name, language, TopicWords.List(request.Purposes, language), answers ? null : page);
        return new(from, text, SmsText.Measure(text).Segments);
    }
}
