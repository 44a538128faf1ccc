using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

/// <summary>The reminders to reorder that the golden files show: with a rhythm of one's own, and without.</summary>
internal static class ReorderSamples
{
    private static readonly Kind<ReorderMessage> Kind = new()
    {
        Render = Samples.Renderer.Render,
        View = ReorderView.Build,
        Envelope = m => m.Envelope,
        In = (m, envelope) => m with { Envelope = envelope },
        WaysIn = m => [m.Button, m.LaterUrl!],
        Without = new Dictionary<string, Func<ReorderMessage, ReorderMessage>>
        {
            ["rhythm"] = m => m with { EveryDays = null },
            ["last order"] = m => m with { LastOn = null },
            ["next order"] = m => m with { NextOn = null },
            ["dates"] = m => m with { LastOn = null, NextOn = null },
            ["bar"] = m => m with { UsedPercent = null },
            ["recommendations"] = m => m with { Recommendations = [] },
            ["later"] = m => m with { LaterUrl = null },
            ["title"] = m => m with { Product = m.Product with { Title = "\u200B " } },
            ["detail"] = m => m with { Product = m.Product with { Detail = null } },
            ["picture"] = m => m with { Product = m.Product with { Picture = null } },
            ["price"] = m => m with { Product = m.Product with { Price = null } },
            ["page"] = m => m with { Product = m.Product with { Url = null } },
        },
        Poison = (message, words) => message with
        {
            Product = message.Product with
            {
                Title = words,
                Detail = words,
                Picture = Samples.PoisonedPicture(words),
                Url = Samples.PoisonedLink,
            },
            Recommendations = Samples.Poisoned(message.Recommendations, words),
            Button = Samples.PoisonedLink,
            LaterUrl = Samples.PoisonedLink,
        },
        Shuffle = Shuffle,
    };

    public static IEnumerable<ISpecimen> All => MessageLanguage.All.SelectMany(language => new ISpecimen[]
    {
        Specimen("reorder", Full(language)) with { Others = [Full(language)] },
        Specimen("reorder-no-rhythm", Full(language) with { EveryDays = null }) with { Others = [Full(language)] },
    });

    /// <summary>With everything there can be.</summary>
    public static ReorderMessage Full(string language) => new()
    {
        Envelope = Samples.Envelope(language),
        Product = new()
        {
            Title = language == "ar" ? "إسبريسو الدار" : "House Espresso",
            Detail = language == "ar" ? "حبوب كاملة، 500 غ" : "Whole bean, 500 g",
            Picture = Samples.Picture("espresso"),
            Price = new(78, "AED"),
            Url = new("https://rimal.example/products/house-espresso"),
        },
        EveryDays = 27,
        LastOn = new(2026, 10, 29, 14, 0, 0, TimeSpan.FromHours(4)),
        NextOn = new(2026, 11, 25, 14, 0, 0, TimeSpan.FromHours(4)),
        UsedPercent = 89,
        Recommendations = [.. Samples.Recommendations(language).Take(2)],
        Button = new("https://l.example.com/c/AB12cd34EF"),
        LaterUrl = new("https://l.example.com/p/Yk3pQ8sLw2Vn?later=1"),
    };

    private static Specimen<ReorderMessage> Specimen(string name, ReorderMessage full) => new(
        name, "replenishment", full.Envelope.Language, Kind, full, full with { Recommendations = [] }, full with
        {
            Recommendations = [],
            Envelope = Samples.Bare(full.Envelope),
            Product = new() { Title = name == "reorder" ? full.Product.Title : "" },
            LastOn = null,
            NextOn = null,
            UsedPercent = null,
            LaterUrl = null,
        });

    private static ReorderMessage Shuffle(ReorderMessage message, Random chance) => message with
    {
        Product = message.Product with
        {
            Title = Samples.Titles[chance.Next(Samples.Titles.Count)],
            Detail = chance.Next(2) == 0 ? Samples.Titles[chance.Next(Samples.Titles.Count)] : null,
            Price = new(chance.Next(1_000_000) / 1000m, chance.Next(4) == 0 ? "bad" : "AED"),
        },
        EveryDays = chance.Next(3) == 0 ? null : chance.Next(-2, 400),
        LastOn = chance.Next(3) == 0 ? null : Samples.Now.AddDays(-chance.Next(400)),
        UsedPercent = chance.Next(-5, 110),
    };
}
