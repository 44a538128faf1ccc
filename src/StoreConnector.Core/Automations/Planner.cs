using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Automations;

/// <summary>A line of the ledger: a decision whose reason changed, with the facts it rests on.</summary>
/// <param name="Entry">The decision.</param>
/// <param name="Why">The sentence.</param>
/// <param name="Facts">The facts; null for a line about what a vendor answered.</param>
public sealed record LedgerLine(DecisionEntry Entry, string Why, AbandonedCartFacts? Facts);

/// <summary>What is to leave.</summary>
/// <param name="SendId">Derived from store, automation, occasion, step and channel: a repeat is visible.</param>
/// <param name="Step">Which step, from 1.</param>
/// <param name="View">The cart it speaks of.</param>
/// <param name="To">Where it goes.</param>
/// <param name="ConsentAt">When the address agreed, for the reason in the message.</param>
public sealed record SendOrder(string SendId, int Step, CartView View, EmailAddress To, DateTimeOffset? ConsentAt);

/// <summary>What every automation decided for one customer at one instant.</summary>
/// <param name="State">The state with its current decisions.</param>
/// <param name="Ledger">What is to be written to the ledger.</param>
/// <param name="WakeAt">When to look again; now, when something is to leave.</param>
/// <param name="Send">What is to leave, or null.</param>
public sealed record Plan(CustomerState State, IReadOnlyList<LedgerLine> Ledger, DateTimeOffset? WakeAt,
    SendOrder? Send);

/// <summary>
/// Runs every automation for one customer. The same on each event, at each wake-up and just before sending.
/// </summary>
public static class Planner
{
    /// <summary>Plans with the time of now.</summary>
    public static Plan Make(
        CustomerState state, Store store, IReadOnlyDictionary<Contact, ContactRecord> contacts, DateTimeOffset now)
    {
        var decisions = state.Decisions;
        var ledger = new List<LedgerLine>();
        DateTimeOffset? wakeAt = OpenClaim(state)?.Value.LeaseUntil;
        SendOrder? send = null;
        var views = CartFacts.Views(state);
        foreach (var view in views)
        {
            var facts = CartFacts.Of(state, view, NewerThan(view, views), store, contacts, now);
            var decision = AbandonedCart.AbandonedCart.Decide(facts);
            var entry = new DecisionEntry(AbandonedCart.AbandonedCart.Name, view.Occasion, decision.Kind,
                decision.Reason.Code, decision.Step,
                (decision as Decision.Wait)?.Until, now);
            var key = DecisionEntry.KeyOf(entry.Automation, entry.Occasion);
            if (!SameReason(decisions.GetValueOrDefault(key), entry))
            {
                ledger.Add(new(entry, decision.Reason.Why, facts));
                decisions = decisions.SetItem(key, entry);
            }
            else if (entry.Until is not null) { decisions = decisions.SetItem(key, entry); }

            if (decision is Decision.Send s && send is null)
            {
                send = new(SendIdOf(store.Id, view.Occasion, s.TheStep, Channel.Email), s.TheStep, view,
                    CartFacts.AddressFor(state, view)!, facts.ConsentAt);
            }

            wakeAt = Earlier(wakeAt, decision is Decision.Send ? now : decision.NextLook);
        }

        return new(CustomerLimits.Apply(state with { Decisions = decisions, NextWakeAt = wakeAt }), ledger, wakeAt,
            send);
    }

    /// <summary>The claim that waits for its answer, or null; the one whose lease ends first.</summary>
    public static KeyValuePair<string, SendEntry>? OpenClaim(CustomerState state)
    {
        var open = state.Sends.Where(s => s.Value.Status == SendStatus.Claimed).OrderBy(s => s.Value.LeaseUntil)
            .ToList();
        return open.Count == 0 ? null : open[0];
    }

    /// <summary>The name of one message, for ever: the same work has the same id.</summary>
    public static string SendIdOf(string storeId, string occasion, int step, Channel channel) =>
        Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"{storeId}|{AbandonedCart.AbandonedCart.Name}|{occasion}|{step}|{channel}")))[..16]);

    /// <summary>A newer cart that is still open to be spoken of silences the older ones.</summary>
    private static string? NewerThan(CartView view, IReadOnlyList<CartView> views) => views
        .TakeWhile(v => v.Occasion != view.Occasion)
        .FirstOrDefault(v => v is { Removed: false, Moved: false, CompletedAt: null, Cart.ItemCount: > 0 })?.Occasion;

    private static bool SameReason(DecisionEntry? before, DecisionEntry after) =>
        before is not null && (before.Kind, before.Code, before.Step) == (after.Kind, after.Code, after.Step);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
