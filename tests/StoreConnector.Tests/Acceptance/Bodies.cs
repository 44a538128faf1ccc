using System.Globalization;

namespace StoreConnector.Tests.Acceptance;

/// <summary>Deliveries' bodies in the platforms' own form, with the fields that matter.</summary>
internal static class Bodies
{
    /// <summary>Shopify: somebody typed an address into a checkout.</summary>
    public static object Checkout(
        string token, string? email, DateTimeOffset at, long? customer = null, string? locale = null, string currency = "USD",
        string title = "House Blend", string price = "12.50", long product = 632910392, int quantity = 2, string? phone = null,
        string? recovery = null) => new
        {
            token,
            cart_token = "c-" + token,
            email,
            phone,
            created_at = Time(at),
            updated_at = Time(at),
            completed_at = (string?)null,
            currency,
            presentment_currency = currency,
            customer_locale = locale,
            line_items = new[] { Line(title, price, product, quantity) },
            abandoned_checkout_url = recovery ?? $"https://checkout.example.com/{token}/recover?key=k",
            customer = customer is null ? null : new { id = customer, email, first_name = "Mariam" },
            billing_address = new { country_code = "US", phone },
        };

    /// <summary>Shopify: a paid order; without a customer it is a guest's.</summary>
    public static object Order(
        long id, string email, DateTimeOffset at, long? customer = null, string? checkout = null, long product = 632910392,
        DateTimeOffset? updatedAt = null) => new
        {
            id,
            email,
            contact_email = email,
            created_at = Time(at),
            processed_at = Time(at),
            updated_at = Time(updatedAt ?? at),
            currency = "USD",
            total_price = "25.00",
            financial_status = "paid",
            checkout_token = checkout,
            test = false,
            source_name = "web",
            line_items = new[] { Line("House Blend", "12.50", product, 2) },
            customer = customer is null ? null : new { id = customer, email },
        };

    /// <summary>Shopify: the e-mail address said yes.</summary>
    public static object Consent(long customer, string email, DateTimeOffset at, string state = "subscribed") => new
    {
        customer_id = customer,
        email_address = email,
        email_marketing_consent = new { state, opt_in_level = "single_opt_in", consent_updated_at = Time(at) },
    };

    /// <summary>Shopify: the law asks that somebody be forgotten.</summary>
    public static object Redact(string shop, long customer, string email, string? phone = null) => new
    {
        shop_id = 954889, shop_domain = shop, customer = new { id = customer, email, phone }, orders_to_redact = new[] { 1L },
    };

    /// <summary>The companion plugin: a cart as it is now.</summary>
    public static object Cart(string token, string email, DateTimeOffset at, long product = 12) => new
    {
        cart = token,
        hash = "bb73536f3e9ca4ffffc6ca56d95f15c6",
        updated_gmt = Gmt(at),
        currency = "USD",
        total = "25.00",
        customer_id = 0,
        email,
        phone = "",
        country = "US",
        locale = "en_US",
        items = new[] { new { product_id = product, variation_id = 0, quantity = 2, line_total = "25.00", name = "Green Tea" } },
    };

    /// <summary>WooCommerce: an order, or the draft that an open block checkout is.</summary>
    /// <param name="consentAt">When the box was ticked; null when it was not.</param>
    public static object WooOrder(
        long id, string email, DateTimeOffset at, string status = "processing", string? cart = null, DateTimeOffset? consentAt = null) => new
        {
            id,
            status,
            currency = "USD",
            prices_include_tax = false,
            date_created_gmt = Gmt(at),
            date_modified_gmt = Gmt(at),
            total = "25.00",
            customer_id = 0,
            created_via = "store-api",
            billing = new { first_name = "Gina", country = "US", email, phone = "" },
            shipping = new { first_name = "", country = "US", phone = "" },
            meta_data = Meta(cart, consentAt),
            line_items = new[] { new { id = 1, name = "Green Tea", product_id = 12, variation_id = 0, quantity = 2, total = "25.00", total_tax = "0.00" } },
            refunds = Array.Empty<object>(),
        };

    public static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    public static string Gmt(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    private static object[] Meta(string? cart, DateTimeOffset? consentAt)
    {
        object[] ofCart = cart is null ? [] : [new { id = 1, key = "_sc_cart", value = cart }];
        object[] ofConsent = consentAt is null ? []
            : [new { id = 2, key = "_sc_email_consent", value = $$"""{"v":1,"at":"{{Gmt(consentAt.Value)}}","text":"Write to me"}""" }];
        return [.. ofCart, .. ofConsent];
    }

    private static object Line(string title, string price, long product, int quantity) => new
    {
        product_id = product, variant_id = product + 1, title, presentment_title = title, quantity, price,
    };
}
