using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

public sealed class DateTextTests
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 5, 9, 5, 0, TimeSpan.FromHours(4));

    [Theory]
    [InlineData("en", null, DateParts.None, "5 November")]
    [InlineData("en", "IQ", DateParts.Year, "5 November 2026")]
    [InlineData("en", "AE", DateParts.Time, "5 November at 09:05")]
    [InlineData("en", "AE", DateParts.Year | DateParts.Time, "5 November 2026 at 09:05")]
    [InlineData("ar", null, DateParts.None, "5 نوفمبر")]
    [InlineData("ar", "AE", DateParts.Year, "5 نوفمبر 2026")]
    [InlineData("ar", "SA", DateParts.Time, "5 نوفمبر في 09:05")]
    [InlineData("ar", "IQ", DateParts.Year, "5 تشرين الثاني 2026")]
    [InlineData("ar", "LB", DateParts.Year, "5 تشرين الثاني 2026")]
    [InlineData("ar", "SY", DateParts.None, "5 تشرين الثاني")]
    [InlineData("ar", "MA", DateParts.None, "5 نونبر")]
    [InlineData("ar", "EG", DateParts.Year | DateParts.Time, "5 نوفمبر 2026 في 09:05")]
    public void Dates_read_as_people_of_the_country_say_them(
        string language, string? country, DateParts parts, string expected) =>
        Assert.Equal(expected, DateText.Of(Evening, language, country, parts));

    [Fact]
    public void One_message_has_one_kind_of_digits() => Assert.Equal("٥ نوفمبر ٢٠٢٦ في ٠٩:٠٥",
        DateText.Of(Evening, "ar", "SA", DateParts.Year | DateParts.Time, Digits.ArabicIndic));

    [Fact]
    public void Every_month_has_a_name_of_its_own()
    {
        foreach (var country in new[] { "AE", "IQ", "DZ", "MA", "MR" })
        {
            foreach (var language in MessageLanguage.All)
            {
                var names = Enumerable.Range(1, 12).Select(month =>
                    DateText.Of(new(2026, month, 1, 0, 0, 0, TimeSpan.Zero), language, country));
                Assert.Equal(12, names.Distinct().Count());
            }
        }
    }
}
