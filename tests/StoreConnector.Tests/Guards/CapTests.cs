using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Guards;

namespace StoreConnector.Tests.Guards;

public sealed class CapTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_free_instant_breaks_no_part_of_a_rule_and_an_earlier_one_does() => Prop.ForAll(
        (from rule in Gen.Elements(Cap.Email, Cap.Sms(new(1, 4)), Cap.Sms(new(3, 4)), Cap.Sms(new(1, 2)), Cap.Sms(new(2, 1)))
         from hours in Gen.ListOf(Gen.Choose(0, 200))
         select (rule, sent: hours.Take(12).Select(h => Now.AddHours(-h)).ToList())).ToArbitrary(),
        c =>
        {
            bool Allowed(DateTimeOffset at) => c.sent.All(t => at - t >= c.rule.Gap)
                && (c.rule.PerDay is null || c.sent.Count(t => at - t < TimeSpan.FromDays(1)) < c.rule.PerDay)
                && c.sent.Count(t => at - t < c.rule.Window) < c.rule.PerWindow;
            var free = Cap.FreeAt(c.rule, c.sent, Now);
            Assert.True(free >= Now && Allowed(free), $"{free:u}");
            Assert.True(free == Now || !Allowed(free.AddSeconds(-1)), $"It was free before {free:u}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_text_a_day_and_four_a_week()
    {
        var rule = Cap.Sms(LawRules.For(new(["US"], ["US-FL"], ["America/New_York"], false)).Limits);
        Assert.Equal(Now, Cap.FreeAt(rule, [], Now));
        Assert.Equal(Now.AddHours(23), Cap.FreeAt(rule, [Now.AddHours(-1)], Now));
        Assert.Equal(Now, Cap.FreeAt(rule, [Now.AddHours(-24)], Now));
        Assert.Equal(Now.AddDays(2), Cap.FreeAt(rule, [Now.AddDays(-5), Now.AddDays(-3), Now.AddDays(-2), Now.AddDays(-4)], Now));
    }

    [Fact]
    public void E_mail_keeps_its_own_rule() =>
        Assert.Equal(Cap.FreeAt([Now.AddHours(-1)], Now), Cap.FreeAt(Cap.Email, [Now.AddHours(-1)], Now));
}
