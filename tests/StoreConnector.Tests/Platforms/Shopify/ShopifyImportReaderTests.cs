using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;

namespace StoreConnector.Tests.Platforms.Shopify;

/// <summary>What is made of the lines of a file, beside what is made of webhooks.</summary>
public sealed class ShopifyImportReaderTests
{
    private static readonly DateTimeOffset ReadAt = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Changes to a published order that an import must understand as a webhook's reader does.</summary>
    public static TheoryData<string> Changes =>
    [
        "{}",
        """{"checkout_token": "tok-1", "cart_token": "cart-1", "email": "JON@example.com", "phone": "(415) 555-0123", "customer_locale": "de_DE"}""",
        """{"customer": null, "email": "guest@example.com", "contact_email": "guest@example.com"}""",
        """{"financial_status": "refunded"}""", """{"financial_status": "voided"}""", """{"cancelled_at": "2026-11-02T10:00:00Z"}""",
        """{"source_name": "pos", "email": null, "contact_email": null, "customer": null}""",
        """{"discount_codes": [{"code": "SAVE10"}, {"code": "vip"}]}""",
        """{"fulfillments": [{"status": "success", "created_at": "2026-11-03T10:00:00Z"}, {"status": "cancelled", "created_at": "2026-11-04T10:00:00Z"}]}""",
        """{"refunds": [{"transactions": [{"kind": "refund", "status": "success", "amount": "10.00", "currency": "USD"}, {"kind": "refund", "status": "failure", "amount": "5.00", "currency": "USD"}]}]}""",
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public void An_order_is_the_same_whichever_way_it_came(string changes)
    {
        var body = Samples.RealOrder(order =>
        {
            foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject()) { order[name] = value?.DeepClone(); }

            order["line_items"]![0]!["discount_allocations"] = JsonNode.Parse(
                """[{"amount_set": {"presentment_money": {"amount": "4.50", "currency_code": "USD"}}}]""");
            order["line_items"]![0]!["variant_id"] = 40;
        });

        AssertSame(body);
    }

    [Fact]
    public void An_order_with_more_lines_than_are_kept_is_folded_like_its_webhook() => AssertSame(Samples.RealOrder(order =>
    {
        var first = order["line_items"]![0]!;
        order["line_items"] = new JsonArray([.. Enumerable.Range(1, 70).Select(i =>
        {
            var item = first.DeepClone();
            (item["product_id"], item["variant_id"], item["quantity"]) = (i, i + 1000, (i % 3) + 1);
            return item;
        })]);
    }));

    [Fact]
    public void A_test_order_is_no_purchase() => Assert.IsType<Parsed.Ignored>(Read(
        """{"id": "gid://shopify/Order/1", "updatedAt": "2026-11-01T10:00:00Z", "test": true}"""));

    [Fact]
    public void Read_again_an_object_is_the_same_event_and_a_newer_version_is_another()
    {
        static string Customer(string updated) => $$"""{"id": "gid://shopify/Customer/7", "updatedAt": "{{updated}}", "firstName": "Ada"}""";

        var once = Read(Customer("2026-11-01T10:00:00Z")).Only();
        Assert.Equal(EventOrigin.Import, once.Origin);
        Assert.Equal(ReadAt, once.ReceivedAt);
        Assert.Equal(once.Id, Read(Customer("2026-11-01T10:00:00Z")).Only().Id);
        Assert.NotEqual(once.Id, Read(Customer("2026-11-01T10:00:01Z")).Only().Id);
    }

    [Theory]
    [InlineData("SUBSCRIBED", "CONFIRMED_OPT_IN", "2026-10-01T08:00:00Z", ConsentState.Given, OptInLevel.Double, "2026-10-01T08:00:00Z")]
    [InlineData("SUBSCRIBED", "SINGLE_OPT_IN", null, ConsentState.Given, OptInLevel.Single, "2026-01-01T00:00:00Z")] // the account's first day
    [InlineData("UNSUBSCRIBED", "UNKNOWN", null, ConsentState.Withdrawn, OptInLevel.Unknown, "2026-11-01T10:00:00Z")] // its last change
    [InlineData("PENDING", null, "2026-10-01T08:00:00Z", ConsentState.Pending, OptInLevel.Unknown, "2026-10-01T08:00:00Z")]
    [InlineData("REDACTED", null, null, ConsentState.Withdrawn, OptInLevel.Unknown, "2026-11-01T10:00:00Z")]
    [InlineData("INVALID", null, null, ConsentState.Withdrawn, OptInLevel.Unknown, "2026-11-01T10:00:00Z")]
    [InlineData("NOT_SUBSCRIBED", null, "2026-10-01T08:00:00Z", ConsentState.None, OptInLevel.Unknown, "2026-10-01T08:00:00Z")]
    [InlineData("NEVER_SUBSCRIBED", null, "2026-10-01T08:00:00Z", ConsentState.None, OptInLevel.Unknown, "2026-10-01T08:00:00Z")]
    public void A_consent_is_what_was_said_and_never_more_than_its_time_allows(
        string word, string? level, string? at, ConsentState state, OptInLevel proof, string when)
    {
        var (email, sms) = Consents(word, level, at);

        foreach (var consent in new[] { email, sms })
        {
            Assert.Equal((state, proof, DateTimeOffset.Parse(when, null)), (consent!.State, consent.Level, consent.At));
        }

        Assert.Equal(("ada@example.com", "+14155550123"), (email!.Contact.Address, sms!.Contact.Address));
    }

