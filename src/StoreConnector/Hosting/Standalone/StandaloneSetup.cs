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

    /// <summary>Between two looks at a queue that is empty, on the clock of the machine.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    /// <summary>The same for a clock that runs fast, which makes messages visible sooner.</summary>
    private static readonly TimeSpan Hurried = TimeSpan.FromMilliseconds(50);

    /// <summary>And for one whose looks go over the network.</summary>
    private static readonly TimeSpan HurriedAfar = TimeSpan.FromMilliseconds(250);

    /// <param name="services">What the service is made of.</param>
    /// <param name="clock">The clock that wake-ups are due by.</param>
    /// <param name="isAfar">Whether storage is across a network, where each look costs.</param>
    public static IServiceCollection AddPumps(this IServiceCollection services, ServiceClock clock, bool isAfar)
    {
        var least = isAfar ? HurriedAfar : Hurried;
        var idle = Idle / clock.Speed < least ? least : Idle / clock.Speed;
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

        var sweeps = SweepTimer.Every / clock.Speed < least && isAfar ? least * clock.Speed : SweepTimer.Every;
        return services.AddHostedService<NightlyTimer>().AddHostedService(all => new SweepTimer(sweeps,
            all.GetRequiredService<ISweeper>(), all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<ILogger<SweepTimer>>()));
    }
}
