using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Processing.ConsentWorld;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing;

public sealed class InboundTextTests
{
    private readonly ConsentWorld it = new();

    private int count;

    [Theory]
    [InlineData("STOP")]
    [InlineData("إيقاف")]
    [InlineData("Stopp")]
    [InlineData("arrêt")]
    [InlineData("Baja")]
    [InlineData("Leave me alone and stop this")]
    public async Task Stop_in_any_language_silences_the_number_for_everybody_on_it(string body)
    {
        await it.MeetAsync();
        await it.MeetAsync("omar@example.com", "n");
        Assert.Equal(2, (await it.RecordAsync(ConsentWorld.Phone)).People.Count);

        var answer = await TextAsync(body);

        Assert.Contains(Core.Messages.Printable.HoldsArabic(body) ? "لن تصلك" : "no more texts", answer, StringComparison.Ordinal);
        var record = await it.RecordAsync(ConsentWorld.Phone);
        Assert.All(Core.Guards.Choices.All, p => Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(record, p)));
        Assert.Equal(2, it.World.Engine.Messages(Queues.WakeUps).Select(m => Queues.Read<WakeUpMessage>(m.Body).CustomerKey).Distinct().Count());
        Assert.Equal(Core.Guards.Choices.All, Core.Guards.Choices.Of(await it.RecordAsync(ConsentWorld.Email)));
    }

    [Fact]
    public async Task The_no_stands_before_anything_else_is_written()
    {
        await it.MeetAsync();
        List<string> writes = [];
        it.World.Engine.Before = step =>
        {
            if (step.IsWrite) { writes.Add(step.Key); }

            return default;
        };
        await TextAsync("STOP");
        Assert.StartsWith("contact-", writes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_lifts_what_stop_set_and_says_so_once()
    {
        await it.MeetAsync();
        Assert.NotNull(await TextAsync("STOP"));
        Assert.Null(await TextAsync("STOP"));
        Assert.Contains("again", await TextAsync("start"), StringComparison.Ordinal);
        Assert.Null(await TextAsync("start"));
        Assert.Null(Suppression.Of(await it.RecordAsync(ConsentWorld.Phone), Purpose.Cart));
        Assert.Equal([ConsentAction.Given, ConsentAction.Withdrawn, ConsentAction.Withdrawn, ConsentAction.Given],
            (await it.ProofsAsync(ConsentWorld.Phone)).Select(p => p.Proof.Action));
    }

    [Fact]
    public void Start_never_lifts_the_no_of_a_link_a_platform_or_a_list() => Prop.ForAll(
        Gen.Elements("link", "page", "platform", "import").ToArbitrary(),
        Gen.Elements("STOP", "START", "yes", "نعم", "stop it", "help", "hello").ListOf().ToArbitrary(),
        (source, bodies) =>
        {
            var world = new ConsentWorld();
            world.World.Customers.UpdateContactAsync(world.HashOf(ConsentWorld.Phone),
                c => c.WithOptOut(Suppression.Marketing, source, T0, null), default).AsTask().GetAwaiter().GetResult();
            foreach (var (i, body) in bodies.Index())
            {
                world.World.Clock.Advance(TimeSpan.FromMinutes(1));
                world.Texts.TakeAsync(world.Store, new($"t{i}", Read(Number), body, false), default).AsTask().GetAwaiter().GetResult();
            }

            var record = world.RecordAsync(ConsentWorld.Phone).GetAwaiter().GetResult();
            return record.IsOut(Suppression.Marketing, source) && Suppression.Of(record, Purpose.Cart) == ReasonCode.Unsubscribed;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_text_that_comes_again_counts_from_its_first_time_and_is_answered_once()
    {
        await it.MeetAsync();
        await TextAsync("STOP", "a");
        await TextAsync("START", "b");
        await TextAsync("STOP", "c");
        Assert.Null(await TextAsync("START", "b"));
        Assert.True(InboundTexts.IsStopped(await it.RecordAsync(ConsentWorld.Phone)));
        await TextAsync("START", "d");
        Assert.Null(await TextAsync("STOP", "c"));
        Assert.False(InboundTexts.IsStopped(await it.RecordAsync(ConsentWorld.Phone)));
    }

    [Fact]
    public async Task What_the_vendor_has_answered_is_not_answered_again()
    {
        Assert.Null(await it.Texts.TakeAsync(it.Store, new("t", Read(Number), "STOP", IsAnswered: true), default));
        Assert.True(InboundTexts.IsStopped(await it.RecordAsync(ConsentWorld.Phone)));
    }

    [Fact]
    public async Task Help_names_the_store_and_the_way_to_stop()
    {
        var answer = await TextAsync("help", "h");
        Assert.StartsWith("Rimal Coffee:", answer, StringComparison.Ordinal);
        Assert.Contains("STOP", answer, StringComparison.Ordinal);
        Assert.Null(await TextAsync("help", "h"));
        Assert.Contains("قد تُطبَّق", await TextAsync("مساعدة"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_understands_is_kept_for_a_person_and_silences_only_when_it_may_mean_stop()
    {
        await it.MeetAsync();
        Assert.Null(await TextAsync("When does it come?"));
        Assert.Null(Suppression.Of(await it.RecordAsync(ConsentWorld.Phone), Purpose.Cart));
        await TextAsync("I can't stop loving it", "u");
        Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(await it.RecordAsync(ConsentWorld.Phone), Purpose.Cart));

        var replies = await it.Replies.ReadAsync(it.Store, default);
        Assert.Equal(["I can't stop loving it", "When does it come?"], replies.Select(r => r.Body));
        Assert.Equal([true, false], replies.Select(r => r.IsUnclear));
        Assert.All(replies, r => Assert.Equal(Number, r.From));
        Assert.DoesNotContain(it.World.Engine.Rows("store" + World.StoreId).Where(r => r.Partition == "replies"),
            r => Encoding.UTF8.GetString(r.Value.Span).Contains("loving", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_decides_what_an_unclear_text_meant()
    {
        await it.MeetAsync();
        await TextAsync("stop it, I love it");
        await TextAsync("please please stop");
        var replies = await it.Replies.ReadAsync(it.Store, default);
        it.World.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await it.Texts.JudgeAsync(it.Store, replies[0].Id, isStop: false, default));
        Assert.True(InboundTexts.IsStopped(await it.RecordAsync(ConsentWorld.Phone)), "The other one waits still.");
        Assert.True(await it.Texts.JudgeAsync(it.Store, replies[1].Id, isStop: false, default));
        Assert.False(InboundTexts.IsStopped(await it.RecordAsync(ConsentWorld.Phone)));

        await TextAsync("no more, stop");
        var last = (await it.Replies.ReadAsync(it.Store, default))[0];
        Assert.True(await it.Texts.JudgeAsync(it.Store, last.Id, isStop: true, default));
        await it.Texts.JudgeAsync(it.Store, last.Id, isStop: false, default);
        Assert.True((await it.RecordAsync(ConsentWorld.Phone)).IsOut(Suppression.Marketing, OptOutSource.Stop));
        Assert.False(await it.Texts.JudgeAsync(it.Store, "no-such-text", isStop: true, default));
    }

    [Fact]
    public async Task Texts_are_kept_for_thirty_days_and_go_with_their_person()
    {
        await it.MeetAsync();
        await TextAsync("old words");
        it.World.Clock.Advance(TimeSpan.FromDays(20));
        await TextAsync("newer words");
        it.World.Clock.Advance(TimeSpan.FromDays(11));
        Assert.Equal(["newer words"], (await it.Replies.ReadAsync(it.Store, default)).Select(r => r.Body));
        await it.World.ApplyAsync(Erase("e", 60 * 24 * 32, Mail));
        Assert.Empty(await it.Replies.ReadAsync(it.Store, default));
    }

    private async Task<string?> TextAsync(string body, string? id = null)
    {
        it.World.Clock.Advance(TimeSpan.FromMinutes(1));
        return await it.Texts.TakeAsync(it.Store, new InboundText(id ?? $"t{++count}", Read(Number), body, false), default);
    }
}
