using System.Text;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;

namespace StoreConnector.Tests.Platforms;

public sealed class ShopifyParserTests
{
    [Fact]
    public void An_id_above_the_doubles_is_kept_to_its_last_digit_as_number_and_as_text()
    {
        const string Number = """{"id":9007199254740993,"line_items":[]}""";
        const string Text = """{"id":"9223372036854775807","line_items":[]}""";

        Assert.Equal(9007199254740993, Samples.ReadShopify("orders/create", Number).Only<OrderChanged>().Order.Id);
        Assert.Equal(long.MaxValue, Samples.ReadShopify("orders/create", Text).Only<OrderChanged>().Order.Id);
    }

    [Fact]
    public void A_test_order_is_no_purchase() =>
        Assert.IsType<Parsed.Ignored>(Samples.ReadShopify("orders/create", Samples.RealOrder(o => o["test"] = true)));

    [Theory]
    [InlineData("paid", OrderStatus.Placed)]
    [InlineData("pending", OrderStatus.Placed)]
    [InlineData("authorized", OrderStatus.Placed)]
    [InlineData("partially_refunded", OrderStatus.Placed)]
    [InlineData("expired", OrderStatus.Placed)]
    [InlineData(null, OrderStatus.Placed)]
    [InlineData("refunded", OrderStatus.Refunded)]
    [InlineData("voided", OrderStatus.Cancelled)]
    public void The_payment_says_how_far_an_order_has_come(string? payment, OrderStatus status) =>
        Assert.Equal(status, Order(order => order["financial_status"] = payment).Status);

    [Fact]
    public void A_cancelled_order_is_cancelled_whatever_became_of_its_payment() =>
        Assert.Equal(OrderStatus.Cancelled, Order(order =>
        {
            order["cancelled_at"] = "2026-01-01T00:00:00Z";
            order["financial_status"] = "refunded";
        }).Status);

    [Fact]
    public void An_order_taken_over_from_another_system_was_placed_when_it_was_processed_there() =>
        Assert.Equal(new(2019, 5, 1, 10, 0, 0, TimeSpan.Zero), Order(order =>
        {
            order["processed_at"] = "2019-05-01T12:00:00+02:00";
            order["created_at"] = "2026-01-01T00:00:00Z";
        }).PlacedAt);

    [Fact]
    public void Money_is_what_the_shopper_saw_after_every_discount()
    {
        var order = Order(body =>
        {
            body["presentment_currency"] = "EUR";
            body["total_price_set"] = Set("404.95", "USD", "370.10", "EUR");
            body["line_items"] = new JsonArray(new JsonObject
            {
                ["product_id"] = 1,
                ["variant_id"] = 2,
                ["title"] = "Tea",
                ["quantity"] = 3,
                ["price_set"] = Set("11.00", "USD", "10.00", "EUR"),
                ["discount_allocations"] = new JsonArray(
                    new JsonObject { ["amount_set"] = Set("5.5", "USD", "5.00", "EUR") }),
            });
        });

        Assert.Equal(new Money(370.10m, "EUR"), order.Total);
        Assert.Equal(new Money(8.33m, "EUR"), Assert.Single(order.Lines).Price);
    }

    [Fact]
    public void What_was_given_back_is_the_sum_of_the_refunds_that_succeeded() =>
        Assert.Equal(new Money(12.50m, "USD"), Order(order => order["refunds"] = new JsonArray(
            Refund(("refund", "success", "10.00"), ("refund", "failure", "99.00")),
            Refund(("refund", "success", "2.50"), ("void", "success", "7.00")))).Refunded);

    [Fact]
    public void Amounts_of_two_currencies_are_never_added() =>
        Assert.Null(Order(order =>
        {
            var refund = Refund(("refund", "success", "10.00"), ("refund", "success", "5.00"));
            refund["transactions"]![1]!["currency"] = "EUR";
            order["refunds"] = new JsonArray(refund);
        }).Refunded);

