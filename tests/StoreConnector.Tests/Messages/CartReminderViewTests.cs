using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

public sealed class CartReminderViewTests
{
    private static readonly CartReminder Cart = CartSamples.Full("en", 1);

    [Fact]
    public void A_line_costs_its_price_times_its_pieces()
    {
        Assert.Equal("AED\u00A0156.00", Lines(Cart)[0]["price"]);
        Assert.Equal("2", Lines(Cart)[0]["quantity"]);
        Assert.False(Lines(Cart)[1].ContainsKey("quantity"));
    }

    [Fact]
    public void When_one_price_is_missing_that_price_and_the_sum_go()
    {
        var cart = Cart with { Lines = [Cart.Lines[0], Cart.Lines[1] with { Price = null }] };
        Assert.True(Lines(cart)[0].ContainsKey("price"));
        Assert.False(Lines(cart)[1].ContainsKey("price"));
        Assert.False(View(cart).ContainsKey("subtotal"));
        Assert.False(View(cart).ContainsKey("count"));
    }

    [Fact]
    public void A_sum_in_another_currency_than_its_lines_goes() =>
        Assert.False(View(Cart with { Subtotal = new(10, "USD") }).ContainsKey("subtotal"));

    [Fact]
    public void Five_lines_are_shown_and_the_pieces_of_the_others_counted_even_those_not_kept()
    {
        var line = Cart.Lines[1];
        var view = View(Cart with { Lines = [.. Enumerable.Repeat(line, 8)], ItemCount = 14 });
        Assert.Equal(5, ((IReadOnlyList<Dictionary<string, object?>>)view["lines"]!).Count);
        Assert.Equal("and 9 more items", view["more"]);
        Assert.Equal("and 13 more items", view["others"]);
        Assert.False(View(Cart).ContainsKey("more"));
    }

    [Fact]
    public void A_code_too_long_to_print_is_left_out_not_cut()
    {
        var view = View(Cart with { Coupon = new("10% off", new string('A', 25)) });
        Assert.Equal(["what", "applied"], ((IReadOnlyDictionary<string, object?>)view["coupon"]!).Keys);
    }

    [Fact]
    public void An_address_of_several_lines_becomes_one() => Assert.Equal(
        "Warehouse 12, Street 8, Al Quoz Industrial 1, Dubai, United Arab Emirates",
        ((IReadOnlyDictionary<string, object?>)View(Cart)["store"]!)["address"]);

    [Fact]
    public void Arabic_words_after_a_Latin_one_keep_their_direction_in_Arabic_messages()
    {
        var line = Cart.Lines[0] with { Title = "V60 قمع" };
        Assert.True(Lines(CartSamples.Full("ar", 1) with { Lines = [line] })[0].ContainsKey("titleRtl"));
        Assert.False(Lines(Cart with { Lines = [line] })[0].ContainsKey("titleRtl"));
    }

    [Fact]
    public void Titles_are_clipped_to_their_place()
    {
        var endless = Cart.Lines[0] with { Title = new string('x', 160), Detail = new string('y', 160) };
        var view = View(Cart with { Lines = [endless] });
        var line = ((IReadOnlyList<Dictionary<string, object?>>)view["lines"]!)[0];
        Assert.Equal([70, 60, 40], new[] { line["title"], line["detail"], view["first"] }
            .Select(text => ((string)text!).Length));
    }

    [Fact]
    public void An_impossible_price_is_no_price()
    {
        var line = Cart.Lines[0] with { Price = new(MoneyText.Max, "AED"), Quantity = int.MaxValue };
        Assert.False(Lines(Cart with { Lines = [line] })[0].ContainsKey("price"));
    }

    private static IReadOnlyDictionary<string, object?> View(CartReminder reminder) => CartReminderView.Build(reminder);

    private static IReadOnlyList<Dictionary<string, object?>> Lines(CartReminder reminder) =>
        (IReadOnlyList<Dictionary<string, object?>>)View(reminder)["lines"]!;
}
