using System.Text.Json;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Admin;

/// <summary>How one channel of a store is set, as the API shows it.</summary>
/// <param name="Provider">Who carries it; <c>Outbox</c> keeps messages here and sends nothing.</param>
/// <param name="Providers">Who could, each with what it asks for.</param>
/// <param name="Version">The ETag.</param>
/// <param name="From">An e-mail address; a number in E.164 form, or a registered name.</param>
/// <param name="LinkHost">The host of links, which leads to this service.</param>
/// <param name="PerMinute">The most mails or segments of a minute.</param>
/// <param name="MonthlyBudget">The most mails or segments of a month.</param>
/// <param name="Credentials">Which are set; what they are is never shown.</param>
/// <param name="Callback">Where the vendor is to report to; null where it reports nothing.</param>
/// <param name="Stopped">Why nothing leaves until the merchant lets it.</param>
internal sealed record ChannelModel(
    string Provider, IReadOnlyList<ProviderModel> Providers, int Version, string? From, string? LinkHost,
    int? PerMinute, int? MonthlyBudget, IReadOnlyDictionary<string, bool> Credentials, Uri? Callback,
    HoldModel? Stopped)
{
    /// <summary>Where answers to a mail go.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Twilio's Messaging Service.</summary>
    public string? MessagingServiceSid { get; init; }

    /// <summary>Where a sender name is registered, ISO 3166-1.</summary>
    public string? SenderCountry { get; init; }

    /// <summary>The words that shoppers agreed to name cart reminders; texts only.</summary>
    public bool? ConsentNamesCartReminders { get; init; }
}

/// <summary>A provider, and the credentials it asks for.</summary>
internal sealed record ProviderModel(string Name, IReadOnlyList<CredentialModel> Credentials);

/// <summary>One credential.</summary>
internal sealed record CredentialModel(string Name, string Allowed, bool Required);

/// <summary>Something that we stopped.</summary>
/// <param name="MayRelease">Whether the merchant may let it go on; else it goes on by itself.</param>
internal sealed record HoldModel(string What, string Code, string Why, DateTimeOffset At, bool MayRelease = true)
{
    /// <summary>The name of what the store's plan holds: everything.</summary>
    public const string Plan = "plan";

    public static IEnumerable<HoldModel> OfPlan(Store store) =>
        store is { NoPlan: { } unpaid, Plan.Current: { } plan }
            ? [new(Plan, unpaid.Code, unpaid.Why, plan.At, false)] : [];

    public static HoldModel? Of(Store store, string what) =>
        store.Holds.TryGetValue(what, out var hold) ? new(what, hold.Code, hold.Why, hold.At) : null;
}

/// <summary>Lays what was sent over a channel's settings. Credentials are another matter.</summary>
internal static class ChannelMerge
{
    private const int MaxBudget = 100_000_000, MaxPerMinute = 100_000, MaxSenderName = 11, MaxHost = 200;
    private const string Sender = "a number in E.164 form, or a name of at most 11 letters, digits, blanks and hyphens";
    private const string Address = "an e-mail address";
    private const string Country = "a country, ISO 3166-1, two upper-case letters";
    private const string Host = "a host name that leads to this service, for example link.example.com";
    private const string Service = "MG and 32 hexadecimal digits";

    public static EmailSettings Apply(JsonBody body, EmailSettings saved, string? provider)
    {
        var merged = saved with
        {
            Provider = provider ?? saved.Provider,
            From = body.Clearable("from", saved.From, Address, ReadAddress),
            ReplyTo = body.Clearable("replyTo", saved.ReplyTo, Address, ReadAddress),
            LinkHost = body.Clearable("linkHost", saved.LinkHost, Host, ReadHost),
            PerMinute = body.Whole("perMinute", saved.PerMinute, 1, MaxPerMinute),
            MonthlyBudget = body.Whole("monthlyBudget", saved.MonthlyBudget, 0, MaxBudget),
        };
        return merged == saved ? saved : merged with { Version = saved.Version + 1 };
    }

    public static SmsSettings Apply(JsonBody body, SmsSettings saved, string? provider)
    {
        var merged = saved with
        {
            Provider = provider ?? saved.Provider,
            From = body.Clearable("from", saved.From, Sender, ReadSender),
            SenderCountry = body.Clearable("senderCountry", saved.SenderCountry, Country,
                t => IsoCodes.Countries.Contains(t) ? t : null),
            MessagingServiceSid = body.Clearable("messagingServiceSid", saved.MessagingServiceSid, Service,
                t => t.Length == 34 && t.StartsWith("MG", StringComparison.Ordinal)
                    && t[2..].All(char.IsAsciiHexDigitLower) ? t : null),
            LinkHost = body.Clearable("linkHost", saved.LinkHost, Host, ReadHost),
            PerMinute = body.Whole("perMinute", saved.PerMinute, 1, MaxPerMinute),
            MonthlyBudget = body.Whole("monthlyBudget", saved.MonthlyBudget, 0, MaxBudget) ?? 0,
            ConsentNamesCartReminders = body.Flag("consentNamesCartReminders") ?? saved.ConsentNamesCartReminders,
        };
        return merged == saved ? saved : merged with { Version = saved.Version + 1 };
    }

    /// <summary>A text that may be taken away by null; null also when it was not sent and nothing is saved.</summary>
    private static string? Clearable(
        this JsonBody body, string name, string? saved, string allowed, Func<string, string?> read)
    {
        if (body.Field(name) is not { } sent) { return saved; }

        if (sent.ValueKind == JsonValueKind.Null) { return null; }

        if (body.Text(name, allowed) is not { } text) { return saved; }

        if (read(text.Trim()) is { } good) { return good; }

        body.Refuse(name, sent, allowed);
        return saved;
    }

    private static int? Whole(this JsonBody body, string name, int? saved, int least, int most)
    {
        if (body.Field(name) is not { } sent) { return saved; }

        if (sent.ValueKind == JsonValueKind.Null) { return null; }

        if (sent.ValueKind == JsonValueKind.Number && sent.TryGetInt32(out var number) && number >= least
            && number <= most) { return number; }

        body.Refuse(name, sent, FormattableString.Invariant($"a whole number from {least} to {most}"));
        return saved;
    }

    private static string? ReadAddress(string text) =>
        EmailAddress.TryParse(text, out var address) ? address.Value : null;

    private static string? ReadSender(string text) =>
        PhoneNumber.TryParse(text, out var number) ? number.E164
        : text.Length is > 0 and <= MaxSenderName && text.Any(char.IsAsciiLetter)
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-') ? text : null;

    private static string? ReadHost(string text) =>
        text.Length <= MaxHost && text.Contains('.', StringComparison.Ordinal)
        && Uri.CheckHostName(text) == UriHostNameType.Dns ? text.ToLowerInvariant() : null;
}
