using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using Drop = StoreConnector.Core.Automations.PriceDrop.Drop;

namespace StoreConnector.Processing;

/// <summary>An e-mail that only wants its envelope.</summary>
/// <param name="Missing">What is missing that it may not leave without.</param>
/// <param name="Render">Makes it.</param>
internal sealed record Letter(IReadOnlyList<string> Missing, Func<EmailRenderer, string, MessageContent.Email> Render);

/// <summary>What a message will say, whichever way it leaves.</summary>
/// <param name="Targets">Where its links lead; a text has room for the first.</param>
/// <param name="Step">Which set of words: see <see cref="MessageName"/>.</param>
/// <param name="Text">What a text says.</param>
/// <param name="Letter">The e-mail in its envelope, with the links that stand for the targets.</param>
internal sealed record Draft(
    IReadOnlyList<Uri> Targets, string Step, SmsTopic Text, Func<Envelope, IReadOnlyList<Uri>, Letter> Letter)
{
    /// <summary>The code that the e-mail carries, in lower case; null when none.</summary>
    public string? Coupon { get; init; }
}

/// <summary>Gathers what a message says from the cart or the catalog.</summary>
internal static class Drafts
{
    // Who sells in the European Economic Area names the lowest price of the 30 days before a reduction (Directive
    // 98/6/EC, Article 6a).
    private static readonly HashSet<string> EuropeanEconomicArea = new(
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".Split(' '),
        StringComparer.Ordinal);

    /// <summary>The draft of an order; null when no link leads back, or the product's name is not known.</summary>
    public static async ValueTask<Draft?> OfAsync(
        StoreContext store, SendOrder order, string language, ICouponPool coupons, IShopLinks links, DateTimeOffset now,
        CancellationToken cancel) => await links.OfAsync(store, cancel) is not { } shop ? null
        : order.Subject switch
        {
            Subject.Cart { View: var view } => OfCart(shop, order, view,
                await CouponOfAsync(store, order, language, coupons, now, cancel)),
            Subject.Drops { All: var drops } => await OfDropsAsync(store, order, drops, now, cancel),
            Subject.Reorder { Refill: var refill } => await OfReorderAsync(store, shop, refill, now, cancel),
            _ => null,
        };

    private static Draft OfCart(ShopLinks shop, SendOrder order, CartView view, Coupon? coupon)
    {
        var (store, (button, isApplied)) = (shop.Store, shop.Cart(view, coupon?.Code));
        return new([button], $"{CartStep(store, order)}", view.Cart.Lines is [var first, ..]
                ? new SmsTopic.Cart(first.Title, Math.Max(0, view.Cart.ItemCount - first.Quantity))
                : new SmsTopic.Cart(null, 0),
            (envelope, links) =>
            {
                var reminder = new CartReminder
                {
                    Envelope = envelope,
                    Step = CartStep(store, order),
                    Lines = view.Cart.Lines,
                    ItemCount = view.Cart.ItemCount,
                    Subtotal = view.Cart.Subtotal,
                    Button = links[0],
                    Coupon = coupon is null ? null : coupon with { IsApplied = isApplied },
                    RepliesAreRead = store.Brand.RepliesAreRead,
                };
                return new(reminder.Missing(), (renderer, id) => renderer.Render(id, reminder));
            })
            {
                Coupon = coupon?.Code?.ToLowerInvariant(),
            };
    }

    private static int CartStep(Store store, SendOrder order) =>
        CartReminder.WordsFor(order.Step, store.AbandonedCart.Steps.Count);

    /// <summary>What the last of several reminders offers, while it lasts and where it has words.</summary>
    private static async ValueTask<Coupon?> CouponOfAsync(
        StoreContext store, SendOrder order, string language, ICouponPool coupons, DateTimeOffset now,
        CancellationToken cancel)
    {
        if (CartStep(store.Store, order) != CartReminder.Steps || order.Channel != Channel.Email
            || store.Store.AbandonedCart.Coupon is not { } coupon || coupon.Until <= now
            || coupon.What(language) is null)
        {
            return null;
        }

        if (coupon.Unique is null) { return Printed(coupon, language, store.Store.TimeZone); }

        // Never promised when there is none.
        return await coupons.DrawAsync(store, order.Automation, order.SendId, coupon, now, cancel) is { } drawn
            ? Printed(coupon with { Code = drawn.Code, Until = drawn.Until }, language, store.Store.TimeZone) : null;
    }

    /// <summary>A coupon as a message names it; null where the merchant said nothing in its language.</summary>
    public static Coupon? Printed(CartCoupon? coupon, string language, string zone) =>
        coupon?.What(language) is { } what
            ? new(what, coupon.Code, coupon.Until is { } until ? InZone(until, zone) : null, IsApplied: false) : null;

