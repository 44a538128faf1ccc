using System.Globalization;
using System.Text.Json;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Messages;

public sealed class MoneyTextTests
{
    /// <summary>
    /// The fixture is Node 20's Intl (CLDR 48), direction marks and the final dot of Arabic symbols taken away.
    /// </summary>
    [Fact]
    public void Prices_read_as_each_language_prints_them()
    {
        using var rows = JsonDocument.Parse(File.ReadAllText(Repo.Fixture("messages", "money.json")));
        foreach (var row in rows.RootElement.EnumerateArray())
        {
            var money = new Money(
                decimal.Parse(Text(row, "amount"), CultureInfo.InvariantCulture), Text(row, "currency"));
            Assert.Equal(Text(row, "en"), MoneyText.Of(money, "en"));
            Assert.Equal(Text(row, "en"), MoneyText.Of(money, "en", Digits.ArabicIndic));
            Assert.Equal(Text(row, "ar"), MoneyText.Of(money, "ar"));
            Assert.Equal(Text(row, "arab"), MoneyText.Of(money, "ar", Digits.ArabicIndic));
        }

        static string Text(JsonElement row, string field) => row.GetProperty(field).GetString()!;
    }

    [Fact]
    public void An_unknown_currency_stands_as_its_code()
    {
        Assert.Equal("ZZZ\u00A01.50", MoneyText.Of(new(1.5m, "ZZZ"), "en"));
        Assert.Equal("1.50\u00A0ZZZ", MoneyText.Of(new(1.5m, "ZZZ"), "ar"));
    }

    [Fact]
    public void What_cannot_be_a_price_is_none()
    {
        Assert.False(MoneyText.IsPrice(null));
        Assert.False(MoneyText.IsPrice(new(-1, "AED")));
        Assert.False(MoneyText.IsPrice(new(1, "aed")));
        Assert.False(MoneyText.IsPrice(new(decimal.MaxValue, "AED")));
        Assert.True(MoneyText.IsPrice(new(0, "AED")));
    }
}
