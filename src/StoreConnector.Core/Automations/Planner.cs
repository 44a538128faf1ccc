using System.Security.Cryptography;
using System.Text;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Automations;

/// <summary>A line of the ledger: a decision whose reason changed, with the facts it rests on.</summary>
/// <param name="Entry">The decision.</param>
/// <param name="Why">The sentence.</param>
/// <param name="Facts">The facts; null for a line about what a vendor answered.</param>
public sealed record LedgerLine(DecisionEntry Entry, string Why, AutomationFacts? Facts);

/// <summary>What is to leave.</summary>
/// <param name="SendId">
/// Derived from store, automation, occasion (and person, where it is not one's own), step and channel: a repeat is
/// visible.
/// </param>
/// <param name="Automation">Which automation.</param>
/// <param name="Occasion">What it is about: of several, the one that leads.</param>
/// <param name="Also">The other occasions it is about.</param>
/// <param name="Step">Which step, from 1.</param>
/// <param name="Channel">How it leaves.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Permission">What it rests on, for the reason in the message.</param>
/// <param name="Subject">What it says.</param>
/// <param name="Facts">What the decision rests on.</param>
public sealed record SendOrder(
    string SendId, string Automation, string Occasion, IReadOnlyList<string> Also, int Step, Channel Channel,
        Contact To,
    PermissionVerdict.Granted Permission, Subject Subject, AutomationFacts Facts)
{
    /// <summary>What it is for.</summary>
    public Purpose Purpose => Facts.Recipient.Email.Permission.Purpose;
}

/// <summary>What every automation decided for one customer at one instant.</summary>
/// <param name="State">The state with its current decisions.</param>
/// <param name="Ledger">What is to be written to the ledger.</param>
/// <param name="WakeAt">When to look again; now, when something is to leave.</param>
/// <param name="Send">What is to leave, or null.</param>
public sealed record Plan(CustomerState State, IReadOnlyList<LedgerLine> Ledger, DateTimeOffset? WakeAt,
    SendOrder? Send)
{
    /// <summary>Addresses whose no the platform has to hear of.</summary>
    public IReadOnlyList<Contact> Untold { get; init; } = [];
}

/// <summary>
/// Runs every automation for one customer. The same on each event, at each wake-up and just before sending.
/// </summary>
public static class Planner
{
    /// <summary>Plans with the time of now.</summary>
    public static Plan Make(CustomerState state, Surroundings around)
    {
        var all = AllAutomations.InOrder.SelectMany(a => a.Look(state, around)).ToList();
        var leaving = Leaving(all);
        var decisions = state.Decisions;
        var ledger = new List<LedgerLine>();
        var wakeAt = OpenClaim(state)?.Value.LeaseUntil;
        foreach (var candidate in all)
        {
            var decision = candidate.Decision is Decision.Send && !leaving.Contains(candidate)
                ? AfterAnother(candidate, around.Now) : candidate.Decision;
            var entry = new DecisionEntry(candidate.Automation, candidate.Occasion, decision.Kind, decision.Reason.Code,
                decision.Step, (decision as Decision.Wait)?.Until, around.Now);
            var key = DecisionEntry.KeyOf(entry.Automation, entry.Occasion);
            if (!SameReason(decisions.GetValueOrDefault(key), entry))
            {
                ledger.Add(new(entry, decision.Reason.Why, candidate.Facts));
                decisions = decisions.SetItem(key, entry);
            }
            else if (entry.Until is not null) { decisions = decisions.SetItem(key, entry); }

            wakeAt = Earlier(wakeAt, decision is Decision.Send ? around.Now : decision.NextLook);
        }

        return new(CustomerLimits.Apply(state with { Decisions = decisions, NextWakeAt = wakeAt }), ledger, wakeAt,
            OrderOf(around.Store.Id, state, leaving))
        {
            Untold = UntoldNoes.Of(around.Store, state, around.RecordOf),
        };
    }

    /// <summary>The claim that waits for its answer, or null; the one whose lease ends first.</summary>
    public static KeyValuePair<string, SendEntry>? OpenClaim(CustomerState state)
    {
        var open = state.Sends.Where(s => s.Value.Status == SendStatus.Claimed).OrderBy(s => s.Value.LeaseUntil)
            .ToList();
        return open.Count == 0 ? null : open[0];
    }

    /// <summary>The name of one message, for ever: the same work has the same id, and nobody else's has.</summary>
    public static string SendIdOf(string storeId, string automation, string occasion, int step, Channel channel) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            FormattableString.Invariant($"{storeId}|{automation}|{occasion}|{step}|{channel}")))[..16]);

    /// <summary>
    /// The arbiter: of all that could leave now, the automation that is worth most, and of its occasions the one that
    /// is; a message about drops takes the others along.
    /// </summary>
    private static List<Candidate> Leaving(List<Candidate> all)
    {
        var first = all.Find(c => c is { Decision: Decision.Send, Subject: not null });
        if (first is null) { return []; }

        var mine = all.Where(c => c.Automation == first.Automation && c.Decision is Decision.Send
            && c.Subject is not null)
            .OrderByDescending(c => c.Worth).ToList();
        return mine[0].Subject is Subject.Drops
            ? [.. mine.Where(c => ChannelOf(c) == ChannelOf(mine[0])).Take(PriceDrop.PriceDrop.MaxDrops)] : [mine[0]];
    }

    private static Decision.Wait AfterAnother(Candidate candidate, DateTimeOffset now) => new(
        now + (ChannelOf(candidate) == Channel.Email ? Cap.EmailGap : Cap.Window / 7),
        new(ReasonCode.AnotherFirst, "Another message to this person goes first."), candidate.Decision.Step);

    private static Channel ChannelOf(Candidate candidate) => ((Decision.Send)candidate.Decision).Channel;

    private static SendOrder? OrderOf(string storeId, CustomerState state, List<Candidate> leaving)
    {
        if (leaving is not [var lead, .. var others]) { return null; }

        var send = (Decision.Send)lead.Decision;
        var subject = lead.Subject is Subject.Drops
            ? new Subject.Drops([.. leaving.SelectMany(c => ((Subject.Drops)c.Subject!).All)]) : lead.Subject!;
        var to = (subject is Subject.Cart { View: var view } ? CartFacts.AddressesOf(state, view)
            : Addresses.Of(state)).To(send.Channel);
        var recipient = lead.Facts.Recipient;
        var way = send.Channel == Channel.Email ? recipient.Email : recipient.Sms;
        // A cart is one person's, whoever that is by now; a price, or a product used up, is an occasion of many.
        var whose = lead.Subject is Subject.Cart ? lead.Occasion : $"{state.Key}|{lead.Occasion}";
        return new(SendIdOf(storeId, lead.Automation, whose, send.TheStep, send.Channel), lead.Automation,
            lead.Occasion, [.. others.Select(o => o.Occasion)], send.TheStep, send.Channel, to,
            (PermissionVerdict.Granted)way.Verdict, subject, lead.Facts);
    }

    private static bool SameReason(DecisionEntry? before, DecisionEntry after) =>
        before is not null && (before.Kind, before.Code, before.Step) == (after.Kind, after.Code, after.Step);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
