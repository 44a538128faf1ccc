using StoreConnector.Channels.Email;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;

namespace StoreConnector.Storefront;

/// <summary>
/// The pages behind the way out. Whole documents without script, pictures or anything fetched; a GET changes nothing,
/// every form posts to the page's own address. Send them with <see cref="ContentSecurityPolicy"/> and <c>Cache-Control:
/// no- store</c>.
/// </summary>
internal static class UnsubscribePage
{
    /// <summary>What the pages need of a browser, and nothing else.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The field of the address form.</summary>
    public const string AddressField = "address";

    /// <summary>The field of the undo form; its value is 1.</summary>
    public const string UndoField = "undo";

    /// <summary>Asks once, with one button. For a GET.</summary>
    /// <param name="language">The language of the message that led here.</param>
    /// <param name="brand">The store.</param>
    /// <param name="masked">Whose e-mails, masked: a link is forwarded easily.</param>
    /// <param name="channel">What it stops.</param>
    /// <param name="choose">The page of choices, where there is one.</param>
    public static string Before(
        string language, Brand brand, string masked, Channel channel = Channel.Email, Uri? choose = null)
    {
        var page = new Page(language, brand, masked, channel);
        var instead = MessageLink.IsLink(choose)
            ? $"""
              <p class="after"><a href="{HtmlText.Encode(MessageLink.Text(choose!))}">{page.Say("choose")}</a></p>
              """
            : "";
        return page.Html("title", $"""
            <h1>{page.Say("before")}</h1>
            <p class="soft">{page.Say("beforeNote")}</p>
            <form method="post"><button>{page.Say("stop")}</button></form>
            {instead}
            """);
    }

    /// <summary>It is done, and can be undone. For the answer to a POST.</summary>
    public static string Done(string language, Brand brand, Channel channel = Channel.Email)
    {
        var page = new Page(language, brand, null, channel);
        return page.Html("title", $"""
            <h1>{page.Say("done")}</h1>
            <p>{page.Say("doneNote")}</p>
            <form method="post"><input type="hidden" name="{UndoField}" value="1">
            <button class="quiet">{page.Say("undo")}</button></form>
            """);
    }

    /// <summary>It was undone.</summary>
    public static string Undone(string language, Brand brand, Channel channel = Channel.Email)
    {
        var page = new Page(language, brand, null, channel);
        return page.Html("title", $"""
            <h1>{page.Say("undone")}</h1>
            <p>{page.Say("undoneNote")}</p>
            <form method="post"><button class="quiet">{page.Say("stop")}</button></form>
            """);
    }

    /// <summary>The link is old or was never ours: an address may be typed.</summary>
    public static string Unknown(string language)
    {
        var page = new Page(language, null, null);
        return page.Html("unknownTitle", $"""
            <h1>{page.Say("unknown")}</h1>
            <p>{page.Say("unknownNote")}</p>
            <form method="post">
            <label for="a">{page.Say("address")}</label>
            <input id="a" type="email" name="{AddressField}" dir="ltr" autocomplete="email"
            maxlength="{EmailAddress.MaxLength}" required>
            <button>{page.Say("stop")}</button>
            </form>
            """);
    }

    /// <summary>
    /// The answer to a typed address: the same for every one, so that nobody can learn who is known here.
    /// </summary>
    public static string Taken(string language)
    {
        var page = new Page(language, null, null);
        return page.Html("unknownTitle", $"""
            <h1>{page.Say("taken")}</h1>
            <p>{page.Say("takenNote")}</p>
            """);
    }

    private sealed class Page(string language, Brand? brand, string? masked, Channel channel = Channel.Email)
    {
        private readonly Words words = Words.Common(language);
        private readonly string? store = Printable.Clean(brand?.Name, 80);

        /// <summary>Our words as HTML, each value alone in its direction.</summary>
        public string Say(string key) => Words.Fill(HtmlText.Encode(words[Key(key)]), name => name switch
        {
            "store" => $"<bdi>{HtmlText.Encode(store ?? "")}</bdi>",
            "address" => $"""<bdi class="address" dir="ltr">{HtmlText.Encode(masked!)}</bdi>""",
            _ => throw new KeyNotFoundException(name),
        });

        public string Html(string title, string content) => $"""
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

        /// <summary>What is said of texts has words of its own.</summary>
        private string Key(string key) => channel == Channel.Sms && words.Has($"unsubscribePage.texts.{key}")
            ? $"unsubscribePage.texts.{key}" : $"unsubscribePage.{key}";

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
}
