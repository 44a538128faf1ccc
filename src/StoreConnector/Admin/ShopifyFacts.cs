using System.Text.Json;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What a shop says of itself, in the answer to the operation <c>shop</c>, as a store of ours.</summary>
internal static class ShopifyFacts
{
    /// <summary>
    /// Shopify tells a shop's own language only with a scope that nothing else needs: the merchant may set it.
    /// </summary>
    public const string UsualLocale = "en";

    /// <summary>The new store, or the fact that is missing or cannot be.</summary>
    /// <param name="shop">Its myshopify.com domain: the one that was verified, whatever the answer says.</param>
    /// <param name="now">When it was installed: before Shopify was asked for a token.</param>
    public static (Store? Store, string? Missing) Read(JsonElement data, string shop, DateTimeOffset now)
    {
        var said = new Payload(data)["shop"];
        var (currency, zone) = (said["currencyCode"].Text, said["ianaTimezone"].Text);
        var (address, country) = (said["shopAddress"], said["shopAddress"]["countryCodeV2"].Text);
        var missing = currency is null || !NewStore.IsCurrency(currency) ? "currencyCode"
            : zone is null || !NewStore.IsZone(zone) ? "ianaTimezone"
            : country is null || !NewStore.IsCountry(country) ? "shopAddress.countryCodeV2" : null;
        return missing is not null ? (null, missing) : (new()
        {
            Id = StoreRegistry.NewStoreId(),
            Platform = Platform.Shopify,
            PlatformId = said["id"].Gid("Shop"),
            Domain = shop,
            Name = Clean(said["name"].Text, NewStore.MaxName) ?? shop,
            Currency = currency!,
            TimeZone = zone!,
            Country = country!,
            Locale = UsualLocale,
            PostalAddress = AddressOf(address),
            InstalledAt = now,
            Links = LinksOf(said["primaryDomain"]["host"].Text?.ToLowerInvariant(), shop),
        }, null);
    }

    /// <summary>While a shop has no domain of its own, none is named: what it signs is believed then.</summary>
    private static LinkSettings LinksOf(string? host, string shop) =>
        host is not null && NewStore.IsHost(host) && host != shop ? new() { Hosts = [host] } : LinkSettings.Default;

    /// <summary>As Shopify writes it for that country; null when there is no street, for then it is none.</summary>
    private static string? AddressOf(Payload address)
    {
        if (address["address1"].Text is null) { return null; }

        var lines = address["formatted"].Items.Select(l => Clean(l.Text, NewStore.MaxAddress)).OfType<string>();
        return string.Join('\n', lines) is { Length: > 0 and <= NewStore.MaxAddress } text ? text : null;
    }

    private static string? Clean(string? text, int max)
    {
        var clean = new string([.. (text ?? "").Where(c => !char.IsControl(c))]).Trim();
        var end = clean.Length <= max ? clean.Length : char.IsHighSurrogate(clean[max - 1]) ? max - 1 : max;
        return end == 0 ? null : clean[..end];
    }
}
