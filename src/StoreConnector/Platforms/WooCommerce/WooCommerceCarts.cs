using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>Reads the companion plugin's carts. WooCommerce itself tells of none.</summary>
internal sealed class WooCommerceCarts(string? domain, Phones phones)
{
    /// <summary>A cart as it is now; an empty one when it was emptied or bought.</summary>
    public Parsed Read(Payload body, Delivery delivery)
    {
        if (!Alias.TryToken(AliasKind.Cart, body["cart"].Text, out var token)
            || !(body["items"].IsList || body["items"].IsObject))
        {
            return new Parsed.Unreadable("the cart has no token or no items");
        }

        var version = body["updated_gmt"].Time ?? delivery.When();
        var who = Who(body, token.Value);
        return delivery.One(version, who, new CartChanged(Cart(body, token.Value, version), new()
        {
            Locale = Wording.Locale(body["locale"].Text),
            Country = Wording.Country(body["country"].Text),
            Email = who.Aliases.Any(alias => alias.Kind == AliasKind.Email)
                ? WooCommercePeople.Email(body["email"])
                : null,
            Phone = phones.Read(body["phone"], body["country"]),
        }));
    }

    /// <summary>Beside an account the typed address identifies nobody: it may be the one a present goes to.</summary>
    private Mentions Who(Payload body, string token)
    {
        var who = new Mentions().Account(body["customer_id"].Id);
        who = who.Aliases.Count > 0 ? who.Mail(body["email"]) : who.Own(WooCommercePeople.Email(body["email"]));
        return who.Phone(phones.Read(body["phone"], body["country"])).Token(AliasKind.Cart, token);
    }

    private Cart Cart(Payload body, string token, DateTimeOffset version)
    {
        var tally = new LineTally(Core.Events.Cart.MaxLines);
        foreach (var item in body["items"].Items)
        {
            var line = item.Line();
            var total = item["line_total"].Amount is { } amount && body["currency"].Currency is { } currency
                ? new Money(amount, currency)
                : null;
            tally.Add(line with { Price = LineTally.Each(total, line.Quantity) }, total);
        }

        return new()
        {
            Id = new(CartKind.Cart, token),
            Version = version,
            StartedAt = version,
            Lines = tally.Lines,
            ItemCount = tally.ItemCount,
            Subtotal = tally.Sum,
            Email = WooCommercePeople.Email(body["email"]),
            Phone = phones.Read(body["phone"], body["country"]),
            RecoveryUrl = CheckoutLink.To(CheckoutLink.Home(body, domain), body["items"]),
        };
    }
}
