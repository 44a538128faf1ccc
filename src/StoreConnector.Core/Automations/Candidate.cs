using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;

namespace StoreConnector.Core.Automations;

/// <summary>What a message is about: a closed family.</summary>
public abstract record Subject
{
    private Subject() { }

    /// <summary>A cart that was left.</summary>
    public sealed record Cart(CartView View) : Subject;

    /// <summary>Things that cost less, the most wanted first.</summary>
    public sealed record Drops(IReadOnlyList<PriceDrop.Drop> All) : Subject;

    /// <summary>A product that is nearly used up.</summary>
    public sealed record Reorder(Replenishment.Refill Refill) : Subject;
}

/// <summary>One occasion of one automation, with its verdict.</summary>
/// <param name="Automation">Which.</param>
/// <param name="Occasion">About what, once.</param>
/// <param name="Facts">What the verdict rests on.</param>
/// <param name="Decision">The verdict.</param>
/// <param name="Subject">What a message would be about; null when there is nothing left to speak of.</param>
/// <param name="Worth">Which of several of one automation goes first: the greater.</param>
public sealed record Candidate(
    string Automation, string Occasion, AutomationFacts Facts, Decision Decision, Subject? Subject, double Worth = 0);

/// <summary>The automations: each is a folder beside this file and a line here.</summary>
public static class AllAutomations
{
    /// <summary>
    /// In the order of worth, for of all that could be sent to a person now, one leaves: what they had begun to buy;
    /// what is true for two days; what stays true for weeks.
    /// </summary>
    public static IReadOnlyList<(string Name, Func<CustomerState, Surroundings, IEnumerable<Candidate>> Look)> InOrder
    {
        get;
    } =
    [
        (AbandonedCart.AbandonedCart.Name, CartFacts.Look),
        (PriceDrop.PriceDrop.Name, PriceDrop.DropFacts.Look),
        (Replenishment.Replenishment.Name, Replenishment.Refills.Look),
    ];
}
