using System.Diagnostics;
using System.Net;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>One folder has one service, and a service that is told to stop ends well.</summary>
[Trait("Speed", "slow")]
public sealed class StopTests
{
    [Fact]
    public async Task A_folder_in_use_is_told_in_one_line()
    {
        using var folder = new TemporaryFolder();
        await using var first = await ServiceProcess.StartAsync(folder.Path);

        var (code, said) = await ServiceProcess.RefusedAsync(folder.Path);

        Assert.Equal(1, code);
        Assert.Contains("in use by another StoreConnector", Assert.Single(
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)), StringComparison.Ordinal);
        Assert.True(first.IsAlive);
    }

    [Fact]
    public async Task A_service_that_is_told_to_stop_finishes_what_it_took_and_ends_with_0()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(folder.Path);
        using var client = new Client(service.Address);
        var shop = await client.LiveAsync("shopify", "stopped.myshopify.com", ["PT1H"]);
        using var enough = new CancellationTokenSource();
        var taken = 0;
        var senders = Enumerable.Range(0, 8).Select(async s =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                try
                {
                    var body = Bodies.Checkout($"t{s}-{i}", $"p{s}-{i}@example.com", DateTimeOffset.UtcNow);
                    if (await client.ShopifyAsync(shop, "checkouts/update", body) != HttpStatusCode.OK) { return; }

                    Interlocked.Increment(ref taken);
                }
                catch (HttpRequestException) { return; } // It has stopped.
            }
        }).ToArray();
        await Client.UntilAsync(() => Task.FromResult(Volatile.Read(ref taken)), n => n >= 50);

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await service.TerminateAsync());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        await enough.CancelAsync();
        await Task.WhenAll(senders);

        Assert.DoesNotContain("   at ", service.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(" failed", service.Log, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "data", "storeconnector.db-wal")), "Stopping empties the log.");
    }
}
