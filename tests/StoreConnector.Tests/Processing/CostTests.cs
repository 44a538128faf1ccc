using StoreConnector.Core.Events;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing;

/// <summary>What a path costs, in calls to storage: on a distributed engine each is a round trip.</summary>
public sealed class CostTests
{
    private readonly World world = new();
    private int reads;
    private int writes;

    [Fact]
    public async Task An_event_of_a_known_customer_costs_what_is_written_down()
    {
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com", 7));
        await world.ApplyAsync(Checkout("k1", 1, "t1", "mariam@example.com", 7, cart: "c1"));
        await CountAsync(Checkout("k2", 2, "t1", "mariam@example.com", 7, cart: "c1"));
        Assert.Equal((2, 2), (reads, writes)); // The record, the address; the log, the record.
    }

    [Fact]
    public async Task An_event_of_somebody_new_costs_what_is_written_down()
    {
        await CountAsync(Checkout("k1", 1, "t1", "mariam@example.com", cart: "c1"));
        Assert.Equal((9, 6), (reads, writes)); // A new thing of interest is one of each; the figures are read once a minute.
    }

    [Fact]
    public async Task A_consent_costs_one_write_more_for_its_proof()
    {
        await world.ApplyAsync(Account("a", 0, 7, "mariam@example.com"));
        await CountAsync(Consent("c", 1, "mariam@example.com", 7));
        Assert.Equal((2, 4), (reads, writes)); // The address's record, the person's, the log; and the proof.
    }

    [Fact]
    public async Task A_sweep_of_nothing_costs_what_is_written_down()
    {
        Count();
        await world.Sweeper.SweepAsync(default);
        await world.Sweeper.SweepAsync(default);
        Assert.Equal((32, 8), (reads, writes)); // The second, within the same minute, raises no mark.
    }

    private async Task CountAsync(StoreEvent happened)
    {
        Count();
        await world.ApplyAsync(happened);
        TestContext.Current.TestOutputHelper?.WriteLine($"{reads} reads, {writes} writes");
    }

    private void Count() => world.Engine.Before = step =>
    {
        _ = step.IsWrite ? writes++ : reads++;
        return default;
    };
}
