using System.Collections.Immutable;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Customers;

/// <summary>
/// What belongs to an address whoever has it: opt-outs, bounces, complaints, what was bought lately, recent sends. What
/// contacts share only silences; it never merges, speaks or shows (docs/protocols.md §8). A join, like the customer's
/// state.
/// </summary>
public sealed record ContactRecord
{
    /// <summary>Purchases kept: the oldest is dropped first.</summary>
    public const int MaxBought = 50;

    /// <summary>People kept; more than that is a till's number, and finds nobody.</summary>
    public const int MaxPeople = 20;

    /// <summary>Sends kept: the oldest is dropped first.</summary>
    public const int MaxSends = 20;

    /// <summary>Nothing is known of the address.</summary>
    public static readonly ContactRecord Empty = new();

    /// <summary>
    /// By purpose and source, for example <c>marketing:link</c>: a yes lifts only the no of its own source.
    /// </summary>
    public ImmutableSortedDictionary<string, OptOut> OptOuts { get; init; } =
        ImmutableSortedDictionary<string, OptOut>.Empty;

    /// <summary>The address does not exist, or its server says so.</summary>
    public DateTimeOffset? BouncedAt { get; init; }

    /// <summary>Its owner called a message spam.</summary>
    public DateTimeOffset? ComplainedAt { get; init; }

    /// <summary>The platform was told of every no up to then.</summary>
    public DateTimeOffset? ToldPlatformAt { get; init; }

    /// <summary>By product and order: when.</summary>
    public ImmutableSortedDictionary<string, Bought> Bought { get; init; } =
        ImmutableSortedDictionary<string, Bought>.Empty;

    /// <summary>
    /// Keys of customers who named it, for the merchant's search alone: it never merges, speaks or shows one to
    /// another.
    /// </summary>
    public ImmutableSortedSet<string> People { get; init; } = [];

    /// <summary>By send id: when.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Sends { get; init; } =
        ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Whether a no of one source stands.</summary>
    public bool IsOut(string purpose, string source) =>
        OptOuts.GetValueOrDefault($"{purpose}:{source}")?.InForce == true;

    /// <summary>The newest opt-out in force for a purpose, or null.</summary>
    public OptOut? OptedOut(string purpose) => OptOuts
        .Where(o => o.Key.StartsWith(purpose + ':', StringComparison.Ordinal) && o.Value.InForce)
        .Select(o => o.Value).MaxBy(o => o.OutAt);

    /// <summary>Records a no (<paramref name="outAt"/>) or a yes (<paramref name="inAt"/>) of one source.</summary>
    public ContactRecord WithOptOut(string purpose, string source, DateTimeOffset? outAt, DateTimeOffset? inAt)
    {
        var key = $"{purpose}:{source}";
        var known = OptOuts.GetValueOrDefault(key) ?? new OptOut(null, null, source);
        var changed = new OptOut(Later(known.OutAt, outAt), Later(known.InAt, inAt), source);
        return this with { OptOuts = OptOuts.SetItem(key, changed) };
    }

    /// <summary>Records that the address does not exist, or takes no messages.</summary>
    public ContactRecord WithBounce(DateTimeOffset at) => this with { BouncedAt = Later(BouncedAt, at) };

    /// <summary>Records that its owner called a message spam.</summary>
    public ContactRecord WithComplaint(DateTimeOffset at) => this with { ComplainedAt = Later(ComplainedAt, at) };

    /// <summary>Records that the platform was told of the noes up to then.</summary>
    public ContactRecord WithToldPlatform(DateTimeOffset at) =>
        this with { ToldPlatformAt = Later(ToldPlatformAt, at) };

    /// <summary>Records that a product was bought by somebody with this address.</summary>
    public ContactRecord WithBought(long productId, long orderId, DateTimeOffset at)
    {
        var key = FormattableString.Invariant($"{productId}:{orderId}");
        // A join: the later time.
        var all = Bought.TryGetValue(key, out var known) && known.At >= at ? Bought
            : Bought.SetItem(key, new(productId, at));
        return this with { Bought = Newest(all, MaxBought, b => b.At) };
    }

    /// <summary>Records that a customer named it.</summary>
    public ContactRecord WithPerson(string key) =>
        People.Count >= MaxPeople || People.Contains(key) ? this : this with { People = People.Add(key) };

    /// <summary>Records that a message went to this address.</summary>
    public ContactRecord WithSend(string sendId, DateTimeOffset at) =>
        this with { Sends = Newest(Sends.SetItem(sendId, at), MaxSends, t => t) };

    /// <summary>
    /// What erasure leaves: the opt-outs, and one more. Who was forgotten at his own wish is not written to again, also
    /// where the law would let us, until the address says a new yes.
    /// </summary>
    public ContactRecord Erased(DateTimeOffset at)
    {
        const string Marketing = Guards.Suppression.Marketing;
        // A later yes may have been heard of before the request was done.
        var yes = OptOuts.GetValueOrDefault($"{Marketing}:{OptOutSource.Platform}")?.InAt;
        return new ContactRecord
        {
            OptOuts = OptOuts, ComplainedAt = ComplainedAt, ToldPlatformAt = ToldPlatformAt,
        }.WithOptOut(Marketing, OptOutSource.Erasure, at, yes > at ? yes : null);
    }

    private static ImmutableSortedDictionary<string, T> Newest<T>(
        ImmutableSortedDictionary<string, T> all, int most, Func<T, DateTimeOffset> at) =>
        all.Count <= most ? all
        : all.RemoveRange(all.OrderBy(e => at(e.Value)).ThenBy(e => e.Key, StringComparer.Ordinal)
            .Take(all.Count - most).Select(e => e.Key).ToList());

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b ?? a : a;
}

/// <summary>A no, and perhaps a later yes, of one source.</summary>
/// <param name="OutAt">When the no was said.</param>
/// <param name="InAt">When it was taken back.</param>
/// <param name="Source">One of <see cref="OptOutSource"/>.</param>
public sealed record OptOut(DateTimeOffset? OutAt, DateTimeOffset? InAt, string Source)
{
    /// <summary>Whether the no stands.</summary>
    public bool InForce => OutAt is { } no && !(InAt > no);
}

/// <summary>Who said a no. A yes lifts the no of its own source.</summary>
public static class OptOutSource
{
    /// <summary>The shop's platform.</summary>
    public const string Platform = "platform";

    /// <summary>The owner, behind a link that was sent to this very address.</summary>
    public const string Link = "link";

    /// <summary>The owner, behind a link that was sent to another address of the same person.</summary>
    public const string Page = "page";

    /// <summary>The owner, by a text; also one that the vendor understood.</summary>
    public const string Stop = "stop";

    /// <summary>A text that may mean it: until somebody has read it.</summary>
    public const string Unclear = "unclear";

    /// <summary>The owner, at the vendor of the store's mails.</summary>
    public const string Vendor = "vendor";

    /// <summary>An older list.</summary>
    public const string Import = "import";

    /// <summary>The owner asked to be forgotten. Any later yes of the address lifts it.</summary>
    public const string Erasure = "erasure";

    /// <summary>What a vendor tells of a no: of texts it is a STOP, which a START takes back.</summary>
    public static string OfVendor(Channel channel) => channel == Channel.Sms ? Stop : Vendor;
}

/// <summary>A product bought with an address.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="At">When.</param>
public sealed record Bought(long ProductId, DateTimeOffset At);
