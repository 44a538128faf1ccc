using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Processing;

public sealed class BudgetTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 18, 0, 0, TimeSpan.Zero);

    private readonly World world = new();

    private StoreContext Store(int budget) =>
        new(world.Store with { Sms = SmsSettings.Default with { MonthlyBudget = budget } }, world.Customers);

    [Fact]
    public async Task Nothing_is_left_where_no_budget_is_set()
    {
        Assert.Equal(0, await Budget.LeftAsync(Store(0), Channel.Sms, Now, default));
        Assert.False(await Budget.TryReserveAsync(Store(0), Channel.Sms, "a", 1, Now, default));
    }

    [Fact]
    public async Task A_send_reserves_once_however_often_it_is_tried()
    {
        Assert.True(await Budget.TryReserveAsync(Store(3), Channel.Sms, "a", 2, Now, default));
        Assert.True(await Budget.TryReserveAsync(Store(3), Channel.Sms, "a", 2, Now, default));

        Assert.Equal(1, await Budget.LeftAsync(Store(3), Channel.Sms, Now, default));
        Assert.False(await Budget.TryReserveAsync(Store(3), Channel.Sms, "b", 2, Now, default));
        Assert.True(await Budget.TryReserveAsync(Store(3), Channel.Sms, "c", 1, Now, default));
        Assert.Equal(0, await Budget.LeftAsync(Store(3), Channel.Sms, Now, default));
    }

    [Fact]
    public async Task What_has_not_left_is_given_back_once()
    {
        await Budget.TryReserveAsync(Store(3), Channel.Sms, "a", 2, Now, default);
        await Budget.ReleaseAsync(Store(3), Channel.Sms, "a", Now, default);
        await Budget.ReleaseAsync(Store(3), Channel.Sms, "a", Now, default);

        Assert.Equal(3, await Budget.LeftAsync(Store(3), Channel.Sms, Now, default));
    }

    [Fact]
    public async Task A_month_is_one_of_the_stores_own_calendar()
    {
        await Budget.TryReserveAsync(Store(3), Channel.Sms, "a", 3, Now, default);

        Assert.Equal(0, await Budget.LeftAsync(Store(3), Channel.Sms, Now.AddHours(1), default));
        Assert.Equal(3, await Budget.LeftAsync(Store(3), Channel.Sms, Now.AddHours(3), default)); // Midnight in Dubai: December.
    }

    [Fact]
    public async Task Many_at_once_never_go_over()
    {
        var asked = Enumerable.Range(0, 40).Select(i =>
            Budget.TryReserveAsync(Store(25), Channel.Sms, $"s{i}", 1 + (i % 2), Now, default).AsTask());
        var granted = (await Task.WhenAll(asked)).Index().Where(r => r.Item).Sum(r => 1 + (r.Index % 2));

        Assert.InRange(granted, 24, 25);
        Assert.Equal(25 - granted, await Budget.LeftAsync(Store(25), Channel.Sms, Now, default));
    }
}
