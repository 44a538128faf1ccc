using StoreConnector.Core.Events;
using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

/// <summary>The reminders that the golden files show, and the ways to take something from them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Asked = new(2026, 3, 14, 18, 20, 0, TimeSpan.FromHours(4));

    public static readonly DateTimeOffset Ends = new(2026, 11, 25, 23, 59, 0, TimeSpan.FromHours(4));

    /// <summary>Every optional part, one at a time.</summary>
    public static readonly IReadOnlyDictionary<string, Func<CartReminder, CartReminder>> Without =
        new Dictionary<string, Func<CartReminder, CartReminder>>
        {
            ["name"] = r => r with { PersonName = null },
            ["lines"] = r => r with { Lines = [], ItemCount = 0, Subtotal = null },
            ["subtotal"] = r => r with { Subtotal = null },
            ["one price"] = r => r with
            {
                Lines = [.. r.Lines.Take(1).Select(l => l with { Price = null }), .. r.Lines.Skip(1)],
            },
            ["prices"] = r => r with { Lines = [.. r.Lines.Select(l => l with { Price = null })] },
            ["pictures"] = r => r with { Lines = [.. r.Lines.Select(l => l with { Picture = null })] },
            ["details"] = r => r with { Lines = [.. r.Lines.Select(l => l with { Detail = null })] },
            ["letters"] = r => r with { Lines = [.. r.Lines.Select(l => l with { Title = "★", Picture = null })] },
            ["titles"] = r => r with { Lines = [.. r.Lines.Select(l => l with { Title = "\u200B " })] },
            ["logo"] = r => r with { Brand = r.Brand with { Logo = null } },
            ["dark logo"] = r => r with
            {
                Brand = r.Brand with { Logo = r.Brand.Logo is { } logo ? logo with { Dark = null } : null },
            },
            ["store url"] = r => r with { Brand = r.Brand with { Url = null } },
            ["store url and logo"] = r => r with { Brand = r.Brand with { Url = null, Logo = null } },
            ["preferences"] = r => r with { Preferences = null },
            ["coupon"] = r => r with { Coupon = null },
            ["coupon's words"] = r => r with { Coupon = r.Coupon is { } c ? c with { What = " " } : null },
            ["coupon's code"] = r => r with { Coupon = r.Coupon is { } c ? c with { Code = null } : null },
            ["coupon's end"] = r => r with { Coupon = r.Coupon is { } c ? c with { Until = null } : null },
            ["readers of replies"] = r => r with { RepliesAreRead = false },
        };

    public static IEnumerable<(string Language, int Step)> All =>
        MessageLanguage.All.SelectMany(_ => Enumerable.Range(1, CartReminder.Steps), (l, step) => (l, step));

    /// <summary>As the golden files show it: the coupon in the last step only, no page of choices yet.</summary>
    public static CartReminder Cart(string language, int step) => Full(language, step) with
    {
        Preferences = null,
        Coupon = step == 3 ? Full(language, step).Coupon : null,
    };

    /// <summary>With everything there can be.</summary>
    public static CartReminder Full(string language, int step) => language == "ar" ? Arabic(step) : English(step);

    /// <summary>With nothing that may be missing.</summary>
    public static CartReminder Bare(string language, int step) => Full(language, step) with
    {
        Brand = new Brand { Name = Full(language, step).Brand.Name, PostalAddress = "PO Box 1, Dubai" },
        PersonName = null,
        Lines = [],
        ItemCount = 0,
        Subtotal = null,
        Preferences = null,
        Coupon = null,
        RepliesAreRead = false,
    };

    private static CartReminder English(int step) => Common("en", step) with
    {
        Brand = Shop("Rimal Coffee", "https://rimal.example/",
            "Warehouse 12, Street 8\nAl Quoz Industrial 1\nDubai, United Arab Emirates"),
        PersonName = "Mariam",
        Lines =
        [
            Line("House Espresso", "Whole bean, 500 g", 2, 78m, "espresso"),
            Line("Ethiopia Yirgacheffe", "Filter grind, 250 g", 1, 64m, "yirga"),
            Line("Paper filters, size 2", "Pack of 100", 1, 22.5m, "filters"),
        ],
        Coupon = new("10% off this cart", "RIMAL-7KQ2", Ends),
    };

    private static CartReminder Arabic(int step) => Common("ar", step) with
    {
        Brand = Shop("قهوة رمال", "https://rimal.example/ar/",
            "مستودع 12، شارع 8، القوز الصناعية 1\nدبي، الإمارات العربية المتحدة"),
        PersonName = "مريم",
        Lines =
        [
            Line("إسبريسو الدار", "حبوب كاملة، 500 غ", 2, 78m, "espresso"),
            Line("Ethiopia Yirgacheffe", "طحن للترشيح، 250 غ", 1, 64m, "yirga"),
            Line("فلاتر ورقية مقاس 2", "عبوة 100 قطعة", 1, 22.5m, "filters"),
        ],
        Coupon = new("خصم 10% على هذه السلة", "RIMAL-7KQ2", Ends),
    };

    private static CartReminder Common(string language, int step) => new()
    {
        Language = language,
        Step = step,
        Brand = Shop("-", "https://rimal.example/", "-"),
        ItemCount = 4,
        Subtotal = new(242.5m, "AED"),
        Button = new("https://l.example.com/c/AB12cd34EF?a=1&b=2"),
        Why = new Why.Express(Asked),
        Unsubscribe = new("https://l.example.com/u/Yk3pQ8sLw2Vn"),
        Preferences = new("https://l.example.com/p/Yk3pQ8sLw2Vn"),
        RepliesAreRead = true,
    };

    private static Brand Shop(string name, string url, string address) => new()
    {
        Name = name,
        Url = new(url),
        PostalAddress = address,
        Country = "AE",
        Logo = new(new("https://cdn.example.com/logo.png"), 124, 36, new("https://cdn.example.com/logo-dark.png")),
    };

    private static Line Line(string title, string detail, int quantity, decimal price, string picture) => new()
    {
        Title = title,
        Detail = detail,
        Quantity = quantity,
        Price = new(price, "AED"),
        Picture = new($"https://cdn.example.com/{picture}.png"),
    };
}
