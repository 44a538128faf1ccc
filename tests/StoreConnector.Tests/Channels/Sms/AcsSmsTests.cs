using StoreConnector.Channels;
using StoreConnector.Channels.Sms;
using StoreConnector.Tests.Contracts;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Channels.Sms;

public sealed class AcsSmsTests : ChannelContract
{
    private readonly AcsTwin twin;
    private readonly List<VendorHttp> callers = [];

    public AcsSmsTests() => twin = new(Clock);

    private protected override IVendorTwin Twin => twin;

    private protected override bool IsRepeatable => true;

    private protected override bool CanFind => false;

    /// <summary>A yes that cannot be read is not asked again: Azure took the request, and said so.</summary>
    private protected override TwinMood[] Silences => [TwinMood.LosesAnswer, TwinMood.FailsAfter];

    private protected override VendorAccount Account => new("store-1", new Dictionary<string, string>
    {
        ["endpoint"] = twin.Address.AbsoluteUri, ["accessKey"] = AcsTwin.AccessKey,
    })
    { From = "+14155550100" };

    private protected override VendorAccount Impostor => Account with
    {
        Credentials = new Dictionary<string, string>(Account.Credentials) { ["accessKey"] = Convert.ToBase64String(new byte[32]) },
    };

    private protected override IReadOnlyList<string> Secrets => [AcsTwin.AccessKey];

    private protected override IVendor Open(TimeSpan timeout)
    {
        callers.Add(new(Clock) { AttemptTimeout = timeout });
        return new AcsSms(callers[^1], Private, Clock);
    }

    private protected override OutgoingMessage Message(string sendId, string text) => Text(sendId, text);

    public override async ValueTask DisposeAsync()
    {
        callers.ForEach(c => c.Dispose());
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(400, RefusalKind.Address)]
    [InlineData(401, RefusalKind.Account)]
    [InlineData(404, RefusalKind.Account)]
    [InlineData(429, RefusalKind.Busy)]
    [InlineData(422, RefusalKind.Message)]
    public async Task Each_text_has_its_own_status_whatever_the_requests(int status, object kind)
    {
        await twin.StartAsync();
        twin.ItemStatus = status;
        Assert.Equal((RefusalKind)kind, Assert.IsType<SendResult.Refused>(await SendAsync()).Kind);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(409)]
    [InlineData(412)]
    [InlineData(500)]
    public async Task A_status_that_says_neither_yes_nor_no_is_unknown(int status)
    {
        await twin.StartAsync();
        twin.ItemStatus = status;
        Assert.IsType<SendResult.Unknown>(await SendAsync());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"value":[]}""")]
    [InlineData("""{"value":[{"successful":true}]}""")]
    [InlineData("""{"value":[{"successful":true,"messageId":"a"},{"successful":true,"messageId":"b"}]}""")]
    public async Task A_yes_without_the_texts_own_is_unknown(string body)
    {
        await twin.StartAsync();
        twin.RefusesWith = (202, body);
        Assert.IsType<SendResult.Unknown>(await SendAsync());
    }

    [Fact]
    public async Task After_silence_a_later_no_says_nothing_about_the_first()
    {
        await twin.StartAsync();
        twin.Next(TwinMood.LosesAnswer, TwinMood.AsksLater, TwinMood.AsksLater, TwinMood.AsksLater);
        Assert.IsType<SendResult.Unknown>(await SendAsync());
        Assert.Single(twin.Accepted);
    }
}
