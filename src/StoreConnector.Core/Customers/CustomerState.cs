using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Customers;

/// <summary>
/// All we know of one customer: what the head's two rows hold. Every part is a join: keyed entries, each with its own
/// version, the newest wins, ties are broken by content. So any order and any repetition of the same events ends in the
/// same state (docs/protocols.md R4). Every list has a limit with a name, and says what is dropped first.
/// </summary>
public sealed record CustomerState
{
    /// <summary>Carts and checkouts kept: the oldest closed one is dropped first, then the oldest.</summary>
    public const int MaxCarts = 6;

    /// <summary>Orders kept in <c>history</c>: of more, the one placed longest ago is folded into rhythms.</summary>
    public const int MaxOrders = 60;

    /// <summary>
    /// Products kept of folded orders: what was bought seldom and long ago is dropped first; twice as often makes up
    /// for ninety days.
    /// </summary>
    public const int MaxRhythms = 400;

    /// <summary>Refunds kept in <c>history</c>: the oldest is dropped first.</summary>
    public const int MaxRefunds = 50;

    /// <summary>Addresses with a consent kept: the oldest is dropped first, a withdrawal last.</summary>
    public const int MaxConsents = 12;

    /// <summary>Sends kept: the oldest that is not an open claim is dropped first.</summary>
    public const int MaxSends = 40;

    /// <summary>Messages whose links were followed that are kept: the one longest ago is dropped first.</summary>
    public const int MaxClicks = 12;

    /// <summary>Current decisions kept: those about carts that are gone are dropped first.</summary>
    public const int MaxDecisions = 24;

    /// <summary>Reminders put off that are kept: the one put off longest ago is dropped first.</summary>
    public const int MaxPutOff = 10;

    /// <summary>Things of interest kept: the one longest without a sign is dropped first.</summary>
    public const int MaxInterests = 20;

    /// <summary>Delivery ids kept. An economy, not a safety net: safe at any number.</summary>
    public const int MaxSeen = 64;

    /// <summary>Alias hashes kept, for erasure: the tombstone covers one that fell off.</summary>
    public const int MaxAliases = 64;

    /// <summary>Keys of merged customers kept.</summary>
    public const int MaxAbsorbed = 64;

    /// <summary>The customer's key: the rank of the alias it was founded on, and that alias's keyed hash.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The platform's customer id, when there is one. A head never holds two that the platform did not merge.
    /// </summary>
    public long? AccountId { get; init; }

    /// <summary>The person's account is gone.</summary>
    public DateTimeOffset? AccountRemovedAt { get; init; }

    /// <summary>The given name.</summary>
    public Known<string>? Name { get; init; }

    /// <summary>The language, BCP 47.</summary>
    public Known<string>? Locale { get; init; }

    /// <summary>The country, ISO 3166-1.</summary>
    public Known<string>? Country { get; init; }

    /// <summary>The state or province, as the platform writes it.</summary>
    public Known<string>? Region { get; init; }

    /// <summary>The address to write to. An older one still finds the person and is no longer written to.</summary>
    public Known<EmailAddress>? Email { get; init; }

    /// <summary>The number to text.</summary>
    public Known<PhoneNumber>? Phone { get; init; }

    /// <summary>By <see cref="CartId.Key"/>.</summary>
    public ImmutableSortedDictionary<string, CartEntry> Carts { get; init; } =
        ImmutableSortedDictionary<string, CartEntry>.Empty;

    /// <summary>By <see cref="Contact.Stored"/>: consent belongs to the address.</summary>
    public ImmutableSortedDictionary<string, ConsentEntry> Consents { get; init; } =
        ImmutableSortedDictionary<string, ConsentEntry>.Empty;

    /// <summary>By <see cref="VariantKey"/>: what this person looked at, carted or began to buy.</summary>
    public ImmutableSortedDictionary<string, Interest> Interests { get; init; } =
        ImmutableSortedDictionary<string, Interest>.Empty;

    /// <summary>By send id.</summary>
    public ImmutableSortedDictionary<string, SendEntry> Sends { get; init; } =
        ImmutableSortedDictionary<string, SendEntry>.Empty;

    /// <summary>By occasion: what the person wants to be reminded of later.</summary>
    public ImmutableSortedDictionary<string, PutOff> PutOff { get; init; } =
        ImmutableSortedDictionary<string, PutOff>.Empty;

    /// <summary>By send id: when its link was followed.</summary>
    public ImmutableSortedDictionary<string, ClickEntry> Clicks { get; init; } =
        ImmutableSortedDictionary<string, ClickEntry>.Empty;

    /// <summary>Current decisions, by automation and occasion.</summary>
    public ImmutableSortedDictionary<string, DecisionEntry> Decisions { get; init; } =
        ImmutableSortedDictionary<string, DecisionEntry>.Empty;

    /// <summary>By order id. In the <c>history</c> row.</summary>
    public ImmutableSortedDictionary<long, OrderEntry> Orders { get; init; } =
        ImmutableSortedDictionary<long, OrderEntry>.Empty;

