using StoreConnector.Channels.Email;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;

namespace StoreConnector.Storefront;

/// <summary>
/// What the pages behind links share: a whole document without script, pictures or anything fetched, in the look of the
/// e-mails. Every form posts to the page's own address.
/// </summary>
/// <param name="section">Which of our words; those of texts may stand below it.</param>
/// <param name="language"><c>en</c> or <c>ar</c>.</param>
/// <param name="brand">The store; null where it is not known.</param>
/// <param name="masked">An address, masked: a link is forwarded easily.</param>
/// <param name="channel">What is spoken of.</param>
internal sealed class StorefrontPage(
    string section, string language, Brand? brand, string? masked, Channel channel = Channel.Email)
{
    /// <summary>What the pages need of a browser, and nothing else.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly Words words = Words.Common(language);
    private readonly string? store = Printable.Clean(brand?.Name, 80);

    /// <summary>Our words as HTML, each value alone in its direction.</summary>
    /// <param name="key">Which.</param>
    /// <param name="topics">What is listed, where the words do.</param>
    public string Say(string key, string? topics = null) =>
        Words.Fill(HtmlText.Encode(words[Key(key)]), name => name switch
        {
            "store" => $"<bdi>{HtmlText.Encode(store ?? "")}</bdi>",
            "address" => AddressOf(masked!),
            "topics" => HtmlText.Encode(topics!),
            _ => throw new KeyNotFoundException(name),
        });

    /// <summary>Our words about another address than the page's.</summary>
    public string SayOf(string key, string other) =>
        Words.Fill(HtmlText.Encode(words[Key(key)]), _ => AddressOf(other));

    /// <summary>The whole document.</summary>
    /// <param name="title">Which of our words; values in it are the store's name.</param>
    /// <param name="content">HTML.</param>
    /// <param name="moreStyle">Rules that this page alone needs.</param>
    public string Html(string title, string content, string moreStyle = "") => $"""
        <!doctype html>
        <html lang="{language}" dir="{(MessageLanguage.IsRightToLeft(language) ? "rtl" : "ltr")}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex, nofollow">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">
        <meta name="format-detection" content="telephone=no, email=no, address=no">
        <title>{HtmlText.Encode(Words.Fill(words[Key(title)], _ => store ?? ""))}</title>
        <style>
        {Style()}
        {moreStyle}
        </style>
        </head>
        <body>
        <main>
        {(store is null ? "" : $"""<p class="store"><bdi>{HtmlText.Encode(store)}</bdi></p>""")}
        {content}
        </main>
        </body>
        </html>

        """.ReplaceLineEndings("\n").Replace("\n\n", "\n", StringComparison.Ordinal);

    private static string AddressOf(string address) =>
        $"""<bdi class="address" dir="ltr">{HtmlText.Encode(address)}</bdi>""";

    /// <summary>What is said of texts has words of its own.</summary>
    private string Key(string key) => channel == Channel.Sms && words.Has($"{section}.texts.{key}")
        ? $"{section}.texts.{key}" : $"{section}.{key}";

    // The tokens of the e-mails.
    private string Style()
    {
        var colors = BrandColors.From(brand?.Color);
        var (font, size) = MessageLanguage.IsRightToLeft(language)
            ? ("-apple-system,'Segoe UI','Noto Sans Arabic','Geeza Pro',Tahoma,Arial,sans-serif", "17px/1.75")
            : ("-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif", "16px/1.6");
        return $$$"""
            :root{color-scheme:light dark;
            --page:#F4F1EC;--card:#FFFFFF;--ink:#2B2622;--soft:#6A625A;--edge:#8A8177;
            --button:{{{colors.Button}}};--on:{{{colors.OnButton}}};--link:{{{colors.Link}}};}
            @media (prefers-color-scheme:dark){:root{
            --page:#151311;--card:#211E1B;--ink:#F3EEE8;--soft:#B5ABA0;--edge:#8F867C;
            --button:{{{colors.ButtonDark}}};--on:{{{colors.OnButtonDark}}};--link:{{{colors.LinkDark}}};}}
            *{box-sizing:border-box}
            body{margin:0;background:var(--page);color:var(--ink);font:{{{size}}} {{{font}}};
            min-height:100vh;display:flex;align-items:center;justify-content:center;padding:24px 16px}
            main{width:100%;max-width:480px;background:var(--card);border-radius:12px;padding:32px}
            .store{margin:0 0 20px;font-size:19px;line-height:28px;font-weight:600}
            h1{margin:0;font-size:25px;line-height:1.35;font-weight:600}
            p{margin:10px 0 0} .soft{color:var(--soft)} h1,p{overflow-wrap:anywhere}
            .address{display:inline-block;max-width:100%}
            form{margin:24px 0 0} label{display:block;margin:0 0 6px;font-size:14px;color:var(--soft)}
            input,button{font:inherit;width:100%;min-height:50px;border-radius:8px;padding:12px 16px}
            input{margin:0 0 14px;color:var(--ink);background:var(--card);border:1px solid var(--edge)}
            button{border:0;background:var(--button);color:var(--on);
            font-weight:600;line-height:24px;cursor:pointer}
            button.quiet{background:none;color:var(--ink);border:1px solid var(--edge)}
            a{color:var(--link)} .after{margin:18px 0 0;text-align:center}
            :focus-visible{outline:3px solid var(--link);outline-offset:2px}
            @media (max-width:480px){main{padding:24px 20px}}
            """;
    }
}
