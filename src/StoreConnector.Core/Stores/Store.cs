using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Stores;

/// <summary>
/// One merchant's shop in one installation of it: what decisions and messages need to know of it. No secrets.
/// </summary>
public sealed record Store
{
    /// <summary>Our id: 3 to 40 of <c>a–z 0–9</c>, a letter first. A reinstallation gets a new one.</summary>
    public required string Id { get; init; }

    /// <summary>What it runs on.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The platform's host name: <c>example.myshopify.com</c>, or the WooCommerce site's host.</summary>
    public required string Domain { get; init; }

    /// <summary>
    /// The platform's number of the shop, the same for every installation; null where nobody has told it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? PlatformId { get; init; }

    /// <summary>As shoppers know it, at most 80 characters.</summary>
    public required string Name { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>An IANA name, for example <c>Asia/Dubai</c>.</summary>
    public required string TimeZone { get; init; }

    /// <summary>ISO 3166-1, two upper-case letters.</summary>
    public required string Country { get; init; }

    /// <summary>BCP 47; the language of a person who told us none.</summary>
    public required string Locale { get; init; }

    /// <summary>
    /// In print at the foot of marketing e-mail, as the law asks; without it no marketing e-mail leaves.
    /// </summary>
    public string? PostalAddress { get; init; }

    /// <summary>When it was installed.</summary>
    public required DateTimeOffset InstalledAt { get; init; }

    /// <summary>When the app was taken away, or null. Nothing leaves after that.</summary>
    public DateTimeOffset? UninstalledAt { get; init; }

    /// <summary>Whether anything may leave for it.</summary>
    [JsonIgnore]
    public bool IsActive => UninstalledAt is null;

    /// <summary>
    /// Since when all that is kept of it is being removed: nothing finds it any more. Null: it is not.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ErasingSince { get; init; }

    /// <summary>What it pays the platform for the app; null while nobody has asked for anything.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StorePlan? Plan { get; init; }

    /// <summary>Why nothing may leave for want of a plan that runs; null when that is no hindrance.</summary>
    [JsonIgnore]
    public Reason? NoPlan => Plan?.Hindrance;

    /// <summary>What the store lets the app do, the platform's words; null where nobody has told it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedSet<string>? Scopes { get; init; }

    /// <summary>As of when.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ScopesAt { get; init; }

    /// <summary>What the shop said of itself last: what differs from it was set by hand.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Events.ShopProfile? ShopSaid { get; init; }

    /// <summary>The rule for carts that were left.</summary>
    public AbandonedCartSettings AbandonedCart { get; init; } = AbandonedCartSettings.Default;

    /// <summary>The rule for things that cost less.</summary>
    public PriceDropSettings PriceDrop { get; init; } = PriceDropSettings.Default;

    /// <summary>The rule for things that are used up.</summary>
    public ReplenishmentSettings Replenishment { get; init; } = ReplenishmentSettings.Default;

    /// <summary>How far an automation may go.</summary>
    public AutomationMode ModeOf(string automation) => automation switch
    {
        Automations.PriceDrop.PriceDrop.Name => PriceDrop.Mode,
        Automations.Replenishment.Replenishment.Name => Replenishment.Mode,
        _ => AbandonedCart.Mode,
    };

    /// <summary>Where its messages may lead.</summary>
    public LinkSettings Links { get; init; } = LinkSettings.Default;

    /// <summary>How its messages look.</summary>
    public BrandSettings Brand { get; init; } = BrandSettings.Default;

    /// <summary>How the store writes e-mails.</summary>
    public EmailSettings Email { get; init; } = EmailSettings.Default;

    /// <summary>How the store texts.</summary>
    public SmsSettings Sms { get; init; } = SmsSettings.Default;

    /// <summary>
    /// What we stopped until the merchant lets it go on: by automation, or by <c>email</c> and <c>sms</c>.
    /// </summary>
    public ImmutableSortedDictionary<string, Hold> Holds { get; init; } =
        ImmutableSortedDictionary<string, Hold>.Empty;

    /// <summary>The names under which whole channels are stopped.</summary>
    public const string EmailHold = "email", SmsHold = "sms";

    /// <summary>
    /// The store with what its shop says of itself now. Currency, zone and country always follow. Name, language and
    /// postal address follow where they are what the shop said before: whatever else stands there, a hand put there.
    /// </summary>
    public Store Following(Events.ShopProfile told)
    {
        if (ShopSaid is { } last && last.At >= told.At) { return this; }

        var followsName = ShopSaid is not null && ShopSaid.Name == Name;
        var followsLocale = ShopSaid is not null && ShopSaid.Locale == Locale;
        var followsAddress = ShopSaid is not null && ShopSaid.PostalAddress == PostalAddress;
        var said = told with
        {
            Name = told.Name ?? ShopSaid?.Name,
            Currency = told.Currency ?? ShopSaid?.Currency,
            TimeZone = told.TimeZone ?? ShopSaid?.TimeZone,
            Country = told.Country ?? ShopSaid?.Country,
            Locale = told.Locale ?? ShopSaid?.Locale,
            PostalAddress = told.PostalAddress ?? ShopSaid?.PostalAddress,
        };
        return this with
        {
            ShopSaid = said,
            Currency = told.Currency ?? Currency,
            TimeZone = told.TimeZone ?? TimeZone,
            Country = told.Country ?? Country,
            Name = followsName ? said.Name ?? Name : Name,
            Locale = followsLocale ? said.Locale ?? Locale : Locale,
            PostalAddress = followsAddress ? said.PostalAddress : PostalAddress,
        };
    }

    /// <summary>Why something is stopped; null when it is not.</summary>
    public Reason? Stopped(string what) =>
        Holds.TryGetValue(what, out var hold) ? new(hold.Code, hold.Why) : null;

    /// <summary>The name under which a channel is stopped.</summary>
    public static string HoldOf(Channel channel) => channel == Channel.Email ? EmailHold : SmsHold;

    /// <summary>What the merchant confirmed about permission.</summary>
    public MerchantSwitches Permissions { get; init; } = new();
}

/// <summary>Something of a store's that we stopped.</summary>
/// <param name="Code">Why, one of <see cref="ReasonCode"/>.</param>
/// <param name="Why">A plain sentence: what happened, what to do.</param>
/// <param name="At">When.</param>
public sealed record Hold(string Code, string Why, DateTimeOffset At);

/// <summary>How a store writes e-mails. Its credentials are kept elsewhere.</summary>
public sealed record EmailSettings
{
    /// <summary>What a new store starts with: mails are kept for reading, and none leaves.</summary>
    public static readonly EmailSettings Default = new();

