using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using StoreConnector.Channels;
using StoreConnector.Core.Messages;
using StoreConnector.Processing;

namespace StoreConnector.Admin;

/// <summary>A message's words.</summary>
/// <param name="Version">Rises with every saved change; 0 while all is ours.</param>
/// <param name="Words">What the merchant says in other words than ours.</param>
/// <param name="Defaults">Ours, with places of values and blocks.</param>
/// <param name="Fields">The values that words may name, as <c>{{field}}</c>; a button's name none.</param>
/// <param name="MaxLengths">The most characters of each.</param>
internal sealed record MessageWordsModel(
    int Version, IReadOnlyDictionary<string, string> Words, IReadOnlyDictionary<string, string> Defaults,
    IReadOnlyList<string> Fields, IReadOnlyDictionary<string, int> MaxLengths)
{
    public static MessageWordsModel Of(MessageName name, OwnText own) => new(own.Version, own.Words,
        Wording.Keys(name).ToDictionary(key => key, key => Wording.Ours(name, key)), Wording.Fields(name),
        Wording.Keys(name).ToDictionary(key => key, Wording.MaxLength));
}

/// <summary>Words to save or to look at; null brings ours back.</summary>
internal sealed record WordsChange(IReadOnlyDictionary<string, string?>? Words, int? Version);

/// <summary>A message as it would look, with sample data.</summary>
/// <param name="Segments">Of a text.</param>
/// <param name="Size">Bytes of an e-mail's HTML, units of a text.</param>
/// <param name="Warnings">What the merchant had better know.</param>
internal sealed record PreviewModel(
    string? Subject, string Text, string? Html, int? Segments, int Size, IReadOnlyList<string> Warnings)
{
    public static PreviewModel Of(MessagePreview preview) => preview.Content switch
    {
        MessageContent.Email mail => new(mail.Subject, mail.Text, mail.Html, null, preview.Size, preview.Warnings),
        MessageContent.Sms text => new(null, text.Text, null, text.Segments, preview.Size, preview.Warnings),
        var other => throw new System.Diagnostics.UnreachableException(other.GetType().Name),
    };
}

