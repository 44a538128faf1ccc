using System.Collections.Immutable;
using StoreConnector.Channels;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;

namespace StoreConnector.Tests.Messages;

public sealed class OwnWordsTests
{
    public static TheoryData<string, string> Every =>
        [.. Samples.All.Select(s => (s.Language, s.Name)).Where(s => s.Name != "reorder-no-rhythm")];

    [Theory]
    [MemberData(nameof(Every))]
    public void Each_of_a_merchants_words_stands_where_ours_stood(string language, string name)
    {
        var specimen = Samples.Of(language, name);
        var message = NameOf(specimen);
        var words = Wording.Keys(message).ToDictionary(key => key, key => $"Own {key} <b>&\"");
        Assert.Empty(Wording.Check(message, words));

        var mail = specimen.In(e => e with { Words = Own(message, words) });

        var page = Holes.Parse(mail.Html);
        Assert.Equal(words["subject"], mail.Subject);
        Assert.Equal(words["subject"], page.Title);
        Assert.StartsWith(words["preheader"], page.Body!.TextContent.TrimStart(), StringComparison.Ordinal);
        Assert.Equal(words["heading"], page.QuerySelector("h1")!.TextContent);
        foreach (var key in new[] { "body", "note" })
        {
            Assert.Contains(page.QuerySelectorAll("p"), p => p.TextContent == words[key]);
            Assert.Contains(words[key], mail.Text, StringComparison.Ordinal);
        }

        if (words.TryGetValue("button", out var button))
        {
            Assert.Equal(button, page.QuerySelector(".btn a")!.TextContent);
            Assert.Contains(button + ":\n", mail.Text, StringComparison.Ordinal);
        }

        Assert.Empty(page.QuerySelectorAll("b"));
        Holes.AssertNone(mail, name);
    }

    [Fact]
    public void Words_of_one_message_and_language_are_no_other_ones()
    {
        var specimen = Samples.Of("en", "cart-1");
        foreach (var other in MessageName.All.Where(known => known.Key != "abandoned-cart.1.email.en"))
        {
            var mail = specimen.In(e => e with { Words = Own(other, Wording.Keys(other).ToDictionary(k => k, _ => "Own")) });
            Assert.Equal(specimen.Full().Html, mail.Html);
        }
    }

    [Fact]
    public void A_value_in_them_is_isolated_in_HTML_and_in_Arabic_text()
    {
        var english = Mail("en", "cart-1", ("body", "{{first}} waits."));
        var arabic = Mail("ar", "cart-1", ("body", "ما زال {{first}} هنا."), ("subject", "سلتك: {{first}}"));

        Assert.Contains(">\u003cbdi>House Espresso</bdi> waits.<", english.Html, StringComparison.Ordinal);
        Assert.Contains("House Espresso waits.", english.Text, StringComparison.Ordinal);
        Assert.Contains("ما زال <bdi>إسبريسو الدار</bdi> هنا.", arabic.Html, StringComparison.Ordinal);
        Assert.Contains("ما زال \u2068إسبريسو الدار\u2069 هنا.", arabic.Text, StringComparison.Ordinal);
        Assert.Equal("سلتك: إسبريسو الدار", arabic.Subject);
    }

