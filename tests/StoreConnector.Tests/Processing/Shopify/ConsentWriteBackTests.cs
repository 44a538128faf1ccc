using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing.Shopify;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing.Shopify;

/// <summary>A no that was said to us reaches the shop, once, and a yes never does.</summary>
public sealed class ConsentWriteBackTests
{
    private readonly ShopWorld shop = new();
    private readonly ConsentWriteBack writeBack;

    public ConsentWriteBackTests()
    {
        writeBack = new(shop.World, shop.World.Merges, shop.Shop, shop.Imports, shop.World.Clock);
        shop.Shop.Says("email-consent-update", ScriptedShop.Done("{}")).Says("sms-consent-update", ScriptedShop.Done("{}"));
    }

    [Fact]
    public async Task A_no_behind_a_link_is_written_into_the_shop_after_a_while_and_only_once()
    {
        var key = await MariamAsync();
        await shop.World.UnsubscribeAsync("mariam@example.com");
        await TellAsync(key);

        Assert.Empty(shop.Shop.Asked); // It can still be taken back.
        await shop.RunAsync(writeBack, ConsentWriteBack.Grace);
        await TellAsync(key);
        await shop.RunAsync(writeBack, ConsentWriteBack.Grace);

        var asked = Assert.Single(shop.Shop.AskedFor("email-consent-update")).GetProperty("input");
        Assert.Equal("gid://shopify/Customer/1", asked.GetProperty("customerId").GetString());
        Assert.Equal("UNSUBSCRIBED", asked.GetProperty("emailMarketingConsent").GetProperty("marketingState").GetString());
    }

    [Fact]
    public async Task A_no_that_was_taken_back_meanwhile_is_not_told()
    {
        var key = await MariamAsync();
        await shop.World.UnsubscribeAsync("mariam@example.com");
        await TellAsync(key);
        shop.World.Clock.Advance(TimeSpan.FromMinutes(1));
        await ChangeAsync(c => c.WithOptOut(Suppression.Marketing, OptOutSource.Link, null, shop.World.Clock.Now));

        await shop.RunAsync(writeBack, ConsentWriteBack.Grace);

        Assert.Empty(shop.Shop.Asked);
    }

    [Fact]
    public async Task The_next_look_at_a_person_finds_a_no_that_was_not_told()
    {
        var key = await MariamAsync();
        await shop.World.UnsubscribeAsync("mariam@example.com");

        await shop.World.RunUntilAsync(Story.T0.AddHours(3));

        Assert.Contains(key, shop.World.Platform.Told);
    }

    [Theory]
    [InlineData(OptOutSource.Platform, false)]
    [InlineData(OptOutSource.Import, false)]
    [InlineData(OptOutSource.Unclear, false)]
    [InlineData(OptOutSource.Link, true)]
    [InlineData(OptOutSource.Page, true)]
    [InlineData(OptOutSource.Vendor, true)]
    public async Task Only_what_its_owner_said_to_us_is_told(string source, bool isTold)
    {
        var key = await MariamAsync();
        await ChangeAsync(c => c.WithOptOut(Suppression.Marketing, source, shop.World.Clock.Now, null));
        await TellAsync(key);

        await shop.RunAsync(writeBack, ConsentWriteBack.Grace);

        Assert.Equal(isTold, shop.Shop.Asked.Count == 1);
    }

    [Fact]
    public async Task A_shop_that_does_not_answer_is_asked_again_and_one_that_refuses_is_not()
    {
        shop.Shop.Says("email-consent-update", new AdminAnswer.Unavailable("Busy."), ScriptedShop.Refused("INVALID"));
        var key = await MariamAsync();
        await shop.World.UnsubscribeAsync("mariam@example.com");
        await TellAsync(key);

        await shop.RunAsync(writeBack, TimeSpan.FromHours(3));
        await TellAsync(key);
        await shop.RunAsync(writeBack, TimeSpan.FromHours(3));

        Assert.Equal(2, shop.Shop.Asked.Count);
    }

    private async Task<string> MariamAsync()
    {
        await shop.World.ApplyAsync(Consent("c", 0, "mariam@example.com", 1));
        await shop.World.ApplyAsync(Checkout("k", 1, "t1", "mariam@example.com", 1));
        return shop.World.People().Values.Single(p => p.AccountId == 1).Key;
    }

    private Task TellAsync(string key) => writeBack.TellAsync(shop.Store, key, default).AsTask();

    private async Task ChangeAsync(Func<ContactRecord, ContactRecord> change)
    {
        Assert.True(EmailAddress.TryParse("mariam@example.com", out var address));
        await shop.World.Customers.UpdateContactAsync(shop.World.Customers.Hash(Contact.Of(address)), change, default);
    }
}
