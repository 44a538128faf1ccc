using Microsoft.Extensions.DependencyInjection.Extensions;
using StoreConnector.Admin;
using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector;

/// <summary>Holds the places of parts that are not built yet, so that the rest can be run. Real parts registered
/// before win.</summary>
internal static class StandIns
{
    public static IServiceCollection AddStandIns(this IServiceCollection services)
    {
        services.TryAddSingleton<IShopEventHandler, DoesNothing>();
        services.TryAddSingleton<IWakeUpHandler, DoesNothing>();
        services.TryAddSingleton<ISweeper, DoesNothing>();
        services.TryAddSingleton<ICustomerReader, KnowsNobody>();
        services.TryAddSingleton<IOutboxReader, KnowsNobody>();
        return services;
    }

    private sealed class DoesNothing : IShopEventHandler, IWakeUpHandler, ISweeper
    {
        public Task HandleAsync(ShopEventMessage message, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task HandleAsync(WakeUpMessage message, CancellationToken cancel) => throw new NotSupportedException();

        public Task SweepAsync(CancellationToken cancel) => Task.CompletedTask;
    }

    private sealed class KnowsNobody : ICustomerReader, IOutboxReader
    {
        public ValueTask<IReadOnlyList<CustomerSummary>> SearchAsync(
            RegisteredStore store, CustomerQuery query, CancellationToken cancel) => new([]);

        public ValueTask<CustomerModel?> FindAsync(RegisteredStore store, string key, CancellationToken cancel) =>
            new((CustomerModel?)null);

        public ValueTask<IReadOnlyList<OutboxItem>> ReadAsync(string storeId, CancellationToken cancel) => new([]);
    }
}
