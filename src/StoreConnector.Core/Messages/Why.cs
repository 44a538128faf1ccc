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

    /// <summary>
    /// The law lets a shop write until they say no; they are told of the purchase that their address came from, or that
    /// they left it there.
    /// </summary>
    /// <param name="On">The day of the purchase, in the store's zone; null when there was none.</param>
    public sealed record OptOut(DateTimeOffset? On) : Why;

    /// <summary>They asked to be told about this one thing.</summary>
    /// <param name="Title">What, as the shop calls it.</param>
    public sealed record Requested(string Title) : Why;
}
