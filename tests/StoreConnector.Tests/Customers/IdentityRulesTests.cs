using StoreConnector.Core.Customers;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Customers;

public sealed class IdentityRulesTests
{
    [Theory]
    [InlineData("mariam@example.com", true)]
    [InlineData("noemail@example.com", false)]
    [InlineData("pos@example.com", false)]
    [InlineData("guest@example.com", false)]
    [InlineData("staff@rimal.myshopify.com", false)]
    [InlineData("abc123@marketplace.amazon.com", false)]
    [InlineData("x@sub.members.ebay.com", false)]
    [InlineData("mariam@amazon.com", true)]
    public void Role_placeholder_relay_and_own_addresses_identify_nobody(string address, bool may) =>
        Assert.Equal(may, IdentityRules.MayIdentify(Email(address)!, new World().Store));

    [Fact]
    public async Task A_till_s_address_ties_no_two_sales()
    {
        var world = new World();
        for (var i = 1; i <= 5; i++) { await world.ApplyAsync(Order($"o{i}", i, i, "pos@example.com")); }

        Assert.Equal(5, world.People().Count);
    }

    [Fact]
    public async Task A_shared_phone_ties_nobody_and_silences_the_product_bought()
    {
        var world = new World();
        await world.ApplyAsync(Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com", product: 5) with
        {
            Body = WithPhone(Checkout("k", 1, "t1", "mariam@example.com", product: 5).Body, "+14155550123"),
        });
        await world.ApplyAsync(Order("o", 10, 9, "omar@example.com", product: 5, phone: "+14155550123"));
        await world.RunUntilAsync(T0.AddDays(9));
        Assert.Equal(2, world.People().Count);
        Assert.Empty(world.Vendor.Accepted);
    }

    private static StoreConnector.Core.Events.CartChanged WithPhone(StoreConnector.Core.Events.EventBody body, string phone)
    {
        Assert.True(StoreConnector.Core.Values.PhoneNumber.TryParse(phone, out var number));
        var changed = (StoreConnector.Core.Events.CartChanged)body;
        return changed with { Cart = changed.Cart with { Phone = number } };
    }
}
