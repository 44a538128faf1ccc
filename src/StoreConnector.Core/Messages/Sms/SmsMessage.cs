using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages.Sms;

/// <summary>All that one marketing text message is made from. Texts are as the shop gave them.</summary>
public sealed record SmsMessage
{
    /// <summary><c>en</c> or <c>ar</c>: see <see cref="MessageLanguage"/>.</summary>
    public required string Language { get; init; }

    /// <summary>Who writes, as shoppers know it: the first words.</summary>
    public required string Brand { get; init; }

    /// <summary>What it is about.</summary>
    public required SmsTopic Topic { get; init; }

    /// <summary>Where it leads: a short link on a domain of the sender's.</summary>
    public required Uri Link { get; init; }

    /// <summary>How to end it: the last words.</summary>
    public required SmsWayOut WayOut { get; init; }

    /// <summary>The digits of Arabic messages.</summary>
    public Digits Digits { get; init; }

    /// <summary>
    /// What the merchant says in other words than ours, with places of values; null: nothing. It was checked when it
    /// was saved. Where it does not fit, or a value that it names is not known, ours stand in its place.
    /// </summary>
    public string? Own { get; init; }

    /// <summary>What is missing that no text message may leave without; empty when it may be sent.</summary>
    public IReadOnlyList<string> Missing()
    {
        var missing = new List<string>();
        Need("store name", Printable.Clean(Brand)?.Any(char.IsLetterOrDigit) == true);
        Need("link", MessageLink.IsLink(Link));
        Need("way out", WayOut switch
        {
            SmsWayOut.Code(var sender) => Printable.Clean(sender) is not null,
            SmsWayOut.Link(var stop) => MessageLink.IsLink(stop),
            _ => true,
        });
        return missing;

        void Need(string what, bool there)
        {
            if (!there) { missing.Add(what); }
        }
    }
}

/// <summary>What a marketing text message is about.</summary>
public abstract record SmsTopic
{
    private SmsTopic()
    {
    }

    /// <summary>The product that is named first, or null.</summary>
    internal abstract string? Named { get; }

    /// <summary>A cart that was left.</summary>
    /// <param name="Title">The first product, or null.</param>
    /// <param name="Others">How many more pieces there are.</param>
    public sealed record Cart(string? Title, int Others) : SmsTopic
    {
        internal override string? Named => Title;
    }

    /// <summary>Prices that went down.</summary>
    /// <param name="Title">The product, or the first of several; or null.</param>
    /// <param name="Now">Its price.</param>
    /// <param name="Was">
    /// The price that this person saw; null when none is known. Told only when it is higher and in the same currency.
    /// </param>
    /// <param name="Others">How many more products cost less now than when this person looked at them.</param>
    public sealed record Drop(string? Title, Money Now, Money? Was, int Others = 0) : SmsTopic
    {
        /// <summary><see cref="Was"/> where it can stand beside <see cref="Now"/>.</summary>
        internal Money? Seen => MoneyText.IsPrice(Was) && Was!.Currency == Now.Currency && Was.Amount > Now.Amount
            ? Was : null;

        internal override string? Named => Title;
    }

    /// <summary>Something that will run out.</summary>
    /// <param name="Title">The product, or null.</param>
    /// <param name="EveryDays">How often this person's own orders say that it is bought; null when they do not.</param>
    public sealed record Reorder(string? Title, int? EveryDays) : SmsTopic
    {
        internal override string? Named => Title;
    }
}

/// <summary>What became of a text message.</summary>
public abstract record SmsDraft
{
    private SmsDraft()
    {
    }

    /// <summary>It is within its budget.</summary>
    public sealed record Ready(string Text, SmsSize Size) : SmsDraft;

    /// <summary>It is over its budget even in its shortest form: it must not be sent.</summary>
    /// <param name="Segments">What the shortest form would cost.</param>
    /// <param name="Budget">What it may cost.</param>
    /// <param name="Why">What makes it so long.</param>
    public sealed record TooLong(int Segments, int Budget, SmsOverrun Why) : SmsDraft;

    /// <summary>Something is missing: see <see cref="SmsMessage.Missing"/>.</summary>
    public sealed record Incomplete(IReadOnlyList<string> Missing) : SmsDraft;
}

/// <summary>Why a text message is over its budget.</summary>
public enum SmsOverrun
{
    /// <summary>The store's name, the link and the way out are too long together.</summary>
    Length,

    /// <summary>The store's name has letters for which a segment of English holds 70 instead of 160.</summary>
    Letters,
}
