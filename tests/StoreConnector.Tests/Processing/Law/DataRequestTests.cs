using System.Net;
using System.Text;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Processing.Law;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Acceptance;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Processing.Law;

/// <summary>customers/data_request and customers/redact, from the door to what is left.</summary>
public sealed class DataRequestTests : IDisposable
{
    private const string Ada = "ada.qzx71@example.com", Bob = "bob.wvk93@example.com", Phone = "+14155551703";
    private const long AdasAccount = 7100071;

    private readonly LawHouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task A_person_who_asks_gets_everything_that_is_kept_of_them_and_nothing_of_others()
    {
        var storeId = await LiveAsync();
        await house.TellAsync("orders/create", Bodies.Order(5001, Ada, house.Clock.Now, AdasAccount));
        await house.TellAsync("orders/create", Bodies.Order(5002, "guest.of.ada@example.com", house.Clock.Now));
        await house.TellAsync("orders/create", Bodies.Order(6001, Bob, house.Clock.Now, 9300093));
        Assert.Equal(HttpStatusCode.OK, (await house.Service.Operator.PostAsync($"/api/stores/{storeId}/suppressions?reason=complained",
            new StringContent(Ada, Encoding.UTF8, "text/csv"))).StatusCode);

        await house.TellAsync("customers/data_request", Request(AdasAccount, Ada, Phone, 5001, 5002));

        var listed = Assert.Single(await house.ItemsAsync($"/api/stores/{storeId}/data-requests"));
        Assert.Equal(("ready", "platform"), (listed.GetProperty("status").GetString(), listed.GetProperty("by").GetString()));
        Assert.DoesNotContain("@", listed.GetRawText(), StringComparison.Ordinal);
        var path = $"/api/stores/{storeId}/data-requests/{listed.GetProperty("id").GetString()}";
        var export = await house.GetAsync(path);
        var text = export.GetRawText();
        foreach (var held in new[] { Ada, Phone, "Adalinde", "5001", "5002", "guest.of.ada@example.com", "tok-ada", "632910392",
            "subscribed-at-checkout", "cart-changed", "complained", "House Blend", "abandoned-cart" }) { Assert.Contains(held, text, StringComparison.Ordinal); }

        foreach (var foreign in new[] { Bob, "6001", "recover?key" }) { Assert.DoesNotContain(foreign, text, StringComparison.Ordinal); }

        var person = export.GetProperty("people").EnumerateArray().First();
        Assert.NotEmpty(person.GetProperty("messages").EnumerateArray().Single().GetProperty("text").GetString()!);
        Assert.NotEmpty(person.GetProperty("ledger").EnumerateArray());
        Assert.NotEmpty(person.GetProperty("events").EnumerateArray());
        var receipt = Assert.Single(await house.ItemsAsync($"/api/operator/receipts?storeId={storeId}"));
        Assert.NotNull(receipt.GetProperty("doneAt").GetString());

        using var page = await house.Service.Operator.GetAsync(path + "?format=html");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("Products looked at", html, StringComparison.Ordinal);
        Assert.Contains(Ada, html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal); // A title of the cart.
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_request_makes_one_export_and_another_account_with_the_same_address_is_not_in_it()
    {
        var storeId = await LiveAsync();
        await house.TellAsync("customers/update", Person(8200082, Ada, "Otherperson", null));
        var body = Request(AdasAccount, Ada, null);

        await house.TellAsync("customers/data_request", body, id: "same");
        await house.TellAsync("customers/data_request", body, id: "same");

        var listed = Assert.Single(await house.ItemsAsync($"/api/stores/{storeId}/data-requests"));
        var export = await house.GetAsync($"/api/stores/{storeId}/data-requests/{listed.GetProperty("id").GetString()}");
        Assert.DoesNotContain("Otherperson", export.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("Adalinde", export.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_person_whom_nobody_knows_the_export_says_so()
    {
        var storeId = await LiveAsync();

        await house.TellAsync("customers/data_request", Request(1234567, "never.seen@example.com", null));

        var listed = Assert.Single(await house.ItemsAsync($"/api/stores/{storeId}/data-requests"));
        Assert.Equal("nothing-kept", listed.GetProperty("status").GetString());
        var export = await house.GetAsync($"/api/stores/{storeId}/data-requests/{listed.GetProperty("id").GetString()}");
        Assert.Empty(export.GetProperty("people").EnumerateArray());
        Assert.Contains("no record", export.GetProperty("about").GetProperty("says").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_merchant_may_ask_for_an_export_which_is_kept_for_thirty_days()
    {
        var storeId = await LiveAsync();
        var key = (await house.CustomerAsync(storeId, Ada))!.Value.GetProperty("key").GetString();

        using var asked = await house.Service.Operator.PostAsync($"/api/stores/{storeId}/customers/{key}/export", null);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        Assert.Equal("waiting", Assert.Single(await house.ItemsAsync($"/api/stores/{storeId}/data-requests")).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await house.Service.Operator.GetAsync(asked.Headers.Location)).StatusCode);
        await house.SettleAsync();

        var listed = Assert.Single(await house.ItemsAsync($"/api/stores/{storeId}/data-requests"));
        Assert.Equal(("ready", "merchant"), (listed.GetProperty("status").GetString(), listed.GetProperty("by").GetString()));
        Assert.Contains(Ada, (await house.GetAsync(asked.Headers.Location!.ToString())).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await house.Service.Operator.PostAsync(
            $"/api/stores/{storeId}/customers/1{new string('a', 32)}/export", null)).StatusCode);

        house.Clock.Advance(DataRequests.Life);
        await house.Service.Get<INightly>().RunAsync(default);
        Assert.DoesNotContain(house.Engine.Rows(StoreRegistry.TableOf(storeId)), r => r.Partition.StartsWith("export", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_erased_is_in_no_export_no_given_up_message_and_nothing_unreadable_any_more()
    {
        var storeId = await LiveAsync();
        await house.TellAsync("customers/update", Person(9300093, Bob, "Bobbert", null));
        await house.TellAsync("orders/create", Bodies.Order(5002, "guest.of.ada@example.com", house.Clock.Now));
        await house.TellAsync("customers/data_request", Request(AdasAccount, Ada, Phone));
        await house.TellAsync("customers/data_request", Request(9300093, Bob, null));
        await house.TellAsync("checkouts/update", Encoding.UTF8.GetBytes($"{{\"customer\":{{\"id\":{AdasAccount}}},\"note\":\"Adalinde"));
        await house.TellAsync("checkouts/update", Encoding.UTF8.GetBytes($"{{\"customer\":{{\"id\":{AdasAccount}9}},\"note\":\"Bobbert"));
        foreach (var who in new[] { $"account:{AdasAccount}", "account:9300093" })
        {
            await LawHouse.GiveUpAsync(house.Engine, house.Clock, Queues.ShopEvents,
                Encoding.UTF8.GetBytes($"{{\"storeId\":\"{storeId}\",\"aliases\":[\"{who}\"],\"name\":\"{who}\"}}"));
        }

        // As Shopify may send it: neither address is named.
        await house.TellAsync("customers/redact", Redact(AdasAccount, null, null, 5002));

        foreach (var trace in new[] { Ada, Phone, "Adalinde", "guest.of.ada", $"account:{AdasAccount}\"" })
        {
            Assert.Empty(LawHouse.Find(house.Engine, trace));
        }

        Assert.Equal(3, LawHouse.Find(house.Engine, "Bobbert").Count(where => where.Contains("unreadable", StringComparison.Ordinal)
            || where.Contains("export", StringComparison.Ordinal) || where.Contains("head-now", StringComparison.Ordinal)));
        Assert.Single(house.Engine.Poison(Queues.ShopEvents));
        var receipt = (await house.ItemsAsync($"/api/operator/receipts?storeId={storeId}")).Single(
            r => r.GetProperty("topic").GetString() == "customers/redact");
        Assert.NotNull(receipt.GetProperty("doneAt").GetString());
        Assert.Equal(64, receipt.GetProperty("who").GetString()!.Length);
    }

    [Fact]
    public async Task Who_was_erased_is_not_written_to_again_until_the_address_says_a_new_yes()
    {
        var storeId = await house.LiveAsync(); // In the US, where the law asks for no yes, and the merchant relies on it.
        await house.TellAsync("checkouts/update", Bodies.Checkout("before", Ada, house.Clock.Now));
        await house.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Single(await house.OutboxAsync(storeId));

        await house.TellAsync("customers/redact", Redact(AdasAccount, Ada, null));
        Assert.Empty(await house.OutboxAsync(storeId));
        house.Clock.Advance(TimeSpan.FromDays(30));
        // A new checkout as a guest, one by a new account, and an old yes that an import brings back.
        await house.TellAsync("checkouts/update", Bodies.Checkout("after", Ada, house.Clock.Now));
        await house.TellAsync("checkouts/update", Bodies.Checkout("new-account", Ada, house.Clock.Now, 8200082));
        await house.TellAsync("customers_email_marketing_consent/update",
            Bodies.Consent(8200082, Ada, house.Clock.Now.AddDays(-60)));
        await house.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Empty(await house.OutboxAsync(storeId));
        Assert.Contains("unsubscribed", (await house.CustomerAsync(storeId, Ada))!.Value.GetProperty("decisions").GetRawText(),
            StringComparison.Ordinal);

        await house.TellAsync("customers_email_marketing_consent/update", Bodies.Consent(8200082, Ada, house.Clock.Now));
        await house.TellAsync("checkouts/update", Bodies.Checkout("wanted", Ada, house.Clock.Now, 8200082));
        await house.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Single(await house.OutboxAsync(storeId));
    }

    [Fact]
    public void A_yes_that_came_after_the_request_counts_whichever_was_heard_of_first()
    {
        var (at, yes) = (house.Clock.Now, house.Clock.Now.AddHours(1));
        var record = ContactRecord.Empty.WithOptOut("marketing", "platform", null, yes);

        Assert.Null(record.Erased(at).OptedOut("marketing"));
        Assert.NotNull(record.Erased(yes.AddHours(1)).OptedOut("marketing"));
        Assert.NotNull(ContactRecord.Empty.Erased(at).OptedOut("marketing"));
        Assert.Equal(record.Erased(at).OptOuts, record.Erased(at).Erased(at).OptOuts);
    }

    private static object Request(long account, string? email, string? phone, params long[] orders) => new
    {
        shop_id = 954889, shop_domain = TestService.Shop, customer = new { id = account, email, phone },
        orders_requested = orders, data_request = new { id = 9999 },
    };

    private static object Redact(long account, string? email, string? phone, params long[] orders) => new
    {
        shop_id = 954889, shop_domain = TestService.Shop, customer = new { id = account, email, phone }, orders_to_redact = orders,
    };

    private object Person(long id, string email, string name, string? phone) => new
    {
        id, email, phone, first_name = name, updated_at = Bodies.Time(house.Clock.Now),
    };

    /// <summary>A live store that Ada left a cart in and was reminded of it.</summary>
    private async Task<string> LiveAsync()
    {
        var storeId = await house.LiveAsync();
        await house.TellAsync("customers/update", Person(AdasAccount, Ada, "Adalinde", Phone));
        await house.TellAsync("customers_email_marketing_consent/update", Bodies.Consent(AdasAccount, Ada, house.Clock.Now));
        await house.Service.Get<ConsentProofs>().AppendAsync(await CustomersAsync(storeId),
            (await CustomersAsync(storeId)).Hash(new Contact(Channel.Email, Ada)), "p", new(Channel.Email, [],
                ConsentAction.Given, "subscribed-at-checkout", house.Clock.Now), Ada, "203.0.113.9", default);
        await house.TellAsync("checkouts/update", Bodies.Checkout("tok-ada", Ada, house.Clock.Now, AdasAccount, phone: Phone,
            title: "House Blend <script>"));
        await house.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Single(await house.OutboxAsync(storeId));
        return storeId;
    }

    private async Task<CustomerTable> CustomersAsync(string storeId) =>
        (await house.Service.Get<IStoreDirectory>().FindAsync(storeId, default))!.Customers;
}
