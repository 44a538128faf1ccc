using StoreConnector.Channels;
using StoreConnector.Channels.Sms;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Contracts;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Channels.Sms;

public sealed class TwilioTests : ChannelContract
{
    private readonly TwilioTwin twin;
    private readonly List<VendorHttp> callers = [];

    public TwilioTests() => twin = new(Clock);

    private protected override IVendorTwin Twin => twin;

    private protected override VendorAccount Account => new("store-1", new Dictionary<string, string>
    {
        ["accountSid"] = TwilioTwin.AccountSid, ["authToken"] = TwilioTwin.AuthToken,
    })
    {
        MessagingServiceSid = TwilioTwin.Service,
        Callback = new("https://connect.example.com/callbacks/twilio/tok"),
    };

    private protected override VendorAccount Impostor => Account with
    {
        Credentials = new Dictionary<string, string>
        {
            ["accountSid"] = TwilioTwin.AccountSid, ["authToken"] = "wrong000000000000000000000000000",
        },
    };

    private protected override IVendor Open(TimeSpan timeout)
    {
        callers.Add(new(Clock) { AttemptTimeout = timeout });
        return new Twilio(callers[^1], Private with { Twilio = twin.Address });
    }

    private protected override OutgoingMessage Message(string sendId, string text) => Text(sendId, text);

    public override async ValueTask DisposeAsync()
    {
        callers.ForEach(c => c.Dispose());
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_text_carries_service_words_callback_and_how_long_it_may_wait()
    {
        await twin.StartAsync();
        await SendAsync(Message("abc", "Hi"));
        var fields = Assert.Single(twin.Messages).Fields;
        Assert.Equal(TwilioTwin.Service, fields["MessagingServiceSid"]);
        Assert.Equal("Hi https://s.example/c/AB12cd34", fields["Body"]);
        Assert.Equal("https://connect.example.com/callbacks/twilio/tok?m=abc", fields["StatusCallback"]);
        Assert.Equal("7200", fields["ValidityPeriod"]);
        Assert.False(fields.ContainsKey("From"));
    }

    [Theory]
    [InlineData(-5, "1")]
    [InlineData(0, "1")]
    [InlineData(59, "59")]
    [InlineData(999_999, "36000")]
    public async Task Validity_stays_within_what_Twilio_takes(int seconds, string sent)
    {
        await twin.StartAsync();
        await SendAsync(Message("abc", "Hi") with { ValidFor = TimeSpan.FromSeconds(seconds) });
        Assert.Equal(sent, Assert.Single(twin.Messages).Fields["ValidityPeriod"]);
    }

    [Fact]
    public async Task Without_a_service_the_messages_sender_or_else_the_accounts_is_used()
    {
        await twin.StartAsync();
        var account = Account with { MessagingServiceSid = null, From = "+14155550100", Callback = null };
        await Open(Long).SendAsync(account, Message("abc", "Hi") with { ValidFor = null }, default);
        await Open(Long).SendAsync(
            account, Message("abd", "Hi") with { Content = new MessageContent.Sms("ShopX-AD", "Hi", 1) }, default);
        Assert.Equal(["+14155550100", "ShopX-AD"], twin.Messages.Select(m => m.Fields["From"]));
        Assert.Equal(["To", "From", "Body"], twin.Messages[0].Fields.Keys);
    }

    [Fact]
    public async Task A_number_that_has_opted_out_there_is_our_no_too()
    {
        await twin.StartAsync();
        twin.OptedOut.Add("+14155552671");
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync());
        Assert.Equal((RefusalKind.OptedOut, "Twilio refused it: the number has opted out (21610)."), (refused.Kind, refused.Reason));
    }

