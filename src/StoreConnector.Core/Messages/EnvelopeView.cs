using System.Diagnostics;
using System.Globalization;

namespace StoreConnector.Core.Messages;

/// <summary>The fields of what stands round every message: the store, its colours, the greeting, the foot.</summary>
internal static class EnvelopeView
{
    // In graphemes.
    private const int MaxStore = 60, MaxAddress = 200;

    /// <summary>The fields of an envelope from which nothing required is missing.</summary>
    /// <param name="envelope">What to print.</param>
    public static Dictionary<string, object?> Build(Envelope envelope) => ViewFields.Of(
        ("store", Store(envelope.Brand, envelope.Language)),
        ("brand", Colors(envelope.Brand)),
        ("name", Printable.FirstName(envelope.PersonName)),
        ("discreet", envelope.Brand.DiscreetSubjects ? ViewFields.Yes : null),
        ("why", WhyOf(envelope)),
        ("preferencesUrl", ViewFields.Link(envelope.Preferences)),
        ("unsubscribeUrl", MessageLink.Text(envelope.Unsubscribe)));

    /// <summary>The store's own fields.</summary>
    public static Dictionary<string, object?> Store(Brand brand, string language) => ViewFields.Of(
        ("name", Printable.Clean(brand.Name, MaxStore)),
        ("url", ViewFields.Link(brand.Url)),
        ("address", Address(brand, language)),
        ("logo", brand.Logo is { IsShowable: true } logo ? ViewFields.Of(
            ("src", MessageLink.Text(logo.Source)),
            ("dark", ViewFields.Picture(logo.Dark)),
            ("width", logo.Width.ToString(CultureInfo.InvariantCulture)),
            ("height", logo.Height.ToString(CultureInfo.InvariantCulture))) : null));

    private static string? Address(Brand brand, string language)
    {
        var lines = (brand.PostalAddress ?? "").Split('\n', '\r')
            .Select(line => Printable.Clean(line)?.TrimEnd(',', '،'));
        var comma = Words.Common(language)["comma"] + " ";
        return Printable.Clean(string.Join(comma, lines.Where(line => !string.IsNullOrEmpty(line))), MaxAddress);
    }

    /// <summary>The merchant's colour in its shades.</summary>
    public static Dictionary<string, object?> Colors(Brand brand)
    {
        var colors = BrandColors.From(brand.Color);
        return ViewFields.Of(
            ("button", colors.Button),
            ("onButton", colors.OnButton),
            ("link", colors.Link),
            ("buttonDark", colors.ButtonDark),
            ("onButtonDark", colors.OnButtonDark),
            ("linkDark", colors.LinkDark));
    }

    private static Dictionary<string, object?> WhyOf(Envelope envelope)
    {
        return envelope.Why switch
        {
            Why.Express why => ViewFields.Of(("express", ViewFields.Yes), ("date", Date(why.On)),
                ("topics", Words.Common(envelope.Language)["topics"])),
            Why.Soft why => Bought(why.On),
            Why.OptOut { On: { } on } => Bought(on),
            Why.OptOut => ViewFields.Of(("given", ViewFields.Yes)),
            Why.Requested why => ViewFields.Of(
                ("requested", ViewFields.Yes), ("title", Printable.Clean(why.Title, Typesetter.MaxTitle))),
            var other => throw new UnreachableException(other?.ToString()),
        };

        Dictionary<string, object?> Bought(DateTimeOffset on) =>
            ViewFields.Of(("soft", ViewFields.Yes), ("date", Date(on)));

        string Date(DateTimeOffset on) => new Typesetter(envelope).Date(on, DateParts.Year);
    }
}
