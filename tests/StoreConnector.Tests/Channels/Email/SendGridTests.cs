using System.Text.Json;
using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Contracts;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Channels.Email;

public sealed class SendGridTests : ChannelContract
{
    private readonly SendGridTwin twin;
    private readonly List<VendorHttp> callers = [];

    public SendGridTests() => twin = new(Clock);

    private protected override IVendorTwin Twin => twin;

    private protected override VendorAccount Account => new("store-1", new Dictionary<string, string>
    {
        ["apiKey"] = SendGridTwin.ApiKey, ["webhookKey"] = twin.WebhookKey,
    })
    { From = "shop@example.com", FromName = "The Shop", ReplyTo = "help@example.com" };

    private protected override VendorAccount Impostor => Account with
    {
        Credentials = new Dictionary<string, string> { ["apiKey"] = "SG.wrong-key-0000000000000000000000" },
    };

    /// <summary>A 202 says all there is to say: its body is empty, and nobody reads it.</summary>
    private protected override TwinMood[] Silences => [TwinMood.LosesAnswer, TwinMood.FailsAfter];

    private protected override IVendor Open(TimeSpan timeout)
    {
        callers.Add(new(Clock) { AttemptTimeout = timeout });
        return new SendGrid(callers[^1], Private with { SendGrid = twin.Address }, Clock);
    }

    private protected override OutgoingMessage Message(string sendId, string text) => Mail(sendId, text);

    public override async ValueTask DisposeAsync()
    {
        callers.ForEach(c => c.Dispose());
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_mail_carries_our_id_inside_its_one_personalization_and_tracks_nobody()
    {
        await twin.StartAsync();
        await SendAsync(Message("abc", "Your cart"));
        using var mail = JsonDocument.Parse(Assert.Single(twin.Bodies));
        var person = Assert.Single(mail.RootElement.GetProperty("personalizations").EnumerateArray());
        Assert.Equal("""{"sc_mid":"abc","sc_store":"store-1"}""", person.GetProperty("custom_args").GetRawText());
        Assert.Equal(["List-Unsubscribe", "List-Unsubscribe-Post", "X-Note", "X-SC-Id"],
            person.GetProperty("headers").EnumerateObject().Select(h => h.Name));
        Assert.Equal("""["abandoned-cart","store-1-abandoned-cart-2026-11-23"]""",
            mail.RootElement.GetProperty("categories").GetRawText());
        Assert.Equal("help@example.com", mail.RootElement.GetProperty("reply_to").GetProperty("email").GetString());
        Assert.All(mail.RootElement.GetProperty("tracking_settings").EnumerateObject(),
            s => Assert.False(s.Value.GetProperty("enable").GetBoolean()));
        Assert.DoesNotContain("custom_args", mail.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.DoesNotContain("mona", mail.RootElement.GetProperty("categories").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_that_fit_prove_nothing_unless_one_has_the_id()
    {
        await twin.StartAsync();
        await SendAsync(Message("1", "a"));
        await SendAsync(Message("2", "b"));
        var at = Clock.GetUtcNow();
        Assert.Null(await FindAsync(Message("2", "b"), at));
        twin.Fates[twin.Accepted[1]] = "delivered";
        var sent = new SentMessage("store-1", "2", Channel.Email, "abandoned-cart", at)
        {
            To = "mona@example.com",
            VendorId = twin.Accepted[1],
        };
        Assert.Equal(new FoundMessage(twin.Accepted[1], DeliveryStatus.Delivered), await Open(Long).FindAsync(Account, sent, default));
    }

    [Fact]
    public async Task Another_days_another_stores_and_another_automations_mail_is_not_found()
    {
        await twin.StartAsync();
        await SendAsync();
        var at = Clock.GetUtcNow();
        Assert.NotNull(await FindAsync(Message("x", "a"), at));
        Assert.Null(await FindAsync(Message("x", "a"), at.AddHours(-1)));
        Assert.Null(await FindAsync(Message("x", "a") with { StoreId = "store-2" }, at));
        Assert.Null(await FindAsync(Message("x", "a") with { Automation = "price-drop" }, at));
        Assert.Null(await FindAsync(Message("x", "a") with { To = "x\" OR to_email = \"mona@example.com" }, at));
    }

    [Theory]
    [InlineData(401, null, "authorization required", RefusalKind.Account)]
    [InlineData(401, null, "Maximum credits exceeded", RefusalKind.Account)]
    [InlineData(403, "from", "The from address does not match a verified Sender Identity", RefusalKind.Account)]
    [InlineData(400, "from.email", "bad", RefusalKind.Account)]
    [InlineData(400, "personalizations.0.to.0.email", "mona@example.com is bad", RefusalKind.Address)]
    [InlineData(400, "content", "bad", RefusalKind.Message)]
    [InlineData(413, "null", "too large", RefusalKind.Message)]
    [InlineData(429, null, "too many requests", RefusalKind.Busy)]
    public async Task A_refusal_is_classed_by_status_and_field(int status, string? field, string says, object kind)
    {
        await twin.StartAsync();
        twin.RefusesWith = (status, JsonSerializer.Serialize(new { errors = new[] { new { message = says, field } } }));
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync());
        Assert.Equal((RefusalKind)kind, refused.Kind);
        Assert.DoesNotContain("mona", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_webhook_key_is_one_on_P256()
    {
        var field = Open(Long).Credentials.Single(c => c.Name == "webhookKey");
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        Assert.True(field.IsGood(twin.WebhookKey));
        Assert.False(field.IsGood(Convert.ToBase64String(other.ExportSubjectPublicKeyInfo())));
        Assert.False(field.IsGood("not base64"));
    }
}
