using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Events;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Simulation;

/// <summary>Who is interested stays findable for as long as the interest lasts.</summary>
public sealed class InterestTests
{
    private const double Day = 24 * 60;
    private readonly World world = new();

    [Fact]
    public async Task Somebody_who_comes_back_every_few_days_is_still_told_after_months()
    {
        world.Store = world.Store with { PriceDrop = PriceDropSettings.Default with { Mode = AutomationMode.Live } };
        await world.ApplyAsync(Product("p0", 0, 100));
        await world.ApplyAsync(Consent("c", 1, "mariam@example.com"));
        await world.ApplyAsync(Account("a", 2, 7, "mariam@example.com"));
        for (var day = 0; day < 90; day += 5)
        {
            await world.RunUntilAsync(At((day * Day) + 3));
            await world.ApplyAsync(new($"v{day}", At((day * Day) + 3), At((day * Day) + 3), EventOrigin.Webhook, Aliases(7, Email("mariam@example.com")), [],
                new ProductViewed(1, null, At((day * Day) + 3), new(100, "AED"))));
        }

        await world.RunUntilAsync(At(90 * Day));
        await world.ApplyAsync(Product("p1", 90 * Day, 70));
        await world.RunUntilAsync(At(93 * Day));
        Assert.Equal(PriceDrop.Name, Assert.Single(world.Vendor.Accepted).Automation);
    }

    private static StoreEvent Product(string id, double at, decimal price) => new(id, At(at), At(at), EventOrigin.Webhook, [], [], new ProductChanged(new()
    {
        ProductId = 1, Version = At(at), Title = "Coffee", IsVisible = true, AllVariants = [0], Variants = [new() { VariantId = 0, Price = price, InStock = true }],
    }));
}
