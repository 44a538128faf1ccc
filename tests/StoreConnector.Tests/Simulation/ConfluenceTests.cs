using System.Globalization;
using System.Text.Json;
using StoreConnector.Core.Events;

namespace StoreConnector.Tests.Simulation;

/// <summary>
/// The same events in any order, with repetitions, through handlers that interleave and crash: the same people and the same
/// state (I4); and what is kept when addresses are shared (I1, I8). A failure prints its seed.
/// </summary>
[Trait("Speed", "slow")]
public sealed class ConfluenceTests
{
    private static int Histories2000 => 2000;

    [Fact]
    public void Any_order_of_the_same_events_ends_in_the_same_people() => ForSeeds(Histories2000, seed =>
    {
        var random = new Random(seed);
        var events = Histories.OwnAddresses(random);
        var expected = Project(InTurn(events, random, shuffled: false));
        for (var order = 1; order < 4; order++) { AssertSame(expected, Project(InTurn(events, random, shuffled: true)), events); }
    });

    [Fact]
    public void Handlers_that_interleave_and_crash_end_in_the_same_people() => ForSeeds(400, seed =>
    {
        var random = new Random(seed);
        var events = Histories.OwnAddresses(random);
        var expected = Project(InTurn(events, random, shuffled: false));
        for (var order = 0; order < 2; order++) { AssertSame(expected, Project(AtOnce(events, random)), events); }
    });

    [Fact]
    public void Two_accounts_never_become_one_whatever_they_share() => ForSeeds(500, seed =>
    {
        var random = new Random(seed);
        var events = Histories.SharedAddresses(random);
        foreach (var world in new[] { InTurn(events, random, shuffled: true), AtOnce(events, random) })
        {
            AssertApart(world, events);
            AssertKept(world, events);
        }
    });

    /// <summary>I8: no two accounts lead to one head, and a till's address leads to nobody.</summary>
    private static void AssertApart(World world, List<StoreEvent> events)
    {
        var accounts = events.SelectMany(e => e.Aliases).Where(a => a.Rank == 0).Distinct().ToList();
        var heads = accounts.Select(a => world.Person(a)?.Key).ToList();
        Assert.DoesNotContain(null, heads);
        Assert.Equal(accounts.Count, heads.Distinct().Count());
        foreach (var account in accounts) { Assert.Equal(account.Value, world.Person(account)!.AccountId?.ToString(CultureInfo.InvariantCulture)); }

        Assert.Null(world.Person(Core.Values.Alias.Of(Story.Email("pos@rimal.example")!)));
    }

    /// <summary>I1: each order stands in one head, which an alias of its event leads to.</summary>
    private static void AssertKept(World world, List<StoreEvent> events)
    {
        var people = world.People();
        foreach (var happened in events.Where(e => e.Body is OrderChanged))
        {
            var order = ((OrderChanged)happened.Body).Order.Id;
            var head = Assert.Single(people.Values, p => p.Orders.ContainsKey(order));
            Assert.Contains(happened.Aliases, a => world.Person(a)?.Key == head.Key);
        }
    }

    private static World InTurn(List<StoreEvent> events, Random random, bool shuffled)
    {
        var world = At(events);
        foreach (var happened in shuffled ? Deliveries(events, random) : [.. events])
        {
            var task = world.ApplyAsync(happened);
            Assert.True(task.IsCompleted);
            task.GetAwaiter().GetResult();
        }

        return world;
    }

    /// <summary>Three handlers at a time, a storage step of one and then of another; some die and their message comes again.</summary>
    private static World AtOnce(List<StoreEvent> events, Random random)
    {
        var world = At(events);
        var stage = new Stage(world);
        var waiting = new Queue<StoreEvent>(Deliveries(events, random));
        var playing = new List<Player>();
        stage.Open();
        while (waiting.Count + playing.Count > 0)
        {
            while (playing.Count < 3 && waiting.TryDequeue(out var next)) { playing.Add(new(stage, new(next.Id, w => w.ApplyAsync(next)), _ => { })); }

            var player = playing[random.Next(playing.Count)];
            player.Advance(random.Next(1, 6));
            if (player.IsOver) { playing.Remove(player); }
            else if (random.Next(60) == 0) { player.Crash(); }
        }

        stage.Close();
        return world;
    }

    private static World At(List<StoreEvent> events)
    {
        var world = new World();
        world.Clock.Now = events.Max(e => e.ReceivedAt).AddMinutes(1);
        return world;
    }

    private static StoreEvent[] Deliveries(List<StoreEvent> events, Random random)
    {
        StoreEvent[] all = [.. events, .. events.Where(_ => random.Next(4) == 0)];
        random.Shuffle(all);
        return all;
    }

    /// <summary>
    /// What must not depend on the order. Left out: the list of seen ids and times of decisions (economies), who was absorbed on the way.
    /// </summary>
    private static SortedDictionary<string, string> Project(World world)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, state) in world.People())
        {
            all[key] = JsonSerializer.Serialize(
                state with { Seen = [], Decisions = state.Decisions.Clear(), NextWakeAt = null, Absorbed = [], Absorbing = [], Aliases = [], LedgerLines = 0 }, EventJson.Options);
        }

        foreach (var row in world.Engine.Rows("store" + World.StoreId).Where(r => r.Key == "contact"))
        {
            all[row.Partition] = System.Text.Encoding.UTF8.GetString(row.Value.Span);
        }

        return all;
    }

    private static void AssertSame(SortedDictionary<string, string> expected, SortedDictionary<string, string> actual, List<StoreEvent> events)
    {
        if (expected.SequenceEqual(actual)) { return; }

        var differing = expected.Keys.Union(actual.Keys).Where(k => expected.GetValueOrDefault(k) != actual.GetValueOrDefault(k));
        Assert.Fail(string.Join('\n', differing.Select(k => $"{k}:\n  {expected.GetValueOrDefault(k)}\n  {actual.GetValueOrDefault(k)}"))
            + "\nHistory:\n" + string.Join('\n', events.Select(e => $"  {e.Id} {e.Body.GetType().Name} {e.HappenedAt:HH:mm} {string.Join(' ', e.Aliases.Select(a => a.Stored))}")));
    }

    private static void ForSeeds(int count, Action<int> check)
    {
        var first = int.Parse(Environment.GetEnvironmentVariable("SIM_SEED") ?? "1", CultureInfo.InvariantCulture);
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (seed, loop) =>
        {
            try { check(seed); }
            catch (Exception e)
            {
                loop.Stop();
                throw new Xunit.Sdk.XunitException($"SIM_SEED={seed}\n{e.Message}\n{e.StackTrace}");
            }
        });
    }
}
