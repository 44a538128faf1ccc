using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Events;

public sealed class EventTimesTests
{
    [Fact]
    public async Task A_consent_dated_next_year_does_not_shadow_a_withdrawal_that_follows()
    {
        var world = new World();
        var early = Consent("c1", 525_600, "mariam@example.com") with { ReceivedAt = At(0) };
        await world.ApplyAsync(early);
        await world.ApplyAsync(Consent("c2", 10, "mariam@example.com", state: ConsentState.Withdrawn));
        Assert.Equal(ConsentState.Withdrawn, Assert.Single(world.People().Values).Consents.Values.Single().State);
    }

    [Fact]
    public void A_time_within_a_day_of_its_receipt_is_left_alone()
    {
        var happened = Checkout("k", 600, "t1", "mariam@example.com") with { ReceivedAt = At(0) };
        Assert.Equal(At(600), EventTimes.Bounded(happened).HappenedAt);
    }

    [Fact]
    public void A_variant_named_for_next_year_is_known_again_once_its_product_is_read()
    {
        var named = new NamedVariant(7, At(525_600));
        var happened = new StoreEvent("p1", At(0), At(0), EventOrigin.Webhook, [], [],
            new ProductChanged(new() { ProductId = 1, Version = At(0), OnlyNamed = [named] }));

        var bounded = Assert.IsType<ProductChanged>(EventTimes.Bounded(happened).Body).Product;

        Assert.Equal(named with { Version = At(0) }, Assert.Single(bounded.OnlyNamed));
    }
}
