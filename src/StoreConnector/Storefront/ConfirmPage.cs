using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;

namespace StoreConnector.Storefront;

/// <summary>The pages behind the link of a double opt-in: one button, its answer, and what an old link gets.</summary>
internal static class ConfirmPage
{
    /// <summary>Asks once, with one button. For a GET: mail scanners open every link.</summary>
    /// <param name="language">The language of the message that led here.</param>
    /// <param name="brand">The store.</param>
    /// <param name="masked">Whose address.</param>
    /// <param name="channel">Of which channel.</param>
    /// <param name="topics">What was asked for, as a list in words.</param>
    public static string Before(string language, Brand brand, string masked, Channel channel, string topics)
    {
        var page = new StorefrontPage("confirmPage", language, brand, masked, channel);
        return page.Html("title", $"""
            <h1>{page.Say("heading")}</h1>
            <p class="soft">{page.Say("note", topics)}</p>
            <form method="post"><button>{page.Say("button")}</button></form>
            """);
    }

    /// <summary>It is confirmed. For the answer to a POST.</summary>
    public static string Done(string language, Brand brand)
    {
        var page = new StorefrontPage("confirmPage", language, brand, null);
        return page.Html("title", $"""
            <h1>{page.Say("done")}</h1>
            <p>{page.Say("doneNote")}</p>
            """);
    }

    /// <summary>The link is old, or was never ours.</summary>
    public static string Old(string language)
    {
        var page = new StorefrontPage("confirmPage", language, null, null);
        return page.Html("oldTitle", $"""
            <h1>{page.Say("old")}</h1>
            <p>{page.Say("oldNote")}</p>
            """);
    }
}
