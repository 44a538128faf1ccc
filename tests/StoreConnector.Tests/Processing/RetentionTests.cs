using StoreConnector.Channels;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Processing;

/// <summary>What is kept for a time goes when the time is over, and nothing sooner.</summary>
public sealed class RetentionTests
{
    private readonly World world = new();

    private StoreContext Store => new(world.Store, world.Customers);

    [Fact]
    public async Task A_message_of_the_outbox_goes_after_thirty_days_with_the_row_that_finds_it()
    {
        var outbox = new StoredOutbox(world.Engine, world.Clock);
        for (var n = 0; n < 130; n++) { await KeepAsync(outbox, $"{n:x32}"); }
        world.Clock.Advance(TimeSpan.FromDays(29));
        await KeepAsync(outbox, "young");

        await outbox.ForgetOldAsync(Store, world.Clock.Now, default);
        Assert.Equal(131, (await outbox.ReadAsync(World.StoreId, default)).Count);

        world.Clock.Advance(TimeSpan.FromDays(2));
        await outbox.ForgetOldAsync(Store, world.Clock.Now, default);
        Assert.Equal("young", Assert.Single(await outbox.ReadAsync(World.StoreId, default)).Occasion);
        Assert.False(await outbox.HasAsync(World.StoreId, $"{3:x32}", default));
        Assert.True(await outbox.HasAsync(World.StoreId, "young", default));
    }

    [Fact]
    public async Task The_log_goes_after_thirteen_months_and_what_is_younger_stays()
    {
        await world.ApplyAsync(Story.Checkout("old", 1, "t1", "mariam@example.com"));
        var first = DateOnly.FromDateTime(world.Clock.Now.UtcDateTime);
        Assert.NotEqual(0, await CountAsync(first));
        world.Clock.Advance(TimeSpan.FromDays(OldLog.Days));
        await new OldLog().ForgetOldAsync(Store, world.Clock.Now, default);
        Assert.NotEqual(0, await CountAsync(first));

        world.Clock.Advance(TimeSpan.FromDays(1));
        await new OldLog().ForgetOldAsync(Store, world.Clock.Now, default);
        Assert.Equal(0, await CountAsync(first));
    }

    [Fact]
    public async Task A_night_reads_only_the_days_that_are_new_since_the_last()
    {
        world.Clock.Advance(TimeSpan.FromDays(OldLog.Days + 10));
        await new OldLog().ForgetOldAsync(Store, world.Clock.Now, default);
        var reads = 0;
        world.Engine.Before = call => { reads += call.Key.StartsWith("log-", StringComparison.Ordinal) ? 1 : 0; return default; };

        world.Clock.Advance(TimeSpan.FromDays(1));
        await new OldLog().ForgetOldAsync(Store, world.Clock.Now, default);

        Assert.Equal(EventLog.Shards, reads);
    }

    private static ValueTask KeepAsync(StoredOutbox outbox, string sendId) => outbox.KeepAsync(
        new(World.StoreId, sendId, Channel.Email, "mariam@example.com", new MessageContent.Sms(null, "Text", 1), "abandoned-cart", sendId, 1), default);

    private async Task<int> CountAsync(DateOnly day)
    {
        var count = 0;
        await foreach (var _ in EventLog.ReadDayAsync(world.Table, day, default)) { count++; }

        return count;
    }
}
