using System.Text.Json.Serialization;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Guards;

/// <summary>What a message is for.</summary>
public enum Purpose
{
    /// <summary>A reminder of what was left.</summary>
    Cart,

    /// <summary>A lower price.</summary>
    Price,

    /// <summary>A product that is nearly used up.</summary>
    Reorder,

    /// <summary>Whatever else the store has to tell or to offer.</summary>
    Offers,
}

/// <summary>What a message rests on.</summary>
public enum PermissionBasis
{
    /// <summary>The person said yes, and it is known how.</summary>
    Express,

    /// <summary>An existing customer who was offered a way out. Source: PECR 2003, regulation 22(3).</summary>
    Soft,

    /// <summary>The law asks for a way out, not for a yes. Source: CAN-SPAM Act, 15 USC 7704.</summary>
    OptOutLaw,

    /// <summary>A purchase not long ago. Source: CASL, S.C. 2010, c. 23, section 10(10).</summary>
    Implied,
}

/// <summary>What a merchant confirmed or told us; all of it off at first.</summary>
public sealed record MerchantSwitches
{
    /// <summary>In Great Britain the box and the way out were shown when the address was given.</summary>
    public bool SoftOptInGb { get; init; }

    /// <summary>In the United States e-mail may go to who never said no.</summary>
    public bool OptOutLawUs { get; init; }

    /// <summary>In Canada e-mail may go to who bought within 24 months.</summary>
    public bool ImpliedCa { get; init; }

    /// <summary>Where the sender of texts is registered, ISO 3166-1; null when nowhere.</summary>
    public string? SmsSenderCountry { get; init; }
}

/// <summary>May this channel carry this purpose to this person?</summary>
public sealed record PermissionQuestion
{
    /// <summary>How it would leave.</summary>
    public required Channel Channel { get; init; }

    /// <summary>What it would be for.</summary>
    public required Purpose Purpose { get; init; }

    /// <summary>Where the person is, ISO 3166-1, upper case; null when it is not known.</summary>
    public string? Country { get; init; }

    /// <summary>What the address said.</summary>
    public ConsentState Consent { get; init; }

    /// <summary>How a yes was proven.</summary>
    public OptInLevel Level { get; init; }

    /// <summary>When the address said it.</summary>
    public DateTimeOffset? ConsentAt { get; init; }

    /// <summary>Whether the words agreed to name cart reminders.</summary>
    public bool NamesCartReminders { get; init; }

    /// <summary>What the merchant confirmed.</summary>
    public MerchantSwitches Switches { get; init; } = new();

    /// <summary>This person's last purchase, by this very address or account.</summary>
    public DateTimeOffset? LastPurchaseAt { get; init; }

    /// <summary>The instant of the decision.</summary>
    public required DateTimeOffset Now { get; init; }
}

/// <summary>May it, and why.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Granted), "granted")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record PermissionVerdict
{
    private PermissionVerdict() { }

    /// <summary>It may.</summary>
    /// <param name="Basis">What it rests on.</param>
    /// <param name="Since">The yes or the purchase it rests on, where it is known.</param>
    public sealed record Granted(PermissionBasis Basis, DateTimeOffset? Since) : PermissionVerdict;

    /// <summary>It may not.</summary>
    /// <param name="Code">One of <see cref="ReasonCode"/>.</param>
    /// <param name="Why">A plain English sentence; no address is in it.</param>
    public sealed record Refused(string Code, string Why) : PermissionVerdict;
}

/// <summary>
/// What one channel needs before it may carry marketing to one person. An engineering reading, not legal advice.
/// </summary>
public static class Permission
{
    /// <summary>How long a purchase implies consent in Canada. Source: CASL, section 10(10)(a).</summary>
    public const int ImpliedMonths = 24;

    private const string GreatBritain = "GB";
    private const string UnitedStates = "US";
    private const string Canada = "CA";

    // Germany and Austria: an express yes must be provable to the address itself, in practice by double opt-in
    // (BGH I ZR 164/09; § 107 TKG 2003 and its successor § 174 TKG 2021). Elsewhere in our tables: an express yes.
    private static readonly HashSet<string> DoubleOptIn = new(StringComparer.Ordinal) { "DE", "AT" };

    // The Telephone Consumer Protection Act counts the territories among the states (47 USC 153(58)).
    private static readonly HashSet<string> UnitedStatesAndTerritories = new(StringComparer.Ordinal)
    {
        UnitedStates, "AS", "GU", "MP", "PR", "VI",
    };

    /// <summary>Changes whenever a rule of law or a cap changes: kept with each decision.</summary>
    public static int RulesVersion => LawRules.Version;

