using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;
using StoreConnector.Storefront;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Messages;

public sealed class UnsubscribePageTests
{
    private static readonly string[] Pages = ["before", "done", "undone", "unknown", "taken"];

    public static TheoryData<string, string> Every =>
        [.. MessageLanguage.All.SelectMany(_ => Pages, (language, page) => (language, page))];

    [Theory]
    [MemberData(nameof(Every))]
    public void Each_page_reads_as_it_was_approved(string language, string page) =>
        GoldenFile.Check($"messages/unsubscribe-{page}.{language}.html", Html(language, page));

    [Theory]
    [MemberData(nameof(Every))]
    public void No_page_runs_fetches_or_tells_anything(string language, string page)
    {
        var html = Html(language, page);
        var document = Holes.Parse(html);
        Assert.Empty(document.QuerySelectorAll("script,link,img,iframe,[onclick],[src]"));
        Assert.Equal("noindex, nofollow", document.QuerySelector("meta[name=robots]")!.GetAttribute("content"));
        Assert.Equal("no-referrer", document.QuerySelector("meta[name=referrer]")!.GetAttribute("content"));
        Assert.Equal((language, language == "ar" ? "rtl" : "ltr"),
            (document.DocumentElement.GetAttribute("lang"), document.DocumentElement.GetAttribute("dir")));
        Assert.DoesNotContain("mariam@", html, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", html, StringComparison.Ordinal);
        // To the page's own address; an unknown link's page stands at addresses that take no form.
        Assert.All(document.QuerySelectorAll("form"), form =>
            Assert.Equal(("post", page == "unknown" ? "/u/unknown" : null), (form.GetAttribute("method"), form.GetAttribute("action"))));
        Assert.All(document.QuerySelectorAll("h1,p,button,label,title"), e => Assert.NotEmpty(e.TextContent.Trim()));
    }

    [Fact]
    public void The_first_page_asks_with_one_button_and_no_reason()
    {
        var page = Holes.Parse(Html("en", "before"));
        Assert.Equal("Stop e-mails from Rimal Coffee to m•••@example.com?", page.QuerySelector("h1")!.TextContent);
        Assert.Single(page.QuerySelectorAll("button"));
        Assert.Empty(page.QuerySelectorAll("input,textarea,select,a"));
    }

    [Fact]
    public void The_page_of_choices_is_offered_only_when_there_is_one()
    {
        var html = UnsubscribePage.Before("en", Samples.Envelope("en").Brand, Address().Masked(),
            choose: new("https://l.example.com/p/x"));
        Assert.Contains("Choose instead", html, StringComparison.Ordinal);
    }

    [Fact]
    public void It_can_be_undone()
    {
        var undo = Holes.Parse(Html("ar", "done")).QuerySelector("input")!;
        Assert.Equal(["hidden", "undo", "1"], new[] { "type", "name", "value" }.Select(undo.GetAttribute));
    }

    [Fact]
    public void A_store_s_name_stays_a_name()
    {
        var brand = new Brand { Name = "<script>alert(1)</script>{{address}}</title>",
            Color = "red}body{display:none" };
        var page = Holes.Parse(UnsubscribePage.Before("en", brand, Address().Masked()));
        Assert.Empty(page.QuerySelectorAll("script"));
        Assert.Contains("{{address}}", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("display:none", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
    }

    private static string Html(string language, string page)
    {
        var brand = Samples.Envelope(language).Brand;
        return page switch
        {
            "before" => UnsubscribePage.Before(language, brand, Address().Masked()),
            "done" => UnsubscribePage.Done(language, brand),
            "undone" => UnsubscribePage.Undone(language, brand),
            "unknown" => UnsubscribePage.Unknown(language),
            _ => UnsubscribePage.Taken(language),
        };
    }

    private static EmailAddress Address() =>
        EmailAddress.TryParse("mariam@example.com", out var address) ? address : throw new InvalidOperationException();
}
