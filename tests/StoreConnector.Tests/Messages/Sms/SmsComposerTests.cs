using System.Text.Json;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Messages.Sms;

public sealed class SmsComposerTests
{
    private static readonly Uri Link = new("https://l.example.com/AB12cd34EF"), Stop = new("https://l.example.com/u/AB12cd34EF");

    [Fact]
    public void Every_text_we_agreed_on_is_written_to_the_letter()
    {
        using var rows = JsonDocument.Parse(File.ReadAllText(Repo.Fixture("messages", "sms-texts.json")));
        Assert.Equal(21, rows.RootElement.GetArrayLength());
        foreach (var row in rows.RootElement.EnumerateArray())
        {
            var (what, where) = (Text("what"), Text("where"));
            var ready = Assert.IsType<SmsDraft.Ready>(SmsComposer.Compose(Sample(what, where)));
            Assert.Equal((what, where, Text("text")), (what, where, ready.Text));
            Assert.Equal(Text("coding"), ready.Size.Coding == SmsCoding.Gsm7 ? "GSM-7" : "UCS-2");
            Assert.Equal(row.GetProperty("length").GetInt32(), ready.Size.Units);
            Assert.Equal(row.GetProperty("segments").GetInt32(), ready.Size.Segments);

            string Text(string name) => row.GetProperty(name).GetString()!;
        }
    }

    [Theory]
    [InlineData("US", true, typeof(SmsWayOut.ReplyOptOut))]
    [InlineData("GB", true, typeof(SmsWayOut.Reply))]
    [InlineData(null, true, typeof(SmsWayOut.Reply))]
    [InlineData("AE", true, typeof(SmsWayOut.Reply))]
    [InlineData("AE", false, typeof(SmsWayOut.Code))]
    [InlineData("SA", true, typeof(SmsWayOut.Link))]
    [InlineData("EG", false, typeof(SmsWayOut.Link))]
    [InlineData("US", false, typeof(SmsWayOut.Link))]
    [InlineData(null, false, typeof(SmsWayOut.Link))]
    public void The_way_out_is_one_that_works_there(string? country, bool isTwoWay, Type wayOut) =>
        Assert.IsType(wayOut, SmsWayOut.For(country, "AD-RIMAL", isTwoWay, Stop));

    [Fact]
    public void A_number_that_cannot_be_answered_has_a_link_in_the_Emirates_too() =>
        Assert.IsType<SmsWayOut.Link>(SmsWayOut.For("AE", "+14155552671", false, Stop));

    [Theory]
    [InlineData("Ethiopia Yirgacheffe Natural, whole bean for filter and for espresso", 2,
        "Ethiopia Yirgacheffe Natural, whole bean for filter and 2 more items are still in your cart.")]
    [InlineData("Grosse-Gartengeraete-Aufbewahrungskiste-mit-Deckel-und-Rollen-und-Schloss-und-allem", 2,
        "Grosse-Gartengeraete-Aufbewahrungskiste-mit-Deckel-und-Rollen-und-Sch... is still in your cart.")]
    [InlineData("Cafetière “Olá” – red…", 2, "Your cart is saved.")]
    [InlineData("Olé “Crème” – red…", 0, "Olé \"Crème\" - red... is still in your cart.")]
    [InlineData("إسبريسو الدار", 2, "Your cart is saved.")]
    [InlineData("Espresso™ ☕️ cups 👍🏽", 1, "Espresso cups and 1 more item are still in your cart.")]
    [InlineData("Jalapen\u0303o", 0, "Your cart is saved.")]
    [InlineData("☕", 0, "Your cart is saved.")]
    [InlineData("\u202E \u200F", 3, "Your cart is saved.")]
    [InlineData(null, 0, "Your cart is saved.")]
    public void A_title_is_shortened_or_left_out_so_that_an_English_text_stays_one_segment(
        string? title, int others, string body) => Assert.Equal(
            $"Rimal Coffee: {body} https://l.example.com/AB12cd34EF Reply STOP to end",
            Ready(English(new SmsTopic.Cart(title, others))).Text);

