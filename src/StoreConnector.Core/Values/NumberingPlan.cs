using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StoreConnector.Core.Values;

/// <summary>One country's numbering plan, or that of a calling code that belongs to none.</summary>
/// <param name="country">ISO 3166-1, or null.</param>
/// <param name="row">
/// libphonenumber-js' row, 0 where it says nothing: 0 calling code, 1 what dials out, 2 national numbers, 3 their
/// lengths, 5 national prefix, 7 the prefix as a pattern, 8 what the prefix turns into, 10 leading digits, 11 the
/// patterns and lengths of each type.
/// </param>
internal sealed class NumberingPlan(string? country, JsonElement row)
{
    private const int FixedLine = 0, Mobile = 1;

    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    // Where a number fits several types the first one is its type; a fixed line comes before them all.
    private static readonly (PhoneType Type, int Place)[] Others =
    [
        (PhoneType.Mobile, Mobile), (PhoneType.PremiumRate, 3), (PhoneType.TollFree, 2), (PhoneType.SharedCost, 9),
        (PhoneType.Voip, 8), (PhoneType.PersonalNumber, 4), (PhoneType.Pager, 7), (PhoneType.Uan, 6),
        (PhoneType.Voicemail, 5),
    ];

    private readonly int[] lengths = Lengths(row, 3);
    private readonly string? transform = Text(row, 8);
    private readonly Lazy<Regex?> dialOut = new(() => Begins(Text(row, 1)));
    private readonly Lazy<Regex?> numbers = new(() => Whole(Text(row, 2)));
    private readonly Lazy<Regex?> prefix = new(() => Begins(Text(row, 7) ?? Text(row, 5)));
    private readonly Lazy<Regex?> leading = new(() => Begins(Text(row, 10)));

    private readonly Lazy<NumberType?[]> types = new(() => row.GetArrayLength() > 11 && IsList(row[11])
        ? [.. row[11].EnumerateArray().Select(type => IsList(type) ? new NumberType(type, Lengths(row, 3)) : null)]
        : []);

    /// <summary>ISO 3166-1, or null.</summary>
    public string? Country => country;

    /// <summary>The digits after the +.</summary>
    public string CallingCode { get; } = Text(row, 0)!;

    /// <summary>What follows the digits that dial out of the country, or null when it does not begin so.</summary>
    public string? AfterDialOut(string digits) =>
        dialOut.Value?.Match(digits) is { Success: true, Length: var length } && length < digits.Length
            && digits[length] != '0' ? digits[length..] : null;

    /// <summary>
    /// What follows the country's own calling code, where somebody typed an international number without its +; null
    /// where the number makes as much sense as a national one.
    /// </summary>
    public string? WithoutOwnCode(string digits)
    {
        if (!digits.StartsWith(CallingCode, StringComparison.Ordinal)) { return null; }

        var (whole, shorter) = (NationalNumber(digits), digits[CallingCode.Length..]);
        return (!IsNumber(whole) && IsNumber(NationalNumber(shorter))) || whole.Length > lengths[^1] ? shorter : null;
    }

    /// <summary>
    /// The number without its national prefix, where taking it away leaves a number: "0" is a prefix in Germany and a
    /// part of the number in Italy.
    /// </summary>
    public string NationalNumber(string digits)
    {
        var national = WithoutPrefix(digits);
        if (national == digits || (IsNumber(digits) && !IsNumber(national))) { return digits; }

        var possible = (NumberingPlans.ExactCountry(CallingCode, national) ?? this).lengths;
        return national.Length > possible[^1] || possible.Contains(national.Length) ? national : digits;
    }

    /// <summary>Whether a national number begins as this country's do; null when the plan says nothing.</summary>
    public bool? HasLeadingDigits(string national) => leading.Value?.IsMatch(national);

    /// <summary>The type of a national number.</summary>
    public PhoneType TypeOf(string national)
    {
        if (!IsNumber(national)) { return PhoneType.Unknown; }

        if (Fits(FixedLine, national))
        {
            var mobile = types.Value.ElementAtOrDefault(Mobile);
            return mobile is null || mobile.IsSameAsFixedLine || mobile.Fits(national)
                ? PhoneType.FixedLineOrMobile : PhoneType.FixedLine;
        }

        return Array.Find(Others, other => Fits(other.Place, national)).Type;
    }

