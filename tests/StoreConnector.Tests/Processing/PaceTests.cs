using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing;

public sealed class PaceTests
{
    private const string Mail = "mariam@example.com";

    [Fact]
    public void No_minute_carries_more_than_two_minutes_worth_and_who_waits_long_enough_may() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(PositiveInt Rate, NonEmptyArray<byte> Asked)>(), asked =>
        {
            var world = Paced(asked.Rate.Get % 60 + 1);
            var (rate, now, taken) = (world.Store.Email.PerMinute!.Value, T0, new List<(DateTimeOffset At, int Tokens)>());
            foreach (var ask in asked.Asked.Get)
            {
                now += TimeSpan.FromSeconds(ask % 8);
                if (Take(world, 1, now) is { } until)
                {
                    Assert.True(until > now && until <= now.AddMinutes(2), $"Told to come back after {until - now}.");
                }
                else { taken.Add((now, 1)); }
            }

            Assert.All(taken, t => Assert.True(
                taken.Where(o => o.At >= t.At && o.At < t.At.AddMinutes(1)).Sum(o => o.Tokens) <= (2 * rate) + 1));
            Assert.Null(Take(world, 1, now.AddMinutes(3)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Many_copies_share_one_bucket()
    {
        var world = Paced(20);
        var store = (await world.FindAsync(World.StoreId, default))!;
        var asked = Enumerable.Range(0, 100).Select(i => Pace.TryTakeAsync(store, Channel.Email, 1, $"k{i}", T0, default).AsTask());
        Assert.Equal(20, (await Task.WhenAll(asked)).Count(until => until is null));
    }

    [Fact]
    public void A_text_longer_than_the_bucket_leaves_when_the_bucket_is_full()
    {
        var world = Paced(2);
        Assert.Null(Take(world, 5, T0));
        Assert.NotNull(Take(world, 1, T0));
    }

    [Fact]
    public async Task What_comes_too_fast_waits_and_leaves_later()
    {
        var world = Paced(3);
        for (var i = 0; i < 12; i++)
        {
            await world.ApplyAsync(Consent($"c{i}", 0, $"p{i}@example.com"));
            await world.ApplyAsync(Checkout($"k{i}", 1, $"t{i}", $"p{i}@example.com"));
        }

        await world.RunUntilAsync(At(61.5));
        Assert.InRange(world.Vendor.Accepted.Count, 1, 4);
        var waiting = world.People().Values.SelectMany(p => p.Decisions.Values).Where(d => d.Code == "paced").ToList();
        Assert.Equal(12 - world.Vendor.Accepted.Count, waiting.Count);
        Assert.All(waiting, d => Assert.Equal("wait", d.Kind));
        await world.RunUntilAsync(At(90));
        Assert.Equal(12, world.Vendor.Accepted.Count);
    }

    [Fact]
    public async Task A_busy_vendor_is_left_alone_for_a_while()
    {
        var world = Paced(null);
        world.Vendor.Says = _ => world.Clock.Now < At(70) ? new StoreConnector.Channels.SendResult.Refused("Too many requests (429).", StoreConnector.Channels.RefusalKind.Busy) : null;
        for (var i = 0; i < 5; i++)
        {
            await world.ApplyAsync(Consent($"c{i}", 0, $"p{i}@example.com"));
            await world.ApplyAsync(Checkout($"k{i}", 1 + (i * 3), $"t{i}", $"p{i}@example.com"));
        }

        await world.RunUntilAsync(At(61));
        Assert.Equal("p0@example.com", Assert.Single(world.People().Values, p => p.Sends.Count > 0).Email?.Value.Value);
        Assert.NotNull(Take(world, 1, world.Clock.Now.AddSeconds(30)));
        Assert.Null(Take(world, 1, world.Clock.Now.AddMinutes(4)));
    }

    [Fact]
    public void The_outbox_knows_no_pace()
    {
        var world = new World();
        for (var i = 0; i < 1000; i++) { Assert.Null(Take(world, 1, T0)); }
    }

    private static World Paced(int? perMinute)
    {
        var world = new World();
        world.Store = world.Store with { Email = world.Store.Email with { Provider = "SendGrid", PerMinute = perMinute } };
        return world;
    }

    private static DateTimeOffset? Take(World world, int tokens, DateTimeOffset now)
    {
        var store = world.FindAsync(World.StoreId, default).AsTask().GetAwaiter().GetResult()!;
        return Pace.TryTakeAsync(store, Channel.Email, tokens, Mail, now, default).AsTask().GetAwaiter().GetResult();
    }
}
