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

/// <summary>
/// Makes a message from what it is about, the person and the store: an e-mail, or a text with a link of our own.
/// </summary>
internal sealed class MessageComposer(
    EmailRenderer renderer, IMessageLinks links, MessageWords own, ICouponPool coupons, IShopLinks shops)
    : IMessageComposer
{
    public async ValueTask<Composed> ComposeAsync(
        StoreContext store, CustomerState customer, SendOrder order, DateTimeOffset now, CancellationToken cancel)
    {
        var language = MessageLanguage.For(customer.Locale?.Value, store.Store.Locale);
        if (await Drafts.OfAsync(store, order, language, coupons, shops, now, cancel) is not { } draft)
        {
            return new Composed.Impossible("No link leads back to what it is about, or its name is not known.");
        }

        var wayOut = new UnsubscribeLink(store.Customers.Hash(order.To), language, customer.Key, order.Channel,
            order.Subject is Subject.Reorder ? order.Occasion : null);
        var urls = await links.MakeAsync(store, order.SendId, new(draft.Targets[0], wayOut)
        {
            More = order.Channel == Channel.Email ? [.. draft.Targets.Skip(1)] : [],
            About = new(order.SendId, order.Automation, order.Occasion, order.Step, now),
        }, cancel);
        var words = await own.OfAsync(store, cancel);
        return order.Channel == Channel.Email ? Email(store, customer, order, draft, language, words, urls, now)
            : Text(store, order, draft, language, words, urls, now);
    }

    private Composed Email(
        StoreContext store, CustomerState customer, SendOrder order, Draft draft, string language, OwnWords words,
        MessageUrls urls, DateTimeOffset now)
    {
        var letter = draft.Letter(new()
        {
            Language = language,
            Brand = BrandOf(store.Store),
            PersonName = customer.Name?.Value,
            Why = WhyOf(order.Permission, store.Store, now),
            Unsubscribe = urls.WayOut,
            Words = words,
            Preferences = MessageChoices.PageOf(urls.WayOut),
        }, urls.Links);
        return letter.Missing is [_, ..] missing
            ? new Composed.Impossible($"The message has no {string.Join(", no ", missing)}.")
            : new Composed.Ready(Message(store, order, urls, letter.Render(renderer, store.Store.Id)), draft.Coupon);
    }

    private static Composed Text(
        StoreContext store, SendOrder order, Draft draft, string language, OwnWords words, MessageUrls urls,
        DateTimeOffset now)
    {
        var name = MessageName.Of(order.Automation, draft.Step, Channel.Sms, language);
        var from = store.Store.Sms.From;
        var isTwoWay = from is null || PhoneNumber.TryParse(from, out _);
        var country = PhoneNumber.TryParse(order.To.Address, out var to) ? PhoneNumbers.PlanOf(to).Region : null;
        var text = SmsComposer.Compose(new()
        {
            Language = language,
            Brand = store.Store.Name,
            Topic = draft.Text,
            Link = urls.Links[0],
            WayOut = SmsWayOut.For(country, from ?? "", isTwoWay, urls.WayOut),
            Digits = store.Store.Brand.Digits,
            Own = words.Of(name).Words.GetValueOrDefault(Wording.Text),
        });
        return text switch
        {
            SmsDraft.Ready ready => new Composed.Ready(Message(store, order, urls,
                new MessageContent.Sms(from, ready.Text, ready.Size.Segments)) with
                {
                    ValidFor = order.Facts.Recipient.Sms.Quiet?.ClosesAt - now,
                }),
            SmsDraft.TooLong tooLong => new Composed.Impossible(new Reason(ReasonCode.TextTooLong,
                FormattableString.Invariant(
                    $"The text needs {tooLong.Segments} segments however it is shortened; {tooLong.Budget} may be."))),
            SmsDraft.Incomplete { Missing: var missing } =>
                new Composed.Impossible($"The text has no {string.Join(", no ", missing)}."),
            _ => throw new System.Diagnostics.UnreachableException(text.GetType().Name),
        };
    }

    private static OutgoingMessage Message(
        StoreContext store, SendOrder order, MessageUrls urls, MessageContent content) => new(
        store.Store.Id, order.SendId, order.Channel, order.To.Address, content, order.Automation, order.Occasion,
        order.Step) { Token = urls.Code };

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
        Color = store.Brand.Color,
        Logo = store.Brand.Logo,
        Digits = store.Brand.Digits,
        DiscreetSubjects = store.Brand.DiscreetSubjects,
        Parts = store.Brand.Parts,
    };
}
