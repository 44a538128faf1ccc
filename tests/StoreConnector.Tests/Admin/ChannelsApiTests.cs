using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Admin;

/// <summary>A store's senders, and what their vendors tell, over a real socket.</summary>
public sealed class ChannelsApiTests : IDisposable
{
    private const string Sid = "AC00000000000000000000000000000001", Token = "0123456789abcdefnotrealnotreal00";
    private const string Twilio = $$$"""{"provider":"twilio","credentials":{"accountSid":"{{{Sid}}}","authToken":"{{{Token}}}"},"from":"+14155550100"}""";

    private readonly TestService service = new();

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task A_sender_is_saved_and_its_credentials_are_never_shown_nor_kept_in_clear()
    {
        var storeId = await ConnectAsync();
        using var answer = await PutAsync(storeId, "sms", Twilio);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(Token, text, StringComparison.Ordinal);

        var saved = await GetAsync(storeId, "sms");
        Assert.Equal("Twilio", saved.GetProperty("provider").GetString());
        Assert.True(saved.GetProperty("credentials").GetProperty("authToken").GetBoolean());
        Assert.False(saved.GetProperty("credentials").GetProperty("apiKey").GetBoolean());
        Assert.StartsWith("https://connect.example.com/callbacks/twilio/", saved.GetProperty("callback").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(service.Engine.State.Tables.Values.SelectMany(t => t.Values).SelectMany(p => p.Values),
            row => Encoding.UTF8.GetString(row.Value.Span).Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Credentials_that_are_not_sent_again_stay_and_the_path_for_reports_stays_the_same()
    {
        var storeId = await ConnectAsync();
        using var first = await PutAsync(storeId, "sms", Twilio);
        var before = await GetAsync(storeId, "sms");
        using var second = await PutAsync(storeId, "sms", """{"linkHost":"l.example.com","perMinute":120,"monthlyBudget":50}""");
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);

        var after = await GetAsync(storeId, "sms");
        Assert.True(after.GetProperty("credentials").GetProperty("authToken").GetBoolean());
        Assert.Equal(before.GetProperty("callback").GetString(), after.GetProperty("callback").GetString());
        Assert.Equal("l.example.com", after.GetProperty("linkHost").GetString());
        Assert.True(after.GetProperty("version").GetInt32() > before.GetProperty("version").GetInt32());
    }

    [Theory]
    [InlineData("sms", """{"provider":"Pigeon"}""", "provider")]
    [InlineData("sms", """{"provider":"Twilio"}""", "credentials.accountSid")]
    [InlineData("sms", """{"provider":"Twilio","credentials":{"accountSid":"AC1","authToken":"short"}}""", "credentials.accountSid")]
    [InlineData("sms", """{"provider":"Twilio","credentials":"all of them"}""", "credentials")]
    [InlineData("sms", $$$"""{"provider":"Twilio","credentials":{"accountSid":"{{{Sid}}}","authToken":"{{{Token}}}"}}""", "provider")]
    [InlineData("sms", """{"messagingServiceSid":"MG1"}""", "messagingServiceSid")]
    [InlineData("sms", """{"perMinute":0}""", "perMinute")]
    [InlineData("email", """{"from":"not an address"}""", "from")]
    [InlineData("email", """{"replyTo":"x"}""", "replyTo")]
    [InlineData("email", """{"linkHost":"https://l.example.com/x"}""", "linkHost")]
    [InlineData("email", """{"monthlyBudget":-1}""", "monthlyBudget")]
    [InlineData("email", """{"provider":"SendGrid","credentials":{"apiKey":"SG.secret-but-bad"}}""", "credentials.apiKey")]
    [InlineData("email", """{"senderCountry":"AE"}""", "senderCountry")]
    public async Task What_cannot_be_is_named_and_no_secret_is_repeated(string channel, string body, string field)
    {
        var storeId = await ConnectAsync();
        using var answer = await PutAsync(storeId, channel, body);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.DoesNotContain("secret-but-bad", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("short", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_what_was_changed_since_is_refused()
    {
        var storeId = await ConnectAsync();
        using var first = await PutAsync(storeId, "email", """{"from":"shop@example.com"}""");
        using var stale = await PutAsync(storeId, "email", """{"from":"other@example.com","version":1}""");
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
    }

    [Fact]
    public async Task A_test_to_the_outbox_is_kept_there()
    {
        var storeId = await ConnectAsync();
        using var answer = await service.Operator.PostAsync($"/api/stores/{storeId}/channels/email/test",
            JsonContent.Create(new { to = "merchant@example.com" }));
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("accepted", said.GetProperty("result").GetString());
        var outbox = await service.Operator.GetFromJsonAsync<JsonElement>($"/api/operator/outbox?storeId={storeId}");
        Assert.Equal("merchant@example.com", outbox.GetProperty("items")[0].GetProperty("to").GetString());
    }

    [Fact]
    public async Task A_vendor_that_cannot_be_reached_is_told_of_in_a_tests_answer()
    {
        using var lonely = new TestService(("Twilio:BaseUrl", "http://127.0.0.1:9"));
        var (storeId, _) = await lonely.ConnectAsync("shopify", TestService.Shop);
        using var set = await lonely.Operator.PutAsync($"/api/stores/{storeId}/channels/sms", Json(Twilio));
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        using var bad = await lonely.Operator.PostAsync($"/api/stores/{storeId}/channels/sms/test", Json("""{"to":"12"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task A_stop_that_was_answered_holds_for_the_number()
    {
        var (storeId, callback) = await ListenAsync();
        using var answer = await TellAsync(callback, ("MessageSid", "SM1"), ("From", "+14155550123"), ("To", "+14155550100"),
            ("Body", "STOP"), ("OptOutType", "STOP"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("<Response", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("unsubscribed", await SuppressedAsync(storeId, "+14155550123"));
    }

    [Theory]
    [InlineData("STOP", "unsubscribed", "<Message>")]
    [InlineData("إيقاف", "unsubscribed", "<Message>")]
    [InlineData("Please stop texting me", "unsubscribed", "<Response")]
    [InlineData("Is it in stock?", null, "<Response")]
    public async Task What_people_text_back_is_understood_and_answered_once(string words, string? suppressed, string answered)
    {
        var (storeId, callback) = await ListenAsync();
        (string, string)[] form = [("MessageSid", "SM7"), ("From", "+14155550123"), ("To", "+14155550100"), ("Body", words)];
        using var answer = await TellAsync(callback, form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(answered, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(suppressed, await SuppressedAsync(storeId, "+14155550123"));

        using var again = await TellAsync(callback, form);
        Assert.DoesNotContain("<Message>", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_report_is_refused_and_changes_nothing()
    {
        var (storeId, callback) = await ListenAsync();
        using var answer = await TellAsync(callback, signedWith: "another token of the same length000", ("MessageSid", "SM1"),
            ("From", "+14155550123"), ("Body", "STOP"), ("OptOutType", "STOP"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Null(await SuppressedAsync(storeId, "+14155550123"));
    }

    [Theory]
    [InlineData("/callbacks/twilio/unknown")]
    [InlineData("/callbacks/pigeon/unknown")]
    public async Task A_path_that_is_nobodys_is_not_found(string path)
    {
        using var answer = await service.Anonymous.PostAsync(path, new StringContent("x"));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_signed_report_that_cannot_be_read_is_kept_and_listed()
    {
        var (storeId, callback) = await ListenAsync();
        using var answer = await TellAsync(callback, ("MessageStatus", "delivered"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var kept = await service.Operator.GetFromJsonAsync<JsonElement>($"/api/operator/unreadable?storeId={storeId}");
        Assert.Equal("callbacks/twilio", kept.GetProperty("items")[0].GetProperty("topic").GetString());
    }

    [Fact]
    public async Task New_stores_start_with_the_operators_defaults()
    {
        using var with = new TestService(("Channels:Sms:Provider", "Twilio"), ("Channels:Sms:From", "+14155550100"),
            ("Channels:Sms:MonthlyBudget", "900"), ("Channels:Sms:Credentials:AccountSid", Sid), ("Channels:Sms:Credentials:AuthToken", Token));
        var (storeId, _) = await with.ConnectAsync("shopify", TestService.Shop);
        var sms = await with.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/channels/sms");
        Assert.Equal("Twilio", sms.GetProperty("provider").GetString());
        Assert.Equal(900, sms.GetProperty("monthlyBudget").GetInt32());
        Assert.True(sms.GetProperty("credentials").GetProperty("authToken").GetBoolean());
    }

    [Fact]
    public async Task What_we_stopped_is_listed_and_goes_on_when_the_merchant_says_so()
    {
        var storeId = await ConnectAsync();
        await service.Get<IStoreDirectory>().HoldAsync(storeId, "email", new("sender-refused", "Mend it.", DateTimeOffset.UnixEpoch), default);
        var notices = await service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/notices");
        Assert.Equal("email", notices.GetProperty("holds")[0].GetProperty("what").GetString());

        using var released = await service.Operator.DeleteAsync($"/api/stores/{storeId}/holds/email");
        Assert.Equal(HttpStatusCode.NoContent, released.StatusCode);
        using var again = await service.Operator.DeleteAsync($"/api/stores/{storeId}/holds/email");
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Credits_of_a_new_store_are_none()
    {
        var storeId = await ConnectAsync();
        var credits = await service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/credits?days=30");
        Assert.Equal("P5D", credits.GetProperty("window").GetString());
        Assert.Equal(0, credits.GetProperty("automations").GetArrayLength());
    }

    private async Task<string> ConnectAsync() => (await service.ConnectAsync("shopify", TestService.Shop)).StoreId;

    private async Task<(string StoreId, string Callback)> ListenAsync()
    {
        var storeId = await ConnectAsync();
        using var answer = await PutAsync(storeId, "sms", Twilio);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (storeId, (await GetAsync(storeId, "sms")).GetProperty("callback").GetString()!);
    }

    private Task<HttpResponseMessage> TellAsync(string callback, params (string Name, string Value)[] form) => TellAsync(callback, Token, form);

    /// <summary>As Twilio signs: the public address, then every field's name and value in order.</summary>
    private Task<HttpResponseMessage> TellAsync(string callback, string signedWith, params (string Name, string Value)[] form)
    {
        var url = callback + "?m=x";
        var data = url + string.Concat(form.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => f.Name + f.Value));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url).PathAndQuery)
        {
            Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))),
        };
#pragma warning disable CA5350 // Twilio signs so.
        request.Headers.Add("X-Twilio-Signature", Convert.ToBase64String(
            HMACSHA1.HashData(Encoding.UTF8.GetBytes(signedWith), Encoding.UTF8.GetBytes(data))));
#pragma warning restore CA5350
        return service.Anonymous.SendAsync(request);
    }

    private async Task<string?> SuppressedAsync(string storeId, string number)
    {
        Assert.True(PhoneNumber.TryParse(number, out var phone));
        var store = (await service.Get<IStoreDirectory>().FindAsync(storeId, default))!;
        return Suppression.Of(await store.Customers.ReadContactAsync(store.Customers.Hash(Contact.Of(phone)), default));
    }

    private Task<JsonElement> GetAsync(string storeId, string channel) =>
        service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/channels/{channel}");

    private Task<HttpResponseMessage> PutAsync(string storeId, string channel, string body) =>
        service.Operator.PutAsync($"/api/stores/{storeId}/channels/{channel}", Json(body));

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
