using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Admin;

/// <summary>What a merchant sets, over a real socket.</summary>
public sealed class SettingsApiTests(SettingsApiTests.Shared shared) : IClassFixture<SettingsApiTests.Shared>
{
    private readonly TestService service = shared.Service;

    /// <summary>One service for all of them: each connects a store of its own.</summary>
    public sealed class Shared : IDisposable
    {
        internal TestService Service { get; } = new();

        public void Dispose() => Service.Dispose();
    }

    [Theory]
    [InlineData("automations/abandoned-cart", "mode", "\"shadow\"")]
    [InlineData("automations/price-drop", "mode", "\"shadow\"")]
    [InlineData("automations/price-drop", "minPercent", "10")]
    [InlineData("automations/price-drop", "freshness", "\"P2D\"")]
    [InlineData("automations/replenishment", "mode", "\"shadow\"")]
    [InlineData("automations/replenishment", "lead", "\"P3D\"")]
    [InlineData("automations/replenishment", "consumables", "[]")]
    [InlineData("channels/sms", "monthlyBudget", "0")]
    [InlineData("channels/sms", "provider", "\"Outbox\"")]
    [InlineData("permissions", "softOptInGb", "false")]
    [InlineData("brand", "color", "\"#9A4423\"")]
    [InlineData("brand", "logo", "null")]
    [InlineData("brand", "digits", "\"western\"")]
    [InlineData("brand", "parts", """{"prices":true,"pictures":true,"recommendations":true}""")]
    public async Task A_new_store_starts_with_its_defaults(string path, string field, string expected)
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);

        var setting = await service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/{path}");

        Assert.Equal(expected, setting.GetProperty(field).GetRawText());
    }

    [Theory]
    [InlineData("automations/abandoned-cart", """{"coupon":{"what":{"en":"10% off this cart","ar":"خصم 10%"},"code":"TEN-OFF","until":"2026-12-31T23:59:00+00:00"}}""")]
    [InlineData("automations/abandoned-cart", """{"coupon":{"what":{"en":"10% off","ar":null},"code":"TEN","until":null}}""")]
    [InlineData("automations/price-drop", """{"mode":"live","minPercent":15,"betweenMessages":"P10D"}""")]
    [InlineData("automations/replenishment", """{"mode":"live","leadPercent":5,"consumables":[{"productId":5,"lasts":"P30D"},{"productId":6}]}""")]
    [InlineData("channels/sms", """{"monthlyBudget":500,"from":"AD-RIMAL","senderCountry":"AE","consentNamesCartReminders":true}""")]
    [InlineData("permissions", """{"softOptInGb":true,"optOutLawUs":true,"impliedCa":true}""")]
    [InlineData("brand", """{"color":"#FFC400","digits":"arabic-indic","discreetSubjects":true,"repliesAreRead":true,"postalAddress":"PO Box 1\nDubai"}""")]
    [InlineData("brand", """{"parts":{"prices":false,"pictures":true,"recommendations":false}}""")]
    [InlineData("brand", """{"logo":{"url":"https://cdn.shopify.com/a.png","width":124,"height":36,"darkUrl":null}}""")]
    [InlineData("brand", """{"logo":{"url":"https://img.test-shop-not-real.myshopify.com/a.png","width":240,"height":96,"darkUrl":"https://test-shop-not-real.myshopify.com/b.png"}}""")]
    public async Task What_is_sent_is_laid_over_what_is_saved_and_stays(string path, string change)
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var sent = JsonDocument.Parse(change).RootElement;

        using var answer = await PutAsync(storeId, path, change);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var saved = await service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/{path}");
        foreach (var field in sent.EnumerateObject().Where(f => f.Value.ValueKind != JsonValueKind.Array))
        {
            Assert.Equal(field.Value.GetRawText(), saved.GetProperty(field.Name).GetRawText());
        }

        if (sent.TryGetProperty("consumables", out var products))
        {
            Assert.Equal(products.GetArrayLength(), saved.GetProperty("consumables").GetArrayLength());
            Assert.Equal("P30D", saved.GetProperty("consumables")[0].GetProperty("lasts").GetString());
        }
    }

    [Theory]
    [InlineData("automations/abandoned-cart", """{"coupon":"TEN"}""", "coupon")]
    [InlineData("automations/abandoned-cart", """{"coupon":{"code":"TEN"}}""", "coupon")]
    [InlineData("automations/abandoned-cart", """{"coupon":{"what":{},"code":"TEN"}}""", "coupon.what")]
    [InlineData("automations/abandoned-cart", """{"coupon":{"what":{"en":"10% off"},"code":"TEN OFF"}}""", "coupon.code")]
    [InlineData("automations/abandoned-cart", """{"coupon":{"what":{"en":"10% off"},"code":"TEN","until":"soon"}}""", "coupon")]
    [InlineData("automations/abandoned-cart", """{"coupon":{"what":{"en":"10%\u202E off"},"code":"TEN"}}""", "coupon.what.en")]
    [InlineData("automations/abandoned-cart", """{"coupon":{"what":{"fr":"10% off"},"code":"TEN"}}""", "coupon")]
    [InlineData("automations/price-drop", """{"minPercent":0}""", "minPercent")]
    [InlineData("automations/price-drop", """{"minPercent":"ten"}""", "minPercent")]
    [InlineData("automations/price-drop", """{"minPercentOfOrder":51}""", "minPercentOfOrder")]
    [InlineData("automations/price-drop", """{"interest":"P61D"}""", "interest")]
    [InlineData("automations/price-drop", """{"freshness":"soon"}""", "freshness")]
    [InlineData("automations/price-drop", """{"mode":"on"}""", "mode")]
    [InlineData("automations/price-drop", """{"colour":"red"}""", "colour")]
    [InlineData("automations/replenishment", """{"lead":"P15D"}""", "lead")]
    [InlineData("automations/replenishment", """{"consumables":5}""", "consumables")]
    [InlineData("automations/replenishment", """{"consumables":[5]}""", "consumables[0]")]
    [InlineData("automations/replenishment", """{"consumables":[{"productId":-1}]}""", "consumables[0]")]
    [InlineData("automations/replenishment", """{"consumables":[{"productId":1,"lasts":"PT1H"}]}""", "consumables[0].lasts")]
    [InlineData("automations/replenishment", """{"consumables":[{"productId":1,"size":3}]}""", "consumables[0].size")]
    [InlineData("channels/sms", """{"monthlyBudget":-1}""", "monthlyBudget")]
    [InlineData("channels/sms", """{"monthlyBudget":1.5}""", "monthlyBudget")]
    [InlineData("channels/sms", """{"from":"much too long a name"}""", "from")]
    [InlineData("channels/sms", """{"from":"12345"}""", "from")]
    [InlineData("channels/sms", """{"senderCountry":"ZZ"}""", "senderCountry")]
    [InlineData("channels/sms", """{"provider":"Pigeon"}""", "provider")]
    [InlineData("permissions", """{"softOptInGb":"yes"}""", "softOptInGb")]
    [InlineData("brand", """{"color":"red"}""", "color")]
    [InlineData("brand", """{"color":"#FFF"}""", "color")]
    [InlineData("brand", """{"color":"#9A4423;x:expression(1)"}""", "color")]
    [InlineData("brand", """{"digits":"roman"}""", "digits")]
    [InlineData("brand", """{"logo":"https://cdn.shopify.com/a.png"}""", "logo")]
    [InlineData("brand", """{"logo":{"url":"https://elsewhere.example/a.png","width":100,"height":30}}""", "logo")]
    [InlineData("brand", """{"logo":{"url":"https://nottest-shop-not-real.myshopify.com/a.png","width":100,"height":30}}""", "logo")]
    [InlineData("brand", """{"logo":{"url":"http://cdn.shopify.com/a.png","width":100,"height":30}}""", "logo")]
    [InlineData("brand", """{"logo":{"url":"https://cdn.shopify.com:8080/a.png","width":100,"height":30}}""", "logo")]
    [InlineData("brand", """{"logo":{"url":"https://u:p@cdn.shopify.com/a.png","width":100,"height":30}}""", "logo")]
    [InlineData("brand", """{"logo":{"url":"https://cdn.shopify.com/a.png","width":241,"height":30}}""", "logo")]
    [InlineData("brand", """{"logo":{"url":"https://cdn.shopify.com/a.png","width":100}}""", "logo")]
    [InlineData("brand", """{"logo":{"url":"https://cdn.shopify.com/a.png","width":100,"height":30,"darkUrl":"https://elsewhere.example/b.png"}}""", "logo")]
    [InlineData("brand", """{"logo":{"url":"https://cdn.shopify.com/a.png","width":100,"height":30,"alt":"x"}}""", "logo")]
    [InlineData("brand", """{"postalAddress":""}""", "postalAddress")]
    [InlineData("brand", """{"postalAddress":"a\u0007b"}""", "postalAddress")]
    [InlineData("brand", """{"parts":[]}""", "parts")]
    [InlineData("brand", """{"parts":{"prices":1}}""", "parts")]
    [InlineData("brand", """{"parts":{"footer":false}}""", "parts.footer")]
    [InlineData("brand", """{"repliesAreRead":"yes"}""", "repliesAreRead")]
    public async Task A_field_that_cannot_be_is_named_and_nothing_is_saved(string path, string change, string field)
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var before = await service.Operator.GetStringAsync($"/api/stores/{storeId}/{path}");

        using var answer = await PutAsync(storeId, path, change);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"{field}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(before, await service.Operator.GetStringAsync($"/api/stores/{storeId}/{path}"));
    }

    [Theory]
    [InlineData("automations/price-drop", """{"minPercent":20}""")]
    [InlineData("automations/replenishment", """{"leadPercent":20}""")]
    [InlineData("channels/sms", """{"monthlyBudget":20}""")]
    [InlineData("brand", """{"color":"#200000"}""")]
    public async Task A_change_of_a_stale_version_is_refused(string path, string change)
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        using var first = await PutAsync(storeId, path, change, "\"1\"");
        using var second = await PutAsync(storeId, path, change.Replace("20", "21", StringComparison.Ordinal), "\"1\"");

        Assert.Equal("\"2\"", first.Headers.ETag?.Tag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
    }

    [Theory]
    [InlineData("products/5")]
    [InlineData("products/abc")]
    [InlineData("automations/no-such")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);

        using var answer = await service.Operator.GetAsync($"/api/stores/{storeId}/{path}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_logo_and_an_address_can_be_taken_away_again()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        using var with = await PutAsync(storeId, "brand",
            """{"postalAddress":"PO Box 1","logo":{"url":"https://cdn.shopify.com/a.png","width":100,"height":30}}""");
        using var without = await PutAsync(storeId, "brand", """{"postalAddress":null,"logo":null}""");

        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
        var saved = await without.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(JsonValueKind.Null, saved.GetProperty("logo").ValueKind);
        Assert.Equal(JsonValueKind.Null, saved.GetProperty("postalAddress").ValueKind);
        Assert.Equal(3, saved.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task What_becomes_of_a_colour_is_shown_and_may_be_sent_back()
    {
        var (storeId, _) = await service.ConnectAsync("shopify", TestService.Shop);
        using var put = await PutAsync(storeId, "brand", """{"color":"#ffffff"}""");

        var saved = await put.Content.ReadAsStringAsync();
        Assert.Equal("#2B2622",
            JsonDocument.Parse(saved).RootElement.GetProperty("colors").GetProperty("button").GetString());
        using var again = await PutAsync(storeId, "brand", saved);
        Assert.Equal(saved, await again.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> PutAsync(string storeId, string path, string json, string? etag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/stores/{storeId}/{path}")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        if (etag is not null) { request.Headers.TryAddWithoutValidation("If-Match", etag); }

        return await service.Operator.SendAsync(request);
    }
}
