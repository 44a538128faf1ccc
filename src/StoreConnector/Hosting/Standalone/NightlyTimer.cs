using StoreConnector.Processing;

namespace StoreConnector.Hosting.Standalone;

/// <summary>
/// Asks each hour of the service's clock whether the night's work is done; the work itself knows when it is due.
/// </summary>
internal sealed class NightlyTimer(INightly nightly, TimeProvider clock, ILogger<NightlyTimer> log) : BackgroundService
{
    /// <summary>Between two questions, on the service's clock.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(
            t => t.IsCompletedSuccessfully && t.Result, TaskScheduler.Default))
        {
            try
            {
                await nightly.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) // The next hour asks again.
            {
                log.NightFailed(e.GetType().Name);
            }
        }
    }
}
