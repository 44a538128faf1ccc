using System.Globalization;
using System.Text.Json;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>What a site's companion made of its connection.</summary>
internal abstract record CompanionAnswer
{
    /// <summary>It has our secret.</summary>
    public sealed record Connected : CompanionAnswer;

    /// <summary>There is none on the site, which is fine.</summary>
    public sealed record None : CompanionAnswer;

    /// <summary>It does not take it; it is offered again each hour.</summary>
    /// <param name="Code">
    /// For programs: <c>state</c>, <c>other-store</c>, <c>other-service</c> or <c>refused</c>.
    /// </param>
    /// <param name="Why">A plain sentence: what it is, what to do.</param>
    public sealed record Refused(string Code, string Why) : CompanionAnswer;

    /// <summary>The site did not say; it is asked again within the hour.</summary>
    /// <param name="Why">A plain sentence.</param>
    public sealed record NotNow(string Why) : CompanionAnswer;
}

/// <summary>What a companion said of itself and of its site.</summary>
/// <param name="Version">The plugin's.</param>
/// <param name="IsConnected">Whether it has our secret now.</param>
/// <param name="Settings">The merchant's switches there, by name.</param>
/// <param name="OldestPending">How long the oldest delivery of a webhook has been waiting; null: none is.</param>
/// <param name="ClockOff">How far the site's clock is before ours, negative behind, when that is too far.</param>
/// <param name="Code">Why it does not take our secret, for programs; null when it does.</param>
/// <param name="Why">The same, a plain sentence.</param>
internal sealed record CompanionFindings(
    string? Version, bool IsConnected, IReadOnlyDictionary<string, bool> Settings, TimeSpan? OldestPending,
    TimeSpan? ClockOff, string? Code, string? Why)
{
    /// <summary>
    /// Longer than the time between two looks, each of which wakes the site's own tasks: then they do not run.
    /// </summary>
    public static readonly TimeSpan TooLongPending = TimeSpan.FromHours(1);

    /// <summary>
    /// How far a site's clock may be off: a page in wp-admin hands over tokens that are dated by it.
    /// </summary>
    public static readonly TimeSpan MaxClockOff = TimeSpan.FromMinutes(5);

    /// <summary>Whether the site's own scheduled tasks seem to stand still.</summary>
    public bool IsCronLate => OldestPending > TooLongPending;
}

/// <summary>
/// The companion plugin of a store's site: it gets our secret, says how the site does, and is told of the end. The key
/// of WooCommerce opens it.
/// </summary>
internal sealed class WooCompanion(
    WooAdmin admin, WooKeys keys, WooSecrets secrets, LinkBase address, TimeProvider clock)
{
    private const string Base = "wc-storeconnector/v1/", NoRoute = "rest_no_route";

    private const int MaxSettings = 20, MaxName = 40, MaxSenders = 50;

    /// <summary>The end of a connection.</summary>
    public static readonly WooCall Farewell = WooCall.Delete(Base + "connection");

    private static readonly WooCall Question = WooCall.Get(Base + "status");

    /// <summary>Gives it the store's secret.</summary>
    /// <param name="storeId">Whose site.</param>
    /// <param name="state">What the companion made when Connect was pressed; null without a press.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<CompanionAnswer> ConnectAsync(string storeId, string? state, CancellationToken cancel)
    {
        if (await keys.FindAsync(storeId, cancel) is not { Key: { } key })
        {
            return new CompanionAnswer.NotNow("There is no key of the site.");
        }

        var secret = await secrets.TakeAsync(storeId, key.Site, cancel);
        var body = new Dictionary<string, string>
        {
            ["store_id"] = storeId,
            ["secret"] = secret.Secret!,
            ["origin"] = address.Own("/").GetLeftPart(UriPartial.Authority),
        };
        if (state is not null) { body["state"] = state; }

        var answer = await admin.AskAsync(storeId, WooCall.Post(Base + "connection", body), cancel);
        if (answer is not WooAnswer.Done) { return Without(answer); }

        await secrets.TakenAsync(storeId, secret, clock.GetUtcNow(), cancel);
        return new CompanionAnswer.Connected();
    }

    /// <summary>
    /// How it does, and who else may write about carts as it sees it; what it lacks it is given. Null: it did not say.
    /// </summary>
    public async ValueTask<(CompanionFindings Findings, IReadOnlyList<string> Senders)?> LookAsync(
        string storeId, CancellationToken cancel)
    {
        if (await admin.AskAsync(storeId, Question, cancel) is not WooAnswer.Done(var json, _, _)) { return null; }

        var said = new Payload(json);
        var isOurs = said["connected"].IsTrue && said["store_id"].Text == storeId
            && await secrets.FindAsync(storeId, cancel) is { Secret: not null, TakenAt: not null };
        var answer = isOurs ? new CompanionAnswer.Connected() : await ConnectAsync(storeId, null, cancel);
        var (code, why) = answer switch
        {
            CompanionAnswer.Refused refused => (refused.Code, refused.Why),
            CompanionAnswer.NotNow(var later) => ("not-now", later),
            _ => ((string?)null, (string?)null),
        };
        return (new(Wording.Cut(said["version"].Text, MaxName), answer is CompanionAnswer.Connected, Settings(json),
            said["oldest_pending_s"].Id is >= 0 and < int.MaxValue and var wait ? TimeSpan.FromSeconds(wait) : null,
            ClockOff(said["now_gmt"].Text), code, why),
            [.. said["cart_mail_senders"].Items.Take(MaxSenders).Select(s => Wording.Cut(s.Text, MaxName * 2))
                .OfType<string>()]);
    }

    private static Dictionary<string, bool> Settings(JsonElement json) =>
        json.TryGetProperty("settings", out var all) && all.ValueKind == JsonValueKind.Object
            ? all.EnumerateObject().Where(s => s.Name.Length <= MaxName && s.Value.ValueKind is JsonValueKind.True
                or JsonValueKind.False).Take(MaxSettings).DistinctBy(s => s.Name)
                .ToDictionary(s => s.Name, s => s.Value.GetBoolean(), StringComparer.Ordinal) : [];

    /// <summary>By the machine's clock: the site knows no other.</summary>
    private static TimeSpan? ClockOff(string? nowGmt)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(
            nowGmt, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, Utc, out var shown)
            && shown - TimeProvider.System.GetUtcNow() is var off && off.Duration() > CompanionFindings.MaxClockOff
                ? off : null;
    }

    private static CompanionAnswer Without(WooAnswer answer) => answer switch
    {
        WooAnswer.Refused { Status: 404, Code: NoRoute } => new CompanionAnswer.None(),
        WooAnswer.Refused { Code: "storeconnector_state" } => new CompanionAnswer.Refused("state",
            "The plugin does not know this connection, or it took too long: press Connect again in WooCommerce, "
            + "StoreConnector."),
        WooAnswer.Refused { Code: "storeconnector_other_store" } => new CompanionAnswer.Refused("other-store",
            "The plugin on the site is connected to another store: press Connect there, in WooCommerce, "
            + "StoreConnector, to change that."),
        WooAnswer.Refused { Code: "storeconnector_other_service" } => new CompanionAnswer.Refused("other-service",
            "The plugin on the site is set to another service: STORECONNECTOR_SERVICE_URL in its wp-config.php says "
            + "which."),
        WooAnswer.Refused or WooAnswer.Denied => new CompanionAnswer.Refused(
            "refused", "The plugin on the site refused its connection. " + WooSubscriptions.WhyNot(answer)),
        _ => new CompanionAnswer.NotNow(WooSubscriptions.WhyNot(answer)),
    };
}
