using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Processing;

/// <summary>How the outside reaches us: what links in messages begin with.</summary>
internal sealed class LinkBase(Func<Uri> address)
{
    /// <summary>The page behind a message's way out.</summary>
    public Uri Unsubscribe(string token) => new(address(), "/u/" + token);

    /// <summary>The page that confirms an address.</summary>
    public Uri Confirm(string token) => new(address(), "/k/" + token);

    /// <summary>A link that fits into a text.</summary>
    public Uri Short(string code) => new(address(), "/c/" + code);
}

/// <summary>
/// Makes a message from what it is about, the person and the store: an e-mail, or a text with a link of our own.
/// </summary>
internal sealed class MessageComposer(EmailRenderer renderer, IMessageLinks links) : IMessageComposer
{
    public async ValueTask<Composed> ComposeAsync(
        StoreContext store, CustomerState customer, SendOrder order, DateTimeOffset now, CancellationToken cancel)
    {
        if (await Drafts.OfAsync(store, order, now, cancel) is not { } draft)
        {
            return new Composed.Impossible("No link leads back to what it is about, or its name is not known.");
        }

        var language = MessageLanguage.For(customer.Locale?.Value, store.Store.Locale);
        var wayOut = new UnsubscribeLink(store.Customers.Hash(order.To), language, customer.Key, order.Channel,
            order.Subject is Subject.Reorder ? order.Occasion : null);
        return order.Channel == Channel.Email
            ? await EmailAsync(store, customer, order, draft, wayOut, now, cancel)
            : await SmsAsync(store, order, draft, wayOut, cancel);
    }

    private async ValueTask<Composed> EmailAsync(
        StoreContext store, CustomerState customer, SendOrder order, Draft draft, UnsubscribeLink wayOut,
        DateTimeOffset now, CancellationToken cancel)
    {
        var unsubscribe = await links.WayOutAsync(store, order.SendId, wayOut, cancel);
        var letter = draft.Letter(new()
        {
            Language = wayOut.Language,
            Brand = BrandOf(store.Store),
            PersonName = customer.Name?.Value,
            Why = WhyOf(order.Permission, store.Store, now),
            Unsubscribe = unsubscribe,
            Preferences = MessageChoices.PageOf(unsubscribe),
        });
        return letter.Missing is [_, ..] missing
            ? new Composed.Impossible($"The message has no {string.Join(", no ", missing)}.")
            : new Composed.Ready(Message(store, order, letter.Render(renderer, store.Store.Id)));
    }

    private async ValueTask<Composed> SmsAsync(
        StoreContext store, SendOrder order, Draft draft, UnsubscribeLink wayOut, CancellationToken cancel)
    {
        var (link, stop) = await links.ShortAsync(store, order.SendId, new(draft.Target, wayOut), cancel);
        var from = store.Store.Sms.From;
        var isTwoWay = from is null || PhoneNumber.TryParse(from, out _);
        var country = PhoneNumber.TryParse(order.To.Address, out var to) ? PhoneNumbers.PlanOf(to).Region : null;
        var text = SmsComposer.Compose(new()
        {
            Language = wayOut.Language,
            Brand = store.Store.Name,
            Topic = draft.Text,
            Link = link,
            WayOut = SmsWayOut.For(country, from ?? "", isTwoWay, stop),
        });
        return text switch
        {
            SmsDraft.Ready ready => new Composed.Ready(Message(store, order,
                new MessageContent.Sms(from, ready.Text, ready.Size.Segments))),
            SmsDraft.TooLong tooLong => new Composed.Impossible(new Reason(ReasonCode.TextTooLong,
                FormattableString.Invariant(
                    $"The text needs {tooLong.Segments} segments however it is shortened; {tooLong.Budget} may be."))),
            SmsDraft.Incomplete { Missing: var missing } =>
                new Composed.Impossible($"The text has no {string.Join(", no ", missing)}."),
            _ => throw new System.Diagnostics.UnreachableException(text.GetType().Name),
        };
    }

    private static OutgoingMessage Message(StoreContext store, SendOrder order, MessageContent content) => new(
        store.Store.Id, order.SendId, order.Channel, order.To.Address, content, order.Automation, order.Occasion,
        order.Step);

    private static Why WhyOf(PermissionVerdict.Granted permission, Store store, DateTimeOffset now)
    {
        var on = Drafts.InZone(permission.Since ?? now, store.TimeZone);
        return permission.Basis switch
        {
            PermissionBasis.Express => new Why.Express(on),
            PermissionBasis.OptOutLaw => new Why.OptOut(permission.Since is null ? null : on),
            _ => new Why.Soft(on),
        };
    }

    /// <summary>How the store shows itself, in messages and on the pages behind their links.</summary>
    public static Brand BrandOf(Store store) => new()
    {
        Name = store.Name,
        Url = Drafts.Site(store),
        PostalAddress = store.PostalAddress,
        Country = store.Country,
    };
}
