using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Platforms.Shopify.Api;

namespace StoreConnector.Platforms.Shopify;

/// <summary>
/// Makes events of what an import found. Customers and orders are said in the words of a webhook's body and read by its
/// reader, so that an order is the same whichever way it came. An event's id is made of kind, id and version: read
/// again, it is the same event.
/// </summary>
/// <param name="store">The store's country, ISO 3166-1, for national phone numbers; null when it is not known.</param>
/// <param name="domain">The shop's host, for the pages of its products.</param>
/// <param name="readAt">When the file was finished; the same for all of its pages.</param>
internal sealed class ShopifyImportReader(string? store, string? domain, DateTimeOffset readAt)
{
    private readonly Phones phones = new(store);

    /// <summary>Reads one object. Never throws for what it holds.</summary>
    public Parsed Read(BulkObject thing)
    {
        var root = new Payload(thing.Root);
        return root["id"].Gid("Order") is { } order ? ReadOrder(root, order, thing.Children)
            : root["id"].Gid("Customer") is { } customer ? ReadCustomer(root, customer)
            : root["id"].Gid("Product") is { } product ? ReadProduct(root, product, thing.Children)
            : new Parsed.Unreadable("it is no product, customer or order");
    }

    private Delivery Delivery(string kind, long id, DateTimeOffset version, string part = "") =>
        new($"import-{kind}-{id}-{version.UtcTicks}{part}", "import/" + kind, version, readAt, default)
        {
            Origin = EventOrigin.Import,
        };

    // ---- Products

    private Parsed ReadProduct(Payload product, long id, IReadOnlyList<JsonElement> children)
    {
        if (product["updatedAt"].Time is not { } version || product["title"].Text is not { } title)
        {
            return new Parsed.Unreadable("the product has no title, or no time of its last change");
        }

        List<VariantSnapshot> variants = [.. children.Select(c => Variant(new Payload(c))).OfType<VariantSnapshot>()];
        return Delivery("product", id, version).Product(new()
        {
            ProductId = id,
            Version = version,
            Title = Wording.Cut(title, Line.MaxTitle),
            Url = ShopifyProducts.Page(domain, product["handle"].Text),
            Picture = Wording.Link(product["featuredMedia"]["preview"]["image"]["url"].Text),
            IsVisible = product["status"].Text is "ACTIVE" && product["publishedAt"].Text is not null,
            Variants = variants,
            // What is not in a whole list is gone: one that may have been cut is not whole.
            AllVariants = variants.Count == children.Count && variants.Count is > 0 and < BulkFile.MaxChildren
                ? [.. variants.Select(v => v.VariantId)] : null,
        });
    }

    private static VariantSnapshot? Variant(Payload variant) => variant["id"].Gid("ProductVariant") is not { } id ? null
        : new()
        {
            VariantId = id,
            Detail = ShopifyProducts.Detail(variant["title"].Text),
            Price = variant["price"].ProductPrice(),
            InStock = variant["availableForSale"].IsPresent ? variant["availableForSale"].IsTrue : null,
        };

    // ---- Customers

    private Parsed ReadCustomer(Payload customer, long id)
    {
        if (customer["updatedAt"].Time is not { } version)
        {
            return new Parsed.Unreadable("the customer has no time of the last change");
        }

        var (email, phone) = (customer["defaultEmailAddress"], customer["defaultPhoneNumber"]);
        var (sms, address) = (phone["smsMarketingConsent"], customer["defaultAddress"]);
        var account = ShopifyCustomers.ReadCustomer(Say(new()
        {
            ["id"] = id,
            ["updated_at"] = customer["updatedAt"].Text,
            ["first_name"] = customer["firstName"].Text,
            ["locale"] = customer["locale"].Text,
            ["email"] = email["emailAddress"].Text,
            ["phone"] = phone["phoneNumber"].Text,
            ["default_address"] = Address(address),
        }), Delivery("customer", id, version), phones);
        var byEmail = Consent(customer, version, email["marketingState"], email["marketingUpdatedAt"], at =>
            ShopifyConsents.ReadEmail(Say(new()
            {
                ["customer_id"] = id,
                ["email_address"] = email["emailAddress"].Text,
                ["email_marketing_consent"] = Said(email["marketingState"], email["marketingOptInLevel"], at, null),
            }), Delivery("customer", id, version, "-email")));
        var bySms = Consent(customer, version, sms["state"], sms["updatedAt"], at =>
            ShopifyConsents.ReadSms(Say(new()
            {
                ["id"] = id,
                ["phone"] = phone["phoneNumber"].Text,
                ["sms_marketing_consent"] = Said(sms["state"], sms["optInLevel"], at, sms["collectedFrom"].Text),
            }), Delivery("customer", id, version, "-sms"), phones));
        return new Parsed.Events([.. Events(account), .. byEmail, .. bySms]);
    }

    /// <summary>
    /// What was said about messages. A state without its time must not outweigh a word whose time we know: a yes counts
    /// from the account's first day, a no from its last change, and "never" says nothing.
    /// </summary>
    private static IReadOnlyList<StoreEvent> Consent(
        Payload customer, DateTimeOffset version, Payload state, Payload at, Func<DateTimeOffset, Parsed> read)
    {
        if (state.Text is not { } word) { return []; }

        DateTimeOffset? said = at.Time ?? word.ToUpperInvariant() switch
        {
            "SUBSCRIBED" or "PENDING" => customer["createdAt"].Time,
            "NOT_SUBSCRIBED" or "NEVER_SUBSCRIBED" => null,
            _ => version,
        };
        return said is { } time ? Events(read(time)) : [];
    }