    private static async ValueTask<Draft?> OfDropsAsync(
        StoreContext store, SendOrder order, IReadOnlyList<Drop> drops, DateTimeOffset now, CancellationToken cancel)
    {
        var namesLowest = EuropeanEconomicArea.Contains(store.Store.Country)
            || order.Facts.Recipient.Email.Countries.Any(EuropeanEconomicArea.Contains);
        var shown = new List<Core.Messages.Drop>();
        foreach (var drop in drops)
        {
            if (await store.Products.FindAsync(drop.Variant, cancel) is var (product, variant)
                && product.Title is { } title
                && (ShopLinks.Bounded(store.Store, product.Url) ?? Site(store.Store)) is { } url)
            {
                shown.Add(Shown(store.Store, drop, title, url, variant.Detail, variant.Picture ?? product.Picture,
                    namesLowest));
            }
        }

        return shown is not [var first, ..] ? null
            : new([.. shown.Select(d => d.Url)], shown.Count > 1 ? MessageName.Many : MessageName.One,
                new SmsTopic.Drop(first.Title, first.Now, first.Was, shown.Count - 1), (envelope, links) =>
            {
                var message = new PriceDropMessage
                {
                    Envelope = envelope,
                    Drops = [.. shown.Select((d, i) => d with { Url = links[i] })],
                    CheckedAt = InZone(now, store.Store.TimeZone),
                };
                return new(message.Missing(), (renderer, id) => renderer.Render(id, message));
            });
    }

    private static Core.Messages.Drop Shown(
        Store store, Drop drop, string title, Uri url, string? detail, Uri? picture, bool namesLowest) => new()
        {
            Title = title,
            Detail = detail,
            Picture = picture,
            Now = drop.Interest.Offer!.Price!,
            Was = drop.Interest.Seen!.Price,
            SeenOn = InZone(drop.Interest.Seen.At, store.TimeZone),
            Lowest30 = namesLowest ? drop.Interest.Offer.LowestBefore : null,
            Url = url,
        };

    private static async ValueTask<Draft?> OfReorderAsync(
        StoreContext store, ShopLinks shop, Refill refill, DateTimeOffset now, CancellationToken cancel)
    {
        var found = await store.Products.FindAsync(refill.Variant, cancel);
        var product = found?.Product ?? (await store.Products.ReadHeadAsync(refill.Variant.ProductId, cancel))?.Product;
        if (product?.Title is not { } title) { return null; }

        var button = shop.Again(refill.Variant);
        int? every = refill.Due is { IsPersonal: true, PersonalDays: { } days }
            ? Math.Clamp((int)Math.Round(days), 1, ReorderMessage.MaxEveryDays) : null;
        return new(ShopLinks.Bounded(store.Store, product.Url) is { } page ? [button, page] : [button], "1",
            new SmsTopic.Reorder(title, every),
            (envelope, links) =>
        {
            var message = new ReorderMessage
            {
                Envelope = envelope,
                Product = new()
                {
                    Title = title,
                    Detail = found?.Variant.Detail,
                    Picture = found?.Variant.Picture ?? product.Picture,
                    Price = found?.Variant.OfferOf(product).Price,
                    Url = links.Count > 1 ? links[1] : null,
                },
                EveryDays = every,
                LastOn = InZone(refill.LastAt, store.Store.TimeZone),
                NextOn = InZone(refill.Due.DueAt, store.Store.TimeZone),
                UsedPercent = UsedPercent(refill, now),
                Button = links[0],
                LaterUrl = Later(envelope),
            };
            return new(message.Missing(), (renderer, id) => renderer.Render(id, message));
        });
    }

    /// <summary>The page that puts a reminder off, behind the page of choices; null where there is none.</summary>
    public static Uri? Later(Envelope envelope) =>
        envelope.Preferences is { } choices ? new Uri(choices, "?later=1") : null;

    private static int UsedPercent(Refill refill, DateTimeOffset now) => (int)Math.Clamp(
        100 * (now - refill.LastAt).TotalDays / Math.Max(1, refill.Due.MedianDays), 0, 100);

    /// <summary>The shop's own front page.</summary>
    public static Uri? Site(Store store) => Uri.TryCreate($"https://{store.Domain}/", UriKind.Absolute, out var site)
        ? site : null;

    /// <summary>An instant as the store's clocks show it.</summary>
    public static DateTimeOffset InZone(DateTimeOffset at, string zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? TimeZoneInfo.ConvertTime(at, found)
            : at.ToUniversalTime();
}
