using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StoreConnector.Channels;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Admin;

/// <summary>A merchant's own words, over a real socket.</summary>
public sealed class MessageApiTests : IDisposable
{
    private const string Cart = "abandoned-cart/1/email/en";

    private readonly TestService service = new();

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task Every_message_can_be_read_and_seen_before_anything_is_changed()
    {
        var storeId = await StoreAsync();
        foreach (var name in MessageName.All)
        {
            var channel = name.Channel == Channel.Email ? "email" : "sms";
            var path = $"{name.Automation}/{name.Step}/{channel}/{name.Language}";

            var words = await service.Operator.GetFromJsonAsync<JsonElement>(Path(storeId, path));
            Assert.Equal(0, words.GetProperty("version").GetInt32());
            Assert.Empty(words.GetProperty("words").EnumerateObject());
            Assert.NotEmpty(words.GetProperty("defaults").EnumerateObject());
            Assert.NotEmpty(words.GetProperty("fields").EnumerateArray());

            var preview = await PreviewAsync(storeId, path, "{}");
            var text = preview.GetProperty("text").GetString()!;
            Assert.Contains("https://connect.example.com/", text, StringComparison.Ordinal);
            Assert.InRange(preview.GetProperty("size").GetInt32(), 30, 60 * 1024);
            Assert.Equal(channel == "sms", preview.GetProperty("segments").ValueKind == JsonValueKind.Number);
            Assert.Equal(channel == "email", preview.GetProperty("html").ValueKind == JsonValueKind.String);
            Assert.DoesNotContain("{{", preview.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Words_are_laid_over_the_saved_ones_and_null_brings_ours_back()
    {
        var storeId = await StoreAsync();
        var first = await PutAsync(storeId, Cart, """{"words":{"subject":"  Your {{ first }} waits ","button":"Go on"}}""");
        var second = await PutAsync(storeId, Cart, """{"words":{"subject":null,"note":"See you."}}""");

        Assert.Equal("Your {{first}} waits", first.GetProperty("words").GetProperty("subject").GetString());
        Assert.Equal(1, first.GetProperty("version").GetInt32());
        Assert.Equal("""{"button":"Go on","note":"See you."}""", second.GetProperty("words").GetRawText());
        Assert.Equal(2, second.GetProperty("version").GetInt32());
        var preview = await PreviewAsync(storeId, Cart, "{}");
        Assert.Contains("Go on:\n", preview.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("Your cart at Test is saved", preview.GetProperty("subject").GetString());
    }

    [Fact]
    public async Task The_same_words_again_change_nothing()
    {
        var storeId = await StoreAsync();
        await PutAsync(storeId, Cart, """{"words":{"subject":"Hello"}}""");
        var again = await PutAsync(storeId, Cart, """{"words":{"subject":"Hello"},"version":1}""");
        Assert.Equal(1, again.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_stale_change_is_refused()
    {
        var storeId = await StoreAsync();
        await PutAsync(storeId, Cart, """{"words":{"subject":"Hello"}}""");
        using var stale = await SendAsync(HttpMethod.Put, storeId, Cart, """{"words":{"subject":"Ho"},"version":0}""");
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
    }

    [Fact]
    public async Task All_of_ours_come_back_and_the_version_still_rises()
    {
        var storeId = await StoreAsync();
        await PutAsync(storeId, Cart, """{"words":{"subject":"Hello"}}""");
        using var deleted = await service.Operator.DeleteAsync(Path(storeId, Cart));
        var words = await deleted.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Empty(words.GetProperty("words").EnumerateObject());
        Assert.Equal(2, words.GetProperty("version").GetInt32());
        var next = await PutAsync(storeId, Cart, """{"words":{"subject":"Ho"}}""");
        Assert.Equal(3, next.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task One_message_one_channel_one_language_and_one_store()
    {
        var (storeId, otherId) = (await StoreAsync(), (await service.ConnectAsync("shopify", "b-shop-not-real.myshopify.com")).StoreId);
        await PutAsync(storeId, Cart, """{"words":{"subject":"Hello"}}""");
        foreach (var (store, path) in new[]
        {
            (otherId, Cart), (storeId, "abandoned-cart/2/email/en"), (storeId, "abandoned-cart/1/email/ar"),
            (storeId, "abandoned-cart/1/sms/en"),
        })
        {
            var words = await service.Operator.GetFromJsonAsync<JsonElement>(Path(store, path));
            Assert.Empty(words.GetProperty("words").EnumerateObject());
        }
    }

    [Theory]
    [InlineData(Cart, """{"words":{"body":"{{nope}}"}}""", "words.body", "{{nope}} cannot be")]
    [InlineData(Cart, """{"words":{"body":"{{{first}}}"}}""", "words.body", "raw output")]
    [InlineData(Cart, """{"words":{"body":"{{#each lines}}x{{/each}}"}}""", "words.body", "a block")]
    [InlineData(Cart, """{"words":{"subject":""}}""", "words.subject", "Nothing cannot be")]
    [InlineData(Cart, """{"words":{"subject":"a\u0007b"}}""", "words.subject", "does not print")]
    [InlineData(Cart, """{"words":{"footer":"x"}}""", "words.footer", "An unknown key")]
    [InlineData(Cart, """{"words":{"body":5}}""", "words.body", "5 cannot be")]
    [InlineData(Cart, """{"words":"x"}""", "words", "cannot be")]
    [InlineData(Cart, """{"word":{}}""", "word", "An unknown field")]
    [InlineData("abandoned-cart/1/sms/en", """{"words":{"text":"{{title}} is what you left in your cart, and it is still there, and we would be glad to see you again."}}""", "words.text", "2 segments")]
    [InlineData("abandoned-cart/1/sms/en", """{"words":{"text":"☕ is still in your cart and is ready when you are."}}""", "words.text", "one of its letters")]
    [InlineData("price-drop/one/sms/ar", """{"words":{"text":"{{title}} الآن {{now}} بدلًا من {{was}}، وهذا نص طويل جدًا لا يتسع له المكان المخصص للرسائل القصيرة."}}""", "words.text", "3 segments")]
    [InlineData("price-drop/many/email/en", """{"words":{"button":"x"}}""", "words.button", "An unknown key")]
    public async Task What_cannot_be_is_named_and_nothing_is_saved(string path, string change, string field, string what)
    {
        var storeId = await StoreAsync();
        using var answer = await SendAsync(HttpMethod.Put, storeId, path, change);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Contains(what, errors.GetProperty(field)[0].GetString(), StringComparison.Ordinal);
        var saved = await service.Operator.GetFromJsonAsync<JsonElement>(Path(storeId, path));
        Assert.Equal(0, saved.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_preview_shows_unsaved_words_and_keeps_nothing()
    {
        var storeId = await StoreAsync();
        var preview = await PreviewAsync(storeId, Cart, """{"words":{"subject":"Look: {{first}}","body":"<b>Bold</b> words."}}""");

        Assert.Equal("Look: House blend coffee", preview.GetProperty("subject").GetString());
        Assert.Contains("&lt;b&gt;Bold", preview.GetProperty("html").GetString(), StringComparison.Ordinal);
        var warnings = preview.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()!).ToList();
        Assert.Contains(warnings, w => w.StartsWith("subject: where first", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.Contains("postal address", StringComparison.Ordinal));
        var saved = await service.Operator.GetFromJsonAsync<JsonElement>(Path(storeId, Cart));
        Assert.Empty(saved.GetProperty("words").EnumerateObject());
        var outbox = await service.Operator.GetStringAsync($"/api/operator/outbox?storeId={storeId}");
        Assert.Equal("""{"items":[]}""", outbox);
    }

    [Fact]
    public async Task A_text_that_does_not_fit_is_shown_as_it_would_leave_with_a_warning()
    {
        var storeId = await StoreAsync();
        var preview = await PreviewAsync(storeId, "replenishment/1/sms/en", $$$"""{"words":{"text":"{{{new string('x', 200)}}}"}}""");
        Assert.Contains("time for more", preview.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, preview.GetProperty("segments").GetInt32());
        Assert.Contains("do not fit", preview.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_brand_is_seen_in_the_preview()
    {
        var storeId = await StoreAsync();
        using var put = await service.Operator.PutAsync($"/api/stores/{storeId}/brand", Json(
            """{"color":"#00508C","repliesAreRead":true,"postalAddress":"PO Box 1\nDubai","digits":"arabic-indic"}"""));
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        var preview = await PreviewAsync(storeId, "abandoned-cart/2/email/ar", "{}");
        var html = preview.GetProperty("html").GetString()!;
        Assert.Contains("background:#00508C", html, StringComparison.Ordinal);
        Assert.Contains("PO Box 1، Dubai", html, StringComparison.Ordinal);
        Assert.Contains("١٥٦٫٠٠", html, StringComparison.Ordinal);
        Assert.Contains("يكفي الرد", html, StringComparison.Ordinal);
        Assert.Empty(preview.GetProperty("warnings").EnumerateArray());
    }

    [Theory]
    [InlineData("abandoned-cart/4/email/en")]
    [InlineData("abandoned-cart/1/pigeon/en")]
    [InlineData("abandoned-cart/1/email/fr")]
    [InlineData("no-such/1/email/en")]
    public async Task A_message_that_is_not_there_is_not_found(string path)
    {
        var storeId = await StoreAsync();
        using var get = await service.Operator.GetAsync(Path(storeId, path));
        using var put = await SendAsync(HttpMethod.Put, storeId, path, "{}");
        using var elsewhere = await service.Operator.GetAsync(Path("snobody", Cart));
        using var nobody = await service.Anonymous.GetAsync(Path(storeId, Cart));

        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, put.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public void An_email_too_large_or_without_a_way_out_is_not_saved()
    {
        var stop = new Uri("https://l.example.com/u/x");
        var good = new MessageContent.Email("s", "t https://l.example.com/u/x", "<a href=\"https://l.example.com/u/x\">", []);
        Assert.Empty(MessagePreviews.CheckEmail(good, stop));
        Assert.Contains("way out", Assert.Single(MessagePreviews.CheckEmail(good with { Text = "t" }, stop)).Value, StringComparison.Ordinal);
        Assert.Contains("way out", Assert.Single(MessagePreviews.CheckEmail(good with { Html = "" }, stop)).Value, StringComparison.Ordinal);
        var large = good with { Html = good.Html + new string('x', MessagePreviews.MaxHtml) };
        Assert.Contains("bytes", Assert.Single(MessagePreviews.CheckEmail(large, stop)).Value, StringComparison.Ordinal);
    }

    private async Task<string> StoreAsync() => (await service.ConnectAsync("shopify", TestService.Shop)).StoreId;

    private async Task<JsonElement> PutAsync(string storeId, string path, string json)
    {
        using var answer = await SendAsync(HttpMethod.Put, storeId, path, json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<JsonElement> PreviewAsync(string storeId, string path, string json)
    {
        using var answer = await SendAsync(HttpMethod.Post, storeId, path + "/preview", json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string storeId, string path, string json) =>
        service.Operator.SendAsync(new HttpRequestMessage(method, Path(storeId, path)) { Content = Json(json) });

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static string Path(string storeId, string path) => $"/api/stores/{storeId}/messages/{path}";
}
