using System.Text.Json.Serialization;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Events;

/// <summary>Which of the two views of an unfinished purchase it is.</summary>
public enum CartKind
{
    /// <summary>A cart: usually anonymous.</summary>
    Cart,

    /// <summary>A checkout: an address may have been typed. WooCommerce's draft order is one.</summary>
    Checkout,
}

/// <summary>Names one cart or checkout of a store.</summary>
/// <param name="Kind">Which view.</param>
/// <param name="Token">The platform's token; for a WooCommerce draft order <c>order-</c> and its id.</param>
public sealed record CartId(CartKind Kind, string Token)
{
    /// <summary>The one text it is keyed by: <c>cart:…</c> or <c>checkout:…</c>.</summary>
    [JsonIgnore]
    public string Key => Kind == CartKind.Cart ? $"cart:{Token}" : $"checkout:{Token}";
}

/// <summary>A cart or checkout as one version of it was.</summary>
public sealed record Cart
{
    /// <summary>
    /// Lines kept of one cart; the rest are counted and summed in <see cref="ItemCount"/> and <see cref="Subtotal"/>.
    /// </summary>
    public const int MaxLines = 10;

    /// <summary>Which one.</summary>
    public required CartId Id { get; init; }

    /// <summary>The platform's updated_at: the newer snapshot wins.</summary>
    public required DateTimeOffset Version { get; init; }

    /// <summary>When it was begun; the version where the platform does not say.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The cart that this checkout was made from, where the platform says it.</summary>
    public string? CartToken { get; init; }

    /// <summary>The order it became, or null.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>At most <see cref="MaxLines"/>.</summary>
    public IReadOnlyList<Line> Lines { get; init; } = [];

    /// <summary>Pieces over all lines, also those not kept. 0 is an empty cart.</summary>
    public int ItemCount { get; init; }

    /// <summary>The sum over all lines in the shopper's currency, where every price is known.</summary>
    public Money? Subtotal { get; init; }

    /// <summary>The address typed into it, which need not be the person's own.</summary>
    public EmailAddress? Email { get; init; }

    /// <summary>The number typed into it.</summary>
    public PhoneNumber? Phone { get; init; }

    /// <summary>Where the shopper goes on. A bearer link: whoever has it opens the checkout. Never logged.</summary>
    public Uri? RecoveryUrl { get; init; }
}

/// <summary>One line of a cart, an order or a refund.</summary>
public sealed record Line
{
    /// <summary>The longest title kept, in UTF-16 units.</summary>
    public const int MaxTitle = 160;

    /// <summary>The platform's product id; null for a custom line.</summary>
    public long? ProductId { get; init; }

    /// <summary>The platform's variant or variation id; null when the product has none.</summary>
    public long? VariantId { get; init; }

    /// <summary>
    /// As the shop calls it, at most <see cref="MaxTitle"/> units; may hold anything a merchant types.
    /// </summary>
    public required string Title { get; init; }

    /// <summary>The variant in words, where the shop names it apart from the title.</summary>
    public string? Detail { get; init; }

    /// <summary>Pieces, at least 1.</summary>
    public required int Quantity { get; init; }

    /// <summary>The price of one piece as the shopper sees it, discounts of the line included.</summary>
    public Money? Price { get; init; }

    /// <summary>An https picture on the shop's host or content network.</summary>
    public Uri? Picture { get; init; }
}

/// <summary>How far an order has come, in the order of its life: on a tie of versions the later one wins.</summary>
public enum OrderStatus
{
    /// <summary>Begun, not paid for and not accepted: no purchase yet.</summary>
    Pending,

    /// <summary>The payment failed: no purchase.</summary>
    Failed,

    /// <summary>A purchase: paid, or accepted to be paid later (cash on delivery, bank transfer).</summary>
    Placed,

    /// <summary>A purchase that was given back in full.</summary>
    Refunded,

    /// <summary>A purchase that was called off.</summary>
    Cancelled,
}

/// <summary>An order as one version of it was.</summary>
public sealed record Order
{
    /// <summary>Lines kept of one order; the rest are counted in <see cref="ItemCount"/>.</summary>
    public const int MaxLines = 40;

    /// <summary>Coupons kept of one order; none longer than <see cref="MaxCoupon"/> characters.</summary>
    public const int MaxCoupons = 4, MaxCoupon = 60;

    /// <summary>The platform's id.</summary>
    public required long Id { get; init; }

    /// <summary>The platform's updated_at: the newer snapshot wins.</summary>
    public required DateTimeOffset Version { get; init; }

    /// <summary>When the shopper placed it. Never changes.</summary>
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>How far it has come.</summary>
    public required OrderStatus Status { get; init; }

    /// <summary>Whether it is, or was, a purchase.</summary>
    [JsonIgnore]
    public bool IsPurchase => Status is OrderStatus.Placed or OrderStatus.Refunded or OrderStatus.Cancelled;

    /// <summary>The checkout it came from, where the platform says it.</summary>
    public string? CheckoutToken { get; init; }

    /// <summary>The cart it came from, where the platform says it.</summary>
    public string? CartToken { get; init; }

    /// <summary>At most <see cref="MaxLines"/>.</summary>
    public IReadOnlyList<Line> Lines { get; init; } = [];

    /// <summary>Pieces over all lines.</summary>
    public int ItemCount { get; init; }

    /// <summary>What the shopper paid or owes, in the shopper's currency.</summary>
    public Money? Total { get; init; }

    /// <summary>What was given back, in all.</summary>
    public Money? Refunded { get; init; }

    /// <summary>When it was handed over or sent off, where the platform says it.</summary>
    public DateTimeOffset? FulfilledAt { get; init; }

    /// <summary>
    /// Coupon codes it was bought with, in lower case, at most <see cref="MaxCoupons"/>; null when there were none.
    /// </summary>
    public IReadOnlyList<string>? Coupons { get; init; }

    /// <summary>
    /// Where it was made: <c>web</c>, <c>pos</c>, <c>shopify_draft_order</c>, <c>checkout</c>, <c>admin</c> …, at most
    /// 40 characters.
    /// </summary>
    public string? Source { get; init; }
}

/// <summary>What one event says about the person; every part may be missing, and missing is not "none".</summary>
public sealed record PersonFacts
{
    /// <summary>Nothing is said.</summary>
    public static readonly PersonFacts None = new();

    /// <summary>The given name, at most 80 characters.</summary>
    public string? Name { get; init; }

    /// <summary>A BCP 47 tag, for example <c>ar-AE</c>.</summary>
    public string? Locale { get; init; }

    /// <summary>ISO 3166-1, two upper-case letters.</summary>
    public string? Country { get; init; }

    /// <summary>
    /// The state or province of that country, as the platform writes it, for example <c>TX</c>; at most 60 characters.
    /// </summary>
    public string? Region { get; init; }

    /// <summary>The person's own e-mail address.</summary>
    public EmailAddress? Email { get; init; }

    /// <summary>The person's own number.</summary>
    public PhoneNumber? Phone { get; init; }
}

/// <summary>What an address said about messages.</summary>
public enum ConsentState
{
    /// <summary>Never asked, or never answered.</summary>
    None,

    /// <summary>Asked, to be confirmed.</summary>
    Pending,

    /// <summary>Yes.</summary>
    Given,

    /// <summary>Yes once, no now.</summary>
    Withdrawn,
}

/// <summary>How a yes was proven.</summary>
public enum OptInLevel
{
    /// <summary>Nobody can say.</summary>
    Unknown,

    /// <summary>The person ticked a box or wrote.</summary>
    Single,

    /// <summary>The person also confirmed from that address.</summary>
    Double,
}
