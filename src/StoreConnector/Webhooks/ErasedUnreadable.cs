using System.Globalization;
using StoreConnector.Core.Values;
using StoreConnector.Processing;

namespace StoreConnector.Webhooks;

/// <summary>
/// Who is to be forgotten must not stand in what could not be read: those bodies have no pointer, so they are searched
/// for the addresses, and for the account's number where it is long enough to be nobody else's.
/// </summary>
internal sealed class ErasedUnreadable(UnreadableStore unreadable) : IPersonSearch
{
    /// <summary>Digits of a number that is looked for; a shorter one would be found in every price.</summary>
    private const int MinDigits = 6;

    public async ValueTask ForgetAsync(StoreContext store, ErasedPerson who, CancellationToken cancel)
    {
        // A number may be written with or without its sign, which JSON may escape.
        string[] names = [.. who.Contacts.Select(c => c.Address.TrimStart('+'))];
        string[] numbers = [.. who.Aliases.Where(a => a.Kind == AliasKind.Account && a.Value.Length >= MinDigits
            && long.TryParse(a.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Select(a => a.Value)];
        if (names.Length + numbers.Length == 0) { return; }

        await unreadable.ForgetAsync(store.Store.Id, body => names.Any(
            name => body.Contains(name, StringComparison.OrdinalIgnoreCase)) || numbers.Any(n => Has(body, n)), cancel);
    }

    /// <summary>The number by itself, not as a part of a longer one.</summary>
    private static bool Has(string body, string number)
    {
        for (var at = body.IndexOf(number, StringComparison.Ordinal); at >= 0;
            at = body.IndexOf(number, at + 1, StringComparison.Ordinal))
        {
            var end = at + number.Length;
            if ((at == 0 || !char.IsAsciiDigit(body[at - 1])) && (end == body.Length || !char.IsAsciiDigit(body[end])))
            {
                return true;
            }
        }

        return false;
    }
}
