using StoreConnector.Core.Messages.Sms;

namespace StoreConnector.Tests.Messages.Sms;

public sealed class SmsOwnWordsTests
{
    [Fact]
    public void A_merchants_text_stands_between_the_brand_and_the_link()
    {
        var ready = Ready(Cart("en", "{{title}} {{others}}, ready when you are."));
        Assert.Equal("Rimal Coffee: House Espresso and 2 more items, ready when you are. https://l.example.com/AB12cd34EF "
            + "Reply STOP to opt out", ready.Text);
        Assert.Equal(1, ready.Size.Segments);
    }

    [Fact]
    public void Arabic_ones_may_take_two_segments()
    {
        var ready = Ready(Cart("ar", "{{title}} بانتظارك متى شئت."));
        Assert.Contains("إسبريسو الدار بانتظارك متى شئت.", ready.Text, StringComparison.Ordinal);
        Assert.Equal(2, ready.Size.Segments);
    }

    [Fact]
    public void A_long_title_is_cut_before_the_merchants_text_gives_way()
    {
        var cart = Cart("en", "{{title}}, ready when you are.");
        var ready = Ready(cart with { Topic = new SmsTopic.Cart(string.Join(' ', Enumerable.Repeat("Espresso", 9)), 0) });
        Assert.Contains("Espresso, ready when you are.", ready.Text, StringComparison.Ordinal);
        Assert.Equal(1, ready.Size.Segments);
    }

    [Theory]
    [InlineData("A text of the merchant's that goes on and on, about the cart, and the shop, and the weather of this morning.")]
    [InlineData("☕ Your cart is waiting, and so are we, whenever it suits you.")]
    public void One_that_cannot_fit_gives_way_to_ours(string own)
    {
        var cart = Cart("en", own);
        Assert.Equal(Ready(cart with { Own = null }), Ready(cart));
        Assert.True(SmsComposer.OwnSize(cart)!.Segments > SmsComposer.Budget("en"));
    }

    [Fact]
    public void One_that_names_what_is_not_known_gives_way_to_ours()
    {
        Same(Cart("en", "{{title}} {{others}} wait.") with { Topic = new SmsTopic.Cart("House Espresso", 0) });
        Same(Cart("en", "{{title}} waits.") with { Topic = new SmsTopic.Cart(null, 2) });
        Same(Cart("en", "{{title}} waits.") with { Topic = new SmsTopic.Cart("قهوة", 2) });
        Same(Cart("en", "{{title}}: {{was}}, now {{now}}.") with
        {
            Topic = new SmsTopic.Drop("Dripper", new(76, "AED"), null),
        });
        Same(Cart("en", "Every {{every}}.") with { Topic = new SmsTopic.Reorder("House Espresso", null) });

        static void Same(SmsMessage message)
        {
            Assert.Null(SmsComposer.OwnSize(message));
            Assert.Equal(Ready(message with { Own = null }), Ready(message));
        }
    }

    [Fact]
    public void Each_field_has_its_value()
    {
        Assert.Contains(": Dripper: AED 95.00, now AED 76.00. http", Ready(Cart("en", "{{title}}: {{was}}, now {{now}}.") with
        {
            Topic = new SmsTopic.Drop("Dripper", new(76, "AED"), new(95, "AED")),
        }).Text, StringComparison.Ordinal);
        Assert.Contains(": 3 products you looked at. http", Ready(Cart("en", "{{count}}.") with
        {
            Topic = new SmsTopic.Drop("Dripper", new(76, "AED"), null, 2),
        }).Text, StringComparison.Ordinal);
        Assert.Contains(": Decaf, every 27 days. http", Ready(Cart("en", "{{title}}, {{every}}.") with
        {
            Topic = new SmsTopic.Reorder("Decaf", 27),
        }).Text, StringComparison.Ordinal);
    }

    private static SmsDraft.Ready Ready(SmsMessage message) => Assert.IsType<SmsDraft.Ready>(SmsComposer.Compose(message));

    private static SmsMessage Cart(string language, string own) => new()
    {
        Language = language,
        Brand = language == "ar" ? "قهوة رمال" : "Rimal Coffee",
        Topic = new SmsTopic.Cart(language == "ar" ? "إسبريسو الدار" : "House Espresso", 2),
        Link = new("https://l.example.com/AB12cd34EF"),
        WayOut = language == "ar" ? new SmsWayOut.Reply() : new SmsWayOut.ReplyOptOut(),
        Own = own,
    };
}
