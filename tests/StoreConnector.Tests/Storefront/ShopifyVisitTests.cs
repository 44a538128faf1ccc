using System.Text;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Storefront;
using StoreConnector.Tests.Fakes;
using static StoreConnector.Tests.Storefront.Visits;

namespace StoreConnector.Tests.Storefront;

/// <summary>What is believed of a browser's word, and what is not.</summary>
public sealed class ShopifyVisitTests
{
    private const string Shop = "rimal.myshopify.com";
    private const int Seed = 20261122, Rounds = 20_000;

    private static readonly DateTimeOffset Now = ManualClock.Monday;

    [Fact]
    public void A_view_names_its_browser_and_nobody_else()
    {
        var seen = Assert.Single(EventsOf(View(Shop, 788032119674292922, 704912205188288575, 12.5m), Now));

        Assert.Equal(("browser", Browser), (Assert.Single(seen.Aliases).ToString(), seen.Aliases[0].Value));
        Assert.Empty(seen.Contacts);
        Assert.Equal((EventOrigin.Browser, Now, Now), (seen.Origin, seen.HappenedAt, seen.ReceivedAt));
        Assert.Equal(new ProductViewed(788032119674292922, 704912205188288575, Now, new(12.5m, "AED")), seen.Body);
    }

    [Theory]
    [InlineData("customerId", "9")]
    [InlineData("email", "mariam@example.com")]
    [InlineData("phone", "+971501234567")]
    [InlineData("accountId", "9")]
    public void Whom_a_stranger_claims_to_be_is_not_read(string field, string value)
    {
        var claimed = EventsOf(With(Started(Shop), json => json[field] = value), Now);

        Assert.Equal(["browser", "checkout"], Assert.Single(claimed).Aliases.Select(a => a.ToString()).Order());
        Assert.Empty(claimed[0].Contacts);
    }

    [Fact]
    public void What_ties_says_nothing_of_a_cart()
    {
        var tied = EventsOf(With(Started(Shop), json => json["cart"] = new JsonObject
        {
            ["token"] = $"gid://shopify/Cart/{CartToken}?key=0123456789abcdef", ["lines"] = new JsonArray(),
        }), Now);

        Assert.All(tied, e => Assert.Equal(new BrowserTied(Now), e.Body));
        Assert.Equal([$"checkout:{CheckoutToken}", $"cart:{CartToken}"], tied.Select(e => e.Aliases[0].Stored));
        Assert.All(tied, e => Assert.Equal($"browser:{Browser}", e.Aliases[1].Stored));
    }

