using StoreConnector.Platforms;

namespace StoreConnector.Tests.Platforms;

/// <summary>The small readers that both platforms stand on.</summary>
public sealed class ReadingTests
{
    [Theory]
    [InlineData("2026-11-22T01:02:03Z", "2026-11-22T01:02:03.0000000")]
    [InlineData("2026-11-22T01:02:03", "2026-11-22T01:02:03.0000000")]
    [InlineData("2026-11-22 01:02:03", "2026-11-22T01:02:03.0000000")]
    [InlineData("2026-11-22T01:02:03.5Z", "2026-11-22T01:02:03.5000000")]
    [InlineData("2026-11-22T01:02:03.123456789Z", "2026-11-22T01:02:03.1234567")]
    [InlineData("2026-11-22T01:02:03-05:00", "2026-11-22T06:02:03.0000000")]
    [InlineData("2026-11-22T01:02:03+0530", "2026-11-21T19:32:03.0000000")]
    [InlineData("2026-11-22", null)]
    [InlineData("01:02:03", null)]
    [InlineData("2026-02-30T00:00:00Z", null)]
    [InlineData("0000-00-00 00:00:00", null)]
    [InlineData("0001-01-01T00:00:00+14:00", null)]
    [InlineData("9999-12-31T23:59:59-14:00", null)]
    [InlineData("2026-11-22T01:02:03Z\n", null)]
    [InlineData("Sun, 22 Nov 2026 01:02:03 GMT", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void An_instant_is_read_exactly_or_not_at_all(string? text, string? utc)
    {
        var read = Instant.Read(text);

        Assert.Equal(utc, read?.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(TimeSpan.Zero, read?.Offset ?? TimeSpan.Zero);
    }

    [Theory]
    [InlineData("en_US", "en-US")]
    [InlineData("ar", "ar")]
    [InlineData("pt-br", "pt-BR")]
    [InlineData("ZH_hant_tw", "zh-Hant-TW")]
    [InlineData("es-419", "es-419")]
    [InlineData("de_DE_formal", "de-DE")]
    [InlineData("ckb", "ckb")]
    [InlineData("C", null)]
    [InlineData("english please", null)]
    [InlineData(null, null)]
    public void A_locale_becomes_a_BCP_47_tag(string? text, string? tag) => Assert.Equal(tag, Wording.Locale(text));

    [Theory]
    [InlineData("abcdef", 4, "abcd")]
    [InlineData("abc😀", 4, "abc")]
    [InlineData("abc😀", 5, "abc😀")]
    [InlineData("a\u0000b\nc", 9, "a b c")]
    [InlineData(" \t ", 9, null)]
    [InlineData("", 9, null)]
    [InlineData(null, 9, null)]
    public void Text_is_cut_between_characters(string? text, int max, string? cut) =>
        Assert.Equal(cut, Wording.Cut(text, max));

    [Theory]
    [InlineData("https://a.example.com/x?y=1", "https://a.example.com/x?y=1")]
    [InlineData("https://a.example.com/ü", "https://a.example.com/%C3%BC")]
    [InlineData("http://a.example.com/", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("//a.example.com/", null)]
    [InlineData("https://user:secret@a.example.com/", null)]
    [InlineData("", null)]
    public void A_link_is_https_and_holds_no_password(string text, string? link) =>
        Assert.Equal(link, Wording.Link(text)?.OriginalString);
}
