using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using StoreConnector.Platforms.WooCommerce;

namespace StoreConnector.Tests.Platforms;

public sealed class WooCommerceVerifierTests
{
    public static TheoryData<string> Signed =>
        [.. Samples.WooCommerce.Where(capture => capture.Secret is not null).Select(capture => capture.Name)];

    [Theory]
    [MemberData(nameof(Signed))]
    public void Every_capture_is_verified_and_with_a_byte_flipped_is_not(string name)
    {
        var capture = Samples.WooCommerceCapture(name);

        var verdict = Judge(capture.Headers, capture.Body, capture.Secret!);
        Assert.Equal(capture.Topic, Assert.IsType<WooCommerceVerdict.Verified>(verdict).Topic);

        var flipped = capture.Body.ToArray();
        flipped[flipped.Length / 2] ^= 1;
        Assert.IsType<WooCommerceVerdict.Refused>(Judge(capture.Headers, flipped, capture.Secret!));
        Assert.IsType<WooCommerceVerdict.Refused>(Judge(capture.Headers, capture.Body, "another secret"));
    }

    [Fact]
    public void The_captures_are_all_there() => Assert.Equal(48, Signed.Count);

    [Fact]
    public void The_delivery_id_is_the_hash_of_hook_and_body_however_the_body_arrives()
    {
        var capture = Samples.WooCommerceCapture("order-created-storeapi-guest");
        byte[] both = [.. Encoding.UTF8.GetBytes(Samples.HookToken), .. capture.Body];
        using var body = WooCommerceVerifier.Begin(Samples.HookToken, capture.Secret!);
        foreach (var chunk in capture.Body.Chunk(100)) { body.Append(chunk); }

        var verified = Assert.IsType<WooCommerceVerdict.Verified>(WooCommerceVerifier.Finish(capture.Headers, body));

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(both)), verified.DeliveryId);
    }

    [Fact]
    public void A_missing_signature_a_missing_topic_an_empty_body_and_a_blank_secret_are_refused()
    {
        var capture = Samples.WooCommerceCapture("customer-deleted");
        var unsigned = new HeaderDictionary { ["X-WC-Webhook-Topic"] = "customer.deleted" };
        var untitled = new HeaderDictionary { ["X-WC-Webhook-Signature"] = capture.Headers["X-WC-Webhook-Signature"] };
        var empty = new HeaderDictionary
        {
            ["X-WC-Webhook-Topic"] = "customer.deleted",
            ["X-WC-Webhook-Signature"] = Sign("secret", []),
        };
        var blank = new HeaderDictionary
        {
            ["X-WC-Webhook-Topic"] = "customer.deleted",
            ["X-WC-Webhook-Signature"] = Sign("", capture.Body),
        };

        Assert.IsType<WooCommerceVerdict.Refused>(Judge(unsigned, capture.Body, capture.Secret!));
        Assert.IsType<WooCommerceVerdict.Refused>(Judge(untitled, capture.Body, capture.Secret!));
        Assert.IsType<WooCommerceVerdict.Refused>(Judge(empty, [], "secret"));
        Assert.IsType<WooCommerceVerdict.Refused>(Judge(blank, capture.Body, ""));
    }

    [Fact]
    public void The_call_made_while_a_hook_is_created_is_known_by_its_exact_form()
    {
        var ping = Samples.WooCommerceCapture("hook-ping");

        Assert.True(WooCommerceVerifier.IsPing(ping.Method, ping.Headers, ping.Body));
        Assert.All(
            Samples.WooCommerce.Where(capture => capture.Name != "hook-ping"),
            capture => Assert.False(WooCommerceVerifier.IsPing(capture.Method, capture.Headers, capture.Body)));
    }

    [Theory]
    [InlineData("webhook_id=")]
    [InlineData("webhook_id=1a")]
    [InlineData("webhook_id=-1")]
    [InlineData("webhook_id=1&x=2")]
    [InlineData("webhook_id=1\n")]
    [InlineData("Webhook_id=1")]
    [InlineData("webhook_id=12345678901234567890")]
    [InlineData("")]
    public void Anything_else_in_its_place_is_no_ping(string body)
    {
        var headers = Samples.WooCommerceCapture("hook-ping").Headers;

        Assert.False(WooCommerceVerifier.IsPing("POST", headers, Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public void A_ping_has_no_headers_of_a_delivery_and_is_a_posted_form()
    {
        var ping = Samples.WooCommerceCapture("hook-ping");
        var signed = new HeaderDictionary
        {
            ["Content-Type"] = "application/x-www-form-urlencoded",
            ["X-Wc-Webhook-Id"] = "1",
        };
        var json = new HeaderDictionary { ["Content-Type"] = "application/json" };

        Assert.False(WooCommerceVerifier.IsPing("POST", signed, ping.Body));
        Assert.False(WooCommerceVerifier.IsPing("POST", json, ping.Body));
        Assert.False(WooCommerceVerifier.IsPing("GET", ping.Headers, ping.Body));
    }

    private static string Sign(string secret, byte[] body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static WooCommerceVerdict Judge(IHeaderDictionary headers, byte[] bytes, string secret)
    {
        using var body = WooCommerceVerifier.Begin(Samples.HookToken, secret);
        body.Append(bytes);
        return WooCommerceVerifier.Finish(headers, body);
    }
}
