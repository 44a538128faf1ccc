using System.Globalization;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Processing;

/// <summary>How the outside reaches us: what links in messages begin with.</summary>
internal sealed class LinkBase(Func<Uri> address)
{
    /// <summary>The page behind a message's way out.</summary>
    public Uri Unsubscribe(string token) => new(address(), "/u/" + token);
}

/// <summary>Makes a cart reminder from the cart, the person and the store.</summary>
internal sealed class MessageComposer(EmailRenderer renderer, UnsubscribeLinks links, LinkBase address)
    : IMessageComposer
{
    public async ValueTask<Composed> ComposeAsync(
        StoreContext store, CustomerState customer, SendOrder order, DateTimeOffset now, CancellationToken cancel)
    {
        if (RecoveryUrl(store.Store, order.View) is not { } button)
        {
            return new Composed.Impossible("No link leads back to this cart.");
        }

        var language = MessageLanguage.For(customer.Locale?.Value, store.Store.Locale);
        var link = new UnsubscribeLink(store.Customers.Hash(Contact.Of(order.To)), language, customer.Key);
        var token = await links.MakeAsync(store, order.SendId, link, cancel);
        var reminder = Reminder(store.Store, customer, order, language, button, address.Unsubscribe(token), now);
        return reminder.Missing() is [_, ..] missing
            ? new Composed.Impossible($"The message has no {string.Join(", no ", missing)}.")
            : new Composed.Ready(new(store.Store.Id, order.SendId, Channel.Email, order.To.Value,
                renderer.Render(store.Store.Id, reminder), AbandonedCart.Name, order.View.Occasion, order.Step));
    }

    private static CartReminder Reminder(
        Store store, CustomerState customer, SendOrder order, string language, Uri button, Uri unsubscribe,
            DateTimeOffset now) => new()
    {
        Envelope = new()
        {
            Language = language,
            Brand = BrandOf(store),
            PersonName = customer.Name?.Value,
            Why = new Why.Express(InZone(order.ConsentAt ?? now, store.TimeZone)),
            Unsubscribe = unsubscribe,
        },
        Step = CartReminder.WordsFor(order.Step, store.AbandonedCart.Steps.Count),
        Lines = order.View.Cart.Lines,
        ItemCount = order.View.Cart.ItemCount,
        Subtotal = order.View.Cart.Subtotal,
        Button = button,
    };

    /// <summary>How the store shows itself, in messages and on the pages behind their links.</summary>
    public static Brand BrandOf(Store store) => new()
    {
        Name = store.Name,
        Url = Site(store),
        PostalAddress = store.PostalAddress,
        Country = store.Country,
    };

    /// <summary>
    /// The platform's own link where it gave one; else one that fills the cart anew; else the cart's page.
    /// </summary>
    private static Uri? RecoveryUrl(Store store, CartView view)
    {
        if (view.Cart.RecoveryUrl is { } given && MessageLink.IsLink(given)) { return given; }

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

    private static Uri? Site(Store store) => Uri.TryCreate($"https://{store.Domain}/", UriKind.Absolute, out var site)
        ? site : null;

    private static DateTimeOffset InZone(DateTimeOffset at, string zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? TimeZoneInfo.ConvertTime(at, found)
            : at.ToUniversalTime();
}