    /// <summary>
    /// By product id: what the orders that are no longer kept say of how it is bought. In the <c>history</c> row.
    /// </summary>
    public ImmutableSortedDictionary<long, PurchaseRhythm> Rhythms { get; init; } =
        ImmutableSortedDictionary<long, PurchaseRhythm>.Empty;

    /// <summary>
    /// Orders up to this one are folded: one of them that is heard of later is not counted again.
    /// </summary>
    public FoldMark? FoldedUpTo { get; init; }

    /// <summary>By refund id. In the <c>history</c> row.</summary>
    public ImmutableSortedDictionary<long, RefundEntry> Refunds { get; init; } =
        ImmutableSortedDictionary<long, RefundEntry>.Empty;

    /// <summary>Keyed hashes of the aliases that lead here.</summary>
    public ImmutableSortedSet<string> Aliases { get; init; } = [];

    /// <summary>Keys of customers that were merged into this one: their ledger stays where it was.</summary>
    public ImmutableSortedSet<string> Absorbed { get; init; } = [];

    /// <summary>
    /// Those of them that may not have let go yet: the next event that relies on this record's aliases looks first.
    /// </summary>
    public ImmutableSortedSet<string> Absorbing { get; init; } = [];

    /// <summary>The last deliveries applied, oldest first.</summary>
    public ImmutableList<string> Seen { get; init; } = [];

    /// <summary>The earliest time a decision waits for; the due index has a row for it.</summary>
    public DateTimeOffset? NextWakeAt { get; init; }

    /// <summary>Lines of the ledger so far: those of one instant keep their order.</summary>
    public int LedgerLines { get; init; }

    /// <summary>
    /// This record was erased then and began anew: nothing from before, and no consent from before, counts.
    /// </summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>
    /// 0 an account, 1 an e-mail address, 2 a token, 3 a browser: the last two are anonymous. Smaller is stronger.
    /// </summary>
    public static int RankOf(string key) => key[0] - '0';
}

/// <summary>The last order that was folded into rhythms.</summary>
/// <param name="PlacedAt">When it was placed.</param>
/// <param name="OrderId">Which: orders of one instant go by their number.</param>
public sealed record FoldMark(DateTimeOffset PlacedAt, long OrderId)
{
    /// <summary>Whether an order is no later than this one.</summary>
    public bool Covers(DateTimeOffset placedAt, long orderId) =>
        placedAt < PlacedAt || (placedAt == PlacedAt && orderId <= OrderId);

    /// <summary>The later of two.</summary>
    public static FoldMark? Later(FoldMark? a, FoldMark? b) =>
        a is null ? b : b is null || a.Covers(b.PlacedAt, b.OrderId) ? a : b;
}

/// <summary>A value and the version that said so.</summary>
/// <param name="Value">The value.</param>
/// <param name="At">When the platform said so.</param>
/// <typeparam name="T">Compared on a tie by its text, never by arrival.</typeparam>
public sealed record Known<T>(T Value, DateTimeOffset At)
    where T : notnull
{
    /// <summary>The newer of two; on a tie the one whose text is greater.</summary>
    public static Known<T>? Join(Known<T>? a, Known<T>? b) => a is null ? b : b is null ? a
        : (a.At, b.At) is var (x, y) && x != y ? (x > y ? a : b)
        : string.CompareOrdinal(Text(a), Text(b)) >= 0 ? a : b;

    private static string Text(Known<T> known) => known.Value switch
    {
        EmailAddress email => email.Value,
        PhoneNumber phone => phone.E164,
        var other => other.ToString() ?? "",
    };
}

/// <summary>One cart or checkout.</summary>
public sealed record CartEntry
{
    /// <summary>The newest snapshot; null when only its end is known.</summary>
    public Cart? Cart { get; init; }

    /// <summary>The platform removed it then; a newer snapshot is alive again.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>A version that said it is somebody else's; a newer snapshot of this person's is theirs again.</summary>
    public DateTimeOffset? MovedAt { get; init; }
}

/// <summary>One order, as much of it as decisions need.</summary>
public sealed record OrderEntry
{
    /// <summary>The newest version seen.</summary>
    public required DateTimeOffset Version { get; init; }

    /// <summary>When it was placed.</summary>
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>How far it has come.</summary>
    public required OrderStatus Status { get; init; }

    /// <summary>The checkout it came from.</summary>
    public string? CheckoutToken { get; init; }

    /// <summary>The cart it came from.</summary>
    public string? CartToken { get; init; }

    /// <summary>What was bought, at most <see cref="Order.MaxLines"/>.</summary>
    public IReadOnlyList<Piece> Pieces { get; init; } = [];

    /// <summary>Coupon codes it was bought with, in lower case; null when there were none.</summary>
    public IReadOnlyList<string>? Coupons { get; init; }

    /// <summary>What it cost.</summary>
    public Money? Total { get; init; }

    /// <summary>What was given back.</summary>
    public Money? Refunded { get; init; }

