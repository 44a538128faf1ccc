using StoreConnector.Core.Events;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>
/// Reads accounts. WooCommerce tells of every WordPress user that registers; guests are never among them.
/// </summary>
internal static class WooCommerceCustomers
{
    /// <summary>
    /// An account as it is now. WordPress's and WooCommerce's own staff roles are left out: an editor who registers is
    /// no shopper, and staff get no reminders from us. Roles of plugins (<c>wholesale_customer</c>) are customers.
    /// </summary>
    public static Parsed ReadCustomer(Payload body, Delivery delivery, Phones phones)
    {
        if (body["id"].Id is not (> 0 and var id) || !body["email"].IsPresent)
        {
            return new Parsed.Unreadable("the customer has no id or no e-mail field");
        }

        if (body["role"].Text is "administrator" or "shop_manager" or "editor" or "author" or "contributor")
        {
            return new Parsed.Ignored("an account of the store's own staff");
        }

        var version = body["date_modified_gmt"].Time ?? body["date_created_gmt"].Time ?? delivery.When();
        var own = WooCommercePeople.Email(body["email"]);
        var phone = WooCommercePeople.AddressPhone(body["billing"], phones);
        var who = new Mentions().Account(id).Own(own).Phone(phone)
            .Mail(body["billing"]["email"]).Phone(WooCommercePeople.AddressPhone(body["shipping"], phones));
        return delivery.One(version, who, new CustomerChanged(id, version, new()
        {
            Name = Wording.Cut(body["first_name"].Text ?? body["billing"]["first_name"].Text, Wording.MaxName),
            Country = WooCommercePeople.Country(body),
            Region = WooCommercePeople.Region(body),
            Email = own,
            Phone = phone,
        }));
    }

    /// <summary>The account was deleted: the body is its id alone.</summary>
    public static Parsed ReadRemoval(Payload body, Delivery delivery)
    {
        if (body["id"].Id is not (> 0 and var id)) { return new Parsed.Unreadable("the deleted customer has no id"); }

        var at = delivery.When();
        return delivery.One(at, new Mentions().Account(id), new CustomerRemoved(id, at));
    }
}
