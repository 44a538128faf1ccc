using System.Collections.Immutable;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Automations.AbandonedCart;

/// <summary>One cart as a decision sees it: a checkout and the cart it was made from are one occasion.</summary>
/// <param name="Occasion">Its name, for ever: the cart's key, or the checkout's where no cart is known.</param>
/// <param name="Keys">The keys of all views of it: a send under any of them counts.</param>
/// <param name="Cart">The newest snapshot.</param>
/// <param name="Email">The address typed into any view of it, the newest first.</param>
/// <param name="Phone">The number typed into any view of it.</param>
/// <param name="CompletedAt">The platform says it became an order.</param>
/// <param name="Removed">The platform removed the newest view.</param>
/// <param name="Moved">It is somebody else's.</param>
/// <param name="StartedAt">When the oldest view was begun.</param>
public sealed record CartView(
    string Occasion, ImmutableSortedSet<string> Keys, Cart Cart, EmailAddress? Email, PhoneNumber? Phone,
    DateTimeOffset? CompletedAt, bool Removed, bool Moved, DateTimeOffset StartedAt);

/// <summary>Gathers a customer's carts and the facts of each.</summary>
public static class CartFacts
{
    /// <summary>All carts of a customer, newest change first; a checkout is grouped with its cart.</summary>
    public static IReadOnlyList<CartView> Views(CustomerState state) =>
        [.. state.Carts.Where(c => c.Value.Cart is not null).GroupBy(c => OccasionOf(c.Value.Cart!), c => c.Value)
            .Select(g => View(g, state.Carts.GetValueOrDefault(g.Key)?.MovedAt)).OrderByDescending(v => v.Cart.Version)
                .ThenBy(v => v.Occasion, StringComparer.Ordinal)];

    /// <summary>The occasion a snapshot belongs to.</summary>
    public static string OccasionOf(Cart cart) =>
        cart.CartToken is { } token ? new CartId(CartKind.Cart, token).Key : cart.Id.Key;

    /// <summary>The address a reminder about this cart would go to.</summary>
    public static EmailAddress? AddressFor(CustomerState state, CartView view) =>
        state.Email is { } own && (view.Email is null || own.At > view.Cart.Version) ? own.Value : view.Email;

    /// <summary>Every address whose record a decision about this person may rest on.</summary>
    public static IReadOnlyList<Contact> ContactsOf(CustomerState state)
    {
        var carts = state.Carts.Values.Where(c => c.Cart is not null).Select(c => c.Cart!).ToList();
        var emails = carts.Select(c => c.Email).Append(state.Email?.Value).OfType<EmailAddress>().Select(Contact.Of);
        var phones = carts.Select(c => c.Phone).Append(state.Phone?.Value).OfType<PhoneNumber>().Select(Contact.Of);
        return [.. emails.Concat(phones).Distinct()];
    }

    /// <summary>The addresses a reminder about this cart would go to.</summary>
    public static Addresses AddressesOf(CustomerState state, CartView view) => new(
        AddressFor(state, view),
        state.Phone is { } own && (view.Phone is null || own.At > view.Cart.Version) ? own.Value : view.Phone);

    /// <summary>Decides every cart of a person.</summary>
    public static IEnumerable<Candidate> Look(CustomerState state, Surroundings around)
    {
        var views = Views(state);
        foreach (var view in views)
        {
            var facts = Of(state, view, NewerThan(view, views), around);
            yield return new(AbandonedCart.Name, view.Occasion, facts, AbandonedCart.Decide(facts),
                new Subject.Cart(view));
        }
    }

    /// <summary>The facts of one cart.</summary>
    public static AbandonedCartFacts Of(CustomerState state, CartView view, string? newerCart, Surroundings around)
    {
        var mine = state.Sends.Values.Where(s => s.Automation == AbandonedCart.Name)
            .ToLookup(s => IsOf(view, s.Occasion));
        return new()
        {
            Now = around.Now,
            Settings = around.Store.AbandonedCart,
            RulesVersion = Permission.RulesVersion,
            StoreActive = around.Store.IsActive,
            Stopped = around.Store.Stopped(AbandonedCart.Name),
            Recipient = Reach.Of(state, AddressesOf(state, view), Purpose.Cart, around),
            ChangedAt = view.Cart.Version,
            StartedAt = view.StartedAt,
            Items = view.Cart.ItemCount,
            CompletedAt = view.CompletedAt,
            Removed = view.Removed,
            Moved = view.Moved,
            NewerCart = newerCart,
            Purchase = PurchaseFacts.Ending(state, view, around.Contacts,
                around.Store.AbandonedCart.QuietAfterPurchase),
            LastPurchaseAt = PurchaseFacts.LastAt(state),
            Steps = [.. mine[true].Select(s => new StepFact(s.Step, s.Status, s.ClaimedAt, s.Channel))
                .OrderBy(s => s.Step)],
            LastOfAnotherCart = mine[false].Where(s => s.Counts()).Max(s => (DateTimeOffset?)s.ClaimedAt),
        };
    }

    /// <summary>A newer cart that is still open to be spoken of silences the older ones.</summary>
    private static string? NewerThan(CartView view, IReadOnlyList<CartView> views) => views
        .TakeWhile(v => v.Occasion != view.Occasion)
        .FirstOrDefault(v => v is { Removed: false, Moved: false, CompletedAt: null, Cart.ItemCount: > 0 })?.Occasion;

    private static bool IsOf(CartView view, string occasion) => view.Keys.Contains(occasion)
        || occasion == view.Occasion;

    private static CartView View(IGrouping<string, CartEntry> group, DateTimeOffset? occasionMovedAt)
    {
        var newestFirst = group.OrderByDescending(c => c.Cart!.Version).ThenByDescending(c => c.Cart!.Id.Kind).ToList();
        var newest = newestFirst[0];
        var cart = newest.Cart!;
        return new(
            group.Key,
            [.. group.Select(c => c.Cart!.Id.Key)],
            // A checkout knows more than its cart; while both say the same moment, its words are taken.
            cart with { RecoveryUrl = newestFirst.Select(c => c.Cart!.RecoveryUrl).FirstOrDefault(u => u is not null) },
            newestFirst.Select(c => c.Cart!.Email).FirstOrDefault(e => e is not null),
            newestFirst.Select(c => c.Cart!.Phone).FirstOrDefault(p => p is not null),
            newestFirst.Select(c => c.Cart!.CompletedAt).Max(),
            group.All(c => c.Cart!.Version <= c.RemovedAt) || cart.Version <= newest.RemovedAt,
            cart.Version <= occasionMovedAt || newestFirst.Any(c => c.Cart!.Version <= c.MovedAt),
            group.Min(c => c.Cart!.StartedAt));
    }
}
