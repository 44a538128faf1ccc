using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Channels;
using StoreConnector.Channels.Sms;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Channels.Sms;

public sealed class TwilioCallbacksTests
{
    private const string Callback = "https://connect.example.com/callbacks/twilio/tok";
    private const string Sid = "SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static readonly DateTimeOffset Now = ManualClock.Monday;
    private static readonly TwilioCallbacks Reader = new();
    private static readonly VendorAccount Account = new(
        "store-1", new Dictionary<string, string> { ["accountSid"] = TwilioTwin.AccountSid, ["authToken"] = TwilioTwin.AuthToken });

    [Theory]
    [InlineData("accepted", null, DeliveryStatus.Accepted)]
    [InlineData("queued", null, DeliveryStatus.Accepted)]
    [InlineData("sending", null, DeliveryStatus.Accepted)]
    [InlineData("sent", null, DeliveryStatus.OnItsWay)]
    [InlineData("delivered", null, DeliveryStatus.Delivered)]
    [InlineData("read", null, DeliveryStatus.Delivered)]
    [InlineData("canceled", null, DeliveryStatus.Failed)]
    [InlineData("failed", "30003", DeliveryStatus.Failed)]
    [InlineData("undelivered", "30004", DeliveryStatus.Failed)]
    [InlineData("undelivered", "30005", DeliveryStatus.BadAddress)]
    [InlineData("undelivered", "30006", DeliveryStatus.BadAddress)]
    [InlineData("undelivered", "30007", DeliveryStatus.Failed)]
    [InlineData("undelivered", "30008", DeliveryStatus.Failed)]
    [InlineData("failed", "21614", DeliveryStatus.BadAddress)]
    [InlineData("failed", "77777", DeliveryStatus.Failed)]
    [InlineData("failed", null, DeliveryStatus.Failed)]
    public void A_status_says_how_far_a_text_has_come(string status, string? error, object came)
    {
        var report = Assert.Single(Said(TwilioTwin.Status(Callback + "?m=abc%2Bd", Sid, status, error)).Reports);
        Assert.Equal(new VendorReport(error is null ? $"{Sid}:{status}" : $"{Sid}:{status}:{error}", Now)
        {
            SendId = "abc+d", VendorId = Sid, To = new(Channel.Sms, "+14155552671"), Status = (DeliveryStatus)came, Code = error,
        }, report);
    }

    [Fact]
    public void A_number_that_had_opted_out_says_no_to_us_too()
    {
        var report = Assert.Single(Said(TwilioTwin.Status(Callback, Sid, "failed", "21610")).Reports);
        Assert.Equal((DeliveryStatus.Failed, true, null), (report.Status, report.IsOptOut, report.SendId));
    }

    [Fact]
    public void In_any_order_and_twice_the_greatest_is_the_same()
    {
        string[] told = ["delivered", "sent", "queued", "sent", "delivered", "accepted"];
        var reports = told.SelectMany(s => Said(TwilioTwin.Status(Callback, Sid, s)).Reports).ToList();
        Assert.Equal(DeliveryStatus.Delivered, reports.Max(r => r.Status));
        Assert.Equal(4, reports.Select(r => r.Id).Distinct().Count());
    }

    [Fact]
    public void A_status_that_nobody_knows_yet_says_nothing() =>
        Assert.Empty(Said(TwilioTwin.Status(Callback, Sid, "teleported")).Reports);

    [Fact]
    public void What_people_write_is_passed_on()
    {
        var said = Said(TwilioTwin.Inbound(Callback, Sid, "+14155552671", "أوقف 🎉 a+b&c=d"));
        Assert.Empty(said.Reports);
        Assert.Equal((Sid, "+14155552671", "أوقف 🎉 a+b&c=d", false),
            (said.Text!.Id, said.Text.From.E164, said.Text.Body, said.Text.IsAnswered));
    }

