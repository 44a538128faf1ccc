using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Insights;
using static System.FormattableString;

namespace StoreConnector.Core.Automations.Replenishment;

/// <summary>
/// Retention: what somebody uses up and buys again is nearly used up. Due by their own purchases and by how others buy
/// it; sofas stay out by a gate.
/// </summary>
public static class Replenishment
{
    /// <summary>The automation's name in routes, settings and the ledger.</summary>
    public const string Name = "replenishment";

    /// <summary>A shelf that is empty is looked at again after this.</summary>
    private static readonly TimeSpan Restock = TimeSpan.FromDays(1);

    /// <summary>How long after the time that the person named a reminder still makes sense.</summary>
    public static readonly TimeSpan PutOffWindow = TimeSpan.FromDays(3);

    /// <summary>The verdict. The same facts give the same verdict, for ever.</summary>
    public static Decision Decide(ReplenishmentFacts facts) =>
        !facts.StoreActive ? Skip(ReasonCode.StoreInactive, "The store has taken StoreConnector away.")
        : facts.Settings.Mode == AutomationMode.Off
            ? Skip(ReasonCode.AutomationOff, "The merchant has switched reorder reminders off.")
        : facts.Stopped is { } stopped ? new Decision.Skip(stopped)
        : facts.BoughtAgainAt is { } at
            ? Skip(ReasonCode.AlreadyBought, Invariant($"It was bought again on {at:yyyy-MM-dd HH:mm} UTC."))
        : facts.Reorder is null ? Skip(ReasonCode.NotReplenished, "Its purchases are no longer known.")
        : ReorderOutlook.Of(facts.Reorder) switch
        {
            ReorderOutlook.NotReplenished no => Skip(ReasonCode.NotReplenished, Sentence(no.Why)),
            ReorderOutlook.Due due => MayWrite(facts, due),
            var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
        };

    private static Decision MayWrite(ReplenishmentFacts f, ReorderOutlook.Due due) =>
        f.Steps.Count > 0 && f.PutOff is null ? Skip(ReasonCode.SeriesDone, "This refill has had its message.")
        : f.Recipient.Choose(mayText: true) is var (way, closed) && closed is not null ? new Decision.Skip(closed)
        : f.Now > LastAt(due, f.PutOff) ? Skip(ReasonCode.TooLate, Sentence(due.Why) + " That is too long ago by now.")
        : f.PutOff is { } later && f.Now < later.Until ? new Decision.Wait(later.Until,
            new(ReasonCode.PutOff, "The person asked to be reminded of it later."), StepOf(f))
        : f.Now < due.SendAt ? new Decision.Wait(due.SendAt, new(ReasonCode.NotUsedUp, Sentence(due.Why)), StepOf(f))
        : Held(f, due, way!) ?? (f.Settings.Mode == AutomationMode.Shadow
            ? Skip(ReasonCode.Shadow, Sentence(due.Why) + " Reorder reminders only watch, so nothing is sent.")
            : new Decision.Send(StepOf(f), way!.Channel, new(ReasonCode.Due, Sentence(due.Why))));

    /// <summary>When a reminder makes no sense any more: what the person asked for may come later than what we would.
    /// </summary>
    public static DateTimeOffset LastAt(ReorderOutlook.Due due, PutOff? putOff) =>
        putOff is { } later && later.Until + PutOffWindow > due.Until ? later.Until + PutOffWindow : due.Until;

    /// <summary>The first message; after it, one for each time that the person asked to be reminded later.</summary>
    private static int StepOf(ReplenishmentFacts f) => f.Steps.Select(s => s.Step).DefaultIfEmpty(0).Max() + 1;

    private static Decision? Held(ReplenishmentFacts f, ReorderOutlook.Due due, ChannelFacts way)
    {
        (DateTimeOffset Until, Reason Reason)? empty = f.InStock ? null
            : (f.Now + Restock, new(ReasonCode.OutOfStock, "It cannot be bought now: looked at again in a day."));
        (DateTimeOffset Until, Reason Reason)? paced = f.LastMessageAt + f.Settings.BetweenMessages is { } free
            && free > f.Now
            ? (free, new(ReasonCode.Paced, "A reminder to reorder left a short while ago.")) : null;
        var holds = new[] { way.HeldBack(f.Now), paced, empty }.Where(h => h is not null).ToList();
        if (holds.Count == 0) { return null; }

        var (until, reason) = holds.MaxBy(h => h!.Value.Until)!.Value;
        return until <= LastAt(due, f.PutOff) ? new Decision.Wait(until, reason, StepOf(f))
            : Skip(reason.Code, reason.Why + " Later would be too late.");
    }

    /// <summary>The model speaks in clauses; the ledger in sentences.</summary>
    private static string Sentence(string clause) =>
        clause.Length == 0 ? clause : char.ToUpperInvariant(clause[0]) + clause[1..].TrimEnd('.') + ".";

    private static Decision.Skip Skip(string code, string why) => new(new(code, why), 1);
}
