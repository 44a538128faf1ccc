using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;

namespace StoreConnector.Tests.Platforms;

public sealed class WooCommerceParserTests
{
    private const string Draft = "order-updated-checkout-draft";

    [Fact]
    public void A_draft_order_is_a_checkout_and_no_order()
    {
        var happened = Samples.ReadWooCommerce("order.updated", Samples.WooCommerceCapture(Draft).Body).Only();

        Assert.Equal(new CartId(CartKind.Checkout, "order-19"), Assert.IsType<CartChanged>(happened.Body).Cart.Id);
        Assert.DoesNotContain(happened.Aliases, alias => alias.Kind == AliasKind.Order);
    }

    [Fact]
    public void A_placed_order_meets_the_draft_that_it_was()
    {
        var draft = Samples.ReadWooCommerce("order.updated", Samples.WooCommerceCapture(Draft).Body).Only();
        var placed = Samples.ReadWooCommerce(
            "order.created", Samples.WooCommerceCapture("order-created-storeapi-guest").Body).Only();

        Assert.Equal(
            Assert.IsType<CartChanged>(draft.Body).Cart.Id.Token,
            Assert.IsType<OrderChanged>(placed.Body).Order.CheckoutToken);
        Assert.Contains(draft.Aliases.Single(alias => alias.Kind == AliasKind.Checkout), placed.Aliases);
    }

    [Theory]
    [InlineData("pending", OrderStatus.Pending)]
    [InlineData("failed", OrderStatus.Failed)]
    [InlineData("processing", OrderStatus.Placed)]
    [InlineData("on-hold", OrderStatus.Placed)]
    [InlineData("completed", OrderStatus.Placed)]
    [InlineData("packing", OrderStatus.Placed)]
    [InlineData("cancelled", OrderStatus.Cancelled)]
    [InlineData("refunded", OrderStatus.Refunded)]
    public void The_status_says_whether_it_is_a_purchase(string status, OrderStatus expected) =>
        Assert.Equal(expected, Order(order => order["status"] = status).Order.Status);

