using Microsoft.Extensions.Primitives;

namespace StoreConnector.Platforms.Shopify;

/// <summary>Whether a delivery is Shopify's.</summary>
internal abstract record ShopifyVerdict
{
    /// <summary>
    /// Signed with a secret of ours. The signature covers the body alone: the headers are only claimed.
    /// </summary>
    /// <param name="Topic">
    /// For example <c>orders/create</c>; in the Events family a resource such as <c>Product</c>.
    /// </param>
    /// <param name="Shop">The shop's myshopify.com domain, lower case.</param>
    /// <param name="WebhookId">The delivery's id: the same on each retry.</param>
    /// <param name="TriggeredAt">When it happened, where Shopify says so.</param>
    /// <param name="ApiVersion">The version the body is written in.</param>
    /// <param name="IsEvents">Whether it came by the Events family (API 2026-10).</param>
    public sealed record Verified(
        string Topic, string Shop, string WebhookId, DateTimeOffset? TriggeredAt, string ApiVersion, bool IsEvents)
        : ShopifyVerdict;

    /// <summary>Not shown to be Shopify's: 401, and nothing is kept.</summary>
    /// <param name="Reason">A sentence without anything from the request.</param>
    public sealed record Refused(string Reason) : ShopifyVerdict;
}

/// <summary>What the headers of a delivery claim.</summary>
/// <param name="IfSigned">The verdict, should the body's signature be this one.</param>
/// <param name="Signature">The 32 bytes that the body must have under a secret of ours.</param>
internal sealed record ShopifyClaim(ShopifyVerdict.Verified IfSigned, ReadOnlyMemory<byte> Signature);

/// <summary>
/// Verifies Shopify's deliveries, both header families. Source: shopify.dev, webhooks, "Verify deliveries".
/// </summary>
/// <remarks>
/// As strict as @shopify/shopify-api 15.0.0, whose verdicts are our test vectors; stricter on the shop's domain.
/// </remarks>
internal static class ShopifyVerifier
{
    /// <summary>The longest header value that is believed: ids become keys.</summary>
    public const int MaxHeader = 128;

    private const string Classic = "X-Shopify-", Events = "Shopify-";

    private static readonly string[] Required = ["Topic", "Hmac-Sha256", "Shop-Domain", "API-Version", "Webhook-Id"];

    /// <summary>
    /// Begins a body. While a secret is being rotated both are given: deliveries are signed with the oldest one.
    /// </summary>
    public static BodySignature Begin(IEnumerable<string> clientSecrets) => new(clientSecrets);

    /// <summary>Reads what the headers claim, for those who would refuse before they read a body.</summary>
    /// <returns>The claim, or the reason to refuse, which holds nothing from the request.</returns>
    public static (ShopifyClaim? Claim, string? Refusal) Read(IHeaderDictionary headers)
    {
        // If both families are there, the library takes the delivery for one of Events, and so do we.
        var isEvents = Array.Exists(Required, name => headers.ContainsKey(Events + name));
        var family = isEvents ? Events : Classic;
        if (Array.Find(Required, name => One(headers, family + name) is null) is { } missing)
        {
            return (null, $"the header {family}{missing} is missing, repeated or too long");
        }

        var shop = One(headers, family + "Shop-Domain")!;
        if (!ShopifyDomain.TryParse(shop, out var domain)) { return (null, "the shop is not a myshopify.com domain"); }
        if (!BodySignature.TryDecode(One(headers, family + "Hmac-Sha256"), out var signature))
        {
            return (null, "the signature is not 32 bytes in padded base64");
        }

        var verified = new ShopifyVerdict.Verified(
            One(headers, family + "Topic")!, domain, One(headers, family + "Webhook-Id")!,
            Instant.Read(One(headers, family + "Triggered-At")), One(headers, family + "API-Version")!, isEvents);
        return (new(verified, signature), null);
    }

    /// <summary>Judges a delivery when the whole body has been appended.</summary>
    public static ShopifyVerdict Finish(IHeaderDictionary headers, BodySignature body)
    {
        var (claim, refusal) = Read(headers);
        if (claim is null) { return new ShopifyVerdict.Refused(refusal!); }
        if (body.Length == 0) { return new ShopifyVerdict.Refused("the body is empty"); }

        return body.Matches(claim.Signature.Span)
            ? claim.IfSigned
            : new ShopifyVerdict.Refused("the signature is not of this body under a secret of ours");
    }

    private static string? One(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out StringValues values) && values.Count == 1
        && values[0] is { Length: > 0 and <= MaxHeader } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
