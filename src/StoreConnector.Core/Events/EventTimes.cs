using StoreConnector.Core.Products;

namespace StoreConnector.Core.Events;

/// <summary>
/// Keeps a shop's broken clock from ruling for ever: the newest version wins, so one that claims to be from next year
/// would shadow every later change, a withdrawn consent among them.
/// </summary>
public static class EventTimes
{
    /// <summary>How far a shop's clock may be ahead of ours.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    /// <summary>The event with every time that lies too far ahead moved to when it was received.</summary>
    public static StoreEvent Bounded(StoreEvent happened)
    {
        var most = happened.ReceivedAt + MaxAhead;
        return happened with { HappenedAt = At(happened.HappenedAt), Body = Body(happened.Body) };

        DateTimeOffset At(DateTimeOffset at) => at > most ? happened.ReceivedAt : at;

        Cart Cart(Cart cart) => cart with { Version = At(cart.Version), StartedAt = At(cart.StartedAt) };

        Order Order(Order order) => order with { Version = At(order.Version), PlacedAt = At(order.PlacedAt) };

        // A sale's times are meant to lie ahead.
        ProductSnapshot Product(ProductSnapshot product) => product with
        {
            Version = At(product.Version),
            OnlyNamed = [.. product.OnlyNamed.Select(named => named with { Version = At(named.Version) })],
        };

        EventBody Body(EventBody body) => body switch
        {
            CartChanged e => e with { Cart = Cart(e.Cart) },
            CartRemoved e => e with { At = At(e.At) },
            OrderChanged e => e with { Order = Order(e.Order) },
            OrderRemoved e => e with { At = At(e.At) },
            RefundMade e => e with { At = At(e.At) },
            CustomerChanged e => e with { Version = At(e.Version) },
            CustomerRemoved e => e with { At = At(e.At) },
            CustomersMerged e => e with { At = At(e.At) },
            ConsentChanged e => e with { At = At(e.At) },
            ProductChanged e => e with { Product = Product(e.Product) },
            ProductRemoved e => e with { At = At(e.At) },
            ProductViewed e => e with { At = At(e.At) },
            BrowserTied e => e with { At = At(e.At) },
            CustomerErased e => e with { At = At(e.At) },
            ReminderPutOff e => e with { At = At(e.At) },
            StoreUninstalled e => e with { At = At(e.At) },
            StoreErased e => e with { At = At(e.At) },
            CustomerDataRequested e => e with { At = At(e.At) },
            PlanChanged e => e with { Plan = e.Plan with { At = At(e.Plan.At) } },
            ScopesChanged e => e with { At = At(e.At) },
            ShopChanged e => e with { Profile = e.Profile with { At = At(e.Profile.At) } },
            _ => body,
        };
    }
}
