using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>Whether a delivery is the store's.</summary>
internal abstract record WooCommerceVerdict
{
    /// <summary>
    /// Signed with the hook's secret. The signature covers the body alone: the topic is only claimed.
    /// </summary>
    /// <param name="Topic">For example <c>order.updated</c>.</param>
    /// <param name="DeliveryId">The hash of hook and body: WooCommerce's own delivery id is not unique.</param>
    public sealed record Verified(string Topic, string DeliveryId) : WooCommerceVerdict;

    /// <summary>Not shown to be the store's: 401, and nothing is kept.</summary>
    /// <param name="Reason">A sentence without anything from the request.</param>
    public sealed record Refused(string Reason) : WooCommerceVerdict;
}

/// <summary>A body of one hook as it arrives: its signature and its id, in one pass.</summary>
internal sealed class WooCommerceBody : IDisposable
{
    private readonly IncrementalHash id = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins a body of the hook that <paramref name="token"/> of its delivery path names.</summary>
    public WooCommerceBody(string token, string secret)
    {
        Signature = new BodySignature([secret]);
        id.AppendData(Encoding.UTF8.GetBytes(token));
    }

    /// <summary>The signature of what has come so far.</summary>
    public BodySignature Signature { get; }

    /// <summary>Takes the next bytes of the body in.</summary>
    public void Append(ReadOnlySpan<byte> chunk)
    {
        Signature.Append(chunk);
        id.AppendData(chunk);
    }

    /// <summary>SHA-256 of token and body, in lower-case hexadecimal.</summary>
    public string DeliveryId() => Convert.ToHexStringLower(id.GetCurrentHash());

    /// <inheritdoc/>
    public void Dispose()
    {
        Signature.Dispose();
        id.Dispose();
    }
}

/// <summary>Verifies WooCommerce's deliveries. Source: measured on WooCommerce 10.5.0 (fixtures/woocommerce).</summary>
internal static class WooCommerceVerifier
{
    /// <summary>The longest topic that is believed; the column of WooCommerce's own table holds 200.</summary>
    public const int MaxTopic = 200;

    /// <summary>The longest ping: the name, the sign and a 64-bit number.</summary>
    public const int MaxPing = 30;

    private const string Prefix = "X-WC-", Ping = "webhook_id=";

    /// <summary>Begins a body of a hook. Each hook has its own token and its own secret.</summary>
    public static WooCommerceBody Begin(string token, string secret) => new(token, secret);

    /// <summary>Judges a delivery when the whole body has been appended.</summary>
    public static WooCommerceVerdict Finish(IHeaderDictionary headers, WooCommerceBody body)
    {
        if (One(headers, Prefix + "Webhook-Topic") is not { Length: <= MaxTopic } topic)
        {
            return new WooCommerceVerdict.Refused("the topic's header is missing, repeated or too long");
        }

        if (body.Signature.Length == 0) { return new WooCommerceVerdict.Refused("the body is empty"); }
        if (!BodySignature.TryDecode(One(headers, Prefix + "Webhook-Signature"), out var signature))
        {
            return new WooCommerceVerdict.Refused("the signature is missing or not 32 bytes in padded base64");
        }

        return body.Signature.Matches(signature)
            ? new WooCommerceVerdict.Verified(topic, body.DeliveryId())
            : new WooCommerceVerdict.Refused("the signature is not of this body under the hook's secret");
    }

    /// <summary>
    /// Whether it is the call that WooCommerce makes while a hook is being created: unsigned, so exactly its form is
    /// taken, answered 200, and nothing is done with it.
    /// </summary>
    public static bool IsPing(string method, IHeaderDictionary headers, ReadOnlySpan<byte> body) =>
        HttpMethods.IsPost(method)
        && MediaTypeHeaderValue.TryParse(One(headers, HeaderNames.ContentType), out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && !headers.Keys.Any(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        && body.Length is > 11 and <= MaxPing && body.StartsWith("webhook_id="u8)
        && body[Ping.Length..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static string? One(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values.Count == 1 && !string.IsNullOrWhiteSpace(values[0])
            ? values[0]
            : null;
}
