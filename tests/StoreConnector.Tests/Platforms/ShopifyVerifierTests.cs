using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Platforms;

public sealed class ShopifyVerifierTests
{
    private const string Shop = "test-shop-not-real.myshopify.com";
    private static readonly byte[] Body = "{\"id\":1}"u8.ToArray();
    private static readonly JsonObject Vectors =
        JsonNode.Parse(File.ReadAllText(Repo.Fixture("shopify", "vectors.json")))!.AsObject();

    private static string Secret => Vectors["secret"]!.GetValue<string>();

    public static TheoryData<string> VectorNames =>
        [.. All().Select(vector => vector["name"]!.GetValue<string>())];

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void Every_vector_gets_the_verdict_that_Shopifys_library_gave(string name)
    {
        var vector = All().Single(one => one["name"]!.GetValue<string>() == name);
        var headers = new HeaderDictionary();
        foreach (var (key, value) in vector["headers"]!.AsObject()) { headers[key] = value!.GetValue<string>(); }

        var verdict = Judge(headers, BodyOf(vector), Secret);

        if (!vector["libraryValid"]!.GetValue<bool>())
        {
            Assert.IsType<ShopifyVerdict.Refused>(verdict);
            return;
        }

        var verified = Assert.IsType<ShopifyVerdict.Verified>(verdict);
        Assert.Equal(Shop, verified.Shop);
        Assert.Equal("2026-10", verified.ApiVersion);
        Assert.Equal(name == "events-valid", verified.IsEvents);
        Assert.Equal(headers.Any(header => header.Key.EndsWith("Triggered-At", StringComparison.OrdinalIgnoreCase)),
            verified.TriggeredAt is not null);
    }

    [Fact]
    public void While_a_secret_is_rotated_both_are_accepted_and_afterwards_only_the_new_one()
    {
        var vector = Vectors["secretRotation"]!;
        var body = Encoding.UTF8.GetBytes(vector["body"]!.GetValue<string>());
        string oldSecret = vector["oldSecret"]!.GetValue<string>(), newSecret = vector["newSecret"]!.GetValue<string>();
        var byOld = Headers(vector["hmacOld"]!.GetValue<string>());
        var byNew = Headers(vector["hmacNew"]!.GetValue<string>());

        Assert.IsType<ShopifyVerdict.Verified>(Judge(byOld, body, oldSecret, newSecret));
        Assert.IsType<ShopifyVerdict.Verified>(Judge(byNew, body, oldSecret, newSecret));
        Assert.IsType<ShopifyVerdict.Verified>(Judge(byNew, body, newSecret));
        Assert.IsType<ShopifyVerdict.Refused>(Judge(byOld, body, newSecret));
    }

    [Fact]
    public void No_secret_and_a_blank_secret_verify_nothing()
    {
        Assert.IsType<ShopifyVerdict.Refused>(Judge(Headers(Sign(Body, "")), Body));
        Assert.IsType<ShopifyVerdict.Refused>(Judge(Headers(Sign(Body, "")), Body, ""));
        Assert.IsType<ShopifyVerdict.Refused>(Judge(Headers(Sign(Body, " ")), Body, " "));
    }

    [Fact]
    public void A_body_that_arrives_in_pieces_is_verified_to_its_last_byte()
    {
        var large = new byte[6 * 1024 * 1024];
        new Random(7).NextBytes(large);
        var headers = Headers(Sign(large, Secret));

        Assert.IsType<ShopifyVerdict.Verified>(JudgeInPieces(headers, large));

        large[^1] ^= 1;
        Assert.IsType<ShopifyVerdict.Refused>(JudgeInPieces(headers, large));
    }

    [Theory]
    [InlineData("test_shop.myshopify.com")]
    [InlineData("test.myshopify.com/")]
    [InlineData("evil.example.com")]
    [InlineData("https://test.myshopify.com")]
    [InlineData("a.b.myshopify.com")]
    [InlineData("-a.myshopify.com")]
    [InlineData("test.shopify.com")]
    [InlineData(" test.myshopify.com")]
    [InlineData("test.myshopify.com\n")]
    [InlineData("testXmyshopify.com")]
    [InlineData(".myshopify.com")]
    public void A_shop_that_is_not_a_myshopify_domain_is_refused(string shop)
    {
        var headers = Headers(Sign(Body, Secret));
        headers["X-Shopify-Shop-Domain"] = shop;

        Assert.IsType<ShopifyVerdict.Refused>(Judge(headers, Body, Secret));
    }

