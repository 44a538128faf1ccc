using StoreConnector.Processing;

namespace StoreConnector.Hosting.Standalone;

/// <summary>Sweeps once at the start and then each minute of the service's clock.</summary>
/// <param name="every">Longer than a minute only where the clock runs faster than storage can be asked.</param>
internal sealed class SweepTimer(TimeSpan every, ISweeper sweeper, TimeProvider clock, ILogger<SweepTimer> log)
    : BackgroundService
{
    /// <summary>Between sweeps, on the service's clock.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        do
        {
            try
            {
                await sweeper.SweepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) // The next sweep begins where this one did.
            {
                log.SweepFailed(e.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(
            t => t.IsCompletedSuccessfully && t.Result, TaskScheduler.Default));
    }
}