    /// <summary>Where it was made.</summary>
    public string? Source { get; init; }

    /// <summary>When it reached the person, or left for them, where the platform says it.</summary>
    public DateTimeOffset? FulfilledAt { get; init; }

    /// <summary>The merchant deleted it then. It was a purchase all the same.</summary>
    public DateTimeOffset? RemovedAt { get; init; }
}

/// <summary>Some pieces of one product.</summary>
/// <param name="P">The product's id.</param>
/// <param name="V">The variant's id.</param>
/// <param name="Q">How many.</param>
public sealed record Piece(long? P, long? V, int Q);

/// <summary>One refund.</summary>
/// <param name="OrderId">Of this order.</param>
/// <param name="At">When.</param>
/// <param name="Amount">What was given back.</param>
public sealed record RefundEntry(long OrderId, DateTimeOffset At, Money? Amount);

/// <summary>What one address agreed to.</summary>
/// <param name="State">Yes, no, or never asked.</param>
/// <param name="Level">How a yes was proven.</param>
/// <param name="At">When.</param>
/// <param name="Source">Where.</param>
/// <param name="Text">The words agreed to, where known.</param>
public sealed record ConsentEntry(ConsentState State, OptInLevel Level, DateTimeOffset At, string Source, string? Text);

/// <summary>A reminder that is wanted later.</summary>
/// <param name="At">When the person said so.</param>
/// <param name="Until">When it is wanted.</param>
public sealed record PutOff(DateTimeOffset At, DateTimeOffset Until)
{
    /// <summary>What was said last; of one instant, the later time.</summary>
    public static PutOff Join(PutOff a, PutOff b) => (a.At, a.Until).CompareTo((b.At, b.Until)) >= 0 ? a : b;
}

/// <summary>How far a send has come. The greater one wins: a late answer raises, nothing lowers.</summary>
public enum SendStatus
{
    /// <summary>Ours to hand over until the lease ends.</summary>
    Claimed = 1,

    /// <summary>Handed over perhaps; never repeated. Counts for caps.</summary>
    Unknown = 2,

    /// <summary>For sure not sent, with the reason.</summary>
    Failed = 3,

    /// <summary>The vendor has it.</summary>
    Sent = 4,
}

/// <summary>One message to one address.</summary>
public sealed record SendEntry
{
    /// <summary>Which automation.</summary>
    public required string Automation { get; init; }

    /// <summary>What it is about. Carries no customer key, so that it survives a merge.</summary>
    public required string Occasion { get; init; }

    /// <summary>What else it is about: the other drops of one message.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Also { get; init; }

    /// <summary>Which step, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>How it left.</summary>
    public required Channel Channel { get; init; }

    /// <summary>Keyed hash of the address.</summary>
    public required string ContactHash { get; init; }

    /// <summary>How far it has come.</summary>
    public required SendStatus Status { get; init; }

    /// <summary>When it was claimed.</summary>
    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>Until when the claim is one handler's.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }

    /// <summary>The coupon it carried, in lower case; null when none.</summary>
    public string? Coupon { get; init; }

    /// <summary>The vendor's id.</summary>
    public string? VendorId { get; init; }

    /// <summary>Why it failed or is unknown.</summary>
    public string? Why { get; init; }

    /// <summary>Everything it is about.</summary>
    public IEnumerable<string> Occasions() => (Also ?? []).Prepend(Occasion);

    /// <summary>Whether it is about that occasion.</summary>
    public bool IsAbout(string occasion) => Occasions().Contains(occasion);

    /// <summary>Whether it may have reached somebody: what caps count.</summary>
    public bool Counts() => Status is not SendStatus.Failed;
}

/// <summary>A message whose link was followed by a person, as far as that can be told from a scanner.</summary>
/// <param name="Automation">What the message belonged to.</param>
/// <param name="Step">Which step, from 1.</param>
/// <param name="First">The first time.</param>
/// <param name="Last">The last.</param>
public sealed record ClickEntry(string Automation, int Step, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>Both together, whichever was heard of first.</summary>
    public static ClickEntry Join(ClickEntry a, ClickEntry b) => a with
    {
        First = a.First < b.First ? a.First : b.First, Last = a.Last > b.Last ? a.Last : b.Last,
    };
}

/// <summary>The current decision about one occasion; the ledger has its facts.</summary>
/// <param name="Automation">Which automation.</param>
/// <param name="Occasion">About what.</param>
/// <param name="Kind"><c>send</c>, <c>wait</c> or <c>skip</c>.</param>
/// <param name="Code">The reason's code.</param>
/// <param name="Step">The step it is about, where there is one.</param>
/// <param name="Until">What a wait waits for.</param>
/// <param name="At">When it was made.</param>
public sealed record DecisionEntry(
    string Automation, string Occasion, string Kind, string Code, int? Step, DateTimeOffset? Until, DateTimeOffset At)
{
    /// <summary>The key among the current decisions.</summary>
    public static string KeyOf(string automation, string occasion) => $"{automation}|{occasion}";
}
