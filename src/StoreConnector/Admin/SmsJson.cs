using StoreConnector.Core.Guards;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Admin;

/// <summary>How the store texts, as the API shows it.</summary>
/// <param name="Provider">Who carries them.</param>
/// <param name="From">A number in E.164 form, or a name of at most 11 letters, digits, blanks and hyphens.</param>
/// <param name="SenderCountry">Where that name is registered, ISO 3166-1.</param>
/// <param name="MonthlyBudget">The most segments of one month; 0: no texts.</param>
/// <param name="ConsentNamesCartReminders">The words that shoppers agreed to name cart reminders.</param>
internal sealed record SmsModel(
    string Provider, int Version, string? From, string? SenderCountry, int MonthlyBudget,
        bool ConsentNamesCartReminders)
{
    private const int MaxBudget = 10_000_000, MaxName = 11;
    private const string Outbox = "Outbox";
    private const string Sender = "a number in E.164 form, or a name of at most 11 letters, digits, blanks and hyphens";

    public static SmsModel Of(SmsSettings settings) => new(Outbox, settings.Version, settings.From,
        settings.SenderCountry, settings.MonthlyBudget, settings.ConsentNamesCartReminders);

    /// <summary>Lays what was sent over what is saved; the version rises when anything changed.</summary>
    public static SmsSettings Apply(JsonBody body, SmsSettings saved)
    {
        body.Field("version"); // A precondition, looked at by the caller.
        if (body.Text("provider", Outbox) is { } provider && provider != Outbox)
        {
            body.Refuse("provider", body.Field("provider"), Outbox);
        }

        var merged = saved with
        {
            From = ReadFrom(body) ?? saved.From,
            SenderCountry = ReadCountry(body) ?? saved.SenderCountry,
            MonthlyBudget = ReadBudget(body) ?? saved.MonthlyBudget,
            ConsentNamesCartReminders = body.Flag("consentNamesCartReminders") ?? saved.ConsentNamesCartReminders,
        };
        return merged == saved ? saved : merged with { Version = saved.Version + 1 };
    }

    private static int? ReadBudget(JsonBody body)
    {
        if (body.Number("monthlyBudget") is not { } budget) { return null; }

        if (budget is >= 0 and <= MaxBudget && budget == decimal.Truncate(budget)) { return (int)budget; }

        body.Refuse("monthlyBudget", body.Field("monthlyBudget"), "a whole number of segments, 0 to 10000000");
        return null;
    }

    private static string? ReadFrom(JsonBody body)
    {
        if (body.Text("from", Sender)?.Trim() is not { } from) { return null; }

        if (PhoneNumber.TryParse(from, out var number)) { return number.E164; }

        if (from.Length is > 0 and <= MaxName && from.Any(char.IsAsciiLetter)
            && from.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-')) { return from; }

        body.Refuse("from", body.Field("from"), Sender);
        return null;
    }

    private static string? ReadCountry(JsonBody body)
    {
        const string Allowed = "a country, ISO 3166-1, two upper-case letters";
        if (body.Text("senderCountry", Allowed) is not { } country) { return null; }

        if (IsoCodes.Countries.Contains(country)) { return country; }

        body.Refuse("senderCountry", body.Field("senderCountry"), Allowed);
        return null;
    }
}

/// <summary>What the merchant confirmed about permission, as the API shows it.</summary>
internal sealed record PermissionsModel(bool SoftOptInGb, bool OptOutLawUs, bool ImpliedCa)
{
    public static PermissionsModel Of(MerchantSwitches switches) =>
        new(switches.SoftOptInGb, switches.OptOutLawUs, switches.ImpliedCa);

    /// <summary>Lays what was sent over what is saved.</summary>
    public static MerchantSwitches Apply(JsonBody body, MerchantSwitches saved) => saved with
    {
        SoftOptInGb = body.Flag("softOptInGb") ?? saved.SoftOptInGb,
        OptOutLawUs = body.Flag("optOutLawUs") ?? saved.OptOutLawUs,
        ImpliedCa = body.Flag("impliedCa") ?? saved.ImpliedCa,
    };
}
