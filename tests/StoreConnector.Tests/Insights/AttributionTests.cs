using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;

namespace StoreConnector.Tests.Insights;

public sealed class AttributionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_last_click_of_five_days_is_credited()
    {
        var state = Clicked(("a", -30), ("b", -2), ("c", 1));
        Assert.Equal("b", Attribution.Of(state, Order(0))?.SendId);
    }

    [Fact]
    public void A_click_of_six_days_ago_is_credited_with_nothing() =>
        Assert.Null(Attribution.Of(Clicked(("a", -24 * 6)), Order(0)));

    [Fact]
    public void An_order_that_was_taken_back_is_credited_to_nobody() =>
        Assert.Null(Attribution.Of(Clicked(("a", -1)), Order(0) with { Status = OrderStatus.Cancelled }));

    [Fact]
    public void A_second_visit_after_the_order_does_not_undo_the_first()
    {
        var state = new CustomerState
        {
            Key = "1", Clicks = ImmutableSortedDictionary<string, ClickEntry>.Empty.Add("a", new("abandoned-cart", 1, Hours(-1), Hours(3))),
        };
        Assert.Equal(Hours(-1), Attribution.Of(state, Order(0))?.At);
    }

    [Fact]
    public void Clicks_heard_in_any_order_credit_the_same_message() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyArray<(byte Send, sbyte Hour)>>(), clicks =>
        {
            StoreEvent Click((byte Send, sbyte Hour) c) => new($"x{c.Send % 4}-{c.Hour}", Hours(c.Hour), Hours(c.Hour), EventOrigin.Webhook, [], [],
                new LinkFollowed($"s{c.Send % 4}", "abandoned-cart", 1, Hours(c.Hour)));
            CustomerState After(IEnumerable<(byte, sbyte)> all) =>
                all.Aggregate(new CustomerState { Key = "1" }, (s, c) => CustomerEvolution.Evolve(s, Click(c)));
            var (there, back) = (After(clicks.Get), After(clicks.Get.Reverse()));
            var credit = Attribution.Of(there, Order(0));
            Assert.Equal(credit, Attribution.Of(back, Order(0)));
            var inTime = clicks.Get.Where(c => c.Hour <= 0 && c.Hour >= -120).ToList();
            Assert.True(inTime.Count > 0 || credit is null);
            Assert.True(credit is null || inTime.Exists(c => $"s{c.Send % 4}" == credit.SendId && Hours(c.Hour) == credit.At));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_coupon_says_more_than_a_later_click_and_needs_no_window()
    {
        var state = Clicked(("b", -1)) with
        {
            Sends = ImmutableSortedDictionary<string, SendEntry>.Empty.Add("a", Sent(-24 * 20, "back10")).Add("c", Sent(5, "back10")),
        };
        Assert.Equal("a", Attribution.Of(state, Order(0) with { Coupons = ["welcome", "back10"] })?.SendId);
        Assert.Equal("b", Attribution.Of(state, Order(0) with { Coupons = ["welcome"] })?.SendId);
    }

    private static SendEntry Sent(double hours, string coupon) => new()
    {
        Automation = "abandoned-cart", Occasion = "o", Step = 3, Channel = Core.Values.Channel.Email, ContactHash = "h", Coupon = coupon,
        Status = SendStatus.Sent, ClaimedAt = Hours(hours), LeaseUntil = Hours(hours),
    };

    private static DateTimeOffset Hours(double hours) => Noon.AddHours(hours);

    private static OrderEntry Order(double hours) => new() { Version = Hours(hours), PlacedAt = Hours(hours), Status = OrderStatus.Placed };

    private static CustomerState Clicked(params (string Send, double Hours)[] clicks) => new()
    {
        Key = "1",
        Clicks = clicks.ToImmutableSortedDictionary(c => c.Send, c => new ClickEntry("abandoned-cart", 1, Hours(c.Hours), Hours(c.Hours))),
    };
}
