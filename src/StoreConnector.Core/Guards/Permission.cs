using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;

namespace StoreConnector.Core.Guards;

/// <summary>What one channel needs before it may carry marketing to one address.</summary>
public static class Permission
{
    /// <summary>Changes whenever a rule here changes: kept with each decision.</summary>
    public const int RulesVersion = 1;

    // Germany and Austria: an express yes must be provable to the address itself, in practice by double opt-in
    // (BGH I ZR 164/09; § 107 TKG 2003 and its successor § 174 TKG 2021). Elsewhere in our tables: an express yes.
    private static readonly HashSet<string> DoubleOptIn = new(StringComparer.Ordinal) { "DE", "AT" };

    /// <summary>The proof that e-mail needs in a country; an unknown country needs an express yes.</summary>
    /// <param name="country">ISO 3166-1, or null.</param>
    public static OptInLevel NeededForEmail(string? country) =>
        country is not null && DoubleOptIn.Contains(country) ? OptInLevel.Double : OptInLevel.Single;

    /// <summary>Whether a consent is a yes of at least that proof.</summary>
    public static bool Suffices(ConsentEntry? consent, OptInLevel needed) =>
        consent is { State: ConsentState.Given } && consent.Level >= needed;
}