    [Theory]
    [InlineData("Ceramic dripper", "76", "95", "USD", 0, "Ceramic dripper is now $76.00 (was $95.00 when you looked).")]
    [InlineData("Ceramic dripper", "76", "95", "INR", 0, "Ceramic dripper is now INR 76.00 (was INR 95.00 when you looked).")]
    [InlineData("Ceramic dripper", "76", "70", "EUR", 0, "Ceramic dripper is now €76.00.")]
    [InlineData("Ceramic dripper", "76", null, "EUR", 0, "Ceramic dripper is now €76.00.")]
    [InlineData("قمع", "76", "95", "EUR", 0, "A product you looked at is now €76.00 (was €95.00).")]
    [InlineData(null, "76", null, "KRW", 0, "A product you looked at is now KRW 76.")]
    [InlineData(null, "-1", "95", "EUR", 0, "A product you looked at costs less now.")]
    [InlineData("Ceramic dripper", "76", "95", "EUR", 1, "Ceramic dripper is now €76.00, and 1 more product you looked at costs less.")]
    [InlineData("Ceramic dripper", "76", "95", "EUR", 2, "Ceramic dripper is now €76.00, and 2 more products you looked at cost less.")]
    [InlineData(null, "76", "95", "EUR", 2, "3 products you looked at cost less now.")]
    public void A_drop_says_only_what_is_known(
        string? title, string now, string? was, string currency, int others, string body) => Assert.Equal(
            $"Rimal Coffee: {body} https://l.example.com/AB12cd34EF Reply STOP to end",
            Ready(English(new SmsTopic.Drop(title, Price(now, currency)!, Price(was, currency), others))).Text);

    [Theory]
    [InlineData("House Espresso", 1, "time for more House Espresso? You order it every day.")]
    [InlineData("House Espresso", null, "time for more House Espresso? Order again:")]
    [InlineData("House Espresso", 0, "time for more House Espresso? Order again:")]
    [InlineData(null, 27, "time to order again?")]
    public void A_reorder_says_how_often_only_where_it_is_known(string? title, int? days, string body) => Assert.Equal(
        $"Rimal Coffee: {body} https://l.example.com/AB12cd34EF Reply STOP to end",
        Ready(English(new SmsTopic.Reorder(title, days))).Text);

    [Theory]
    [InlineData("76", "95.5", 0, "قمع الآن 76.00 د.إ بدلًا من 95.50.")]
    [InlineData("1076", "1095", 0, "قمع الآن 1,076 د.إ بدلًا من 1,095.")]
    [InlineData("76", null, 0, "قمع الآن 76 د.إ.")]
    [InlineData("76", "95", 1, "قمع الآن 76 د.إ، وانخفض سعر منتج آخر.")]
    [InlineData("76", "95", 2, "قمع الآن 76 د.إ، وانخفض سعر منتجين آخرين.")]
    [InlineData("76", "95", 3, "قمع الآن 76 د.إ، وانخفض سعر 3 منتجات أخرى.")]
    [InlineData("76", "95", 11, "قمع الآن 76 د.إ، وانخفض سعر 11 منتجًا آخر.")]
    public void An_Arabic_price_names_the_currency_once(string now, string? was, int others, string body) =>
        Assert.Equal($"قهوة رمال: {body} https://l.example.com/AB12cd34EF للإيقاف أرسل: إيقاف",
            Ready(Arabic(new SmsTopic.Drop("قمع", Price(now, "AED")!, Price(was, "AED"), others))).Text);

