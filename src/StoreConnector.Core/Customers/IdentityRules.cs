using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Customers;

/// <summary>
/// Addresses that identify nobody: they arrive on till and draft orders and would tie thousands of strangers
/// (docs/protocols.md
/// §1.4). They stay contacts: an opt-out or a bounce of such an address still counts.
/// </summary>
public static class IdentityRules
{
    /// <summary>The most accounts that may use one address before it ties nobody.</summary>
    public const int MaxAccountsPerAlias = 2;

    // Role and placeholder mailboxes that staff type at the till. RFC 2142 names the first row.
    private static readonly HashSet<string> Roles = new(StringComparer.Ordinal)
    {
        "info", "sales", "support", "postmaster", "webmaster", "abuse", "hostmaster", "marketing",
        "noemail", "no-email", "no_email", "nomail", "no-mail", "none", "noreply", "no-reply", "donotreply",
        "pos", "till", "guest", "walkin", "walk-in", "cash", "anonymous", "unknown", "na", "n-a", "admin", "office",
            "orders",
    };

    // Marketplaces hand out an address per buyer and order, and forward: good for mail, useless for knowing a person.
    private static readonly string[] Relays =
    [
        "marketplace.amazon.com", "marketplace.amazon.co.uk", "marketplace.amazon.de", "marketplace.amazon.ae",
        "marketplace.amazon.sa", "marketplace.amazon.eg", "members.ebay.com", "members.ebay.co.uk", "relay.walmart.com",
        "scs.tiktokw.us", "scs2.tiktok.com", "mail.etsy.com", "noon.com",
    ];

    /// <summary>Whether an alias may say who somebody is.</summary>
    public static bool MayIdentify(Alias alias, Store store) =>
        alias.Kind != AliasKind.Email || (EmailAddress.TryParse(alias.Value, out var address)
            && MayIdentify(address, store));

    /// <summary>Whether an address may say who somebody is in this store.</summary>
    public static bool MayIdentify(EmailAddress address, Store store) =>
        !IsOwn(address.Domain, store) && !Roles.Contains(address.Local)
        && !Relays.Any(r => address.Domain == r || address.Domain.EndsWith('.' + r, StringComparison.Ordinal));

    private static bool IsOwn(string domain, Store store)
    {
        var host = store.Domain.StartsWith("www.", StringComparison.Ordinal) ? store.Domain[4..] : store.Domain;
        return domain == host || domain.EndsWith('.' + host, StringComparison.Ordinal);
    }
}
