using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Platforms.Shopify;

/// <summary>What the client makes of a shop's moods. The machine's clock is real here, so shops answer "later" in fractions of a
/// second.</summary>
[Trait("Needs", "node")]
public sealed class AdminApiTests(MockShopify shopify) : IDisposable
{
    private static readonly Dictionary<string, object?> Unsubscribe = new()
    {
        ["input"] = new
        {
            customerId = "gid://shopify/Customer/1", emailMarketingConsent = new { marketingState = "UNSUBSCRIBED" },
        },
    };

    private readonly LogLines log = new();
    private int otherVersions;

    public void Dispose() => log.Dispose();

    [Fact]
    public async Task A_shop_that_says_later_is_asked_again_when_it_has_enough()
    {
        var (shop, access, api) = await BeginAsync(new { throttle = new { available = 0, max = 1000, rate = 40 } });
        var watch = Stopwatch.StartNew();

        Assert.IsType<AdminAnswer.Done>(await AskAsync(api, access, AdminOperations.Shop));

        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(200)); // 10 points at 40 a second
        Assert.InRange(await shop.CallsAsync("Shop"), 2, 3);
    }

    [Fact]
    public async Task Who_asks_beside_another_does_not_run_into_the_limit()
    {
        var (shop, access, api) = await BeginAsync(new
        {
            throttle = new { available = 60, max = 60, rate = 40 }, costs = new Dictionary<string, int> { ["Shop"] = 30 },
        });
        Assert.IsType<AdminAnswer.Done>(await AskAsync(api, access, AdminOperations.Shop));

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => AskAsync(api, access, AdminOperations.Shop)));

        Assert.All(answers, a => Assert.IsType<AdminAnswer.Done>(a));
        Assert.Equal(4, await shop.CallsAsync("Shop"));
    }

    [Fact]
    public async Task A_change_that_was_throttled_is_asked_again()
    {
        var (shop, access, api) = await BeginAsync();
        await shop.FailAsync(new { throttled = true }, new { status = 429, headers = new Dictionary<string, string> { ["Retry-After"] = "0.2" } });

        Assert.IsType<AdminAnswer.Done>(await AskAsync(api, access, AdminOperations.EmailConsentUpdate, Unsubscribe));

        Assert.Equal(3, await shop.CallsAsync("EmailConsentUpdate"));
        Assert.Single((await shop.StateAsync()).GetProperty("consents").EnumerateArray());
    }

    [Fact]
    public async Task A_shop_that_wants_more_patience_than_there_is_is_unavailable()
    {
        var (_, access, api) = await BeginAsync(new { throttle = new { available = 0, max = 1000, rate = 0.1 } });
        var watch = Stopwatch.StartNew();

        Assert.IsType<AdminAnswer.Unavailable>(await AskAsync(api, access, AdminOperations.Shop));

        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_question_that_costs_more_than_the_shop_ever_has_is_wrong()
    {
        var (_, access, api) = await BeginAsync(new { throttle = new { available = 100, max = 100, rate = 100 }, costs = new Dictionary<string, int> { ["Shop"] = 500 } });

        Assert.IsType<AdminAnswer.Wrong>(await AskAsync(api, access, AdminOperations.Shop));
    }

    [Fact]
    public async Task A_question_without_an_answer_is_asked_again()
    {
        var (shop, access, api) = await BeginAsync();
        await shop.FailAsync(new { status = 503 }, new { drop = true }, new { status = 200, body = "no object" });

        Assert.IsType<AdminAnswer.Done>(await AskAsync(api, access, AdminOperations.Shop));

        Assert.Equal(4, await shop.CallsAsync("Shop"));
    }

    [Theory]
    [InlineData("""{"status": 500}""")]
    [InlineData("""{"drop": true}""")]
    [InlineData("""{"drop": true, "after": true}""")]
    [InlineData("""{"errors": [{"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}""")]
    [InlineData("""{"status": 302, "headers": {"Location": "https://example.com/"}}""")]
    public async Task A_change_without_an_answer_is_not_asked_again(string fault)
    {
        var (shop, access, api) = await BeginAsync();
        await shop.FailAsync(JsonElement.Parse(fault));

        Assert.IsType<AdminAnswer.Unavailable>(await AskAsync(api, access, AdminOperations.EmailConsentUpdate, Unsubscribe));

        Assert.Equal(1, await shop.CallsAsync("EmailConsentUpdate"));
    }

    [Fact]
    public async Task A_shop_that_does_not_answer_is_left_in_time()
    {
        var shop = await shopify.NewShopAsync();
        using var api = new AdminApi(await shopify.AppAsync(), () => { }, Logger()) { AttemptTimeout = TimeSpan.FromMilliseconds(300) };
        await shop.FailAsync(new { hang = true });

        Assert.IsType<AdminAnswer.Unavailable>(
            await AskAsync(api, await shop.AccessAsync(), AdminOperations.EmailConsentUpdate, Unsubscribe));
    }

    [Fact]
    public async Task Nobody_there_is_unavailable_and_a_change_may_be_tried_again()
    {
        var nobody = new ShopifyApp("x", ["x"], new Uri("http://127.0.0.1:9/")); // discard: nobody listens
        using var api = new AdminApi(nobody, () => { }, Logger());

        var answer = await AskAsync(api, new("test-not-real.myshopify.com", "shpat_not_real"), AdminOperations.EmailConsentUpdate, Unsubscribe);

        Assert.Equal("The shop could not be reached.", Assert.IsType<AdminAnswer.Unavailable>(answer).Why);
        Assert.Contains(log.All, l => l.Contains("5 times", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, typeof(AdminAnswer.SignedOut))]
    [InlineData(404, typeof(AdminAnswer.SignedOut))]
    [InlineData(402, typeof(AdminAnswer.Denied))]
    [InlineData(403, typeof(AdminAnswer.Denied))]
    [InlineData(423, typeof(AdminAnswer.Denied))]
    [InlineData(400, typeof(AdminAnswer.Wrong))]
    public async Task A_status_says_it_all(int status, Type answer)
    {
        var (shop, access, api) = await BeginAsync();
        await shop.FailAsync(new { status });

        Assert.IsType(answer, await AskAsync(api, access, AdminOperations.Shop));

        Assert.Equal(1, await shop.CallsAsync("Shop"));
    }

    [Fact]
    public async Task Another_token_is_signed_out()
    {
        var (shop, _, api) = await BeginAsync();

        Assert.IsType<AdminAnswer.SignedOut>(await AskAsync(api, new(shop.Domain, "shpat_not_real"), AdminOperations.Shop));
    }

    [Fact]
    public async Task What_the_merchant_has_not_granted_is_named()
    {
        var (_, access, api) = await BeginAsync(new { scopes = new[] { "read_orders" } });

        var denied = Assert.IsType<AdminAnswer.Denied>(await AskAsync(api, access, AdminOperations.EmailConsentUpdate, Unsubscribe));

        Assert.Equal("email-consent-update: the merchant has not granted write_customers.", denied.Why);
    }

    [Fact]
    public async Task Half_an_answer_is_none()
    {
        var (shop, access, api) = await BeginAsync();
        var half = new { shop = new { name = "Half" } };
        await shop.FailAsync(
            new { data = half, errors = new[] { new { message = "Access denied for x", extensions = new { code = "ACCESS_DENIED" } } } },
            new { data = half, errors = new[] { new { message = "Field 'y' is not there", extensions = new { code = "undefinedField" } } } });

        Assert.IsType<AdminAnswer.Denied>(await AskAsync(api, access, AdminOperations.Shop));
        Assert.IsType<AdminAnswer.Wrong>(await AskAsync(api, access, AdminOperations.Shop));
    }

    [Fact]
    public async Task A_refusal_in_words_is_read_wherever_it_stands()
    {
        var (_, access, api) = await BeginAsync();

        var refused = Assert.IsType<AdminAnswer.Refused>(await AskAsync(api, access, AdminOperations.EmailConsentUpdate, new()
        {
            ["input"] = new { customerId = "gid://shopify/Customer/77", emailMarketingConsent = new { marketingState = "UNSUBSCRIBED" } },
        }));

        Assert.Equal(("INVALID", "input.customerId"), (refused.Errors[0].Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task An_operation_that_the_schema_does_not_know_is_wrong()
    {
        var (_, access, api) = await BeginAsync();

        var wrong = Assert.IsType<AdminAnswer.Wrong>(await AskAsync(api, access, AdminOperations.DiscountCodesAdd, new() { ["id"] = 7 }));

        Assert.DoesNotContain("7", wrong.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_in_another_version_is_counted_and_told_once()
    {
        var (_, access, api) = await BeginAsync(new { version = "2027-01" });

        await AskAsync(api, access, AdminOperations.Shop);
        await AskAsync(api, access, AdminOperations.Shop);

        Assert.Equal(2, otherVersions);
        Assert.Single(log.All, l => l.Contains("2027-01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_token_and_nobodys_number_is_in_any_word_of_ours()
    {
        var (shop, access, api) = await BeginAsync();
        const string Number = "+14155550123";
        await shop.FailAsync(
            new { errors = new[] { new { message = $"Variable $input got {Number}", extensions = new { code = "INVALID_VARIABLE" } } } },
            new { errors = new[] { new { message = $"Access denied for {access.Token}", extensions = new { code = "ACCESS_DENIED" } } } },
            new { status = 403, body = new { errors = Number } }, new { status = 500, body = new { errors = access.Token } });

        List<string> said = [];
        for (var i = 0; i < 4; i++)
        {
            said.Add((await AskAsync(api, access, AdminOperations.SmsConsentUpdate, new() { ["input"] = new { customerId = Number } })).ToString());
        }

        Assert.All(said.Concat(log.All), s => Assert.False(s.Contains(access.Token, StringComparison.Ordinal) || s.Contains("4155550123", StringComparison.Ordinal), s));
    }

    [Fact]
    public void A_thousand_shops_are_remembered_and_no_more()
    {
        var budgets = new ShopBudgets(TimeProvider.System);
        for (var i = 0; i <= ShopBudgets.MaxShops; i++)
        {
            budgets.Keep($"shop-{i}", AdminOperations.Shop, 10, new(0, 100, 1));
        }

        Assert.Equal(TimeSpan.Zero, budgets.Take("shop-0", AdminOperations.Shop)); // forgotten: nothing is known of it
        Assert.True(budgets.Take($"shop-{ShopBudgets.MaxShops}", AdminOperations.Shop) > TimeSpan.Zero);
    }

    private static async Task<AdminAnswer> AskAsync(
        AdminApi api, ShopAccess access, AdminOperation operation, Dictionary<string, object?>? variables = null) =>
        await api.AskAsync(access, operation, variables, TestContext.Current.CancellationToken);

    private async Task<(MockShop Shop, ShopAccess Access, AdminApi Api)> BeginAsync(object? settings = null)
    {
        var shop = await shopify.NewShopAsync(settings);
        await shop.SetAsync(new { nodes = new Dictionary<string, object> { ["gid://shopify/Customer/1"] = new { id = "gid://shopify/Customer/1" } } });
        return (shop, await shop.AccessAsync(), new AdminApi(await shopify.AppAsync(), () => otherVersions++, Logger()));
    }

    private ILogger<AdminApi> Logger() => LoggerFactory.Create(b => b.AddProvider(log)).CreateLogger<AdminApi>();
}
