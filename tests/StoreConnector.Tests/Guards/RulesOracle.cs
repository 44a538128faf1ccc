using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using StoreConnector.Core.Guards;

namespace StoreConnector.Tests.Guards;

/// <summary>
/// The rules read a second time and asked minute by minute, with the machine's own zones: nothing of the product's
/// arithmetic is in it.
/// </summary>
internal static class RulesOracle
{
    /// <summary>The French holidays of 2026 and 2027, from the calendar.</summary>
    public static readonly string[] FrenchHolidays =
    [
        "2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25",
        "2027-01-01", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-08", "2027-05-17", "2027-07-14", "2027-08-15", "2027-11-01", "2027-11-11", "2027-12-25",
    ];

    private static readonly JsonElement Rules = Read("rules");
    private static readonly ConcurrentDictionary<(string Row, DayOfWeek Day), (int From, int To)[]> Known = new();

    public static JsonElement Places { get; } = Read("places");

    public static IEnumerable<string> Rows => Rules.GetProperty("rows").EnumerateObject().Select(row => row.Name);

    public static int Version => Rules.GetProperty("version").GetInt32();

    /// <summary>Every zone that the tables name.</summary>
    public static IReadOnlyList<string> Zones { get; } =
    [
        .. Places.GetProperty("countries").EnumerateObject().Select(c => c.Value.GetString()!)
            .Concat(Places.GetProperty("regions").EnumerateObject().Select(r => r.Value.GetProperty("zones").GetString()!))
            .SelectMany(zones => zones.Split(' ')).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The edges of a row's windows on a weekday, in minutes; none on a day without one.</summary>
    public static IEnumerable<int> Edges(string row, DayOfWeek day) => Hours(row, day).Where(hours => hours.To > 0)
        .SelectMany(hours => new[] { hours.From, hours.To }).Distinct();

    /// <summary>Whether each of the rows lets a text arrive at that time of somebody's own clock.</summary>
    public static bool Allows(IEnumerable<string> rows, DateTime local) => rows.All(row =>
        !(row == "FR" && FrenchHolidays.Contains(local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))
        && Hours(row, local.DayOfWeek).All(hours => local.TimeOfDay.TotalMinutes >= hours.From && local.TimeOfDay.TotalMinutes < hours.To));

    public static DateTime Local(string zone, DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime;

    /// <summary>The first whole minute from <paramref name="now"/> on that is allowed, found by looking at each.</summary>
    public static DateTimeOffset? FirstMinute(DateTimeOffset now, Func<DateTimeOffset, bool> allowed)
    {
        for (var at = now; at < now + QuietHours.Horizon; at = at.AddMinutes(1))
        {
            if (allowed(at)) { return at; }
        }

        return null;
    }

    /// <summary>In minutes of the day; 0 to 0 on a day without any.</summary>
    private static (int From, int To)[] Hours(string row, DayOfWeek day) => Known.GetOrAdd((row, day),
        key => [.. Texts(key.Row, key.Day).Select(text => text == "none" ? (0, 0) : (Minutes(text.Split('-')[0]), Minutes(text.Split('-')[1])))]);

    private static IEnumerable<string> Texts(string row, DayOfWeek day)
    {
        var json = Rules.GetProperty("rows").GetProperty(row);
        var name = new[] { "sun", "mon", "tue", "wed", "thu", "fri", "sat" }[(int)day];
        yield return json.GetProperty("windows").GetProperty(name).GetString()!;
        if (json.TryGetProperty("product", out var product)) { yield return product.GetProperty(name).GetString()!; }
    }

    private static int Minutes(string time) => int.Parse(time[..2], CultureInfo.InvariantCulture) * 60 + int.Parse(time[3..], CultureInfo.InvariantCulture);

    private static JsonElement Read(string name)
    {
        using var stream = typeof(LawRules).Assembly.GetManifestResourceStream($"guards.{name}.json")!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}
