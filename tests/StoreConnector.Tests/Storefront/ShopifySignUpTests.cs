using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;
using StoreConnector.Storefront;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Storefront;

/// <summary>The sign-up form behind a shop's proxy: who signs up is asked, and nothing else is said.</summary>
public sealed class ShopifySignUpTests : IDisposable
{
    private const string Mail = "mariam@example.com";

    private readonly TestService service = new();

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task Who_ticks_the_box_is_asked_to_confirm_and_the_words_are_kept()
    {
        var store = await ConnectAsync();

        Assert.Equal((HttpStatusCode.OK, """{"taken":true}"""), await PostAsync(Form()));

        var proof = Assert.Single(await ProofsAsync(store)).Proof;
        Assert.Equal((ConsentAction.Pending, "Yes, write to me.", "en-2026-11", ShopifySignUps.Source),
            (proof.Action, proof.Text, proof.TextVersion, proof.Source));
        Assert.Equal(Mail, Assert.Single(await OutboxAsync(store)));
    }

    [Fact]
    public async Task Who_is_known_and_who_was_asked_today_is_answered_like_anybody()
    {
        var store = await ConnectAsync();
        var first = await PostAsync(Form());

        Assert.Equal(first, await PostAsync(Form()));
        Assert.Single(await OutboxAsync(store)); // Asked once.
    }

    [Fact]
    public async Task A_robot_that_fills_in_every_field_is_answered_like_anybody_and_nobody_is_asked()
    {
        var store = await ConnectAsync();

        Assert.Equal((HttpStatusCode.OK, """{"taken":true}"""), await PostAsync(Form(("website", "https://spam.example"))));
        Assert.Empty(await OutboxAsync(store));
        Assert.Empty(await ProofsAsync(store));
    }

    [Fact]
    public async Task Without_the_shops_signature_nothing_is_taken()
    {
        var store = await ConnectAsync();
        var now = DateTimeOffset.UtcNow;

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(Form(), Query(now) + "&more=1")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(Form(), "?shop=" + TestService.Shop)).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(Form(), Query(now.AddMinutes(-6)))).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(Form(), Query(now, "nobody.myshopify.com"))).Code);
        Assert.Empty(await OutboxAsync(store));
    }

    [Theory]
    [InlineData("email", "")]
    [InlineData("email", "not an address")]
    [InlineData("agree_email", "")]
    [InlineData("purposes", "everything")]
    [InlineData("version", "")]
    public async Task A_form_that_agrees_to_nothing_is_refused(string field, string value)
    {
        var store = await ConnectAsync();

        Assert.Equal((HttpStatusCode.BadRequest, """{"taken":false}"""), await PostAsync(Form((field, value))));
        Assert.Empty(await OutboxAsync(store));
    }

    [Fact]
    public async Task An_address_that_is_typed_again_and_again_is_not_taken_for_ever()
    {
        await ConnectAsync();
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i <= 2 * StorefrontLimits.SignUpsPerContact; i++) { codes.Add((await PostAsync(Form())).Code); }

        Assert.Contains(HttpStatusCode.TooManyRequests, codes);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Form(("email", "omar@example.com")))).Code);
    }

    [Fact]
    public void A_number_beside_an_address_is_nobodys_but_its_own()
    {
        var body = Body(Form(("phone", "(415) 555-0123"), ("agree_sms", "Yes, text me.")));

        Assert.True(ShopifySignUp.TryRead(body, "US", out var form));
        Assert.Equal([(Channel.Email, Mail, "Yes, write to me."), (Channel.Sms, "+14155550123", "Yes, text me.")],
            form.Choices.Select(c => (c.Contact.Channel, c.Contact.Address, c.Text)));
    }

    private async Task<StoreContext> ConnectAsync()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        return (await service.Get<IStoreDirectory>().FindAsync(storeId, default))!;
    }

    private async Task<IReadOnlyList<KeptProof>> ProofsAsync(StoreContext store)
    {
        Assert.True(EmailAddress.TryParse(Mail, out var address));
        return await service.Get<ConsentProofs>().ReadAsync(store.Customers, store.Customers.Hash(Contact.Of(address)), default);
    }

    private async Task<IReadOnlyList<string>> OutboxAsync(StoreContext store)
    {
        using var answer = await service.Operator.GetAsync($"/api/operator/outbox?storeId={store.Store.Id}");
        using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return [.. json.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("to").GetString()!)];
    }

    private static Dictionary<string, string> Form(params (string Field, string Value)[] changes)
    {
        var form = new Dictionary<string, string>
        {
            ["email"] = Mail, ["agree_email"] = "Yes, write to me.", ["purposes"] = "cart,price,reorder,offers", ["version"] = "en-2026-11",
            ["locale"] = "en", [ShopifySignUp.Trap] = "",
        };
        foreach (var (field, value) in changes) { form[field] = value; }

        return form;
    }

    private static byte[] Body(Dictionary<string, string> form) =>
        Encoding.UTF8.GetBytes(string.Join('&', form.Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}")));

    private async Task<(HttpStatusCode Code, string Body)> PostAsync(Dictionary<string, string> form, string? query = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/storefront/shopify/sign-up" + (query ?? Query(DateTimeOffset.UtcNow)))
        {
            Content = new ByteArrayContent(Body(form)),
        };
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9, 10.0.0.1");
        using var answer = await service.Anonymous.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Query(DateTimeOffset at, string shop = TestService.Shop)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = $"logged_in_customer_id=path_prefix=/apps/storeconnectorshop={shop}timestamp={timestamp}";
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(TestService.ShopifySecret), Encoding.UTF8.GetBytes(signed));
        return $"?shop={shop}&logged_in_customer_id=&path_prefix=%2Fapps%2Fstoreconnector&timestamp={timestamp}"
            + $"&signature={Convert.ToHexStringLower(mac)}";
    }
}