    [Fact]
    public void A_shop_is_known_by_its_lower_case_domain()
    {
        var headers = Headers(Sign(Body, Secret));
        headers["X-Shopify-Shop-Domain"] = "Test-Shop.myshopify.com";

        var verified = Assert.IsType<ShopifyVerdict.Verified>(Judge(headers, Body, Secret));
        Assert.Equal("test-shop.myshopify.com", verified.Shop);
    }

    [Theory]
    [InlineData("{0} ")]
    [InlineData(" {0}")]
    [InlineData("{0}=")]
    [InlineData("{0}{0}")]
    public void A_signature_with_anything_around_it_is_refused(string form)
    {
        var signature = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Sign(Body, Secret));

        Assert.IsType<ShopifyVerdict.Refused>(Judge(Headers(signature), Body, Secret));
    }

    [Fact]
    public void A_signature_in_the_url_alphabet_or_with_loose_last_bits_is_refused()
    {
        var standard = Enumerable.Range(0, 1000).Select(i => Encoding.UTF8.GetBytes($"{{\"id\":{i}}}"))
            .First(body => Sign(body, Secret) is var text && text.Contains('+', StringComparison.Ordinal)
                && text.Contains('/', StringComparison.Ordinal));
        var signature = Sign(standard, Secret);

        Assert.IsType<ShopifyVerdict.Verified>(Judge(Headers(signature), standard, Secret));
        Assert.IsType<ShopifyVerdict.Refused>(
            Judge(Headers(signature.Replace('+', '-').Replace('/', '_')), standard, Secret));
        Assert.IsType<ShopifyVerdict.Refused>(
            Judge(Headers($"{signature[..42]}{(char)(signature[42] + 1)}="), standard, Secret));
    }

    [Fact]
    public void A_repeated_or_endless_header_is_refused()
    {
        var twice = Headers(Sign(Body, Secret));
        twice["X-Shopify-Topic"] = new(["orders/create", "shop/redact"]);
        var endless = Headers(Sign(Body, Secret));
        endless["X-Shopify-Webhook-Id"] = new string('a', ShopifyVerifier.MaxHeader + 1);

        Assert.IsType<ShopifyVerdict.Refused>(Judge(twice, Body, Secret));
        Assert.IsType<ShopifyVerdict.Refused>(Judge(endless, Body, Secret));
    }

    [Fact]
    public void With_both_families_of_headers_a_delivery_is_one_of_Events()
    {
        var signature = Sign(Body, Secret);
        var headers = Headers(signature);
        foreach (var (name, value) in Headers(signature)) { headers[name[2..]] = value; }

        headers["Shopify-Topic"] = "Product";
        var verified = Assert.IsType<ShopifyVerdict.Verified>(Judge(headers, Body, Secret));
        Assert.True(verified.IsEvents);
        Assert.Equal("Product", verified.Topic);

        headers.Remove("Shopify-Hmac-Sha256");
        Assert.IsType<ShopifyVerdict.Refused>(Judge(headers, Body, Secret));
    }

    private static IEnumerable<JsonNode> All() =>
        Vectors["webhooks"]!.AsArray().Concat(Vectors["eventsDeliveries"]!.AsArray()).Select(vector => vector!);

    private static byte[] BodyOf(JsonNode vector) => vector["bodyBase64"] is { } base64
        ? Convert.FromBase64String(base64.GetValue<string>())
        : vector["bodyFile"] is { } file
            ? File.ReadAllBytes(Repo.Fixture("shopify", file.GetValue<string>()))
            : Encoding.UTF8.GetBytes(vector["bodyUtf8"]!.GetValue<string>());

    private static HeaderDictionary Headers(string signature) => new()
    {
        ["X-Shopify-Topic"] = "orders/create",
        ["X-Shopify-Hmac-Sha256"] = signature,
        ["X-Shopify-Shop-Domain"] = Shop,
        ["X-Shopify-API-Version"] = "2026-10",
        ["X-Shopify-Webhook-Id"] = "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    };

    private static string Sign(byte[] body, string secret) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static ShopifyVerdict Judge(IHeaderDictionary headers, byte[] body, params string[] secrets)
    {
        using var signature = ShopifyVerifier.Begin(secrets);
        signature.Append(body);
        return ShopifyVerifier.Finish(headers, signature);
    }

    private static ShopifyVerdict JudgeInPieces(IHeaderDictionary headers, byte[] body)
    {
        using var signature = ShopifyVerifier.Begin([Secret]);
        foreach (var chunk in body.Chunk(64 * 1024)) { signature.Append(chunk); }

        return ShopifyVerifier.Finish(headers, signature);
    }
}