/// <summary>The words of messages that a merchant may change, and how they would look.</summary>
internal static class MessageApi
{
    private const string Path = "/messages/{automation}/{step}/{channel}/{language}";
    private const string AllowedWords = "an object of texts by key; null brings ours back";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ReadAsync).WithSummary(
            "A message's words: the merchant's, and ours; its version is the ETag.");
        api.MapPut(Path, ChangeAsync)
            .WithSummary("Lays the sent words over the saved ones; If-Match guards against another's change.")
            .Accepts<WordsChange>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        api.MapDelete(Path, ForgetAsync).WithSummary("Brings all of our words back.");
        api.MapPost(Path + "/preview", PreviewAsync)
            .WithSummary("The message with sample data, in the saved words or the sent ones; nothing is kept or sent.")
            .Accepts<WordsChange>("application/json").ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<Results<Ok<MessageWordsModel>, ProblemHttpResult>> ReadAsync(
        string storeId, [AsParameters] NameOfMessage message, HttpResponse response, IStoreDirectory stores,
        CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        return message.Find() is { } name
            ? Answer(response, name, (await MessageWords.ReadAsync(store, cancel)).Words.Of(name)) : NoMessage();
    }

    private static async Task<Results<Ok<MessageWordsModel>, ProblemHttpResult>> ChangeAsync(
        string storeId, [AsParameters] NameOfMessage message, HttpRequest request, HttpResponse response,
        IStoreDirectory stores, MessageWords words, MessagePreviews previews, CancellationToken cancel)
    {
        var body = await JsonBody.ReadAsync(request, cancel);
        // A lost write means: read, check and lay over again.
        while (await stores.FindAsync(storeId, cancel) is { } store)
        {
            if (message.Find() is not { } name) { return NoMessage(); }

            var read = await MessageWords.ReadAsync(store, cancel);
            var saved = read.Words.Of(name);
            if (Preconditions.IsStale(request, body, saved.Version)) { return Preconditions.Stale(saved.Version); }

            var changed = Laid(body, saved);
            if (body.Errors() is { Count: > 0 } errors) { return Problem.Of(errors); }

            if (previews.Check(store.Store, name, changed.Words) is { Count: > 0 } wrong) { return Problem.Of(wrong); }

            if (changed == saved || await words.TrySaveAsync(store, read.Words.With(name, changed), read.ETag, cancel))
            {
                return Answer(response, name, changed);
            }
        }

        return StoreApi.NoStore();
    }

    private static async Task<Results<Ok<MessageWordsModel>, ProblemHttpResult>> ForgetAsync(
        string storeId, [AsParameters] NameOfMessage message, HttpResponse response, IStoreDirectory stores,
        MessageWords words, CancellationToken cancel)
    {
        while (await stores.FindAsync(storeId, cancel) is { } store)
        {
            if (message.Find() is not { } name) { return NoMessage(); }

            var read = await MessageWords.ReadAsync(store, cancel);
            var saved = read.Words.Of(name);
            var ours = saved.Words.IsEmpty ? saved : OwnText.None with { Version = saved.Version + 1 };
            if (ours == saved || await words.TrySaveAsync(store, read.Words.With(name, ours), read.ETag, cancel))
            {
                return Answer(response, name, ours);
            }
        }

        return StoreApi.NoStore();
    }

    private static async Task<Results<Ok<PreviewModel>, ProblemHttpResult>> PreviewAsync(
        string storeId, [AsParameters] NameOfMessage message, HttpRequest request, IStoreDirectory stores,
        MessagePreviews previews, CancellationToken cancel)
    {
        var body = await JsonBody.ReadAsync(request, cancel);
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        if (message.Find() is not { } name) { return NoMessage(); }

        var shown = Laid(body, (await MessageWords.ReadAsync(store, cancel)).Words.Of(name));
        if (body.Errors() is { Count: > 0 } errors) { return Problem.Of(errors); }

        // What cannot even be said is an error here too; what is only too long is to be seen.
        return Wording.Check(name, shown.Words) is { Count: > 0 } wrong ? Problem.Of(wrong)
            : TypedResults.Ok(PreviewModel.Of(previews.Render(store.Store, name, shown with { Version = 0 })));
    }

    /// <summary>The sent words over the saved ones; what cannot be is an error of the body.</summary>
    private static OwnText Laid(JsonBody body, OwnText saved)
    {
        body.Field("version"); // A precondition, looked at by the caller.
        if (body.Field("words") is not { } sent) { return saved; }

        if (sent.ValueKind != JsonValueKind.Object)
        {
            body.Refuse("words", sent, AllowedWords);
            return saved;
        }

        var words = saved.Words.ToBuilder();
        foreach (var word in sent.EnumerateObject())
        {
            if (word.Value.ValueKind == JsonValueKind.Null) { words.Remove(word.Name); }
            else if (word.Value.ValueKind == JsonValueKind.String && JsonBody.TextOf(word.Value) is { } text)
            {
                words[word.Name] = WordPlaces.Tidy(text);
            }
            else { body.Refuse($"words.{word.Name}", word.Value, AllowedWords); }
        }

        var all = words.ToImmutable();
        return all.SequenceEqual(saved.Words) ? saved : new(saved.Version + 1, all);
    }

    private static Ok<MessageWordsModel> Answer(HttpResponse response, MessageName name, OwnText own)
    {
        response.Headers[HeaderNames.ETag] = string.Create(CultureInfo.InvariantCulture, $"\"{own.Version}\"");
        return TypedResults.Ok(MessageWordsModel.Of(name, own));
    }

    private static ProblemHttpResult NoMessage() => Problem.NotFound(
        "There is no such message. There are: " + string.Join(", ", MessageName.All.Select(name => name.Automation + "/"
            + name.Step).Distinct()) + ", each with /email or /sms and /en or /ar.");
}

/// <summary>The parts of an address that name a message.</summary>
internal readonly record struct NameOfMessage(string Automation, string Step, string Channel, string Language)
{
    public MessageName? Find() =>
        MessageName.TryParse(Automation, Step, Channel, Language, out var name) ? name : null;
}
