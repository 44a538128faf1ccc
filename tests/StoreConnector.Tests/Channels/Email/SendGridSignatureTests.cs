using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Channels.Email;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Channels.Email;

public sealed class SendGridSignatureTests
{
    private const string SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature", TimeHeader = "X-Twilio-Email-Event-Webhook-Timestamp";

    private static readonly DateTimeOffset Now = ManualClock.Monday;
    private static readonly SendGridTwin Twin = new(TimeProvider.System);

    public static TheoryData<string> Vectors => [.. All().Select(v => v.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Each_vector_is_judged_as_SendGrids_own_library_judges_it(string name)
    {
        var vector = All().Single(v => v.GetProperty("name").GetString() == name);
        var timestamp = vector.GetProperty("timestamp").GetString()!;
        var now = long.TryParse(timestamp, out var at) ? DateTimeOffset.FromUnixTimeSeconds(at) : Now;
        Assert.Equal(vector.GetProperty("valid").GetBoolean(), SendGridSignature.IsSigned(
            vector.GetProperty("publicKey").GetString(), timestamp, Encoding.UTF8.GetBytes(vector.GetProperty("payload").GetString()!),
            vector.GetProperty("signature").GetString(), now));
    }

    [Fact]
    public void There_are_valid_and_invalid_vectors() =>
        Assert.Equal((10, 1), (All().Count, All().Count(v => v.GetProperty("valid").GetBoolean())));

    [Theory]
    [InlineData(0, true)]
    [InlineData(24, true)]
    [InlineData(-24, true)]
    [InlineData(25, false)]
    [InlineData(-25, false)]
    public void What_was_recorded_is_not_believed_a_day_later(int hours, bool isSigned)
    {
        var request = Twin.Events(Now, new { @event = "delivered" });
        Assert.Equal(isSigned, IsSigned(request.Body.ToArray(), request.Header(SignatureHeader)!, request.Header(TimeHeader)!,
            Now.AddHours(hours)));
    }

    [Fact]
    public void Any_byte_changed_anywhere_breaks_the_signature()
    {
        var request = Twin.Events(Now, new { @event = "delivered", email = "س@example.com" }, new { @event = "bounce" });
        var (body, signature, time) = (request.Body.ToArray(), request.Header(SignatureHeader)!, request.Header(TimeHeader)!);
        Assert.True(IsSigned(body, signature, time, Now));
        foreach (byte by in new[] { 1, 2, 0x20, 0x80 })
        {
            for (var at = 0; at < body.Length; at++)
            {
                Assert.False(IsSigned(Changed(body, at, by), signature, time, Now), $"body {at} {by}");
            }

            for (var at = 0; at < signature.Length; at++)
            {
                Assert.False(IsSigned(body, Changed(signature, at, by), time, Now), $"signature {at} {by}");
            }

            for (var at = 0; at < time.Length; at++)
            {
                Assert.False(IsSigned(body, signature, Changed(time, at, by), Now), $"time {at} {by}");
            }
        }
    }

    [Fact]
    public void A_signature_has_one_spelling_though_base64_has_several()
    {
        var told = Twin.Events(Now, new { @event = "delivered" });
        while (!told.Header(SignatureHeader)!.EndsWith('=')) { told = Twin.Events(Now, new { @event = "delivered" }); }

        var (body, signature, time) = (told.Body.ToArray(), told.Header(SignatureHeader)!, told.Header(TimeHeader)!);
        var last = signature.TrimEnd('=').Length - 1;
        var other = signature[..last] + (char)(signature[last] + 1) + signature[(last + 1)..];
        Assert.Equal(Convert.FromBase64String(signature), Convert.FromBase64String(other)); // The same bytes.
        Assert.False(IsSigned(body, other, time, Now));
        Assert.False(IsSigned(body, signature + " ", time, Now));
        Assert.True(IsSigned(body, signature, time, Now));
    }

    [Fact]
    public void Garbage_is_refused_and_never_throws() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(string? Key, string? Time, byte[] Body, string? Signature)>(), given =>
            !SendGridSignature.IsSigned(given.Key, given.Time, given.Body, given.Signature, Now)
            && !SendGridSignature.IsSigned(Twin.WebhookKey, Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                given.Body, given.Signature, Now)).QuickCheckThrowOnFailure();

    private static bool IsSigned(byte[] body, string signature, string time, DateTimeOffset now) =>
        SendGridSignature.IsSigned(Twin.WebhookKey, time, body, signature, now);

    private static byte[] Changed(byte[] bytes, int at, byte by)
    {
        var copy = (byte[])bytes.Clone();
        copy[at] ^= by;
        return copy;
    }

    private static string Changed(string text, int at, byte by) =>
        Encoding.Latin1.GetString(Changed(Encoding.Latin1.GetBytes(text), at, by));

    private static List<JsonElement> All() =>
        [.. JsonDocument.Parse(File.ReadAllText(Repo.Fixture("messaging", "sendgrid-eventwebhook-vectors.json")))
            .RootElement.GetProperty("vectors").EnumerateArray()];
}
