using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;

namespace StoreConnector.Tests.Messages;

public sealed class PriceDropViewTests
{
    private static readonly PriceDropMessage Message = PriceDropSamples.One("en");

    [Fact]
    public void The_saving_is_what_was_seen_less_what_is_asked_now()
    {
        var drop = One(Message);
        Assert.Equal(["AED\u00A076.00", "AED\u00A095.00", "AED\u00A019.00"], [drop["now"], drop["was"], drop["saving"]]);
        Assert.Equal("3\u00A0November", drop["seen"]);
    }

    [Fact]
    public void Nothing_was_when_nobody_knows_what_this_person_saw()
    {
        foreach (var was in new Money?[] { null, new(95, "USD"), new(-1, "AED"), new(95, "bad") })
        {
            var drop = One(With(drop => drop with { Was = was }));
            Assert.Equal([], drop.Keys.Intersect(["was", "saving", "seen"]));
            Assert.Equal("AED\u00A076.00", drop["now"]);
        }
    }

    [Theory]
    [InlineData("76")]
    [InlineData("75.99")]
    [InlineData("76.001")] // reads the same in print
    public void For_whom_nothing_went_down_there_is_no_message(string was) =>
        AssertNothing(With(drop => drop with { Was = new(Number(was), "AED") }));

    [Fact]
    public void A_drop_without_title_price_or_link_is_not_in_the_message()
    {
        AssertNothing(With(drop => drop with { Title = "\u200B" }));
        AssertNothing(With(drop => drop with { Now = new(76, "aed") }));
        AssertNothing(With(drop => drop with { Now = new(-1, "AED") }));
        AssertNothing(With(drop => drop with { Url = new("http://shop.example/") }));
        AssertNothing(Message with { Drops = [] });
    }

    [Fact]
    public void When_one_of_two_can_be_shown_the_words_are_those_for_one()
    {
        var three = PriceDropSamples.Three("en");
        var message = three with { Drops = [three.Drops[0], three.Drops[1] with { Now = new(1, "?") }] };
        Assert.Equal("Ceramic dripper is now AED 76.00", Samples.Renderer.Render("rimal", message).Subject);
    }

    [Theory]
    [InlineData("en", 2, "2 products you looked at cost less now", "and 1 more item")]
    [InlineData("en", 5, "5 products you looked at cost less now", "and 4 more items")]
    [InlineData("en", 9, "5 products you looked at cost less now", "and 4 more items")]
    [InlineData("ar", 2, "انخفض سعر منتجين اطّلعت عليهما", "ومنتج آخر")]
    [InlineData("ar", 3, "انخفض سعر 3 منتجات اطّلعت عليها", "ومنتجان آخران")]
    [InlineData("ar", 9, "انخفض سعر 5 منتجات اطّلعت عليها", "و4 منتجات أخرى")]
    public void A_group_is_counted_as_it_is_shown(string language, int drops, string subject, string others)
    {
        var message = PriceDropSamples.One(language) is var one
            ? one with { Drops = [.. Enumerable.Repeat(one.Drops[0], drops)] } : null!;
        Assert.Equal(subject, Samples.Renderer.Render("rimal", message).Subject);
        Assert.Equal(others, PriceDropView.Build(message)["others"]);
    }

    [Fact]
    public void The_lowest_price_of_thirty_days_is_printed_where_it_can_be_compared()
    {
        var mail = Samples.Renderer.Render("rimal", Message);
        Assert.Contains("Lowest price in the 30 days before: AED\u00A090.00", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("lowest30", One(With(drop => drop with { Lowest30 = new(90, "USD") })).Keys);
    }

    [Fact]
    public void The_days_of_the_lowest_price_are_written_in_the_message_s_digits()
    {
        var arabic = PriceDropSamples.One("ar");
        var brand = arabic.Envelope.Brand with { Digits = Digits.ArabicIndic };
        var mail = Samples.Renderer.Render(
            "rimal", arabic with { Envelope = arabic.Envelope with { Brand = brand, Why = new Why.Requested("قهوة") } });
        Assert.DoesNotMatch("[0-9]", mail.Text[..mail.Text.IndexOf("https", StringComparison.Ordinal)]);
        Assert.Contains("\u2068٣٠\u2069 يومًا", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_day_of_another_year_says_so() => Assert.Equal("31\u00A0December 2025",
        One(With(drop => drop with { SeenOn = new(2025, 12, 31, 9, 0, 0, TimeSpan.Zero) }))["seen"]);

    [Fact]
    public void Titles_are_clipped_to_their_place()
    {
        var endless = With(drop => drop with { Title = new string('x', 160) });
        Assert.Equal([70, 60], new[] { One(endless)["title"], One(endless)["short"] }.Select(t => ((string)t!).Length));
        var group = PriceDropView.Build(endless with { Drops = [endless.Drops[0], endless.Drops[0]] });
        Assert.Equal(40, ((string)group["first"]!).Length);
    }

    private static PriceDropMessage With(Func<Drop, Drop> change) => PriceDropSamples.Each(Message, change);

    private static IReadOnlyDictionary<string, object?> One(PriceDropMessage message) =>
        (IReadOnlyDictionary<string, object?>)PriceDropView.Build(message)["drop"]!;

    private static void AssertNothing(PriceDropMessage message) =>
        Assert.Equal(["lower price to show"], message.Missing());

    private static decimal Number(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
