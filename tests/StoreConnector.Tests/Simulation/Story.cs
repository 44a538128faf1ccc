using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;

namespace StoreConnector.Tests.Simulation;

/// <summary>Short words for events, so that a test reads as a story.</summary>
internal static class Story
{
    public static readonly DateTimeOffset T0 = Fakes.ManualClock.Monday;

    public static DateTimeOffset At(double minutes) => T0.AddMinutes(minutes);

    public static StoreEvent Checkout(
        string id, double at, string token, string? email = null, long? account = null, string? cart = null, long product = 1,
        int items = 1, bool completed = false, double? version = null, double? started = null)
    {
        var when = At(version ?? at);
        var own = Email(email);
        return Make(id, when, at, Aliases(account, own, checkout: token, cart: cart), own, new CartChanged(
            new()
            {
                Id = new(CartKind.Checkout, token),
                Version = when,
                StartedAt = started is { } begun ? At(begun) : when,
                CartToken = cart,
                CompletedAt = completed ? when : null,
                Lines = items == 0 ? [] : [new() { ProductId = product, Title = "Coffee", Quantity = items, Price = new(10, "AED") }],
                ItemCount = items,
                Email = own,
                RecoveryUrl = new($"https://rimal.example/recover/{token}"),
            },
            new() { Email = own }));
    }

    public static StoreEvent Cart(string id, double at, string token, long product = 1, int items = 1, double? started = null) => Make(
        id, At(at), at, Aliases(null, null, cart: token), null, new CartChanged(
            new()
            {
                Id = new(CartKind.Cart, token),
                Version = At(at),
                StartedAt = At(started ?? at),
                Lines = [new() { ProductId = product, Title = "Coffee", Quantity = items }],
                ItemCount = items,
            },
            PersonFacts.None));

    public static StoreEvent Order(
        string id, double at, long order, string? email = null, long? account = null, string? checkout = null, string? cart = null,
        long product = 1, OrderStatus status = OrderStatus.Placed, double? version = null, string? phone = null)
    {
        var own = Email(email);
        var contacts = new List<Contact>();
        if (own is not null) { contacts.Add(Contact.Of(own)); }

        if (PhoneNumber.TryParse(phone, out var number)) { contacts.Add(Contact.Of(number)); }

        return Make(id, At(version ?? at), at, Aliases(account, own, checkout, cart, order), own, new OrderChanged(
            new()
            {
                Id = order,
                Version = At(version ?? at),
                PlacedAt = At(at),
                Status = status,
                CheckoutToken = checkout,
                CartToken = cart,
                Lines = [new() { ProductId = product, Title = "Coffee", Quantity = 1 }],
                ItemCount = 1,
            },
            new() { Email = own, Phone = number })) with { Contacts = contacts };
    }

    public static StoreEvent Consent(
        string id, double at, string email, long? account = null, ConsentState state = ConsentState.Given, OptInLevel level = OptInLevel.Double)
    {
        var own = Email(email)!;
        return Make(id, At(at), at, Aliases(account, own), own, new ConsentChanged(Contact.Of(own), state, level, At(at), "checkout", null));
    }

    public static StoreEvent Account(string id, double at, long account, string? email = null, string? name = null) => Make(
        id, At(at), at, Aliases(account, Email(email)), Email(email), new CustomerChanged(account, At(at), new() { Email = Email(email), Name = name }));

    public static StoreEvent Erase(string id, double at, string? email = null, long? account = null) => Make(
        id, At(at), at, Aliases(account, Email(email)), Email(email), new CustomerErased(At(at)));

    public static StoreEvent MergeAccounts(string id, double at, long kept, long removed)
    {
        Assert.True(Alias.TryAccount(kept, out var a) & Alias.TryAccount(removed, out var b));
        return Make(id, At(at), at, [a!, b!], null, new CustomersMerged(kept, removed, At(at)));
    }

    public static StoreEvent Refund(string id, double at, long refund, long order) => Make(
        id, At(at), at, Aliases(null, null, order: order), null, new RefundMade(order, refund, At(at), new(10, "AED"), []));

    /// <summary>A look at a product's page; without a price when the page did not say it.</summary>
    public static StoreEvent View(
        string id, double at, string? email = null, decimal? price = 10, long product = 1, long? variant = null, string? cart = null)
    {
        var own = Email(email);
        return Make(id, At(at), at, Aliases(null, own, cart: cart), own,
            new ProductViewed(product, variant, At(at), price is { } shown ? new(shown, "AED") : null));
    }

    /// <summary>A product without variants, as the shop tells it.</summary>
    public static StoreEvent Product(
        string id, double at, decimal? price, long product = 1, double? version = null, bool? inStock = true, double? saleEnds = null) =>
        ProductOf(id, at, [new() { VariantId = 0, Price = price, InStock = inStock, SaleEndsAt = saleEnds is { } ends ? At(ends) : null }],
            all: null, product, version);

    /// <summary>Some of a product's variants, as the shop tells them.</summary>
    public static StoreEvent ProductOf(
        string id, double at, IReadOnlyList<VariantSnapshot> variants, IReadOnlyList<long>? all = null, long product = 1, double? version = null) =>
        Make(id, At(version ?? at), at, [], null, new ProductChanged(new()
        {
            ProductId = product,
            Version = At(version ?? at),
            Title = "Coffee",
            IsVisible = true,
            Variants = variants,
            AllVariants = all,
        }));

    public static StoreEvent ProductGone(string id, double at, long product = 1) =>
        Make(id, At(at), at, [], null, new ProductRemoved(product, null, At(at)));

    public static EmailAddress? Email(string? text) => EmailAddress.TryParse(text, out var address) ? address : null;

    public static List<Alias> Aliases(
        long? account, EmailAddress? email, string? checkout = null, string? cart = null, long? order = null)
    {
        var aliases = new List<Alias>();
        if (Alias.TryAccount(account, out var a)) { aliases.Add(a); }

        if (email is not null) { aliases.Add(Alias.Of(email)); }

        if (Alias.TryToken(AliasKind.Checkout, checkout, out var c)) { aliases.Add(c); }

        if (Alias.TryToken(AliasKind.Cart, cart, out var k)) { aliases.Add(k); }

        if (Alias.TryOrder(order, out var o)) { aliases.Add(o); }

        return aliases;
    }

    private static StoreEvent Make(string id, DateTimeOffset happened, double received, List<Alias> aliases, EmailAddress? email, EventBody body) =>
        new(id, happened, At(received), EventOrigin.Webhook, aliases, email is null ? [] : [Contact.Of(email)], body);
}