    [Theory]
    [InlineData("pending", "checkout")]
    [InlineData("failed", "store-api")]
    public void A_shoppers_order_that_waits_for_its_payment_is_also_a_checkout_that_is_gone_on_with_where_it_is_paid(
        string status, string madeBy)
    {
        var events = Assert.IsType<Parsed.Events>(Read(order => (order["status"], order["created_via"]) = (status, madeBy))).Items;

        var checkout = Assert.Single(events.Select(e => e.Body).OfType<CartChanged>()).Cart;
        var order = Assert.Single(events.Select(e => e.Body).OfType<OrderChanged>()).Order;
        Assert.Equal((order.CheckoutToken, order.CartToken), (checkout.Id.Token, checkout.CartToken)); // Paid, it ends both.
        Assert.Contains("order-pay/72/?pay_for_order=true", checkout.RecoveryUrl!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(events.Select(e => e.Id).Distinct(), events.Select(e => e.Id));
    }

    [Theory]
    [InlineData("pending", "admin")]
    [InlineData("pending", "rest-api")]
    [InlineData("on-hold", "checkout")]
    [InlineData("cancelled", "checkout")]
    public void A_bill_that_somebody_wrote_is_no_cart_nor_is_what_is_over(string status, string madeBy) =>
        Assert.DoesNotContain(
            Assert.IsType<Parsed.Events>(Read(order => (order["status"], order["created_via"]) = (status, madeBy))).Items,
            happened => happened.Body is CartChanged);

    [Fact]
    public void An_order_in_the_bin_is_removed() =>
        Assert.Equal(72, Read(order => order["status"] = "trash").Only<OrderRemoved>().OrderId);

    [Fact]
    public void A_deleted_order_is_its_id_alone() =>
        Assert.Equal(
            new OrderRemoved(12, Samples.Received),
            Samples.ReadWooCommerce("order.deleted", """{"id":12}""").Only<OrderRemoved>());

    [Theory]
    [InlineData("order.created")]
    [InlineData("order.restored")]
    [InlineData("customer.updated")]
    [InlineData("product.updated")]
    public void An_error_in_the_things_place_is_no_thing(string topic)
    {
        var gone = Samples.WooCommerceCapture("pitfall-order-created-but-gone").Body;
        var denied = Samples.WooCommerceCapture("pitfall-updated-permission-error-body").Body;

        Assert.Equal("gone before it was delivered", Ignored(topic, gone));
        Assert.Contains("reconnect", Ignored(topic, denied), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_another_kind_is_kept() =>
        Assert.IsType<Parsed.Unreadable>(
            Samples.ReadWooCommerce("order.updated", """{"code":"oops","message":"x","data":{"status":500}}"""));

    [Fact]
    public void A_time_without_a_zone_is_UTC() =>
        Assert.Equal(
            new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Order(order => order["date_modified_gmt"] = "2026-01-02T03:04:05").Order.Version);

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("[]")]
    public void The_customer_nobody_is_no_account(string id) =>
        Assert.DoesNotContain(
            Read(order => order["customer_id"] = JsonNode.Parse(id)).Print(), "account:", StringComparison.Ordinal);

    [Fact]
    public void Numbers_as_text_blanks_for_null_and_lists_for_objects_are_read()
    {
        var order = Order(body =>
        {
            body["id"] = "72";
            body["customer_id"] = "5";
            body["shipping"] = new JsonArray();
            body["total"] = 15.32;
            body["line_items"] = new JsonObject { ["3"] = body["line_items"]![0]!.DeepClone() };
            body["line_items"]!["3"]!["quantity"] = "2";
            body["line_items"]!["3"]!["variation_id"] = "";
        });

        Assert.Equal(72, order.Order.Id);
        Assert.Equal(new Money(15.32m, "USD"), order.Order.Total);
        var line = Assert.Single(order.Order.Lines);
        Assert.Equal((2, (long?)null, 5.16m), (line.Quantity, line.VariantId, line.Price!.Amount));
        Assert.Equal("US", order.Person.Country);
    }

    [Fact]
    public void A_price_is_with_tax_where_the_store_shows_it_so()
    {
        var order = Order(body =>
        {
            body["prices_include_tax"] = true;
            body["line_items"]![0]!["total"] = "8.40";
            body["line_items"]![0]!["total_tax"] = "1.60";
        }).Order;

        Assert.Equal(10.00m, Assert.Single(order.Lines).Price?.Amount);
    }

    [Fact]
    public void A_name_is_text_and_not_HTML() =>
        Assert.Equal("Salt & Pepper – 1", Assert.Single(
            Order(body => body["line_items"]![0]!["name"] = "Salt &amp; Pepper &#8211; 1").Order.Lines).Title);

    [Fact]
    public void A_ticked_box_is_a_consent_with_its_words_and_without_the_address_of_the_computer()
    {
        var parsed = Read(_ => { });
        var events = Assert.IsType<Parsed.Events>(parsed).Items;

        Assert.Equal(["delivery-1", "delivery-1#1"], events.Select(happened => happened.Id));
        var consent = Assert.IsType<ConsentChanged>(events[1].Body);
        Assert.Equal((ConsentState.Given, OptInLevel.Single), (consent.State, consent.Level));
        Assert.Equal("+15550100080", consent.Contact.Address);
        Assert.Equal("Text me offers (you can opt out at any time)", consent.Text);
        Assert.Equal(events[0].Aliases, events[1].Aliases);
        Assert.DoesNotContain("203.0.113.7", parsed.Print(), StringComparison.Ordinal);
    }

    [Fact]
    public void Both_channels_may_be_ticked_and_an_empty_box_says_nothing()
    {
        Assert.Equal(
            ["delivery-1:", "delivery-1#1:Sms", "delivery-1#2:Email"],
            Consents(("_wc_other/shop/sms-consent", "1"), ("_wc_other/shop/email-consent", "1")));
        Assert.Equal(
            ["delivery-1:", "delivery-1#1:Email"],
            Consents(("_wc_other/shop/sms-consent", "0"), ("_sc_email_consent", """{"v":2,"text":"News"}""")));
        Assert.Equal(
            ["delivery-1:"],
            Consents(("_sc_sms_consent", ""), ("_sc_email_consent", "{broken"), ("_sc_sms_consent", "{}")));
    }

    [Fact]
    public void A_tick_of_staff_in_the_companions_box_is_nobodys_permission()
    {
        Assert.Equal(["delivery-1:"], Consents(
            ("_wc_other/storeconnector/sms-consent", "1"), ("_wc_other/storeconnector/email-consent", "1")));
        Assert.Equal(["delivery-1:", "delivery-1#1:Sms"], Consents(("_wc_other/storeconnector/sms-consent", "1"),
            ("_sc_sms_consent", """{"v":"95a41b52f141","at":"2026-11-22T12:00:00+00:00","text":"Text me"}"""),
            ("_wc_other/storeconnector/email-consent", "1")));
        Assert.Equal(["delivery-1:"], Consents(("_wc_other/storeconnector/sms-consent", "0")));
    }

    [Fact]
    public void A_box_that_was_emptied_again_is_a_withdrawal_with_its_own_time()
    {
        var events = Assert.IsType<Parsed.Events>(Read(order => order["meta_data"] = Meta(
            ("_wc_other/storeconnector/sms-consent", "0"),
            ("_sc_sms_consent", """{"v":"95a41b52f141","at":"2026-11-22T13:00:00+00:00","withdrawn":true}""")))).Items;

        var said = Assert.IsType<ConsentChanged>(events[1].Body);
        Assert.Equal((ConsentState.Withdrawn, new(2026, 11, 22, 13, 0, 0, TimeSpan.Zero)), (said.State, said.At));
    }

    [Fact]
    public void A_tick_that_comes_again_with_a_later_change_does_not_undo_a_withdrawal_in_between()
    {
        var events = Assert.IsType<Parsed.Events>(Read(order =>
        {
            order["meta_data"] = Meta(("_wc_other/shop/sms-consent", "1"));
            order["date_created_gmt"] = "2026-01-01T00:00:00";
            order["date_modified_gmt"] = "2026-02-01T00:00:00";
        })).Items;

        Assert.Equal(new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), events[0].HappenedAt);
        Assert.Equal(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Assert.IsType<ConsentChanged>(events[1].Body).At);
        Assert.Equal(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), events[1].HappenedAt);
    }

