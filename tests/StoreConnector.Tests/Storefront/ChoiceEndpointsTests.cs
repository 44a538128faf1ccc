using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Tests.Hosting;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Storefront;

/// <summary>The pages behind links, and what the merchant hands over and reads, over a real socket.</summary>
public sealed class ChoiceEndpointsTests : IDisposable
{
    private readonly TestService service = new();
    private readonly Contact email = Contact.Of(Story.Email("mariam@example.com")!);
    private StoreContext store = null!;

    public void Dispose() => service.Dispose();

    [Theory]
    [InlineData("/p/{0}")]
    [InlineData("/p/{0}?later=1")]
    [InlineData("/u/{0}")]
    public async Task A_look_changes_nothing(string path)
    {
        path = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, await LinkAsync("632@20261101"));
        await service.Anonymous.GetAsync(path); // The first one opens what the service keeps open.
        var before = service.Engine.State;
        using var answer = await service.Anonymous.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Same(before.Tables, service.Engine.State.Tables);
        Assert.Empty(service.Engine.Messages(Queues.WakeUps));
        Assert.Contains("no-store", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_ticked_is_saved_and_the_same_again_changes_nothing()
    {
        var token = await LinkAsync();
        var html = await PostAsync($"/p/{token}", ("shown", "email"), ("email", "cart"), ("email", "offers"));
        Assert.Contains("Saved.", html, StringComparison.Ordinal);
        Assert.Equal([Purpose.Cart, Purpose.Offers], Choices.Of(await RecordAsync()));
        var before = service.Engine.State;
        Assert.Equal(html, await PostAsync($"/p/{token}", ("shown", "email"), ("email", "cart"), ("email", "offers")));
        Assert.Same(before.Tables, service.Engine.State.Tables);
    }

    [Fact]
    public async Task Stop_everything_stops_whatever_is_ticked_and_a_form_without_boxes_says_nothing()
    {
        var token = await LinkAsync();
        await PostAsync($"/p/{token}", ("email", "cart"));
        Assert.Null(await RecordAsync());
        await PostAsync($"/p/{token}", ("shown", "email"), ("email", "cart"), ("stop", "1"));
        Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(await RecordAsync(), Purpose.Cart));
    }

    [Fact]
    public async Task One_click_twice_is_one_no()
    {
        var token = await LinkAsync();
        for (var i = 0; i < 2; i++) { await PostAsync($"/u/{token}", ("List-Unsubscribe", "One-Click")); }

        var said = (await RecordAsync())!.OptOuts["marketing:link"];
        var before = service.Engine.State;
        await PostAsync($"/u/{token}", ("List-Unsubscribe", "One-Click"));
        Assert.Same(before.Tables, service.Engine.State.Tables);
        Assert.True(said.InForce);
    }

