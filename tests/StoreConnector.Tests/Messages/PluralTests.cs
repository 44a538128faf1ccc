using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

public sealed class PluralTests
{
    [Theory]
    [InlineData("0", "لا منتجات", "")]
    [InlineData("1", "منتج واحد", "ومنتج آخر")]
    [InlineData("2", "منتجان", "ومنتجان آخران")]
    [InlineData("3", "3 منتجات", "و3 منتجات أخرى")]
    [InlineData("10", "10 منتجات", "و10 منتجات أخرى")]
    [InlineData("11", "11 منتجًا", "و11 منتجًا آخر")]
    [InlineData("99", "99 منتجًا", "و99 منتجًا آخر")]
    [InlineData("100", "100 منتج", "و100 منتج آخر")]
    [InlineData("101", "101 منتج", "و101 منتج آخر")]
    [InlineData("102", "102 منتج", "و102 منتج آخر")]
    [InlineData("103", "103 منتجات", "و103 منتجات أخرى")]
    [InlineData("111", "111 منتجًا", "و111 منتجًا آخر")]
    [InlineData("1.5", "1.5 منتج", "و1.5 منتج آخر")]
    public void Arabic_counts_in_six_ways(string count, string items, string more)
    {
        Assert.Equal(items, Words.Common("ar").Counted("items", Number(count), Digits.Western));
        Assert.Equal(more, Words.Common("ar").Counted("andMore", Number(count), Digits.Western));
    }

    [Theory]
    [InlineData("0", "0 items", "and 0 more items")]
    [InlineData("1", "1 item", "and 1 more item")]
    [InlineData("2", "2 items", "and 2 more items")]
    [InlineData("3", "3 items", "and 3 more items")]
    [InlineData("10", "10 items", "and 10 more items")]
    [InlineData("11", "11 items", "and 11 more items")]
    [InlineData("99", "99 items", "and 99 more items")]
    [InlineData("100", "100 items", "and 100 more items")]
    [InlineData("101", "101 items", "and 101 more items")]
    [InlineData("102", "102 items", "and 102 more items")]
    [InlineData("103", "103 items", "and 103 more items")]
    [InlineData("111", "111 items", "and 111 more items")]
    [InlineData("1.5", "1.5 items", "and 1.5 more items")]
    public void English_counts_in_two_ways(string count, string items, string more)
    {
        Assert.Equal(items, Words.Common("en").Counted("items", Number(count), Digits.ArabicIndic));
        Assert.Equal(more, Words.Common("en").Counted("andMore", Number(count), Digits.Western));
    }

    [Theory]
    [InlineData("1", "منتج اطّلعت عليه", "كل يوم")]
    [InlineData("2", "منتجين اطّلعت عليهما", "كل يومين")]
    [InlineData("3", "3 منتجات اطّلعت عليها", "كل 3 أيام")]
    [InlineData("10", "10 منتجات اطّلعت عليها", "كل 10 أيام")]
    [InlineData("11", "11 منتجًا اطّلعت عليها", "كل 11 يومًا")]
    [InlineData("99", "99 منتجًا اطّلعت عليها", "كل 99 يومًا")]
    [InlineData("100", "100 منتج اطّلعت عليها", "كل 100 يوم")]
    [InlineData("101", "101 منتج اطّلعت عليها", "كل 101 يوم")]
    [InlineData("102", "102 منتج اطّلعت عليها", "كل 102 يوم")]
    [InlineData("103", "103 منتجات اطّلعت عليها", "كل 103 أيام")]
    [InlineData("111", "111 منتجًا اطّلعت عليها", "كل 111 يومًا")]
    [InlineData("1.5", "1.5 منتج اطّلعت عليها", "كل 1.5 يوم")]
    public void So_do_Arabic_price_drops_and_rhythms_from_one_on(string count, string products, string every)
    {
        Assert.Equal(products, Words.PriceDrop("ar").Counted("products", Number(count), Digits.Western));
        Assert.Equal(every, Words.Replenishment("ar").Counted("everyDays", Number(count), Digits.Western));
    }

    [Theory]
    [InlineData("1", "1 product", "every day")]
    [InlineData("2", "2 products", "every 2 days")]
    [InlineData("5", "5 products", "every 5 days")]
    [InlineData("111", "111 products", "every 111 days")]
    public void So_do_English_ones(string count, string products, string every)
    {
        Assert.Equal(products, Words.PriceDrop("en").Counted("products", Number(count), Digits.Western));
        Assert.Equal(every, Words.Replenishment("en").Counted("everyDays", Number(count), Digits.Western));
    }

    [Fact]
    public void A_store_may_ask_for_Arabic_Indic_digits() =>
        Assert.Equal("١٢ منتجًا", Words.Common("ar").Counted("items", 12, Digits.ArabicIndic));

    private static decimal Number(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
