namespace StoreConnector.Core.Automations.AbandonedCart;

/// <summary>
/// Everything a decision about one cart rests on, and nothing else: the ledger keeps it, and the same facts give the
/// same verdict for ever. No address, name or title is in it.
/// </summary>
public sealed record AbandonedCartFacts : AutomationFacts
{
    /// <summary>The merchant's rule as it was.</summary>
    public required AbandonedCartSettings Settings { get; init; }

    /// <summary>The cart's last change.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>When the cart was begun.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Pieces in it.</summary>
    public required int Items { get; init; }

    /// <summary>The platform says this cart became an order, then.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The platform removed it.</summary>
    public bool Removed { get; init; }

    /// <summary>A newer version of it belongs to somebody else.</summary>
    public bool Moved { get; init; }

    /// <summary>The occasion of a newer open cart of the same person.</summary>
    public string? NewerCart { get; init; }

    /// <summary>The purchase that ends it.</summary>
    public PurchaseFact? Purchase { get; init; }

    /// <summary>The person's last purchase of anything.</summary>
    public DateTimeOffset? LastPurchaseAt { get; init; }

    /// <summary>When the last reminder about another cart left.</summary>
    public DateTimeOffset? LastOfAnotherCart { get; init; }
}

/// <summary>A purchase that ends a cart.</summary>
/// <param name="At">When.</param>
/// <param name="How">
/// <c>this-cart</c>: the order names it; <c>later-order</c>: any order after its last change; <c>same-product</c>: an
/// order since it was begun holds one of its products; <c>same-contact</c>: the same, by somebody with the same address
/// or number.
/// </param>
/// <param name="OrderId">Which order, where it is this person's.</param>
public sealed record PurchaseFact(DateTimeOffset At, string How, long? OrderId);
