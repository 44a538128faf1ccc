namespace StoreConnector.Core.Insights;

/// <summary>
/// What a store's own past says about its automations: what would have happened in a span of days, had all of them been
/// live with the store's present settings, and nothing been sent before it.
/// </summary>
public sealed record ShadowReport
{
    /// <summary>The first instant that is told of.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The end of what is told of; earlier than asked when <see cref="IsComplete"/> is false.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>
    /// From when on the past is known: what was said and bought since then counts, though it lies before
    /// <see cref="From"/>.
    /// </summary>
    public required DateTimeOffset KnownFrom { get; init; }

    /// <summary>Events of the span, those that could not be read among them.</summary>
    public required int Events { get; init; }

    /// <summary>Events that could not be read, in the span or before it: left out.</summary>
    public required int Unreadable { get; init; }

    /// <summary>Orders, each once, that the span's events tell of as a purchase.</summary>
    public required int Orders { get; init; }

    /// <summary>People whom the span's events are about, known by an address or account, or by a token alone.</summary>
    public required int People { get; init; }

    /// <summary>Carts that were left.</summary>
    public required CartFigures Carts { get; init; }

    /// <summary>Things that came to cost less than somebody saw.</summary>
    public required DropFigures PriceDrops { get; init; }

    /// <summary>Things that were nearly used up.</summary>
    public required ReorderFigures Reorders { get; init; }

    /// <summary>Whether the whole span was looked at.</summary>
    public required bool IsComplete { get; init; }
}

/// <summary>Why no message would have left, and how often.</summary>
/// <param name="Reason">One of <see cref="Automations.ReasonCode"/>.</param>
/// <param name="Why">The sentence of one of them.</param>
/// <param name="Count">How many.</param>
public sealed record ReasonCount(string Reason, string Why, int Count);

/// <summary>What would have come of carts. A cart and the checkouts made from it are one, and count once.</summary>
public sealed record CartFigures
{
    /// <summary>
    /// Carts with something in them that stood unchanged until the first reminder's time, and had not been bought by
    /// then: neither the cart, nor anything in it, nor anything else after its last change.
    /// </summary>
    public required int Left { get; init; }

    /// <summary>
    /// Of those, the ones bought after all, without us, before the series would have ended. Some after a reminder would
    /// have left, so these and <see cref="WouldRemind"/> may overlap.
    /// </summary>
    public required int BoughtAnyway { get; init; }

    /// <summary>
    /// Of those, the ones whose person could be written to when the first reminder was due: an address with permission
    /// that neither said no nor bounced.
    /// </summary>
    public required int Reachable { get; init; }

    /// <summary>Of those, the ones about which at least one message would have left.</summary>
    public required int WouldRemind { get; init; }

    /// <summary>Messages that would have left.</summary>
    public required int Messages { get; init; }

    /// <summary>Why none would have left about the others, most frequent first: they sum to the rest.</summary>
    public required IReadOnlyList<ReasonCount> ByReason { get; init; }
}

/// <summary>What would have come of prices. One drop is one person and one thing that came to cost less.</summary>
public sealed record DropFigures
{
    /// <summary>
    /// Prices that fell in the span below what a person with a known address had been shown; each person and thing
    /// apart.
    /// </summary>
    public required int Drops { get; init; }

    /// <summary>Of those, the ones that a message would have told.</summary>
    public required int WouldTell { get; init; }

    /// <summary>Messages that would have left; one tells several drops.</summary>
    public required int Messages { get; init; }

    /// <summary>Why the others would not have been told, most frequent first.</summary>
    public required IReadOnlyList<ReasonCount> ByReason { get; init; }
}

/// <summary>What would have come of things that are used up. One is one person and one product, once bought.</summary>
public sealed record ReorderFigures
{
    /// <summary>Products whose reminder's time came in the span before the person had bought them again.</summary>
    public required int Due { get; init; }

    /// <summary>Of those, the ones bought again without us while a reminder would still have been fresh.</summary>
    public required int BoughtAnyway { get; init; }

    /// <summary>Of those, the ones about which a message would have left.</summary>
    public required int WouldRemind { get; init; }

    /// <summary>Messages that would have left.</summary>
    public required int Messages { get; init; }

    /// <summary>Why none would have left about the others, most frequent first.</summary>
    public required IReadOnlyList<ReasonCount> ByReason { get; init; }
}
