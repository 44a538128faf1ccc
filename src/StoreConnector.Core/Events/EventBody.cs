using System.Text.Json.Serialization;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Events;

/// <summary>
/// What happened: a closed family. Each case is a whole snapshot or a keyed fact, so that a repeat does no harm.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(CartChanged), "cart-changed")]
[JsonDerivedType(typeof(CartRemoved), "cart-removed")]
[JsonDerivedType(typeof(OrderChanged), "order-changed")]
[JsonDerivedType(typeof(OrderRemoved), "order-removed")]
[JsonDerivedType(typeof(RefundMade), "refund-made")]
[JsonDerivedType(typeof(CustomerChanged), "customer-changed")]
[JsonDerivedType(typeof(CustomerRemoved), "customer-removed")]
[JsonDerivedType(typeof(CustomersMerged), "customers-merged")]
[JsonDerivedType(typeof(ConsentChanged), "consent-changed")]
[JsonDerivedType(typeof(CustomerDataRequested), "customer-data-requested")]
[JsonDerivedType(typeof(CustomerErased), "customer-erased")]
[JsonDerivedType(typeof(ProductChanged), "product-changed")]
[JsonDerivedType(typeof(ProductRemoved), "product-removed")]
[JsonDerivedType(typeof(StockMoved), "stock-moved")]
[JsonDerivedType(typeof(ProductViewed), "product-viewed")]
[JsonDerivedType(typeof(BrowserTied), "browser-tied")]
[JsonDerivedType(typeof(OfferChanged), "offer-changed")]
[JsonDerivedType(typeof(ReminderPutOff), "reminder-put-off")]
[JsonDerivedType(typeof(LinkFollowed), "link-followed")]
[JsonDerivedType(typeof(StoreUninstalled), "store-uninstalled")]
[JsonDerivedType(typeof(StoreErased), "store-erased")]
[JsonDerivedType(typeof(PlanChanged), "plan-changed")]
[JsonDerivedType(typeof(ScopesChanged), "scopes-changed")]
[JsonDerivedType(typeof(ShopChanged), "shop-changed")]
public abstract record EventBody;

/// <summary>A cart or a checkout as it is now: the whole of it. An empty one has no lines.</summary>
/// <param name="Cart">The snapshot.</param>
/// <param name="Person">What it says about the person.</param>
public sealed record CartChanged(Cart Cart, PersonFacts Person) : EventBody;

/// <summary>A cart or checkout is gone.</summary>
/// <param name="Id">Which one.</param>
/// <param name="At">When.</param>
public sealed record CartRemoved(CartId Id, DateTimeOffset At) : EventBody;

/// <summary>An order as it is now: the whole of it.</summary>
/// <param name="Order">The snapshot.</param>
/// <param name="Person">What it says about the person.</param>
public sealed record OrderChanged(Order Order, PersonFacts Person) : EventBody;

/// <summary>The merchant deleted an order.</summary>
/// <param name="OrderId">The platform's id.</param>
/// <param name="At">When.</param>
public sealed record OrderRemoved(long OrderId, DateTimeOffset At) : EventBody;

/// <summary>Something was given back for an order.</summary>
/// <param name="OrderId">The platform's id of the order.</param>
/// <param name="RefundId">The platform's id of the refund.</param>
/// <param name="At">When.</param>
/// <param name="Amount">What was given back, where the platform says it.</param>
/// <param name="Lines">The products given back, where the platform says them.</param>
public sealed record RefundMade(
    long OrderId, long RefundId, DateTimeOffset At, Money? Amount, IReadOnlyList<Line> Lines) : EventBody;

/// <summary>An account of the store as it is now.</summary>
/// <param name="AccountId">The platform's customer id.</param>
/// <param name="Version">When the platform last changed it.</param>
/// <param name="Person">What it says about the person.</param>
public sealed record CustomerChanged(long AccountId, DateTimeOffset Version, PersonFacts Person) : EventBody;

/// <summary>The merchant deleted an account. The person's orders and opt-outs stay.</summary>
/// <param name="AccountId">The platform's customer id.</param>
/// <param name="At">When.</param>
public sealed record CustomerRemoved(long AccountId, DateTimeOffset At) : EventBody;

/// <summary>The platform made two accounts one: the only thing that ever ties two accounts.</summary>
/// <param name="KeptId">The account that stays.</param>
/// <param name="RemovedId">The account that went into it.</param>
/// <param name="At">When.</param>
public sealed record CustomersMerged(long KeptId, long RemovedId, DateTimeOffset At) : EventBody;

/// <summary>An address's consent as it is now.</summary>
/// <param name="Contact">The address it is about.</param>
/// <param name="State">What it is.</param>
/// <param name="Level">How it was proven.</param>
/// <param name="At">When it was given or withdrawn.</param>
/// <param name="Source">Where: a short word of the platform's or ours, for example <c>checkout</c>.</param>
/// <param name="Text">The words that were agreed to, where known, at most 500 characters.</param>
public sealed record ConsentChanged(
    Contact Contact, ConsentState State, OptInLevel Level, DateTimeOffset At, string Source, string? Text) : EventBody;

/// <summary>A person asked, through the platform, what is stored about them.</summary>
/// <param name="RequestId">The platform's number of the request.</param>
/// <param name="At">When.</param>
public sealed record CustomerDataRequested(long? RequestId, DateTimeOffset At) : EventBody
{
    /// <summary>Orders kept of one request of the law, the first ones: the person has the others by name.</summary>
    public const int MaxOrders = 1000;

