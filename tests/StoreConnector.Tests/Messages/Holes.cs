using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using StoreConnector.Channels;

namespace StoreConnector.Tests.Messages;

/// <summary>Looks for what a missing value leaves behind when nobody thought of it.</summary>
internal static partial class Holes
{
    public static IDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    public static void AssertNone(MessageContent.Email mail, string what)
    {
        AssertNoneInSource(mail, what);
        AssertNoneInTree(mail, what);
    }

    /// <summary>The quick half: what shows without parsing.</summary>
    public static void AssertNoneInSource(MessageContent.Email mail, string what)
    {
        foreach (var part in new[] { mail.Subject, mail.Text, mail.Html })
        {
            var leftOver = LeftOver().Match(part);
            Assert.False(leftOver.Success, $"{what}: \"{leftOver.Value}\"");
        }

        var inText = HoleInText().Match(mail.Text);
        Assert.False(inText.Success, $"{what}: \"{inText.Value}\" in\n{mail.Text}");
        var inSource = HoleInSource().Match(mail.Html);
        Assert.False(inSource.Success, $"{what}: \"{inSource.Value}\"");
    }

    private static void AssertNoneInTree(MessageContent.Email mail, string what)
    {
        var document = Parse(mail.Html);
        var inside = document.Body!.QuerySelectorAll("h1,p,a,bdi,td")
            .Where(e => e.Closest(".outer, .bar, .track, .gap") is null); // spaces, and the bar, have no words
        foreach (var element in inside)
        {
            var empty = string.IsNullOrWhiteSpace(element.TextContent) && element.QuerySelector("img,div") is null;
            if (empty) { Assert.Fail($"{what}: an empty {element.OuterHtml}"); }
        }

        foreach (var attribute in document.All.SelectMany(e => e.Attributes)
            .Where(a => a.Name is "href" or "src" or "width"))
        {
            Assert.False(string.IsNullOrWhiteSpace(attribute.Value), $"{what}: an empty {attribute.Name}");
        }

        var inHtml = HoleInLine().Match(document.Body!.TextContent);
        Assert.False(inHtml.Success, $"{what}: \"{inHtml.Value}\"");
    }

    // A template's rest, or a programmer's word for nothing.
    [GeneratedRegex(@"undefined|\bnull\b|\bNaN\b|\{\{|\}\}|\[\[|\]\]\s*[^<]|System\.|HandlebarsDotNet")]
    private static partial Regex LeftOver();

    // Two commas, an empty isolate, a colon that announces nothing (one may stand before a link on the next line).
    [GeneratedRegex(
        @"[,،][ \u2068\u2069]*[,،]|\u2068\u2069|: *\n(?!http)|\n{3}|^[-*] *$|\( *\)| [.,،]", RegexOptions.Multiline)]
    private static partial Regex HoleInText();

    [GeneratedRegex(@"<(p|h1|a|bdi|span)\b[^>]*>\s*</\1>|\b(href|src|width)=""\s*""")]
    private static partial Regex HoleInSource();

    [GeneratedRegex(@"[,،] *[,،]|\( *\)|\w [.,،]")]
    private static partial Regex HoleInLine();
}
