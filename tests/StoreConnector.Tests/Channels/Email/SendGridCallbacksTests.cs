using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Channels.Email;

public sealed class SendGridCallbacksTests
{
    private static readonly DateTimeOffset Now = ManualClock.Monday;
    private static readonly SendGridTwin Twin = new(TimeProvider.System);
    private static readonly SendGridCallbacks Reader = new();
    private static readonly VendorAccount Account = new("store-1", new Dictionary<string, string> { ["webhookKey"] = Twin.WebhookKey });

    [Theory]
    [InlineData("processed", null, null, DeliveryStatus.Accepted)]
    [InlineData("deferred", null, null, DeliveryStatus.OnItsWay)]
    [InlineData("delivered", null, null, DeliveryStatus.Delivered)]
    [InlineData("bounce", "bounce", null, DeliveryStatus.BadAddress)]
    [InlineData("bounce", "blocked", null, DeliveryStatus.Failed)]
    [InlineData("blocked", null, null, DeliveryStatus.Failed)]
    [InlineData("dropped", null, "Bounced Address", DeliveryStatus.BadAddress)]
    [InlineData("dropped", null, "Invalid", DeliveryStatus.BadAddress)]
    [InlineData("dropped", null, "Invalid SMTPAPI header", DeliveryStatus.Failed)]
    [InlineData("dropped", null, "Something of next year", DeliveryStatus.Failed)]
    public void An_event_says_how_far_a_mail_has_come(string kind, string? type, string? reason, object came)
    {
        var report = Assert.Single(Read(Event(kind, type, reason)));
        Assert.Equal(("ev1", "abc", "id1", (DeliveryStatus)came), (report.Id, report.SendId, report.VendorId, report.Status));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_763_800_000), report.At);
        Assert.Equal(new Contact(Channel.Email, "mona@example.com"), report.To);
        Assert.Equal((false, null), (report.IsComplaint, report.IsOptOut));
    }

    [Theory]
    [InlineData("unsubscribe", null, true, false)]
    [InlineData("group_unsubscribe", null, true, false)]
    [InlineData("group_resubscribe", null, false, false)]
    [InlineData("spamreport", null, null, true)]
    [InlineData("dropped", "Unsubscribed Address", true, false)]
    [InlineData("dropped", "Spam Reporting Address", null, true)]
    public void A_no_is_told_whatever_it_was_said_to(string kind, string? reason, bool? isOptOut, bool isComplaint)
    {
        var report = Assert.Single(Read(Event(kind, null, reason)));
        Assert.Equal((isOptOut, isComplaint), (report.IsOptOut, report.IsComplaint));
        var stranger = Assert.Single(Read(new { email = "mona@example.com", @event = kind, reason, timestamp = 1 }));
        Assert.Equal((isOptOut, isComplaint, null), (stranger.IsOptOut, stranger.IsComplaint, stranger.SendId));
    }

    [Fact]
    public void Opens_clicks_other_stores_and_the_rest_of_the_accounts_mail_say_nothing()
    {
        Assert.Empty(Read(Event("open"), Event("click"), Event("account_status_change"), Event("whatever")));
        Assert.Empty(Read(new { email = "a@example.com", @event = "delivered", sg_event_id = "x" }));
        Assert.Empty(Read(new { email = "a@example.com", @event = "spamreport", sg_event_id = "x", sc_store = "store-2" }));
    }

    [Fact]
    public void A_batch_is_read_in_its_order_with_strings_lists_and_numbers_as_they_come()
    {
        var request = Twin.Signed(Now,
            """
            [{"email":"Mona@Example.com","event":"processed","sg_event_id":"a","timestamp":"1763800000","sc_mid":"m","category":["x","y"]},
            null, 5, "x", [], {}, {"event":{}},
            {"email":["b@example.com"],"event":["bounce"],"sg_event_id":"b","timestamp":1763800001,"sc_mid":"n","category":"x","status":"5.1.1","type":"bounce","reason":"550 b@example.com is unknown"},
            {"email":"\ud800","event":"unsubscribe","timestamp":99999999999999999999}]
            """);
        var said = Assert.IsType<CallbackRead.Said>(Reader.Read(request, Account, Now));
        Assert.Equal(["a", "b"], said.Reports.Take(2).Select(r => r.Id));
        Assert.Equal(("mona@example.com", DeliveryStatus.Accepted), (said.Reports[0].To!.Address, said.Reports[0].Status));
        Assert.Equal(("b@example.com", DeliveryStatus.BadAddress, "5.1.1"),
            (said.Reports[1].To!.Address, said.Reports[1].Status, said.Reports[1].Code));
        Assert.Equal((null, Now, true, true), (said.Reports[2].To, said.Reports[2].At, said.Reports[2].IsOptOut,
            said.Reports[2].Id.StartsWith("sha-", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_code_is_a_code_and_never_the_other_sides_words()
    {
        var report = Assert.Single(Read(new
        {
            email = "a@example.com", @event = "bounce", sg_event_id = "x", status = "550 a@example.com",
            bounce_classification = "call +14155552671", reason = "a@example.com is unknown",
        }));
        Assert.Null(report.Code);
    }

    [Fact]
    public void What_is_signed_and_no_list_is_kept()
    {
        Assert.IsType<CallbackRead.Unreadable>(Reader.Read(Twin.Signed(Now, "{}"), Account, Now));
        Assert.IsType<CallbackRead.Unreadable>(Reader.Read(Twin.Signed(Now, "[{"), Account, Now));
        Assert.IsType<CallbackRead.Unreadable>(Reader.Read(Twin.Signed(Now, ""), Account, Now));
        Assert.IsType<CallbackRead.Unreadable>(Reader.Read(Twin.Signed(Now, new string('[', 5000)), Account, Now));
    }

    [Fact]
    public void What_is_not_signed_is_refused()
    {
        var good = Twin.Events(Now, Event("delivered"));
        Assert.IsType<CallbackRead.Refused>(Reader.Read(good, Account, Now.AddDays(2)));
        Assert.IsType<CallbackRead.Refused>(Reader.Read(good with { Header = _ => null }, Account, Now));
        Assert.IsType<CallbackRead.Refused>(Reader.Read(good, Account with { Credentials = new Dictionary<string, string>() }, Now));
    }

    [Fact]
    public void Signed_garbage_never_throws() => Prop.ForAll(ArbMap.Default.ArbFor<(string? Kind, string? Mail, int Time, string? Id)>(), e =>
        Reader.Read(Twin.Events(Now, new { @event = e.Kind, email = e.Mail, timestamp = e.Time, sg_event_id = e.Id, sc_mid = e.Mail }),
            Account, Now) is CallbackRead.Said).QuickCheckThrowOnFailure();

    private static IReadOnlyList<VendorReport> Read(params object[] events) =>
        Assert.IsType<CallbackRead.Said>(Reader.Read(Twin.Events(Now, events), Account, Now)).Reports;

    private static object Event(string kind, string? type = null, string? reason = null) => new
    {
        email = "mona@example.com", timestamp = 1_763_800_000, @event = kind, sg_event_id = "ev1", type, reason,
        sg_message_id = "id1.filter-1.0", sc_mid = "abc", sc_store = "store-1",
    };
}
