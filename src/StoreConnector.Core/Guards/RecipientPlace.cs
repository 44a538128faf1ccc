using StoreConnector.Core.Values;

namespace StoreConnector.Core.Guards;

/// <summary>What we know of where somebody is. Holds a number: never kept, never logged.</summary>
public sealed record PlaceEvidence
{
    /// <summary>The number that a text would go to.</summary>
    public PhoneNumber? Phone { get; init; }

    /// <summary>The number's country, ISO 3166-1, where it is known.</summary>
    public string? PhoneCountry { get; init; }

    /// <summary>The country of the address, ISO 3166-1.</summary>
    public string? Country { get; init; }

    /// <summary>The state or province of the address as the platform writes it.</summary>
    public string? Region { get; init; }

    /// <summary>The IANA zone of the person's own clock, where it is known.</summary>
    public string? Zone { get; init; }

    /// <summary>The store's IANA zone: what is left when nothing else is known.</summary>
    public required string StoreZone { get; init; }
}

/// <summary>
/// Every place where somebody may be, as far as law and clocks go. What the number, the address and the clock say
/// holds together: where they disagree, all of it holds. Lists are sorted, and say nothing of the person but that.
/// </summary>
/// <param name="Countries">ISO 3166-1; empty when none is known.</param>
/// <param name="Regions">US states and Canadian provinces, ISO 3166-2; of a country without one here, any.</param>
/// <param name="Zones">IANA zones, at least one: the person is in one of them.</param>
/// <param name="ByStoreClock">Nothing is known: the zone is the store's own.</param>
public sealed record RecipientPlace(
    IReadOnlyList<string> Countries, IReadOnlyList<string> Regions, IReadOnlyList<string> Zones, bool ByStoreClock)
{
    private const string NorthAmerica = "+1";
    private const string UnitedStates = "US";
    private const int AreaCodeLength = 3;

    /// <summary>
    /// Gathers them. A state refines its country, a zone refines the state or country that keeps it. A zone that none
    /// of the states keeps adds every state that does.
    /// </summary>
    public static RecipientPlace Of(PlaceEvidence evidence)
    {
        var zone = string.IsNullOrWhiteSpace(evidence.Zone) ? null : evidence.Zone.Trim();
        var (named, stated) = Named(evidence);
        var country = CountryOf(zone, named);
        var countries = Keep(stated, zone) ? named : named.Append(country).OfType<string>().Distinct().ToList();
        var regions = stated.Concat(Keep(stated, zone) ? [] : Places.RegionsOfZone(country, zone)).ToList();
        var zones = countries.SelectMany(place => ZonesIn(place, regions, zone))
            .Concat(zone is null ? [] : [zone]).ToList();
        return zones.Count > 0 ? new(Sorted(countries), Sorted(regions), Sorted(zones), false)
            : new([], [], [evidence.StoreZone], true);
    }

    /// <summary>What the number and the address say.</summary>
    private static (List<string> Countries, List<string> Regions) Named(PlaceEvidence evidence)
    {
        var number = OfNumber(evidence.Phone).ToList();
        var phone = Places.Country(evidence.PhoneCountry);
        var region = Places.Region(Places.Country(evidence.Country), evidence.Region);
        var address = Places.Country(evidence.Country) ?? (region is null ? null : Places.CountryOf(region));
        // A code that is not assigned yet must not free anybody from the strictest rules of its numbering plan.
        var unknownCode = number.Count == 0 && phone is null && IsNorthAmerican(evidence.Phone) ? UnitedStates : null;
        var all = number.Append(region).OfType<string>().ToList();
        return (
            [.. all.Select(Places.CountryOf).Concat([phone, unknownCode, address]).OfType<string>().Distinct()],
            [.. all.Where(place => place.Contains('-')).Distinct()]);
    }

    private static IEnumerable<string> OfNumber(PhoneNumber? phone) => IsNorthAmerican(phone)
        && phone!.E164.Length >= NorthAmerica.Length + AreaCodeLength
        ? Places.OfAreaCode(phone.E164.Substring(NorthAmerica.Length, AreaCodeLength)) : [];

    private static bool IsNorthAmerican(PhoneNumber? phone) =>
        phone?.E164.StartsWith(NorthAmerica, StringComparison.Ordinal) ?? false;

    private static bool Keep(List<string> regions, string? zone) =>
        zone is not null && regions.Any(region => Places.ZonesOfRegion(region).Contains(zone));

    private static string? CountryOf(string? zone, List<string> named) => zone is null ? null
        : named.Find(country => Places.ZonesOfCountry(country).Contains(zone)) ?? Places.CountryOfZone(zone);

    private static IEnumerable<string> ZonesIn(string country, List<string> regions, string? zone)
    {
        var here = regions.Where(region => Places.CountryOf(region) == country).ToList();
        return (here.Count == 0 ? [Places.ZonesOfCountry(country)] : here.Select(Places.ZonesOfRegion))
            .SelectMany(kept => zone is not null && kept.Contains(zone) ? [zone] : kept);
    }

    private static string[] Sorted(IEnumerable<string> all) => [.. all.Distinct().Order(StringComparer.Ordinal)];
}