    [Theory]
    [InlineData("STOP", true)]
    [InlineData("START", false)]
    [InlineData("HELP", null)]
    public void What_Twilio_understood_and_answered_is_not_answered_again(string kind, bool? isOptOut)
    {
        var said = Said(TwilioTwin.Inbound(Callback, Sid, "+14155552671", "genug jetzt", kind));
        Assert.True(said.Text!.IsAnswered);
        Assert.Equal(isOptOut, said.Reports.SingleOrDefault()?.IsOptOut);
        Assert.All(said.Reports, r => Assert.Equal(($"{Sid}:{kind}", "+14155552671"), (r.Id, r.To!.Address)));
    }

    [Fact]
    public void A_text_from_a_short_code_is_nobodys() =>
        Assert.Null(Said(TwilioTwin.Inbound(Callback, Sid, "72345", "Your parcel")).Text);

    [Fact]
    public void A_text_is_cut_where_none_can_be_longer() =>
        Assert.Equal(1600, Said(TwilioTwin.Inbound(Callback, Sid, "+14155552671", new('x', 9000))).Text!.Body.Length);

    [Fact]
    public void Both_tokens_sign_while_one_replaces_the_other()
    {
        var rotating = Account with
        {
            Credentials = new Dictionary<string, string>
            {
                ["authToken"] = "new00000000000000000000000000000", ["previousAuthToken"] = TwilioTwin.AuthToken,
            },
        };
        Assert.IsType<CallbackRead.Said>(Reader.Read(TwilioTwin.Status(Callback, Sid, "sent"), rotating, Now));
        Assert.IsType<CallbackRead.Said>(Reader.Read(
            TwilioTwin.Status(Callback, Sid, "sent", token: "new00000000000000000000000000000"), rotating, Now));
        Assert.IsType<CallbackRead.Refused>(Reader.Read(
            TwilioTwin.Status(Callback, Sid, "sent", token: "other000000000000000000000000000"), rotating, Now));
    }

    [Fact]
    public void What_is_not_signed_is_refused()
    {
        var good = TwilioTwin.Status(Callback, Sid, "sent");
        Assert.IsType<CallbackRead.Refused>(Reader.Read(good with { Header = _ => null }, Account, Now));
        Assert.IsType<CallbackRead.Refused>(Reader.Read(good with { Url = new(Callback + "?m=other") }, Account, Now));
        Assert.IsType<CallbackRead.Refused>(Reader.Read(good with { Body = Array.Empty<byte>() }, Account, Now));
        Assert.IsType<CallbackRead.Refused>(
            Reader.Read(good, Account with { Credentials = new Dictionary<string, string>() }, Now));
    }

    [Fact]
    public void What_is_signed_and_makes_no_sense_is_kept()
    {
        Assert.IsType<CallbackRead.Unreadable>(Reader.Read(TwilioTwin.Signed(Callback, new Dictionary<string, string>()), Account, Now));
        Assert.IsType<CallbackRead.Unreadable>(
            Reader.Read(TwilioTwin.Signed(Callback, new Dictionary<string, string> { ["MessageSid"] = Sid }), Account, Now));
        Assert.IsType<CallbackRead.Unreadable>(Reader.Read(
            TwilioTwin.Signed(Callback, new Dictionary<string, string> { ["MessageSid"] = new('x', 99), ["MessageStatus"] = "sent" }), Account, Now));
    }

    [Fact]
    public void Signed_garbage_never_throws() => Prop.ForAll(ArbMap.Default.ArbFor<Dictionary<string, string>>(), form =>
    {
        var clean = form.Where(f => f.Key is not null).ToDictionary(f => f.Key, f => f.Value ?? "");
        clean["MessageSid"] = Sid;
        return Reader.Read(TwilioTwin.Signed(Callback, clean), Account, Now) is not null;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bytes_that_are_no_form_are_refused() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), body =>
        Reader.Read(new(new(Callback), _ => Encoding.UTF8.GetString(body ?? []), body), Account, Now)
            is CallbackRead.Refused).QuickCheckThrowOnFailure();

    private static CallbackRead.Said Said(CallbackRequest request) =>
        Assert.IsType<CallbackRead.Said>(Reader.Read(request, Account, Now));
}