    private static JsonObject Said(Payload state, Payload level, DateTimeOffset at, string? from) => new()
    {
        ["state"] = state.Text,
        ["opt_in_level"] = level.Text,
        ["consent_updated_at"] = at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["consent_collected_from"] = from,
    };

    // ---- Orders

    private Parsed ReadOrder(Payload order, long id, IReadOnlyList<JsonElement> children)
    {
        if (order["updatedAt"].Time is not { } version)
        {
            return new Parsed.Unreadable("the order has no time of its last change");
        }

        var total = order["totalPriceSet"]["presentmentMoney"];
        return ShopifyOrders.ReadOrder(Say(new()
        {
            ["id"] = id,
            ["created_at"] = order["createdAt"].Text,
            ["processed_at"] = order["processedAt"].Text,
            ["updated_at"] = order["updatedAt"].Text,
            ["cancelled_at"] = order["cancelledAt"].Text,
            ["test"] = order["test"].IsTrue,
            ["source_name"] = order["sourceName"].Text,
            ["currency"] = order["currencyCode"].Text,
            ["presentment_currency"] = order["presentmentCurrencyCode"].Text,
            ["financial_status"] = order["displayFinancialStatus"].Text,
            ["checkout_token"] = order["checkoutToken"].Text,
            ["cart_token"] = order["cartToken"].Text,
            ["email"] = order["email"].Text,
            ["phone"] = order["phone"].Text,
            ["customer_locale"] = order["customerLocale"].Text,
            ["total_price_set"] = Money(total),
            ["discount_codes"] = List(order["discountCodes"].Items, code => new() { ["code"] = code.Text }),
            ["customer"] = Person(order["customer"]),
            ["billing_address"] = Address(order["billingAddress"]),
            ["shipping_address"] = Address(order["shippingAddress"]),
            ["refunds"] = new JsonArray(new JsonObject
            {
                ["transactions"] = List(order["transactions"].Items, Payment),
            }),
            ["fulfillments"] = List(order["fulfillments"].Items, f => new()
            {
                ["status"] = Lower(f["status"]), ["created_at"] = f["createdAt"].Text,
            }),
            ["line_items"] = List(children.Select(c => new Payload(c)), Item),
        }), Delivery("order", id, version), phones);
    }

    private static JsonObject? Person(Payload customer) => !customer.IsObject ? null : new()
    {
        ["id"] = customer["id"].Gid("Customer"),
        ["first_name"] = customer["firstName"].Text,
        ["email"] = customer["defaultEmailAddress"]["emailAddress"].Text,
        ["phone"] = customer["defaultPhoneNumber"]["phoneNumber"].Text,
        ["default_address"] = Address(customer["defaultAddress"]),
    };

    private static JsonObject? Address(Payload address) => !address.IsObject ? null : new()
    {
        ["first_name"] = address["firstName"].Text,
        ["country_code"] = address["countryCodeV2"].Text,
        ["province_code"] = address["provinceCode"].Text,
        ["phone"] = address["phone"].Text,
    };

    private static JsonObject Item(Payload item) => new()
    {
        ["product_id"] = item["product"]["id"].Gid("Product"),
        ["variant_id"] = item["variant"]["id"].Gid("ProductVariant"),
        ["title"] = item["title"].Text,
        ["variant_title"] = item["variantTitle"].Text,
        ["sku"] = item["sku"].Text,
        ["quantity"] = item["quantity"].Text,
        ["price_set"] = Money(item["originalUnitPriceSet"]["presentmentMoney"]),
        ["discount_allocations"] = List(item["discountAllocations"].Items, d => new()
        {
            ["amount_set"] = Money(d["allocatedAmountSet"]["presentmentMoney"]),
        }),
    };

    private static JsonObject Payment(Payload payment) => new()
    {
        ["kind"] = Lower(payment["kind"]),
        ["status"] = Lower(payment["status"]),
        ["amount"] = payment["amountSet"]["presentmentMoney"]["amount"].Text,
        ["currency"] = payment["amountSet"]["presentmentMoney"]["currencyCode"].Text,
    };

    /// <summary>What the shopper saw, as a webhook's <c>…_set</c> says it.</summary>
    private static JsonObject? Money(Payload money) => !money.IsObject ? null : new()
    {
        ["presentment_money"] = new JsonObject
        {
            ["amount"] = money["amount"].Text, ["currency_code"] = money["currencyCode"].Text,
        },
    };

    private static string? Lower(Payload word) => word.Text?.ToLowerInvariant();

    private static JsonArray List(IEnumerable<Payload> items, Func<Payload, JsonObject> say) =>
        new([.. items.Select(say)]);

    private static Payload Say(JsonObject body) => new(JsonSerializer.SerializeToElement(body));

    private static IReadOnlyList<StoreEvent> Events(Parsed parsed) => parsed is Parsed.Events(var all) ? all : [];
}
