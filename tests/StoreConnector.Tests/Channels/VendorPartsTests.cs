using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Values;

namespace StoreConnector.Tests.Channels;

/// <summary>What the vendors share.</summary>
public sealed class VendorPartsTests
{
    [Fact]
    public void Patience_never_lasts_longer_than_its_minute_and_never_comes_back_too_early()
    {
        var cases = Gen.Choose(1, 6).SelectMany(attempt => Gen.Choose(0, 90_000).SelectMany(spent => Gen.Choose(-5_000, 200_000)
            .SelectMany(asked => Gen.Choose(0, 999).Select(chance => (attempt, spent, asked, chance)))));
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (spent, asked) = (TimeSpan.FromMilliseconds(c.spent), TimeSpan.FromMilliseconds(c.asked));
            var wait = Patience.Next(c.attempt, spent, asked, c.chance / 1000.0);
            return wait is null
                ? c.attempt >= Patience.MaxAttempts || spent + asked > Patience.Longest || spent > TimeSpan.FromSeconds(40)
                : c.attempt < Patience.MaxAttempts && wait >= asked && wait > TimeSpan.Zero && spent + wait <= Patience.Longest;
        }).QuickCheckThrowOnFailure();
        Assert.True(Patience.Next(2, TimeSpan.Zero, null, 0) >= Patience.Next(1, TimeSpan.Zero, null, 0.99));
        Assert.Null(Patience.Next(4, TimeSpan.Zero, null, 0));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::1", true)]
    [InlineData("::", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("64:ff9b::7f00:1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("2001:4860:4860::8888", false)]
    public void An_address_is_private_or_it_is_not(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, PrivateHosts.IsPrivate(IPAddress.Parse(address)));

    [Fact]
    public async Task A_name_that_leads_inside_is_seen_through()
    {
        Assert.True(await PrivateHosts.LeadsInsideAsync("localhost", default));
        Assert.True(await PrivateHosts.LeadsInsideAsync("127.1", default));
    }

    [Theory]
    [InlineData("twilio")]
    [InlineData("sendgrid")]
    public void A_table_of_errors_reads_as_sentences_and_holds_each_code_once(string name)
    {
        var all = VendorErrors.Load(name).All;
        Assert.All(all, e => Assert.Matches("^[a-zA-Z][^.]*[^.]$", e.Means));
        Assert.All(all, e => Assert.True(e.Code is not null ^ e.Status is not null, e.Means));
        var codes = all.Where(e => e.Code is not null).Select(e => e.Code).ToList();
        Assert.Equal(codes.Distinct(), codes);
        Assert.Contains(all, e => e.Refusal == RefusalKind.Account);
    }

    [Fact]
    public void A_header_of_mail_is_one_line_and_none_of_the_carriers_own()
    {
        var message = new OutgoingMessage("s", "id\r\nx", Channel.Email, "a@example.com",
            new MessageContent.Email("s", "t", "h",
            [
                new("List-Unsubscribe", "<https://x>\r\nBcc: a@b.c"), new("list-unsubscribe", "again"), new("FROM", "x"),
                new("Content-Type", "x"), new("X-SG-EID", "x"), new("A:B", "x"), new("", "x"), new("X-Empty", "\r\n"),
                new("X-Long", new('x', 5000)),
            ]), "a", "o", 1);
        var headers = MailHeaders.Of(message, (MessageContent.Email)message.Content).ToList();
        Assert.Equal(["List-Unsubscribe", "X-Long", "X-SC-Id"], headers.Select(h => h.Key));
        Assert.Equal(["<https://x>  Bcc: a@b.c", new('x', 998), "id  x"], headers.Select(h => h.Value));
    }

    [Fact]
    public void Every_vendor_is_on_the_list_once_and_is_found_whatever_its_case()
    {
        using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddChannels(new()).BuildServiceProvider();
        var list = services.GetRequiredService<VendorList>();
        Assert.Equal(["Twilio", "AzureCommunication"], list.NamesOf(Channel.Sms));
        Assert.Equal(["SendGrid", "AzureCommunication", "SMTP"], list.NamesOf(Channel.Email));
        Assert.NotNull(list.Find(Channel.Sms, "twilio"));
        Assert.Null(list.Find(Channel.Email, "Twilio"));
        Assert.NotNull(list.Reader("Twilio"));
        Assert.NotNull(list.Reader("sendgrid"));
        Assert.Null(list.Reader("smtp"));
    }
}
