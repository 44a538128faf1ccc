using System.Text.RegularExpressions;
using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

public sealed partial class WordsTests
{
    // "Running low on {title}?" would make the title, whose gender nobody knows, part of an Arabic verb's sentence.
    private static readonly (string, string) NamesNothingInArabic = ("replenishment", "heading");

    public static TheoryData<string> Decks => ["common", "abandoned-cart", "price-drop", "replenishment", "sms"];

    [Theory]
    [MemberData(nameof(Decks))]
    public void Both_languages_say_the_same_things(string deck)
    {
        var (english, arabic) = (Deck(deck, "en"), Deck(deck, "ar"));
        Assert.Equal(Keys(english), Keys(arabic));
        foreach (var key in Keys(english).Where(key => (deck, key) != NamesNothingInArabic))
        {
            Assert.Equal(Values(english[key]), Values(arabic[key]));
        }

        static IEnumerable<string> Keys(Words words) => words.Keys.Where(key => !IsPlural(key)).Order();
        static bool IsPlural(string key) => key.Split('.')[^1] is "zero" or "one" or "two" or "few" or "many" or "other";
        static IEnumerable<string> Values(string text) => Value().Matches(text).Select(match => match.Value).Order();
    }

    [Theory]
    [MemberData(nameof(Decks))]
    public void Nothing_shouts_or_hurries(string deck)
    {
        foreach (var language in MessageLanguage.All)
        {
            var words = Deck(deck, language);
            foreach (var text in words.Keys.Select(key => words[key]))
            {
                Assert.DoesNotContain("!", text, StringComparison.Ordinal);
                Assert.Equal(text.Trim(), text);
                Assert.Equal(text, Printable.Clean(text) ?? "");
            }
        }
    }

    [Fact]
    public void Values_stand_in_their_places() =>
        Assert.Equal("a [x.y] b [z]", Words.Fill("a {{x.y}} b {{z}}", name => $"[{name}]"));

    private static Words Deck(string deck, string language) => deck switch
    {
        "common" => Words.Common(language),
        "abandoned-cart" => Words.AbandonedCart(language),
        "price-drop" => Words.PriceDrop(language),
        "sms" => Words.Sms(language),
        _ => Words.Replenishment(language),
    };

    [GeneratedRegex(@"\{\{[^}]*\}\}")]
    private static partial Regex Value();
}
