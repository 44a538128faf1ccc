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

    /// <summary>How the store texts.</summary>
    public SmsSettings Sms { get; init; } = SmsSettings.Default;

    /// <summary>What the merchant confirmed about permission.</summary>
    public MerchantSwitches Permissions { get; init; } = new();
}

/// <summary>How a store texts. Its vendor and its credentials are kept elsewhere.</summary>
public sealed record SmsSettings
{
    /// <summary>What a new store starts with: no budget, so nothing leaves.</summary>
    public static readonly SmsSettings Default = new();

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
