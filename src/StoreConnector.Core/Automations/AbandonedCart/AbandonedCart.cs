using StoreConnector.Core.Values;
using static System.FormattableString;

namespace StoreConnector.Core.Automations.AbandonedCart;

/// <summary>
/// Acquisition's last step: somebody filled a cart, left an address, and went. One series per person at a time, one
/// occasion per cart however often it is visited; any purchase ends it. The guards stand in the order of the house.
/// </summary>
public static class AbandonedCart
{
    /// <summary>The automation's name in routes, settings and the ledger.</summary>
    public const string Name = "abandoned-cart";

    /// <summary>The time after a cart's last change in which its one text may leave.</summary>
    public static readonly TimeSpan TextWithin = TimeSpan.FromHours(48);

    /// <summary>The verdict. The same facts give the same verdict, for ever.</summary>
    public static Decision Decide(AbandonedCartFacts facts) =>
        StoreAndMode(facts) ?? AlreadyBought(facts) ?? NothingToSpeakOf(facts) ?? MayWrite(facts) ?? Timing(facts);

    private static Decision.Skip? StoreAndMode(AbandonedCartFacts f) =>
        !f.StoreActive ? Skip(ReasonCode.StoreInactive, "The store has taken StoreConnector away.")
        : f.Settings.Mode == AutomationMode.Off
            ? Skip(ReasonCode.AutomationOff, "The merchant has switched cart reminders off.")
        : f.Stopped is { } stopped ? new Decision.Skip(stopped)
        : null;

    private static Decision.Skip? AlreadyBought(AbandonedCartFacts f) =>
        f.Purchase is { } p
            ? Skip(ReasonCode.AlreadyBought, p.How switch
            {
                "this-cart" => Invariant($"This cart became an order on {p.At:yyyy-MM-dd HH:mm} UTC."),
                "later-order" => Invariant(
                    $"An order was placed on {p.At:yyyy-MM-dd HH:mm} UTC, after the cart's last change."),
                "same-product" => Invariant($"A product of this cart was bought on {p.At:yyyy-MM-dd HH:mm} UTC."),
                _ => Invariant($"A product of this cart was bought on {p.At:yyyy-MM-dd HH:mm} UTC,")
                    + " by somebody with the same address or number.",
            })
        : f.CompletedAt is { } at
            ? Skip(ReasonCode.AlreadyBought, Invariant($"The checkout was completed on {at:yyyy-MM-dd HH:mm} UTC."))
        : null;

    private static Decision.Skip? NothingToSpeakOf(AbandonedCartFacts f) =>
        f.Moved ? Skip(ReasonCode.CartMoved, "This cart is another customer's now.")
        : f.Removed ? Skip(ReasonCode.CartGone, "The platform has removed this cart.")
        : f.Items == 0 ? Skip(ReasonCode.CartEmpty, "The cart is empty.")
        : f.NewerCart is not null ? Skip(ReasonCode.NewerCart,
            "The same person has a newer cart: one series at a time.")
        : null;

    /// <summary>
    /// The first reminder may be a text where only texts are allowed: one per cart, and never later than
    /// <see cref="TextWithin"/>. Source: the carriers' rule for cart reminders (T-Mobile, May 2020; Twilio error
    /// 30517),
    /// kept everywhere.
    /// </summary>
    private static bool MayText(AbandonedCartFacts f) => f.Now <= f.ChangedAt + TextWithin
        && f.Steps.All(s => s.Channel != Channel.Sms) && Done(f) == 0;

    private static Decision.Skip? MayWrite(AbandonedCartFacts f)
    {
        if (f.Recipient.Choose(MayText(f)).Closed is not { } closed) { return null; }

        var hadText = f.Recipient.Email.Closed() is not null && f.Recipient.Sms.Closed() is null;
        return new(hadText ? new(ReasonCode.OneTextPerCart,
            "Only texts may go to this person, and a cart gets one, within two days.") : closed);
    }

    private static int Done(AbandonedCartFacts f) => f.Steps.Count == 0 ? 0 : f.Steps.Max(s => s.Step);

