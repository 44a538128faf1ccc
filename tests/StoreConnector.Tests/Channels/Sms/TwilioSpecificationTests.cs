using StoreConnector.Channels;
using StoreConnector.Channels.Sms;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Channels.Sms;

/// <summary>Every request to Twilio, judged by Twilio's own specification.</summary>
[Trait("Needs", "node")]
public sealed class TwilioSpecificationTests : IClassFixture<TwilioPrism>, IDisposable
{
    private readonly TwilioPrism prism;
    private readonly VendorHttp http = new(new HurriedClock());
    private readonly Twilio twilio;
    private readonly VendorAccount account = new("store-1", new Dictionary<string, string>
    {
        ["accountSid"] = TwilioTwin.AccountSid, ["authToken"] = TwilioTwin.AuthToken,
    })
    { MessagingServiceSid = TwilioTwin.Service, Callback = new("https://connect.example.com/callbacks/twilio/tok") };

    public TwilioSpecificationTests(TwilioPrism prism)
    {
        this.prism = prism;
        (prism.Prefer, twilio) = (null, new(http, new() { Twilio = prism.Address }));
        prism.Verdicts.Clear();
    }

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task Every_text_that_we_send_is_accepted()
    {
        var bare = account with { MessagingServiceSid = null, Callback = null, From = "+14155550100" };
        var key = account with
        {
            Credentials = new Dictionary<string, string>(account.Credentials)
            {
                ["apiKey"] = "SK" + new string('a', 32), ["apiSecret"] = new('b', 32),
            },
        };
        foreach (var from in new[] { account, bare, key })
        {
            foreach (var text in new[] { "Hi", "سلة 🛒 \r\n&=+%", new string('x', 1600) })
            {
                Assert.IsType<SendResult.Accepted>(await SendAsync(from, text, TimeSpan.FromDays(9)));
                Assert.IsType<SendResult.Accepted>(await SendAsync(from, text, null));
            }
        }

        Assert.All(prism.Verdicts, v => Assert.True(v.Status == 201, v.Words));
        Assert.Equal(18, prism.Verdicts.Count);
    }

    [Fact]
    public async Task Every_question_that_we_ask_is_accepted()
    {
        var sent = new SentMessage("store-1", "abc", Channel.Sms, "abandoned-cart", ManualClock.Monday) { To = "+14155552671", Token = "AB12cd34" };
        await twilio.FindAsync(account, sent, default);
        await twilio.FindAsync(account, sent with { VendorId = "SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }, default);
        Assert.All(prism.Verdicts, v => Assert.True(v.Status == 200, v.Words));
        Assert.Equal(2, prism.Verdicts.Count);
    }

    [Fact]
    public async Task What_breaks_the_specification_is_noticed_here()
    {
        Assert.IsType<SendResult.Refused>(await SendAsync(account with { MessagingServiceSid = "not a service" }, "Hi", null));
        Assert.All(prism.Verdicts, v => Assert.InRange(v.Status, 400, 499));
    }

    [Theory]
    [InlineData("code=400, example=21211", RefusalKind.Address)]
    [InlineData("code=400, example=21610", RefusalKind.OptedOut)]
    [InlineData("code=400, example=21614", RefusalKind.Address)]
    [InlineData("code=400, example=21604", RefusalKind.Address)]
    [InlineData("code=401, example=20003", RefusalKind.Account)]
    [InlineData("code=429", RefusalKind.Busy)]
    public async Task Errors_of_the_specification_are_classed(string prefer, object kind)
    {
        prism.Prefer = prefer;
        Assert.Equal((RefusalKind)kind, Assert.IsType<SendResult.Refused>(await SendAsync(account, "Hi", null)).Kind);
        Assert.Equal((RefusalKind)kind == RefusalKind.Busy ? 4 : 1, prism.Verdicts.Count);
    }

    private ValueTask<SendResult> SendAsync(VendorAccount from, string text, TimeSpan? valid) => twilio.SendAsync(from,
        new("store-1", "0123456789abcdef", Channel.Sms, "+14155552671", new MessageContent.Sms(null, text, 1), "abandoned-cart", "c", 1)
        {
            ValidFor = valid,
        }, default);
}
