using System.Text.Json;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using static StoreConnector.Core.Automations.AbandonedCart.AbandonedCart;

namespace StoreConnector.Tests.CoreRules; // "Core" would hide StoreConnector.Core

/// <summary>Properties of the verdict about a cart, over random facts.</summary>
public sealed class DecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Facts_from_the_ledger_give_the_same_verdict() => ForFacts(facts =>
    {
        var stored = JsonSerializer.Serialize(facts, EventJson.Options);
        Assert.Equal(Decide(facts), Decide(JsonSerializer.Deserialize<AbandonedCartFacts>(stored, EventJson.Options)!));
    });

    [Fact]
    public void What_was_bought_wins_over_everything_after_the_mode() => ForFacts(facts =>
    {
        var code = Decide(facts with { Purchase = new(facts.ChangedAt, "later-order", 1) }).Reason.Code;
        Assert.Equal(!facts.StoreActive ? ReasonCode.StoreInactive : facts.Settings.Mode == AutomationMode.Off ? ReasonCode.AutomationOff : ReasonCode.AlreadyBought, code);
    });

    [Fact]
    public void Nothing_leaves_that_any_guard_forbids() => ForFacts(facts =>
    {
        if (Decide(facts) is not Decision.Send send) { return; }

        Assert.True(facts is { StoreActive: true, Settings.Mode: AutomationMode.Live, Purchase: null, CompletedAt: null, Removed: false, Moved: false, Items: > 0, NewerCart: null });
        var way = send.Channel == Channel.Email ? facts.Recipient.Email : facts.Recipient.Sms;
        Assert.True(way is { HasAddress: true, HasPostalAddress: true, Suppressed: null, Permission.Consent: ConsentState.Given });
        Assert.True(way.Permission.Level >= (way.Countries.Contains("DE") ? OptInLevel.Double : OptInLevel.Single));
        var gap = send.Channel == Channel.Email ? Cap.EmailGap : TimeSpan.FromDays(1);
        Assert.DoesNotContain(way.Recent, t => t > Now - gap);
        Assert.True(way.Recent.Count(t => t > Now - Cap.Window) < Cap.EmailsPerWindow);
        if (send.Channel == Channel.Sms)
        {
            Assert.True(way.SegmentsLeft > 0 && way.Quiet!.FreeAt <= Now && facts.Recipient.Email.Closed() is not null);
            Assert.True(send.TheStep == 1 || facts.Steps.Count == 0);
            Assert.True(Now <= facts.ChangedAt + TextWithin && facts.Steps.All(s => s.Channel != Channel.Sms));
        }

        Assert.DoesNotContain(facts.Steps, s => s.Step >= send.TheStep);
        Assert.True(Now >= facts.ChangedAt + facts.Settings.Steps[send.TheStep - 1]);
        Assert.True(Now <= facts.ChangedAt + facts.Settings.Steps[send.TheStep - 1] + facts.Settings.Freshness);
    });

    [Fact]
    public void Late_steps_collapse_to_the_latest_that_is_due() => ForFacts(facts =>
    {
        if (Decide(facts) is Decision.Send send)
        {
            Assert.Equal(facts.Settings.Steps.Count(delay => facts.ChangedAt + delay <= Now), send.TheStep);
        }
    });

    [Fact]
    public void A_wait_is_ahead() => ForFacts(facts =>
    {
        if (Decide(facts).NextLook is { } next) { Assert.True(next > Now, $"{next:O}"); }
    });

    [Fact]
    public void The_cap_is_free_at_the_first_instant_that_breaks_neither_rule()
    {
        for (var seed = 1; seed <= 3000; seed++)
        {
            var random = new Random(seed);
            var sent = Enumerable.Range(0, random.Next(0, 9)).Select(_ => Now.AddHours(-random.Next(0, 200))).ToList();
            var free = Cap.FreeAt(sent, Now);
            Assert.True(free >= Now && Allowed(free), $"Seed {seed}");
            Assert.True(free == Now || !Allowed(free.AddSeconds(-1)), $"Seed {seed}: it was free before {free:u}");

            bool Allowed(DateTimeOffset at) => sent.All(t => at - t >= Cap.EmailGap) && sent.Count(t => at - t < Cap.Window) < Cap.EmailsPerWindow;
        }
    }

    private static void ForFacts(Action<AbandonedCartFacts> check)
    {
        for (var seed = 1; seed <= 5000; seed++)
        {
            try { check(Facts(new(seed))); }
            catch (Exception e) { throw new Xunit.Sdk.XunitException($"Seed {seed}: {e}"); }
        }
    }

    /// <summary>Mostly harmless facts, so that many verdicts come through to the end.</summary>
    private static AbandonedCartFacts Facts(Random random)
    {
        bool Rarely() => random.Next(12) == 0;
        DateTimeOffset Ago(int hours) => Now.AddMinutes(-random.Next(0, hours * 60));
        return new()
        {
            Now = Now,
            Settings = AbandonedCartSettings.Default with { Mode = Rarely() ? AutomationMode.Off : Rarely() ? AutomationMode.Shadow : AutomationMode.Live },
            RulesVersion = Permission.RulesVersion,
            StoreActive = !Rarely(),
            Recipient = new(Way(Channel.Email), Way(Channel.Sms)),
            ChangedAt = Ago(200),
            StartedAt = Now.AddDays(-10),
            Items = Rarely() ? 0 : 2,
            CompletedAt = Rarely() ? Ago(50) : null,
            Removed = Rarely(),
            Moved = Rarely(),
            NewerCart = Rarely() ? "cart:x" : null,
            Purchase = Rarely() ? new(Ago(90), "same-product", 7) : null,
            LastPurchaseAt = Rarely() ? Ago(90) : null,
            Steps = [.. Enumerable.Range(1, random.Next(0, 3)).Select(s => new StepFact(s, (SendStatus)random.Next(1, 5), Ago(150), Channel.Email))],
            LastOfAnotherCart = Rarely() ? Ago(60) : null,
        };

        ChannelFacts Way(Channel channel) => new()
        {
            Channel = channel,
            HasAddress = random.Next(4) > 0,
            HasPostalAddress = channel == Channel.Sms || !Rarely(),
            Countries = [Rarely() ? "DE" : "AE"],
            Permission = new()
            {
                Channel = channel,
                Purpose = Purpose.Cart,
                Consent = Rarely() ? (ConsentState)random.Next(4) : ConsentState.Given,
                Level = Rarely() ? (OptInLevel)random.Next(3) : OptInLevel.Double,
                ConsentAt = Ago(400),
                Now = Now,
            },
            Suppressed = Rarely() ? ReasonCode.Bounced : null,
            Recent = [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => Ago(160))],
            Cap = channel == Channel.Email ? Cap.Email : Cap.Sms(new(1, 4)),
            SegmentsLeft = channel == Channel.Email ? null : Rarely() ? 0 : 5,
            Quiet = channel == Channel.Email ? null : new(Rarely() ? null : random.Next(3) == 0 ? Now.AddHours(9) : Now, ["AE"], 1, ["Asia/Dubai"]),
        };
    }
}