    [Theory]
    [InlineData(400, 21211, RefusalKind.Address)]
    [InlineData(400, 21614, RefusalKind.Address)]
    [InlineData(400, 21606, RefusalKind.Account)]
    [InlineData(429, 20429, RefusalKind.Busy)]
    [InlineData(400, 21611, RefusalKind.Busy)]
    [InlineData(400, 21408, RefusalKind.Message)]
    [InlineData(400, 99999, RefusalKind.Message)]
    [InlineData(403, 99999, RefusalKind.Account)]
    public async Task A_refusal_is_classed_by_its_code_and_else_by_its_status(int status, int code, object kind)
    {
        await twin.StartAsync();
        twin.RefusesWith = (status, $$"""{"code":{{code}},"message":"+14155552671 is bad","status":{{status}}}""");
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync());
        Assert.Equal((RefusalKind)kind, refused.Kind);
        if (status != 429) { Assert.Contains($"({code})", refused.Reason, StringComparison.Ordinal); }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"code":{"a":1}}""")]
    [InlineData("""{"code":"call +14155552671 now"}""")]
    public async Task A_refusal_that_cannot_be_read_is_still_one(string body)
    {
        await twin.StartAsync();
        twin.RefusesWith = (400, body);
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync());
        Assert.Equal("Twilio refused it: it gave no reason that we know (HTTP 400).", refused.Reason);
    }

    [Fact]
    public async Task It_asks_for_a_message_by_its_id_and_says_how_far_it_has_come()
    {
        await twin.StartAsync();
        var sid = Assert.IsType<SendResult.Accepted>(await SendAsync()).VendorId;
        Assert.Equal(DeliveryStatus.Accepted, (await ByIdAsync(sid))?.Status);
        twin.Fates[sid] = ("undelivered", 30005);
        Assert.Equal(new FoundMessage(sid, DeliveryStatus.BadAddress, "30005"), await ByIdAsync(sid));
        twin.Fates[sid] = ("undelivered", 30003);
        Assert.Equal(new FoundMessage(sid, DeliveryStatus.Failed, "30003"), await ByIdAsync(sid));
        Assert.Null(await ByIdAsync("SM" + new string('f', 32)));
        Assert.Null(await ByIdAsync("../../Accounts"));
    }

    [Fact]
    public async Task Only_a_text_with_the_whole_token_in_it_is_found()
    {
        await twin.StartAsync();
        await SendAsync(Message("1", "Hi") with { Content = new MessageContent.Sms(null, "x https://s.example/c/AB12cd34e", 1) });
        await SendAsync(Message("2", "Hi") with { Content = new MessageContent.Sms(null, "x https://s.example/c/xAB12cd34", 1) });
        Assert.Null(await FindAsync(Message("3", "Hi"), Clock.GetUtcNow()));
        await SendAsync(Message("4", "Hi") with { Content = new MessageContent.Sms(null, "https://s.example/c/AB12cd34.", 1) });
        Assert.Equal(twin.Accepted[2], (await FindAsync(Message("3", "Hi"), Clock.GetUtcNow()))?.VendorId);
    }

    [Fact]
    public void An_account_says_what_is_wrong_with_it()
    {
        var vendor = Open(Long);
        var bare = Account with { MessagingServiceSid = null };
        Assert.NotNull(vendor.Objection(bare with { MessagingServiceSid = "MG1" }));
        Assert.NotNull(vendor.Objection(bare with { From = "much too long a name" }));
        Assert.NotNull(vendor.Objection(bare with { From = "1234567890123" }));
        Assert.Null(vendor.Objection(bare with { From = "ShopX-AD" }));
        Assert.Null(vendor.Objection(bare with { From = "72345" }));
        var half = new Dictionary<string, string>(Account.Credentials) { ["apiKey"] = "SK" + new string('a', 32) };
        Assert.NotNull(vendor.Objection(Account with { Credentials = half }));
    }

    private ValueTask<FoundMessage?> ByIdAsync(string id) => Open(Long).FindAsync(
        Account, new("store-1", "abc", Channel.Sms, "abandoned-cart", Clock.GetUtcNow()) { VendorId = id }, default);
}
