using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StoreConnector.Tests.Acceptance;

[Trait("Speed", "slow")]
public sealed class SqliteReminderTests(RunningService service) : ReminderTests(service), IClassFixture<RunningService>;

[Trait("Speed", "slow")]
[Trait("Needs", "node")]
public sealed class TwoCopiesReminderTests(TwoCopies service) : ReminderTests(service), IClassFixture<TwoCopies>;

[Trait("Speed", "slow")]
[Trait("Needs", "node")]
public sealed class UnderFunctionsReminderTests(UnderFunctions service) : ReminderTests(service), IClassFixture<UnderFunctions>;

/// <summary>
/// A signed webhook goes in; the right reminder, or an explained silence, comes out: in each life of the service.
/// </summary>
public abstract partial class ReminderTests(RunningService service)
{
    private static long last = 7_000_000_000_000_000_000; // Above 2^53: nothing may round it.

    private readonly Client client = service.Client;

    private static long NewId() => Interlocked.Increment(ref last);

    [Fact]
    public async Task A_left_checkout_is_reminded_of_once_with_what_was_in_it_and_the_way_out()
    {
        var store = await client.LiveAsync("shopify", "reminded.myshopify.com", ["PT1H"]);
        await ConsentAsync(store, 1, "mariam@example.com");
        await CheckoutAsync(store, "t1", "mariam@example.com", 1);

        await UntilDecidedAsync(store, "mariam@example.com", "skip/series-done");
        var mail = Assert.Single(await client.OutboxAsync(store));

        Assert.Equal(("abandoned-cart", 1, "email", "mariam@example.com"), (Text(mail, "automation"),
            mail.GetProperty("step").GetInt32(), Text(mail, "channel"), Text(mail, "to")));
        Assert.Contains("$25.00", Text(mail, "text"), StringComparison.Ordinal);
        Assert.Contains("House Blend", Text(mail, "text"), StringComparison.Ordinal);
        Assert.Contains("Mariam", Text(mail, "text"), StringComparison.Ordinal);
        using var followed = await client.Anyone.GetAsync(WayBack(mail));
        Assert.Equal((HttpStatusCode.Found, "https://checkout.example.com/t1/recover?key=k"),
            (followed.StatusCode, followed.Headers.Location?.ToString()));
        Assert.Contains("1 Main St", Text(mail, "text"), StringComparison.Ordinal);
        Assert.Matches("lang=\"en[^\"]*\"", Text(mail, "html"));
        Assert.Contains("dir=\"ltr\"", Text(mail, "html"), StringComparison.Ordinal);
        Assert.StartsWith(service.Address.ToString(), WayOut(mail).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Arabic_shopper_is_written_to_in_Arabic_from_the_right()
    {
        var store = await client.LiveAsync("shopify", "arabic.myshopify.com", ["PT1H"], "ar-AE", "AED");
        await ConsentAsync(store, 1, "huda@example.com");
        await CheckoutAsync(store, "t1", "huda@example.com", 1, currency: "AED");
        await ConsentAsync(store, 2, "ann@example.com");
        await CheckoutAsync(store, "t2", "ann@example.com", 2, locale: "en-GB", currency: "AED");

        var mails = await OutboxUntilAsync(store, 2);

        var arabic = mails.Single(m => Text(m, "to") == "huda@example.com");
        Assert.Matches("lang=\"ar[^\"]*\"", Text(arabic, "html"));
        Assert.Contains("dir=\"rtl\"", Text(arabic, "html"), StringComparison.Ordinal);
        Assert.Matches(@"\p{IsArabic}", Text(arabic, "subject"));
        var page = await (await client.Anyone.GetAsync(WayOut(arabic))).Content.ReadAsStringAsync();
        Assert.Contains("dir=\"rtl\"", page, StringComparison.Ordinal);

        var english = mails.Single(m => Text(m, "to") == "ann@example.com");
        Assert.Matches("lang=\"en[^\"]*\"", Text(english, "html"));
        Assert.DoesNotMatch(@"\p{IsArabic}", Text(english, "subject"));
    }

    [Fact]
    public async Task A_purchase_as_a_guest_on_another_device_silences_the_cart()
    {
        var store = await client.LiveAsync("shopify", "bought.myshopify.com", ["PT4H"]);
        await ConsentAsync(store, 1, "mariam@example.com");
        var at = await CheckoutAsync(store, "t1", "mariam@example.com", 1);
        await OkAsync(client.ShopifyAsync(store, "orders/create", Bodies.Order(NewId(), "Mariam@Example.com", client.Now, product: 5)));

        await UntilDecidedAsync(store, "mariam@example.com", "skip/already-bought");
        await client.UntilAsync(at.AddHours(6));

        Assert.Empty(await client.OutboxAsync(store));
        Assert.Equal("skip/already-bought", await client.DecisionAsync(store, "mariam@example.com"));
    }

    [Fact]
    public async Task Without_permission_nothing_leaves()
    {
        var store = await client.LiveAsync("shopify", "unpermitted.myshopify.com", ["PT1H"]);
        var at = await CheckoutAsync(store, "t1", "mariam@example.com", 1);

        await UntilDecidedAsync(store, "mariam@example.com", "skip/no-permission");
        await client.UntilAsync(at.AddHours(3));

        Assert.Empty(await client.OutboxAsync(store));
    }

    [Fact]
    public async Task A_cart_that_was_visited_three_times_is_reminded_of_once()
    {
        var store = await client.LiveAsync("shopify", "visited.myshopify.com", ["PT3H"]);
        await ConsentAsync(store, 1, "mariam@example.com");
        for (var visit = 0; visit < 3; visit++) { await CheckoutAsync(store, "t1", "mariam@example.com", 1); }

        await UntilDecidedAsync(store, "mariam@example.com", "skip/series-done");
        await client.UntilAsync(client.Now.AddHours(6));

        Assert.Single(await client.OutboxAsync(store));
    }

    [Fact]
    public async Task A_new_store_only_watches()
    {
        var store = await client.ConnectAsync("shopify", "shadow.myshopify.com");
        await ConsentAsync(store, 1, "mariam@example.com");
        await CheckoutAsync(store, "t1", "mariam@example.com", 1);

        await UntilDecidedAsync(store, "mariam@example.com", "skip/shadow");

        Assert.Empty(await client.OutboxAsync(store));
    }

    [Fact]
    public async Task A_store_without_a_postal_address_sends_no_marketing()
    {
        var store = await client.ConnectAsync("shopify", "homeless.myshopify.com", postalAddress: null);
        await client.SetAsync(store, "live", "PT1H");
        await ConsentAsync(store, 1, "mariam@example.com");
        var at = await CheckoutAsync(store, "t1", "mariam@example.com", 1);

        await UntilDecidedAsync(store, "mariam@example.com", "skip/no-postal-address");
        await client.UntilAsync(at.AddHours(3));

        Assert.Empty(await client.OutboxAsync(store));
    }

    [Fact]
    public async Task The_way_out_works_by_one_post_can_be_undone_and_a_get_changes_nothing()
    {
        var store = await client.LiveAsync("shopify", "leaving.myshopify.com", ["PT1H", "PT30H"]);
        var at = client.Now;
        foreach (var (i, name) in new[] { "leaves", "undoes", "looks" }.Index())
        {
            await ConsentAsync(store, i + 1, $"{name}@example.com");
            await CheckoutAsync(store, $"t{i}", $"{name}@example.com", i + 1);
        }

        var first = await OutboxUntilAsync(store, 3);
        var (leaves, undoes, looks) = (Link("leaves"), Link("undoes"), Link("looks"));
        foreach (var link in new[] { leaves, undoes }) { Assert.Equal(HttpStatusCode.OK, await OneClickAsync(link)); }

        Assert.Equal("unsubscribed", await PermissionAsync("undoes"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(undoes, new() { ["undo"] = "1" }));
        for (var i = 0; i < 2; i++)
        {
            using var page = await client.Anyone.GetAsync(looks);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.DoesNotContain("looks@example.com", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await client.UntilAsync(at.AddHours(31));
        var all = await OutboxUntilAsync(store, 5);
        await client.UntilAsync(client.Now.AddHours(4));
        all = await client.OutboxAsync(store);

        Assert.Equal(["looks@example.com", "undoes@example.com"],
            all.Where(m => m.GetProperty("step").GetInt32() == 2).Select(m => Text(m, "to")).Order());
        Assert.Equal("skip/unsubscribed", await client.DecisionAsync(store, "leaves@example.com"));

        Uri Link(string name) => WayOut(first.Single(m => Text(m, "to") == $"{name}@example.com"));

        async Task<string?> PermissionAsync(string name) => (await client.CustomerAsync(store, $"{name}@example.com"))!.Value
            .GetProperty("permissions").EnumerateArray().Select(p => Text(p, "state")).LastOrDefault();
    }

    [Fact]
    public async Task An_unknown_link_shows_where_to_type_an_address_and_that_stops_it()
    {
        var store = await client.LiveAsync("shopify", "unknown-link.myshopify.com", ["PT6H"]);
        await ConsentAsync(store, 1, "typed@example.com");
        var at = await CheckoutAsync(store, "t1", "typed@example.com", 1);
        await Client.UntilAsync(() => client.DecisionAsync(store, "typed@example.com"), d => d is not null);

        foreach (var token in new[] { "nobody", new string('0', 32), "a%20b", "%3Cb%3E", new string('x', 3000) })
        {
            using var page = await client.Anyone.GetAsync($"/u/{token}");
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
            Assert.Contains("type=\"email\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, await PostAsync(new("/u/nobody", UriKind.Relative), new() { ["address"] = " Typed@Example.com" }));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(new("/u/nobody", UriKind.Relative), new() { ["address"] = "nobody" }));
        await client.UntilAsync(at.AddHours(8));

        await UntilDecidedAsync(store, "typed@example.com", "skip/unsubscribed");
        Assert.Empty(await client.OutboxAsync(store));
    }

    [Fact]
    public async Task A_companion_cart_and_the_draft_with_its_consent_are_reminded_of_once()
    {
        var store = await client.LiveAsync("woocommerce", "tea.example.com", ["PT3H"]);
        var at = client.Now;
        await OkAsync(client.WooCommerceAsync(store, "cart.updated", Bodies.Cart("cart-1", "dora@example.com", at)));
        await OkAsync(client.WooCommerceAsync(store, "order.updated",
            Bodies.WooOrder(19, "dora@example.com", at, "checkout-draft", "cart-1", at)));

        await UntilDecidedAsync(store, "dora@example.com", "skip/series-done");
        var mail = Assert.Single(await client.OutboxAsync(store));

        Assert.Contains("Green Tea", Text(mail, "text"), StringComparison.Ordinal);
        using var followed = await client.Anyone.GetAsync(WayBack(mail));
        Assert.Equal("https://tea.example.com/checkout-link/?products=12:2", followed.Headers.Location?.ToString());
        Assert.Empty((await client.CustomerAsync(store, "dora@example.com"))!.Value.GetProperty("orders").EnumerateArray());
    }

    [Fact]
    public async Task A_draft_alone_is_a_checkout()
    {
        var store = await client.LiveAsync("woocommerce", "draft.example.com", ["PT1H"]);
        var at = client.Now;
        await OkAsync(client.WooCommerceAsync(store, "order.updated",
            Bodies.WooOrder(19, "gina@example.com", at, "checkout-draft", consentAt: at)));

        Assert.Equal("gina@example.com", Text((await OutboxUntilAsync(store, 1))[0], "to"));
    }

    [Fact]
    public async Task An_order_by_the_same_address_silences_a_companion_cart()
    {
        var store = await client.LiveAsync("woocommerce", "bought.example.com", ["PT5H"]);
        var at = client.Now;
        await OkAsync(client.WooCommerceAsync(store, "cart.updated", Bodies.Cart("cart-1", "dora@example.com", at)));
        await OkAsync(client.WooCommerceAsync(store, "order.updated",
            Bodies.WooOrder(19, "dora@example.com", at, "checkout-draft", "cart-1", at)));
        await OkAsync(client.WooCommerceAsync(store, "order.created", Bodies.WooOrder(77, "Dora@example.com", client.Now)));

        await UntilDecidedAsync(store, "dora@example.com", "skip/already-bought");
        await client.UntilAsync(at.AddHours(7));

        Assert.Empty(await client.OutboxAsync(store));
    }

    [Fact]
    public async Task What_WooCommerce_says_beside_events_does_nothing()
    {
        var store = await client.LiveAsync("woocommerce", "errors.example.com", ["PT1H"]);
        var gone = """{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}"""u8.ToArray();
        var forbidden = """{"code":"woocommerce_rest_cannot_view","message":"No.","data":{"status":403}}"""u8.ToArray();
        using var ping = new FormUrlEncodedContent([new("webhook_id", "19")]);

        await OkAsync(client.WooCommerceAsync(store, "order.created", gone));
        await OkAsync(client.WooCommerceAsync(store, "order.updated", forbidden));
        Assert.Equal(HttpStatusCode.OK, (await client.Anyone.PostAsync(store.Hooks["order.updated"].Path, ping)).StatusCode);
        await OkAsync(client.WooCommerceAsync(store, "customer.deleted", gone, hook: "order.updated")); // Another's topic is not believed.
        var (_, secret) = store.Hooks["order.created"];
        using var strange = new HttpRequestMessage(HttpMethod.Post, "/webhooks/woocommerce/" + new string('x', 43)) { Content = new ByteArrayContent(gone) };
        strange.Headers.Add("X-WC-Webhook-Topic", "order.created");
        strange.Headers.Add("X-WC-Webhook-Signature", Client.Sign(secret, gone));
        Assert.Equal(HttpStatusCode.NotFound, (await client.Anyone.SendAsync(strange)).StatusCode);

        Assert.Empty(await client.UnreadableAsync(store));
    }

    private static string Text(JsonElement owner, string name) => owner.GetProperty(name).GetString() ?? "";

    private static Uri WayBack(JsonElement mail) => new(Button().Match(Text(mail, "text")).Value);

    private static Uri WayOut(JsonElement mail) => new(Link().Match(Text(mail, "text")).Value);

    private static async Task OkAsync(Task<HttpStatusCode> delivery) => Assert.Equal(HttpStatusCode.OK, await delivery);

    private Task ConsentAsync(ConnectedStore store, long customer, string email) =>
        OkAsync(client.ShopifyAsync(store, "customers_email_marketing_consent/update", Bodies.Consent(customer, email, client.Now)));

    private async Task<DateTimeOffset> CheckoutAsync(
        ConnectedStore store, string token, string email, long customer, string? locale = null, string currency = "USD")
    {
        var at = client.Now;
        await OkAsync(client.ShopifyAsync(
            store, "checkouts/update", Bodies.Checkout(token, email, at, customer, locale, currency)));
        return at;
    }

    private Task<string?> UntilDecidedAsync(ConnectedStore store, string email, string decision) =>
        Client.UntilAsync(() => client.DecisionAsync(store, email), d => d == decision);

    private Task<JsonElement[]> OutboxUntilAsync(ConnectedStore store, int count) =>
        Client.UntilAsync(() => client.OutboxAsync(store), mails => mails.Length >= count);

    private Task<HttpStatusCode> OneClickAsync(Uri link) => PostAsync(link, new() { ["List-Unsubscribe"] = "One-Click" });

    private async Task<HttpStatusCode> PostAsync(Uri link, Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        using var answer = await client.Anyone.PostAsync(link, content);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        return answer.StatusCode;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/c/[0-9A-Za-z]+")]
    private static partial Regex Button();

    [GeneratedRegex(@"http://\S+/u/[0-9a-f]{32}")]
    private static partial Regex Link();
}