    /// <summary>The proof that e-mail needs in a country; an unknown country needs an express yes.</summary>
    /// <param name="country">ISO 3166-1, or null.</param>
    public static OptInLevel NeededForEmail(string? country) =>
        country is not null && DoubleOptIn.Contains(country) ? OptInLevel.Double : OptInLevel.Single;

    /// <summary>The verdict where the person may be in any of several countries: all must allow it.</summary>
    /// <param name="question">What is asked; its country is not looked at.</param>
    /// <param name="countries">ISO 3166-1, in any order; none: the country is not known.</param>
    /// <returns>The first refusal by country, else a grant: the express one if there is one.</returns>
    public static PermissionVerdict Of(PermissionQuestion question, IEnumerable<string> countries)
    {
        var verdicts = countries.Order(StringComparer.Ordinal).Cast<string?>().DefaultIfEmpty(null)
            .Select(country => Of(question with { Country = country })).ToList();
        return verdicts.Find(verdict => verdict is PermissionVerdict.Refused)
            ?? verdicts.Find(verdict => verdict is PermissionVerdict.Granted { Basis: PermissionBasis.Express })
            ?? verdicts[0];
    }

    /// <summary>The verdict. The same question gives the same verdict under the same version of the rules.</summary>
    public static PermissionVerdict Of(PermissionQuestion question) =>
        (PermissionVerdict?)Forbidden(question) ?? Express(question) ?? WithoutYes(question)
        ?? (PermissionVerdict)Refused(question);

    private static PermissionVerdict.Refused? Forbidden(PermissionQuestion q) =>
        q.Consent == ConsentState.Withdrawn
            ? new(ReasonCode.Unsubscribed, $"The address withdrew its consent to marketing {Words(q.Channel)}.")
        : q.Channel == Channel.Sms && !LawRules.Country(q.Country).ForeignSenders
            && q.Switches.SmsSenderCountry != q.Country
            ? new(ReasonCode.ForeignSender,
                $"{q.Country} takes marketing texts only from senders registered there, and the store's is not.")
        : null;

    private static PermissionVerdict.Granted? Express(PermissionQuestion q) =>
        q.Consent == ConsentState.Given && q.Level >= Needed(q) && (!MustNameCarts(q) || q.NamesCartReminders)
            ? new(PermissionBasis.Express, q.ConsentAt) : null;

    /// <summary>What some laws let e-mail rest on instead of a yes, where the merchant has switched it on.</summary>
    private static PermissionVerdict.Granted? WithoutYes(PermissionQuestion q)
    {
        if (q.Channel != Channel.Email) { return null; }

        var bought = q.LastPurchaseAt is { } at && at <= q.Now ? q.LastPurchaseAt : null;
        return q.Country switch
        {
            GreatBritain when q.Switches.SoftOptInGb && bought is not null => new(PermissionBasis.Soft, bought),
            UnitedStates when q.Switches.OptOutLawUs => new(PermissionBasis.OptOutLaw, bought),
            Canada when q.Switches.ImpliedCa && bought?.AddMonths(ImpliedMonths) > q.Now =>
                new(PermissionBasis.Implied, bought),
            _ => null,
        };
    }

    private static PermissionVerdict.Refused Refused(PermissionQuestion q) => new(ReasonCode.NoPermission,
        q.Consent == ConsentState.Pending
            ? $"Consent to marketing {Words(q.Channel)} was asked for and is not confirmed yet."
        : q.Consent != ConsentState.Given ? $"The address has not consented to marketing {Words(q.Channel)}."
        : q.Level == OptInLevel.Unknown ? "The address is marked as subscribed, but nobody can say how it agreed."
        : q.Level < Needed(q) && MustNameCarts(q)
            ? $"{q.Country} asks for a confirmed (double) opt-in to cart reminders by text; this one is single."
        : q.Level < Needed(q) ? $"{q.Country} asks for a confirmed (double) opt-in; this one is single."
        : "The words that were agreed to do not name cart reminders.");

    private static OptInLevel Needed(PermissionQuestion q) =>
        MustNameCarts(q) ? OptInLevel.Double : NeededForEmail(q.Country); // Where e-mail needs two steps, texts do.

    /// <summary>
    /// Cart reminders by text in the United States: the carriers want a confirmed opt-in whose words name them.
    /// Source: T-Mobile's code of conduct of May 2020; Twilio error 30517.
    /// </summary>
    private static bool MustNameCarts(PermissionQuestion q) => q is { Channel: Channel.Sms, Purpose: Purpose.Cart }
        && q.Country is not null && UnitedStatesAndTerritories.Contains(q.Country);

    private static string Words(Channel channel) => channel == Channel.Email ? "e-mail" : "texts";
}
