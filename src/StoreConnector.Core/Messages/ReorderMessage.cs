using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>
/// All that one e-mail about running low is made from. Texts are as the shop gave them: the view cleans them.
/// </summary>
public sealed record ReorderMessage
{
    /// <summary>The longest rhythm spoken of, in days.</summary>
    public const int MaxEveryDays = 366;

    /// <summary>Who writes to whom, and why.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>What may be running low.</summary>
    public required ReorderProduct Product { get; init; }

    /// <summary>
    /// How often this person orders it, in days from 1 to <see cref="MaxEveryDays"/>, and only when their own orders
    /// say so; else null, and no word of a rhythm or its dates.
    /// </summary>
    public int? EveryDays { get; init; }

    /// <summary>The day of the last order, in the store's zone.</summary>
    public DateTimeOffset? LastOn { get; init; }

    /// <summary>The day the next order is expected, in the store's zone.</summary>
    public DateTimeOffset? NextOn { get; init; }

    /// <summary>How much of the time between two orders is over, 0 to 100: a bar, never said in words.</summary>
    public int? UsedPercent { get; init; }

    /// <summary>Where the button leads: the product in a cart.</summary>
    public required Uri Button { get; init; }

    /// <summary>The page that puts this reminder off for a week.</summary>
    public Uri? LaterUrl { get; init; }

    /// <summary>What else the store has, best first.</summary>
    public IReadOnlyList<Recommendation> Recommendations { get; init; } = [];

    /// <summary>What is missing that no message may leave without; empty when it may be sent.</summary>
    public IReadOnlyList<string> Missing() => Envelope.Missing(("button link", MessageLink.IsLink(Button)));
}

/// <summary>A product that is ordered again and again.</summary>
public sealed record ReorderProduct
{
    /// <summary>As the shop calls it. One that cannot be printed closes the block; the words name nothing.</summary>
    public required string Title { get; init; }

    /// <summary>The variant in words.</summary>
    public string? Detail { get; init; }

    /// <summary>An https picture on the shop's host or content network.</summary>
    public Uri? Picture { get; init; }

    /// <summary>The price now, read again before sending.</summary>
    public Money? Price { get; init; }

    /// <summary>The product's page, behind the picture.</summary>
    public Uri? Url { get; init; }
}
