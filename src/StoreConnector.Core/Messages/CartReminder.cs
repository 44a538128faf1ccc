using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>
/// All that one e-mail about a cart is made from. Texts are as the shop gave them: the view cleans them.
/// </summary>
public sealed record CartReminder
{
    /// <summary>How many sets of words there are.</summary>
    public const int Steps = 3;

    /// <summary>Who writes to whom, and why.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>
    /// Which words: 1 the cart is saved, 2 can we help, 3 the last reminder. See <see cref="WordsFor"/>.
    /// </summary>
    public required int Step { get; init; }

    /// <summary>What is in the cart, as far as it is kept.</summary>
    public IReadOnlyList<Line> Lines { get; init; } = [];

    /// <summary>Pieces over all lines, also those not kept.</summary>
    public int ItemCount { get; init; }

    /// <summary>The sum over all lines, where every price is known.</summary>
    public Money? Subtotal { get; init; }

    /// <summary>Where the button leads.</summary>
    public required Uri Button { get; init; }

    /// <summary>A discount on it. One that neither the button applies nor a code names is not shown.</summary>
    public Coupon? Coupon { get; init; }

    /// <summary>What else the store has, best first.</summary>
    public IReadOnlyList<Recommendation> Recommendations { get; init; } = [];

    /// <summary>Whether a person reads what is answered; if not, no message asks for an answer.</summary>
    public bool RepliesAreRead { get; init; }

    /// <summary>Which words a step of a series gets: "last reminder" only when it is the last of several.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="steps">How many the series has.</param>
    public static int WordsFor(int step, int steps) => step <= 1 ? 1 : step >= steps ? 3 : 2;

    /// <summary>What is missing that no message may leave without; empty when it may be sent.</summary>
    public IReadOnlyList<string> Missing() => Envelope.Missing(("button link", MessageLink.IsLink(Button)));
}

/// <summary>A discount on the cart.</summary>
/// <param name="What">What it gives, in the message's language: "10% off this cart".</param>
/// <param name="Code">What to type, if the button should not do.</param>
/// <param name="Until">When it ends, in the store's zone.</param>
/// <param name="IsApplied">Whether the button applies it; if not, the code is asked for at the checkout.</param>
public sealed record Coupon(
    string What, string? Code = null, DateTimeOffset? Until = null, bool IsApplied = true);
