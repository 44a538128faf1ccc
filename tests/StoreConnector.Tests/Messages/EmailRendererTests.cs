using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Events;
using StoreConnector.Core.Messages;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Messages;

public sealed partial class EmailRendererTests
{
    private static readonly EmailRenderer Renderer = new();

    public static TheoryData<string, int> Every => [.. Samples.All];

    [Theory]
    [MemberData(nameof(Every))]
    public void Each_step_reads_as_it_was_approved(string language, int step)
    {
        var mail = Render(Samples.Cart(language, step));
        GoldenFile.Check($"messages/cart-{step}.{language}.html", mail.Html);
        GoldenFile.Check($"messages/cart-{step}.{language}.txt", $"Subject: {mail.Subject}\n\n{mail.Text}");
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void With_nothing_but_the_necessary_it_still_reads_well(string language, int step)
    {
        var mail = Render(Samples.Bare(language, step));
        GoldenFile.Check($"messages/cart-{step}-bare.{language}.txt", $"Subject: {mail.Subject}\n\n{mail.Text}");
        Holes.AssertNone(mail, "bare");
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void A_missing_value_leaves_no_hole(string language, int step)
    {
        var full = Samples.Full(language, step);
        Holes.AssertNone(Render(full), "full");
        foreach (var (what, without) in Samples.Without) { Holes.AssertNone(Render(without(full)), $"without {what}"); }
        Holes.AssertNone(Render(full with { Why = new Why.Soft(Samples.Asked) }), "bought before");
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Hostile_words_stay_words(string language, int step)
    {
        var golden = Render(Samples.Full(language, step));
        foreach (var words in Hostile())
        {
            var mail = Render(Poisoned(Samples.Full(language, step), words));
            Assert.Equal(Shape(Holes.Parse(golden.Html)), Shape(Holes.Parse(mail.Html)));
            Assert.DoesNotContain("<script", mail.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(mail.Subject, char.IsControl);
            Assert.DoesNotContain("\u202E", mail.Subject + mail.Text + mail.Html, StringComparison.Ordinal);
            Assert.Equal(golden.Text.Split('\n').Length, mail.Text.Split('\n').Length);
        }
    }

    [Fact]
    public void A_shopper_s_braces_are_not_a_template()
    {
        var mail = Render(Poisoned(Samples.Full("en", 1), "{{store.name}}"));
        Assert.Contains("- {{store.name}}, {{store.name}}", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Mail_programs_are_given_what_they_need(string language, int step)
    {
        var mail = Render(Samples.Full(language, step));
        var page = Holes.Parse(mail.Html);
        Assert.InRange(Encoding.UTF8.GetByteCount(mail.Html), 1, 60 * 1024);
        Assert.InRange(page.QuerySelectorAll("style").Sum(style => style.TextContent.Length), 1, 12 * 1024);
        Assert.Equal((language, language == "ar" ? "rtl" : "ltr"),
            (page.DocumentElement.GetAttribute("lang"), page.DocumentElement.GetAttribute("dir")));
        Assert.Empty(page.QuerySelectorAll("img:not([alt]), img:not([width]), img:not([height])"));
        Assert.Empty(page.QuerySelectorAll("table:not([role=presentation]), .px table:not([dir])"));
        Assert.Single(Regex.Matches(mail.Html, "<v:roundrect"));
        Assert.Equal(Regex.Count(mail.Html, @"<!--\[if"), Regex.Count(mail.Html, @"<!\[endif\]"));
        Assert.DoesNotContain("fonts.googleapis", mail.Html, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("script, link, iframe, form"));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Arabic_is_not_turned_into_entities(string language, int step)
    {
        var mail = Render(Samples.Full(language, step));
        Assert.DoesNotMatch(@"&#1[56]\d\d;", mail.Html);
        Assert.Contains(Samples.Full(language, step).Brand.Name, mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void The_way_in_the_reason_and_the_way_out_stand_in_both_parts(string language, int step)
    {
        var reminder = Samples.Full(language, step);
        var mail = Render(reminder);
        var links = Holes.Parse(mail.Html).QuerySelectorAll("a").Select(a => a.GetAttribute("href")).ToList();
        foreach (var link in new[] { reminder.Button, reminder.Unsubscribe, reminder.Preferences! })
        {
            Assert.Contains(link.AbsoluteUri, mail.Text, StringComparison.Ordinal);
            Assert.Contains(link.AbsoluteUri, links);
        }

        var date = DateText.Of(Samples.Asked, language, "AE", DateParts.Year);
        Assert.Contains(date, mail.Text, StringComparison.Ordinal);
        Assert.Contains(date, Holes.Parse(mail.Html).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_choices_is_named_only_when_there_is_one()
    {
        var mail = Render(Samples.Full("en", 1) with { Preferences = null });
        Assert.DoesNotContain("Choose what you get", mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void No_answer_is_asked_for_that_nobody_reads()
    {
        foreach (var language in MessageLanguage.All)
        {
            var mail = Render(Samples.Full(language, 2) with { RepliesAreRead = false });
            Assert.DoesNotMatch("(?i)reply|الرد على", mail.Subject + mail.Text + mail.Html);
        }
    }

    [Fact]
    public void The_headers_offer_one_click_and_a_list_to_sort_by()
    {
        var headers = Render(Samples.Full("ar", 1)).Headers.ToDictionary(header => header.Key, header => header.Value);
        Assert.Equal("<https://l.example.com/u/Yk3pQ8sLw2Vn>", headers["List-Unsubscribe"]);
        Assert.Equal("List-Unsubscribe=One-Click", headers["List-Unsubscribe-Post"]);
        Assert.Equal("<cart-reminders.rimal.l.example.com>", headers["List-Id"]);
        Assert.Equal("ar", headers["Content-Language"]);
    }

    [Fact]
    public void A_host_in_another_script_is_written_in_ASCII()
    {
        var mail = Render(Samples.Full("ar", 1) with { Unsubscribe = new("https://قهوة.example/u/س?a=1") });
        Assert.Equal("<https://xn--ogb3cpe.example/u/%D8%B3?a=1>", mail.Headers[0].Value);
        Assert.Contains("xn--ogb3cpe.example/u/", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_what_no_message_may_lack_nothing_is_made()
    {
        var full = Samples.Full("en", 1);
        Refused("store name", full with { Brand = full.Brand with { Name = " \u200B" } });
        Refused("postal address", full with { Brand = full.Brand with { PostalAddress = null } });
        Refused("button link", full with { Button = new("javascript:alert(1)") });
        Refused("unsubscribe link", full with { Unsubscribe = new("http://l.example.com/u/x") });
        Refused("reason", full with { Why = null! });
        Assert.Empty(full.Missing());
        Assert.Throws<ArgumentOutOfRangeException>(() => Render(full with { Step = 4 }));

        static void Refused(string what, CartReminder reminder) =>
            Assert.Equal([what], Assert.Throws<IncompleteMessageException>(() => Render(reminder)).Missing);
    }

    [Fact]
    public void The_templates_ask_for_exactly_the_fields_of_the_view()
    {
        var asked = Samples.All.Select(s => $"email/abandoned-cart-{s.Step}.{s.Language}")
            .SelectMany(_ => new[] { "html", "txt", "subject" }, (name, ext) => $"{name}.{ext}")
            .SelectMany(Fields).ToHashSet();
        var views = Samples.All.Select(s => Samples.Full(s.Language, s.Step)).SelectMany(r => new[]
        {
            r,
            r with { Why = new Why.Soft(Samples.Asked) },
            r with { Lines = [.. Enumerable.Repeat(r.Lines[0] with { Picture = null }, 7)] },
        });
        var given = views.SelectMany(r => Paths("", CartReminderView.Build(r))).ToHashSet();
        Assert.Equal(asked.Order(), given.Where(path => asked.Contains(path) || !IsContainer(path, given)).Order());

        static bool IsContainer(string path, HashSet<string> all) =>
            all.Any(other => other.StartsWith(path + ".", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_thousand_carts_by_chance_have_no_holes()
    {
        var chance = new Random(20260314);
        for (var i = 0; i < 2000; i++)
        {
            var mail = Render(ByChance(chance));
            Holes.AssertNoneInSource(mail, $"cart {i}");
            if (i % 10 == 0) { Holes.AssertNone(mail, $"cart {i}"); } // a parser takes most of the time
        }
    }

    private static MessageContent.Email Render(CartReminder reminder) => Renderer.Render("rimal", reminder);

    private static CartReminder ByChance(Random chance)
    {
        var reminder = Samples.Full(chance.Next(2) == 0 ? "en" : "ar", chance.Next(1, 4));
        foreach (var without in Samples.Without.Values.Where(_ => chance.Next(6) == 0))
        {
            reminder = without(reminder);
        }

        string[] titles =
            ["Tea", "قهوة 250 غ", "★", "\u200F", "A <b> & \"c\"", new string('x', 160), "🇦🇪 flag", "e\u0301"];
        string[] currencies = ["AED", "KWD", "JPY", "ZZZ", "bad"];
        var lines = Enumerable.Range(0, chance.Next(12)).Select(_ => new Line
        {
            Title = titles[chance.Next(titles.Length)],
            Detail = chance.Next(2) == 0 ? titles[chance.Next(titles.Length)] : null,
            Quantity = chance.Next(1, 200),
            Price = chance.Next(5) == 0 ? null
                : new(chance.Next(1_000_000) / 1000m, currencies[chance.Next(20) == 0 ? chance.Next(5) : 0]),
            Picture = chance.Next(3) == 0 ? new("http://shop.example/p.png") : new("https://shop.example/p.png"),
        }).ToList();
        return chance.Next(4) == 0 ? reminder : reminder with
        {
            Lines = lines,
            ItemCount = lines.Sum(line => line.Quantity) + chance.Next(3),
            Subtotal = chance.Next(3) == 0 ? null : new(chance.Next(100_000) / 100m, "AED"),
            Brand = reminder.Brand with { Digits = (Digits)chance.Next(2), Color = $"#{chance.Next(0x1000000):X6}" },
        };
    }

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

    private static CartReminder Poisoned(CartReminder reminder, string words) => reminder with
    {
        Brand = reminder.Brand with
        {
            Name = words,
            PostalAddress = words,
            Color = words,
            Logo = reminder.Brand.Logo! with { Source = new("https://cdn.example.com/" + Uri.EscapeDataString(words)) },
        },
        PersonName = "Mariam",
        Lines = [.. reminder.Lines.Select(line => line with
        {
            Title = words,
            Detail = words,
            Picture = new("https://cdn.example.com/p.png?\"><script>'" + (words.Length > 100 ? "" : words)),
        })],
        Coupon = reminder.Coupon! with { What = words },
        Button = new("https://l.example.com/c/?'\"><script>&{{x}}-->"),
    };

    /// <summary>The tree without its text: elements, their attributes' names, and the comments.</summary>
    private static string Shape(INode node)
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

    private static IEnumerable<string> Fields(string template)
    {
        using var reader = new StreamReader(typeof(EmailRenderer).Assembly.GetManifestResourceStream(template)!);
        return Field().Matches(reader.ReadToEnd()).Select(match => match.Groups[1].Value).Where(name => name != "else");
    }

    private static IEnumerable<string> Paths(string prefix, IReadOnlyDictionary<string, object?> fields) =>
        fields.SelectMany<KeyValuePair<string, object?>, string>(field => field.Value switch
        {
            IReadOnlyDictionary<string, object?> nested =>
                [prefix + field.Key, .. Paths($"{prefix}{field.Key}.", nested)],
            IEnumerable<IReadOnlyDictionary<string, object?>> list =>
                [field.Key, .. list.SelectMany(item => Paths("", item))],
            string => [prefix + field.Key],
            var other => throw new InvalidOperationException($"{field.Key} is no text: {other}"),
        });

    [GeneratedRegex(@"\{\{(?:#\w+ )?([\w.]+)\}\}")]
    private static partial Regex Field();
}
