using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Admin;

/// <summary>The merchant's page is let in: from wp-admin by the companion's token, by itself by a link and a cookie.</summary>
public sealed class PageSessionTests : IAsyncLifetime
{
    private WooHouse house = null!;
    private string storeId = "", secret = "";

    public async ValueTask InitializeAsync()
    {
        house = await WooHouse.BeginAsync();
        storeId = (await house.ConnectAsync()).Id;
        secret = house.Site.Companion!.Value.Secret;
    }

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task The_companions_token_opens_its_store_once()
    {
        var token = Token();
        var opened = await PostAsync(new { handOver = token });

        Assert.Equal((HttpStatusCode.OK, storeId, "merchant"), (opened.Status, opened.Text("storeId"), opened.Text("role")));
        Assert.Null(opened.Cookie); // Held in memory by the page, and nowhere else.
        using var mine = new HttpRequestMessage(HttpMethod.Get, $"/api/stores/{storeId}/notices");
        mine.Headers.Authorization = new("Bearer", opened.Text("token"));
        using var seen = await house.Browser.SendAsync(mine);
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);

        Assert.Equal((HttpStatusCode.Unauthorized, "session-expired"), Code(await PostAsync(new { handOver = token, storeId })));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(new { handOver = Token(), storeId })).Status);
    }

    [Fact]
    public async Task A_token_is_used_once_over_all_tabs_that_come_at_the_same_time()
    {
        var token = Token();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(new { handOver = token })));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_site_whose_clock_is_minutes_off_opens_its_page_and_one_that_is_further_off_does_not()
    {
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(new { handOver = Token(-5) })).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(new { handOver = Token(4) })).Status);
        Assert.Equal((HttpStatusCode.Unauthorized, "session-expired"), Code(await PostAsync(new { handOver = Token(-7) })));
        Assert.Equal((HttpStatusCode.Unauthorized, "session-expired"), Code(await PostAsync(new { handOver = Token(6) })));
    }

    [Fact]
    public async Task Nobody_learns_whether_a_store_is_unknown_or_a_signature_wrong()
    {
        var wrong = await PostAsync(new { handOver = WooHouse.HandOver(new('x', 43), storeId, house.Clock.Now) });
        var unknown = await PostAsync(new { handOver = WooHouse.HandOver(new('x', 43), "sunknown", house.Clock.Now) });
        var others = await PostAsync(new { handOver = Token(), storeId = "sunknown" });
        var nonsense = await PostAsync(new { handOver = "nonsense" });

        Assert.Equal((HttpStatusCode.Unauthorized, "not-connected"), Code(wrong));
        Assert.All([unknown, others, nonsense], a => Assert.Equal(
            (wrong.Status, wrong.Text("detail"), wrong.Text("code")), (a.Status, a.Text("detail"), a.Text("code"))));
    }

    [Fact]
    public async Task A_store_that_left_is_not_opened_by_its_old_secret()
    {
        await house.Service.Operator.DeleteAsync($"/api/stores/{storeId}/woocommerce");
        Assert.Equal((HttpStatusCode.Unauthorized, "not-connected"), Code(await PostAsync(new { handOver = Token() })));
        await house.WorkAsync();
        Assert.Equal((HttpStatusCode.Unauthorized, "not-connected"), Code(await PostAsync(new { handOver = Token() })));
    }

    [Fact]
    public async Task A_link_opens_the_page_once_and_leaves_a_cookie_that_renews_it()
    {
        var link = await LinkAsync();
        Assert.Equal("https://connect.example.com/app?door=link", link.GetLeftPart(UriPartial.Query));
        var code = link.Fragment[1..];
        Assert.DoesNotContain(house.Service.Engine.Rows(StoreRegistry.Table), // Nobody who reads the rows can use it.
            r => (r.Key + Encoding.UTF8.GetString(r.Value.Span)).Contains(code, StringComparison.Ordinal));

        var opened = await PostAsync(new { link = code });
        Assert.Equal((HttpStatusCode.OK, storeId), (opened.Status, opened.Text("storeId")));
        Assert.StartsWith("__Host-sc-page=", opened.Cookie, StringComparison.Ordinal);
        foreach (var part in new[] { "max-age=2592000", "path=/", "secure", "samesite=strict", "httponly" })
        {
            Assert.Contains(part, opened.SetCookie!, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal((HttpStatusCode.Unauthorized, "link-over"), Code(await PostAsync(new { link = code })));
        house.Clock.Advance(TimeSpan.FromMinutes(10));
        var renewed = await PostAsync(null, opened.Cookie);
        Assert.Equal((HttpStatusCode.OK, storeId), (renewed.Status, renewed.Text("storeId")));
        Assert.NotEqual(opened.Cookie, renewed.Cookie);
        Assert.Equal((HttpStatusCode.BadRequest, "no-token"), Code(await PostAsync(null)));
    }

    [Fact]
    public async Task A_link_that_nobody_opened_for_ten_minutes_is_over_and_one_that_nobody_made_is_none()
    {
        var link = await LinkAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal((HttpStatusCode.Unauthorized, "link-over"), Code(await PostAsync(new { link = link.Fragment[1..] })));
        Assert.Equal((HttpStatusCode.Unauthorized, "link-over"), Code(await PostAsync(new { link = "nobody-made-this" })));
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), Code(await Answer.OfAsync(await house.Service.Operator.PostAsync("/api/operator/stores/sunknown/links", null))));
        using var anybody = await house.Browser.PostAsync($"/api/operator/stores/{storeId}/links", null);
        Assert.Equal(HttpStatusCode.Unauthorized, anybody.StatusCode);
    }

    [Fact]
    public async Task Two_tabs_at_once_stay_signed_in_and_so_does_who_never_got_the_answer()
    {
        var first = (await EnterAsync()).Cookie;
        var tabs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PostAsync(null, first)));
        Assert.All(tabs, t => Assert.Equal(HttpStatusCode.OK, t.Status));
        var next = Assert.Single(tabs, t => t.Cookie is not null).Cookie;

        house.Clock.Advance(TimeSpan.FromMinutes(10)); // Its answer was lost: it comes with the old one.
        var late = await PostAsync(null, first);
        Assert.Equal(HttpStatusCode.OK, late.Status);
        house.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(null, late.Cookie)).Status);
        Assert.Equal((HttpStatusCode.Unauthorized, "signed-out"), Code(await PostAsync(null, next)));
    }

    [Fact]
    public async Task A_cookie_that_was_copied_and_used_ends_the_sign_in_for_both()
    {
        var stolen = (await EnterAsync()).Cookie;
        var mine = (await PostAsync(null, stolen)).Cookie;
        house.Clock.Advance(TimeSpan.FromMinutes(10));
        mine = (await PostAsync(null, mine)).Cookie;
        house.Clock.Advance(TimeSpan.FromMinutes(10));

        var refused = await PostAsync(null, stolen);
        Assert.Equal((HttpStatusCode.Unauthorized, "signed-out"), Code(refused));
        Assert.Contains("expires=Thu, 01 Jan 1970", refused.SetCookie, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Unauthorized, "signed-out"), Code(await PostAsync(null, mine)));
    }

    [Fact]
    public async Task A_sign_in_ends_after_thirty_days_however_often_it_is_used()
    {
        var cookie = (await EnterAsync()).Cookie;
        for (var day = 0; day < 29; day++)
        {
            house.Clock.Advance(TimeSpan.FromDays(1));
            cookie = (await PostAsync(null, cookie)).Cookie;
        }

        house.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((HttpStatusCode.Unauthorized, "signed-out"), Code(await PostAsync(null, cookie)));
        await EnterAsync();
        house.Clock.Advance(SignIns.Life);
        await house.Service.Get<SignIns>().SweepAsync(default);
        Assert.DoesNotContain(house.Service.Engine.Rows(StoreRegistry.Table), r => r.Partition == SignIns.Partition);
    }

    [Fact]
    public async Task Who_signs_out_and_whom_the_operator_lets_out_is_out()
    {
        var (mine, other) = ((await EnterAsync()).Cookie, (await EnterAsync()).Cookie);
        using var bye = new HttpRequestMessage(HttpMethod.Delete, "/api/session");
        bye.Headers.Add("Cookie", mine);
        using var gone = await house.Browser.SendAsync(bye);

        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Equal((HttpStatusCode.Unauthorized, "signed-out"), Code(await PostAsync(null, mine)));
        using var all = await house.Service.Operator.DeleteAsync($"/api/operator/stores/{storeId}/links");
        Assert.Equal(HttpStatusCode.NoContent, all.StatusCode);
        Assert.Equal((HttpStatusCode.Unauthorized, "signed-out"), Code(await PostAsync(null, other)));
    }

    [Fact]
    public async Task Another_sites_page_cannot_use_the_cookie()
    {
        var cookie = (await EnterAsync()).Cookie;
        Assert.Equal((HttpStatusCode.Forbidden, "foreign-origin"), Code(await PostAsync(null, cookie, "https://evil.example.com")));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(null, cookie, "https://connect.example.com")).Status);
    }

    [Fact]
    public async Task A_store_that_left_lets_nobody_in_by_link_or_cookie()
    {
        var (cookie, link) = ((await EnterAsync()).Cookie, await LinkAsync());
        await house.Service.Operator.DeleteAsync($"/api/stores/{storeId}/woocommerce");

        Assert.Equal((HttpStatusCode.Unauthorized, "store-gone"), Code(await PostAsync(null, cookie)));
        Assert.Equal((HttpStatusCode.Unauthorized, "store-gone"), Code(await PostAsync(new { link = link.Fragment[1..] })));
    }

    [Theory]
    [InlineData("""{"handOver":"a","link":"b"}""")]
    [InlineData("""{"token":"a"}""")]
    [InlineData("""{"handOver":7}""")]
    [InlineData("{}")]
    public async Task Who_sends_two_doors_or_none_is_told_what_there_is(string body)
    {
        using var answer = await house.Browser.PostAsync("/api/session", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal((HttpStatusCode.BadRequest, "no-token"), Code(await Answer.OfAsync(answer)));
    }

    private string Token(int minutes = 0) => WooHouse.HandOver(secret, storeId, house.Clock.Now.AddMinutes(minutes));

    private async Task<Uri> LinkAsync()
    {
        using var answer = await house.Service.Operator.PostAsync($"/api/operator/stores/{storeId}/links", null);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(house.Clock.Now.AddMinutes(10), made.GetProperty("expiresAt").GetDateTimeOffset());
        return new(made.GetProperty("url").GetString()!);
    }

    private async Task<Answer> EnterAsync() => await PostAsync(new { link = (await LinkAsync()).Fragment[1..] });

    private static (HttpStatusCode, string) Code(Answer answer) => (answer.Status, answer.Text("code"));

    private async Task<Answer> PostAsync(object? body, string? cookie = null, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session");
        if (body is not null) { request.Content = JsonContent.Create(body); }

        if (cookie is not null) { request.Headers.Add("Cookie", cookie); }

        if (origin is not null) { request.Headers.Add("Origin", origin); }

        using var answer = await house.Browser.SendAsync(request);
        return await Answer.OfAsync(answer);
    }

    private sealed record Answer(HttpStatusCode Status, JsonElement Body, string? SetCookie)
    {
        public string? Cookie => SetCookie?.Split(';')[0];

        public string Text(string name) => Body.GetProperty(name).GetString()!;

        public static async Task<Answer> OfAsync(HttpResponseMessage answer) => new(answer.StatusCode,
            await answer.Content.ReadFromJsonAsync<JsonElement>(),
            answer.Headers.TryGetValues("Set-Cookie", out var given) ? given.First() : null);
    }
}
