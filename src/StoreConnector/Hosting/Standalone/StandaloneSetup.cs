using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector.Hosting.Standalone;

/// <summary>The life in one process: pumps and a timer beside Kestrel.</summary>
internal static class StandaloneSetup
{
    /// <summary>
    /// Events handled at the same time. Each waits for the disk several times, and those that wait together share one
    /// sync: many are faster than few, also on two cores.
    /// </summary>
    private const int ShopEvents = 32;

    /// <summary>Wake-ups handled at the same time: each may call a vendor.</summary>
    private const int WakeUps = 4;

    /// <summary>Pages of fan-outs handled at the same time: their events have to be handled too.</summary>
    private const int ProductChanges = 2;

    public static IServiceCollection AddPumps(this IServiceCollection services, ServiceClock clock)
    {
        var idle = TimeSpan.FromSeconds(1 / Math.Min(clock.Speed, 20)); // A fast clock makes messages visible sooner.
        services.AddSingleton<IHostedService>(all => Pump<ShopEventMessage>(
            all, Queues.ShopEvents, ShopEvents, idle, all.GetRequiredService<IShopEventHandler>().HandleAsync));
        services.AddSingleton<IHostedService>(all => Pump<WakeUpMessage>(
            all, Queues.WakeUps, WakeUps, idle, all.GetRequiredService<IWakeUpHandler>().HandleAsync));
        services.AddSingleton<IHostedService>(all => Pump<ProductChangeMessage>(
            all, Queues.ProductChanges, ProductChanges, idle,
            all.GetRequiredService<IProductChangeHandler>().HandleAsync));
        return services.AddHostedService<SweepTimer>().AddHostedService<NightlyTimer>();
    }

    private static QueuePump<T> Pump<T>(
        IServiceProvider all, string name, int parallel, TimeSpan idle, Func<T, CancellationToken, Task> handle) => new(
        name, parallel, idle, all.GetRequiredService<IQueues>(), handle, Queues.Read<T>,
        all.GetRequiredService<ILogger<QueuePump<T>>>());
}