    [Fact]
    public async Task A_link_that_nobody_knows_shows_no_choices()
    {
        await LinkAsync();
        foreach (var path in new[] { "/p/" + new string('0', 32), "/p/x", "/k/" + new string('0', 32), "/k/x" })
        {
            using var answer = await service.Anonymous.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.DoesNotContain("checkbox", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_yes_is_taken_asked_for_confirmed_and_shown_with_its_proof()
    {
        await LinkAsync();
        using var taken = await service.Operator.PostAsJsonAsync($"/api/stores/{store.Store.Id}/consents", Yes());
        Assert.Equal("""{"state":"pending","confirmation":"asked","why":null}""", Normal(await taken.Content.ReadAsStringAsync()));
        var text = (await service.Get<StoredOutbox>().ReadAsync(store.Store.Id, default)).Single().Email!.Text;
        var path = text[text.IndexOf("/k/", StringComparison.Ordinal)..].Split('\n')[0];

        var before = service.Engine.State;
        var asked = await service.Anonymous.GetStringAsync(path);
        Assert.Contains("m•••@example.com", asked, StringComparison.Ordinal);
        Assert.Same(before.Tables, service.Engine.State.Tables);
        Assert.Contains("Confirmed.", await PostAsync(path), StringComparison.Ordinal);
        Assert.Contains("Confirmed.", await PostAsync(path), StringComparison.Ordinal);

        var events = service.Engine.Messages(Queues.ShopEvents).Select(m => Queues.Read<ShopEventMessage>(m.Body)).ToList();
        Assert.Equal(2, events.Select(e => e.Event.Id).Distinct().Count()); // asked, and confirmed; a repeat has its id.
        foreach (var happened in events) { await service.Get<EventProcessor>().HandleAsync(happened, default); }

        var found = await PostJsonAsync("customers/search", new { email = "mariam@example.com" });
        var key = found.GetProperty("items")[0].GetProperty("key").GetString();
        var proofs = await service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{store.Store.Id}/customers/{key}/consents");
        Assert.Equal(["pending", "confirmed"], proofs.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("action").GetString()));
        var searched = await PostJsonAsync("consents/search", new { email = "mariam@example.com" });
        Assert.Equal(proofs.GetProperty("items").GetRawText(), searched.GetProperty("items").GetRawText());
        Assert.Equal("203.0.113.9", proofs.GetProperty("items")[0].GetProperty("ip").GetString());
    }

    [Theory]
    [InlineData("channel", "\"fax\"")]
    [InlineData("channel", "\"sms\"")]
    [InlineData("purposes", "[]")]
    [InlineData("purposes", "[\"cart\",\"spam\"]")]
    [InlineData("text", "\"\"")]
    [InlineData("source", "\"a source that is far too long to be the name of a form or of a page\"")]
    [InlineData("at", "\"2999-01-01T00:00:00Z\"")]
    [InlineData("at", "\"yesterday\"")]
    [InlineData("ip", "\"127.0.0.1\"")]
    [InlineData("ip", "\"mariam\"")]
    [InlineData("email", "\"mariam at example\"")]
    [InlineData("doubleOptIn", "\"yes\"")]
    [InlineData("colour", "\"red\"")]
    public async Task A_yes_that_cannot_be_is_refused_by_its_field(string field, string json)
    {
        await LinkAsync();
        var body = Yes();
        body[field] = JsonDocument.Parse(json).RootElement;
        using var answer = await service.Operator.PostAsJsonAsync($"/api/stores/{store.Store.Id}/consents", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(problem.GetProperty("errors").EnumerateObject(), e => e.Name == field || (field == "channel" && e.Name == "phone"));
        Assert.DoesNotContain("mariam at", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_text_is_listed_and_judged()
    {
        await LinkAsync();
        await service.Get<InboundTexts>().TakeAsync(store, new("t1", Phone(), "stop it please", false), default);
        var replies = (await service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{store.Store.Id}/replies")).GetProperty("items");
        Assert.Equal(("stop it please", "+14155550123", true), (replies[0].GetProperty("text").GetString(),
            replies[0].GetProperty("from").GetString(), replies[0].GetProperty("isSuppressing").GetBoolean()));
        var path = $"/api/stores/{store.Store.Id}/replies/{replies[0].GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.BadRequest, (await service.Operator.PostAsJsonAsync(path, new { verdict = "perhaps" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await service.Operator.PostAsJsonAsync(path, new { verdict = "ignore" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Operator.PostAsJsonAsync(path + "x", new { verdict = "stop" })).StatusCode);
        Assert.Null(Suppression.Of(await store.Customers.ReadContactAsync(store.Customers.Hash(Contact.Of(Phone())), default), Purpose.Cart));
    }

    [Fact]
    public async Task An_older_lists_noes_are_taken_over_and_its_bad_lines_are_named()
    {
        await LinkAsync();
        var answer = await ImportAsync("email,reason\nmariam@example.com,unsubscribed\nnobody here,x\n");
        var report = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((1, 3, true), (report.GetProperty("unsubscribed").GetInt32(),
            report.GetProperty("unreadableLines")[0].GetInt32(), report.GetProperty("isWhole").GetBoolean()));
        Assert.DoesNotContain("nobody", report.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(await RecordAsync(), Purpose.Cart));
        Assert.Equal(HttpStatusCode.BadRequest, (await ImportAsync("a@example.com", "?reason=mood")).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await ImportAsync("a@example.com", type: "text/plain")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await ImportAsync(new string('a', (5 * 1024 * 1024) + 1))).StatusCode);
    }

    private static Dictionary<string, object> Yes() => new()
    {
        ["email"] = "mariam@example.com", ["channel"] = "email", ["purposes"] = new[] { "cart", "price" },
        ["text"] = "Yes, write to me.", ["textVersion"] = "v1", ["source"] = "signup-form",
        ["at"] = DateTimeOffset.UtcNow.AddMinutes(-1), ["ip"] = "203.0.113.9", ["doubleOptIn"] = true,
    };

    private async Task<string> LinkAsync(string? refill = null)
    {
        var (id, _) = await service.ConnectAsync("shopify", TestService.Shop);
        store = (await service.Get<IStoreDirectory>().FindAsync(id, default))!;
        var link = new UnsubscribeLink(store.Customers.Hash(email), "en", store.Customers.KeyFor(Alias.Of(Story.Email("mariam@example.com")!)),
            Channel.Email, refill);
        return await service.Get<ShortLinks>().MakeAsync(store, "send1", new(new("https://shop.example.com/"), link), default);
    }

    private async Task<Core.Customers.ContactRecord?> RecordAsync() =>
        await store.Customers.ReadContactAsync(store.Customers.Hash(email), default);

    private async Task<string> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value)));
        using var answer = await service.Anonymous.PostAsync(path, content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<JsonElement> PostJsonAsync(string path, object body)
    {
        using var answer = await service.Operator.PostAsJsonAsync($"/api/stores/{store.Store.Id}/{path}", body);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private Task<HttpResponseMessage> ImportAsync(string csv, string query = "", string type = "text/csv") =>
        service.Operator.PostAsync($"/api/stores/{store.Store.Id}/suppressions{query}", new StringContent(csv, Encoding.UTF8, type));

    private static string Normal(string json) => json.Contains("why", StringComparison.Ordinal) ? json : json.Replace("}", ",\"why\":null}", StringComparison.Ordinal);

    private static PhoneNumber Phone() => Processing.ConsentWorld.Read("+14155550123");
}