    [Theory]
    [InlineData("NOT_SUBSCRIBED")]
    [InlineData("NEVER_SUBSCRIBED")]
    [InlineData("SOMETHING_NEW")]
    public void A_never_without_its_time_and_an_unknown_word_say_nothing(string word) =>
        Assert.Equal((null, null), Consents(word, null, null));

    [Fact]
    public void A_product_has_all_its_variants_their_prices_and_whether_they_can_be_bought()
    {
        var variants = Enumerable.Range(1, 120).Select(i =>
            $$"""{"id": "gid://shopify/ProductVariant/{{i}}", "title": "Size {{i}}", "price": "{{i}}.50", "availableForSale": {{(i % 2 == 0 ? "true" : "false")}}, "__parentId": "gid://shopify/Product/9"}""");

        var events = Assert.IsType<Parsed.Events>(Read(
            """{"id": "gid://shopify/Product/9", "title": "Shirt", "handle": "shirt", "status": "ACTIVE", "publishedAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-11-01T10:00:00Z"}""",
            [.. variants])).Items;

        var told = events.Select(e => Assert.IsType<ProductChanged>(e.Body).Product).ToList();
        Assert.Equal(3, told.Count);
        Assert.Equal(120, told.Sum(p => p.Variants.Count));
        Assert.Equal(120, told[0].AllVariants!.Count);
        Assert.All(told, p => Assert.True(p.IsVisible));
        Assert.Equal("https://test.myshopify.com/products/shirt", told[0].Url!.AbsoluteUri);
        Assert.Equal((2.5m, true), (told[0].Variants[1].Price, told[0].Variants[1].InStock));
        Assert.False(told[0].Variants[0].InStock);
        Assert.Equal(events.Count, events.Select(e => e.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("""{"id": "gid://shopify/Shop/1"}""")]
    [InlineData("""{"id": 7}""")]
    [InlineData("""{}""")]
    [InlineData("""{"id": "gid://shopify/Order/1", "updatedAt": "yesterday"}""")]
    [InlineData("""{"id": "gid://shopify/Customer/1"}""")]
    [InlineData("""{"id": "gid://shopify/Product/1", "updatedAt": "2026-11-01T10:00:00Z", "title": [1]}""")]
    public void What_cannot_be_read_is_said_so(string json) => Assert.IsType<Parsed.Unreadable>(Read(json));

    private static (ConsentChanged? Email, ConsentChanged? Sms) Consents(string word, string? level, string? at)
    {
        var read = Assert.IsType<Parsed.Events>(Read(JsonSerializer.Serialize(new
        {
            id = "gid://shopify/Customer/7", firstName = "Ada", createdAt = "2026-01-01T00:00:00Z", updatedAt = "2026-11-01T10:00:00Z",
            defaultEmailAddress = new { emailAddress = "ada@example.com", marketingState = word, marketingOptInLevel = level, marketingUpdatedAt = at },
            defaultPhoneNumber = new
            {
                phoneNumber = "+14155550123", smsMarketingConsent = new { state = word, optInLevel = level, updatedAt = at, collectedFrom = "SHOPIFY" },
            },
        })));
        Assert.IsType<CustomerChanged>(read.Items[0].Body);
        var consents = read.Items.Select(e => e.Body).OfType<ConsentChanged>().ToList();
        return (consents.Find(c => c.Contact.Channel == Channel.Email), consents.Find(c => c.Contact.Channel == Channel.Sms));
    }

    private static void AssertSame(byte[] body)
    {
        var order = JsonNode.Parse(body)!.AsObject();
        var webhook = Samples.ReadShopify("orders/create", body).Only();
        var node = Node(order);
        var children = order["line_items"]!.AsArray().Select(i => Child(i!.AsObject(), (string)node["id"]!).ToJsonString());

        var import = Read(node.ToJsonString(), [.. children]).Only();

        Assert.Equal(Json(webhook with { Id = "", ReceivedAt = default }),
            Json(import with { Id = "", ReceivedAt = default, Origin = EventOrigin.Webhook }));
    }

    /// <summary>The order as the Admin API would say it.</summary>
    private static JsonObject Node(JsonObject order) => new()
    {
        ["id"] = $"gid://shopify/Order/{order["id"]}",
        ["createdAt"] = order["created_at"]?.DeepClone(), ["processedAt"] = order["processed_at"]?.DeepClone(),
        ["updatedAt"] = order["updated_at"]?.DeepClone(), ["cancelledAt"] = order["cancelled_at"]?.DeepClone(),
        ["test"] = false, ["sourceName"] = order["source_name"]?.DeepClone(),
        ["currencyCode"] = order["currency"]?.DeepClone(), ["presentmentCurrencyCode"] = order["presentment_currency"]?.DeepClone(),
        ["displayFinancialStatus"] = ((string?)order["financial_status"])?.ToUpperInvariant(),
        ["checkoutToken"] = order["checkout_token"]?.DeepClone(), ["cartToken"] = order["cart_token"]?.DeepClone(),
        ["email"] = (order["email"] ?? order["contact_email"])?.DeepClone(), ["phone"] = order["phone"]?.DeepClone(),
        ["customerLocale"] = order["customer_locale"]?.DeepClone(),
        ["discountCodes"] = new JsonArray([.. order["discount_codes"]!.AsArray().Select(c => c!["code"]!.DeepClone())]),
        ["totalPriceSet"] = Money(order["total_price_set"]!["presentment_money"]!),
        ["customer"] = order["customer"] is not { } customer ? null : new JsonObject
        {
            ["id"] = $"gid://shopify/Customer/{customer["id"]}", ["firstName"] = customer["first_name"]?.DeepClone(),
            ["defaultEmailAddress"] = new JsonObject { ["emailAddress"] = customer["email"]?.DeepClone() },
            ["defaultPhoneNumber"] = null, ["defaultAddress"] = Address(customer["default_address"]),
        },
        ["billingAddress"] = Address(order["billing_address"]), ["shippingAddress"] = Address(order["shipping_address"]),
        ["transactions"] = new JsonArray([.. order["refunds"]!.AsArray().SelectMany(r => r!["transactions"]!.AsArray()).Select(t => new JsonObject
        {
            ["kind"] = ((string)t!["kind"]!).ToUpperInvariant(), ["status"] = ((string)t["status"]!).ToUpperInvariant(),
            ["amountSet"] = new JsonObject
            {
                ["presentmentMoney"] = new JsonObject { ["amount"] = t["amount"]!.DeepClone(), ["currencyCode"] = t["currency"]!.DeepClone() },
            },
        })]),
        ["fulfillments"] = new JsonArray([.. order["fulfillments"]!.AsArray().Select(f => new JsonObject
        {
            ["status"] = ((string)f!["status"]!).ToUpperInvariant(), ["createdAt"] = f["created_at"]!.DeepClone(),
        })]),
    };

    private static JsonObject Child(JsonObject item, string order) => new()
    {
        ["id"] = $"gid://shopify/LineItem/{item["id"]}", ["quantity"] = item["quantity"]!.DeepClone(), ["title"] = item["title"]?.DeepClone(),
        ["variantTitle"] = item["variant_title"]?.DeepClone(), ["sku"] = item["sku"]?.DeepClone(),
        ["product"] = item["product_id"] is { } product ? new JsonObject { ["id"] = $"gid://shopify/Product/{product}" } : null,
        ["variant"] = item["variant_id"] is { } variant ? new JsonObject { ["id"] = $"gid://shopify/ProductVariant/{variant}" } : null,
        ["originalUnitPriceSet"] = Money(item["price_set"]!["presentment_money"]!),
        ["discountAllocations"] = new JsonArray([.. item["discount_allocations"]!.AsArray().Select(d => new JsonObject
        {
            ["allocatedAmountSet"] = Money(d!["amount_set"]!["presentment_money"]!),
        })]),
        ["__parentId"] = order,
    };

    private static JsonObject Money(JsonNode money) => new()
    {
        ["presentmentMoney"] = new JsonObject { ["amount"] = money["amount"]!.DeepClone(), ["currencyCode"] = money["currency_code"]!.DeepClone() },
    };

    private static JsonObject? Address(JsonNode? address) => address is null ? null : new()
    {
        ["firstName"] = address["first_name"]?.DeepClone(), ["countryCodeV2"] = address["country_code"]?.DeepClone(),
        ["provinceCode"] = address["province_code"]?.DeepClone(), ["phone"] = address["phone"]?.DeepClone(),
    };

    private static Parsed Read(string root, params string[] children) =>
        new ShopifyImportReader(Samples.Country, "test.myshopify.com", ReadAt).Read(new BulkObject(
            JsonElement.Parse(root), [.. children.Select(c => JsonElement.Parse(c))]));

    private static string Json(StoreEvent happened) => JsonSerializer.Serialize(happened, EventJson.Options);
}
