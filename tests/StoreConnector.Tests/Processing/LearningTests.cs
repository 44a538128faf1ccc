using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Processing;

/// <summary>What a store learns of itself, from its log alone.</summary>
public sealed class LearningTests
{
    private readonly World world = new();

    [Fact]
    public async Task Rhythms_and_the_median_order_are_learned_from_the_log()
    {
        for (var person = 1; person <= 24; person++)
        {
            for (var times = 0; times < (person % 2 == 0 ? 4 : 1); times++)
            {
                await LogAsync(person, times, at: world.Clock.Now.AddDays(-200 + (30 * times)), total: 20 + person);
            }
        }

        await LearnAsync();

        var figures = await world.Figures.ReadAsync(Store, default);
        Assert.Equal(world.Clock.Now, figures.LearnedAt);
        Assert.InRange(figures.MedianOrder!.Amount, 25, 45);
        var prior = figures.Replenishment.PriorOf(77);
        Assert.Equal((24, 12), (prior.Buyers, prior.RepeatBuyers));
        Assert.InRange(prior.TypicalDays!.Value, 29, 33);
    }

    [Fact]
    public async Task The_newest_version_of_an_order_counts_and_one_that_was_given_back_does_not()
    {
        for (var person = 1; person <= 12; person++)
        {
            await LogAsync(person, 0, world.Clock.Now.AddDays(-20), 50);
            await LogAsync(person, 0, world.Clock.Now.AddDays(-20), 50, version: 1, OrderStatus.Refunded);
        }

        await LearnAsync();

        var figures = await world.Figures.ReadAsync(Store, default);
        Assert.Null(figures.MedianOrder);
        Assert.Equal(0, figures.Replenishment.PriorOf(77).Buyers);
    }

    [Fact]
    public async Task Fresh_figures_are_left_as_they_are()
    {
        await LearnAsync();
        var first = world.Clock.Now;
        world.Clock.Now = first.AddHours(5);
        await LearnAsync();

        Assert.Equal(first, (await world.Figures.ReadAsync(Store, default)).LearnedAt);
    }

    private StoreContext Store => new(world.Store, world.Customers);

    private async Task LearnAsync() =>
        await new Learning(null!, world, world.Figures, world.Clock).LearnAsync(Store, default);

    private async Task LogAsync(int person, int times, DateTimeOffset at, decimal total, int version = 0,
        OrderStatus status = OrderStatus.Placed)
    {
        var order = new Order
        {
            Id = (person * 100) + times,
            Version = at.AddHours(version),
            PlacedAt = at,
            Status = status,
            Lines = [new() { Title = "Beans", ProductId = 77, VariantId = 770, Quantity = 1 }],
            ItemCount = 1,
            Total = new Money(total, world.Store.Currency),
        };
        Assert.True(Alias.TryAccount(person, out var account));
        await EventLog.AppendAsync(world.Table, new($"o{order.Id}-{version}", order.Version, at.AddHours(version + 1),
            EventOrigin.Webhook, [account], [], new OrderChanged(order, PersonFacts.None)), default);
    }
}