    /// <summary>Who carries them; <c>Outbox</c> keeps them here.</summary>
    public string Provider { get; init; } = "Outbox";

    /// <summary>The sender's address, of a domain that the provider may send for; null when not set yet.</summary>
    public string? From { get; init; }

    /// <summary>Where answers go, read by people; null: to the sender.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The host of links in mails, which leads to us; null: our own.</summary>
    public string? LinkHost { get; init; }

    /// <summary>The most mails of one month of the store's own calendar; null: no limit.</summary>
    public int? MonthlyBudget { get; init; }

    /// <summary>The most mails of one minute; 1 to 100,000. Null: as many as the provider takes.</summary>
    public int? PerMinute { get; init; }

    /// <summary>Rises by one with every saved change.</summary>
    public int Version { get; init; } = 1;
}

/// <summary>How a store texts. Its credentials are kept elsewhere.</summary>
public sealed record SmsSettings
{
    /// <summary>What a new store starts with: no budget, so nothing leaves.</summary>
    public static readonly SmsSettings Default = new();

    /// <summary>Who carries them; <c>Outbox</c> keeps them here.</summary>
    public string Provider { get; init; } = "Outbox";

    /// <summary>Twilio's Messaging Service, which chooses the number; null: <see cref="From"/> is the sender.</summary>
    public string? MessagingServiceSid { get; init; }

    /// <summary>The host of links in texts, which leads to us; null: our own.</summary>
    public string? LinkHost { get; init; }

    /// <summary>The most segments of one minute; 1 to 100,000. Null: 60, what one long number carries.</summary>
    public int? PerMinute { get; init; }

    /// <summary>The most text segments of one month of the store's own calendar; 0 to 10,000,000.</summary>
    public int MonthlyBudget { get; init; }

    /// <summary>
    /// What texts come from: a number in E.164 form, or a name of at most 11 letters and digits; null when not set yet.
    /// </summary>
    public string? From { get; init; }

    /// <summary>Where a sender name is registered, ISO 3166-1; null when nowhere.</summary>
    public string? SenderCountry { get; init; }

    /// <summary>The words that shoppers agreed to name cart reminders: the United States ask for it.</summary>
    public bool ConsentNamesCartReminders { get; init; }

    /// <summary>Rises by one with every saved change.</summary>
    public int Version { get; init; } = 1;
}
