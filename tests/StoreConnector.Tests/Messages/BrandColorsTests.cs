using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

public sealed class BrandColorsTests
{
    private const string Page = "#F4F1EC", Card = "#FFFFFF", PageDark = "#151311", CardDark = "#211E1B";

    public static TheoryData<string> Edges =>
        
    [
        "#FFFF00", "#FFFFFF", "#000000", "#9A4423", "#FF0000", "#00FF00", "#0000FF",
        "#808080", "#767676", "#F4F1EC", "#211E1B",
    ];

    [Theory]
    [MemberData(nameof(Edges))]
    public void Any_colour_of_a_merchant_becomes_words_that_can_be_read(string color) =>
        AssertReadable(BrandColors.From(color));

    [Fact]
    public void So_do_a_thousand_others()
    {
        var chance = new Random(20260314);
        for (var i = 0; i < 1000; i++) { AssertReadable(BrandColors.From($"#{chance.Next(0x1000000):X6}")); }
    }

    [Fact]
    public void A_colour_that_serves_is_kept()
    {
        var colors = BrandColors.From("#9a4423");
        Assert.Equal(("#9A4423", "#FFFFFF", "#9A4423"), (colors.Button, colors.OnButton, colors.Link));
        Assert.Equal("#1A1614", BrandColors.From("#FFC400").OnButton);
        Assert.Equal("#FFC400", BrandColors.From("#FFC400").Button);
    }

    [Fact]
    public void A_white_shop_gets_an_ink_button_and_a_black_one_a_light_button_in_the_dark()
    {
        Assert.Equal("#2B2622", BrandColors.From("#FFFFFF").Button);
        Assert.Equal("#F3EEE8", BrandColors.From("#000000").ButtonDark);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("red")]
    [InlineData("#FFF")]
    [InlineData("#GGGGGG")]
    [InlineData("#9A4423;x:expression(1)")]
    public void What_is_no_colour_becomes_ours(string? color) =>
        Assert.Equal(BrandColors.From(BrandColors.Default), BrandColors.From(color));

    [Theory]
    [InlineData("#2B2622", Card, 15.0)]
    [InlineData("#6A625A", Card, 6.0)]
    [InlineData("#6A625A", Page, 5.3)]
    [InlineData("#F3EEE8", CardDark, 14.3)]
    [InlineData("#B5ABA0", CardDark, 7.3)]
    [InlineData("#B5ABA0", PageDark, 7.3)]
    [InlineData("#6A625A", "#FAF7F3", 4.5)]
    [InlineData("#B5ABA0", "#2A2622", 4.5)]
    [InlineData("#6F665D", "#F1EDE7", 4.5)]
    [InlineData("#CFC5BA", "#332E29", 4.5)]
    public void Every_pair_of_the_tokens_can_be_read(string text, string ground, double least) =>
        Assert.InRange(BrandColors.Contrast(text, ground), least - 0.05, 21);

    private static void AssertReadable(BrandColors colors)
    {
        Least(colors.OnButton, colors.Button, 4.5);
        Least(colors.Button, Card, BrandColors.Visible);
        Least(colors.Link, Card, 4.5);
        Least(colors.OnButtonDark, colors.ButtonDark, 4.5);
        Least(colors.ButtonDark, CardDark, 3);
        Least(colors.LinkDark, CardDark, 4.5);

        void Least(string one, string other, double least) =>
            Assert.True(BrandColors.Contrast(one, other) >= least, $"{one} on {other} of {colors}");
    }
}
