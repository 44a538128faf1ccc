using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Products;

namespace StoreConnector.Core.Automations.PriceDrop;

/// <summary>A drop as one person knows it.</summary>
/// <param name="Variant">What fell.</param>
/// <param name="Interest">What the person saw, and what it costs now.</param>
public sealed record Drop(VariantKey Variant, Interest Interest);

/// <summary>Finds a person's drops and gathers the facts of each.</summary>
public static class DropFacts
{
    /// <summary>Drops looked at in one plan: those of most interest.</summary>
    private const int MaxLookedAt = 8;

    private const char At = '@';

    /// <summary>What one drop is called, for ever: the variant and since when it costs what it costs.</summary>
    public static string OccasionOf(VariantKey variant, Offer offer) =>
        FormattableString.Invariant($"{variant}{At}{offer.Since.ToUnixTimeMilliseconds()}");

    /// <summary>
    /// Decides every drop of a person, and of those that are over each that waits, or was due and never claimed: why
    /// nothing left is on record.
    /// </summary>
    public static IEnumerable<Candidate> Look(CustomerState state, Surroundings around)
    {
        var recipient = new Lazy<Recipient>(() =>
            Reach.Of(state, Addresses.Of(state), Purpose.Price, around));
        var drops = Drops(state, around.Now);
        var seen = drops.Select(d => OccasionOf(d.Variant, d.Interest.Offer!)).ToHashSet(StringComparer.Ordinal);
        var over = state.Decisions.Values.Where(d => d.Automation == PriceDrop.Name && !seen.Contains(d.Occasion)
            && (d.Kind == "wait" || (d.Kind == "send" && !IsWritten(state, d.Occasion))));
        return [.. drops.Select(d => Judge(OccasionOf(d.Variant, d.Interest.Offer!), d, isOver: false)),
            .. over.Select(d => Judge(d.Occasion, Find(state, d.Occasion), isOver: true))];

        Candidate Judge(string occasion, Drop? drop, bool isOver)
        {
            var facts = Of(state, occasion, drop, recipient.Value, around) with { IsOver = isOver };
            return new(PriceDrop.Name, occasion, facts, PriceDrop.Decide(facts),
                drop is null ? null : new Subject.Drops([drop]), facts.Interest);
        }
    }

    /// <summary>Whether a drop is what a message claimed of it: the last look asks.</summary>
    public static bool IsStillTrue(Drop claimed, Offer? now, DateTimeOffset at) =>
        now is { Price: { } price, InStock: true } && !(now.EndsAt <= at)
        && claimed.Interest.Offer?.Price is { } said && price == said;

    /// <summary>
    /// The person's record with what the catalog says of a variant now: what it costs, and whether a price they are
    /// only thought to have seen was the price of that time.
    /// </summary>
    public static CustomerState Rechecked(CustomerState state, ProductState product, VariantState variant)
    {
        var key = variant.Key.ToString();
        state = CustomerEvolution.WithOffer(state, variant.Key, variant.OfferOf(product));
        return state.Interests.GetValueOrDefault(key) is { Seen: { IsGuess: true } seen } interest
            && variant.Prices.At(seen.At) != seen.Price
            ? state with { Interests = state.Interests.SetItem(key, interest with { Seen = null }) } : state;
    }

    private static List<Drop> Drops(CustomerState state, DateTimeOffset now) => [.. state.Interests
        .Where(i => i.Value is { Seen: { } seen, Offer: { Price: { } price } offer }
            && price.Currency == seen.Price.Currency && price.Amount < seen.Price.Amount && offer.Since > seen.At)
        .Select(i => new Drop(Key(i.Key), i.Value))
        .OrderBy(d => IsWritten(state, OccasionOf(d.Variant, d.Interest.Offer!))) // Those stand in nobody's way.
        .ThenByDescending(d => d.Interest.Score(now)).ThenBy(d => d.Variant.ToString(), StringComparer.Ordinal)
        .Take(MaxLookedAt)];

    /// <summary>Whether it has had its message, whatever came of that.</summary>
    private static bool IsWritten(CustomerState state, string occasion) =>
        state.Sends.Values.Any(s => s.Automation == PriceDrop.Name && s.IsAbout(occasion));

    private static Drop? Find(CustomerState state, string occasion) =>
        occasion.Split(At) is [var variant, _] && state.Interests.TryGetValue(variant, out var interest)
            ? new(Key(variant), interest) : null;

    private static PriceDropFacts Of(
        CustomerState state, string occasion, Drop? drop, Recipient recipient, Surroundings around)
    {
        var mine = state.Sends.Values.Where(s => s.Automation == PriceDrop.Name).ToList();
        var interest = drop?.Interest;
        var prefix = drop is null ? occasion : $"{drop.Variant}{At}";
        return new()
        {
            Now = around.Now,
            RulesVersion = Permission.RulesVersion,
            StoreActive = around.Store.IsActive,
            Stopped = around.Store.Stopped(PriceDrop.Name),
            Recipient = recipient,
            Settings = around.Store.PriceDrop,
            InterestedAt = interest?.LastAt,
            Interest = interest?.Score(around.Now) ?? 0,
            Seen = interest?.Seen?.Price,
            SeenAt = interest?.Seen?.At,
            Price = interest?.Offer?.Price,
            Since = interest?.Offer?.Since,
            EndsAt = interest?.Offer?.EndsAt,
            InStock = interest?.Offer?.InStock ?? false,
            MedianOrder = around.Figures.MedianOrder,
            BoughtAt = drop is null ? null : PurchaseFacts.LastOf(state, drop.Variant.ProductId, around.Contacts),
            LastMessageAt = mine.Where(s => s.Counts()).Max(s => (DateTimeOffset?)s.ClaimedAt),
            LastAboutThisAt = mine.Where(s => s.Counts() && s.Occasions().Any(o => o.StartsWith(prefix,
                StringComparison.Ordinal))).Max(s => (DateTimeOffset?)s.ClaimedAt),
            Steps = [.. mine.Where(s => s.IsAbout(occasion))
                .Select(s => new StepFact(s.Step, s.Status, s.ClaimedAt, s.Channel))],
        };
    }

    private static VariantKey Key(string stored) => VariantKey.TryParse(stored, out var key) ? key
        : throw new FormatException($"'{stored}' is no variant's key.");
}
