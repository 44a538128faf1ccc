using System.Globalization;
using System.Net;
using System.Text.Json;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What a WooCommerce site says of itself, as a store of ours.</summary>
internal static class WooFacts
{
    /// <summary>The language of a site that does not say.</summary>
    public const string UsualLocale = "en";

    /// <summary>Currency, country and address, as the merchant set them.</summary>
    public static readonly WooCall Settings = WooCall.Get("wc/v3/settings/general", ("_fields", "id,value"));

    /// <summary>The site's name and time zone: WordPress tells them anybody.</summary>
    public static readonly WooCall Index = WooCall.Get("", ("_fields", "name,timezone_string,gmt_offset"));

    /// <summary>The new store, or the fact that is missing or cannot be.</summary>
    /// <param name="site">Its home, proven.</param>
    /// <param name="status">The answer to the proof.</param>
    /// <param name="settings">The answer to <see cref="Settings"/>.</param>
    /// <param name="index">The answer to <see cref="Index"/>.</param>
    /// <param name="now">When it was connected.</param>
    public static (Store? Store, string? Missing) Read(
        Uri site, JsonElement status, JsonElement settings, JsonElement index, DateTimeOffset now)
    {
        var set = new Payload(settings).Items.Where(i => i["id"].Text is not null)
            .GroupBy(i => i["id"].Text!, i => i["value"].Text).ToDictionary(g => g.Key, g => g.First());
        var place = set.GetValueOrDefault("woocommerce_default_country")?.Split(':')[0];
        var currency = set.GetValueOrDefault("woocommerce_currency");
        var zone = ZoneOf(new(index));
        var locale = Wording.Locale(new Payload(status)["environment"]["language"].Text);
        var missing = currency is null || !NewStore.IsCurrency(currency) ? "currency (WooCommerce, Settings, General)"
            : zone is null || !NewStore.IsZone(zone) ? "time zone (WordPress, Settings, General: choose a city)"
            : place is null || !NewStore.IsCountry(place) ? "country (WooCommerce, Settings, General)" : null;
        return missing is not null ? (null, missing) : (new()
        {
            Id = StoreRegistry.NewStoreId(),
            Platform = Platform.WooCommerce,
            Domain = site.IdnHost,
            Name = Wording.Cut(WebUtility.HtmlDecode(new Payload(index)["name"].Text), NewStore.MaxName)
                ?? site.IdnHost,
            Currency = currency!,
            TimeZone = zone!,
            Country = place!,
            Locale = locale is not null && NewStore.IsLocale(locale) ? locale : UsualLocale,
            PostalAddress = AddressOf(set, place!),
            InstalledAt = now,
        }, null);
    }

    /// <summary>
    /// A city's, or a whole number of hours that the merchant chose instead; then there is no summer time, as there is
    /// none in WordPress.
    /// </summary>
    private static string? ZoneOf(Payload index)
    {
        if (index["timezone_string"].Text is { } city) { return city; }

        return index["gmt_offset"].Amount is { } hours && hours == decimal.Truncate(hours) && Math.Abs(hours) <= 14
            ? hours == 0 ? "UTC"
                // POSIX counts to the west.
                : string.Create(CultureInfo.InvariantCulture, $"Etc/GMT{(hours > 0 ? '-' : '+')}{Math.Abs(hours):0}")
            : null;
    }

    /// <summary>Null when there is no street, for then it is none.</summary>
    private static string? AddressOf(Dictionary<string, string?> set, string country)
    {
        if (Line("woocommerce_store_address") is not { } street) { return null; }

        var town = string.Join(' ', new[] { Line("woocommerce_store_postcode"), Line("woocommerce_store_city") }
            .OfType<string>());
        var lines = new[] { street, Line("woocommerce_store_address_2"), town.Length == 0 ? null : town, country };
        return string.Join('\n', lines.OfType<string>()) is { Length: <= NewStore.MaxAddress } text ? text : null;

        string? Line(string id) => Wording.Cut(WebUtility.HtmlDecode(set.GetValueOrDefault(id)), NewStore.MaxAddress);
    }
}
