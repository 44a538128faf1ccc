using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Hosting.Standalone;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Hosting;

public sealed class QueuePumpTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly FakeEngine engine;
    private readonly CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));

    public QueuePumpTests() => engine = new(clock);

    public void Dispose() => limit.Dispose();

    [Fact]
    public async Task A_handled_message_is_deleted_and_a_failed_one_is_left_to_its_lease()
    {
        var seen = new ConcurrentQueue<string>();
        await SendAsync("good", "bad", "good too");
        using var pump = Pump(4, (text, _) =>
        {
            seen.Enqueue(text);
            return text == "bad" ? throw new InvalidOperationException("as asked") : Task.CompletedTask;
        });

        await pump.StartAsync(limit.Token);
        await Eventually.HoldsAsync(() => seen.Count == 3);
        await pump.StopAsync(limit.Token);

        Assert.Equal("bad", Queues.Read<ImportMessage>(Assert.Single(engine.Messages(Queues.Imports)).Body).After);
        Assert.Empty(engine.Visible(Queues.Imports));
    }

    [Fact]
    public async Task No_more_than_its_share_is_handled_at_once()
    {
        var (now, most, done) = (0, 0, 0);
        await SendAsync([.. Enumerable.Range(0, 30).Select(i => $"{i}")]);
        using var pump = Pump(3, async (_, cancel) =>
        {
            var here = Interlocked.Increment(ref now);
            InterlockedMax(ref most, here);
            await Task.Delay(2, cancel);
            Interlocked.Decrement(ref now);
            Interlocked.Increment(ref done);
        });

        await pump.StartAsync(limit.Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref done) == 30);
        await pump.StopAsync(limit.Token);

        Assert.InRange(most, 2, 3);
        Assert.Empty(engine.Messages(Queues.Imports));
    }

    [Fact]
    public async Task What_is_under_way_ends_before_the_service_does()
    {
        var (begun, may) = (new TaskCompletionSource(), new TaskCompletionSource());
        await SendAsync("slow");
        using var pump = Pump(2, async (_, _) =>
        {
            begun.SetResult();
            await may.Task;
        });

        await pump.StartAsync(limit.Token);
        await begun.Task.WaitAsync(limit.Token);
        var stopping = pump.StopAsync(limit.Token);
        Assert.False(stopping.IsCompleted);
        may.SetResult();
        await stopping;

        Assert.Empty(engine.Messages(Queues.Imports));
    }

    [Fact]
    public async Task A_handler_that_the_host_has_no_patience_for_leaves_its_message()
    {
        var begun = new TaskCompletionSource();
        await SendAsync("endless");
        using var pump = Pump(2, async (_, cancel) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        });

        await pump.StartAsync(limit.Token);
        await begun.Task.WaitAsync(limit.Token);
        await pump.StopAsync(new CancellationToken(canceled: true));

        await Eventually.HoldsAsync(() => engine.Messages(Queues.Imports).Count == 1);
    }

    [Fact]
    public async Task A_message_that_could_not_be_deleted_comes_again()
    {
        var seen = 0;
        await SendAsync("twice");
        engine.Before = step => step.What == "delete-message" ? throw new StorageUnavailableException("as asked") : default;
        using var pump = Pump(1, (_, _) =>
        {
            Interlocked.Increment(ref seen);
            return Task.CompletedTask;
        });

        await pump.StartAsync(limit.Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref seen) == 1);
        clock.Advance(QueuePump.Lease * 2);
        engine.Wake();
        await Eventually.HoldsAsync(() => Volatile.Read(ref seen) >= 2);
        await pump.StopAsync(limit.Token);

        Assert.Single(engine.Messages(Queues.Imports));
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task Storage_that_is_silent_for_a_while_stops_nothing_for_good()
    {
        var (seen, failed) = (0, false);
        await SendAsync("late");
        engine.Before = step =>
        {
            if (step.What != "receive" || failed) { return default; }

            failed = true;
            throw new StorageUnavailableException("as asked");
        };
        using var pump = Pump(1, (_, _) =>
        {
            Interlocked.Increment(ref seen);
            return Task.CompletedTask;
        });

        await pump.StartAsync(limit.Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref seen) == 1);
        await pump.StopAsync(limit.Token);
    }

    private static void InterlockedMax(ref int most, int here)
    {
        int known;
        while ((known = Volatile.Read(ref most)) < here) { Interlocked.CompareExchange(ref most, here, known); }
    }

    private QueuePump Pump(int parallel, Func<string, CancellationToken, Task> handle)
    {
        var handlers = new FakeHandlers { OnImport = (message, cancel) => handle(message.After, cancel) };
        return new(Queues.Imports, parallel, TimeSpan.FromMilliseconds(20), engine, handlers.Runner(engine, clock),
            NullLogger<QueuePump>.Instance);
    }

    private async Task SendAsync(params string[] texts)
    {
        var queue = await ((IQueues)engine).OpenAsync(Queues.Imports, limit.Token);
        await queue.SendAsync([.. texts.Select(t => new QueueSend(FakeHandlers.Message(t)))], limit.Token);
    }
}
