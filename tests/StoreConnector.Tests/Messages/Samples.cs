using StoreConnector.Channels.Email;
using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

/// <summary>The messages that the golden files show, their envelope, and the ways to take something from it.</summary>
internal static class Samples
{
    public static readonly EmailRenderer Renderer = new();

    public static readonly DateTimeOffset Asked = new(2026, 3, 14, 18, 20, 0, TimeSpan.FromHours(4));

    public static readonly DateTimeOffset Ends = new(2026, 11, 25, 23, 59, 0, TimeSpan.FromHours(4));

    public static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 40, 0, TimeSpan.FromHours(4));

    /// <summary>Every optional part of the envelope, one at a time.</summary>
    public static readonly IReadOnlyDictionary<string, Func<Envelope, Envelope>> Without =
        new Dictionary<string, Func<Envelope, Envelope>>
        {
            ["name"] = e => e with { PersonName = null },
            ["logo"] = e => e with { Brand = e.Brand with { Logo = null } },
            ["dark logo"] = e => e with
            {
                Brand = e.Brand with { Logo = e.Brand.Logo is { } logo ? logo with { Dark = null } : null },
            },
            ["store url"] = e => e with { Brand = e.Brand with { Url = null } },
            ["store url and logo"] = e => e with { Brand = e.Brand with { Url = null, Logo = null } },
            ["preferences"] = e => e with { Preferences = null },
        };

    /// <summary>Titles as shops have them.</summary>
    public static readonly IReadOnlyList<string> Titles =
        ["Tea", "قهوة 250 غ", "★", "\u200F", "A <b> & \"c\"", new string('x', 160), "🇦🇪 flag", "e\u0301"];

    public static readonly IReadOnlyList<ISpecimen> All =
        [.. CartSamples.All, .. PriceDropSamples.All, .. ReorderSamples.All];

    public static ISpecimen Of(string language, string name) =>
        All.Single(specimen => specimen.Language == language && specimen.Name == name);

    public static Envelope Envelope(string language) => new()
    {
        Language = language,
        Brand = language == "ar"
            ? Shop("قهوة رمال", "https://rimal.example/ar/",
                "مستودع 12، شارع 8، القوز الصناعية 1\nدبي، الإمارات العربية المتحدة")
            : Shop("Rimal Coffee", "https://rimal.example/",
                "Warehouse 12, Street 8\nAl Quoz Industrial 1\nDubai, United Arab Emirates"),
        PersonName = language == "ar" ? "مريم" : "Mariam",
        Why = new Why.Express(Asked),
        Unsubscribe = new("https://l.example.com/u/Yk3pQ8sLw2Vn"),
        Preferences = new("https://l.example.com/p/Yk3pQ8sLw2Vn"),
    };

    /// <summary>With nothing that may be missing.</summary>
    public static Envelope Bare(Envelope envelope) => envelope with
    {
        Brand = new Brand { Name = envelope.Brand.Name, PostalAddress = "PO Box 1, Dubai" },
        PersonName = null,
        Preferences = null,
    };

    public static Envelope Poisoned(Envelope envelope, string words) => envelope with
    {
        Brand = envelope.Brand with
        {
            Name = words,
            PostalAddress = words,
            Color = words,
            Logo = envelope.Brand.Logo! with { Source = new("https://cdn.example.com/" + Uri.EscapeDataString(words)) },
        },
        PersonName = "Mariam",
    };

    public static Envelope Shuffled(Envelope envelope, Random chance) => envelope with
    {
        Brand = envelope.Brand with { Digits = (Digits)chance.Next(2), Color = $"#{chance.Next(0x1000000):X6}" },
    };

    /// <summary>What else the sample shop has; none of it is in a sample's cart.</summary>
    public static IReadOnlyList<Recommendation> Recommendations(string language) => language == "ar"
        ? [Other("قمع تقطير خزفي", 95, "dripper"), Other("هويلا منزوع الكافيين، 250 غ", 66, "decaf"),
            Other("فنجان رمال، 200 مل", 48, "cup")]
        : [Other("Ceramic dripper", 95, "dripper"), Other("Decaf Huila, 250 g", 66, "decaf"),
            Other("Dune cup, 200 ml", 48, "cup")];

    /// <summary>As many as there were, each named by words from outside: a mark before them keeps them apart.</summary>
    public static IReadOnlyList<Recommendation> Poisoned(IReadOnlyList<Recommendation> all, string words) =>
        [.. all.Select((other, i) => other with
        {
            Title = $"{i + 1} {words}",
            Picture = PoisonedPicture(words),
            Url = PoisonedLink,
        })];

    public static Uri Picture(string name) => new($"https://cdn.example.com/{name}.png");

    /// <summary>A picture whose address holds words from outside.</summary>
    public static Uri PoisonedPicture(string words) =>
        new("https://cdn.example.com/p.png?\"><script>'" + (words.Length > 100 ? "" : words));

    /// <summary>A link with everything that could end an attribute, a comment or a template.</summary>
    public static Uri PoisonedLink { get; } = new("https://l.example.com/c/?'\"><script>&{{x}}-->");

    private static Recommendation Other(string title, decimal price, string picture) => new()
    {
        Title = title,
        Picture = Picture(picture),
        Url = new($"https://l.example.com/c/{picture}"),
        Price = new(price, "AED"),
    };

    private static Brand Shop(string name, string url, string address) => new()
    {
        Name = name,
        Url = new(url),
        PostalAddress = address,
        Country = "AE",
        Logo = new(new("https://cdn.example.com/logo.png"), 124, 36, new("https://cdn.example.com/logo-dark.png")),
    };
}