    private static Decision Timing(AbandonedCartFacts f)
    {
        var done = Done(f);
        if (done >= f.Settings.Steps.Count)
        {
            return Skip(ReasonCode.SeriesDone, "Every reminder about this cart has had its turn.");
        }

        var ends = f.ChangedAt + f.Settings.EndsAfter;
        var step = LatestDue(f, done);
        if (step is null)
        {
            return DueAt(f, done + 1) is var next && next > ends ? TooLate(null)
                : new Decision.Wait(next, NotYet(f, done + 1), done + 1);
        }

        var late = f.Now > DueAt(f, step.Value) + f.Settings.Freshness || f.Now > ends;
        return late ? NextStepOr(f, step.Value, TooLate(step)) : Held(f, done, step.Value) ?? Leave(f, step.Value);
    }

    /// <summary>Steps that come late collapse to the latest one that is due.</summary>
    private static int? LatestDue(AbandonedCartFacts f, int done)
    {
        for (var step = f.Settings.Steps.Count; step > done; step--)
        {
            if (f.Now >= DueAt(f, step)) { return step; }
        }

        return null;
    }

    /// <summary>
    /// Just bought, capped or paced: wait while the step is still fresh, else the next step, else skip. Never silently
    /// lost.
    /// </summary>
    private static Decision? Held(AbandonedCartFacts f, int done, int step)
    {
        var way = f.Recipient.Choose(MayText(f)).Way!;
        var bought = (f.LastPurchaseAt ?? DateTimeOffset.MinValue) + f.Settings.QuietAfterPurchase;
        var paced = done == 0 && f.LastOfAnotherCart is { } last ? last + f.Settings.BetweenSeries : f.Now;
        var held = way.HeldBack(f.Now);
        var until = new[] { bought, held?.Until ?? f.Now, paced }.Max();
        if (until <= f.Now) { return null; }

        var reason = until == bought ? new Reason(ReasonCode.RecentPurchase,
            "Something was bought a short while ago: no reminders for now.")
            : until == held?.Until ? held.Value.Reason
            : new Reason(ReasonCode.Paced, "A reminder about another cart left a short while ago.");
        return until <= DueAt(f, step) + f.Settings.Freshness && until <= f.ChangedAt + f.Settings.EndsAfter
            ? new Decision.Wait(until, reason, step)
            : NextStepOr(f, step, new Decision.Skip(
                reason with { Why = reason.Why + " Later would be too late for this step." }, step));
    }

    private static Decision Leave(AbandonedCartFacts f, int step) => f.Settings.Mode == AutomationMode.Shadow
        ? new Decision.Skip(
            new(ReasonCode.Shadow, Invariant(
                $"Reminder {step} would leave now; cart reminders only watch, so nothing is sent.")), step,
            step < f.Settings.Steps.Count ? DueAt(f, step + 1) : null)
        : new Decision.Send(step, f.Recipient.Choose(MayText(f)).Way!.Channel, new(ReasonCode.Due,
            Invariant($"The cart was left {(f.Now - f.ChangedAt).TotalHours:0.#} h ago; reminder {step} is due.")));

    private static Decision NextStepOr(AbandonedCartFacts f, int step, Decision otherwise) =>
        step < f.Settings.Steps.Count && DueAt(f, step + 1) is var next && next > f.Now
            && next <= f.ChangedAt + f.Settings.EndsAfter
            ? new Decision.Wait(next, NotYet(f, step + 1), step + 1)
            : otherwise;

    private static DateTimeOffset DueAt(AbandonedCartFacts f, int step) => f.ChangedAt + f.Settings.Steps[step - 1];

    private static Reason NotYet(AbandonedCartFacts f, int step) => f.Now < f.ChangedAt + f.Settings.Idle
        ? new(ReasonCode.CartStillFresh,
            Invariant($"The cart changed at {f.ChangedAt:yyyy-MM-dd HH:mm} UTC: somebody may still be shopping."))
        : new(ReasonCode.StepNotDue, Invariant(
            $"Reminder {step} is due {f.Settings.Steps[step - 1].TotalHours:0.#} h after the cart's last change."));

    private static Decision.Skip TooLate(int? step) =>
        new(new(ReasonCode.TooLate, "Too late: the reminder would not be fresh any more."), step);

    private static Decision.Skip Skip(string code, string why) => new(new(code, why));
}
