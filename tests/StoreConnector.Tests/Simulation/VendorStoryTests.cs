using StoreConnector.Core.Customers;
using StoreConnector.Processing;
using StoreConnector.Tests.Fakes;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>Three weeks of a shop whose vendor loses, repeats and reorders everything.</summary>
[Trait("Speed", "slow")]
public sealed class VendorStoryTests
{
    private const int People = 30, Days = 21;

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 5)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task One_message_at_most_none_after_a_stop_and_every_unknown_is_resolved_or_shown(int seed)
    {
        var random = new Random(seed);
        MoodyVendor? twin = null;
        var world = new World(vendor: w => twin = new MoodyVendor(random, w));
        world.Composer.Links = new ShortLinks(world.Engine, world);
        await LiveAsync(world, twin!, random);

        var accepted = twin!.Accepted;
        Assert.True(accepted.Count > People / 2, $"Only {accepted.Count} messages: the test is not looking.");
        Assert.NotEmpty(twin.Stopped);
        Assert.Equal(accepted.Count, accepted.Select(a => (a.Message.Occasion, a.Message.Step, a.Message.Channel)).Distinct().Count());
        Assert.All(twin.Stopped, s => Assert.DoesNotContain(accepted, a => a.Message.To == s.Key && a.At > s.Value));
        await Everything_unknown_is_shown_and_what_the_vendor_told_of_was_sent(world, twin);
    }

    private static async Task Everything_unknown_is_shown_and_what_the_vendor_told_of_was_sent(World world, MoodyVendor twin)
    {
        var store = (await world.FindAsync(World.StoreId, default))!;
        var shown = (await Sends.UnknownAsync(store, default)).Select(s => s.SendId).ToHashSet();
        var sends = world.People().Values.SelectMany(p => p.Sends).ToList();
        Assert.Equal(sends.Where(s => s.Value.Status == SendStatus.Unknown).Select(s => s.Key).Order(), shown.Order());
        Assert.DoesNotContain(sends, s => s.Value.Status == SendStatus.Claimed);
        Assert.NotEmpty(twin.Told);
        foreach (var (id, status) in twin.Told)
        {
            Assert.Equal(SendStatus.Sent, sends.Single(s => s.Key == id).Value.Status);
            var found = await ShortLinks.FindAsync(store, id, default);
            Assert.Equal(status, (await Deliveries.ReadAsync(store, found!.Value.Code, default)).Status);
        }
    }

    private static async Task LiveAsync(World world, MoodyVendor twin, Random random)
    {
        for (var person = 0; person < People; person++)
        {
            var mail = $"p{person}@example.com";
            await world.ApplyAsync(Consent($"c{person}", 0, mail));
            for (var cart = 0; cart < 3; cart++)
            {
                await RunAsync(world, twin, world.Clock.Now.AddMinutes(random.Next(2 * Days * 24 * 60 / (3 * People))));
                await world.ApplyAsync(Checkout($"k{person}-{cart}", (world.Clock.Now - T0).TotalMinutes, $"t{person}-{cart}", mail));
            }
        }

        await RunAsync(world, twin, T0.AddDays(Days * 2));
    }

    /// <summary>Both clocks go on together: what is due at ours, and what the vendor has to tell.</summary>
    private static async Task RunAsync(World world, MoodyVendor twin, DateTimeOffset until)
    {
        while (twin.Next() is { } next && next <= until)
        {
            await world.RunUntilAsync(next);
            await twin.TellAsync();
        }

        await world.RunUntilAsync(until);
    }
}
