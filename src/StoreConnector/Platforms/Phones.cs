using StoreConnector.Core.Values;

namespace StoreConnector.Platforms;

/// <summary>
/// Reads phone numbers as shoppers type them. A national number is one of the country of the address that it stands in,
/// else of the store's.
/// </summary>
/// <param name="Store">The store's country, ISO 3166-1; null when it is not known yet.</param>
internal sealed record Phones(string? Store)
{
    /// <summary>A number, or null.</summary>
    /// <param name="text">The field.</param>
    /// <param name="country">The field that says the address's country, if there is one.</param>
    public PhoneNumber? Read(Payload text, Payload country = default) =>
        Read(text.Text, Wording.Country(country.Text) ?? Store);

    /// <summary>
    /// A number, or null. What has international form and no numbering plan that we know is kept as it is: it still
    /// silences, and <see cref="PhoneNumbers.PlanOf"/> says that no text message goes there.
    /// </summary>
    public static PhoneNumber? Read(string? text, string? country) =>
        PhoneNumber.TryParse(text, country, out var number) || PhoneNumber.TryParse(text, out number) ? number : null;
}