    [Theory]
    [InlineData("https://store.example.com/wp-json/wc/v3/orders/19", "https://store.example.com/")]
    [InlineData("https://www.store.example.com/shop/wp-json/wc/v3/orders/19", "https://www.store.example.com/shop/")]
    [InlineData("https://evil.example.net/wp-json/wc/v3/orders/19", "https://store.example.com/")]
    [InlineData("not a link", "https://store.example.com/")]
    [InlineData("https://store.example.com/?rest_route=/wc/v3/orders/19", null)]
    public void A_draft_is_taken_up_again_at_the_stores_own_checkout_link(string self, string? home)
    {
        var body = Samples.WooCommerceCapture(Draft).Body.With(draft => draft["_links"]!["self"]![0]!["href"] = self);

        Assert.Equal(
            home is null ? null : home + "checkout-link/?products=12:2,15:1",
            Samples.ReadWooCommerce("order.updated", body).Only<CartChanged>().Cart.RecoveryUrl?.AbsoluteUri);
    }

    [Fact]
    public void A_store_that_nobody_knows_yet_has_no_link()
    {
        var cart = Samples.WooCommerceCapture("companion-cart-updated-identified");
        var parsed = new WooCommerceParser(null, null).Parse(Samples.Delivery("cart.updated", cart.Body));

        Assert.Null(parsed.Only<CartChanged>().Cart.RecoveryUrl);
    }

    [Fact]
    public void A_national_number_is_one_of_the_country_of_its_address_and_so_is_its_consent()
    {
        var body = Samples.WooCommerceCapture("order-created-with-consent-classic").Body.With(order =>
        {
            order["billing"]!["country"] = "SA";
            order["billing"]!["phone"] = "055 123 4567";
            order["shipping"]!["country"] = "";
            order["shipping"]!["phone"] = "415-555-2671";
        });
        var events = Assert.IsType<Parsed.Events>(Samples.ReadWooCommerce("order.created", body)).Items;

        Assert.Equal(["+966551234567", "+14155552671"],
            events[0].Contacts.Where(contact => contact.Channel == Channel.Sms).Select(contact => contact.Address));
        Assert.Equal("+966551234567", Assert.IsType<OrderChanged>(events[0].Body).Person.Phone?.E164);
        Assert.Equal("+966551234567", Assert.IsType<ConsentChanged>(events[1].Body).Contact.Address);
    }

