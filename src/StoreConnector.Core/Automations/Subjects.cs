using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Products;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Automations;

/// <summary>What the last look before a send asks of what the message is about.</summary>
public static class Subjects
{
    /// <summary>The things whose price or stock the message speaks of.</summary>
    public static IReadOnlyList<VariantKey> Variants(this Subject subject) => subject switch
    {
        Subject.Drops { All: var drops } => [.. drops.Select(d => d.Variant)],
        Subject.Reorder { Refill: var refill } => [refill.Variant],
        _ => [],
    };

    /// <summary>Whether it was bought meanwhile, wherever.</summary>
    public static bool Bought(
        this Subject subject, CustomerState state, IReadOnlyDictionary<Contact, ContactRecord> contacts, Store store) =>
        subject switch
        {
            Subject.Cart { View: var view } =>
                PurchaseFacts.Ending(state, view, contacts, store.AbandonedCart.QuietAfterPurchase) is not null,
            Subject.Drops { All: var drops } => drops.Any(d =>
                PurchaseFacts.LastOf(state, d.Variant.ProductId, contacts) >= d.Interest.LastAt),
            Subject.Reorder { Refill: var refill } =>
                PurchaseFacts.LastOf(state, refill.Variant.ProductId, contacts)?.UtcDateTime.Date
                > refill.LastAt.UtcDateTime.Date,
            _ => false,
        };

    /// <summary>What stands against it in what the shop sells now; null when nothing does.</summary>
    public static string? Objection(this Subject subject, VariantKey variant, Offer? now, DateTimeOffset at) =>
        subject switch
        {
            Subject.Drops { All: var drops } => DropFacts.IsStillTrue(drops.First(d => d.Variant == variant), now, at)
                ? null : ReasonCode.PriceRose,
            Subject.Reorder => now is { InStock: false } ? ReasonCode.OutOfStock : null,
            _ => null,
        };
}
