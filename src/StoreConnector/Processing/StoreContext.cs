using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Storage.Customers;
using StoreConnector.Storage.Products;

namespace StoreConnector.Processing;

/// <summary>One store, as processing needs it: what it is now, its customers and its products.</summary>
internal sealed record StoreContext(Store Store, CustomerTable Customers)
{
    /// <summary>What it sells.</summary>
    public ProductTable Products { get; } = new(Customers.Table);

    /// <summary>Who is interested in what.</summary>
    public InterestIndex Interests { get; } = new(Customers.Table);
}

/// <summary>Where processing finds a store; what the registry offers.</summary>
internal interface IStoreDirectory
{
    /// <summary>
    /// The store as it is now, or null when it is unknown or gone. Settings change at once: never cached by the caller.
    /// </summary>
    ValueTask<StoreContext?> FindAsync(string storeId, CancellationToken cancel);

    /// <summary>
    /// Stops an automation (by its name) or a channel (<see cref="Store.HoldOf"/>) until the merchant lets it go on;
    /// the
    /// first reason stays.
    /// </summary>
    ValueTask HoldAsync(string storeId, string what, Hold hold, CancellationToken cancel);

    /// <summary>Lets go on what was stopped for that reason, and for no other.</summary>
    ValueTask ReleaseAsync(string storeId, string what, string code, CancellationToken cancel);

    /// <summary>All stores of a platform that have not left.</summary>
    ValueTask<IReadOnlyList<StoreContext>> ActiveAsync(Platform platform, CancellationToken cancel);

    /// <summary>Notes that the store took the app away, unless it was installed again since.</summary>
    ValueTask UninstallAsync(string storeId, DateTimeOffset at, CancellationToken cancel);
}

/// <summary>Somebody else was always faster: the queue will deliver the message again.</summary>
internal sealed class ContentionException(string what, int attempts)
    : Exception($"{what}: {attempts} times another writer was faster; the queue will deliver it again.");
