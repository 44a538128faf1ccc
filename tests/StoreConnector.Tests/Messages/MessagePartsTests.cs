using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

/// <summary>Parts that a merchant leaves away, and the row of recommendations.</summary>
public sealed class MessagePartsTests
{
    [Theory]
    [InlineData("en")]
    [InlineData("ar")]
    public void Without_prices_a_cart_and_a_reorder_name_none(string language)
    {
        var parts = MessageParts.All with { Prices = false };
        foreach (var name in new[] { "cart-1", "cart-3", "reorder" })
        {
            var mail = Samples.Of(language, name).In(e => e with { Brand = e.Brand with { Parts = parts } });
            Assert.DoesNotMatch(@"AED|د\.إ", mail.Text + mail.Html);
            Holes.AssertNone(mail, name);
        }
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ar")]
    public void A_price_drop_keeps_its_prices(string language)
    {
        var parts = MessageParts.All with { Prices = false };
        var mail = Samples.Of(language, "price-drop").In(e => e with { Brand = e.Brand with { Parts = parts } });
        Assert.Contains("76.00", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_pictures_there_are_neither_pictures_nor_letters_in_their_place()
    {
        var parts = MessageParts.All with { Pictures = false };
        foreach (var specimen in Samples.All)
        {
            var mail = specimen.In(e => e with { Brand = e.Brand with { Parts = parts } });
            var page = Holes.Parse(mail.Html);
            Assert.All(page.QuerySelectorAll("img"), img =>
                Assert.Contains("logo", img.GetAttribute("src"), StringComparison.Ordinal));
            Assert.Empty(page.QuerySelectorAll(".tile"));
            Holes.AssertNone(mail, specimen.Name);
        }
    }

    [Fact]
    public void Recommendations_may_be_left_away()
    {
        var parts = MessageParts.All with { Recommendations = false };
        var mail = Samples.Of("en", "cart-1").In(e => e with { Brand = e.Brand with { Parts = parts } });
        Assert.DoesNotContain("You may also like", mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recommendation_needs_a_picture_and_a_page_and_is_not_what_the_message_names()
    {
        var other = Samples.Recommendations("en");
        Assert.Equal(["Ceramic dripper", "Decaf Huila, 250 g", "Dune cup, 200 ml"], Shown(other));
        Assert.Equal(["Decaf Huila, 250 g", "Dune cup, 200 ml"], Shown([other[0] with { Picture = null }, .. other.Skip(1)]));
        Assert.Equal(["Decaf Huila, 250 g", "Dune cup, 200 ml"],
            Shown([other[0] with { Url = new("javascript:alert(1)") }, .. other.Skip(1)]));
        Assert.Equal(["Decaf Huila, 250 g", "Dune cup, 200 ml"],
            Shown([other[0] with { Title = "house \u200Bespresso" }, .. other.Skip(1)]));
        Assert.Equal(["Ceramic dripper", "Dune cup, 200 ml"], Shown([other[0], other[0], other[2]]));
    }

    [Fact]
    public void One_alone_makes_no_row_and_a_fourth_has_no_place()
    {
        var other = Samples.Recommendations("en");
        Assert.Empty(Shown([other[0]]));
        Assert.Empty(Shown([]));
        Assert.Equal(3, Shown([.. other, other[0] with { Title = "A fourth" }]).Count);
    }

    [Fact]
    public void A_price_that_is_not_known_goes_alone()
    {
        var cart = CartSamples.Full("en", 1);
        var mail = Samples.Renderer.Render("rimal", cart with
        {
            Recommendations = [.. cart.Recommendations.Select(r => r with { Price = null })],
        });
        Assert.Contains("- Ceramic dripper\n", mail.Text, StringComparison.Ordinal);
        Holes.AssertNone(mail, "no price");
    }

    [Fact]
    public void Without_a_coupon_nothing_speaks_of_one()
    {
        foreach (var language in MessageLanguage.All)
        {
            var cart = CartSamples.Full(language, 3);
            var mail = Samples.Renderer.Render("rimal", cart with { Coupon = null });
            Assert.DoesNotMatch("10%|RIMAL-7KQ2|a little off|خصم|الرمز", mail.Subject + mail.Text + mail.Html);
            Assert.Empty(Holes.Parse(mail.Html).QuerySelectorAll(".coupon"));
            var whole = Samples.Renderer.Render("rimal", cart);
            Assert.Single(Holes.Parse(whole.Html).QuerySelectorAll(".coupon"));
            Assert.Contains("RIMAL-7KQ2", whole.Text, StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<string> Shown(IReadOnlyList<Recommendation> all)
    {
        var view = CartReminderView.Build(CartSamples.Full("en", 1) with { Recommendations = all });
        return view.TryGetValue("recommendations", out var row)
            ? [.. ((IEnumerable<IReadOnlyDictionary<string, object?>>)row!).Select(r => (string)r["title"]!)] : [];
    }
}
