namespace StoreConnector.Platforms.Shopify;

/// <summary>What the app asks every merchant for; what is optional is asked for later.</summary>
internal static class ShopifyScopes
{
    /// <summary>The most scopes that are kept of an answer.</summary>
    public const int Max = 100;

    /// <summary>
    /// Needed by the authorization-code way alone: where Shopify manages the installation, those of the app's own
    /// configuration count, and both must say the same.
    /// </summary>
    public static readonly IReadOnlyList<string> Required =
    [
        "read_customers", "write_customers", "read_orders", "read_products", "read_discounts", "write_discounts",
        "write_app_proxy",
    ];

    /// <summary>What the web pixel wants; optional.</summary>
    public static readonly IReadOnlyList<string> Pixel = ["read_pixels", "write_pixels", "read_customer_events"];

    /// <summary>Whether a scope is among those granted: who may write may read.</summary>
    public static bool Has(IReadOnlySet<string> granted, string scope) => granted.Contains(scope)
        || (scope.StartsWith("read_", StringComparison.Ordinal)
            && granted.Contains("write_" + scope["read_".Length..]));

    /// <summary>The scopes of an answer, which stand in one text between commas.</summary>
    public static IReadOnlyList<string> Read(string? text)
    {
        const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return [.. (text ?? "").Split(',', Tidy).Where(IsScope).Distinct(StringComparer.Ordinal).Take(Max)];
    }

    private static bool IsScope(string text) =>
        text.Length <= 80 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_');
}
