using System.Collections.Immutable;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Products;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Automations;

/// <summary>What a plan rests on beside the customer's own record, read by the shell before it.</summary>
public sealed record Surroundings
{
    /// <summary>The instant of the plan.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The store as it is now.</summary>
    public required Store Store { get; init; }

    /// <summary>The records of the person's addresses; one that nothing is known of is left out.</summary>
    public required IReadOnlyDictionary<Contact, ContactRecord> Contacts { get; init; }

    /// <summary>A zone's clock from now on, or null for an unknown zone: the shell has the time-zone data.</summary>
    public required Func<string, ZoneClock?> Zones { get; init; }

    /// <summary>Text segments left of the month's budget.</summary>
    public int SegmentsLeft { get; init; }

    /// <summary>Mails left of the month's budget; null where there is none to keep.</summary>
    public int? MailsLeft { get; init; }

    /// <summary>
    /// What products are offered for at this moment, where they were read: just before something leaves. Null for one
    /// that the shop has not told.
    /// </summary>
    public ImmutableDictionary<VariantKey, Offer?> Offers { get; init; } = ImmutableDictionary<VariantKey,
        Offer?>.Empty;

    /// <summary>
    /// Until when a vendor has enough of the store, by channel: asked just before something leaves.
    /// </summary>
    public ImmutableDictionary<Channel, DateTimeOffset> PacedUntil { get; init; } =
        ImmutableDictionary<Channel, DateTimeOffset>.Empty;

    /// <summary>What the store has learned of its own past.</summary>
    public StoreFigures Figures { get; init; } = StoreFigures.None;

    /// <summary>The record of one address.</summary>
    public ContactRecord? RecordOf(Contact? contact) => contact is null ? null : Contacts.GetValueOrDefault(contact);
}

/// <summary>What the nightly job learned from the store's log.</summary>
/// <param name="MedianOrder">The median of an order's total, in the store's currency; null until it is known.</param>
/// <param name="Replenishment">How often products are bought again.</param>
/// <param name="LearnedAt">When; null when never.</param>
public sealed record StoreFigures(
    Money? MedianOrder, ReplenishmentModel Replenishment, DateTimeOffset? LearnedAt)
{
    /// <summary>A new store has learned nothing.</summary>
    public static readonly StoreFigures None = new(null, ReplenishmentModel.Empty, null);
}
