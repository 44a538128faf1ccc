using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>
/// All that one e-mail about lower prices is made from: one product, or a few at once. Texts are as the shop gave them:
/// the view cleans them.
/// </summary>
public sealed record PriceDropMessage
{
    /// <summary>Drops shown in one message. The first ones count; of the others it says nothing.</summary>
    public const int MaxDrops = 5;

    /// <summary>Who writes to whom, and why.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>What costs less, best first.</summary>
    public required IReadOnlyList<Drop> Drops { get; init; }

    /// <summary>When the prices were read again, in the store's zone: printed to the minute.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>What is missing that no message may leave without; empty when it may be sent.</summary>
    public IReadOnlyList<string> Missing() => Envelope.Missing(("lower price to show", Shown().Count > 0));

    /// <summary>The drops that can be shown, at most <see cref="MaxDrops"/>.</summary>
    public IReadOnlyList<Drop> Shown() =>
        [.. Drops.Where(drop => drop.IsShowable(Envelope.Language)).Take(MaxDrops)];
}

/// <summary>One product whose price went down.</summary>
public sealed record Drop
{
    /// <summary>The days that <see cref="Lowest30"/> looks back over.</summary>
    internal const int LowestDays = 30;

    /// <summary>As the shop calls it. Without it the drop is not shown.</summary>
    public required string Title { get; init; }

    /// <summary>The variant in words.</summary>
    public string? Detail { get; init; }

    /// <summary>An https picture on the shop's host or content network.</summary>
    public Uri? Picture { get; init; }

    /// <summary>The price now. One that cannot be printed takes the drop out of the message.</summary>
    public required Money Now { get; init; }

    /// <summary>
    /// The price that this person saw; null when nobody knows. One not above <see cref="Now"/> means that for this
    /// person nothing went down: the drop is not shown. One in another currency counts as unknown.
    /// </summary>
    public Money? Was { get; init; }

    /// <summary>When they saw it, in the store's zone; printed beside <see cref="Was"/> only.</summary>
    public DateTimeOffset? SeenOn { get; init; }

    /// <summary>
    /// The lowest price of the 30 days before the reduction, in the currency of <see cref="Now"/>. Required of a shop
    /// that sells to the EU. Source: Directive 98/6/EC, article 6a.
    /// </summary>
    public Money? Lowest30 { get; init; }

    /// <summary>The product's page. Without it the drop is not shown.</summary>
    public required Uri Url { get; init; }

    /// <summary><see cref="Was"/> where it can stand beside <see cref="Now"/>.</summary>
    internal Money? Seen => Beside(Was);

    /// <summary><see cref="Lowest30"/> where it can stand beside <see cref="Now"/>.</summary>
    internal Money? Lowest => Beside(Lowest30);

    /// <summary>
    /// Whether it can be shown, and as lower: two prices that read the same in print are one price to the reader.
    /// </summary>
    internal bool IsShowable(string language) =>
        Printable.Clean(Title) is not null && MessageLink.IsLink(Url) && MoneyText.IsPrice(Now)
            && (Seen is not { } was
                || (was.Amount > Now.Amount && MoneyText.Of(was, language) != MoneyText.Of(Now, language)));

    private Money? Beside(Money? price) =>
        MoneyText.IsPrice(price) && price!.Currency == Now.Currency ? price : null;
}
