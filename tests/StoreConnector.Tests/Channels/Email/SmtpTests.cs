using System.Globalization;
using System.Text;
using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Tests.Contracts;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Channels.Email;

[Collection(nameof(SmtpTests))] // Whom System.Net.Mail believes is a setting of the whole process.
public sealed class SmtpTests : ChannelContract
{
    private readonly SmtpTwin twin = new();
    private readonly IDisposable trust;

    public SmtpTests() => trust = twin.Trust();

    private protected override IVendorTwin Twin => twin;

    private protected override bool CanFind => false;

    private protected override TwinMood[] Silences => [TwinMood.LosesAnswer];

    private protected override VendorAccount Account => new("store-1", new Dictionary<string, string>
    {
        ["host"] = "localhost", ["port"] = twin.Port.ToString(CultureInfo.InvariantCulture),
        ["username"] = SmtpTwin.User, ["password"] = SmtpTwin.Password,
    })
    { From = "shop@example.com", FromName = "متجر", ReplyTo = "help@example.com" };

    private protected override VendorAccount Impostor => Account with
    {
        Credentials = new Dictionary<string, string>(Account.Credentials) { ["password"] = "wrong-password" },
    };

    private protected override IReadOnlyList<string> Secrets => [SmtpTwin.Password];

    private protected override IVendor Open(TimeSpan timeout) => new Smtp(Private, Clock) { AttemptTimeout = timeout };

    private protected override OutgoingMessage Message(string sendId, string text) => Mail(sendId, text);

    public override async ValueTask DisposeAsync()
    {
        trust.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_mail_has_text_before_html_its_way_out_and_an_id_that_is_the_same_for_ever()
    {
        await twin.StartAsync();
        await SendAsync(Message("abc", "عربتك"));
        var mail = Assert.Single(twin.Bodies);
        Assert.Equal("<abc@example.com>", SmtpTwin.Header(mail, "Message-ID"));
        Assert.Equal("<https://connect.example.com/u/abc>", SmtpTwin.Header(mail, "List-Unsubscribe"));
        Assert.Equal("abc", SmtpTwin.Header(mail, "X-SC-Id"));
        Assert.StartsWith("multipart/alternative", SmtpTwin.Header(mail, "Content-Type"), StringComparison.Ordinal);
        Assert.True(mail.IndexOf("text/plain", StringComparison.Ordinal) < mail.IndexOf("text/html", StringComparison.Ordinal));
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("عربتك")), mail, StringComparison.Ordinal);
        Assert.Equal("", SmtpTwin.Header(mail, "Bcc"));
    }

    [Fact]
    public async Task A_shops_name_stays_a_name_whatever_stands_in_it()
    {
        await twin.StartAsync();
        var account = Account with { FromName = "x\" <ceo@bank.example>, \"y\\" };
        Assert.IsType<SendResult.Accepted>(await Open(Long).SendAsync(account, Message("abc", "Hi"), default));
        Assert.IsType<SendResult.Accepted>(await Open(Long).SendAsync(account with { FromName = null }, Message("abd", "Hi"), default));
        Assert.Equal(["\"x' <ceo@bank.example>, 'y\" <shop@example.com>", "shop@example.com"],
            twin.Bodies.Select(b => SmtpTwin.Header(b, "From")));
    }

    [Fact]
    public async Task Nothing_but_a_greeting_is_said_before_TLS()
    {
        await twin.StartAsync();
        await SendAsync();
        Assert.All(twin.Commands.Where(c => c.StartsWith("plain", StringComparison.Ordinal)),
            c => Assert.Matches("^plain (EHLO|STARTTLS)", c));
        Assert.Contains(twin.Commands, c => c.StartsWith("tls AUTH", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_server_without_TLS_hears_no_password()
    {
        twin.OffersTls = false;
        await twin.StartAsync();
        Assert.Equal(RefusalKind.Account, Assert.IsType<SendResult.Refused>(await SendAsync()).Kind);
        Assert.DoesNotContain(twin.Commands, c => c.Contains("AUTH", StringComparison.OrdinalIgnoreCase)
            || c.Contains("MAIL", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_refused()
    {
        trust.Dispose();
        await twin.StartAsync();
        Assert.Equal(RefusalKind.Account, Assert.IsType<SendResult.Refused>(await SendAsync()).Kind);
        Assert.Empty(twin.Accepted);
        Assert.DoesNotContain(twin.Commands, c => c.Contains("AUTH", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("550 5.1.1 no such user mona@example.com", RefusalKind.Address)]
    [InlineData("550 relaying denied", RefusalKind.Message)]
    [InlineData("554 5.7.1 blocked", RefusalKind.Message)]
    [InlineData("450 4.2.1 try later", RefusalKind.Busy)]
    public async Task A_recipient_is_bad_only_by_a_code_that_says_so(string says, object kind)
    {
        twin.RefusesRecipients = says;
        await twin.StartAsync();
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync());
        Assert.Equal((RefusalKind)kind, refused.Kind);
        Assert.Contains(says[..3], refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("mona", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_no_after_the_message_is_a_no()
    {
        twin.RefusesMessages = "554 5.7.1 looks like spam";
        await twin.StartAsync();
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync());
        Assert.Equal((RefusalKind.Message, "The mail server refused the message (554 5.7.1)."), (refused.Kind, refused.Reason));
    }

    [Fact]
    public async Task A_host_that_leads_inside_is_refused_where_that_is_not_allowed()
    {
        await twin.StartAsync();
        var account = Account with
        {
            Credentials = new Dictionary<string, string>(Account.Credentials) { ["port"] = "2525" },
        };
        var refused = Assert.IsType<SendResult.Refused>(
            await new Smtp(new(), Clock).SendAsync(account, Message("abc", "Hi"), default));
        Assert.Equal("The mail server's address is a private one.", refused.Reason);
        Assert.Empty(twin.Commands);
    }

    [Theory]
    [InlineData("465", false)]
    [InlineData("587", true)]
    [InlineData("25", true)]
    [InlineData("2525", true)]
    [InlineData("22", false)]
    [InlineData("-25", false)]
    public void Only_ports_of_mail_servers_are_called(string port, bool isGood)
    {
        var vendor = new Smtp(new(), Clock);
        var account = Account with { Credentials = new Dictionary<string, string>(Account.Credentials) { ["port"] = port } };
        Assert.Equal(isGood, vendor.Credentials.Single(c => c.Name == "port").IsGood(port));
        Assert.Equal(isGood, vendor.Objection(account) is null);
    }
}

[CollectionDefinition(nameof(SmtpTests), DisableParallelization = true)]
public sealed class SmtpCollection;
