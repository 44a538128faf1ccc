using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

public sealed class ReorderViewTests
{
    private static readonly ReorderMessage Message = ReorderSamples.Full("en");

    [Theory]
    [InlineData(1, "every day")]
    [InlineData(27, "every 27 days")]
    [InlineData(366, "every 366 days")]
    public void A_rhythm_is_said_in_words(int days, string words) =>
        Assert.Equal(words, Rhythm(Message with { EveryDays = days })!["every"]);

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(367)]
    public void Without_a_rhythm_of_their_own_nothing_is_said_of_one(int? days)
    {
        var message = Message with { EveryDays = days };
        Assert.Null(Rhythm(message));
        var mail = Samples.Renderer.Render("rimal", message);
        Assert.DoesNotMatch("usually|Last:|Next:|class=\"bar\"", mail.Text + mail.Html);
        Assert.Contains("Your last order may be nearly used up.", mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_bar_has_a_length_or_is_not_there(int percent, bool there) =>
        Assert.Equal(there, Rhythm(Message with { UsedPercent = percent })!.ContainsKey("used"));

    [Fact]
    public void The_bar_is_hidden_from_who_listens()
    {
        var bar = Holes.Parse(Samples.Renderer.Render("rimal", Message).Html).QuerySelector(".bar")!;
        Assert.NotNull(bar.Closest("[aria-hidden=true]"));
        Assert.Equal("89%", bar.GetAttribute("width"));
    }

    [Fact]
    public void A_rhythm_over_the_turn_of_the_year_says_which_year()
    {
        var rhythm = Rhythm(Message with { NextOn = new(2027, 10, 29, 0, 0, 0, TimeSpan.Zero) })!;
        Assert.Equal(["29\u00A0October 2026", "29\u00A0October 2027"], [rhythm["last"], rhythm["next"]]);
        Assert.Equal("29\u00A0October", Rhythm(Message with { NextOn = null })!["last"]);
    }

    [Fact]
    public void Titles_are_clipped_to_their_place()
    {
        var endless = Message with { Product = Message.Product with { Title = new string('x', 160) } };
        var product = (IReadOnlyDictionary<string, object?>)ReorderView.Build(endless)["product"]!;
        Assert.Equal([70, 60], new[] { product["title"], product["short"] }.Select(t => ((string)t!).Length));
    }

    private static IReadOnlyDictionary<string, object?>? Rhythm(ReorderMessage message) =>
        ReorderView.Build(message).GetValueOrDefault("reorder") as IReadOnlyDictionary<string, object?>;
}