    [Fact]
    public void A_refund_of_goods_without_money_has_no_amount_and_names_only_its_order()
    {
        var body = Samples.ShopifyBody("refunds/create").With(refund => refund["transactions"] = new JsonArray());
        var happened = Samples.ReadShopify("refunds/create", body).Only();

        Assert.Null(Assert.IsType<RefundMade>(happened.Body).Amount);
        Assert.Equal(["order:820982911946154508"], happened.Aliases.Select(alias => alias.Stored));
        Assert.Empty(happened.Contacts);
    }

    [Fact]
    public void A_refund_of_a_test_order_is_ignored() =>
        Assert.IsType<Parsed.Ignored>(Samples.ReadShopify("refunds/create",
            Samples.ShopifyBody("refunds/create").With(refund => refund["transactions"]![0]!["test"] = true)));

    [Fact]
    public void An_order_is_known_by_its_account_and_the_accounts_own_address_and_every_other_is_a_contact()
    {
        var happened = Samples.ReadShopify("orders/create", Samples.RealOrder(order =>
        {
            order["email"] = "Gift@example.com";
            order["contact_email"] = "staff@example.com";
            order["phone"] = "+15550000001";
            order["checkout_token"] = "ct";
            order["cart_token"] = "kt";
            order["customer"]!["phone"] = "+15550000002";
            order["shipping_address"]!["phone"] = "+1 (555) 000-0003";
        })).Only();

        Assert.Equal(
            [
                "account:115310627314723954", "email:john@example.com", "order:820982911946154508", "checkout:ct",
                "cart:kt",
            ],
            happened.Aliases.Select(alias => alias.Stored));
        Assert.Equal(
            [
                "email:john@example.com", "sms:+15550000001", "sms:+15550000002", "email:gift@example.com",
                "email:staff@example.com", "sms:+15550000003", "sms:+15551231234",
            ],
            happened.Contacts.Select(contact => contact.Stored));
        var person = Assert.IsType<OrderChanged>(happened.Body).Person;
        Assert.Equal("john@example.com", person.Email?.Value);
        Assert.Equal("+15550000002", person.Phone?.E164);
    }

    [Fact]
    public void A_national_number_is_one_of_the_country_of_its_address_and_else_of_the_stores()
    {
        var happened = Samples.ReadShopify("orders/create", Samples.RealOrder(order =>
        {
            order["phone"] = "050 123 4567";
            order["customer"]!["phone"] = "(415) 555-2671";
            order["customer"]!["default_address"] = null;
            order["shipping_address"]!["country_code"] = "AE";
            order["shipping_address"]!["phone"] = "٠٥٠١٢٣٤٥٦٨";
            order["billing_address"]!["country_code"] = "GB";
            order["billing_address"]!["phone"] = "07400 123456";
        })).Only();

        Assert.Equal(
            ["sms:+971501234567", "sms:+14155552671", "sms:+971501234568", "sms:+447400123456"],
            happened.Contacts.Select(contact => contact.Stored).Where(c => c.StartsWith("sms:", StringComparison.Ordinal)));
        Assert.Equal("+14155552671", Assert.IsType<OrderChanged>(happened.Body).Person.Phone?.E164);
    }

    [Fact]
    public void A_number_that_is_none_where_its_address_is_stays_unread()
    {
        var happened = Samples.ReadShopify("customers/update", Samples.ShopifyBody("customers/update").With(customer =>
        {
            customer["phone"] = null;
            customer["default_address"]!["country_code"] = "AE";
            customer["default_address"]!["phone"] = "(415) 555-2671";
        })).Only();

        Assert.DoesNotContain(happened.Contacts, contact => contact.Channel == Channel.Sms);
    }

    [Fact]
    public void A_consent_names_the_national_number_of_the_stores_country()
    {
        var body = Samples.ShopifyBody("customers_marketing_consent/update").With(consent => consent["phone"] = "(415) 555-2671");

        Assert.Equal(
            "+14155552671", Samples.ReadShopify("customers_marketing_consent/update", body).Only<ConsentChanged>().Contact.Address);
    }

