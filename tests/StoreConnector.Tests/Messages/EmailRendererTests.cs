using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Messages;

public sealed partial class EmailRendererTests
{
    public static TheoryData<string, string> Every => [.. Samples.All.Select(s => (s.Language, s.Name))];

    [Theory]
    [MemberData(nameof(Every))]
    public void Each_message_reads_as_it_was_approved(string language, string name)
    {
        var mail = Samples.Of(language, name).Golden();
        GoldenFile.Check($"messages/{name}.{language}.html", mail.Html);
        GoldenFile.Check($"messages/{name}.{language}.txt", $"Subject: {mail.Subject}\n\n{mail.Text}");
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void With_nothing_but_the_necessary_it_still_reads_well(string language, string name)
    {
        var mail = Samples.Of(language, name).Bare();
        GoldenFile.Check($"messages/{name}-bare.{language}.txt", $"Subject: {mail.Subject}\n\n{mail.Text}");
        Holes.AssertNone(mail, "bare");
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void A_missing_value_leaves_no_hole(string language, string name)
    {
        var specimen = Samples.Of(language, name);
        Holes.AssertNone(specimen.Full(), "full");
        foreach (var (what, mail) in specimen.Lesser()) { Holes.AssertNone(mail, what); }
        Why[] reasons = [new Why.Soft(Samples.Asked), new Why.OptOut(Samples.Asked), new Why.OptOut(null), new Why.Requested("Tea")];
        foreach (var why in reasons) { Holes.AssertNone(specimen.In(e => e with { Why = why }), why.ToString()); }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Hostile_words_stay_words(string language, string name)
    {
        var specimen = Samples.Of(language, name);
        var golden = specimen.Full();
        foreach (var words in Hostile())
        {
            var mail = specimen.Poisoned(words);
            Assert.Equal(Shape(Holes.Parse(golden.Html)), Shape(Holes.Parse(mail.Html)));
            Assert.DoesNotContain("<script", mail.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(mail.Subject, char.IsControl);
            Assert.DoesNotContain("\u202E", mail.Subject + mail.Text + mail.Html, StringComparison.Ordinal);
            Assert.Equal(golden.Text.Split('\n').Length, mail.Text.Split('\n').Length);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Words_from_outside_are_printed_as_they_are(string language, string name)
    {
        var mail = Samples.Of(language, name).Poisoned("<b>\"{{store.name}}\"</b> & \u202Egnp.exe");
        GoldenFile.Check($"messages/{name}-hostile.{language}.txt", $"Subject: {mail.Subject}\n\n{mail.Text}");
    }

    /// <summary>Not for reading: tests/tools/pictures.mjs looks whether they scroll sideways.</summary>
    [Theory]
    [InlineData("en", "cart-1")]
    [InlineData("ar", "cart-1")]
    [InlineData("en", "price-drop")]
    [InlineData("ar", "price-drop")]
    [InlineData("en", "price-drops")]
    [InlineData("ar", "price-drops")]
    [InlineData("en", "reorder")]
    [InlineData("ar", "reorder")]
    public void The_longest_words_there_can_be_are_kept_to_be_looked_at(string language, string name)
    {
        var specimen = Samples.Of(language, name);
        var mail = specimen.Poisoned(new string(language == "ar" ? 'م' : 'w', 200));
        Holes.AssertNone(mail, name);
        GoldenFile.Check($"messages/{name}-long.{language}.html", mail.Html);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Mail_programs_are_given_what_they_need(string language, string name)
    {
        var specimen = Samples.Of(language, name);
        var mail = specimen.Full();
        var page = Holes.Parse(mail.Html);
        Assert.InRange(Encoding.UTF8.GetByteCount(mail.Html), 1, 60 * 1024);
        Assert.InRange(page.QuerySelectorAll("style").Sum(style => style.TextContent.Length), 1, 12 * 1024);
        Assert.Equal((language, language == "ar" ? "rtl" : "ltr"),
            (page.DocumentElement.GetAttribute("lang"), page.DocumentElement.GetAttribute("dir")));
        Assert.Empty(page.QuerySelectorAll("img:not([alt]), img:not([width]), img:not([height])"));
        Assert.Empty(page.QuerySelectorAll("table:not([role=presentation]), .px table:not([dir])"));
        Assert.Equal(specimen.HasBigButton ? 1 : 0, Regex.Count(mail.Html, "<v:roundrect"));
        Assert.Equal(Regex.Count(mail.Html, @"<!--\[if"), Regex.Count(mail.Html, @"<!\[endif\]"));
        Assert.DoesNotContain("fonts.googleapis", mail.Html, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("script, link, iframe, form"));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Arabic_is_not_turned_into_entities(string language, string name)
    {
        var specimen = Samples.Of(language, name);
        Assert.DoesNotMatch(@"&#1[56]\d\d;", specimen.Full().Html);
        Assert.Contains(specimen.Envelope.Brand.Name, specimen.Full().Html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void The_way_in_the_reason_and_the_way_out_stand_in_both_parts(string language, string name)
    {
        var specimen = Samples.Of(language, name);
        var mail = specimen.Full();
        var links = Holes.Parse(mail.Html).QuerySelectorAll("a").Select(a => a.GetAttribute("href")).ToList();
        Uri[] all = [.. specimen.WaysIn, specimen.Envelope.Unsubscribe, specimen.Envelope.Preferences!];
        foreach (var link in all)
        {
            Assert.Contains(link.AbsoluteUri, mail.Text, StringComparison.Ordinal);
            Assert.Contains(link.AbsoluteUri, links);
        }

        var date = DateText.Of(Samples.Asked, language, "AE", DateParts.Year).Replace("14 ", "14\u00A0");
        Assert.Contains(date, mail.Text, StringComparison.Ordinal);
        Assert.Contains(date, Holes.Parse(mail.Html).Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void The_page_of_choices_is_named_only_when_there_is_one(string language, string name)
    {
        var mail = Samples.Of(language, name).In(e => e with { Preferences = null });
        Assert.DoesNotContain(Words.Common(language)["preferences"], mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void No_answer_is_asked_for_that_nobody_reads()
    {
        foreach (var language in MessageLanguage.All)
        {
            var mail = Render(CartSamples.Full(language, 2) with { RepliesAreRead = false });
            Assert.DoesNotMatch("(?i)reply|الرد على", mail.Subject + mail.Text + mail.Html);
        }
    }

    [Theory]
    [InlineData("cart-1", "cart-reminders")]
    [InlineData("price-drop", "price-drops")]
    [InlineData("price-drops", "price-drops")]
    [InlineData("reorder", "reorders")]
    public void The_headers_offer_one_click_and_a_list_to_sort_by(string name, string topic)
    {
        var headers = Samples.Of("ar", name).Full().Headers.ToDictionary(header => header.Key, header => header.Value);
        Assert.Equal("<https://l.example.com/u/Yk3pQ8sLw2Vn>", headers["List-Unsubscribe"]);
        Assert.Equal("List-Unsubscribe=One-Click", headers["List-Unsubscribe-Post"]);
        Assert.Equal($"<{topic}.rimal.l.example.com>", headers["List-Id"]);
        Assert.Equal("ar", headers["Content-Language"]);
    }

    [Fact]
    public void A_host_in_another_script_is_written_in_ASCII()
    {
        var mail = Samples.Of("ar", "cart-1").In(e => e with { Unsubscribe = new("https://قهوة.example/u/س?a=1") });
        Assert.Equal("<https://xn--ogb3cpe.example/u/%D8%B3?a=1>", mail.Headers[0].Value);
        Assert.Contains("xn--ogb3cpe.example/u/", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Without_what_no_message_may_lack_nothing_is_made(string language, string name)
    {
        Refused("store name", e => e with { Brand = e.Brand with { Name = " \u200B" } });
        Refused("postal address", e => e with { Brand = e.Brand with { PostalAddress = null } });
        Refused("unsubscribe link", e => e with { Unsubscribe = new("http://l.example.com/u/x") });
        Refused("reason", e => e with { Why = null! });
        Refused("reason", e => e with { Why = new Why.Requested("\u200B") });
        Assert.Throws<ArgumentOutOfRangeException>(() => Samples.Of(language, name).In(e => e with { Language = "fr" }));

        void Refused(string what, Func<Envelope, Envelope> without) => Assert.Equal(
            [what], Assert.Throws<IncompleteMessageException>(() => Samples.Of(language, name).In(without)).Missing);
    }

    [Fact]
    public void Without_a_way_in_nothing_is_made()
    {
        var cart = CartSamples.Full("en", 1);
        var script = new Uri("javascript:alert(1)");
        Assert.Empty(cart.Missing());
        Refused("button link", () => Render(cart with { Button = script }));
        Refused("button link", () => Samples.Renderer.Render("rimal", ReorderSamples.Full("en") with { Button = script }));
        Refused("lower price to show", () => Samples.Renderer.Render(
            "rimal", PriceDropSamples.Each(PriceDropSamples.Three("en"), drop => drop with { Url = script })));
        Assert.Throws<ArgumentOutOfRangeException>(() => Render(cart with { Step = 4 }));

        static void Refused(string what, Action render) =>
            Assert.Equal([what], Assert.Throws<IncompleteMessageException>(render).Missing);
    }

    [Fact]
    public void The_templates_ask_for_exactly_the_fields_of_the_view()
    {
        var everyMessageAsks = Samples.All.SelectMany(Asked).ToHashSet();
        foreach (var kind in Samples.All.GroupBy(specimen => specimen.GetType())) // the three steps share one view
        {
            foreach (var message in kind.GroupBy(specimen => specimen.Template))
            {
                Assert.Equal([], message.SelectMany(Asked).Except(message.SelectMany(Given)));
            }

            var given = kind.SelectMany(Given).ToHashSet();
            var asked = kind.SelectMany(Asked).ToHashSet();
            Assert.DoesNotContain(given, path => !IsContainer(path, given)
                && !(IsOfEnvelope(path) ? everyMessageAsks : asked).Contains(path));
        }

        static HashSet<string> Asked(ISpecimen specimen) => [.. Templates(specimen).SelectMany(Fields)];

        static HashSet<string> Given(ISpecimen specimen) => [.. specimen.Views().SelectMany(view => Paths("", view))];

        static bool IsOfEnvelope(string path) => path.Split('.')[0] is "brand" or "store" or "why";

        static bool IsContainer(string path, HashSet<string> all) =>
            all.Any(other => other.StartsWith(path + ".", StringComparison.Ordinal));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Four_thousand_messages_by_chance_have_no_holes()
    {
        var chance = new Random(20260314);
        for (var i = 0; i < 4000; i++)
        {
            var specimen = Samples.All[chance.Next(Samples.All.Count)];
            var mail = specimen.ByChance(chance);
            Holes.AssertNoneInSource(mail, $"{specimen.Name} {i}");
            if (i % 10 == 0) { Holes.AssertNone(mail, $"{specimen.Name} {i}"); } // a parser takes most of the time
        }
    }

    private static StoreConnector.Channels.MessageContent.Email Render(CartReminder reminder) =>
        Samples.Renderer.Render("rimal", reminder);

    private static IEnumerable<string> Hostile() =>
    [
        "<script>alert(document.cookie)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "--><b>x</b><!--[if mso]>",
        "</title></style></bdi></td></table><h1>x",
        "{{#each lines}}{{{title}}}{{/each}}{{constructor}}",
        "exe.\u202Egnp a",
        "a\r\nBcc: x@example.com\r\n\r\nb",
        "&lt;b&gt; &amp; &quot; &#39;",
        "javascript:alert(1)",
        new string('w', 200),
        "قهوة عربية محمّصة",
        "plain English",
    ];

    /// <summary>The tree without its text: elements, their attributes' names, and the comments.</summary>
    internal static string Shape(INode node)
    {
        var shape = new StringBuilder();
        Walk(node);
        return shape.ToString();

        void Walk(INode at)
        {
            foreach (var child in at.ChildNodes)
            {
                if (child is IComment) { shape.Append("<!-->"); }
                if (child is not IElement element) { continue; }
                var attributes = element.Attributes.Select(a => a.Name)
                    .Where(name => !(element.LocalName == "bdi" && name == "dir"));
                shape.Append('<').Append(element.LocalName).Append(' ').AppendJoin(' ', attributes).Append('>');
                Walk(element);
                shape.Append("</>");
            }
        }
    }

    /// <summary>Every field a template asks for, by its path from the view: of a list, that of its items.</summary>
    private static IEnumerable<string> Fields(string template)
    {
        var scopes = new Stack<string>([""]);
        foreach (Match tag in Tag().Matches(template))
        {
            var (block, name) = (tag.Groups[1].Value, tag.Groups[2].Value);
            if (block.StartsWith('/'))
            {
                if (name is "with" or "each") { scopes.Pop(); }
                continue;
            }

            if (name == "else") { continue; }
            var path = name.StartsWith("../", StringComparison.Ordinal)
                ? scopes.ElementAt(1) + name[3..] : scopes.Peek() + name;
            yield return path;
            if (block is "#with " or "#each ") { scopes.Push(path + "."); }
        }
    }

    private static IEnumerable<string> Templates(ISpecimen specimen)
    {
        var name = MessageName.All.First(known => known.Channel == Channel.Email
            && known.Template == specimen.Template && known.Language == specimen.Language);
        var words = TemplateWords.Of(name, OwnText.None);
        yield return TemplateWords.Fill(TemplateWords.Subject, isHtml: false, name.Language, words);
        foreach (var extension in new[] { "html", "txt" })
        {
            using var stream = typeof(EmailRenderer).Assembly.GetManifestResourceStream(
                $"email/{specimen.Template}.{specimen.Language}.{extension}")!;
            using var reader = new StreamReader(stream);
            yield return TemplateWords.Fill(reader.ReadToEnd(), extension == "html", name.Language, words);
        }
    }

    private static IEnumerable<string> Paths(string prefix, IReadOnlyDictionary<string, object?> fields) =>
        fields.SelectMany<KeyValuePair<string, object?>, string>(field => field.Value switch
        {
            IReadOnlyDictionary<string, object?> nested =>
                [prefix + field.Key, .. Paths($"{prefix}{field.Key}.", nested)],
            IEnumerable<IReadOnlyDictionary<string, object?>> list =>
                [prefix + field.Key, .. list.SelectMany(item => Paths($"{prefix}{field.Key}.", item))],
            string => [prefix + field.Key],
            var other => throw new InvalidOperationException($"{field.Key} is no text: {other}"),
        });

    [GeneratedRegex(@"\{\{(#\w+ |/)?([\w./]+)\}\}")]
    private static partial Regex Tag();
}
