using System.Collections.Frozen;

namespace StoreConnector.Core.Guards;

/// <summary>
/// Countries, US states and Canadian provinces, their time zones and area codes, from <c>places.json</c>, where each
/// table has its source.
/// </summary>
internal static class Places
{
    private static readonly PlacesFile File = GuardData.Read<PlacesFile>("places");

    private static readonly FrozenDictionary<string, string[]> CountryZones =
        File.Countries.ToFrozenDictionary(c => c.Key, c => GuardData.Words(c.Value), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> RegionZones =
        File.Regions.ToFrozenDictionary(r => r.Key, r => GuardData.Words(r.Value.Zones), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> RegionByName = File.Regions
        .SelectMany(r => r.Value.Names.Split(',').Append(r.Key[3..]).Append(r.Key),
            (r, name) => (Key: NameKey(CountryOf(r.Key), name), Region: r.Key))
        .ToFrozenDictionary(r => r.Key, r => r.Region, StringComparer.Ordinal);

    private static readonly ILookup<string, string> ByAreaCode = File.Regions
        .SelectMany(r => GuardData.Words(r.Value.AreaCodes ?? ""), (r, code) => (code, Place: r.Key))
        .Concat(File.OtherAreaCodes.SelectMany(c => GuardData.Words(c.Value), (c, code) => (code, Place: c.Key)))
        .ToLookup(p => p.code, p => p.Place, StringComparer.Ordinal);

    // Countries share a zone only where the data base has none of their own (XK, AC, TA): the first by code will do.
    private static readonly FrozenDictionary<string, string> CountryByZone = CountryZones
        .SelectMany(c => c.Value, (c, zone) => (zone, Country: c.Key)).GroupBy(z => z.zone, z => z.Country)
        .ToFrozenDictionary(z => z.Key, z => z.Min(StringComparer.Ordinal)!, StringComparer.Ordinal);

    /// <summary>Every zone of the tables.</summary>
    public static IEnumerable<string> Zones =>
        CountryZones.Values.Concat(RegionZones.Values).SelectMany(zones => zones).Distinct();

    /// <summary>Every US state and Canadian province, ISO 3166-2.</summary>
    public static IEnumerable<string> Regions => RegionZones.Keys;

    /// <summary>ISO 3166-1 in upper case; null for what is no country with a clock.</summary>
    public static string? Country(string? code) =>
        code?.Trim().ToUpperInvariant() is { } upper && CountryZones.ContainsKey(upper) ? upper : null;

    /// <summary>The country of an ISO 3166-2 code.</summary>
    public static string CountryOf(string region) => region[..2];

    /// <summary>The zones of a country, never none.</summary>
    public static string[] ZonesOfCountry(string country) => CountryZones[country];

    /// <summary>The zones of a state or province.</summary>
    public static string[] ZonesOfRegion(string region) => RegionZones[region];

    /// <summary>The country whose zone it is, or null for a zone that is no country's by that name.</summary>
    public static string? CountryOfZone(string zone) => CountryByZone.GetValueOrDefault(zone);

    /// <summary>The states or provinces of a country in which that zone is kept.</summary>
    public static IEnumerable<string> RegionsOfZone(string? country, string? zone) =>
        RegionZones.Where(r => CountryOf(r.Key) == country && zone is not null && r.Value.Contains(zone))
            .Select(r => r.Key);

    /// <summary>
    /// A state or province as platforms write it (<c>TX</c>, <c>Texas</c>, <c>US-TX</c>; case, dots and blanks do not
    /// count), as ISO 3166-2; null for one we do not know. Without a country only the ISO code will do.
    /// </summary>
    public static string? Region(string? country, string? text) =>
        text is null ? null
        : country is not null ? RegionByName.GetValueOrDefault(NameKey(country, text))
        : RegionZones.Keys.FirstOrDefault(region => region.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The regions (<c>US-TX</c>) or the country (<c>JM</c>) of a North American area code; none if unknown.
    /// </summary>
    public static IEnumerable<string> OfAreaCode(string code) => ByAreaCode[code];

    private static string NameKey(string country, string name) =>
        country + ':' + string.Concat(name.ToUpperInvariant().Where(char.IsLetter));

    private sealed record PlacesFile(
        Dictionary<string, string> Countries, Dictionary<string, RegionJson> Regions,
        Dictionary<string, string> OtherAreaCodes);

    private sealed record RegionJson(string Names, string Zones, string? AreaCodes = null);
}
