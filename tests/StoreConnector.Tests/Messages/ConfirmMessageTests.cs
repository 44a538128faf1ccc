using StoreConnector.Channels.Email;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Messages;

public sealed class ConfirmMessageTests
{
    public static TheoryData<string> Languages => [.. MessageLanguage.All];

    [Theory]
    [MemberData(nameof(Languages))]
    public void The_message_reads_as_it_was_approved(string language)
    {
        var mail = Samples.Renderer.Render(Message(language));
        GoldenFile.Check($"messages/confirm-mail.{language}.html", mail.Html);
        GoldenFile.Check($"messages/confirm-mail.{language}.txt", $"Subject: {mail.Subject}\n\n{mail.Text}");
        Holes.AssertNone(mail, "confirm");
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void It_is_no_marketing(string language)
    {
        var mail = Samples.Renderer.Render(Message(language));
        Assert.Equal(["Content-Language"], mail.Headers.Select(h => h.Key));
        Assert.DoesNotContain("/u/", mail.Text + mail.Html, StringComparison.Ordinal);
        Assert.Contains(Message(language).Button.AbsoluteUri, mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("mariam@", mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_store_without_address_or_logo_may_ask_too(string language)
    {
        var message = Message(language);
        var mail = Samples.Renderer.Render(message with { Brand = new Brand { Name = message.Brand.Name } });
        Holes.AssertNone(mail, "bare");
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Hostile_words_stay_words(string language)
    {
        var message = Message(language);
        var mail = Samples.Renderer.Render(message with
        {
            Brand = message.Brand with { Name = "<script>x</script>\r\nBcc: a@example.com" }, Address = "<b>\"&",
        });
        Assert.DoesNotContain("<script>", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(mail.Subject, char.IsControl);
    }

    [Fact]
    public void Without_a_link_or_a_name_nothing_is_made()
    {
        Assert.Equal(["button link"], Assert.Throws<IncompleteMessageException>(() =>
            Samples.Renderer.Render(Message("en") with { Button = new("javascript:alert(1)") })).Missing);
        Assert.Equal(["store name"], Assert.Throws<IncompleteMessageException>(() =>
            Samples.Renderer.Render(Message("en") with { Brand = new Brand { Name = " " } })).Missing);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Texts_that_answer_read_as_they_were_approved(string language)
    {
        var (brand, topics) = (Samples.Envelope(language).Brand.Name, TopicWords.List([Purpose.Cart, Purpose.Price], language));
        string[] texts =
        [
            SmsAnswers.Stopped(brand, language), SmsAnswers.Started(brand, language),
            SmsAnswers.Confirmed(brand, language, topics), SmsAnswers.Help(brand, language, new("https://rimal.example/")),
            SmsAnswers.Ask(brand, language, topics, null),
            SmsAnswers.Ask(brand, language, topics, new("https://l.example.com/k/0123456789abcdef0123456789abcdef")),
        ];
        GoldenFile.Check($"messages/answers.{language}.txt", string.Join('\n', texts.Select(t =>
            $"{SmsText.Measure(t).Units} {SmsText.Measure(t).Coding} {SmsText.Measure(t).Segments}: {t}")) + "\n");
        Assert.All(texts, t => Assert.StartsWith(brand, t, StringComparison.Ordinal));
    }

    [Fact]
    public void An_English_answer_is_cheap()
    {
        Assert.Equal(1, SmsText.Measure(SmsAnswers.Stopped("Rimal Coffee", "en")).Segments);
        Assert.Equal(1, SmsText.Measure(SmsAnswers.Help("Rimal Coffee", "en", new("https://rimal.example/"))).Segments);
    }

    private static ConfirmMessage Message(string language) => new()
    {
        Language = language,
        Brand = Samples.Envelope(language).Brand,
        Topics = TopicWords.List([Purpose.Cart, Purpose.Price, Purpose.Reorder], language),
        Address = "m•••@example.com",
        Button = new("https://l.example.com/k/Yk3pQ8sLw2Vn"),
    };
}
