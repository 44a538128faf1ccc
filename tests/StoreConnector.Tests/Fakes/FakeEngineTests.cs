using StoreConnector.Storage;
using StoreConnector.Tests.Contracts;

namespace StoreConnector.Tests.Fakes;

public sealed class FakeTableTests : TableContract
{
    private protected override ITables Tables { get; } = new FakeEngine(new ManualClock());
}

public sealed class FakeQueueTests : QueueContract
{
    private readonly FakeEngine engine;

    public FakeQueueTests() => engine = new(Service);

    private protected override IQueues Queues => engine;

    private protected override Task EndLeasesAsync()
    {
        Service.Advance(Lease); // The fake has one clock.
        return Task.CompletedTask;
    }
}

/// <summary>What only the fake can do.</summary>
public sealed class FakeEngineTests
{
    private readonly FakeEngine engine = new(new ManualClock());

    [Fact]
    public async Task A_crash_before_leaves_nothing_and_a_crash_after_leaves_everything()
    {
        var table = await ((ITables)engine).OpenAsync("table", default);
        engine.Before = step => step.IsWrite ? throw new TimeoutException() : default;
        await Assert.ThrowsAsync<TimeoutException>(async () => await Put(table, "before"));
        (engine.Before, engine.After) = (null, engine.Before);
        await Assert.ThrowsAsync<TimeoutException>(async () => await Put(table, "after"));
        Assert.Equal(["after"], engine.Rows("table").Select(row => row.Key));
    }

    [Fact]
    public async Task Steps_are_numbered_and_say_what_they_are()
    {
        var seen = new List<string>();
        engine.Before = step =>
        {
            seen.Add($"{step.Number} {step.What} {step.Where} {step.Key}{(step.IsWrite ? " !" : "")}");
            return default;
        };
        var table = await ((ITables)engine).OpenAsync("table", default);
        await Put(table, "r");
        await table.ReadAsync("p", "r", default);
        var queue = await ((IQueues)engine).OpenAsync("queue", default);
        await queue.SendAsync([new(default)], default);
        await queue.DeleteAsync((await queue.ReceiveAsync(1, TimeSpan.FromSeconds(1), default))[0], default);
        Assert.Equal(
            [
                "1 open table  !", "2 write table p/r !", "3 read table p/r", "4 open queue  !", "5 send queue  !",
                "6 receive queue  !", "7 delete-message queue 2 !",
            ],
            seen);
    }

    [Fact]
    public async Task A_kept_state_brings_everything_back_and_a_clone_goes_its_own_way()
    {
        var table = await ((ITables)engine).OpenAsync("table", default);
        await Put(table, "kept");
        var kept = engine.State;
        var clone = engine.Clone();
        await Put(table, "later");
        Assert.Equal(["kept"], clone.Rows("table").Select(row => row.Key));
        engine.State = kept;
        Assert.Equal(["kept"], engine.Rows("table").Select(row => row.Key));
    }

    [Fact]
    public async Task A_scheduler_can_hold_one_handler_while_another_goes_on()
    {
        var table = await ((ITables)engine).OpenAsync("table", default);
        var hold = new TaskCompletionSource();
        engine.Before = step => step.Key == "p/slow" ? new(hold.Task) : default;
        var slow = Put(table, "slow");
        await Put(table, "fast");
        Assert.Equal(["fast"], engine.Rows("table").Select(row => row.Key));
        hold.SetResult();
        Assert.True(await slow);
        Assert.Equal(["fast", "slow"], engine.Rows("table").Select(row => row.Key));
    }

    private static ValueTask<bool> Put(ITable table, string key) =>
        table.TryWriteAsync("p", [new TableWrite.Put(key, default)], default);
}
