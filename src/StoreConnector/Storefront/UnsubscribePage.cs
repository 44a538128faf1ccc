using StoreConnector.Channels.Email;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;

namespace StoreConnector.Storefront;

/// <summary>
/// The pages behind the way out. Whole documents without script, pictures or anything fetched; a GET changes nothing,
/// every form posts to the page's own address, but that of an unknown link. Send them with
/// <see cref="StorefrontPage.ContentSecurityPolicy"/> and
/// <c>Cache-Control: no-store</c>.
/// </summary>
internal static class UnsubscribePage
{
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
        var page = Page(language, brand, masked, channel);
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
        var page = Page(language, brand, null, channel);
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
        var page = Page(language, brand, null, channel);
        return page.Html("title", $"""
            <h1>{page.Say("undone")}</h1>
            <p>{page.Say("undoneNote")}</p>
            <form method="post"><button class="quiet">{page.Say("stop")}</button></form>
            """);
    }

    /// <summary>The link is old or was never ours: an address may be typed.</summary>
    public static string Unknown(string language)
    {
        var page = Page(language, null, null);
        return page.Html("unknownTitle", $"""
            <h1>{page.Say("unknown")}</h1>
            <p>{page.Say("unknownNote")}</p>
            <form method="post" action="/u/unknown">
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
        var page = Page(language, null, null);
        return page.Html("unknownTitle", $"""
            <h1>{page.Say("taken")}</h1>
            <p>{page.Say("takenNote")}</p>
            """);
    }

    private static StorefrontPage Page(
        string language, Brand? brand, string? masked, Channel channel = Channel.Email) =>
        new("unsubscribePage", language, brand, masked, channel);
}
