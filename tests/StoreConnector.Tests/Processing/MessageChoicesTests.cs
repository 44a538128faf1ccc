using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;
using static StoreConnector.Tests.Processing.ConsentWorld;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing;

public sealed class MessageChoicesTests
{
    private readonly ConsentWorld it = new();

    [Fact]
    public async Task The_messages_own_address_comes_first_then_the_persons_other()
    {
        await it.MeetAsync();
        var byMail = await it.Choices.FindAsync(it.Store, it.LinkOf(ConsentWorld.Email), default);
        var byText = await it.Choices.FindAsync(it.Store, it.LinkOf(ConsentWorld.Phone), default);
        Assert.Equal([("m•••@example.com", true), ("+•••23", false)], byMail.Select(a => (a.Masked, a.IsOwn)));
        Assert.Equal([("+•••23", true), ("m•••@example.com", false)], byText.Select(a => (a.Masked, a.IsOwn)));
        Assert.All(byMail, a => Assert.Equal(Core.Guards.Choices.All, a.Wanted));
    }

    [Fact]
    public async Task Who_was_forgotten_still_has_a_way_out_and_shows_no_address()
    {
        await it.MeetAsync();
        var link = it.LinkOf(ConsentWorld.Email);
        await it.World.ApplyAsync(Erase("e", 60, Mail));
        var address = Assert.Single(await it.Choices.FindAsync(it.Store, link, default));
        Assert.Equal("•••", address.Masked);
        await SaveAsync(link, Channel.Email);
        Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(await it.RecordAsync(ConsentWorld.Email), Purpose.Offers));
    }

    [Fact]
    public async Task A_topic_that_was_declined_does_not_come_and_the_ledger_says_so()
    {
        await it.World.ApplyAsync(Consent("c", 0, Mail));
        await it.World.ApplyAsync(Checkout("k", 1, "t1", Mail));
        await SaveAsync(it.LinkOf(ConsentWorld.Email), Channel.Email, Purpose.Price, Purpose.Reorder);
        await it.World.RunUntilAsync(T0.AddDays(9));
        Assert.Empty(it.World.Vendor.Accepted);
        Assert.Equal(ReasonCode.TopicDeclined, (await it.World.Customers.ReadLedgerAsync(it.Mariam.Key, 50, default))[^1].Entry.Code);
    }

    [Fact]
    public async Task A_topic_that_was_declined_between_plan_and_call_does_not_leave()
    {
        await it.World.ApplyAsync(Consent("c", 0, Mail));
        await it.World.ApplyAsync(Checkout("k", 1, "t1", Mail));
        var link = it.LinkOf(ConsentWorld.Email);
        it.World.Composer.Before = _ => SaveAsync(link, Channel.Email, Purpose.Price).GetAwaiter().GetResult();
        await it.World.RunUntilAsync(T0.AddDays(9));
        Assert.Empty(it.World.Vendor.Accepted);
    }

    [Fact]
    public async Task The_same_choice_twice_writes_nothing_more_and_is_proven_once()
    {
        await it.MeetAsync();
        var link = it.LinkOf(ConsentWorld.Email);
        await SaveAsync(link, Channel.Email, Purpose.Cart);
        var (rows, proofs) = (it.World.Engine.State.Tables, await it.ProofsAsync(ConsentWorld.Email));
        it.World.Clock.Advance(TimeSpan.FromHours(1));
        await SaveAsync(link, Channel.Email, Purpose.Cart);
        Assert.Same(rows, it.World.Engine.State.Tables);
        Assert.Equal((ConsentAction.Withdrawn, 3), (proofs[^1].Proof.Action, proofs[^1].Proof.Purposes.Count));
        Assert.Equal("link", proofs[^1].Proof.Source);
    }

    [Fact]
    public async Task A_mails_page_stops_texts_and_cannot_bring_back_what_the_number_stopped()
    {
        await it.MeetAsync();
        var link = it.LinkOf(ConsentWorld.Email);
        await SaveAsync(link, Channel.Sms);
        Assert.Empty(Core.Guards.Choices.Of(await it.RecordAsync(ConsentWorld.Phone)));
        Assert.Equal(Core.Guards.Choices.All, Core.Guards.Choices.Of(await it.RecordAsync(ConsentWorld.Email)));
        it.World.Clock.Advance(TimeSpan.FromMinutes(1));
        await it.Texts.TakeAsync(it.Store, new("t1", Read(Number), "STOP", false), default);
        it.World.Clock.Advance(TimeSpan.FromMinutes(1));
        await SaveAsync(link, Channel.Sms, [.. Core.Guards.Choices.All]);
        Assert.Empty(Core.Guards.Choices.Of(await it.RecordAsync(ConsentWorld.Phone)));
        var shown = (await it.Choices.FindAsync(it.Store, link, default))[1];
        Assert.True(shown.IsStoppedByText);
    }

    [Fact]
    public async Task A_reminder_that_is_put_off_comes_once_more_a_week_later()
    {
        it.World.Store = it.World.Store with
        {
            Replenishment = ReplenishmentSettings.Default with
            {
                Mode = AutomationMode.Live, Consumables = [new(1, TimeSpan.FromDays(30))],
            },
        };
        await it.World.ApplyAsync(Consent("c", 0, Mail));
        await it.World.ApplyAsync(Order("o", 1, 7, Mail));
        await it.World.RunUntilAsync(T0.AddDays(28));
        var first = Assert.Single(it.World.Vendor.Accepted);
        var (link, asked) = (it.LinkOf(ConsentWorld.Email, first.Occasion), it.World.Clock.Now);

        Assert.True(await it.Choices.MayPutOffAsync(it.Store, link, default));
        Assert.True(await it.Choices.PutOffAsync(it.Store, "0123456789", link, default));
        it.World.Clock.Advance(TimeSpan.FromDays(2));
        Assert.True(await it.Choices.PutOffAsync(it.Store, "0123456789", link, default)); // Pressed again.
        await it.World.RunUntilAsync(asked.AddDays(7).AddHours(-1));
        Assert.Single(it.World.Vendor.Accepted);
        Assert.Contains(await it.World.Customers.ReadLedgerAsync(it.Mariam.Key, 50, default), l => l.Entry.Code == ReasonCode.PutOff);

        await it.World.RunUntilAsync(asked.AddDays(7).AddHours(2));
        Assert.Equal([1, 2], it.World.Vendor.Accepted.Select(m => m.Step));
        await it.World.RunUntilAsync(asked.AddDays(60));
        Assert.Equal(2, it.World.Vendor.Accepted.Count);
    }

    [Fact]
    public async Task What_was_bought_meanwhile_is_not_reminded_of()
    {
        it.World.Store = it.World.Store with
        {
            Replenishment = ReplenishmentSettings.Default with
            {
                Mode = AutomationMode.Live, Consumables = [new(1, TimeSpan.FromDays(30))],
            },
        };
        await it.World.ApplyAsync(Consent("c", 0, Mail));
        await it.World.ApplyAsync(Order("o", 1, 7, Mail));
        await it.World.RunUntilAsync(T0.AddDays(28));
        var first = Assert.Single(it.World.Vendor.Accepted);
        await it.Choices.PutOffAsync(it.Store, "0123456789", it.LinkOf(ConsentWorld.Email, first.Occasion), default);
        await it.World.RunUntilAsync(T0.AddDays(30));
        await it.World.ApplyAsync(Order("p", 30 * 24 * 60, 8, Mail));
        await it.World.RunUntilAsync(T0.AddDays(45));
        Assert.Single(it.World.Vendor.Accepted);
    }

    [Fact]
    public async Task A_message_that_reminds_of_nothing_cannot_be_put_off()
    {
        await it.MeetAsync();
        Assert.False(await it.Choices.PutOffAsync(it.Store, "0123456789", it.LinkOf(ConsentWorld.Email), default));
        Assert.Empty(it.World.Engine.Messages(Queues.ShopEvents));
    }

    private Task SaveAsync(UnsubscribeLink link, Channel channel, params Purpose[] wanted) => it.Choices.SaveAsync(
        it.Store, link, new Dictionary<Channel, IReadOnlyCollection<Purpose>> { [channel] = wanted }, null, default).AsTask();
}
