using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

public sealed class PrintableTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(" \t\r\n\u00A0\u200B\uFEFF", null)]
    [InlineData("a\r\nb", "a b")]
    [InlineData("  a \u2028\u3000 b  ", "a b")]
    [InlineData("a\0b\u0007c\u007Fd\u009Fe", "abcde")]
    [InlineData("exe.\u202Egnp\u202C", "exe.gnp")]
    [InlineData("\u2066a\u2069\u200E\u200F\u061C\u00AD\u034F\u180Eb", "ab")]
    [InlineData("a\U000E0041b", "ab")]
    [InlineData("a\uD800b\uDC00", "ab")]
    [InlineData("قَهْوَة", "قَهْوَة")]
    [InlineData("<b>{{x}}</b> & '\"", "<b>{{x}}</b> & '\"")]
    public void What_cannot_be_seen_or_turns_the_line_is_gone(string? text, string? expected) =>
        Assert.Equal(expected, Printable.Clean(text));

    [Fact]
    public void Persian_keeps_the_joiner_it_spells_with_and_only_between_letters()
    {
        Assert.Equal("می\u200Cخواهم", Printable.Clean("می\u200Cخواهم", language: "fa"));
        Assert.Equal("میخواهم", Printable.Clean("می\u200Cخواهم"));
        Assert.Equal("می خواهم", Printable.Clean("\u200Cمی\u200C خواهم\u200C", language: "fa"));
    }

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("abcd efg", 6, "abcd…")]
    [InlineData("e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301…")]
    [InlineData("👍🏽👍🏽👍🏽", 2, "👍🏽…")]
    [InlineData("🇦🇪🇸🇦🇰🇼", 2, "🇦🇪…")]
    public void Clipping_never_cuts_what_a_reader_sees_as_one(string text, int max, string expected) =>
        Assert.Equal(expected, Printable.Clean(text, max));

    [Theory]
    [InlineData("Mariam", "Mariam")]
    [InlineData("  مَريم ", "مَريم")]
    [InlineData("Anne-Marie O’Neil Jr.", "Anne-Marie O’Neil Jr.")]
    [InlineData("Łukasz", "Łukasz")]
    [InlineData("m.ali@example.com", null)]
    [InlineData("Ali2", null)]
    [InlineData("-", null)]
    [InlineData("WIN A PRIZE http://x.example", null)]
    [InlineData("Abcdefghijklmnopqrstuvwxy", null)]
    [InlineData("", null)]
    public void Nobody_is_greeted_by_what_is_no_name(string name, string? expected) =>
        Assert.Equal(expected, Printable.FirstName(name));

    [Theory]
    [InlineData("house", "H")]
    [InlineData("\"éclair\"", "É")]
    [InlineData("★ 7 up", "7")]
    [InlineData("إسبريسو", "إ")]
    [InlineData("★★", null)]
    [InlineData(null, null)]
    public void A_tile_shows_the_first_letter(string? title, string? expected) =>
        Assert.Equal(expected, Printable.Initial(title));
}
