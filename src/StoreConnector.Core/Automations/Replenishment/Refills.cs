using System.Globalization;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Products;

namespace StoreConnector.Core.Automations.Replenishment;

/// <summary>A product that one person may need again.</summary>
/// <param name="Variant">What they bought last.</param>
/// <param name="LastAt">When.</param>
/// <param name="Due">When it is used up, and why we think so.</param>
public sealed record Refill(VariantKey Variant, DateTimeOffset LastAt, ReorderOutlook.Due Due);

/// <summary>Finds a person's next purchases and gathers the facts of each.</summary>
public static class Refills
{
    /// <summary>Products looked at in one plan: those that are due first.</summary>
    private const int MaxLookedAt = 6;

    private const char At = '@';

    /// <summary>What one refill is called, for ever: the product and the day it was bought last.</summary>
    public static string OccasionOf(long productId, DateTimeOffset lastAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{productId}{At}{lastAt.UtcDateTime:yyyyMMdd}");

    /// <summary>Decides every refill that a person may need, and every wait for one that is over.</summary>
    public static IEnumerable<Candidate> Look(CustomerState state, Surroundings around)
    {
        if (state.Orders.Count == 0 && state.Rhythms.Count == 0) { return []; }

        var habits = Rhythms.Of(state).ToDictionary(h => h.ProductId);
        var effect = new Lazy<double>(() => EffectOf(habits.Values, around.Figures.Replenishment));
        var recipient = new Lazy<Recipient>(() => Reach.Of(state, Addresses.Of(state), Purpose.Reorder, around));
        var refills = Due(state, habits.Values, effect, around);
        var named = refills.Select(r => OccasionOf(r.Variant.ProductId, r.LastAt)).ToHashSet(StringComparer.Ordinal);
        var over = state.Decisions.Values.Where(d => d.Automation == Replenishment.Name && d.Kind == "wait"
            && !named.Contains(d.Occasion)).ToList();
        return [.. refills.Select(r => Judge(OccasionOf(r.Variant.ProductId, r.LastAt), r)),
            .. over.Select(d => Judge(d.Occasion, null))];

        Candidate Judge(string occasion, Refill? refill)
        {
            var habit = habits.GetValueOrDefault(ProductOf(occasion));
            var facts = Of(state, occasion, refill, recipient.Value, around) with
            {
                Reorder = habit is null ? null : FactsOf(habit, effect.Value, around),
                BoughtAgainAt = habit is null ? null : BoughtAgainAt(state, occasion, habit, around),
            };
            return new(Replenishment.Name, occasion, facts, Replenishment.Decide(facts),
                refill is null ? null : new Subject.Reorder(refill));
        }
    }

    /// <summary>
    /// What is due next, of products that pass the gate; what was due too long ago is no refill any more, and what has
    /// had its message makes room for others. What was due before the store came to us was never ours to remind of: a
    /// history that is taken over teaches, and begins nothing.
    /// </summary>
    private static List<Refill> Due(
        CustomerState state, IEnumerable<Habit> habits, Lazy<double> effect, Surroundings around)
    {
        var told = state.Sends.Values.Where(s => s.Automation == Replenishment.Name).SelectMany(s => s.Occasions())
            .ToHashSet(StringComparer.Ordinal);
        return [.. habits.Where(h => MayBeReplenished(h, around))
            .Select(h => (Habit: h, Outlook: ReorderOutlook.Of(FactsOf(h, effect.Value, around))))
            .Where(h => h.Outlook is ReorderOutlook.Due due && due.SendAt >= around.Store.InstalledAt
                && around.Now <= Replenishment.LastAt(due,
                    PutOffOf(state, OccasionOf(h.Habit.ProductId, h.Habit.Rhythm.LastAt))))
            .OrderBy(h => told.Contains(OccasionOf(h.Habit.ProductId, h.Habit.Rhythm.LastAt)))
            .ThenBy(h => ((ReorderOutlook.Due)h.Outlook).DueAt).ThenBy(h => h.Habit.ProductId).Take(MaxLookedAt)
            .Select(h => new Refill(new(h.Habit.ProductId, h.Habit.VariantId ?? 0), h.Habit.Rhythm.LastAt,
                (ReorderOutlook.Due)h.Outlook))];
    }

    /// <summary>The gate without the arithmetic: most of what a shop sells stops here.</summary>
    private static bool MayBeReplenished(Habit habit, Surroundings around)
    {
        var gate = new ReorderGate();
        return habit.Rhythm.Times >= gate.MinTimesBought || Marked(habit.ProductId, around) is not null
            || around.Figures.Replenishment.Products.GetValueOrDefault(habit.ProductId)?.Buyers >= gate.MinBuyers;
    }

    private static ReorderFacts FactsOf(Habit habit, double effect, Surroundings around)
    {
        var (settings, marked) = (around.Store.Replenishment, Marked(habit.ProductId, around));
        return new()
        {
            Rhythm = habit.Rhythm,
            Prior = around.Figures.Replenishment.PriorOf(habit.ProductId),
            CustomerEffect = effect,
            FulfilledAt = habit.FulfilledAt,
            OnePieceLasts = marked?.Lasts,
            Marked = marked is not null,
            Timing = new(settings.Lead, (double)settings.LeadPercent / 100, settings.Window),
        };
    }

    private static double EffectOf(IEnumerable<Habit> habits, ReplenishmentModel model) =>
        CustomerEffect.Of(habits.Where(h => h.Rhythm.Gaps > 0).Select(h => (h.Rhythm, model.PriorOf(h.ProductId))));

    private static Consumable? Marked(long productId, Surroundings around) =>
        around.Store.Replenishment.Consumables.FirstOrDefault(c => c.ProductId == productId);

    private static ReplenishmentFacts Of(
        CustomerState state, string occasion, Refill? refill, Recipient recipient, Surroundings around)
    {
        var mine = state.Sends.Values.Where(s => s.Automation == Replenishment.Name).ToList();
        return new()
        {
            Now = around.Now,
            RulesVersion = Permission.RulesVersion,
            StoreActive = around.Store.IsActive,
            Stopped = around.Store.Stopped(Replenishment.Name),
            Recipient = recipient,
            Settings = around.Store.Replenishment,
            PutOff = PutOffOf(state, occasion),
            LastMessageAt = mine.Where(s => s.Counts()).Max(s => (DateTimeOffset?)s.ClaimedAt),
            InStock = refill is null || !around.Offers.TryGetValue(refill.Variant, out var offer)
                || offer is null or { InStock: true },
            Steps = [.. mine.Where(s => s.IsAbout(occasion))
                .Select(s => new StepFact(s.Step, s.Status, s.ClaimedAt, s.Channel))],
        };
    }

    /// <summary>What the person asked to be reminded of later; null when they were reminded since.</summary>
    private static PutOff? PutOffOf(CustomerState state, string occasion) =>
        state.PutOff.TryGetValue(occasion, out var later) && !state.Sends.Values.Any(s =>
            s.Automation == Replenishment.Name && s.IsAbout(occasion) && s.ClaimedAt >= later.At) ? later : null;

    /// <summary>A later purchase than the occasion's: of this person, or of somebody with the same address.</summary>
    private static DateTimeOffset? BoughtAgainAt(CustomerState state, string occasion, Habit habit, Surroundings around)
    {
        if (OccasionOf(habit.ProductId, habit.Rhythm.LastAt) != occasion) { return habit.Rhythm.LastAt; }

        var last = PurchaseFacts.LastOf(state, habit.ProductId, around.Contacts);
        return last?.UtcDateTime.Date > habit.Rhythm.LastAt.UtcDateTime.Date ? last : null;
    }

    private static long ProductOf(string occasion) => long.TryParse(occasion.Split(At)[0], NumberStyles.None,
        CultureInfo.InvariantCulture, out var id) ? id : 0;
}
