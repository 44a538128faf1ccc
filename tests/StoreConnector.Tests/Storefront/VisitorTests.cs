using Microsoft.AspNetCore.Http;
using StoreConnector.Storefront;

namespace StoreConnector.Tests.Storefront;

public sealed class VisitorTests
{
    private const string Phone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";

    [Fact]
    public void A_browser_that_opens_a_page_is_a_person() => Assert.True(Visitor.IsPerson(Browser()));

    [Theory]
    [InlineData("Sec-Purpose", "prefetch;prerender")]
    [InlineData("Purpose", "prefetch")]
    [InlineData("X-Purpose", "preview")]
    [InlineData("X-Moz", "prefetch")]
    [InlineData("Sec-Fetch-Mode", "no-cors")]
    [InlineData("Sec-Fetch-Mode", "cors")]
    [InlineData("User-Agent", "")]
    [InlineData("User-Agent", "curl/8.5.0")]
    [InlineData("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")]
    [InlineData("User-Agent", "WhatsApp/2.24.20 A")]
    [InlineData("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Barracuda Sentinel (EE)")]
    [InlineData("Accept-Language", null)]
    public void A_scanner_a_preview_and_a_prefetch_are_nobody(string header, string? value)
    {
        var request = Browser();
        if (value is null) { request.Headers.Remove(header); }
        else { request.Headers[header] = value; }

        Assert.False(Visitor.IsPerson(request));
    }

    [Fact]
    public void Who_only_asks_for_the_head_is_nobody()
    {
        var request = Browser();
        request.Method = HttpMethods.Head;
        Assert.False(Visitor.IsPerson(request));
    }

    private static HttpRequest Browser()
    {
        var request = new DefaultHttpContext().Request;
        request.Method = HttpMethods.Get;
        request.Headers.UserAgent = Phone;
        request.Headers.AcceptLanguage = "ar-AE,ar;q=0.9,en;q=0.8";
        request.Headers["Sec-Fetch-Mode"] = "navigate";
        return request;
    }
}