    [Theory]
    [InlineData("AE", "050 123 4567", "+971501234567")]
    [InlineData("", "(415) 555-2671", "+14155552671")]
    [InlineData("AE", "(415) 555-2671", null)]
    public void A_carts_number_is_one_of_the_carts_country_and_else_of_the_stores(string country, string phone, string? e164)
    {
        var body = Samples.WooCommerceCapture("companion-cart-updated-identified").Body.With(cart =>
        {
            cart["country"] = country;
            cart["phone"] = phone;
        });
        Assert.Equal(e164, Samples.ReadWooCommerce("cart.updated", body).Only<CartChanged>().Cart.Phone?.E164);
    }

    [Fact]
    public void Beside_an_account_the_typed_address_is_a_contact_only()
    {
        var body = Samples.WooCommerceCapture("companion-cart-updated-identified").Body
            .With(cart => cart["customer_id"] = 9);
        var happened = Samples.ReadWooCommerce("cart.updated", body).Only();

        Assert.Equal([AliasKind.Account, AliasKind.Cart], happened.Aliases.Select(alias => alias.Kind));
        var changed = Assert.IsType<CartChanged>(happened.Body);
        Assert.Equal("dora@example.com", changed.Cart.Email?.Value);
        Assert.Null(changed.Person.Email);
        Assert.Contains(happened.Contacts, contact => contact.Address == "dora@example.com");
    }

    [Fact]
    public void An_emptied_cart_is_a_cart_without_lines()
    {
        var body = Samples.WooCommerceCapture("companion-cart-updated-identified").Body
            .With(cart => cart["items"] = new JsonArray());
        var empty = Samples.ReadWooCommerce("cart.updated", body).Only<CartChanged>().Cart;

        Assert.Equal(0, empty.ItemCount);
        Assert.Empty(empty.Lines);
        Assert.Null(empty.RecoveryUrl);
    }

    [Theory]
    [InlineData("administrator", false)]
    [InlineData("shop_manager", false)]
    [InlineData("customer", true)]
    [InlineData("subscriber", true)]
    [InlineData("wholesale_customer", true)]
    public void An_account_of_staff_is_no_customer(string role, bool isCustomer)
    {
        var body = Samples.WooCommerceCapture("customer-created-rest").Body.With(customer => customer["role"] = role);

        Assert.Equal(isCustomer, Samples.ReadWooCommerce("customer.created", body) is Parsed.Events);
    }

    [Theory]
    [InlineData("order.updated", "")]
    [InlineData("order.updated", "[]")]
    [InlineData("order.updated", "{\"id\":1}")]
    [InlineData("order.updated", "{\"status\":\"processing\"}")]
    [InlineData("order.deleted", "{\"id\":0}")]
    [InlineData("customer.updated", "{\"id\":3}")]
    [InlineData("customer.deleted", "{}")]
    [InlineData("cart.updated", "{\"items\":[]}")]
    [InlineData("cart.updated", "{\"cart\":\"c\"}")]
    public void What_is_not_of_its_topics_shape_is_unreadable(string topic, string body) =>
        Assert.IsType<Parsed.Unreadable>(Samples.ReadWooCommerce(topic, body));

    private static string Ignored(string topic, byte[] body) =>
        Assert.IsType<Parsed.Ignored>(Samples.ReadWooCommerce(topic, body)).Reason;

    private static Parsed Read(Action<JsonObject> change) => Samples.ReadWooCommerce(
        "order.created", Samples.WooCommerceCapture("order-created-with-consent-classic").Body.With(change));

    private static OrderChanged Order(Action<JsonObject> change) =>
        Assert.IsType<OrderChanged>(Assert.IsType<Parsed.Events>(Read(change)).Items[0].Body);

    private static IEnumerable<string> Consents(params (string Key, string Value)[] ticks) =>
        Assert.IsType<Parsed.Events>(Read(order => order["meta_data"] = Meta(ticks))).Items
            .Select(happened => $"{happened.Id}:{(happened.Body as ConsentChanged)?.Contact.Channel}");

    private static JsonArray Meta(params (string Key, string Value)[] ticks) =>
        [.. ticks.Select(tick => new JsonObject { ["key"] = tick.Key, ["value"] = tick.Value })];
}