    [Fact]
    public void A_guest_is_known_by_the_address_that_was_typed()
    {
        var body = Samples.RealOrder(order => order["customer"] = null);
        var aliases = Samples.ReadShopify("orders/create", body).Only().Aliases;

        Assert.Equal(["email:jon@example.com", "order:820982911946154508"], aliases.Select(alias => alias.Stored));
    }

    [Fact]
    public void A_sale_at_the_till_without_a_customer_is_an_order_of_nobody()
    {
        string[] personal = ["customer", "email", "contact_email", "billing_address", "shipping_address"];
        var happened = Samples.ReadShopify("orders/create", Samples.RealOrder(order =>
        {
            order["source_name"] = "pos";
            foreach (var field in personal) { order[field] = null; }
        })).Only();

        Assert.Equal(["order:820982911946154508"], happened.Aliases.Select(alias => alias.Stored));
        Assert.Empty(happened.Contacts);
        Assert.Equal("pos", Assert.IsType<OrderChanged>(happened.Body).Order.Source);
    }

    [Fact]
    public void A_finished_checkout_says_when()
    {
        var body = Samples.ShopifyBody("checkouts/update").With(checkout =>
            checkout["completed_at"] = "2026-11-22T01:02:03.123456789-05:00");

        Assert.Equal(
            new DateTimeOffset(2026, 11, 22, 6, 2, 3, TimeSpan.Zero).AddTicks(1234567),
            Samples.ReadShopify("checkouts/update", body).Only<CartChanged>().Cart.CompletedAt);
    }

    [Fact]
    public void Intent_in_a_checkout_or_an_order_is_no_consent()
    {
        var body = Samples.ShopifyBody("checkouts/update").With(checkout =>
        {
            checkout["buyer_accepts_marketing"] = true;
            checkout["buyer_accepts_sms_marketing"] = true;
            checkout["sms_marketing_phone"] = "+15550000009";
        });

        var happened = Samples.ReadShopify("checkouts/update", body).Only();
        Assert.IsType<CartChanged>(happened.Body);
        Assert.Contains(happened.Contacts, contact => contact.Address == "+15550000009");
    }

