using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Events;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using Drop = StoreConnector.Core.Messages.Drop;

namespace StoreConnector.Processing;

/// <summary>What a preview is made from: nobody's cart, in the store's currency and the message's language.</summary>
/// <param name="store">Whose brand it shows.</param>
/// <param name="language">The message's language.</param>
/// <param name="isLong">Whether every title is as long as shops have them, as a test of what fits.</param>
internal sealed class SampleMessages(Store store, string language, bool isLong)
{
    private bool IsArabic => MessageLanguage.IsRightToLeft(language);

    /// <summary>The e-mail of a name in its envelope.</summary>
    public MessageContent.Email Email(
        EmailRenderer renderer, MessageName name, Envelope envelope, DateTimeOffset now) => name.Automation switch
    {
        AbandonedCart.Name => renderer.Render(store.Id, Cart(name.Step, envelope, now)),
        PriceDrop.Name => renderer.Render(store.Id, Drops(name.Step, envelope, now)),
        _ => renderer.Render(store.Id, Reorder(envelope, now)),
    };

    /// <summary>What the text of a name is about.</summary>
    public SmsTopic Topic(MessageName name) => name.Automation switch
    {
        AbandonedCart.Name => new SmsTopic.Cart(Title(0), 2),
        PriceDrop.Name => new SmsTopic.Drop(Title(1), Price(64), Price(80), name.Step == MessageName.Many ? 1 : 0),
        _ => new SmsTopic.Reorder(Title(0), 27),
    };

    private CartReminder Cart(string step, Envelope envelope, DateTimeOffset now) => new()
    {
        Envelope = envelope,
        Step = step[0] - '0',
        Lines = [Line(0, 2, 78), Line(1, 1, 64), Line(2, 1, 22.5m)],
        ItemCount = 4,
        Subtotal = Price((2 * 78) + 64 + 22.5m),
        Button = Site(),
        Coupon = step != "3" ? null
            : Drafts.Printed(ExampleCodes.Of(store.AbandonedCart.Coupon, now), language, store.TimeZone),
        RepliesAreRead = store.Brand.RepliesAreRead,
    };

    private PriceDropMessage Drops(string step, Envelope envelope, DateTimeOffset now) => new()
    {
        Envelope = envelope,
        CheckedAt = Drafts.InZone(now, store.TimeZone),
        Drops = step == MessageName.Many ? [Lower(1, 64, 80, now), Lower(2, 18, 22.5m, now)] : [Lower(1, 64, 80, now)],
    };

    private ReorderMessage Reorder(Envelope envelope, DateTimeOffset now) => new()
    {
        Envelope = envelope,
        Product = new() { Title = Title(0), Price = Price(78), Url = Site() },
        EveryDays = 27,
        LastOn = Drafts.InZone(now.AddDays(-24), store.TimeZone),
        NextOn = Drafts.InZone(now.AddDays(3), store.TimeZone),
        UsedPercent = 89,
        Button = Site(),
        LaterUrl = Drafts.Later(envelope),
    };

    private Line Line(int which, int quantity, decimal price) =>
        new() { Title = Title(which), Quantity = quantity, Price = Price(price) };

    private Drop Lower(int which, decimal now, decimal was, DateTimeOffset at) => new()
    {
        Title = Title(which),
        Now = Price(now),
        Was = Price(was),
        SeenOn = Drafts.InZone(at.AddDays(-5), store.TimeZone),
        Url = Site(),
    };

    private string Title(int which)
    {
        string[] titles = IsArabic ? ["قهوة الدار", "فنجان خزفي", "فلاتر ورقية"]
            : ["House blend coffee", "Ceramic cup", "Paper filters"];
        return isLong ? string.Join(' ', Enumerable.Repeat(titles[which], 8)) : titles[which];
    }

    private Money Price(decimal amount) => new(amount, store.Currency);

    private Uri Site() => Drafts.Site(store) ?? new Uri("https://example.com/");
}
