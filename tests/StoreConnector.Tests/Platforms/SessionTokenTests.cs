using System.Text.Json.Nodes;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Platforms;

public sealed class SessionTokenTests
{
    private const string Shop = "test-shop-not-real.myshopify.com";

    private static readonly JsonObject Vectors =
        JsonNode.Parse(File.ReadAllText(Repo.Fixture("shopify", "vectors.json")))!.AsObject();

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_305_600);

    private static readonly ShopifyApp App = new(FakeShopify.ClientId, [FakeShopify.Secret]);

    /// <summary>What Shopify's library accepts and we do not.</summary>
    private static readonly string[] Stricter =
        ["iss-dest-mismatch-LIBRARY-ACCEPTS", "dest-not-myshopify-LIBRARY-ACCEPTS"];

    public static TheoryData<string> VectorNames =>
        [.. Vectors["sessionTokens"]!.AsArray().Select(v => v!["name"]!.GetValue<string>())];

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void Every_vector_gets_the_verdict_of_Shopifys_library_or_a_stricter_one(string name)
    {
        var vector = Vectors["sessionTokens"]!.AsArray().Single(v => v!["name"]!.GetValue<string>() == name)!;
        var app = new ShopifyApp(Vectors["apiKey"]!.GetValue<string>(), [Vectors["secret"]!.GetValue<string>()]);

        var verdict = SessionToken.Verify(vector["token"]!.GetValue<string>(), app,
            DateTimeOffset.FromUnixTimeSeconds(vector["clockUnix"]!.GetValue<long>()));

        if (!vector["libraryValid"]!.GetValue<bool>() || Stricter.Contains(name))
        {
            Assert.IsType<SessionVerdict.Refused>(verdict);
            return;
        }

        var verified = Assert.IsType<SessionVerdict.Verified>(verdict);
        Assert.Equal((Shop, "42"), (verified.Shop, verified.UserId));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_795_305_660), verified.ExpiresAt);
    }

    [Fact]
    public void All_that_is_stricter_than_the_library_is_among_the_vectors() =>
        Assert.All(Stricter, name => Assert.Contains(name, VectorNames.Select(row => row.Data)));

    [Fact]
    public void A_good_token_says_who_has_the_app_open()
    {
        var verified = Assert.IsType<SessionVerdict.Verified>(Judge(FakeShopify.IdToken(Shop, Now)));

        Assert.Equal(new SessionVerdict.Verified(Shop, "42", "a-session", Now.AddMinutes(1)), verified);
    }

    [Theory]
    [InlineData(-9.9, true)]
    [InlineData(-10.1, false)]
    [InlineData(69.9, true)]
    [InlineData(70, false)]
    public void Clocks_may_be_ten_seconds_apart(double seconds, bool isGood) =>
        Assert.Equal(isGood, Judge(FakeShopify.IdToken(Shop, Now), Now.AddSeconds(seconds)) is SessionVerdict.Verified);

    [Fact]
    public void What_its_bearer_may_do_about_it_is_told_apart()
    {
        Assert.Equal(SessionRefusal.NotNow, Kind(FakeShopify.IdToken(Shop, Now.AddHours(-1))));
        Assert.Equal(SessionRefusal.OtherApp, Kind(FakeShopify.IdToken(Shop, Now, audience: "another")));
        Assert.Equal(SessionRefusal.NotShopify, Kind(FakeShopify.IdToken(Shop, Now, "another secret")));
        Assert.Equal(SessionRefusal.OtherApp, Kind(FakeShopify.IdToken(Shop, Now, audience: null), new(null, [FakeShopify.Secret])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("..")]
    [InlineData("a=.b=.c=")]
    [InlineData("not base64.at all.really")]
    public void What_is_no_token_is_refused(string text) => Assert.Equal(SessionRefusal.NotShopify, Kind(text));

    [Theory]
    [InlineData("""{"alg":"HS256"}""", """{"exp":"1795305660"}""")]
    [InlineData("""{"alg":"HS256"}""", """{}""")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1e400}""")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":99999999999999}""")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1795305660.5}""")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1795305660,"nbf":"soon"}""")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1795305660,"exp":1795305660}""")]
    [InlineData("""{"alg":"HS256"}""", """[]""")]
    [InlineData("""{"alg":"HS256"}""", "not json")]
    [InlineData("""{"alg":"hs256"}""", """{"exp":1795305660}""")]
    [InlineData("""{"alg":["HS256"]}""", """{"exp":1795305660}""")]
    [InlineData("{}", """{"exp":1795305660}""")]
    public void Signed_nonsense_is_refused(string header, string claims)
    {
        var rest = $$""""iss":"https://{{Shop}}/admin","dest":"https://{{Shop}}","aud":"{{FakeShopify.ClientId}}"}"""";
        var all = claims.StartsWith('{') ? claims[..^1] + (claims == "{}" ? rest : "," + rest) : claims;

        Assert.IsType<SessionVerdict.Refused>(Judge(FakeShopify.Sign(header, all, FakeShopify.Secret)));
    }

    [Theory]
    [InlineData("evil.example.com")]
    [InlineData("a.b.myshopify.com")]
    [InlineData("x_y.myshopify.com")]
    [InlineData("x.myshopify.com.evil.example")]
    [InlineData("x.myshopify.com/")]
    [InlineData("user@x.myshopify.com")]
    [InlineData("-x.myshopify.com")]
    public void A_token_for_what_is_no_shop_is_refused(string shop) =>
        Assert.Equal(SessionRefusal.NotShopify, Kind(FakeShopify.IdToken(shop, Now)));

    [Fact]
    public void A_token_that_is_too_long_is_refused_whoever_signed_it() =>
        Assert.Equal(SessionRefusal.NotShopify, Kind(FakeShopify.Sign(
            $$"""{"alg":"HS256","x":"{{new string('x', SessionToken.MaxLength)}}"}""", "{}", FakeShopify.Secret)));

    [Fact]
    public void While_a_secret_is_rotated_both_sign_and_no_secret_and_a_blank_one_sign_nothing()
    {
        var both = App with { Secrets = ["new", FakeShopify.Secret] };

        Assert.IsType<SessionVerdict.Verified>(SessionToken.Verify(FakeShopify.IdToken(Shop, Now), both, Now));
        Assert.IsType<SessionVerdict.Verified>(SessionToken.Verify(FakeShopify.IdToken(Shop, Now, "new"), both, Now));
        Assert.Equal(SessionRefusal.NotShopify, Kind(FakeShopify.IdToken(Shop, Now), App with { Secrets = ["new"] }));
        Assert.Equal(SessionRefusal.NotShopify, Kind(FakeShopify.IdToken(Shop, Now, " "), App with { Secrets = [" "] }));
        Assert.Equal(SessionRefusal.NotShopify, Kind(FakeShopify.IdToken(Shop, Now), App with { Secrets = [] }));
    }

    [Fact]
    public void No_refusal_repeats_what_was_sent()
    {
        var refused = (SessionVerdict.Refused)Judge(FakeShopify.IdToken("evil.example.com", Now));

        Assert.DoesNotContain("evil", refused.Reason, StringComparison.Ordinal);
    }

    private static SessionVerdict Judge(string token, DateTimeOffset? now = null) => SessionToken.Verify(token, App, now ?? Now);

    private static SessionRefusal Kind(string token, ShopifyApp? app = null) =>
        Assert.IsType<SessionVerdict.Refused>(SessionToken.Verify(token, app ?? App, Now)).Kind;
}
