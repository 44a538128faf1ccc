using StoreConnector.Core.Events;
using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

/// <summary>The cart reminders that the golden files show.</summary>
internal static class CartSamples
{
    private static readonly Kind<CartReminder> Kind = new()
    {
        Render = Samples.Renderer.Render,
        View = CartReminderView.Build,
        Envelope = r => r.Envelope,
        In = (r, envelope) => r with { Envelope = envelope },
        WaysIn = r => [r.Button],
        Without = new Dictionary<string, Func<CartReminder, CartReminder>>
        {
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
            ["recommendations"] = r => r with { Recommendations = [] },
            ["all recommendations but two"] = r => r with { Recommendations = [.. r.Recommendations.Take(2)] },
            ["all recommendations but one"] = r => r with { Recommendations = [.. r.Recommendations.Take(1)] },
            ["coupon"] = r => r with { Coupon = null },
            ["coupon's words"] = r => r with { Coupon = r.Coupon is { } c ? c with { What = " " } : null },
            ["coupon's code"] = r => r with { Coupon = r.Coupon is { } c ? c with { Code = null } : null },
            ["coupon's link"] = r => r with { Coupon = r.Coupon is { } c ? c with { IsApplied = false } : null },
            ["coupon's link and code"] =
                r => r with { Coupon = r.Coupon is { } c ? c with { IsApplied = false, Code = null } : null },
            ["coupon's end"] = r => r with { Coupon = r.Coupon is { } c ? c with { Until = null } : null },
            ["readers of replies"] = r => r with { RepliesAreRead = false },
        },
        Poison = Poison,
        Shuffle = Shuffle,
    };

    public static IEnumerable<ISpecimen> All =>
        from language in MessageLanguage.All
        from step in Enumerable.Range(1, CartReminder.Steps)
        let full = Full(language, step)
        select new Specimen<CartReminder>(
            $"cart-{step}", $"abandoned-cart-{step}", language, Kind, full, Cart(language, step), Bare(language, step))
        {
            Others =
            [
                full with { Coupon = full.Coupon! with { IsApplied = false } },
                full with { Recommendations = [.. full.Recommendations.Take(2)] },
                full with { Lines = [.. Enumerable.Repeat(full.Lines[0] with { Picture = null }, 7)] },
            ],
        };

    /// <summary>With everything there can be.</summary>
    public static CartReminder Full(string language, int step) => new()
    {
        Envelope = Samples.Envelope(language),
        Step = step,
        Lines = language == "ar"
            ?
            [
                Line("إسبريسو الدار", "حبوب كاملة، 500 غ", 2, 78m, "espresso"),
                Line("Ethiopia Yirgacheffe", "طحن للترشيح، 250 غ", 1, 64m, "yirga"),
                Line("فلاتر ورقية مقاس 2", "عبوة 100 قطعة", 1, 22.5m, "filters"),
            ]
            :
            [
                Line("House Espresso", "Whole bean, 500 g", 2, 78m, "espresso"),
                Line("Ethiopia Yirgacheffe", "Filter grind, 250 g", 1, 64m, "yirga"),
                Line("Paper filters, size 2", "Pack of 100", 1, 22.5m, "filters"),
            ],
        ItemCount = 4,
        Subtotal = new(242.5m, "AED"),
        Button = new("https://l.example.com/c/AB12cd34EF?a=1&b=2"),
        Coupon = new(language == "ar" ? "خصم 10% على هذه السلة" : "10% off this cart", "RIMAL-7KQ2", Samples.Ends),
        Recommendations = Samples.Recommendations(language),
        RepliesAreRead = true,
    };

    // As the golden files show it: the coupon in the last step only.
    private static CartReminder Cart(string language, int step)
    {
        var full = Full(language, step);
        return full with
        {
            Coupon = step == 3 ? full.Coupon : null,
            Recommendations = step == 1 ? full.Recommendations : [],
        };
    }

    private static CartReminder Bare(string language, int step)
    {
        var full = Full(language, step);
        return full with
        {
            Envelope = Samples.Bare(full.Envelope),
            Lines = [],
            ItemCount = 0,
            Subtotal = null,
            Coupon = null,
            Recommendations = [],
            RepliesAreRead = false,
        };
    }

    private static CartReminder Poison(CartReminder reminder, string words) => reminder with
    {
        Lines = [.. reminder.Lines.Select(line => line with
        {
            Title = words,
            Detail = words,
            Picture = Samples.PoisonedPicture(words),
        })],
        Coupon = reminder.Coupon! with { What = words },
        Recommendations = Samples.Poisoned(reminder.Recommendations, words),
        Button = Samples.PoisonedLink,
    };

    private static CartReminder Shuffle(CartReminder reminder, Random chance)
    {
        string[] currencies = ["AED", "KWD", "JPY", "ZZZ", "bad"];
        var lines = Enumerable.Range(0, chance.Next(12)).Select(_ => new Line
        {
            Title = Samples.Titles[chance.Next(Samples.Titles.Count)],
            Detail = chance.Next(2) == 0 ? Samples.Titles[chance.Next(Samples.Titles.Count)] : null,
            Quantity = chance.Next(1, 200),
            Price = chance.Next(5) == 0 ? null
                : new(chance.Next(1_000_000) / 1000m, currencies[chance.Next(20) == 0 ? chance.Next(5) : 0]),
            Picture = chance.Next(3) == 0 ? new("http://shop.example/p.png") : new("https://shop.example/p.png"),
        }).ToList();
        return reminder with
        {
            Lines = lines,
            ItemCount = lines.Sum(line => line.Quantity) + chance.Next(3),
            Subtotal = chance.Next(3) == 0 ? null : new(chance.Next(100_000) / 100m, "AED"),
        };
    }

    private static Line Line(string title, string detail, int quantity, decimal price, string picture) => new()
    {
        Title = title,
        Detail = detail,
        Quantity = quantity,
        Price = new(price, "AED"),
        Picture = Samples.Picture(picture),
    };
}
