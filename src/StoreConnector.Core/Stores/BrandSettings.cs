using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Stores;

/// <summary>How a store's messages look, as its merchant chose.</summary>
public sealed record BrandSettings
{
    /// <summary>What a new store starts with.</summary>
    public static readonly BrandSettings Default = new();

    /// <summary>The merchant's one colour, <c>#RRGGBB</c>: see <see cref="BrandColors"/>.</summary>
    public string Color { get; init; } = BrandColors.Default;

    /// <summary>Stands in place of the name at the top; null: the name.</summary>
    public Logo? Logo { get; init; }

    /// <summary>The digits of Arabic messages.</summary>
    public Digits Digits { get; init; }

    /// <summary>Subjects and what mail programs show beside them name no product.</summary>
    public bool DiscreetSubjects { get; init; }

    /// <summary>Whether a person reads what is answered; if not, no message asks for an answer.</summary>
    public bool RepliesAreRead { get; init; }

    /// <summary>Which parts are shown where there is something to show.</summary>
    public MessageParts Parts { get; init; } = MessageParts.All;

    /// <summary>Rises by one with every saved change.</summary>
    public int Version { get; init; } = 1;

    /// <summary>
    /// Whether a picture may stand in the store's messages: https, on the shop's own host or a part of it, or on the
    /// content network of its platform.
    /// </summary>
    /// <param name="picture">Its address.</param>
    /// <param name="store">Whose it is.</param>
    public static bool IsOwnPicture(Uri? picture, Store store) => MessageLink.IsPicture(picture)
        && picture!.IsDefaultPort
        && (IsAt(picture.IdnHost, store.Domain)
            || (store.Platform == Platform.Shopify && picture.IdnHost == "cdn.shopify.com"));

    private static bool IsAt(string host, string domain) => host.Equals(domain, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
}
