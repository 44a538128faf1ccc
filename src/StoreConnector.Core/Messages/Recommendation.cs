using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>Something else that the store has, beside what a message is about.</summary>
public sealed record Recommendation
{
    /// <summary>The fewest that make a row.</summary>
    public const int Fewest = 2;

    /// <summary>The most that one row holds.</summary>
    public const int Most = 3;

    /// <summary>As the shop calls it. What the message names already is not recommended too.</summary>
    public required string Title { get; init; }

    /// <summary>An https picture on the shop's host or content network; without it nothing is recommended.</summary>
    public required Uri? Picture { get; init; }

    /// <summary>The product's page; without it nothing is recommended.</summary>
    public required Uri? Url { get; init; }

    /// <summary>The price now.</summary>
    public Money? Price { get; init; }

    /// <summary>The fields of the row; none when fewer than <see cref="Fewest"/> can be shown.</summary>
    /// <param name="all">Best first.</param>
    /// <param name="named">Titles that the message names already.</param>
    /// <param name="print">How the message prints.</param>
    internal static Dictionary<string, object?> Row(
        IReadOnlyList<Recommendation> all, IEnumerable<string?> named, Typesetter print)
    {
        if (!print.Shows.Recommendations || !print.Shows.Pictures) { return []; }

        var taken = named.Select(title => Printable.Clean(title)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var shown = all.Where(other => Printable.Clean(other.Title) is { } title && MessageLink.IsLink(other.Url)
            && MessageLink.IsPicture(other.Picture) && taken.Add(title)).Take(Most).ToList();
        return shown.Count < Fewest ? []
            : ViewFields.Of(
                ("recommendations", shown.ConvertAll(other => FieldsOf(other, print))),
                ("recommendationsShort", shown.Count < Most ? ViewFields.Yes : null));
    }

    private static Dictionary<string, object?> FieldsOf(Recommendation other, Typesetter print) => ViewFields.Of(
        ("title", Printable.Clean(other.Title, Typesetter.MaxTile)),
        ("titleRtl", print.TurnsRight(other.Title)),
        ("picture", ViewFields.Picture(other.Picture)),
        ("url", ViewFields.Link(other.Url)),
        ("price", print.Optional(other.Price)));
}
