using System.Collections.Immutable;
using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Messages;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Processing;

/// <summary>What the composer makes of a store's coupon, brand and words.</summary>
public sealed class CartDraftTests
{
    private static readonly CartCoupon Ten = new("TEN-OFF", "10% off this cart", null, null);

    private static readonly Contact Mariam = new(Channel.Email, "mariam@example.com");

    private readonly World world = new();
    private readonly MessageWords words = new();

    [Theory]
    [InlineData(Platform.Shopify, null, "https://rimal.myshopify.com/cart/7:2?discount=TEN-OFF", true)]
    [InlineData(Platform.Shopify, "https://rimal.example/recover/x?key=1", "https://rimal.example/recover/x?key=1", false)]
    [InlineData(Platform.WooCommerce, null, "https://rimal.myshopify.com/checkout-link/?products=7:2&coupon=TEN-OFF", true)]
    [InlineData(Platform.WooCommerce, "https://rimal.myshopify.com/shop/checkout-link/?products=7:2",
        "https://rimal.myshopify.com/shop/checkout-link/?products=7:2&coupon=TEN-OFF", true)]
    [InlineData(Platform.WooCommerce, "https://rimal.myshopify.com/?cart=signed", "https://rimal.myshopify.com/?cart=signed", false)]
    public async Task The_last_reminder_names_the_coupon_and_says_truly_who_applies_it(
        Platform platform, string? recovery, string button, bool isApplied)
    {
        world.Store = world.Store with
        {
            Platform = platform, AbandonedCart = With(Ten), Links = new() { Hosts = ["rimal.example", "s.example"] },
        };

        var mail = await EmailAsync(3, recovery is null ? null : new(recovery));

        Assert.Contains($"Finish your order:\n{button}\n", mail.Text, StringComparison.Ordinal);
        Assert.Contains("10% off this cart", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Code: TEN-OFF", mail.Text, StringComparison.Ordinal);
        Assert.Contains(isApplied ? "The button applies it" : "Enter the code at checkout.", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Earlier_reminders_name_none_and_lead_where_they_did(int step)
    {
        world.Store = world.Store with { AbandonedCart = With(Ten) };
        var mail = await EmailAsync(step, null);
        Assert.DoesNotContain("TEN-OFF", mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_with_the_coupon_can_be_credited_to_the_message_that_carried_it()
    {
        world.Store = world.Store with { AbandonedCart = With(Ten) };
        Assert.Equal("ten-off", (await ReadyAsync(3, null, Mariam)).Coupon);
        Assert.Null((await ReadyAsync(1, null, Mariam)).Coupon);
        Assert.Null((await ReadyAsync(3, null, new(Channel.Sms, "+14155550123"))).Coupon);
    }

    [Fact]
    public async Task What_was_sent_is_recorded_with_its_coupon()
    {
        world.Composer.Coupon = "ten-off";
        await world.ApplyAsync(Story.Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Story.Checkout("k", 1, "t1", "mariam@example.com"));
        await world.RunUntilAsync(Story.T0.AddHours(3));
        Assert.Equal("ten-off", Assert.Single(Assert.Single(world.People()).Value.Sends).Value.Coupon);
    }

    [Fact]
    public async Task A_coupon_that_has_ended_is_not_named()
    {
        world.Store = world.Store with { AbandonedCart = With(Ten with { Until = world.Clock.Now }) };
        Assert.DoesNotContain("TEN-OFF", (await EmailAsync(3, null)).Html, StringComparison.Ordinal);
        world.Store = world.Store with { AbandonedCart = With(Ten with { Until = world.Clock.Now.AddHours(1) }) };
        Assert.Contains("TEN-OFF", (await EmailAsync(3, null)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_one_that_has_no_words_in_the_messages_language()
    {
        world.Store = world.Store with { Locale = "ar", AbandonedCart = With(Ten) };
        var mail = await EmailAsync(3, null);
        Assert.DoesNotContain("10%", mail.Text, StringComparison.Ordinal);
        Holes.AssertNone(mail, "no words");
    }

    [Fact]
    public async Task The_stores_brand_and_words_are_in_what_leaves()
    {
        var name = MessageName.Of(AbandonedCart.Name, "1", Channel.Email, "en");
        var own = ImmutableSortedDictionary<string, string>.Empty.Add("heading", "Still yours").Add("subject", "{{first}}?");
        Assert.True(await words.TrySaveAsync(Context(), OwnWords.None.With(name, new(1, own)), null, default));
        world.Store = world.Store with
        {
            Brand = new BrandSettings
            {
                Color = "#00508C", RepliesAreRead = true,
                Logo = new(new("https://cdn.shopify.com/logo.png"), 124, 36), Parts = MessageParts.All with { Prices = false },
            },
        };

        var mail = await EmailAsync(1, null);

        Assert.Equal("Coffee?", mail.Subject);
        Assert.Contains(">Still yours</h1>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("#00508C", mail.Html, StringComparison.Ordinal);
        Assert.Contains("https://cdn.shopify.com/logo.png", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("AED", mail.Text, StringComparison.Ordinal);
        Assert.Contains("reply to this e-mail", (await EmailAsync(2, null)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_says_the_stores_own_words_too()
    {
        var name = MessageName.Of(AbandonedCart.Name, "1", Channel.Sms, "en");
        var own = ImmutableSortedDictionary<string, string>.Empty.Add("text", "{{title}} is ready when you are.");
        await words.TrySaveAsync(Context(), OwnWords.None.With(name, new(1, own)), null, default);

        var text = (MessageContent.Sms)await ComposeAsync(1, null, new(Channel.Sms, "+14155550123"));

        Assert.StartsWith("Rimal Coffee: Coffee is ready when you are. https://", text.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_writer_of_words_begins_again()
    {
        var own = OwnWords.None.With(MessageName.All[0], new(1, ImmutableSortedDictionary<string, string>.Empty.Add("subject", "a")));
        Assert.True(await words.TrySaveAsync(Context(), own, null, default));
        Assert.False(await words.TrySaveAsync(Context(), own, null, default));
        var read = await MessageWords.ReadAsync(Context(), default);
        Assert.True(await words.TrySaveAsync(Context(), OwnWords.None, read.ETag, default));
        Assert.False(await words.TrySaveAsync(Context(), own, read.ETag, default));
    }

    private AbandonedCartSettings With(CartCoupon coupon) => world.Store.AbandonedCart with { Coupon = coupon };

    private StoreContext Context() => new(world.Store, world.Customers);

    private async Task<MessageContent.Email> EmailAsync(int step, Uri? recovery) =>
        (MessageContent.Email)await ComposeAsync(step, recovery, Mariam);

    private async Task<MessageContent> ComposeAsync(int step, Uri? recovery, Contact to) =>
        (await ReadyAsync(step, recovery, to)).Message.Content;

    private async Task<Composed.Ready> ReadyAsync(int step, Uri? recovery, Contact to)
    {
        var cart = new Cart
        {
            Id = new(CartKind.Checkout, "t1"),
            Version = world.Clock.Now,
            StartedAt = world.Clock.Now,
            Lines = [new() { ProductId = 5, VariantId = 7, Title = "Coffee", Quantity = 2, Price = new(10, "AED") }],
            ItemCount = 2,
            RecoveryUrl = recovery,
        };
        var order = await OrderAsync() with
        {
            Step = step, Channel = to.Channel, To = to,
            Subject = new Subject.Cart(new("cart-1", [], cart, null, null, null, false, false, world.Clock.Now)),
        };
        var composed = await new MessageComposer(Samples.Renderer, new StraightLinks(), words, new SilentPlatform(), new PlainShopLinks())
            .ComposeAsync(Context(), new CustomerState { Key = "c1" }, order, world.Clock.Now, default);

        return Assert.IsType<Composed.Ready>(composed);
    }

    /// <summary>One that a customer's cart really led to.</summary>
    private static async Task<SendOrder> OrderAsync()
    {
        var world = new World();
        SendOrder? seen = null;
        world.Composer.Before = order => seen ??= order;
        await world.ApplyAsync(Story.Consent("c", 0, "mariam@example.com"));
        await world.ApplyAsync(Story.Checkout("k", 1, "t1", "mariam@example.com"));
        await world.RunUntilAsync(Story.T0.AddHours(3));
        return seen!;
    }

    /// <summary>Links that lead where they say, so that a message shows its targets.</summary>
    private sealed class StraightLinks : IMessageLinks
    {
        public ValueTask<MessageUrls> MakeAsync(
            StoreContext store, string sendId, ShortLink link, CancellationToken cancel) =>
            ValueTask.FromResult(new MessageUrls([link.Target!, .. link.More], new("https://l.example.com/u/x"), "x"));
    }
}
