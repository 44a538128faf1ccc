using StoreConnector.Core.Customers;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Insights;

/// <summary>One person of a replay.</summary>
internal sealed class ReplayPerson(Alias founding, string key)
{
    private ReplayPerson? into;

    /// <summary>The alias this record was founded on: the key is made from it.</summary>
    public Alias Founding => founding;

    public CustomerState State { get; set; } = new() { Key = key };

    /// <summary>When the person is looked at next, or null.</summary>
    public DateTimeOffset? WakeAt { get; set; }

    /// <summary>Whether the span's events are about them.</summary>
    public bool IsOfSpan { get; set; }

    /// <summary>What is followed about them, by automation and occasion.</summary>
    public Dictionary<string, ReplayOccasion> Occasions { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether an address or a number of their own is known.</summary>
    public bool HasAddress => State.Email is not null || State.Phone is not null;

    /// <summary>Who they are by now.</summary>
    public ReplayPerson Root()
    {
        var root = this;
        while (root.into is { } next) { root = next; }

        return root;
    }

    /// <summary>Takes a weaker record over: its state and what is followed about it.</summary>
    public void Absorb(ReplayPerson weaker)
    {
        State = CustomerEvolution.Join(State, weaker.State);
        IsOfSpan |= weaker.IsOfSpan;
        foreach (var occasion in weaker.Occasions.Values.ToList()) { Take(weaker, occasion); }

        weaker.into = this;
        weaker.State = new() { Key = weaker.State.Key };
    }

    /// <summary>Follows from now on what was followed about another.</summary>
    public void Take(ReplayPerson other, ReplayOccasion occasion)
    {
        other.Occasions.Remove(occasion.Key);
        occasion.Person = this;
        if (!Occasions.TryAdd(occasion.Key, occasion)) { Occasions[occasion.Key].Join(occasion); } // Followed twice.
    }
}

/// <summary>A cart, a drop or a refill of one person that a replay follows.</summary>
internal sealed class ReplayOccasion(ReplayPerson person, string automation, string name)
{
    public ReplayPerson Person { get; set; } = person;

    public string Automation => automation;

    public string Name => name;

    public string Key { get; } = DecisionEntry.KeyOf(automation, name);

    /// <summary>A look at it is on the way.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>It is told of.</summary>
    public bool Counts { get; set; }

    public bool IsReachable { get; set; }

    public bool WasBought { get; set; }

    /// <summary>A message would have left.</summary>
    public bool HadMessage { get; set; }

    /// <summary>A cart's last change before it was left; a refill's last purchase.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>What a refill is of.</summary>
    public long ProductId { get; set; }

    /// <summary>Until when a purchase is one that we might have brought about.</summary>
    public DateTimeOffset Until { get; set; }

    /// <summary>Why nothing leaves; null while nobody has said.</summary>
    public string? Code { get; private set; }

    private bool isSettled;

    /// <summary>
    /// Notes a decision. The first that says no is the reason: later ones only say what came after it.
    /// </summary>
    public void Note(DecisionEntry? decision)
    {
        if (isSettled || !Counts || decision is null || decision.Kind == "send") { return; }

        (Code, isSettled) = (decision.Code, decision.Kind == "skip");
    }

    /// <summary>With what was found out about the same thing elsewhere.</summary>
    public void Join(ReplayOccasion other)
    {
        (IsReachable, WasBought) = (IsReachable || other.IsReachable, WasBought || other.WasBought);
        HadMessage |= other.HadMessage;
        if (other.Counts && !Counts)
        {
            (Counts, Since, Until, ProductId) = (true, other.Since, other.Until, other.ProductId);
            (Code, isSettled) = (other.Code, other.isSettled);
        }

        other.Counts = false;
    }
}
