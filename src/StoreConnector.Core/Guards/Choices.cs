using StoreConnector.Core.Customers;

namespace StoreConnector.Core.Guards;

/// <summary>
/// What the owner of an address chose to get. The choice is made behind a link: one that was sent to this very address
/// (<see cref="OptOutSource.Link"/>), or to another of the same person (<see cref="OptOutSource.Page"/>). Who holds the
/// other's link can say no here and take that back, and cannot lift what the address itself said.
/// </summary>
public static class Choices
{
    /// <summary>Everything there is to choose, in the order in which it is asked.</summary>
    public static IReadOnlyList<Purpose> All { get; } = [Purpose.Cart, Purpose.Price, Purpose.Reorder, Purpose.Offers];

    /// <summary>What the address gets, as far as its record says.</summary>
    public static IReadOnlyList<Purpose> Of(ContactRecord? record) =>
        record is null ? All
        : record.OptedOut(Suppression.Marketing) is not null ? []
        : [.. All.Where(p => record.OptedOut(Suppression.TopicOf(p)) is null)];

    /// <summary>A no to everything that such a link cannot lift; null when there is none.</summary>
    /// <param name="record">What is known of the address.</param>
    /// <param name="isOwn">Whether the link was sent to this address.</param>
    public static OptOut? Above(ContactRecord? record, bool isOwn) => record?.OptOuts
        .Where(o => o.Key.StartsWith(Suppression.Marketing + ':', StringComparison.Ordinal) && o.Value.InForce
            && !Sources(isOwn).Contains(o.Value.Source))
        .Select(o => o.Value).MaxBy(o => o.OutAt);

    /// <summary>
    /// The record with what was chosen. Nothing chosen is a no to everything, also to what may come one day. What is so
    /// already is not said again: the same choice twice changes nothing.
    /// </summary>
    /// <param name="record">Before.</param>
    /// <param name="wanted">What is to come.</param>
    /// <param name="isOwn">Whether the link was sent to this address.</param>
    /// <param name="at">When it was chosen.</param>
    public static ContactRecord Save(
        ContactRecord record, IReadOnlyCollection<Purpose> wanted, bool isOwn, DateTimeOffset at)
    {
        var changed = Say(record, Suppression.Marketing, wanted.Count > 0, isOwn, at);
        return wanted.Count == 0 ? changed
            : All.Aggregate(changed, (all, p) => Say(all, Suppression.TopicOf(p), wanted.Contains(p), isOwn, at));
    }

    /// <summary>
    /// The record after a yes to some topics from the address itself: where a link had stopped everything, these come
    /// and the others do not; else what came before still comes.
    /// </summary>
    public static ContactRecord Grant(ContactRecord record, IReadOnlyCollection<Purpose> topics, DateTimeOffset at) =>
        Sources(isOwn: true).Any(source => record.IsOut(Suppression.Marketing, source))
            ? Save(record, topics, isOwn: true, at)
            : topics.Aggregate(record, (all, p) => Say(all, Suppression.TopicOf(p), isWanted: true, isOwn: true, at));

    private static ContactRecord Say(
        ContactRecord record, string purpose, bool isWanted, bool isOwn, DateTimeOffset at) =>
        isWanted
            ? Sources(isOwn).Where(source => record.IsOut(purpose, source))
                .Aggregate(record, (all, source) => all.WithOptOut(purpose, source, null, at))
            : record.IsOut(purpose, isOwn ? OptOutSource.Link : OptOutSource.Page) ? record
                : record.WithOptOut(purpose, isOwn ? OptOutSource.Link : OptOutSource.Page, at, null);

    private static string[] Sources(bool isOwn) => isOwn ? [OptOutSource.Link, OptOutSource.Page] : [OptOutSource.Page];
}
