using StoreConnector.Core.Events;

namespace StoreConnector.Platforms.Shopify;

/// <summary>Reads accounts.</summary>
internal static class ShopifyCustomers
{
    /// <summary>An account as it is now. "Disabled" only means that it has no password.</summary>
    public static Parsed ReadCustomer(Payload body, Delivery delivery, Phones phones)
    {
        if (Id(body) is not { } id) { return NoCustomer(); }

        var version = body["updated_at"].Time ?? delivery.When();
        var who = new Mentions().Account(id).Own(ShopifyPeople.Email(body["email"]))
            .Phone(body.CustomerPhone(phones)).Phone(body["default_address"].AddressPhone(phones));
        return delivery.One(version, who, new CustomerChanged(id, version, new()
        {
            Name = Wording.Cut(body["first_name"].Text, Wording.MaxName),
            Locale = Wording.Locale(body["locale"].Text),
            Country = Wording.Country(body["default_address"]["country_code"].Text),
            Region = ShopifyPeople.Region(body["default_address"]),
            Email = ShopifyPeople.Email(body["email"]),
            Phone = body.CustomerPhone(phones),
        }));
    }

    /// <summary>The merchant deleted an account.</summary>
    public static Parsed ReadRemoval(Payload body, Delivery delivery)
    {
        if (Id(body) is not { } id) { return NoCustomer(); }

        var at = delivery.When();
        return delivery.One(at, new Mentions().Account(id), new CustomerRemoved(id, at));
    }

    /// <summary>Two accounts became one. A merge that failed or is still under way comes by the same topic.</summary>
    public static Parsed ReadMerge(Payload body, Delivery delivery)
    {
        var status = body["status"].Text?.ToLowerInvariant();
        if (status is "failed") { return new Parsed.Ignored("the merge of two customers failed"); }
        if (status is "requested" or "in_progress")
        {
            return new Parsed.Ignored("the merge of two customers has only begun");
        }

        if (status is not (null or "completed"))
        {
            return new Parsed.Unreadable("the merge has a status that we do not know");
        }

        if (body["admin_graphql_api_customer_kept_id"].Gid("Customer") is not { } kept
            || body["admin_graphql_api_customer_deleted_id"].Gid("Customer") is not { } removed || kept == removed)
        {
            return new Parsed.Unreadable("the merge does not name two customers");
        }

        var at = delivery.When();
        return delivery.One(at, new Mentions().Account(kept).Account(removed), new CustomersMerged(kept, removed, at));
    }

    private static long? Id(Payload body) => body["id"].Id is > 0 and var id && !body.IsAnother("Customer") ? id : null;

    private static Parsed.Unreadable NoCustomer() => new("the customer has no id, or is something else");
}
