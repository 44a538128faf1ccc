using System.Diagnostics.CodeAnalysis;

namespace StoreConnector.Platforms.Shopify;

/// <summary>A shop's permanent host name: <c>example.myshopify.com</c>.</summary>
internal static class ShopifyDomain
{
    private const string Suffix = ".myshopify.com";

    /// <summary>Reads one in any case; custom domains, other hosts and sub-domains are refused.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? domain)
    {
        var lower = text?.ToLowerInvariant() ?? "";
        domain = lower.Length is > 14 and <= 80 && lower.EndsWith(Suffix, StringComparison.Ordinal)
            && lower[0] is not '-' && lower.AsSpan(0, lower.Length - Suffix.Length).IndexOfAnyExcept(Letters) < 0
                ? lower : null;
        return domain is not null;
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
}