    [Fact]
    public void The_same_within_a_minute_is_one_event_and_anything_else_is_another()
    {
        string[] Ids(JsonObject post, double seconds) => [.. EventsOf(post, Now.AddSeconds(seconds)).Select(e => e.Id)];
        var first = Ids(View(Shop), 0);

        Assert.Equal(first, Ids(View(Shop, price: 90), 59));
        Assert.All([Ids(View(Shop), 60), Ids(View(Shop, product: 2), 0), Ids(View(Shop, variant: 7), 0), Ids(View(Shop, browser: "another-browser"), 0),
            Ids(With(View(Shop), j => j["kind"] = "product_added_to_cart"), 0), Ids(Started(Shop), 0)], ids => Assert.NotEqual(first, ids));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-299, -299)]
    [InlineData(299, 299)]
    [InlineData(-301, 0)]
    [InlineData(301, 0)]
    [InlineData(-40_000_000, 0)]
    public void A_clock_that_is_far_off_is_not_asked(double said, double heard)
    {
        var at = Now.AddSeconds(said).UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Now.AddSeconds(heard), Assert.Single(EventsOf(With(View(Shop), j => j["at"] = at), Now)).HappenedAt);
    }

    [Theory]
    [InlineData("v", "2")]
    [InlineData("v", "null")]
    [InlineData("shop", "\"evil.example.com\"")]
    [InlineData("shop", "\"a.b.myshopify.com\"")]
    [InlineData("shop", "7")]
    [InlineData("browser", "\"short\"")]
    [InlineData("browser", "\"has a space in it\"")]
    [InlineData("browser", "\"../../../etc/passwd\"")]
    [InlineData("browser", "null")]
    [InlineData("kind", "\"order_placed\"")]
    [InlineData("kind", "\"checkout_started\"")]
    [InlineData("productId", "\"0\"")]
    [InlineData("productId", "\"-1\"")]
    [InlineData("productId", "\"99999999999999999999\"")]
    [InlineData("productId", "{}")]
    public void A_post_that_our_pixel_does_not_make_is_nothing(string field, string value) =>
        Assert.Empty(EventsOf(With(View(Shop), json => json[field] = JsonNode.Parse(value)), Now));

    [Theory]
    [InlineData("short")]
    [InlineData("has-a-space in-it-somewhere")]
    [InlineData("<script>alert(1)</script>")]
    public void A_token_that_could_be_guessed_or_is_none_ties_nothing(string token) => Assert.Empty(EventsOf(Started(Shop, token), Now));

    [Theory]
    [InlineData("-1", "\"AED\"")]
    [InlineData("0", "\"AED\"")]
    [InlineData("1e30", "\"AED\"")]
    [InlineData("\"x\"", "\"AED\"")]
    [InlineData("5", "\"dirham\"")]
    [InlineData("5", "null")]
    public void A_price_that_cannot_be_is_left_out(string amount, string currency)
    {
        var price = JsonNode.Parse($$"""{"amount":{{amount}},"currency":{{currency}}}""");
        Assert.Null(((ProductViewed)Assert.Single(EventsOf(With(View(Shop), json => json["price"] = price), Now)).Body).Price);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{\"v\":1,\"a\":{\"b\":{\"c\":{\"d\":{}}}}}")]
    [InlineData("{\"\\ud800\":1}")]
    public void What_is_no_object_of_ours_is_nothing(string body) => Assert.False(ShopifyVisit.TryRead(Encoding.UTF8.GetBytes(body), out _));

    [Fact]
    public void What_is_too_long_is_nothing()
    {
        var post = With(View(Shop), json => json["note"] = new string('x', ShopifyVisit.MaxBytes));
        Assert.False(ShopifyVisit.TryRead(Bytes(post), out _));
    }

    [Fact]
    public void Twenty_thousand_broken_posts_are_read_without_an_exception_and_within_the_limits()
    {
        var random = new Random(Seed);
        JsonObject[] posts = [View(Shop, 5, 6), Started(Shop), With(View(Shop), j => j["cart"] = new JsonObject { ["token"] = CartToken })];
        var read = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var broken = Break(random, Bytes(posts[random.Next(posts.Length)]));
            if (!ShopifyVisit.TryRead(broken, out var visit)) { continue; }

            read++;
            Assert.All(visit.Events(Now), e => AssertLimits(e, Encoding.UTF8.GetString(broken)));
        }

        Assert.InRange(read, Rounds / 20, Rounds);
    }

    private static void AssertLimits(StoreEvent happened, string post)
    {
        Assert.True(happened.IsSmall() && happened.Contacts.Count == 0 && happened.Id.Length <= 64, post);
        Assert.True((happened.HappenedAt - Now).Duration() <= ShopifyVisit.MaxOff, post);
        Assert.True(happened.Aliases.All(a => a.Kind is AliasKind.Browser or AliasKind.Cart or AliasKind.Checkout
            && a.Value.Length <= Alias.MaxLength), post);
        Assert.True(happened.Body is ProductViewed { ProductId: > 0, Price: null or { Amount: > 0 } } or BrowserTied, post);
    }

    private static byte[] Break(Random random, byte[] body)
    {
        var broken = body.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(broken.Count);
            switch (random.Next(4))
            {
                case 0: broken[at] = (byte)random.Next(256); break;
                case 1: broken.RemoveAt(at); break;
                case 2: broken.Insert(at, (byte)"\"{}[]:,0\\"[random.Next(9)]); break;
                default: broken[at] = (byte)random.Next('0', '9' + 1); break;
            }
        }

        return [.. broken];
    }
}
