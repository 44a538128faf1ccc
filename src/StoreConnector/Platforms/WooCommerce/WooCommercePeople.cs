using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>Who an order is about.</summary>
internal static class WooCommercePeople
{
    /// <summary>
    /// Names whom an order names. The checkout's token is named for every order, so that a placed order meets the draft
    /// it was; a draft has no order's alias yet, for it may never become one.
    /// </summary>
    public static Mentions OfOrder(Payload body, long id, bool isDraft, Phones phones)
    {
        var who = new Mentions()
            .Account(body["customer_id"].Id)
            .Own(Email(body["billing"]["email"]))
            .Phone(AddressPhone(body["billing"], phones))
            .Phone(AddressPhone(body["shipping"], phones))
            .Token(AliasKind.Checkout, WooCommerceOrders.CheckoutToken(id))
            .Token(AliasKind.Cart, WooCommerceOrders.CartToken(body));
        return isDraft ? who : who.Order(id);
    }

    /// <summary>What an order says about the person. It does not say a language.</summary>
    public static PersonFacts Facts(Payload body, Phones phones) => new()
    {
        Name = Wording.Cut(body["billing"]["first_name"].Text, Wording.MaxName),
        Country = Country(body),
        Region = Region(body),
        Email = Email(body["billing"]["email"]),
        Phone = AddressPhone(body["billing"], phones),
    };

    /// <summary>Where things go, or where bills go.</summary>
    public static string? Country(Payload body) =>
        Wording.Country(body["shipping"]["country"].Text) ?? Wording.Country(body["billing"]["country"].Text);

    /// <summary>The state of where things go, or of where bills go.</summary>
    public static string? Region(Payload body) =>
        Wording.Region(body["shipping"]["country"].Text, body["shipping"]["state"].Text)
        ?? Wording.Region(body["billing"]["country"].Text, body["billing"]["state"].Text);

    /// <summary>An address, or null.</summary>
    public static EmailAddress? Email(Payload text) =>
        EmailAddress.TryParse(text.Text, out var address) ? address : null;

    /// <summary>The number of an address, or null.</summary>
    public static PhoneNumber? AddressPhone(Payload address, Phones phones) =>
        phones.Read(address["phone"], address["country"]);
}
