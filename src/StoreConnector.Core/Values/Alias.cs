using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace StoreConnector.Core.Values;

/// <summary>What an alias is made from, strongest first.</summary>
public enum AliasKind
{
    /// <summary>The platform's customer id. Two ids are two people, always.</summary>
    Account,

    /// <summary>The customer's own e-mail address.</summary>
    Email,

    /// <summary>A checkout's token.</summary>
    Checkout,

    /// <summary>A cart's token.</summary>
    Cart,

    /// <summary>An order's platform id.</summary>
    Order,

    /// <summary>A browser's id.</summary>
    Browser,
}

/// <summary>
/// What leads to a customer: an <i>identity</i> (rank 0 or 1) or a <i>locator</i> (rank 2 or 3). An empty, blank or
/// malformed alias does not exist: nothing here makes one. A phone number is a contact, never an alias: spouses share
/// phones.
/// </summary>
[JsonConverter(typeof(AliasJson))]
public sealed record Alias
{
    /// <summary>The longest value kept, in characters; a longer token is refused.</summary>
    public const int MaxLength = 256;

    private Alias(AliasKind kind, string value) => (Kind, Value) = (kind, value);

    /// <summary>What it is made from.</summary>
    public AliasKind Kind { get; }

    /// <summary>The normalised value.</summary>
    public string Value { get; }

    /// <summary>0 an account, 1 an e-mail address, 2 a token, 3 a browser. Smaller is stronger.</summary>
    public int Rank => RankOf(Kind);

    /// <summary>The one text it is stored and hashed by: <c>kind:value</c>.</summary>
    public string Stored => $"{Prefix(Kind)}:{Value}";

    /// <summary>The rank of the first kind that names nobody.</summary>
    public const int Nameless = 2;

    /// <summary>
    /// The rank of a kind. A browser is the weakest: what it saw before goes to whom its first cart or checkout leads.
    /// </summary>
    public static int RankOf(AliasKind kind) => kind switch
    {
        AliasKind.Account => 0,
        AliasKind.Email => 1,
        AliasKind.Browser => 3,
        _ => Nameless,
    };

    /// <summary>An account's alias; the platforms' 0 ("nobody") and negative ids are none.</summary>
    public static bool TryAccount(long? id, [NotNullWhen(true)] out Alias? alias) =>
        TryId(AliasKind.Account, id, out alias);

    /// <summary>An order's alias; 0 and negative ids are none.</summary>
    public static bool TryOrder(long? id, [NotNullWhen(true)] out Alias? alias) =>
        TryId(AliasKind.Order, id, out alias);

    /// <summary>An address's alias.</summary>
    public static Alias Of(EmailAddress address) => new(AliasKind.Email, address.Value);

    /// <summary>A token's alias (checkout, cart, browser); blank or over-long text is none. Case counts.</summary>
    public static bool TryToken(AliasKind kind, string? text, [NotNullWhen(true)] out Alias? alias)
    {
        var value = text?.Trim() ?? "";
        alias = kind is AliasKind.Checkout or AliasKind.Cart or AliasKind.Browser
            && value.Length is > 0 and <= MaxLength && !value.Any(char.IsControl) ? new(kind, value) : null;
        return alias is not null;
    }

    /// <summary>Reads back what <see cref="Stored"/> wrote.</summary>
    public static bool TryParseStored(string? text, [NotNullWhen(true)] out Alias? alias)
    {
        alias = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (text is null || colon < 1) { return false; }

        var value = text[(colon + 1)..];
        return text[..colon] switch
        {
            "account" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && TryAccount(id, out alias),
            "order" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && TryOrder(id, out alias),
            "email" => EmailAddress.TryParse(value, out var address) && (alias = Of(address)) is not null,
            "checkout" => TryToken(AliasKind.Checkout, value, out alias),
            "cart" => TryToken(AliasKind.Cart, value, out alias),
            "browser" => TryToken(AliasKind.Browser, value, out alias),
            _ => false,
        };
    }

    /// <summary>The kind alone: a value may be an address.</summary>
    public override string ToString() => Prefix(Kind);

    private static bool TryId(AliasKind kind, long? id, [NotNullWhen(true)] out Alias? alias)
    {
        alias = id is > 0 ? new(kind, id.Value.ToString(CultureInfo.InvariantCulture)) : null;
        return alias is not null;
    }

    private static string Prefix(AliasKind kind) => kind switch
    {
        AliasKind.Account => "account",
        AliasKind.Email => "email",
        AliasKind.Checkout => "checkout",
        AliasKind.Cart => "cart",
        AliasKind.Order => "order",
        _ => "browser",
    };
}
