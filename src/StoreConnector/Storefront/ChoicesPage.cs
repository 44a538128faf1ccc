using StoreConnector.Channels.Email;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;
using StoreConnector.Processing;

namespace StoreConnector.Storefront;

/// <summary>
/// The page of choices: a box for each topic and address, with one button to save and one to stop everything; and the
/// page that puts a reminder off. Without script, like <see cref="UnsubscribePage"/>.
/// </summary>
internal static class ChoicesPage
{
    /// <summary>The hidden field that says which addresses were shown: no box ticked says no, no boxes say nothing.
    /// </summary>
    public const string ShownField = "shown";

    /// <summary>The button that stops everything, whatever is ticked.</summary>
    public const string StopField = "stop";

    private const string Style = """
        fieldset{border:0;margin:22px 0 0;padding:0;min-width:0}
        legend{padding:0;font-weight:600;overflow-wrap:anywhere}
        .box{display:flex;align-items:center;gap:12px;min-height:44px;margin:0;font-size:inherit;color:var(--ink);
        cursor:pointer}
        .box input{flex:none;width:20px;height:20px;min-height:0;margin:0;padding:0;accent-color:var(--link)}
        .box:has(:disabled){color:var(--soft);cursor:default}
        .hint{margin:4px 0 6px;font-size:14px} fieldset+button{margin-top:20px} button+button{margin-top:12px}
        .saved{font-weight:600}
        """;

    /// <summary>What an address is called in the form.</summary>
    public static string FieldOf(Channel channel) => channel == Channel.Email ? "email" : "sms";

    /// <summary>The boxes as they stand. For a GET, and for the answer to a POST.</summary>
    /// <param name="language">The language of the message that led here.</param>
    /// <param name="brand">The store.</param>
    /// <param name="all">The addresses, the message's own first.</param>
    /// <param name="isSaved">Whether it is the answer to a POST.</param>
    public static string Boxes(string language, Brand brand, IReadOnlyList<AddressChoices> all, bool isSaved = false)
    {
        var page = new StorefrontPage("choicesPage", language, brand, null);
        return page.Html("title", $"""
            <h1>{page.Say("heading")}</h1>
            <p class="soft">{page.Say("note")}</p>
            {(isSaved ? $"""<p class="saved" role="status">{page.Say("saved")}</p>""" : "")}
            <form method="post">
            {string.Join('\n', all.Select(address => Group(page, language, address)))}
            <button>{page.Say("save")}</button>
            <button class="quiet" name="{StopField}" value="1">{page.Say("stop")}</button>
            </form>
            """, Style);
    }

    /// <summary>Asks once, with one button, whether to remind later. For a GET.</summary>
    public static string Later(string language, Brand brand)
    {
        var page = new StorefrontPage("laterPage", language, brand, null);
        return page.Html("title", $"""
            <h1>{page.Say("heading")}</h1>
            <p class="soft">{page.Say("note")}</p>
            <form method="post"><button>{page.Say("button")}</button></form>
            """);
    }

    /// <summary>It is put off. For the answer to a POST.</summary>
    public static string PutOff(string language, Brand brand)
    {
        var page = new StorefrontPage("laterPage", language, brand, null);
        return page.Html("title", $"""
            <h1>{page.Say("done")}</h1>
            <p>{page.Say("doneNote")}</p>
            """);
    }

    /// <summary>The link's message reminded of nothing, or its person was forgotten.</summary>
    public static string NothingLater(string language, Brand brand)
    {
        var page = new StorefrontPage("laterPage", language, brand, null);
        return page.Html("title", $"<h1>{page.Say("gone")}</h1>");
    }

    private static string Group(StorefrontPage page, string language, AddressChoices address)
    {
        var field = FieldOf(address.Channel);
        var above = address.Above is null ? ""
            : $"""<p class="hint soft">{page.Say(address.IsStoppedByText ? "stopped" : "elsewhere")}</p>""";
        var boxes = Choices.All.Select(topic => $"""
            <label class="box"><input type="checkbox" name="{field}" value="{Suppression.TopicOf(topic)}"{
                (address.Wanted.Contains(topic) ? " checked" : "")}{(address.Above is null ? "" : " disabled")}
            >{HtmlText.Encode(TopicWords.Of(topic, language))}</label>
            """.ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal));
        return $"""
            <fieldset><legend>{page.SayOf(field, address.Masked)}</legend>
            {above}
            {(address.Above is null ? $"""<input type="hidden" name="{ShownField}" value="{field}">""" : "")}
            {string.Join('\n', boxes)}
            </fieldset>
            """;
    }
}
