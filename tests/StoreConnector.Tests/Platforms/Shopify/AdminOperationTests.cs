using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Platforms.Shopify;

/// <summary>Each operation against the schema of the version that is pinned, and against a shop that runs it.</summary>
[Trait("Needs", "node")]
public sealed class AdminOperationTests(MockShopify shopify)
{
    private static readonly string Folder =
        Path.Combine(Repo.Root, "src", "StoreConnector", "Platforms", "Shopify", "Api", "Operations");

    public static TheoryData<string> Names => [.. AdminOperations.All.Select(o => o.Name)];

    /// <summary>Documents that no shop takes.</summary>
    public static TheoryData<string> Wrong =>
    [
        "mutation { webPixelCreate { webPixel { id } } }",
        "{ customers(frist:1){ nodes { id } } }",
        "{ customers(first:1){ nodes { id acceptsMarketing } } }",
        "query C($id:Int!){ customer(id:$id){ id } }",
        "{ customers(first:1){ nodes { id email } } }", // deprecated
        "{ customers(first:1 ",
    ];

    [Fact]
    public void Each_file_has_its_constant()
    {
        var files = Directory.EnumerateFiles(Folder, "*.graphql").Select(f => Path.GetFileNameWithoutExtension(f)!);

        Assert.Equal(files.Order(StringComparer.Ordinal), AdminOperations.All.Select(o => o.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_schema_knows_each_operation_and_none_of_its_fields_is_deprecated(string name) => Assert.Empty(
        await shopify.FaultsAsync(AdminOperation.Of(name).Text, name.StartsWith("import-", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task The_schema_refuses_what_it_does_not_know(string document) =>
        Assert.NotEmpty(await shopify.FaultsAsync(document));

    [Fact]
    public async Task A_file_cannot_be_asked_for_with_a_connection_in_a_list_or_too_deep_a_one()
    {
        Assert.Contains(await shopify.FaultsAsync("{ orders { edges { node { id refunds { transactions { edges { node { id } } } } } } } }", true),
            f => f.Contains("within a list", StringComparison.Ordinal));
        Assert.Contains(await shopify.FaultsAsync(
            "{ products { edges { node { id variants { edges { node { id media { edges { node { id } } } } } } } } } }", true),
            f => f.Contains("nesting depth", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_shop_answers_each_operation(string name)
    {
        var shop = await NewShopAsync();
        if (name == "web-pixel-update") { await shop.SetAsync(new { pixel = new { id = "gid://shopify/WebPixel/4", settings = "{}" } }); }

        using var api = new AdminApi(await shopify.AppAsync(), () => { }, NullLogger<AdminApi>.Instance);
        var operation = AdminOperation.Of(name);
        var variables = Variables.GetValueOrDefault(name);
        if (name.StartsWith("import-", StringComparison.Ordinal))
        {
            (operation, variables) = (AdminOperations.BulkRun, new() { ["query"] = operation.Text });
        }

        var answer = await api.AskAsync(await shop.AccessAsync(), operation, variables, TestContext.Current.CancellationToken);

        var data = Assert.IsType<AdminAnswer.Done>(answer).Data;
        Assert.Equal(JsonValueKind.Object, data.ValueKind);
        Assert.NotEmpty(data.EnumerateObject());
    }

    private static readonly Dictionary<string, Dictionary<string, object?>> Variables = new()
    {
        ["bulk-run"] = new() { ["query"] = "{ customers { edges { node { id } } } }" },
        ["bulk-get"] = new() { ["id"] = "gid://shopify/BulkOperation/1" },
        ["bulk-cancel"] = new() { ["id"] = "gid://shopify/BulkOperation/1" },
        ["variants-by-ids"] = new() { ["ids"] = new[] { "gid://shopify/ProductVariant/3" } },
        ["email-consent-update"] = new()
        {
            ["input"] = new
            {
                customerId = "gid://shopify/Customer/1",
                emailMarketingConsent = new { marketingState = "UNSUBSCRIBED", consentUpdatedAt = "2026-11-20T10:00:00Z" },
            },
        },
        ["sms-consent-update"] = new()
        {
            ["input"] = new
            {
                customerId = "gid://shopify/Customer/1",
                smsMarketingConsent = new { marketingState = "UNSUBSCRIBED", marketingOptInLevel = "SINGLE_OPT_IN" },
            },
        },
        ["discount-basic-create"] = new()
        {
            ["discount"] = new
            {
                title = "Ten", code = "FIRST", startsAt = "2026-11-20T10:00:00Z", usageLimit = 1, appliesOncePerCustomer = true,
                context = new { all = "ALL" }, customerGets = new { value = new { percentage = 0.1 }, items = new { all = true } },
            },
        },
        ["discount-codes-add"] = new() { ["id"] = "gid://shopify/DiscountCodeNode/5", ["codes"] = new[] { new { code = "ONE" } } },
        ["discount-codes-status"] = new() { ["id"] = "gid://shopify/DiscountRedeemCodeBulkCreation/6" },
        ["discount-by-code"] = new() { ["code"] = "KNOWN" },
        ["reminders-sent"] = new() { ["sent"] = "email_state:sent", ["scheduled"] = "email_state:scheduled" },
        ["webhook-list"] = new() { ["first"] = 50, ["after"] = null },
        ["web-pixel-create"] = new() { ["pixel"] = new { settings = "{\"a\":\"b\"}" } },
        ["web-pixel-update"] = new() { ["id"] = "gid://shopify/WebPixel/4", ["pixel"] = new { settings = "{}" } },
    };

    private Task<MockShop> NewShopAsync() => shopify.NewShopAsync(new
    {
        data = new
        {
            customers = new[]
            {
                new
                {
                    id = "gid://shopify/Customer/1", firstName = "Ada",
                    defaultPhoneNumber = new { phoneNumber = "+14155550123", smsMarketingConsent = new { state = "SUBSCRIBED" } },
                },
            },
            products = new[] { new { id = "gid://shopify/Product/2", variants = new[] { new { id = "gid://shopify/ProductVariant/3" } } } },
        },
        bulk = new Dictionary<string, object>
        {
            ["gid://shopify/BulkOperation/1"] = new { id = "gid://shopify/BulkOperation/1", status = "RUNNING", polls = 5, lines = Array.Empty<string>() },
        },
        discounts = new[] { new { id = "gid://shopify/DiscountCodeNode/5", title = "Old", codes = new[] { "KNOWN" } } },
    });
}
