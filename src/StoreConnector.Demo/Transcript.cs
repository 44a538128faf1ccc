namespace StoreConnector.Demo;

/// <summary>
/// What the person at the keyboard reads: when, about whom, who speaks, what. Plain text; a little colour where there
/// is a terminal for it.
/// </summary>
internal sealed class Transcript(TextWriter output, bool hasColour)
{
    /// <summary>Day and time, about whom, who speaks: what stands before the text of a line.</summary>
    private const int WhenWidth = 10, WhoWidth = 7, SpeakerWidth = 9, Width = 100;

    private const string Dim = "2", Bold = "1", Green = "32", Red = "31";

    /// <summary>Colour only where it is wanted. Source: no-color.org.</summary>
    public static Transcript OfConsole() => new(Console.Out, !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null));

    /// <summary>A heading with an empty line before it.</summary>
    public void Head(string text) => output.WriteLine($"\n{Colour(Bold, text)}\n");

    /// <summary>Text as it is.</summary>
    public void Say(string text = "") => output.WriteLine(text);

    /// <summary>Something that happened.</summary>
    public void Line(DateTimeOffset at, string who, Speaker speaker, string text)
    {
        var before = Colour(Dim, ServiceTime.Show(at).PadRight(WhenWidth)) + who.PadRight(WhoWidth)
            + Colour(speaker == Speaker.Outbox ? Bold : Dim, Word(speaker).PadRight(SpeakerWidth));
        Wrapped(before, WhenWidth + WhoWidth + SpeakerWidth, text, speaker == Speaker.Outbox ? Bold : "");
    }

    /// <summary>One fate: as it was told, or not.</summary>
    public void Fate(string who, string told, string? found)
    {
        var verdict = found is null ? Colour(Green, "yes".PadRight(5)) : Colour(Red, "NO".PadRight(5));
        var text = found is null ? told : $"{told} But: {found}";
        Wrapped("  " + verdict + who.PadRight(WhoWidth + 1), 8 + WhoWidth, text, "");
    }

    /// <summary>Whether so long a text stands on one line of <see cref="Line"/>.</summary>
    public static bool FitsOnOneLine(string text) => text.Length <= Width - WhenWidth - WhoWidth - SpeakerWidth;

    private void Wrapped(string before, int indent, string text, string colour)
    {
        var lines = Wrap(text, Width - indent);
        for (var i = 0; i < lines.Count; i++)
        {
            output.WriteLine((i == 0 ? before : new string(' ', indent)) + Colour(colour, lines[i]));
        }
    }

    private static List<string> Wrap(string text, int width)
    {
        var lines = new List<string> { "" };
        foreach (var word in text.Replace("\n", " \n ", StringComparison.Ordinal).Split(' '))
        {
            if (word == "\n")
            {
                lines.Add("");
                continue;
            }

            if (lines[^1].Length > 0 && lines[^1].Length + 1 + word.Length > width) { lines.Add(""); }

            lines[^1] += lines[^1].Length == 0 ? word : " " + word;
        }

        return lines;
    }

    private string Colour(string code, string text) => hasColour && code.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;

    private static string Word(Speaker speaker) => speaker switch
    {
        Speaker.Shop => "shop",
        Speaker.Shopper => "shopper",
        Speaker.Service => "decides",
        Speaker.Outbox => "outbox",
        _ => "",
    };
}

/// <summary>Whose line it is.</summary>
internal enum Speaker
{
    /// <summary>A platform delivers.</summary>
    Shop,

    /// <summary>A person uses a link.</summary>
    Shopper,

    /// <summary>The service decides.</summary>
    Service,

    /// <summary>What would have left.</summary>
    Outbox,

    /// <summary>Nobody: time passes.</summary>
    Nobody,
}
