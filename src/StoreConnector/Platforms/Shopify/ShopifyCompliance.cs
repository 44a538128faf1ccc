using StoreConnector.Core.Events;

namespace StoreConnector.Platforms.Shopify;

/// <summary>
/// Reads what ends something: an installation, or what is known of a person or a store. The bodies of these topics
/// resemble one another and the topic is not signed, so a person's erasure must not pass for the whole store's.
/// </summary>
internal static class ShopifyCompliance
{
    private const int MaxDomain = 80;

    /// <summary>The app was taken away: the body is the shop.</summary>
    public static Parsed ReadUninstalled(Payload body, Delivery delivery) =>
        body["id"].Id is > 0 && body["plan_name"].IsPresent && body["shop_owner"].IsPresent
            ? delivery.One(delivery.When(), new Mentions(), new StoreUninstalled(delivery.When()))
            : new Parsed.Unreadable("the body is not a shop");

    /// <summary>A person asked what is stored.</summary>
    public static Parsed ReadDataRequest(Payload body, Delivery delivery, Phones phones)
    {
        var who = Customer(body, phones);
        var (request, orders) = (body["data_request"]["id"].Id, Orders(body["orders_requested"]));
        return body["shop_id"].Id is > 0 && who.Aliases.Count + orders.Count > 0 && !body["orders_to_redact"].IsPresent
            ? delivery.One(delivery.When(), who,
                new CustomerDataRequested(request, delivery.When()) { Orders = orders })
            : new Parsed.Unreadable("the data request names nobody, or is something else");
    }

    /// <summary>A person is to be forgotten.</summary>
    public static Parsed ReadErasure(Payload body, Delivery delivery, Phones phones)
    {
        var who = Customer(body, phones);
        var orders = Orders(body["orders_to_redact"]);
        return body["shop_id"].Id is > 0 && who.Aliases.Count + orders.Count > 0 && !body["data_request"].IsPresent
            && !body["orders_requested"].IsPresent
            ? delivery.One(delivery.When(), who, new CustomerErased(delivery.When()) { Orders = orders })
            : new Parsed.Unreadable("the erasure names nobody, or is something else");
    }

    /// <summary>The store is to be forgotten.</summary>
    /// <param name="domain">The shop's, as the door knows it; the body's own where it is not known.</param>
    public static Parsed ReadStoreErasure(Payload body, Delivery delivery, string? domain) =>
        body["shop_id"].Id is > 0 && body["shop_domain"].IsPresent && !body["customer"].IsPresent
            ? delivery.One(delivery.When(), new Mentions(),
                new StoreErased(delivery.When())
                {
                    Domain = domain ?? Wording.Cut(body["shop_domain"].Text, MaxDomain),
                })
            : new Parsed.Unreadable("the body is not a shop's erasure");

    private static IReadOnlyList<long> Orders(Payload list) =>
        [.. list.Items.Select(item => item.Id).Where(id => id is > 0).Select(id => id!.Value).Distinct()
            .Take(CustomerDataRequested.MaxOrders)];

    private static Mentions Customer(Payload body, Phones phones) => new Mentions()
        .Account(body["customer"]["id"].Id)
        .Own(ShopifyPeople.Email(body["customer"]["email"]))
        .Phone(body.OwnPhone(phones));
}
