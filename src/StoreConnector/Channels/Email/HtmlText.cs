using System.Text;
using HandlebarsDotNet;

namespace StoreConnector.Channels.Email;

/// <summary>
/// Escapes for HTML what has a meaning there, in text and in quoted attributes, and nothing else: Arabic stays readable
/// in the source and small on the wire.
/// </summary>
internal sealed class HtmlText : ITextEncoder
{
    public static string Encode(string text)
    {
        using var target = new StringWriter();
        Write(text.GetEnumerator(), target);
        return target.ToString();
    }

    public void Encode(StringBuilder? text, TextWriter target) => Encode(text?.ToString(), target);

    public void Encode(string? text, TextWriter target) => Write((text ?? "").GetEnumerator(), target);

    public void Encode<T>(T? text, TextWriter target)
        where T : IEnumerator<char>
    {
        if (text is not null) { Write(text, target); }
    }

    private static void Write<T>(T text, TextWriter target)
        where T : IEnumerator<char>
    {
        while (text.MoveNext())
        {
            switch (text.Current)
            {
                case '&': target.Write("&amp;"); break;
                case '<': target.Write("&lt;"); break;
                case '>': target.Write("&gt;"); break;
                case '"': target.Write("&quot;"); break;
                case '\'': target.Write("&#39;"); break;
                default: target.Write(text.Current); break;
            }
        }
    }
}
