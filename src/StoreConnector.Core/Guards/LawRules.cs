using System.Collections.Frozen;

namespace StoreConnector.Core.Guards;

/// <summary>One row of the rules: a country's, a US state's, or the default.</summary>
/// <param name="Name"><c>default</c>, ISO 3166-1 (<c>FR</c>) or ISO 3166-2 (<c>US-TX</c>).</param>
/// <param name="Windows">When texts may arrive.</param>
/// <param name="MaxPer24h">Texts to one person in any 24 h, where the row says it.</param>
/// <param name="MaxPer7d">Texts to one person in any 7 d, where the row says it.</param>
/// <param name="ForeignSenders">Whether marketing texts may come from a sender abroad.</param>
/// <param name="Source">The law, or who says so.</param>
/// <param name="Confidence">How sure we are.</param>
public sealed record LawRow(
    string Name, SendWindows Windows, int? MaxPer24h, int? MaxPer7d, bool ForeignSenders, string Source,
    string Confidence);

/// <summary>The most texts one person gets over all automations.</summary>
/// <param name="Per24h">In any 24 h, at least 1.</param>
/// <param name="Per7d">In any 7 d, at least 1.</param>
public sealed record SmsLimits(int Per24h, int Per7d)
{
    /// <summary>The stricter of both.</summary>
    public SmsLimits And(int? per24h, int? per7d) =>
        new(Math.Min(Per24h, per24h ?? Per24h), Math.Min(Per7d, per7d ?? Per7d));
}

/// <summary>What holds for texts to one person: every row of every place where that person may be.</summary>
/// <param name="Rules">The names of the rows, sorted.</param>
/// <param name="Windows">What all of them allow.</param>
/// <param name="Limits">The strictest of their caps and ours.</param>
public sealed record Law(IReadOnlyList<string> Rules, SendWindows Windows, SmsLimits Limits);

/// <summary>
/// The rules about texts, from <c>rules.json</c>, where each number has its source. An engineering reading, not legal
/// advice. A country's row replaces the default; a state's row narrows its country's; the default's caps are ours and
/// hold everywhere.
/// </summary>
public static class LawRules
{
    /// <summary>The row for countries without one of their own.</summary>
    public const string Default = "default";

    /// <summary>Says that not even the country is known: the default row, by the store's own clock.</summary>
    public const string DefaultByStoreClock = "default (store's clock)";

    /// <summary>Says that the state is not known: every state's row holds.</summary>
    public const string AnyUsState = "US-any";

    private const string Us = "US";
    private const string UsStates = "US-";
    private const string NoWindow = "none";
    private static readonly RulesFile File = GuardData.Read<RulesFile>("rules");

    private static readonly FrozenDictionary<string, LawRow> ByName =
        File.Rows.ToFrozenDictionary(r => r.Key, r => Read(r.Key, r.Value), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> RowOfCountry = File.Rows
        .SelectMany(r => (r.Value.AlsoFor ?? []).Prepend(r.Key), (r, country) => (country, r.Key))
        .ToFrozenDictionary(r => r.country, r => r.Key, StringComparer.Ordinal);

    private static readonly SmsLimits OurLimits = new(
        ByName[Default].MaxPer24h ?? throw new InvalidOperationException("The default row has no cap per 24 h."),
        ByName[Default].MaxPer7d ?? throw new InvalidOperationException("The default row has no cap per 7 d."));

    /// <summary>Rises with every change of a rule of law or of a cap: kept with each decision.</summary>
    public static int Version => File.Version;

    /// <summary>Every row.</summary>
    public static IEnumerable<LawRow> Rows => ByName.Values;

    /// <summary>A country's own row, or the default.</summary>
    /// <param name="country">ISO 3166-1, upper case; null when it is not known.</param>
    public static LawRow Country(string? country) =>
        ByName[country is null ? Default : RowOfCountry.GetValueOrDefault(country, Default)];

    /// <summary>What holds at a place: the intersection of its rows, in whatever order they are named.</summary>
    public static Law For(RecipientPlace place)
    {
        var rows = place.Countries.Count == 0 ? [ByName[Default]]
            : place.Countries.Select(Country).Concat(States(place)).DistinctBy(row => row.Name).ToList();
        var windows = rows.Select(row => row.Windows).Aggregate((a, b) => a.And(b));
        var limits = rows.Aggregate(OurLimits, (most, row) => most.And(row.MaxPer24h, row.MaxPer7d));
        return new([.. Names(place, rows).Order(StringComparer.Ordinal)], windows, limits);
    }

    private static IEnumerable<LawRow> States(RecipientPlace place) =>
        IsAnyState(place) ? ByName.Values.Where(row => row.Name.StartsWith(UsStates, StringComparison.Ordinal))
        : place.Regions.Select(region => ByName.GetValueOrDefault(region)).OfType<LawRow>();

    private static IEnumerable<string> Names(RecipientPlace place, List<LawRow> rows) =>
        place.ByStoreClock ? [DefaultByStoreClock]
        : IsAnyState(place)
            ? [AnyUsState, .. rows.Select(r => r.Name).Where(n => !n.StartsWith(UsStates, StringComparison.Ordinal))]
        : rows.Select(row => row.Name);

    private static bool IsAnyState(RecipientPlace place) => place.Countries.Contains(Us)
        && !place.Regions.Any(region => region.StartsWith(UsStates, StringComparison.Ordinal));

    private static LawRow Read(string name, RowJson row)
    {
        var holidays = row.ClosedOnHolidays switch
        {
            null => false,
            "FR" => true,
            var other => throw new InvalidOperationException($"{name}: the holidays of {other} are not known."),
        };
        var law = new SendWindows(day => Window(name, row.Windows, day), holidays);
        var windows = row.Product is null ? law : law.And(new(day => Window(name, row.Product, day)));
        var per24h = new[] { row.MaxPer24h, row.MaxPer24hSameSubject }.Min(); // A subject's cap, for all: stricter.
        if (per24h < 1 || row.MaxPer7d < 1) { throw new InvalidOperationException($"{name}: a cap below 1."); }

        return new(name, windows, per24h, row.MaxPer7d, row.ForeignSenderMarketing ?? true, row.Source,
            row.Confidence);
    }

    private static DayWindow? Window(string name, Dictionary<string, string> week, DayOfWeek day)
    {
        var text = week[day.ToString()[..3].ToLowerInvariant()];
        return text == NoWindow ? null : DayWindow.TryParse(text, out var window) ? window
            : throw new InvalidOperationException($"{name}: {text} is no window.");
    }

    private sealed record RulesFile(int Version, Dictionary<string, RowJson> Rows);

    private sealed record RowJson(
        Dictionary<string, string> Windows, string Source, string Confidence,
        Dictionary<string, string>? Product = null, string? ClosedOnHolidays = null, string[]? AlsoFor = null,
        int? MaxPer24h = null, int? MaxPer24hSameSubject = null, int? MaxPer7d = null,
        bool? ForeignSenderMarketing = null);
}
