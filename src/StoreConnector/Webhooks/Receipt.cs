namespace StoreConnector.Webhooks;

/// <summary>What became of a delivery: a closed family, turned into a status code at the endpoint and nowhere
/// else.</summary>
internal abstract record Receipt
{
    /// <summary>Its events are on the queue, on disk.</summary>
    public sealed record Queued(int Events) : Receipt;

    /// <summary>Signed, but not readable: kept, listed, can be run again.</summary>
    public sealed record Kept(string Id) : Receipt;

    /// <summary>Understood, and nothing to do.</summary>
    public sealed record Ignored(string Reason) : Receipt;

    /// <summary>A compliance topic or a farewell of a store that we do not know: a receipt was written.</summary>
    public sealed record Noted : Receipt;

    /// <summary>A WooCommerce site's first knock: nothing is done with it.</summary>
    public sealed record Ping : Receipt;

    /// <summary>No store, or no hook, of ours.</summary>
    public sealed record UnknownStore : Receipt;

    /// <summary>Not signed by anybody we know; nothing was kept.</summary>
    public sealed record Unverified(string Reason) : Receipt;

    /// <summary>Longer than we listen to.</summary>
    public sealed record TooLong : Receipt;

    /// <summary>Storage did not take it: nothing is promised, the platform is to deliver it again.</summary>
    public sealed record CannotStore : Receipt;
}