    [Theory]
    [InlineData("subscribed", ConsentState.Given)]
    [InlineData("pending", ConsentState.Pending)]
    [InlineData("not_subscribed", ConsentState.None)]
    [InlineData(null, ConsentState.None)]
    [InlineData("unsubscribed", ConsentState.Withdrawn)]
    [InlineData("redacted", ConsentState.Withdrawn)]
    [InlineData("invalid", ConsentState.Withdrawn)]
    [InlineData("SUBSCRIBED", ConsentState.Given)]
    public void A_consent_for_text_messages_belongs_to_the_number(string? state, ConsentState expected)
    {
        var happened = Samples.ReadShopify("customers_marketing_consent/update", SmsConsent(state)).Only();
        var consent = Assert.IsType<ConsentChanged>(happened.Body);

        Assert.Equal(expected, consent.State);
        Assert.Equal(new Contact(Channel.Sms, "+15550000001"), consent.Contact);
        Assert.Equal(OptInLevel.Double, consent.Level);
        Assert.Equal(new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero), consent.At);
        Assert.Equal(consent.At, happened.HappenedAt);
        Assert.Equal("other", consent.Source);
        Assert.Equal(["account:706405506930370084"], happened.Aliases.Select(alias => alias.Stored));
    }

    [Fact]
    public void A_consent_of_a_state_that_we_do_not_know_is_kept_and_not_guessed() =>
        Assert.IsType<Parsed.Unreadable>(
            Samples.ReadShopify("customers_marketing_consent/update", SmsConsent("mostly_subscribed")));

    [Fact]
    public void Two_customers_that_became_one_are_named_exactly()
    {
        const string Body = """
            {"admin_graphql_api_customer_kept_id":"gid://shopify/Customer/9007199254740993",
             "admin_graphql_api_customer_deleted_id":"gid://shopify/Customer/2","status":"completed","errors":[]}
            """;

        Assert.Equal(
            new CustomersMerged(9007199254740993, 2, Samples.Triggered),
            Samples.ReadShopify("customers/merge", Body).Only<CustomersMerged>());
    }

    [Theory]
    [InlineData("gid://shopify/Customer/1", "gid://shopify/Customer/1")]
    [InlineData("gid://shopify/Customer/1", "gid://shopify/Order/2")]
    [InlineData("gid://shopify/Customer/1", "2")]
    [InlineData("gid://shopify/Customer/1", "gid://shopify/Customer/2x")]
    [InlineData("gid://shopify/Customer/-1", "gid://shopify/Customer/2")]
    public void A_merge_that_does_not_name_two_customers_is_unreadable(string kept, string removed) =>
        Assert.IsType<Parsed.Unreadable>(Samples.ReadShopify("customers/merge", $$"""
            {"admin_graphql_api_customer_kept_id":"{{kept}}","admin_graphql_api_customer_deleted_id":"{{removed}}"}
            """));

    [Theory]
    [InlineData("customers/redact", "shop/redact")]
    [InlineData("customers/data_request", "shop/redact")]
    [InlineData("customers/data_request", "customers/redact")]
    [InlineData("customers/redact", "customers/data_request")]
    [InlineData("customers/delete", "app/uninstalled")]
    [InlineData("customers/create", "orders/delete")]
    [InlineData("customers/update", "app/uninstalled")]
    [InlineData("orders/create", "customers/delete")]
    [InlineData("orders/delete", "orders/create")]
    [InlineData("app/uninstalled", "shop/redact")]
    [InlineData("carts/create", "customers/create")]
    public void A_captured_body_does_nothing_under_another_topic(string captured, string claimed) =>
        Assert.IsType<Parsed.Unreadable>(Samples.ReadShopify(claimed, Samples.ShopifyBody(captured)));

    [Fact]
    public void The_shop_that_a_destructive_body_names_can_be_compared_with_the_installation()
    {
        Assert.Equal(548380009, ShopIdIn("app/uninstalled"));
        Assert.Equal(954889, ShopIdIn("shop/redact"));
        Assert.Equal(954889, ShopIdIn("customers/redact"));
        Assert.Null(ShopifyParser.ShopIdIn(Samples.Delivery("shop/redact", "[]"u8.ToArray())));
        Assert.Null(ShopifyParser.ShopIdIn(Samples.Delivery("shop/redact", "{"u8.ToArray())));
    }

    [Theory]
    [InlineData("orders/create", "")]
    [InlineData("orders/create", "[]")]
    [InlineData("orders/create", "null")]
    [InlineData("orders/create", "\"order\"")]
    [InlineData("orders/create", "{}")]
    [InlineData("orders/create", "{\"id\":0,\"line_items\":[]}")]
    [InlineData("orders/create", "{\"id\":1.5,\"line_items\":[]}")]
    [InlineData("orders/create", "{\"id\":1,\"line_items\":[]")]
    [InlineData("carts/update", "{\"token\":\" \",\"line_items\":[]}")]
    [InlineData("carts/update", "{\"token\":\"t\"}")]
    [InlineData("checkouts/create", "{\"id\":1,\"line_items\":[]}")]
    [InlineData("checkouts/delete", "{\"id\":1}")]
    [InlineData("refunds/create", "{\"id\":1}")]
    [InlineData("customers/update", "{\"email\":\"a@example.com\"}")]
    [InlineData("customers/redact", "{\"shop_id\":1,\"customer\":{\"id\":0,\"email\":\"\"}}")]
    public void What_is_not_of_its_topics_shape_is_unreadable(string topic, string body) =>
        Assert.IsType<Parsed.Unreadable>(Samples.ReadShopify(topic, body));

    [Fact]
    public void Nesting_without_end_is_unreadable()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);

        Assert.IsType<Parsed.Unreadable>(
            Samples.ReadShopify("orders/create", $$"""{"id":1,"line_items":[],"note_attributes":{{deep}}}"""));
    }

    [Fact]
    public void Half_a_character_in_a_title_costs_the_title_and_not_the_order()
    {
        const string Body = """{"id":7,"line_items":[{"title":"Tea \ud83d","product_id":1,"quantity":2}]}""";

        var line = Assert.Single(Samples.ReadShopify("orders/create", Body).Only<OrderChanged>().Order.Lines);
        Assert.Equal((1, 2, ""), (line.ProductId!.Value, line.Quantity, line.Title));
    }

    [Fact]
    public void A_delivery_of_the_Events_family_is_not_read_yet() =>
        Assert.Contains("Events", Assert.IsType<Parsed.Ignored>(Samples.ReadShopify("Customer", "{}")).Reason,
            StringComparison.Ordinal);

    [Fact]
    public void Without_a_time_of_its_own_a_thing_happened_when_it_was_triggered_else_when_it_came()
    {
        var body = Encoding.UTF8.GetBytes("""{"id":1,"line_items":[]}""");
        var untimed = new ShopifyParser(Samples.Country).Parse(Samples.Delivery("orders/create", body));

        Assert.Equal(Samples.Triggered, Samples.ReadShopify("orders/create", body).Only().HappenedAt);
        Assert.Equal(Samples.Received, untimed.Only().HappenedAt);
    }

    [Fact]
    public void The_sum_and_the_count_are_over_all_lines_also_those_not_kept()
    {
        var cart = Samples.ReadShopify("carts/update", Samples.ShopifyBody("carts/update").With(body =>
        {
            var line = body["line_items"]![0]!;
            body["line_items"] = new JsonArray([.. Enumerable.Range(0, 25).Select(_ => line.DeepClone())]);
        })).Only<CartChanged>().Cart;

        Assert.Equal(Cart.MaxLines, cart.Lines.Count);
        Assert.Equal(75, cart.ItemCount);
        Assert.Equal(new Money(25 * 59.97m, "USD"), cart.Subtotal);
    }

    private static Order Order(Action<JsonObject> change) =>
        Samples.ReadShopify("orders/updated", Samples.RealOrder(change)).Only<OrderChanged>().Order;

    private static long? ShopIdIn(string topic) =>
        ShopifyParser.ShopIdIn(Samples.Delivery(topic, Samples.ShopifyBody(topic)));

    private static byte[] SmsConsent(string? state) =>
        Samples.ShopifyBody("customers_marketing_consent/update").With(body =>
        {
            body["phone"] = "+15550000001";
            body["sms_marketing_consent"]!["state"] = state;
            body["sms_marketing_consent"]!["opt_in_level"] = "confirmed_opt_in";
            body["sms_marketing_consent"]!["consent_updated_at"] = "2026-03-01T10:00:00+01:00";
            body["sms_marketing_consent"]!["consent_collected_from"] = "OTHER";
        });

    private static JsonObject Set(string shop, string shopCurrency, string shopper, string shopperCurrency) => new()
    {
        ["shop_money"] = new JsonObject { ["amount"] = shop, ["currency_code"] = shopCurrency },
        ["presentment_money"] = new JsonObject { ["amount"] = shopper, ["currency_code"] = shopperCurrency },
    };

    private static JsonObject Refund(params (string Kind, string Status, string Amount)[] transactions) => new()
    {
        ["transactions"] = new JsonArray([.. transactions.Select(one => new JsonObject
        {
            ["kind"] = one.Kind,
            ["status"] = one.Status,
            ["amount"] = one.Amount,
        })]),
    };
}
