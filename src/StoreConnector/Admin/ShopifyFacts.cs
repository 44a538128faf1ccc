using System.Text.Json;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What a shop says of itself, in the answer to the operation <c>shop</c>, as a store of ours.</summary>
internal static class ShopifyFacts
{
    /// <summary>Shopify tells a shop's language only with a scope that nothing else needs: the merchant may set it.
    /// </summary>
    public const string UsualLocale = "en";

    /// <summary>The new store, or the fact that is missing or cannot be.</summary>
    /// <param name="shop">Its myshopify.com domain: the one that was verified, whatever the answer says.</param>
    /// <param name="now">When it was installed: before Shopify was asked for a token.</param>
    public static (Store? Store, string? Missing) Read(JsonElement data, string shop, DateTimeOffset now)
    {
        if (At(data, "shop") is not { } said) { return (null, "shop"); }

        var address = At(said, "shopAddress");
        var (name, currency) = (Clean(Text(said, "name"), NewStore.MaxName), Text(said, "currencyCode"));
        var (zone, country) = (Text(said, "ianaTimezone"), address is { } a ? Text(a, "countryCodeV2") : null);
        var missing = currency is null || !NewStore.IsCurrency(currency) ? "currencyCode"
            : zone is null || !NewStore.IsZone(zone) ? "ianaTimezone"
            : country is null || !NewStore.IsCountry(country) ? "shopAddress.countryCodeV2" : null;
        return missing is not null ? (null, missing) : (new()
        {
            Id = StoreRegistry.NewStoreId(),
            Platform = Platform.Shopify,
            Domain = shop,
            Name = name ?? shop,
            Currency = currency!,
            TimeZone = zone!,
            Country = country!,
            Locale = UsualLocale,
            PostalAddress = AddressOf(address!.Value),
            InstalledAt = now,
            Links = LinksOf(said, shop),
        }, null);
    }

    /// <summary>While a shop has no domain of its own, none is named: what it signs is believed then.</summary>
    private static LinkSettings LinksOf(JsonElement said, string shop) =>
        At(said, "primaryDomain") is { } domain && Text(domain, "host")?.ToLowerInvariant() is { } host
        && NewStore.IsHost(host) && host != shop ? new() { Hosts = [host] } : LinkSettings.Default;

    /// <summary>As Shopify writes it for that country; null when there is no street, for then it is none.</summary>
    private static string? AddressOf(JsonElement address)
    {
        if (Text(address, "address1") is null || !address.TryGetProperty("formatted", out var lines)
            || lines.ValueKind != JsonValueKind.Array) { return null; }

        var text = string.Join('\n', lines.EnumerateArray().Select(Text).Select(l => Clean(l, NewStore.MaxAddress))
            .OfType<string>());
        return text.Length is > 0 and <= NewStore.MaxAddress ? text : null;
    }

    private static JsonElement? At(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && JsonBody.TextOf(value) is { } text
        && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static string? Clean(string? text, int max)
    {
        var clean = new string([.. (text ?? "").Where(c => !char.IsControl(c))]).Trim();
        var end = clean.Length <= max ? clean.Length : char.IsHighSurrogate(clean[max - 1]) ? max - 1 : max;
        return end == 0 ? null : clean[..end];
    }
}
