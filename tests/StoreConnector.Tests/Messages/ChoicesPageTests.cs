using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storefront;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Messages;

public sealed class ChoicesPageTests
{
    private static readonly string[] Pages =
        ["choices", "choices-saved", "choices-stopped", "later", "later-done", "later-gone", "confirm", "confirm-texts",
            "confirm-done", "confirm-old"];

    public static TheoryData<string, string> Every =>
        [.. MessageLanguage.All.SelectMany(_ => Pages, (language, page) => (language, page))];

    [Theory]
    [MemberData(nameof(Every))]
    public void Each_page_reads_as_it_was_approved(string language, string page) =>
        GoldenFile.Check($"messages/{page}.{language}.html", Html(language, page));

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
        Assert.All(document.QuerySelectorAll("form"), form =>
            Assert.Equal(("post", false), (form.GetAttribute("method"), form.HasAttribute("action"))));
        Assert.All(document.QuerySelectorAll("h1,p,button,label,legend,title"),
            e => Assert.NotEmpty(e.TextContent.Trim()));
    }

    [Fact]
    public void Each_box_says_what_it_is_for_and_whether_it_is_ticked()
    {
        var page = Holes.Parse(Html("en", "choices"));
        Assert.Equal(["E-mails to m•••@example.com", "Texts to +•••23"],
            page.QuerySelectorAll("legend").Select(l => l.TextContent));
        Assert.Equal(["Cart reminders", "Price drops", "Time to reorder", "Offers and news"],
            page.QuerySelector("fieldset")!.QuerySelectorAll("label").Select(l => l.TextContent.Trim()));
        Assert.Equal(["email:cart", "email:price", "email:offers", "sms:reorder"],
            page.QuerySelectorAll("input[checked]").Select(i => $"{i.GetAttribute("name")}:{i.GetAttribute("value")}"));
        Assert.Equal(2, page.QuerySelectorAll("button").Length);
    }

    [Fact]
    public void Boxes_that_a_page_cannot_tick_are_not_offered()
    {
        var page = Holes.Parse(Html("en", "choices-stopped"));
        Assert.Equal(4, page.QuerySelectorAll("input[name=sms][disabled]").Length);
        Assert.Equal(["email"], page.QuerySelectorAll("input[name=shown]").Select(i => i.GetAttribute("value")));
        Assert.Contains("START", page.QuerySelector(".hint")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_s_name_stays_a_name()
    {
        var brand = new Brand { Name = "<script>alert(1)</script>{{address}}</title>" };
        var page = Holes.Parse(ChoicesPage.Boxes("en", brand, [Email()]));
        Assert.Empty(page.QuerySelectorAll("script"));
        Assert.Contains("{{address}}", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    private static string Html(string language, string page)
    {
        var brand = Samples.Envelope(language).Brand;
        var stop = new OptOut(Samples.Now, null, "stop");
        return page switch
        {
            "choices" => ChoicesPage.Boxes(language, brand, [Email(), Phone()]),
            "choices-saved" => ChoicesPage.Boxes(language, brand, [Email()], isSaved: true),
            "choices-stopped" => ChoicesPage.Boxes(language, brand, [Email(), Phone() with { Wanted = [], Above = stop }]),
            "later" => ChoicesPage.Later(language, brand),
            "later-done" => ChoicesPage.PutOff(language, brand),
            "later-gone" => ChoicesPage.NothingLater(language, brand),
            "confirm" => Confirm(Channel.Email),
            "confirm-texts" => Confirm(Channel.Sms),
            "confirm-done" => ConfirmPage.Done(language, brand),
            _ => ConfirmPage.Old(language),
        };

        string Confirm(Channel channel) => ConfirmPage.Before(language, brand, channel == Channel.Email ? "m•••@example.com"
            : "+•••23", channel, TopicWords.List(Choices.All, language));
    }

    private static AddressChoices Email() => new(
        Channel.Email, "h", "m•••@example.com", true, [Purpose.Cart, Purpose.Price, Purpose.Offers], null);

    private static AddressChoices Phone() => new(Channel.Sms, "g", "+•••23", false, [Purpose.Reorder], null);
}
