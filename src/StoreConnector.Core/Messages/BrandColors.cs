namespace StoreConnector.Core.Messages;

/// <summary>
/// What a merchant's one colour becomes in a message, so that every text on it and from it can be read. Contrast as in
/// WCAG 2.2, 1.4.3 and 1.4.11. The hue stays; only light is taken or given.
/// </summary>
/// <param name="Button">The button on the light card: at least <see cref="Visible"/> apart from it.</param>
/// <param name="OnButton">The words on it, at least <see cref="Text"/>.</param>
/// <param name="Link">A link on the light card, at least <see cref="Text"/>.</param>
/// <param name="ButtonDark">The button on the dark card, at least <see cref="Shape"/>.</param>
/// <param name="OnButtonDark">The words on it, at least <see cref="Text"/>.</param>
/// <param name="LinkDark">A link on the dark card, at least <see cref="Text"/>.</param>
public sealed record BrandColors(
    string Button, string OnButton, string Link, string ButtonDark, string OnButtonDark, string LinkDark)
{
    /// <summary>The least contrast of words.</summary>
    public const double Text = 4.5;

    /// <summary>The least contrast of a shape on the dark card.</summary>
    public const double Shape = 3;

    /// <summary>
    /// The least contrast of a button on the light card, whose words carry it: a yellow shop keeps a yellow button.
    /// </summary>
    public const double Visible = 1.3;

    /// <summary>The colour of a store that chose none: a calm terracotta.</summary>
    public const string Default = "#9A4423";

    private const string Card = "#FFFFFF", CardDark = "#211E1B", Ink = "#2B2622", InkDark = "#F3EEE8";
    private const string White = "#FFFFFF", Black = "#1A1614";
    private const int Neutral = 24; // less than this between the channels is a grey to the eye

    /// <summary>Whether text is a colour as we keep it, <c>#RRGGBB</c>.</summary>
    public static bool IsColor(string? text) => text is ['#', .. { Length: 6 } hex] && hex.All(char.IsAsciiHexDigit);

    /// <summary>The colours made from one.</summary>
    /// <param name="color"><c>#RRGGBB</c>; anything else counts as <see cref="Default"/>.</param>
    public static BrandColors From(string? color)
    {
        var basis = IsColor(color) ? color!.ToUpperInvariant() : Default;

        // A grey that fades into the card cannot be saved by a little light: it becomes the ink.
        var light = Fades(basis, Card) ? Ink : basis;
        var dark = Fades(basis, CardDark) ? InkDark : basis;
        var button = Move(light, 0, c => Contrast(c, Card) >= Visible && Contrast(c, On(c)) >= Text);
        var buttonDark = Move(dark, 255, c => Contrast(c, CardDark) >= Shape && Contrast(c, On(c)) >= Text);
        return new(
            button, On(button), Move(light, 0, c => Contrast(c, Card) >= Text),
            buttonDark, On(buttonDark), Move(dark, 255, c => Contrast(c, CardDark) >= Text));
    }

    /// <summary>The contrast of two colours, 1 to 21.</summary>
    public static double Contrast(string one, string other)
    {
        double a = Luminance(one), b = Luminance(other);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static string On(string ground) => Contrast(ground, White) >= Text ? White : Black;

    private static bool Fades(string color, string card)
    {
        var channels = Channels(color);
        return channels.Max() - channels.Min() < Neutral && Contrast(color, card) < Shape;
    }

    private static string Move(string from, int towards, Func<string, bool> enough)
    {
        const int Steps = 50;
        var channels = Channels(from);
        for (var step = 0; step <= Steps; step++)
        {
            var moved = channels.Select(c => c + ((towards - c) * step / Steps)).ToArray();
            var color = FormattableString.Invariant($"#{moved[0]:X2}{moved[1]:X2}{moved[2]:X2}");
            if (enough(color)) { return color; }
        }

        return towards == 0 ? Ink : InkDark; // not reached: black and white are enough on either card
    }

    private static double Luminance(string color)
    {
        var channels = Channels(color).Select(c => c / 255.0)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4));
        return channels.Zip([0.2126, 0.7152, 0.0722], (channel, weight) => channel * weight).Sum();
    }

    private static int[] Channels(string color) =>
        [.. Enumerable.Range(0, 3).Select(i => Convert.ToInt32(color.Substring(1 + (2 * i), 2), 16))];
}