    private bool Fits(int place, string national) => types.Value.ElementAtOrDefault(place)?.Fits(national) == true;

    private bool IsNumber(string national) => numbers.Value?.IsMatch(national) == true;

    private string WithoutPrefix(string digits)
    {
        if (prefix.Value?.Match(digits) is not { Success: true } match) { return digits; }

        return transform is not null && match.Groups.Count > 1 && match.Groups[^1].Length > 0
            ? prefix.Value.Replace(digits, transform, 1) : digits[match.Length..];
    }

    private static Regex? Whole(string? pattern) => pattern is null or "" ? null : Make($@"\A(?:{pattern})\z");

    private static Regex? Begins(string? pattern) => pattern is null or "" ? null : Make($@"\A(?:{pattern})");

    private static Regex Make(string pattern) => new(pattern, RegexOptions.CultureInvariant, Limit);

    private static bool IsList(JsonElement element) => element.ValueKind == JsonValueKind.Array;

    private static string? Text(JsonElement row, int place) =>
        row.GetArrayLength() > place && row[place].ValueKind == JsonValueKind.String ? row[place].GetString() : null;

    private static int[] Lengths(JsonElement row, int place) => row.GetArrayLength() > place && IsList(row[place])
        ? [.. row[place].EnumerateArray().Select(length => length.GetInt32())] : [];

    /// <summary>The numbers of one type.</summary>
    private sealed class NumberType(JsonElement type, int[] planLengths)
    {
        private readonly int[] lengths = Lengths(type, 1) is { Length: > 0 } own ? own : planLengths;
        private readonly Regex? pattern = Whole(Text(type, 0));

        /// <summary>An empty pattern says: the same numbers as fixed lines.</summary>
        public bool IsSameAsFixedLine => pattern is null;

        public bool Fits(string national) => lengths.Contains(national.Length) && pattern?.IsMatch(national) == true;
    }
}

/// <summary>Every plan there is, by country and by calling code; each is read when it is first asked for.</summary>
internal static class NumberingPlans
{
    private static readonly JsonElement Data = Read();

    private static readonly FrozenDictionary<string, Lazy<NumberingPlan>> Countries = Data.GetProperty("countries")
        .EnumerateObject().ToFrozenDictionary(row => row.Name, row => new Lazy<NumberingPlan>(
            () => new(row.Name, row.Value)), StringComparer.Ordinal);

    // The first country of a calling code is the one whose plan the others share.
    private static readonly FrozenDictionary<string, string[]> CountriesOfCodes =
        Data.GetProperty("country_calling_codes").EnumerateObject().ToFrozenDictionary(
            code => code.Name, code => code.Value.EnumerateArray().Select(country => country.GetString()!).ToArray(),
            StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Lazy<NumberingPlan>> OfNoCountry =
        Data.GetProperty("nonGeographic").EnumerateObject().ToFrozenDictionary(
            row => row.Name, row => new Lazy<NumberingPlan>(() => new(null, row.Value)), StringComparer.Ordinal);

    /// <summary>The plan of a country (ISO 3166-1, upper case), or null.</summary>
    public static NumberingPlan? OfCountry(string? country) =>
        country is not null && Countries.TryGetValue(country, out var plan) ? plan.Value : null;

    /// <summary>The plan of a calling code, or null.</summary>
    public static NumberingPlan? OfCode(string code) =>
        CountriesOfCodes.TryGetValue(code, out var countries) ? Countries[countries[0]].Value
            : OfNoCountry.TryGetValue(code, out var plan) ? plan.Value : null;

    /// <summary>The plan of the one country that a number belongs to; null where no country's plan knows it.</summary>
    public static NumberingPlan? ExactCountry(string code, string national)
    {
        if (!CountriesOfCodes.TryGetValue(code, out var countries)) { return null; }

        return countries.Length == 1 ? Countries[countries[0]].Value : countries
            .Select(country => Countries[country].Value)
            .FirstOrDefault(plan => plan.HasLeadingDigits(national) ?? plan.TypeOf(national) != PhoneType.Unknown);
    }

    private static JsonElement Read()
    {
        using var stream = typeof(NumberingPlans).Assembly.GetManifestResourceStream("phone-metadata.json")
            ?? throw new InvalidOperationException("The numbering plans are not embedded.");
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.Clone();
    }
}
