using System.Text;
using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Messages;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Processing.ConsentWorld;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing;

public sealed class OptInTests
{
    private readonly ConsentWorld it = new();

    [Fact]
    public async Task An_address_that_confirms_may_be_written_to_and_both_halves_are_proven()
    {
        Assert.IsType<Asking.Asked>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default));
        await it.World.SettleAsync();
        Assert.Equal(ConsentState.Pending, it.Mariam.Consents[ConsentWorld.Email.Stored].State);

        var mail = Assert.IsType<MessageContent.Email>(Assert.Single(it.World.Vendor.Accepted).Content);
        it.World.Clock.Advance(TimeSpan.FromDays(6));
        var found = await it.OptIns.FindAsync(TokenIn(mail.Text), default);
        Assert.Equal("m•••@example.com", it.OptIns.Masked(found!.Ask));
        await it.OptIns.ConfirmAsync(found, "198.51.100.7", default);
        await it.World.SettleAsync();

        var consent = it.Mariam.Consents[ConsentWorld.Email.Stored];
        Assert.Equal((ConsentState.Given, OptInLevel.Double, "Yes, remind me."), (consent.State, consent.Level, consent.Text));
        var proofs = await it.ProofsAsync(ConsentWorld.Email);
        Assert.Equal([ConsentAction.Pending, ConsentAction.Confirmed], proofs.Select(p => p.Proof.Action));
        Assert.Equal(["203.0.113.9", "198.51.100.7"], proofs.Select(p => p.Ip));
        Assert.All(proofs, p => Assert.Equal(("v3", "Yes, remind me.", Mail), (p.Proof.TextVersion, p.Proof.Text, p.Address)));
    }

    [Fact]
    public async Task Two_yeses_of_one_moment_in_other_words_are_two_proofs()
    {
        var request = it.Request(ConsentWorld.Email, doubleOptIn: false);
        await it.OptIns.TakeAsync(it.Store, request, default);
        await it.OptIns.TakeAsync(it.Store, request, default);
        await it.OptIns.TakeAsync(it.Store, request with { Text = "Aye, remind me." }, default);
        Assert.Equal(["Aye, remind me.", "Yes, remind me."], (await it.ProofsAsync(ConsentWorld.Email)).Select(p => p.Proof.Text).Order());
    }

    [Fact]
    public async Task Who_confirms_twice_confirms_once()
    {
        await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default);
        var found = (await it.OptIns.FindAsync(LastToken(), default))!;
        await it.OptIns.ConfirmAsync(found, null, default);
        await it.World.SettleAsync();
        it.World.Clock.Advance(TimeSpan.FromHours(1));
        await it.Links.SetAsync(it.Store, it.LinkOf(ConsentWorld.Email), stop: true, null, default);
        it.World.Clock.Advance(TimeSpan.FromHours(1));
        await it.OptIns.ConfirmAsync((await it.OptIns.FindAsync(LastToken(), default))!, null, default);
        await it.World.SettleAsync();

        Assert.Equal(1, (await it.ProofsAsync(ConsentWorld.Email)).Count(p => p.Proof.Action == ConsentAction.Confirmed));
        Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(await it.RecordAsync(ConsentWorld.Email), Purpose.Cart));
    }

    [Fact]
    public async Task An_address_is_asked_once_a_day()
    {
        await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default);
        it.World.Clock.Advance(TimeSpan.FromHours(23));
        Assert.IsType<Asking.AskedLately>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default));
        it.World.Clock.Advance(TimeSpan.FromHours(2));
        Assert.IsType<Asking.Asked>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default));
        Assert.Equal(2, it.World.Vendor.Accepted.Count);
        Assert.Equal(2, it.World.Vendor.Accepted.Select(m => m.SendId).Distinct().Count());
    }

    [Fact]
    public async Task Many_at_once_ask_once()
    {
        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default).AsTask()));
        Assert.Equal(1, asked.Count(a => a is Asking.Asked));
        Assert.Single(it.World.Vendor.Accepted);
    }

    [Fact]
    public async Task A_call_whose_answer_was_lost_is_not_repeated_and_one_that_was_refused_may_be()
    {
        it.World.Vendor.Mood = _ => VendorMood.AcceptsAndTimesOut;
        Assert.IsType<Asking.Asked>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default));
        it.World.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<Asking.AskedLately>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default));

        it.World.Clock.Advance(TimeSpan.FromDays(2));
        it.World.Vendor.Mood = _ => VendorMood.Refuses;
        Assert.IsType<Asking.Impossible>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default));
        it.World.Vendor.Mood = _ => VendorMood.Accepts;
        it.World.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<Asking.Asked>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default));
    }

    [Fact]
    public async Task A_link_works_for_seven_days()
    {
        await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default);
        it.World.Clock.Advance(ConfirmMessage.Life);
        Assert.Null(await it.OptIns.FindAsync(LastToken(), default));
        Assert.Null(await it.OptIns.FindAsync(new string('0', 32), default));
        Assert.Null(await it.OptIns.FindAsync("../../etc", default));
    }

    [Fact]
    public async Task Who_has_confirmed_is_not_asked_again_and_loses_nothing()
    {
        await it.World.ApplyAsync(Consent("c", 0, Mail));
        Assert.IsType<Asking.Confirmed>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default));
        await it.World.ApplyAsync(Consent("d", 1, "b@example.com", level: OptInLevel.Single));
        var other = it.Request(Core.Values.Contact.Of(Email("b@example.com")!));
        Assert.IsType<Asking.Asked>(await it.OptIns.TakeAsync(it.Store, other, default));
        await it.World.SettleAsync();
        Assert.Equal(ConsentState.Given, it.World.Person(Core.Values.Alias.Of(Email("b@example.com")!))!.Consents[other.Contact.Stored].State);
    }

    [Fact]
    public async Task A_yes_without_a_second_half_counts_at_once()
    {
        Assert.IsType<Asking.NotWanted>(
            await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email, doubleOptIn: false), default));
        await it.World.SettleAsync();
        var consent = it.Mariam.Consents[ConsentWorld.Email.Stored];
        Assert.Equal((ConsentState.Given, OptInLevel.Single), (consent.State, consent.Level));
        Assert.Empty(it.World.Vendor.Accepted);
    }

    [Fact]
    public async Task What_complained_bounced_or_stopped_is_not_asked()
    {
        var now = it.World.Clock.Now;
        await it.World.Customers.UpdateContactAsync(it.HashOf(ConsentWorld.Email), c => c.WithBounce(now), default);
        Assert.IsType<Asking.Impossible>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default));
        await it.Texts.TakeAsync(it.Store, new("t", Read(Number), "STOP", false), default);
        Assert.IsType<Asking.Impossible>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Phone), default));
        it.World.Store = it.World.Store with { UninstalledAt = now };
        Assert.IsType<Asking.Impossible>(await it.OptIns.TakeAsync(it.Store, it.Request(
            Core.Values.Contact.Of(Email("c@example.com")!)), default));
        Assert.Empty(it.World.Vendor.Accepted);
    }

    [Fact]
    public async Task A_number_confirms_by_its_own_text()
    {
        await it.MeetAsync();
        await it.World.ApplyAsync(Consent("x", 8, Mail) with
        {
            Contacts = [ConsentWorld.Phone],
            Body = new ConsentChanged(ConsentWorld.Phone, ConsentState.Withdrawn, OptInLevel.Unknown, At(8), "account", null),
        });
        it.World.Clock.Advance(TimeSpan.FromHours(1));
        await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Phone), default);
        await it.World.SettleAsync();
        var text = Assert.IsType<MessageContent.Sms>(it.World.Vendor.Accepted[^1].Content).Text;
        Assert.Contains("reply YES", text, StringComparison.Ordinal);
        Assert.Contains("STOP", text, StringComparison.Ordinal);
        it.World.Clock.Advance(TimeSpan.FromMinutes(3));

        var answer = await it.Texts.TakeAsync(it.Store, new("y1", Read(Number), "Yes!", false), default);
        await it.World.SettleAsync();
        Assert.Contains("cart reminders and price drops", answer, StringComparison.Ordinal);
        Assert.Equal((ConsentState.Given, OptInLevel.Double),
            (it.Mariam.Consents[ConsentWorld.Phone.Stored].State, it.Mariam.Consents[ConsentWorld.Phone.Stored].Level));
        it.World.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await it.Texts.TakeAsync(it.Store, new("y2", Read(Number), "yes", false), default));
    }

    [Fact]
    public async Task Without_a_budget_no_text_asks_and_a_sender_that_cannot_be_answered_gives_a_link()
    {
        var sms = it.World.Store.Sms;
        it.World.Store = it.World.Store with { Sms = sms with { MonthlyBudget = 0 } };
        Assert.IsType<Asking.Impossible>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Phone), default));
        it.World.Store = it.World.Store with { Sms = sms with { From = "RIMAL" } };
        Assert.IsType<Asking.Asked>(await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Phone), default));
        Assert.NotNull(await it.OptIns.FindAsync(LastToken(), default));
    }

    [Fact]
    public async Task Erasure_forgets_what_was_asked_and_its_link()
    {
        await it.OptIns.TakeAsync(it.Store, it.Request(ConsentWorld.Email), default);
        await it.World.SettleAsync();
        await it.World.ApplyAsync(Erase("e", 60, Mail));
        Assert.Null(await it.OptIns.FindAsync(LastToken(), default));
        Assert.DoesNotContain(it.World.Engine.Rows("store" + World.StoreId), r =>
            Encoding.UTF8.GetString(r.Value.Span).Contains("mariam", StringComparison.Ordinal));
    }

    private string LastToken() => TokenIn(it.World.Vendor.Accepted[^1].Content switch
    {
        MessageContent.Email mail => mail.Text,
        MessageContent.Sms text => text.Text,
        var other => throw new InvalidOperationException(other.GetType().Name),
    });

    private static string TokenIn(string text) => text[(text.IndexOf("/k/", StringComparison.Ordinal) + 3)..][..32];
}
