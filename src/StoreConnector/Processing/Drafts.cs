using System.Globalization;
using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Core.Products;
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
/// <param name="Text">What a text says.</param>
/// <param name="Letter">The e-mail in its envelope, with the links that stand for the targets.</param>
internal sealed record Draft(
    IReadOnlyList<Uri> Targets, SmsTopic Text, Func<Envelope, IReadOnlyList<Uri>, Letter> Letter);

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
        StoreContext store, SendOrder order, DateTimeOffset now, CancellationToken cancel) => order.Subject switch
        {
            Subject.Cart { View: var view } => OfCart(store.Store, order, view),
            Subject.Drops { All: var drops } => await OfDropsAsync(store, order, drops, now, cancel),
            Subject.Reorder { Refill: var refill } => await OfReorderAsync(store, refill, now, cancel),
            _ => null,
        };

    private static Draft? OfCart(Store store, SendOrder order, CartView view) =>
        RecoveryUrl(store, view) is not { } button ? null
        : new([button], view.Cart.Lines is [var first, ..]
                ? new SmsTopic.Cart(first.Title, Math.Max(0, view.Cart.ItemCount - first.Quantity))
                : new SmsTopic.Cart(null, 0),
            (envelope, links) =>
            {
                var reminder = new CartReminder
                {
                    Envelope = envelope,
                    Step = CartReminder.WordsFor(order.Step, store.AbandonedCart.Steps.Count),
                    Lines = view.Cart.Lines,
                    ItemCount = view.Cart.ItemCount,
                    Subtotal = view.Cart.Subtotal,
                    Button = links[0],
                };
                return new(reminder.Missing(), (renderer, id) => renderer.Render(id, reminder));
            });

    private static async ValueTask<Draft?> OfDropsAsync(
        StoreContext store, SendOrder order, IReadOnlyList<Drop> drops, DateTimeOffset now, CancellationToken cancel)
    {
        var namesLowest = EuropeanEconomicArea.Contains(store.Store.Country)
            || order.Facts.Recipient.Email.Countries.Any(EuropeanEconomicArea.Contains);
        var shown = new List<Core.Messages.Drop>();
        foreach (var drop in drops)
        {
            if (await store.Products.FindAsync(drop.Variant, cancel) is var (product, variant)
                && product.Title is { } title && (Bounded(store.Store, product.Url) ?? Site(store.Store)) is { } url)
            {
                shown.Add(Shown(store.Store, drop, title, url, variant.Detail, variant.Picture ?? product.Picture,
                    namesLowest));
            }
        }

        return shown is not [var first, ..] ? null
            : new([.. shown.Select(d => d.Url)],
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
        StoreContext store, Refill refill, DateTimeOffset now, CancellationToken cancel)
    {
        var found = await store.Products.FindAsync(refill.Variant, cancel);
        var product = found?.Product ?? (await store.Products.ReadHeadAsync(refill.Variant.ProductId, cancel))?.Product;
        if (product?.Title is not { } title || OrderAgain(store.Store, refill.Variant) is not { } button)
        {
            return null;
        }

        int? every = refill.Due is { IsPersonal: true, PersonalDays: { } days }
            ? Math.Clamp((int)Math.Round(days), 1, ReorderMessage.MaxEveryDays) : null;
        return new(Bounded(store.Store, product.Url) is { } page ? [button, page] : [button],
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
                LaterUrl = envelope.Preferences is { } choices ? new(choices, "?later=1") : null,
            };
            return new(message.Missing(), (renderer, id) => renderer.Render(id, message));
        });
    }

    private static int UsedPercent(Refill refill, DateTimeOffset now) => (int)Math.Clamp(
        100 * (now - refill.LastAt).TotalDays / Math.Max(1, refill.Due.MedianDays), 0, 100);

    /// <summary>
    /// The platform's own link where it gave one; else one that fills the cart anew; else the cart's page.
    /// </summary>
    private static Uri? RecoveryUrl(Store store, CartView view)
    {
        if (view.Cart.RecoveryUrl is { } given && Bounded(store, given) is { } own) { return own; }

        var lines = view.Cart.Lines;
        if (Site(store) is not { } site) { return null; }

        if (lines.Count == 0 || lines.Any(l => (l.VariantId ?? l.ProductId) is null)) { return new(site, "/cart"); }

        string Pairs(Func<Core.Events.Line, long?> id) =>
            string.Join(',', lines.Select(l => string.Create(CultureInfo.InvariantCulture, $"{id(l)}:{l.Quantity}")));

        // Shopify's permalink names variants; WooCommerce's link names a variation, or a product that has none.
        return store.Platform == Platform.WooCommerce
            ? new(site, "/checkout-link/?products=" + Pairs(l => l.VariantId ?? l.ProductId))
            : lines.All(l => l.VariantId is not null) ? new(site, "/cart/" + Pairs(l => l.VariantId))
                : new(site, "/cart");
    }

    /// <summary>One piece of it in a new cart.</summary>
    private static Uri? OrderAgain(Store store, VariantKey variant)
    {
        if (Site(store) is not { } site) { return null; }

        var (woo, id) = (store.Platform == Platform.WooCommerce, variant.VariantId);
        return woo ? new(site, string.Create(CultureInfo.InvariantCulture,
                $"/checkout-link/?products={(id > 0 ? id : variant.ProductId)}:1"))
            : id > 0 ? new(site, string.Create(CultureInfo.InvariantCulture, $"/cart/{id}:1")) : new(site, "/cart");
    }

    /// <summary>A link that leads to the shop; null for any other.</summary>
    private static Uri? Bounded(Store store, Uri? link) =>
        MessageLink.IsLink(link) && store.Links.Allow(store, link!) ? link : null;

    /// <summary>The shop's own front page.</summary>
    public static Uri? Site(Store store) => Uri.TryCreate($"https://{store.Domain}/", UriKind.Absolute, out var site)
        ? site : null;

    /// <summary>An instant as the store's clocks show it.</summary>
    public static DateTimeOffset InZone(DateTimeOffset at, string zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? TimeZoneInfo.ConvertTime(at, found)
            : at.ToUniversalTime();
}
