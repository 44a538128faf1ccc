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

    /// <summary>Pages of imports handled at the same time: what happens now goes first.</summary>
    private const int Imports = 2;

    public static IServiceCollection AddPumps(this IServiceCollection services, ServiceClock clock)
    {
        var idle = TimeSpan.FromSeconds(1 / Math.Min(clock.Speed, 20)); // A fast clock makes messages visible sooner.
        (string Queue, int Parallel)[] pumps =
        [
            (Queues.ShopEvents, ShopEvents), (Queues.WakeUps, WakeUps), (Queues.ProductChanges, ProductChanges),
            (Queues.Imports, Imports),
        ];
        foreach (var (queue, parallel) in pumps)
        {
            services.AddSingleton<IHostedService>(all => new QueuePump(queue, parallel, idle,
                all.GetRequiredService<IQueues>(), all.GetRequiredService<MessageRunner>(),
                all.GetRequiredService<ILogger<QueuePump>>()));
        }

        return services.AddHostedService<SweepTimer>().AddHostedService<NightlyTimer>();
    }
}
