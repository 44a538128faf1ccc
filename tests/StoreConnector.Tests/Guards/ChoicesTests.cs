using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Guards;

public sealed class ChoicesTests
{
    private static readonly DateTimeOffset T = ManualClock.Monday;

    private static readonly Purpose[] Topics = [.. Choices.All];

    private static readonly Gen<Step> Steps =
        from source in Gen.Elements("link", "page", "stop", "platform", "import", "own", "other")
        from stops in Gen.Elements(true, false)
        from topics in Gen.SubListOf(Topics)
        select new Step(source, stops, [.. topics]);

    private sealed record Step(string Source, bool Stops, IReadOnlyList<Purpose> Topics)
    {
        public ContactRecord On(ContactRecord record, DateTimeOffset at) => Source switch
        {
            "own" => Choices.Save(record, Topics, isOwn: true, at),
            "other" => Choices.Save(record, Topics, isOwn: false, at),
            _ => record.WithOptOut(Suppression.Marketing, Source, Stops ? at : null, Stops ? null : at),
        };
    }

    [Fact]
    public void A_new_address_gets_what_it_is_asked_for() =>
        Assert.Equal(Choices.All, Choices.Of(null));

    [Fact]
    public void A_no_to_one_topic_is_none_to_the_others()
    {
        var record = Choices.Save(ContactRecord.Empty, [Purpose.Price, Purpose.Offers], isOwn: true, T);
        Assert.Equal(ReasonCode.TopicDeclined, Suppression.Of(record, Purpose.Cart));
        Assert.Equal(ReasonCode.TopicDeclined, Suppression.Of(record, Purpose.Reorder));
        Assert.Null(Suppression.Of(record, Purpose.Price));
        Assert.Equal([Purpose.Price, Purpose.Offers], Choices.Of(record));
    }

    [Fact]
    public void A_no_to_everything_stands_above_the_topics()
    {
        var record = Choices.Save(ContactRecord.Empty, Choices.All, isOwn: true, T)
            .WithOptOut(Suppression.Marketing, "stop", T.AddHours(1), null);
        record = Choices.Save(record, Choices.All, isOwn: true, T.AddHours(2));
        Assert.Empty(Choices.Of(record));
        Assert.All(Choices.All, p => Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(record, p)));
        Assert.Equal("stop", Choices.Above(record, isOwn: true)!.Source);
    }

    [Fact]
    public void Who_had_stopped_everything_gets_what_is_ticked_and_no_more()
    {
        var stopped = Choices.Save(ContactRecord.Empty, [], isOwn: true, T);
        Assert.All(Choices.All, p => Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(stopped, p)));
        var record = Choices.Save(stopped, [Purpose.Reorder], isOwn: true, T.AddDays(1));
        Assert.Equal([Purpose.Reorder], Choices.Of(record));
    }

    [Fact]
    public void The_link_of_another_address_lifts_nothing_that_the_address_itself_said()
    {
        var stopped = Choices.Save(ContactRecord.Empty, [], isOwn: true, T);
        var record = Choices.Save(stopped, Choices.All, isOwn: false, T.AddDays(1));
        Assert.Empty(Choices.Of(record));
        Assert.Equal("link", Choices.Above(record, isOwn: false)!.Source);
        Assert.Null(Choices.Above(record, isOwn: true));
    }

    [Fact]
    public void A_confirmed_yes_to_one_topic_takes_nothing_of_the_others_away()
    {
        var record = Choices.Grant(ContactRecord.Empty, [Purpose.Price], T);
        Assert.Equal(Choices.All, Choices.Of(record));
        var after = Choices.Grant(Choices.Save(record, [], isOwn: true, T), [Purpose.Price], T.AddDays(1));
        Assert.Equal([Purpose.Price], Choices.Of(after));
    }

    [Fact]
    public void The_same_choice_twice_changes_nothing_more() => Prop.ForAll(
        Steps.ListOf().ToArbitrary(), Gen.SubListOf(Topics).ToArbitrary(), Gen.Elements(true, false).ToArbitrary(),
        (steps, wanted, isOwn) =>
        {
            var record = After(steps);
            var once = Choices.Save(record, [.. wanted], isOwn, T.AddDays(400));
            return ReferenceEquals(once, Choices.Save(once, [.. wanted], isOwn, T.AddDays(401)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nobody_gets_what_they_did_not_tick_and_no_other_no_is_lifted() => Prop.ForAll(
        Steps.ListOf().ToArbitrary(), Gen.SubListOf(Topics).ToArbitrary(),
        (steps, wanted) =>
        {
            var record = After(steps);
            var saved = Choices.Save(record, [.. wanted], isOwn: true, T.AddDays(400));
            string[] others = ["stop", "platform", "import"];
            return Choices.Of(saved).All(wanted.Contains)
                && others.All(o => record.IsOut(Suppression.Marketing, o) == saved.IsOut(Suppression.Marketing, o))
                && (others.Any(o => saved.IsOut(Suppression.Marketing, o)) || wanted.All(Choices.Of(saved).Contains));
        }).QuickCheckThrowOnFailure();

    private static ContactRecord After(IEnumerable<Step> steps) =>
        steps.Index().Aggregate(ContactRecord.Empty, (all, s) => s.Item.On(all, T.AddHours(s.Index)));
}
