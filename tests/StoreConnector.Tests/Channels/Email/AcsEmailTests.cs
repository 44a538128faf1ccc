using System.Text.Json;
using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Tests.Contracts;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Channels.Email;

public sealed class AcsEmailTests : ChannelContract
{
    private readonly AcsTwin twin;
    private readonly List<VendorHttp> callers = [];

    public AcsEmailTests() => twin = new(Clock);

    private protected override IVendorTwin Twin => twin;

    private protected override bool LooksAtOnce => true;

    /// <summary>What it answers with is the id that we gave: nobody reads the words.</summary>
    private protected override TwinMood[] Silences => [TwinMood.LosesAnswer, TwinMood.FailsAfter];

    private protected override VendorAccount Account => new("store-1", new Dictionary<string, string>
    {
        ["endpoint"] = twin.Address.AbsoluteUri, ["accessKey"] = AcsTwin.AccessKey,
    })
    { From = "shop@example.com", ReplyTo = "help@example.com" };

    private protected override VendorAccount Impostor => Account with
    {
        Credentials = new Dictionary<string, string>(Account.Credentials) { ["accessKey"] = Convert.ToBase64String(new byte[32]) },
    };

    private protected override IReadOnlyList<string> Secrets => [AcsTwin.AccessKey];

    private protected override IVendor Open(TimeSpan timeout)
    {
        callers.Add(new(Clock) { AttemptTimeout = timeout });
        return new AcsEmail(callers[^1], Private, Clock);
    }

    private protected override OutgoingMessage Message(string sendId, string text) => Mail(sendId, text);

    public override async ValueTask DisposeAsync()
    {
        callers.ForEach(c => c.Dispose());
        await base.DisposeAsync();
    }

    [Fact]
    public async Task An_operation_is_known_by_the_messages_own_id_and_found_by_it_for_ever()
    {
        await twin.StartAsync();
        var taken = Assert.IsType<SendResult.Accepted>(await SendAsync(Message("abc", "Your cart")));
        Assert.Equal(AzureCommunication.OperationId("abc").ToString(), taken.VendorId);
        twin.Fates[taken.VendorId] = "Succeeded";
        Clock.Meanwhile = null;
        Assert.Equal(new FoundMessage(taken.VendorId, DeliveryStatus.OnItsWay),
            await FindAsync(Message("abc", "Your cart"), Clock.GetUtcNow()));
        twin.Fates[taken.VendorId] = "Failed";
        Assert.Equal(DeliveryStatus.Failed, (await FindAsync(Message("abc", ""), Clock.GetUtcNow()))?.Status);
        Assert.Null(await FindAsync(Message("abd", ""), Clock.GetUtcNow()));
    }

    [Fact]
    public async Task A_mail_passes_the_way_out_on_and_tracks_nobody()
    {
        await twin.StartAsync();
        await SendAsync(Message("abc", "Your cart"));
        using var mail = JsonDocument.Parse(Assert.Single(twin.Bodies));
        Assert.True(mail.RootElement.GetProperty("userEngagementTrackingDisabled").GetBoolean());
        Assert.Equal(["List-Unsubscribe", "List-Unsubscribe-Post", "X-Note", "X-SC-Id"],
            mail.RootElement.GetProperty("headers").EnumerateObject().Select(h => h.Name));
        Assert.Equal("help@example.com", mail.RootElement.GetProperty("replyTo")[0].GetProperty("address").GetString());
    }

    [Theory]
    [InlineData(404, "DomainNotLinked", RefusalKind.Account)]
    [InlineData(400, "EmailDroppedAllRecipientsSuppressed", RefusalKind.Address)]
    [InlineData(400, "Whatever", RefusalKind.Message)]
    public async Task A_refusal_is_classed_by_code_and_status(int status, string code, object kind)
    {
        await twin.StartAsync();
        twin.RefusesWith = (status, JsonSerializer.Serialize(new { error = new { code, message = "mona@example.com" } }));
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync());
        Assert.Equal((RefusalKind)kind, refused.Kind);
        Assert.Contains(code, refused.Reason, StringComparison.Ordinal);
    }
}
