using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Platforms;

public sealed class ShopifyCallbackTests
{
    private const string Shop = "test-shop-not-real.myshopify.com";

    private static readonly JsonObject Vectors =
        JsonNode.Parse(File.ReadAllText(Repo.Fixture("shopify", "vectors.json")))!.AsObject();

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_305_600);

    public static TheoryData<string> VectorNames =>
        [.. Vectors["oauth"]!.AsArray().Select(v => v!["name"]!.GetValue<string>())];

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void Every_vector_gets_the_verdict_that_Shopifys_library_gave(string name)
    {
        var vector = Vectors["oauth"]!.AsArray().Single(v => v!["name"]!.GetValue<string>() == name)!;

        var verdict = Judge(vector["queryString"]!.GetValue<string>(),
            DateTimeOffset.FromUnixTimeSeconds(vector["clockUnix"]!.GetValue<long>()));

        if (!vector["libraryValid"]!.GetValue<bool>())
        {
            Assert.IsType<CallbackVerdict.Refused>(verdict);
            return;
        }

        Assert.Equal(new CallbackVerdict.Verified(Shop, vector["query"]!["code"]?.GetValue<string>(),
            vector["query"]!["state"]?.GetValue<string>()), verdict);
    }

    [Fact]
    public void Only_a_shops_permanent_domain_is_a_shop()
    {
        var accepted = Vectors["shops"]!.AsArray().Select(v => v!["input"]!.GetValue<string>())
            .Where(text => ShopifyDomain.TryParse(text, out _));

        Assert.Equal([Shop], accepted);
        Assert.True(ShopifyDomain.TryParse("TEST-Shop-NOT-real.myshopify.com", out var read));
        Assert.Equal(Shop, read);
    }

    [Theory]
    [InlineData(90, true)]
    [InlineData(-90, true)]
    [InlineData(90.1, false)]
    [InlineData(-90.1, false)]
    public void A_query_is_good_for_ninety_seconds_around_its_own(double seconds, bool isGood) =>
        Assert.Equal(isGood, Judge(Signed(("shop", Shop)), Now.AddSeconds(seconds)) is CallbackVerdict.Verified);

    [Theory]
    [InlineData("evil.example.com")]
    [InlineData("test_shop.myshopify.com")]
    [InlineData("test-shop-not-real.myshopify.com\n")]
    public void A_signed_query_for_what_is_no_shop_is_refused(string shop) =>
        Assert.IsType<CallbackVerdict.Refused>(Judge(Signed(("shop", shop))));

    [Fact]
    public void A_field_that_stands_twice_is_refused_whichever_is_signed()
    {
        Assert.IsType<CallbackVerdict.Refused>(Judge(Signed(("shop", Shop)) + "&shop=evil.myshopify.com"));
        Assert.IsType<CallbackVerdict.Refused>(Judge(Signed(("shop", Shop)) + "&SHOP=evil.myshopify.com"));
    }

    [Fact]
    public void What_is_too_long_or_too_much_is_refused()
    {
        Assert.IsType<CallbackVerdict.Refused>(Judge(Signed(("shop", Shop), ("state", new string('x', 1025)))));
        Assert.IsType<CallbackVerdict.Refused>(Judge(Signed(
            [("shop", Shop), .. Enumerable.Range(0, 30).Select(n => ($"f{n:D2}", "x"))])));
    }

    [Fact]
    public void Signs_that_JavaScript_leaves_as_they_are_are_left()
    {
        // Made with encodeURIComponent("a!b'c(d)e*f~") and the secret of the vectors.
        var text = $"shop={Shop}&state=a!b'c(d)e*f~&timestamp=1795305600";
        var hmac = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(
            "test-secret-not-real"u8, System.Text.Encoding.UTF8.GetBytes(text)));

        Assert.IsType<CallbackVerdict.Verified>(Judge($"{text}&hmac={hmac}"));
    }

    [Fact]
    public void While_a_secret_is_rotated_both_sign()
    {
        var query = FakeShopify.Query(Now, "old", ("shop", Shop));

        Assert.IsType<CallbackVerdict.Verified>(Judge(query, Now, "new", "old"));
        Assert.IsType<CallbackVerdict.Refused>(Judge(query, Now, "new"));
        Assert.IsType<CallbackVerdict.Refused>(Judge(FakeShopify.Query(Now, "", ("shop", Shop)), Now, ""));
    }

    private static string Signed(params (string Key, string Value)[] fields) => FakeShopify.Query(Now, FakeShopify.Secret, fields);

    private static CallbackVerdict Judge(string query, DateTimeOffset? now = null, params string[] secrets) =>
        ShopifyCallback.Verify(new QueryCollection(QueryHelpers.ParseQuery(query)),
            new(FakeShopify.ClientId, secrets.Length == 0 ? [FakeShopify.Secret] : secrets), now ?? Now);
}
