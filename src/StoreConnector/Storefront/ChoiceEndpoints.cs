using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage;
using static StoreConnector.Storefront.UnsubscribeEndpoints;

namespace StoreConnector.Storefront;

/// <summary>The page of choices, "remind me later", and the second half of a double opt-in. A GET changes nothing.
/// </summary>
internal static class ChoiceEndpoints
{
    public static void MapChoices(this WebApplication app)
    {
        app.MapGet("/p/{token}", ShowAsync).WithTags("Storefront")
            .WithSummary("Shows what a person gets, by the same token as the way out; with ?later=1, asks whether to "
                + "remind a week later. Changes nothing.");
        app.MapPost("/p/{token}", SaveAsync).WithTags("Storefront")
            .WithSummary("Saves what is ticked; with ?later=1, reminds once more in 7 days.").DisableAntiforgery();
        app.MapGet("/k/{token}", AskAsync).WithTags("Storefront")
            .WithSummary("Shows the page that confirms an address; changes nothing.");
        app.MapPost("/k/{token}", ConfirmAsync).WithTags("Storefront")
            .WithSummary("Confirms an address: the second half of a double opt-in.").DisableAntiforgery();
    }

    private static async Task<ContentHttpResult> ShowAsync(
        string token, string? later, HttpContext http, UnsubscribeLinks links, MessageChoices choices,
        CancellationToken cancel)
    {
        if (await links.FindAsync(token, cancel) is not var (store, link))
        {
            return Page(http, UnsubscribePage.Unknown(LanguageOf(http)), StatusCodes.Status404NotFound);
        }

        var brand = MessageComposer.BrandOf(store.Store);
        return Page(http, later is null
            ? ChoicesPage.Boxes(link.Language, brand, await choices.FindAsync(store, link, cancel))
            : await choices.MayPutOffAsync(store, link, cancel) ? ChoicesPage.Later(link.Language, brand)
            : ChoicesPage.NothingLater(link.Language, brand));
    }

    private static async Task<ContentHttpResult> SaveAsync(
        string token, string? later, HttpContext http, UnsubscribeLinks links, MessageChoices choices,
        StoreRegistry stores, CancellationToken cancel)
    {
        var form = await ReadFormAsync(http.Request, cancel);
        if (await links.FindAsync(token, cancel) is not var (store, link))
        {
            return await StopTypedAsync(http, form, links, stores, cancel);
        }

        var brand = MessageComposer.BrandOf(store.Store);
        if (later is not null)
        {
            return Page(http, await choices.PutOffAsync(store, token, link, cancel)
                ? ChoicesPage.PutOff(link.Language, brand) : ChoicesPage.NothingLater(link.Language, brand));
        }

        await choices.SaveAsync(store, link, Wanted(form), IpOf(http), cancel);
        return Page(http, ChoicesPage.Boxes(
            link.Language, brand, await choices.FindAsync(store, link, cancel), isSaved: true));
    }

    private static async Task<ContentHttpResult> AskAsync(
        string token, HttpContext http, OptIns optIns, CancellationToken cancel) =>
        await optIns.FindAsync(token, cancel) is { Ask: var ask } found
            ? Page(http, ConfirmPage.Before(ask.Language, MessageComposer.BrandOf(found.Store.Store),
                optIns.Masked(ask), ask.Channel, TopicWords.List(ask.Purposes, ask.Language)))
            : Page(http, ConfirmPage.Old(LanguageOf(http)), StatusCodes.Status404NotFound);

    private static async Task<ContentHttpResult> ConfirmAsync(
        string token, HttpContext http, OptIns optIns, CancellationToken cancel)
    {
        if (await optIns.FindAsync(token, cancel) is not { } found)
        {
            return Page(http, ConfirmPage.Old(LanguageOf(http)), StatusCodes.Status404NotFound);
        }

        await optIns.ConfirmAsync(found, IpOf(http), cancel);
        return Page(http, ConfirmPage.Done(found.Ask.Language, MessageComposer.BrandOf(found.Store.Store)));
    }

    /// <summary>What is ticked, of the addresses that were shown. A form without them says nothing.</summary>
    private static Dictionary<Channel, IReadOnlyCollection<Purpose>> Wanted(Dictionary<string, string> form)
    {
        var stops = form.ContainsKey(ChoicesPage.StopField);
        var shown = Values(ChoicesPage.ShownField);
        return Enum.GetValues<Channel>().Where(channel => shown.Contains(ChoicesPage.FieldOf(channel))).ToDictionary(
            channel => channel, channel => (IReadOnlyCollection<Purpose>)[.. Choices.All.Where(topic =>
                !stops && Values(ChoicesPage.FieldOf(channel)).Contains(Suppression.TopicOf(topic)))]);

        string[] Values(string field) => form.GetValueOrDefault(field, "").Split(',');
    }
}
