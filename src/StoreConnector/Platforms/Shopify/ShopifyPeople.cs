using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.Shopify;

/// <summary>Who an order or a checkout is about.</summary>
internal static class ShopifyPeople
{
    /// <summary>
    /// The customer's own address: the account's, where there is an account that has one; else the one that was typed.
    /// Staff and gift givers type others' addresses into the order of an account.
    /// </summary>
    public static EmailAddress? OwnEmail(this Payload thing) =>
        AccountId(thing) is not null && Email(thing["customer"]["email"]) is { } own ? own : TypedEmail(thing);

    /// <summary>The address that was typed.</summary>
    public static EmailAddress? TypedEmail(this Payload thing) =>
        Email(thing["email"]) ?? Email(thing["contact_email"]);

    /// <summary>The account, where the thing has one. A till's sale has none.</summary>
    public static long? AccountId(this Payload thing) => thing["customer"]["id"].Id is > 0 and var id ? id : null;

    /// <summary>Names the account, the own address, and every other address and number as contacts.</summary>
    public static Mentions People(this Mentions who, Payload thing, Phones phones) => who
        .Account(thing.AccountId())
        .Own(thing.OwnEmail())
        .Phone(thing.TypedPhone("phone", phones))
        .Phone(thing.OwnPhone(phones))
        .Phone(thing.TypedPhone("sms_marketing_phone", phones))
        .Mail(thing["email"])
        .Mail(thing["contact_email"])
        .Mail(thing["customer"]["email"])
        .Phone(thing["shipping_address"].AddressPhone(phones))
        .Phone(thing["billing_address"].AddressPhone(phones))
        .Phone(thing["customer"]["default_address"].AddressPhone(phones));

    /// <summary>What the thing says about the person.</summary>
    public static PersonFacts Facts(this Payload thing, Phones phones) => new()
    {
        Name = Wording.Cut(
            thing["customer"]["first_name"].Text ?? thing["billing_address"]["first_name"].Text, Wording.MaxName),
        Locale = Wording.Locale(thing["customer_locale"].Text),
        Country = Wording.Country(thing["shipping_address"]["country_code"].Text)
            ?? Wording.Country(thing["billing_address"]["country_code"].Text)
            ?? Wording.Country(thing["customer"]["default_address"]["country_code"].Text),
        Region = Region(thing["shipping_address"]) ?? Region(thing["billing_address"])
            ?? Region(thing["customer"]["default_address"]),
        Email = thing.OwnEmail(),
        Phone = thing.OwnPhone(phones) ?? thing.TypedPhone("phone", phones),
    };

    /// <summary>The state or province of an address.</summary>
    public static string? Region(Payload address) =>
        Wording.Region(address["country_code"].Text, address["province_code"].Text);

    /// <summary>An address, or null.</summary>
    public static EmailAddress? Email(Payload text) =>
        EmailAddress.TryParse(text.Text, out var address) ? address : null;

    /// <summary>The number that was typed into a field beside the addresses: one of where the things go.</summary>
    public static PhoneNumber? TypedPhone(this Payload thing, string field, Phones phones)
    {
        var ship = thing["shipping_address"]["country_code"];
        return phones.Read(thing[field], ship.Text is null ? thing["billing_address"]["country_code"] : ship);
    }

    /// <summary>The number of the account.</summary>
    public static PhoneNumber? OwnPhone(this Payload thing, Phones phones) =>
        thing["customer"].CustomerPhone(phones);

    /// <summary>The number of a customer: one of where the customer lives.</summary>
    public static PhoneNumber? CustomerPhone(this Payload customer, Phones phones) =>
        phones.Read(customer["phone"], customer["default_address"]["country_code"]);

    /// <summary>The number of an address.</summary>
    public static PhoneNumber? AddressPhone(this Payload address, Phones phones) =>
        phones.Read(address["phone"], address["country_code"]);
}