    [Fact]
    public void Where_a_value_they_name_is_not_known_ours_stand()
    {
        var own = ("body", "{{name}}, {{first}} is {{subtotal}}.");
        Assert.Contains("Mariam, House Espresso is AED\u00A0242.50.", Mail("en", "cart-1", own).Text, StringComparison.Ordinal);

        var ours = Words.AbandonedCart("en")["1.body"];
        foreach (var lesser in new Func<CartReminder, CartReminder>[]
        {
            r => r with { Envelope = r.Envelope with { PersonName = null } },
            r => r with { Subtotal = null },
            r => r with { Lines = [] },
        })
        {
            var cart = CartSamples.Full("en", 1);
            var name = MessageName.Of(AbandonedCart.Name, "1", Channel.Email, "en");
            var mail = Samples.Renderer.Render("rimal", lesser(cart with
            {
                Envelope = cart.Envelope with { Words = Own(name, new() { [own.Item1] = own.Item2 }) },
            }));
            Assert.Contains(ours, mail.Text, StringComparison.Ordinal);
            Assert.Contains($">{ours}<", mail.Html, StringComparison.Ordinal);
            Holes.AssertNone(mail, "own words");
        }
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Every_field_that_may_be_named_has_a_value_in_some_message()
    {
        foreach (var message in MessageName.All.Where(known => known.Channel == Channel.Email))
        {
            var specimen = Samples.All.First(s => s.Template == message.Template && s.Language == message.Language);
            foreach (var field in Wording.Fields(message))
            {
                var text = $"own words and {{{{{field}}}}}";
                Assert.Empty(Wording.Check(message, new Dictionary<string, string> { ["note"] = text }));
                var mail = specimen.In(e => e with { Words = Own(message, new() { ["note"] = text }) });
                Assert.Contains("own words and ", mail.Text, StringComparison.Ordinal);
            }
        }
    }

    [Trait("Speed", "slow")]
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("{{#each lines}}{{{title}}}{{/each}}")]
    [InlineData("exe.\u202Egnp a\r\nBcc: x@example.com")]
    [InlineData("قهوة عربية")]
    public void Hostile_values_stay_words_in_a_merchants_words_too(string hostile)
    {
        foreach (var specimen in Samples.All)
        {
            var message = NameOf(specimen);
            var all = string.Join(' ', Wording.Fields(message).Select(field => $"{{{{{field}}}}}"));
            foreach (var key in Wording.Keys(message).Where(key => key != "button"))
            {
                var words = Own(message, new() { [key] = all });
                var mail = specimen.Poisoned(hostile, words);
                Assert.Equal(EmailRendererTests.Shape(Holes.Parse(specimen.In(e => e with { Words = words }).Html)),
                    EmailRendererTests.Shape(Holes.Parse(mail.Html)));
                Assert.DoesNotContain(mail.Subject, char.IsControl);
                Assert.DoesNotContain("\u202E", mail.Subject + mail.Text + mail.Html, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_discreet_subject_names_no_product_whosever_words_they_are()
    {
        foreach (var specimen in Samples.All)
        {
            var message = NameOf(specimen);
            var product = Wording.Fields(message).FirstOrDefault(f => f is "first" or "drop.short" or "product.short")!;
            var own = Own(message, new() { ["subject"] = $"Own {{{{{product}}}}}", ["preheader"] = $"See {{{{{product}}}}}" });
            string[] titles = ["House Espresso", "Ceramic dripper", "إسبريسو", "قمع"];
            foreach (var words in new[] { OwnWords.None, own })
            {
                var mail = specimen.In(e => e with { Words = words, Brand = e.Brand with { DiscreetSubjects = true } });
                var page = Holes.Parse(mail.Html);
                var preheader = page.Body!.TextContent.TrimStart().Split('\u034F')[0];
                Assert.All(titles, title => Assert.DoesNotContain(title, mail.Subject + page.Title + preheader,
                    StringComparison.Ordinal));
                Holes.AssertNone(mail, specimen.Name);
            }
        }
    }

    [Fact]
    public void A_saved_change_is_seen_in_the_next_message()
    {
        var name = MessageName.Of(Replenishment.Name, "1", Channel.Email, "en");
        foreach (var version in new[] { 1, 2, 3 })
        {
            var words = new OwnText(version, ImmutableSortedDictionary<string, string>.Empty.Add("subject", $"No. {version}"));
            var message = ReorderSamples.Full("en");
            for (var again = 0; again < 2; again++)
            {
                var mail = Samples.Renderer.Render("rimal", message with
                {
                    Envelope = message.Envelope with { Words = OwnWords.None.With(name, words) },
                });
                Assert.Equal($"No. {version}", mail.Subject);
            }
        }
    }

    [Theory]
    [InlineData("subject", "", "Nothing")]
    [InlineData("subject", "Your {{cart}}", "{{cart}}")]
    [InlineData("subject", "{{drop.short}} went down", "{{drop.short}}")]
    [InlineData("body", "{{{first}}}", "raw output")]
    [InlineData("body", "{{&first}}", "raw output")]
    [InlineData("body", "{{ & first }}", "raw output")]
    [InlineData("body", "{{#if first}}x{{/if}}", "a block")]
    [InlineData("body", "{{else}}", "a block")]
    [InlineData("body", "{{> foot}}", "a block")]
    [InlineData("body", "{{! a comment }}", "a block")]
    [InlineData("body", "{{lookup store \"name\"}}", "a block")]
    [InlineData("body", "{{~first~}}", "a block")]
    [InlineData("body", "{{../first}}", "a block")]
    [InlineData("body", "{{[first]}}", "a block")]
    [InlineData("body", "{{this}}", "{{this}}")]
    [InlineData("body", "{{constructor}}", "{{constructor}}")]
    [InlineData("body", "a { b", "a brace")]
    [InlineData("body", "{{first", "a brace")]
    [InlineData("body", "first}}", "a brace")]
    [InlineData("body", "\\{{first}}", "a backslash")]
    [InlineData("body", "a\nb", "does not print")]
    [InlineData("body", "a\u0007b", "does not print")]
    [InlineData("subject", "a\r\nBcc: b", "does not print")]
    [InlineData("body", "exe.\u202Egnp", "does not print")]
    [InlineData("button", "Buy {{first}}", "{{first}}")]
    [InlineData("title", "x", "An unknown key")]
    public void What_cannot_be_said_is_refused_in_plain_words(string key, string text, string what)
    {
        var name = MessageName.Of(AbandonedCart.Name, "1", Channel.Email, "en");
        var error = Assert.Single(Wording.Check(name, new Dictionary<string, string> { [key] = text }));
        Assert.Equal($"words.{key}", error.Field);
        Assert.Contains(what, error.Value, StringComparison.Ordinal);
        Assert.NotEmpty(error.Allowed);
    }

    [Theory]
    [InlineData("subject", 120)]
    [InlineData("preheader", 150)]
    [InlineData("heading", 100)]
    [InlineData("body", 600)]
    [InlineData("button", 30)]
    [InlineData("note", 600)]
    public void Words_may_be_as_long_as_their_place(string key, int max)
    {
        var name = MessageName.Of(AbandonedCart.Name, "1", Channel.Email, "en");
        Assert.Empty(Wording.Check(name, new Dictionary<string, string> { [key] = new('x', max) }));
        Assert.Single(Wording.Check(name, new Dictionary<string, string> { [key] = new('x', max + 1) }));
    }

    [Fact]
    public void A_message_of_several_drops_has_no_button_to_name()
    {
        var name = MessageName.Of(PriceDrop.Name, MessageName.Many, Channel.Email, "ar");
        Assert.Single(Wording.Check(name, new Dictionary<string, string> { ["button"] = "x" }));
        Assert.All(Wording.Keys(name), key => Assert.NotEmpty(Wording.Ours(name, key)));
    }

    [Fact]
    public void Every_message_has_words_of_ours_for_each_key()
    {
        foreach (var name in MessageName.All)
        {
            Assert.All(Wording.Keys(name), key => Assert.NotEmpty(Wording.Ours(name, key)));
            Assert.True(MessageName.TryParse(
                name.Automation, name.Step, name.Channel == Channel.Email ? "email" : "sms", name.Language, out var same));
            Assert.Equal(name, same);
        }

        Assert.False(MessageName.TryParse(AbandonedCart.Name, "4", "email", "en", out _));
    }

    private static MessageName NameOf(ISpecimen specimen) => MessageName.All.First(known =>
        known.Channel == Channel.Email && known.Template == specimen.Template && known.Language == specimen.Language);

    private static MessageContent.Email Mail(string language, string specimen, params (string Key, string Text)[] words)
    {
        var sample = Samples.Of(language, specimen);
        var own = Own(NameOf(sample), words.ToDictionary(word => word.Key, word => word.Text));
        return sample.In(e => e with { Words = own });
    }

    private static OwnWords Own(MessageName name, Dictionary<string, string> words) =>
        OwnWords.None.With(name, new OwnText(0, words.ToImmutableSortedDictionary(StringComparer.Ordinal)));
}
