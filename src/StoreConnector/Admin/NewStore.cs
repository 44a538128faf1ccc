using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Processing.WooCommerce;

namespace StoreConnector.Admin;

/// <summary>What an operator says of a store that is to be connected.</summary>
/// <param name="Platform"><c>shopify</c> or <c>woocommerce</c>.</param>
/// <param name="Domain">The platform's host name.</param>
/// <param name="Name">As shoppers know it.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="TimeZone">IANA.</param>
/// <param name="Country">ISO 3166-1, two letters.</param>
/// <param name="Locale">BCP 47.</param>
/// <param name="PostalAddress">For the foot of marketing e-mail.</param>
internal sealed record NewStore(
    string Platform, string Domain, string Name, string Currency, string TimeZone, string Country, string Locale,
    string? PostalAddress)
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxName = 80;

    /// <summary>The longest postal address, in characters.</summary>
    public const int MaxAddress = 300;

    /// <summary>The topics a WooCommerce site delivers to us; the last comes with the companion plugin.</summary>
    public static readonly IReadOnlyList<string> WooCommerceTopics = WooSubscriptions.Topics;

    /// <summary>The store that the body describes, or null with the errors in the body.</summary>
    public static Store? Read(JsonBody body, string id, DateTimeOffset now)
    {
        var platform = ReadPlatform(body);
        var domain = ReadDomain(body, platform);
        var name =
            Required(body, "name", $"1 to {MaxName} characters", t => t.Length <= MaxName && !t.Any(char.IsControl));
        var currency = Required(body, "currency", "an ISO 4217 code, for example USD", IsCurrency);
        var zone = Required(body, "timeZone", "an IANA time zone, for example Asia/Dubai", IsZone);
        var country = Required(body, "country", "an ISO 3166-1 code of two capital letters, for example US", IsCountry);
        var locale = Required(body, "locale", "a BCP 47 language tag, for example en or ar-AE", IsLocale);
        var address = ReadAddress(body);
        if (body.Errors().Count > 0) { return null; }

        return new()
        {
            Id = id,
            Platform = platform!.Value,
            Domain = domain!,
            Name = name!,
            Currency = currency!,
            TimeZone = zone!,
            Country = country!,
            Locale = locale!,
            PostalAddress = address,
            InstalledAt = now,
        };
    }

    private static Platform? ReadPlatform(JsonBody body) =>
        Required(body, "platform", "shopify or woocommerce", t => t is "shopify" or "woocommerce") switch
        {
            "shopify" => Core.Values.Platform.Shopify,
            "woocommerce" => Core.Values.Platform.WooCommerce,
            _ => null,
        };

    private static string? ReadDomain(JsonBody body, Platform? platform) => platform == Core.Values.Platform.Shopify
        ? Required(body, "domain", "a shop's host name, for example example.myshopify.com",
            t => ShopifyDomain.TryParse(t, out _))?.ToLowerInvariant()
        : Required(
            body, "domain", "a host name without https:// and path, for example shop.example.com",
                IsHost)?.ToLowerInvariant();

    private static string? ReadAddress(JsonBody body)
    {
        const string Allowed = "1 to 300 characters, lines divided by a line feed";
        if (body.Field("postalAddress") is not { ValueKind: not System.Text.Json.JsonValueKind.Null }) { return null; }

        var text = body.Text("postalAddress", Allowed)?.Trim();
        if (text is { Length: 0 or > MaxAddress } || text?.Any(c => char.IsControl(c) && c != '\n') == true)
        {
            body.Refuse("postalAddress", body.Field("postalAddress"), Allowed);
        }

        return text;
    }

    private static string? Required(JsonBody body, string name, string allowed, Func<string, bool> isGood)
    {
        if (body.Field(name) is not { } value)
        {
            body.Refuse(name, null, allowed);
            return null;
        }

        var text = body.Text(name, allowed)?.Trim();
        if (text is not null && (text.Length == 0 || !isGood(text)))
        {
            body.Refuse(name, value, allowed);
            return null;
        }

        return text;
    }

    internal static bool IsHost(string text) =>
        text.Length is > 2 and <= 200 && text.Contains('.', StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')
        && text.Split('.').All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-');

    internal static bool IsZone(string text) =>
        (text.Contains('/', StringComparison.Ordinal) || text == "UTC")
            && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _);

    internal static bool IsCountry(string text) => text.Length == 2 && IsoCodes.Countries.Contains(text);

    internal static bool IsCurrency(string text) => Money.IsCurrency(text) && IsoCodes.Currencies.Contains(text);

    internal static bool IsLocale(string text)
    {
        var parts = text.Split('-', '_');
        return text.Length <= 35 && parts[0].Length is 2 or 3 && parts[0].All(char.IsAsciiLetter)
            && parts.Skip(1).All(p => p.Length is >= 2 and <= 8 && p.All(char.IsAsciiLetterOrDigit));
    }
}
