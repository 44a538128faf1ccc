using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing;

/// <summary>What vendors say of messages and addresses, and what follows.</summary>
public sealed class ReportTests
{
    private const string Mail = "mariam@example.com";

    private readonly World world = new();

    public ReportTests() => world.Composer.Links = new ShortLinks(world.Engine, world);

    [Fact]
    public void The_greatest_status_wins_whatever_the_order_and_however_often() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyArray<byte>>(), told =>
        {
            var all = told.Get.Select(b => (DeliveryStatus)(1 + (b % 5))).ToList();
            MessageDelivery After(IEnumerable<DeliveryStatus> order) => order.Aggregate(MessageDelivery.None,
                (d, s) => d.With(s, T0.AddMinutes((int)s), null, "v"));
            Assert.Equal(all.Max(), After(all).Status);
            Assert.Equal(After(all), After(Enumerable.Reverse(all).Concat(all)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_bad_address_gets_no_second_reminder()
    {
        var sendId = await RemindAsync();
        await TellAsync(new VendorReport("r", world.Clock.Now) { SendId = sendId, Status = DeliveryStatus.BadAddress, Code = "550" });
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Single(world.Vendor.Accepted);
        Assert.Equal(ReasonCode.Bounced, Assert.Single(world.People()).Value.Decisions.Values.Single().Code);
    }

    [Fact]
    public async Task A_full_mailbox_gets_the_next_one()
    {
        var sendId = await RemindAsync();
        await TellAsync(new VendorReport("r", world.Clock.Now) { SendId = sendId, Status = DeliveryStatus.Failed, Code = "blocked" });
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Equal(3, world.Vendor.Accepted.Count);
    }

    [Theory]
    [InlineData(true, ReasonCode.Unsubscribed)]
    [InlineData(false, ReasonCode.Complained)]
    public async Task Who_says_no_at_the_vendor_hears_no_more(bool isOptOut, string code)
    {
        var sendId = await RemindAsync();
        await TellAsync(new VendorReport("r", world.Clock.Now) { SendId = sendId, IsOptOut = isOptOut ? true : null, IsComplaint = !isOptOut });
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Single(world.Vendor.Accepted);
        Assert.Equal(code, Assert.Single(world.People()).Value.Decisions.Values.Single().Code);
    }

    [Fact]
    public async Task A_yes_at_the_vendor_lifts_no_no_of_ours()
    {
        var sendId = await RemindAsync();
        await world.UnsubscribeAsync(Mail);
        await TellAsync(new VendorReport("r", world.Clock.Now.AddMinutes(1)) { SendId = sendId, IsOptOut = false });
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Single(world.Vendor.Accepted);
    }

    [Fact]
    public async Task A_report_of_a_message_nobody_knows_does_no_harm()
    {
        await TellAsync(
            new VendorReport("a", T0) { SendId = new string('a', 32), Status = DeliveryStatus.Delivered },
            new VendorReport("b", T0) { SendId = "../../x", Status = DeliveryStatus.Delivered },
            new VendorReport("c", T0));
        Assert.Empty(world.People());
    }

    [Fact]
    public async Task Two_complaints_of_a_thousand_stop_the_automation_and_four_the_sender()
    {
        var complaints = new Complaints(world, world.Clock);
        var store = (await world.FindAsync(World.StoreId, default))!;
        for (var i = 0; i < 1000; i++) { await complaints.SentAsync(store, AbandonedCartName, default); }

        await complaints.CountAsync(store, AbandonedCartName, default);
        Assert.Empty(world.Store.Holds);
        await complaints.CountAsync(store, AbandonedCartName, default);
        Assert.Equal([AbandonedCartName], world.Store.Holds.Keys);
        await complaints.CountAsync(store, AbandonedCartName, default);
        Assert.DoesNotContain(Store.EmailHold, world.Store.Holds.Keys);
        await complaints.CountAsync(store, AbandonedCartName, default);
        Assert.Equal(ReasonCode.TooManyComplaints, world.Store.Holds[Store.EmailHold].Code);
    }

    [Fact]
    public async Task Complaints_of_long_ago_are_forgiven()
    {
        var complaints = new Complaints(world, world.Clock);
        var store = (await world.FindAsync(World.StoreId, default))!;
        await complaints.CountAsync(store, AbandonedCartName, default);
        world.Clock.Now += TimeSpan.FromDays(Complaints.Days + 1);
        await complaints.CountAsync(store, AbandonedCartName, default);
        Assert.Empty(world.Store.Holds);
    }

    [Fact]
    public async Task What_is_held_decides_to_be_silent_and_says_why()
    {
        world.Store = world.Store with { Holds = world.Store.Holds.Add(AbandonedCartName, new(ReasonCode.TooManyComplaints, "Too many.", T0)) };
        await BeginAsync();
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Empty(world.Vendor.Accepted);
        Assert.Equal(ReasonCode.TooManyComplaints, Assert.Single(world.People()).Value.Decisions.Values.Single().Code);
    }

    [Theory]
    [InlineData(AbandonedCartName)]
    [InlineData(Store.EmailHold)]
    public async Task What_is_held_while_a_message_is_made_ready_keeps_it_back(string what)
    {
        world.Composer.Before = _ => world.Store = world.Store with
        {
            Holds = world.Store.Holds.SetItem(what, new(ReasonCode.TooManyComplaints, "Too many.", T0)),
        };
        await BeginAsync();
        await world.RunUntilAsync(T0.AddHours(2));
        Assert.Empty(world.Vendor.Accepted);
        Assert.Equal(ReasonCode.TooManyComplaints, Assert.Single(Assert.Single(world.People()).Value.Sends).Value.Why);
    }

    [Fact]
    public async Task A_no_that_the_vendor_knew_is_the_vendors_and_only_the_vendor_lifts_it()
    {
        world.Vendor.Says = _ => new SendResult.Refused("Unsubscribed there.", RefusalKind.OptedOut);
        await BeginAsync();
        await world.RunUntilAsync(T0.AddHours(2));
        Assert.True(EmailAddress.TryParse(Mail, out var address));
        await TellAsync(new VendorReport("r", world.Clock.Now) { To = Contact.Of(address), IsOptOut = false });
        Assert.Null(Suppression.Of(await world.Customers.ReadContactAsync(world.Customers.Hash(Contact.Of(address)), default)));
    }

    [Theory]
    [InlineData(RefusalKind.Address, ReasonCode.Bounced)]
    [InlineData(RefusalKind.OptedOut, ReasonCode.Unsubscribed)]
    public async Task A_refusal_that_is_about_the_address_is_remembered_by_the_address(object kind, string code)
    {
        world.Vendor.Says = _ => new SendResult.Refused("No, says the vendor.", (RefusalKind)kind);
        await BeginAsync();
        await world.RunUntilAsync(T0.AddHours(2));
        Assert.True(EmailAddress.TryParse(Mail, out var address));
        var record = await world.Customers.ReadContactAsync(world.Customers.Hash(Contact.Of(address)), default);
        Assert.Equal(code, Suppression.Of(record));
    }

    [Fact]
    public async Task Refused_credentials_stop_the_channel_until_the_merchant_mends_them()
    {
        world.Vendor.Says = _ => new SendResult.Refused("Authenticate (20003).", RefusalKind.Account);
        await BeginAsync();
        await world.RunUntilAsync(T0.AddHours(2));
        Assert.Contains("20003", world.Store.Holds[Store.EmailHold].Why, StringComparison.Ordinal);

        world.Vendor.Says = _ => null;
        await world.ApplyAsync(Consent("c2", 121, "other@example.com"));
        await world.ApplyAsync(Checkout("k2", 121, "t2", "other@example.com"));
        await world.RunUntilAsync(T0.AddHours(4));
        Assert.Empty(world.Vendor.Accepted);

        world.Store = world.Store with { Holds = world.Store.Holds.Clear() };
        await world.RunUntilAsync(T0.AddDays(2));
        await world.ApplyAsync(Checkout("k3", 60 * 49, "t3", "other@example.com"));
        await world.RunUntilAsync(T0.AddDays(4));
        Assert.Contains(world.Vendor.Accepted, m => m.To == "other@example.com");
    }

    [Fact]
    public async Task A_lost_answer_is_found_by_asking_again_later()
    {
        var isBehind = true;
        world.Vendor.Mood = _ => Fakes.VendorMood.AcceptsAndTimesOut;
        world.Vendor.FindsSends = () => !isBehind;
        await BeginAsync();
        await world.RunUntilAsync(At(62));
        var store = (await world.FindAsync(World.StoreId, default))!;
        Assert.Single(await Sends.UnknownAsync(store, default));

        isBehind = false; // The vendor's list has caught up.
        await world.RunUntilAsync(T0.AddHours(3));
        Assert.Empty(await Sends.UnknownAsync(store, default));
        Assert.Equal(Core.Customers.SendStatus.Sent, Assert.Single(world.People()).Value.Sends.Values.Single().Status);
    }

    [Fact]
    public async Task An_old_messages_links_lead_nowhere_but_its_way_out_still_does()
    {
        var sendId = await RemindAsync();
        var links = world.Composer.Links!;
        var store = (await world.FindAsync(World.StoreId, default))!;
        var code = ShortLinks.CodeOf(store, sendId, Channel.Email);
        Assert.NotNull((await links.FindAsync(code, default))?.Link.Target);
        await world.RunUntilAsync(T0 + ShortLinks.Life + TimeSpan.FromHours(2));
        var old = (await links.FindAsync(code, default))?.Link;
        Assert.Null(old?.Target);
        Assert.NotNull(old?.WayOut);
    }

    private const string AbandonedCartName = Core.Automations.AbandonedCart.AbandonedCart.Name;

    private async Task BeginAsync()
    {
        await world.ApplyAsync(Consent("c", 0, Mail));
        await world.ApplyAsync(Checkout("k", 1, "t1", Mail));
    }

    private async Task<string> RemindAsync()
    {
        await BeginAsync();
        await world.RunUntilAsync(T0.AddHours(2));
        return Assert.Single(world.Vendor.Accepted).SendId;
    }

    private async Task TellAsync(params VendorReport[] reports) =>
        await world.Reports.ApplyAsync((await world.FindAsync(World.StoreId, default))!, reports, default);
}
