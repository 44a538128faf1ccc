namespace StoreConnector.Core.Messages;

/// <summary>
/// What every message has, whatever it is about: who writes to whom, in which language, why, and how to stop it.
/// </summary>
public sealed record Envelope
{
    /// <summary><c>en</c> or <c>ar</c>: see <see cref="MessageLanguage"/>.</summary>
    public required string Language { get; init; }

    /// <summary>How the store shows itself.</summary>
    public required Brand Brand { get; init; }

    /// <summary>The given name, if it is known.</summary>
    public string? PersonName { get; init; }

    /// <summary>Why this person is written to.</summary>
    public required Why Why { get; init; }

    /// <summary>The way out, one per contact.</summary>
    public required Uri Unsubscribe { get; init; }

    /// <summary>The page of choices, where there is one.</summary>
    public Uri? Preferences { get; init; }

    /// <summary>What the merchant says in other words than ours.</summary>
    public OwnWords Words { get; init; } = OwnWords.None;

    /// <summary>What is missing that no marketing message may leave without; empty when nothing is.</summary>
    /// <param name="others">What this kind of message needs besides, and whether it is there.</param>
    internal IReadOnlyList<string> Missing(params ReadOnlySpan<(string What, bool There)> others)
    {
        var missing = new List<string>();
        Need("store name", Printable.Clean(Brand.Name) is not null);
        Need("postal address", Printable.Clean(Brand.PostalAddress) is not null);
        foreach (var (what, there) in others) { Need(what, there); }

        Need("unsubscribe link", MessageLink.IsLink(Unsubscribe));
        Need("reason", Why is Why.Requested asked ? Printable.Clean(asked.Title) is not null : Why is not null);
        return missing;

        void Need(string what, bool there)
        {
            if (!there) { missing.Add(what); }
        }
    }
}
