using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;

namespace StoreConnector.Tests.Messages;

/// <summary>The price drops that the golden files show: one product, and three.</summary>
internal static class PriceDropSamples
{
    private static readonly Kind<PriceDropMessage> Kind = new()
    {
        Render = Samples.Renderer.Render,
        View = PriceDropView.Build,
        Envelope = m => m.Envelope,
        In = (m, envelope) => m with { Envelope = envelope },
        WaysIn = m => [.. m.Drops.Select(drop => drop.Url)],
        Without = new Dictionary<string, Func<PriceDropMessage, PriceDropMessage>>
        {
            ["details"] = m => Each(m, d => d with { Detail = null }),
            ["pictures"] = m => Each(m, d => d with { Picture = null }),
            ["one picture"] = m => m with { Drops = [m.Drops[0] with { Picture = null }, .. m.Drops.Skip(1)] },
            ["letters"] = m => m with
            {
                Drops = [m.Drops[0] with { Title = "★", Picture = null }, .. m.Drops.Skip(1)],
            },
            ["prices seen"] = m => Each(m, d => d with { Was = null }),
            ["days seen"] = m => Each(m, d => d with { SeenOn = null }),
            ["lowest prices"] = m => Each(m, d => d with { Lowest30 = null }),
        },
        Poison = (message, words) => Each(message, d => d with
        {
            Title = words,
            Detail = words,
            Picture = Samples.PoisonedPicture(words),
            Url = Samples.PoisonedLink,
        }),
        Shuffle = Shuffle,
    };

    public static IEnumerable<ISpecimen> All => MessageLanguage.All.SelectMany(language => new ISpecimen[]
    {
        Specimen("price-drop", "price-drop-one", One(language)),
        Specimen("price-drops", "price-drop-many", Three(language)) with { HasBigButton = false },
    });

    /// <summary>One product, with everything there can be.</summary>
    public static PriceDropMessage One(string language) => Message(language, language == "ar"
        ? Drop("قمع تقطير خزفي", "لون الرمل، لفنجان أو فنجانين", 76m, 95m, "dripper", 1)
        : Drop("Ceramic dripper", "Sand glaze, for 1 to 2 cups", 76m, 95m, "dripper", 1));

    /// <summary>Three products, with everything there can be.</summary>
    public static PriceDropMessage Three(string language) => language == "ar"
        ? Message(language,
            Drop("قمع تقطير خزفي", "لون الرمل", 76m, 95m, "dripper", 1),
            Drop("فنجان رمال", "200 مل", 39m, 48m, "cup", 2),
            Drop("Decaf Huila", "حبوب كاملة، 250 غ", 57.5m, 66m, "decaf", 3))
        : Message(language,
            Drop("Ceramic dripper", "Sand glaze", 76m, 95m, "dripper", 1),
            Drop("Dune cup", "200 ml", 39m, 48m, "cup", 2),
            Drop("Decaf Huila", "Whole bean, 250 g", 57.5m, 66m, "decaf", 3));

    public static PriceDropMessage Each(PriceDropMessage message, Func<Drop, Drop> change) =>
        message with { Drops = [.. message.Drops.Select(change)] };

    private static PriceDropMessage Message(string language, params Drop[] drops) => new()
    {
        Envelope = Samples.Envelope(language),
        Drops = drops,
        CheckedAt = Samples.Now,
    };

    private static Drop Drop(string title, string detail, decimal now, decimal was, string picture, int link) => new()
    {
        Title = title,
        Detail = detail,
        Picture = Samples.Picture(picture),
        Now = new(now, "AED"),
        Was = new(was, "AED"),
        SeenOn = new(2026, 11, 3, 14, 0, 0, TimeSpan.FromHours(4)),
        Lowest30 = new(was - 5, "AED"),
        Url = new($"https://l.example.com/c/d{link}"),
    };

    private static Specimen<PriceDropMessage> Specimen(string name, string template, PriceDropMessage full) => new(
        name, template, full.Envelope.Language, Kind, full,
        Each(full, drop => drop with { Lowest30 = null }),
        Each(full with { Envelope = Samples.Bare(full.Envelope) }, drop => new()
        {
            Title = drop.Title,
            Now = drop.Now,
            Url = drop.Url,
        }))
    {
        Others = [full, Each(full, drop => drop with { Picture = null })],
    };

    private static PriceDropMessage Shuffle(PriceDropMessage message, Random chance)
    {
        var drops = Enumerable.Range(0, chance.Next(8)).Select(i => new Drop
        {
            Title = Samples.Titles[chance.Next(Samples.Titles.Count)],
            Detail = chance.Next(2) == 0 ? Samples.Titles[chance.Next(Samples.Titles.Count)] : null,
            Picture = chance.Next(3) == 0 ? new("http://shop.example/p.png") : new("https://shop.example/p.png"),
            Now = Price(),
            Was = chance.Next(4) == 0 ? null : Price(),
            SeenOn = chance.Next(3) == 0 ? null : Samples.Now.AddDays(-chance.Next(400)),
            Lowest30 = chance.Next(2) == 0 ? null : Price(),
            Url = new("https://l.example.com/c/d"),
        });

        return message with { Drops = [.. drops, message.Drops[0]] }; // one is there at least

        Money Price() => new(chance.Next(1_000_000) / 1000m, chance.Next(8) == 0 ? "bad" : "KWD");
    }
}
