using System.Security.Cryptography;
using System.Text;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;

namespace StoreConnector.Webhooks;

/// <summary>A delivery that proved itself, on its way to the queue.</summary>
/// <param name="Platform">Which door it came by.</param>
/// <param name="Delivery">What a parser needs; the body may be a head only.</param>
/// <param name="BodyLength">How long the body was; more than the delivery holds when only its head was kept.</param>
internal sealed record Incoming(Platform Platform, Delivery Delivery, long BodyLength)
{
    /// <summary>Whether only the head of the body is here.</summary>
    public bool IsTruncated => BodyLength > Delivery.Body.Length;

    public static Incoming Of(
        Platform platform, string deliveryId, string topic, DateTimeOffset? triggeredAt, DateTimeOffset now,
            BodyRead body)
    {
        var (bytes, length) = body switch
        {
            BodyRead.Whole whole => (whole.Bytes, whole.Bytes.Length),
            BodyRead.Head head => (head.Bytes, head.Length),
            _ => throw new ArgumentException("There is no body to keep.", nameof(body)),
        };
        return new(platform, new(deliveryId, topic, triggeredAt, now, bytes), length);
    }
}

/// <summary>Texts from headers that nobody signed, made fit for keys and logs.</summary>
internal static class Unsigned
{
    /// <summary>The delivery's id as a key: itself when it is short and plain, else its hash.</summary>
    public static string Id(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-') ? text : Hash(text);

    /// <summary>The topic when it could be one, else a word of ours: a log line must not carry what a stranger
    /// wrote.</summary>
    public static string Topic(string text) =>
        text.Length is > 0 and <= 80 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '/' or '.' or '-')
            ? text : "(not a topic)";

    /// <summary>The length of <see cref="Hash"/>.</summary>
    public const int HashLength = 32;

    /// <summary>32 hexadecimal digits of the text's SHA-256.</summary>
    public static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
