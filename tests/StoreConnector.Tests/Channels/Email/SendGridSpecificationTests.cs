using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Channels.Email;

/// <summary>Every e-mail by SendGrid, judged by SendGrid's own specification; its logs have none.</summary>
[Trait("Needs", "node")]
public sealed class SendGridSpecificationTests : IClassFixture<SendGridPrism>, IDisposable
{
    private readonly SendGridPrism prism;
    private readonly VendorHttp http = new(new HurriedClock());
    private readonly SendGrid sendGrid;
    private readonly VendorAccount account = new("store-1", new Dictionary<string, string> { ["apiKey"] = SendGridTwin.ApiKey })
    {
        From = "shop@example.com",
        FromName = "متجر\r\n",
        ReplyTo = "help@example.com",
    };

    public SendGridSpecificationTests(SendGridPrism prism)
    {
        this.prism = prism;
        (prism.Prefer, sendGrid) = (null, new(http, new() { SendGrid = prism.Address }, new HurriedClock()));
        prism.Verdicts.Clear();
    }

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task Every_mail_that_we_send_is_accepted()
    {
        foreach (var from in new[] { account, account with { FromName = null, ReplyTo = null } })
        {
            foreach (var text in new[] { "Hi", "سلة 🛒 \r\n\"\\", new string('x', 200_000) })
            {
                Assert.IsType<SendResult.Accepted>(await SendAsync(from, text));
            }
        }

        Assert.All(prism.Verdicts, v => Assert.True(v.Status == 202, v.Words));
        Assert.Equal(6, prism.Verdicts.Count);
    }

    [Fact]
    public async Task What_breaks_the_specification_is_noticed_here()
    {
        Assert.IsType<SendResult.Refused>(await SendAsync(account with { From = "no address" }, "Hi"));
        Assert.All(prism.Verdicts, v => Assert.InRange(v.Status, 400, 499));
    }

    [Theory]
    [InlineData("code=400", RefusalKind.Message)]
    [InlineData("code=401", RefusalKind.Account)]
    [InlineData("code=403", RefusalKind.Account)]
    [InlineData("code=413", RefusalKind.Message)]
    [InlineData("code=429", RefusalKind.Busy)]
    public async Task Errors_of_the_specification_are_classed(string prefer, object kind)
    {
        prism.Prefer = prefer;
        Assert.Equal((RefusalKind)kind, Assert.IsType<SendResult.Refused>(await SendAsync(account, "Hi")).Kind);
        Assert.Equal((RefusalKind)kind == RefusalKind.Busy ? 4 : 1, prism.Verdicts.Count);
    }

    [Fact]
    public async Task An_error_of_the_vendors_own_is_unknown()
    {
        prism.Prefer = "code=500";
        Assert.IsType<SendResult.Unknown>(await SendAsync(account, "Hi"));
        Assert.Single(prism.Verdicts);
    }

    private ValueTask<SendResult> SendAsync(VendorAccount from, string text) => sendGrid.SendAsync(from,
        new("store-1", "0123456789abcdef", Channel.Email, "mona@example.com",
            new MessageContent.Email(text.Length > 900 ? "Subject" : text, text, $"<p>{text}</p>",
                [new("List-Unsubscribe", "<https://connect.example.com/u/a>"), new("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]),
            "abandoned-cart", "c", 1), default);
}
