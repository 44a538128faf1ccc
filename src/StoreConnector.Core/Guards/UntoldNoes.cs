using StoreConnector.Core.Customers;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Guards;

/// <summary>
/// Noes that were said to us and that the shop's platform has to hear of: another sender there would not know them.
/// What it said itself, what the merchant brought in a list and what nobody has read yet is not among them.
/// </summary>
public static class UntoldNoes
{
    private static readonly string[] OfOthers =
        [OptOutSource.Platform, OptOutSource.Import, OptOutSource.Unclear, OptOutSource.Erasure];

    /// <summary>
    /// The account's own addresses that the platform is to be told of; empty where there is no account to tell it of.
    /// </summary>
    public static IReadOnlyList<Contact> Of(
        Store store, CustomerState state, Func<Contact, ContactRecord?> recordOf) =>
        store.Platform != Platform.Shopify || state.AccountId is null ? []
        : [.. OwnOf(state).Where(contact => recordOf(contact) is { } record && At(record) > (record.ToldPlatformAt
            ?? DateTimeOffset.MinValue))];

    /// <summary>When the newest such no of an address was said; null when none stands.</summary>
    public static DateTimeOffset? At(ContactRecord record) => record.OptOuts
        .Where(o => o.Key.StartsWith(Suppression.Marketing + ':', StringComparison.Ordinal) && o.Value.InForce
            && !OfOthers.Contains(o.Value.Source, StringComparer.Ordinal))
        .Select(o => o.Value.OutAt).Append(record.ComplainedAt).Max();

    /// <summary>The account's own: what was typed into a cart is nothing that the platform could set.</summary>
    private static IEnumerable<Contact> OwnOf(CustomerState state)
    {
        if (state.Email is { Value: var email }) { yield return Contact.Of(email); }

        if (state.Phone is { Value: var phone }) { yield return Contact.Of(phone); }
    }
}