    /// <summary>The orders that were named as the person's, at most <see cref="MaxOrders"/>.</summary>
    public IReadOnlyList<long> Orders { get; init; } = [];
}

/// <summary>A person is to be forgotten.</summary>
/// <param name="At">When it was asked for: everything up to then goes.</param>
public sealed record CustomerErased(DateTimeOffset At) : EventBody
{
    /// <summary>
    /// The orders that were named as the person's, at most <see cref="CustomerDataRequested.MaxOrders"/>.
    /// </summary>
    public IReadOnlyList<long> Orders { get; init; } = [];
}

/// <summary>
/// A product as it is now, or a part of its variants: a product with many becomes several events. About the catalog, so
/// the event has no aliases.
/// </summary>
/// <param name="Product">The snapshot.</param>
public sealed record ProductChanged(ProductSnapshot Product) : EventBody;

/// <summary>A product or one of its variants is gone. About the catalog, so the event has no aliases.</summary>
/// <param name="ProductId">The platform's product id.</param>
/// <param name="VariantId">The one variant that is gone; null for the whole product.</param>
/// <param name="At">When.</param>
public sealed record ProductRemoved(long ProductId, long? VariantId, DateTimeOffset At) : EventBody;

/// <summary>
/// What is left of something changed at one place: a reason to ask for the variant, for there may be other places.
/// About the catalog, so the event has no aliases.
/// </summary>
/// <param name="StockItemId">What the platform counts it under.</param>
/// <param name="Left">What is left at that place; null when it is not counted there.</param>
/// <param name="At">When.</param>
public sealed record StockMoved(long StockItemId, decimal? Left, DateTimeOffset At) : EventBody;

/// <summary>Somebody looked at a product's page.</summary>
/// <param name="ProductId">The platform's product id.</param>
/// <param name="VariantId">The variant shown, where the page says it.</param>
/// <param name="At">When.</param>
/// <param name="Price">What the page asked for it, where it says it.</param>
public sealed record ProductViewed(long ProductId, long? VariantId, DateTimeOffset At, Money? Price) : EventBody;

/// <summary>
/// A browser came to the cart or the checkout that the event names beside it: ours, from the storefront's pixel. It
/// says nothing but its aliases.
/// </summary>
/// <param name="At">When.</param>
public sealed record BrowserTied(DateTimeOffset At) : EventBody;

/// <summary>What a customer is interested in has another price or is in stock again: ours, from the fan-out.</summary>
/// <param name="Variant">Which.</param>
/// <param name="Offer">What it is now.</param>
public sealed record OfferChanged(VariantKey Variant, Offer Offer) : EventBody;

/// <summary>A person wants to be reminded later: ours, from a message's own link.</summary>
/// <param name="Occasion">Of which purchase.</param>
/// <param name="At">When they said so.</param>
/// <param name="Until">When to remind of it.</param>
public sealed record ReminderPutOff(string Occasion, DateTimeOffset At, DateTimeOffset Until) : EventBody;

/// <summary>A person followed a link of one of our messages: ours, from the link's own page.</summary>
/// <param name="SendId">Of which message.</param>
/// <param name="Automation">What it belonged to.</param>
/// <param name="Step">Which step, from 1.</param>
/// <param name="At">When.</param>
public sealed record LinkFollowed(string SendId, string Automation, int Step, DateTimeOffset At) : EventBody;

/// <summary>The store took the app away. About the store, so the event has no aliases.</summary>
/// <param name="At">When.</param>
public sealed record StoreUninstalled(DateTimeOffset At) : EventBody;

/// <summary>
/// The platform asks that everything of the store is erased. About the store, so the event has no aliases.
/// </summary>
/// <param name="At">When: installations that began since are not meant.</param>
public sealed record StoreErased(DateTimeOffset At) : EventBody
{
    /// <summary>The platform's name of the store, so that each of its installations is found.</summary>
    public string? Domain { get; init; }

    /// <summary>Which store alone, by our id, when it has left; null: every installation of the domain.</summary>
    public string? StoreId { get; init; }

    /// <summary>Where an earlier piece of the work ended, in its own words; null at the beginning.</summary>
    public string? Cursor { get; init; }
}

/// <summary>What the store pays the platform for the app. About the store, so the event has no aliases.</summary>
/// <param name="Subscription">The platform's id of the subscription: each has a life of its own.</param>
/// <param name="Plan">What it is now.</param>
public sealed record PlanChanged(string Subscription, PlanState Plan) : EventBody;

/// <summary>What the store lets the app do, as it is now: the whole list. The event has no aliases.</summary>
/// <param name="Granted">The platform's words, at most <see cref="MaxScopes"/>.</param>
/// <param name="At">When it was so.</param>
public sealed record ScopesChanged(IReadOnlyList<string> Granted, DateTimeOffset At) : EventBody
{
    /// <summary>Scopes kept; there are about a hundred and fifty.</summary>
    public const int MaxScopes = 200;

    /// <summary>The longest scope, in characters.</summary>
    public const int MaxScope = 80;
}

/// <summary>What the store says of itself. About the store, so the event has no aliases.</summary>
/// <param name="Profile">As it is now.</param>
public sealed record ShopChanged(ShopProfile Profile) : EventBody;
