using System.Text.Json.Serialization;

namespace StoreConnector.Core.Messages;

/// <summary>How a store shows itself in its messages.</summary>
public sealed record Brand
{
    /// <summary>As shoppers know it. Required: without it nothing is sent.</summary>
    public required string Name { get; init; }

    /// <summary>The store's front page.</summary>
    public Uri? Url { get; init; }

    /// <summary>
    /// In print at the foot, as the law asks of marketing: without it nothing is sent. Lines may be broken.
    /// </summary>
    public string? PostalAddress { get; init; }

    /// <summary>Stands in place of the name at the top.</summary>
    public Logo? Logo { get; init; }

    /// <summary>The merchant's one colour, <c>#RRGGBB</c>.</summary>
    public string Color { get; init; } = BrandColors.Default;

    /// <summary>The digits of Arabic messages.</summary>
    public Digits Digits { get; init; }

    /// <summary>ISO 3166-1: Arabic month names differ by country.</summary>
    public string? Country { get; init; }

    /// <summary>Subjects, and what mail programs show beside them, name no product.</summary>
    public bool DiscreetSubjects { get; init; }

    /// <summary>Which parts are shown where there is something to show.</summary>
    public MessageParts Parts { get; init; } = MessageParts.All;
}

/// <summary>Parts of messages that a merchant may leave away.</summary>
/// <param name="Prices">Prices in carts and reminders to reorder. A price drop is nothing without them.</param>
/// <param name="Pictures">Products' pictures, and the letters in their place.</param>
/// <param name="Recommendations">What else the store has.</param>
public sealed record MessageParts(bool Prices, bool Pictures, bool Recommendations)
{
    /// <summary>Everything.</summary>
    public static readonly MessageParts All = new(true, true, true);
}

/// <summary>A store's logo at the size it is shown, in pixels.</summary>
/// <param name="Source">The https picture, best at twice the size.</param>
/// <param name="Width">1 to <see cref="MaxWidth"/>.</param>
/// <param name="Height">1 to <see cref="MaxHeight"/>.</param>
/// <param name="Dark">The picture for dark mode; without it the logo keeps a white plate there.</param>
public sealed record Logo(Uri Source, int Width, int Height, Uri? Dark = null)
{
    /// <summary>The widest logo: what a narrow screen holds.</summary>
    public const int MaxWidth = 240;

    /// <summary>The highest logo.</summary>
    public const int MaxHeight = 96;

    /// <summary>Whether it can be shown: an https picture within the limits.</summary>
    [JsonIgnore]
    public bool IsShowable =>
        MessageLink.IsPicture(Source) && Width is > 0 and <= MaxWidth && Height is > 0 and <= MaxHeight;
}

/// <summary>Which addresses may stand in a message.</summary>
public static class MessageLink
{
    /// <summary>Whether a person may be led there: https, or http to this very machine, as in development.</summary>
    public static bool IsLink(Uri? uri) => uri is { IsAbsoluteUri: true } && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    /// <summary>
    /// The link as it is written: ASCII only, so that headers may hold it and no host can turn a line round.
    /// </summary>
    public static string Text(Uri uri) => uri.Host == uri.IdnHost
        ? uri.AbsoluteUri : new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri;

    /// <summary>Whether a mail program would fetch it: https only.</summary>
    public static bool IsPicture(Uri? uri) => IsLink(uri) && uri!.Scheme == Uri.UriSchemeHttps;
}
