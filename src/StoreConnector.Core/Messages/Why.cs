namespace StoreConnector.Core.Messages;

/// <summary>Why this person may be written to: printed in every message, and true.</summary>
public abstract record Why
{
    private Why() { }

    /// <summary>They asked for it.</summary>
    /// <param name="On">The day they did, in the store's zone.</param>
    public sealed record Express(DateTimeOffset On) : Why;

    /// <summary>They bought, and the law lets a shop write to its customers until they say no.</summary>
    /// <param name="On">The day of the purchase, in the store's zone.</param>
    public sealed record Soft(DateTimeOffset On) : Why;
}