    [Fact]
    public void A_store_may_ask_for_Arabic_Indic_digits()
    {
        var drop = Arabic(new SmsTopic.Drop("قمع", new(76m, "AED"), new(95m, "AED"))) with { Digits = Digits.ArabicIndic };
        Assert.Contains("قمع الآن ٧٦ د.إ بدلًا من ٩٥.", Ready(drop).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Café São João", "Café Sao Joao")]
    [InlineData("Crème & Über ☕", "Crème & Über")]
    [InlineData("“Rimal”\u200F:", "\"Rimal\"")]
    public void A_brand_keeps_its_place_and_loses_its_accents(string brand, string printed) =>
        Assert.StartsWith($"{printed}: Your cart is saved. ",
            Ready(English(new SmsTopic.Cart(null, 0)) with { Brand = brand }).Text, StringComparison.Ordinal);

    [Fact]
    public void A_long_brand_is_cut_at_a_word()
    {
        var message = English(new SmsTopic.Cart("Espresso", 1)) with
        {
            Brand = "The Old Harbour Coffee Roasting and Trading Company",
            Link = new($"https://l.example.com/{new string('a', 60)}"),
        };
        Assert.StartsWith("The Old Harbour Coffee Roasting: Your cart is saved. https://", Ready(message).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_even_so_is_not_written_and_says_why()
    {
        var cart = English(new SmsTopic.Cart("Espresso", 1));
        Assert.Equal(new SmsDraft.TooLong(2, 1, SmsOverrun.Length),
            SmsComposer.Compose(cart with { Link = new($"https://l.example.com/{new string('a', 140)}") }));
        Assert.Equal(new SmsDraft.TooLong(2, 1, SmsOverrun.Letters), SmsComposer.Compose(cart with { Brand = "قهوة رمال" }));
    }

    [Fact]
    public void Nothing_leaves_without_a_brand_a_link_or_a_way_out()
    {
        var cart = English(new SmsTopic.Cart("Espresso", 1));
        Assert.Equal(["store name"], Missing(cart with { Brand = "\u200F " }));
        Assert.Equal(["link"], Missing(cart with { Link = new("ftp://l.example.com/a") }));
        Assert.Equal(["way out"], Missing(cart with { WayOut = new SmsWayOut.Code(" ") }));
        Assert.Equal(["way out"], Missing(cart with { WayOut = new SmsWayOut.Link(new("http://l.example.com/u")) }));

        static IReadOnlyList<string> Missing(SmsMessage message) =>
            Assert.IsType<SmsDraft.Incomplete>(SmsComposer.Compose(message)).Missing;
    }

    [Fact]
    public void Our_own_words_hold_no_look_alikes_and_English_ones_are_of_seven_bits()
    {
        foreach (var language in MessageLanguage.All)
        {
            var words = Words.Sms(language);
            Assert.All(words.Keys, key => Assert.Equal(words[key], SmsText.Simplify(words[key])));
            Assert.All(words.Keys, key => Assert.True(language == "ar" || SmsText.IsGsm7(words[key]), key));
        }
    }

    internal static SmsMessage English(SmsTopic topic) => new()
    {
        Language = "en", Brand = "Rimal Coffee", Topic = topic, Link = Link, WayOut = new SmsWayOut.Reply(),
    };

    internal static SmsMessage Arabic(SmsTopic topic) => English(topic) with { Language = "ar", Brand = "قهوة رمال" };

    private static SmsMessage Sample(string what, string where)
    {
        var isArabic = where.EndsWith(" ar", StringComparison.Ordinal);
        var currency = where[..2] == "SA" ? "SAR" : "AED";
        var espresso = isArabic ? "إسبريسو الدار" : "House Espresso";
        SmsTopic topic = what switch
        {
            "cart" => new SmsTopic.Cart(espresso, 2),
            "price" => new SmsTopic.Drop(isArabic ? "قمع تقطير خزفي" : "Ceramic dripper", new(76m, currency), new(95m, currency)),
            _ => new SmsTopic.Reorder(espresso, 27),
        };
        SmsWayOut wayOut = where[..2] switch
        {
            "US" => new SmsWayOut.ReplyOptOut(),
            "AE" => new SmsWayOut.Code("AD-RIMAL"),
            "SA" => new SmsWayOut.Link(Stop),
            _ => new SmsWayOut.Reply(),
        };
        return (isArabic ? Arabic(topic) : English(topic)) with { WayOut = wayOut };
    }

    private static SmsDraft.Ready Ready(SmsMessage message) => Assert.IsType<SmsDraft.Ready>(SmsComposer.Compose(message));

    private static Money? Price(string? amount, string currency) => amount is null ? null
        : new(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency);
}
