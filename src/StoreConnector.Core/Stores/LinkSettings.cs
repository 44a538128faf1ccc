using StoreConnector.Core.Values;

namespace StoreConnector.Core.Stores;

/// <summary>Where a store's messages may lead.</summary>
public sealed record LinkSettings
{
    /// <summary>The most hosts of one store.</summary>
    public const int MaxHosts = 10;

    /// <summary>What a new store starts with.</summary>
    public static readonly LinkSettings Default = new();

    /// <summary>
    /// Hosts of the shop beside the platform's own, for example the domain that shoppers know; lower case.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>
    /// Whether a link leads to the shop: its host is the platform's own for it, or one of <see cref="Hosts"/>. While a
    /// Shopify shop has named none, what Shopify signed is believed: its links use the domain that shoppers know.
    /// </summary>
    public bool Allow(Store store, Uri link) =>
        IsOwn(link.IdnHost, store.Domain) || Hosts.Any(h => IsOwn(link.IdnHost, h))
        || (store.Platform == Platform.Shopify && Hosts.Count == 0);

    /// <summary>By value: settings that say the same are the same.</summary>
    public bool Equals(LinkSettings? other) => other is not null && Hosts.SequenceEqual(other.Hosts);

    /// <inheritdoc/>
    public override int GetHashCode() => Hosts.Count;

    private static bool IsOwn(string host, string own) =>
        host.Equals(own, StringComparison.OrdinalIgnoreCase)
        || host.Equals("www." + own, StringComparison.OrdinalIgnoreCase)
        || own.Equals("www." + host, StringComparison.OrdinalIgnoreCase);
}
