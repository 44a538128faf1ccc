using System.Collections.Frozen;
using System.Globalization;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>
/// Prints an amount as the language does: "AED 76.00", "$76.00", "76.00 د.إ". Source: CLDR 48 (en-AE, ar-AE), without
/// its direction marks and the final dot of Arabic symbols. The signs for riyal and dirham that came in 2025 are
/// missing from most fonts, so they never stand here.
/// </summary>
public static class MoneyText
{
    /// <summary>The largest amount we print: beyond it a price is a mistake of the shop's.</summary>
    public const decimal Max = 1_000_000_000_000m;

    private const char NoBreakSpace = '\u00A0';

    private static readonly FrozenSet<string> Whole = Codes(
        "AFN ALL BIF CLP COP DJF GNF HUF IDR IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PKR PYG RWF SLL SOS SYP UGX "
        + "VND VUV XAF XOF XPF YER");

    private static readonly FrozenSet<string> Thousandths = Codes("BHD JOD KWD LYD OMR TND");

    private static readonly FrozenDictionary<string, string> English = Symbols(
        "AUD A$ BRL R$ CAD CA$ CNY CN¥ EUR € GBP £ HKD HK$ ILS ₪ INR ₹ JPY ¥ KRW ₩ MXN MX$ NZD NZ$ PHP ₱ TWD NT$ USD $ "
        + "VND ₫ XAF FCFA XCD EC$ XOF F_CFA XPF CFPF");

    private static readonly FrozenDictionary<string, string> Arabic = Symbols(
        "AED د.إ AUD AU$ BHD د.ب BRL R$ CAD CA$ CNY CN¥ DZD د.ج EGP ج.م EUR € GBP UK£ HKD HK$ ILS ₪ INR ₹ IQD د.ع "
        + "IRR ر.إ JOD د.أ JPY JP¥ KRW ₩ KWD د.ك LBP ل.ل LYD د.ل MAD د.م MRU أ.م MXN MX$ NZD NZ$ OMR ر.ع QAR ر.ق "
        + "SAR ر.س SDG ج.س SYP ل.س THB ฿ TND د.ت TWD NT$ USD US$ VND ₫ XAF FCFA XCD EC$ XOF F_CFA XPF CFPF YER ر.ي");

    /// <summary>
    /// Whether an amount can be printed as a price: not negative, not beyond <see cref="Max"/>, a currency we can
    /// name.
    /// </summary>
    public static bool IsPrice(Money? money) =>
        money is { Amount: >= 0 and <= Max } && Money.IsCurrency(money.Currency);

    /// <summary>
    /// The amount in print; it holds no blank that a line may break at. An unknown currency stands as its ISO code.
    /// </summary>
    /// <param name="money">What to print.</param>
    /// <param name="language">The message's language.</param>
    /// <param name="digits">The store's choice for Arabic.</param>
    public static string Of(Money money, string language, Digits digits = Digits.Western)
    {
        var places = Whole.Contains(money.Currency) ? 0 : Thousandths.Contains(money.Currency) ? 3 : 2;
        var rounded = decimal.Round(money.Amount, places, MidpointRounding.AwayFromZero);
        var number = Math.Abs(rounded).ToString($"N{places}", CultureInfo.InvariantCulture);
        var minus = rounded < 0 ? "-" : "";
        if (language == MessageLanguage.Arabic)
        {
            var unit = Arabic.GetValueOrDefault(money.Currency, money.Currency);
            return $"{minus}{DigitText.In(number, language, digits)}{NoBreakSpace}{unit}";
        }

        var symbol = English.GetValueOrDefault(money.Currency, money.Currency);
        return char.IsSymbol(symbol[^1]) ? $"{minus}{symbol}{number}" : $"{minus}{symbol}{NoBreakSpace}{number}";
    }

    private static FrozenSet<string> Codes(string text) => text.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static FrozenDictionary<string, string> Symbols(string text) =>
        text.Split(' ').Chunk(2)
            .ToFrozenDictionary(pair => pair[0], pair => pair[1].Replace('_', '\u202F'), StringComparer.Ordinal);
}
