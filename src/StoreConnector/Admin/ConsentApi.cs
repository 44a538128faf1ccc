using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;
using StoreConnector.Storefront;

namespace StoreConnector.Admin;

/// <summary>What people said about messages: its proof, what they texted back, and the noes of older lists.</summary>
internal static class ConsentApi
{
    private const int MaxSource = 40, MaxVersion = 60, MaxLocale = 35;

    /// <summary>A clock of the merchant's may be ahead of ours by this.</summary>
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/consents", TakeAsync).WithSummary(
            "Records a yes with its words; with doubleOptIn, asks the address to confirm, at most once a day.")
            .Accepts<ConsentModel>("application/json").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapPost("/consents/search", SearchAsync).WithSummary(
            "The proof kept of one address, also when its owner was forgotten: oldest first.")
            .Accepts<CustomerSearch>("application/json").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/customers/{key}/consents", ReadAsync).WithSummary(
            "The proof of everything one customer's addresses said: who, what, which words, when, from where.");
        api.MapGet("/replies", RepliesAsync).WithSummary(
            "Texts that a person should read, newest first; kept for 30 days.");
        api.MapPost("/replies/{replyId}", JudgeAsync).WithSummary(
            "Says what such a text meant: stop, or ignore, which lets texts go on that it alone had stopped.")
            .Accepts<VerdictModel>("application/json").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapPost("/suppressions", ImportAsync).WithSummary(
            "Takes over the noes of an older list (text/csv, up to 5 MB). ?reason= says why, for rows that do not.")
            .Accepts<string>("text/csv").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<Results<Ok<ConsentAnswer>, ProblemHttpResult>> TakeAsync(
        string storeId, HttpRequest http, IStoreDirectory stores, OptIns optIns, TimeProvider clock,
        CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        var body = await JsonBody.ReadAsync(http, cancel);
        var request = Read(body, store.Store.Country, clock.GetUtcNow());
        return body.Errors() is { Count: > 0 } errors ? Problem.Of(errors)
            : TypedResults.Ok(ConsentAnswer.Of(await optIns.TakeAsync(store, request!, cancel)));
    }

    private static async Task<Results<Ok<Items<ProofModel>>, ProblemHttpResult>> SearchAsync(
        string storeId, HttpRequest http, IStoreDirectory stores, ConsentProofs proofs, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        var body = await JsonBody.ReadAsync(http, cancel);
        var (email, phone) = (Email(body), Phone(body, store.Store.Country));
        if (body.Errors().Count == 0 && (email is null) == (phone is null))
        {
            body.Refuse(new("email", "The search", "exactly one of email and phone"));
        }

        if (body.Errors() is { Count: > 0 } errors) { return Problem.Of(errors); }

        var hash = store.Customers.Hash(email is not null ? Contact.Of(email) : Contact.Of(phone!));
        var kept = await proofs.ReadAsync(store.Customers, hash, cancel);
        return TypedResults.Ok(new Items<ProofModel>([.. kept.Select(ProofModel.Of)]));
    }

    private static async Task<Results<Ok<Items<ProofModel>>, ProblemHttpResult>> ReadAsync(
        string storeId, string key, IStoreDirectory stores, Merges merges, ConsentProofs proofs,
        CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        if (!CustomerReader.IsKey(key)
            || (await store.Customers.ReadHeadAsync(await merges.ResolveAsync(store, key, cancel), cancel)).Head
                is not Head.Live { State: var state }) { return Problem.NotFound("There is no such customer."); }

        var kept = new List<KeptProof>();
        foreach (var hash in Erasure.ContactsOf(store, state))
        {
            kept.AddRange(await proofs.ReadAsync(store.Customers, hash, cancel));
        }

        return TypedResults.Ok(new Items<ProofModel>([.. kept.OrderBy(k => k.Proof.At).Select(ProofModel.Of)]));
    }

    private static async Task<Results<Ok<Items<ReplyModel>>, ProblemHttpResult>> RepliesAsync(
        string storeId, IStoreDirectory stores, TextReplies replies, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is not { } store ? StoreApi.NoStore()
            : TypedResults.Ok(new Items<ReplyModel>(
                [.. (await replies.ReadAsync(store, cancel)).Select(ReplyModel.Of)]));

    private static async Task<Results<NoContent, ProblemHttpResult>> JudgeAsync(
        string storeId, string replyId, HttpRequest http, IStoreDirectory stores, InboundTexts texts,
        CancellationToken cancel)
    {
        const string Allowed = "stop or ignore";
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        var body = await JsonBody.ReadAsync(http, cancel);
        var verdict = body.Text("verdict", Allowed);
        if (verdict is not ("stop" or "ignore") && body.Errors().Count == 0)
        {
            body.Refuse("verdict", body.Field("verdict"), Allowed);
        }

        return body.Errors() is { Count: > 0 } errors ? Problem.Of(errors)
            : await texts.JudgeAsync(store, replyId, verdict == "stop", cancel) ? TypedResults.NoContent()
            : Problem.NotFound("There is no such text.");
    }

    private static async Task<Results<Ok<SuppressionReport>, ProblemHttpResult>> ImportAsync(
        string storeId, string? reason, HttpRequest http, IStoreDirectory stores, SuppressionImport import,
        CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return StoreApi.NoStore(); }

        var usual = Enum.GetValues<SuppressionReason>().Cast<SuppressionReason?>()
            .FirstOrDefault(r => SuppressionImport.Word(r!.Value) == reason);
        if (reason is not null && usual is null)
        {
            return Problem.Of([new("reason", $"'{reason}'", "bounced, complained or unsubscribed")]);
        }

        if (http.ContentType?.Split(';')[0].Trim().ToLowerInvariant() is not "text/csv")
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "not-csv", "Send text/csv.");
        }

        if (http.ContentLength > SuppressionImport.MaxBytes) { return TooLong(); }

        using var body = new BoundedStream(http.Body, SuppressionImport.MaxBytes);
        using var text = new StreamReader(body, Encoding.UTF8);
        return TypedResults.Ok(await import.TakeAsync(store, text, usual, () => body.IsCut, cancel));
    }

    private static ProblemHttpResult TooLong() => Problem.Of(StatusCodes.Status413PayloadTooLarge, "body-too-large",
        FormattableString.Invariant($"The list may have {SuppressionImport.MaxBytes} bytes: send it in parts."));

    private static ConsentRequest? Read(JsonBody body, string country, DateTimeOffset now)
    {
        const string Channels = "email or sms", When = "an instant, ISO 8601 with its offset, not ahead of now";
        var (email, phone) = (Email(body), Phone(body, country));
        var word = body.Text("channel", Channels);
        var contact = word switch
        {
            "email" when email is not null => Contact.Of(email),
            "sms" when phone is not null => Contact.Of(phone),
            _ => null,
        };
        if (word is not ("email" or "sms")) { Refuse("channel", Channels); }
        else if (contact is null) { Refuse(word == "email" ? "email" : "phone", "the address that the channel needs"); }

        var purposes = Purposes(body);
        var text = Words(body, "text", 1, ConsentProof.MaxText);
        var version = Words(body, "textVersion", 0, MaxVersion);
        var source = Words(body, "source", 1, MaxSource);
        var locale = Words(body, "locale", 0, MaxLocale);
        var at = now;
        if (body.Text("at", When) is { } said && (!DateTimeOffset.TryParse(said, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at) || at > now + MaxAhead))
        {
            Refuse("at", When);
        }

        string? ip = null;
        if (body.Text("ip", "an IP address of the public internet") is { } from && !PublicIp.TryParse(from, out ip))
        {
            Refuse("ip", "an IP address of the public internet");
        }

        var isDouble = body.Flag("doubleOptIn") ?? false;
        return body.Errors().Count > 0 ? null
            : new(contact!, word == "sms" ? email : null, purposes, text!, version, source!, at)
            {
                Ip = ip, Locale = locale, DoubleOptIn = isDouble,
            };

        // What was sent is not repeated: it may be an address.
        void Refuse(string name, string allowed) => body.Refuse(new(name, "What was sent", allowed));
    }

    private static string? Words(JsonBody body, string name, int least, int most)
    {
        var allowed = FormattableString.Invariant($"{least} to {most} characters");
        var text = body.Text(name, allowed)?.Trim();
        if ((text is null && least > 0 && body.Field(name) is null) || text?.Length > most || text?.Length < least)
        {
            body.Refuse(new(name, text is null ? "A missing value" : "That text", allowed));
        }

        return text is { Length: > 0 } ? text : null;
    }

    private static IReadOnlyList<Purpose> Purposes(JsonBody body)
    {
        const string Allowed = "a list of cart, price, reorder and offers, at least one";
        var sent = body.Field("purposes");
        var words = sent is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray()
                .Select(w => w.ValueKind == JsonValueKind.String ? JsonBody.TextOf(w) : null).ToList()
            : [];
        IReadOnlyList<Purpose> purposes = [.. Choices.All.Where(p => words.Contains(Suppression.TopicOf(p)))];
        if (purposes.Count == 0 || purposes.Count != words.Count) { body.Refuse("purposes", sent, Allowed); }

        return purposes;
    }

    private static EmailAddress? Email(JsonBody body)
    {
        if (body.Text("email", "an e-mail address") is not { } sent) { return null; }

        if (EmailAddress.TryParse(sent, out var email)) { return email; }

        body.Refuse(new("email", "What was sent", "an e-mail address"));
        return null;
    }

    private static PhoneNumber? Phone(JsonBody body, string country)
    {
        const string Allowed = "a phone number, for example +14155552671";
        if (body.Text("phone", Allowed) is not { } sent) { return null; }

        if (Phones.Read(sent, country) is { } number) { return number; }

        body.Refuse(new("phone", "What was sent", Allowed));
        return null;
    }
}

/// <summary>A yes as it is handed over.</summary>
/// <param name="Email">The address; beside a number, whose it is.</param>
/// <param name="Phone">The number.</param>
/// <param name="Channel"><c>email</c> or <c>sms</c>.</param>
/// <param name="Purposes"><c>cart</c>, <c>price</c>, <c>reorder</c>, <c>offers</c>.</param>
/// <param name="Text">The words that were agreed to.</param>
/// <param name="TextVersion">Your name for that version of them.</param>
/// <param name="Source">Where, for example the form's address.</param>
/// <param name="At">When; now, if it is left out.</param>
/// <param name="Ip">From where.</param>
/// <param name="Locale">The language that the person is asked in.</param>
/// <param name="DoubleOptIn">Whether the address is asked to confirm.</param>
internal sealed record ConsentModel(
    string? Email, string? Phone, string Channel, IReadOnlyList<string> Purposes, string Text, string? TextVersion,
    string Source, DateTimeOffset? At, string? Ip, string? Locale, bool DoubleOptIn);

/// <summary>What became of it.</summary>
/// <param name="State"><c>given</c>, <c>pending</c> or <c>confirmed</c>.</param>
/// <param name="Confirmation"><c>none</c>, <c>asked</c>, <c>asked-lately</c> or <c>impossible</c>.</param>
/// <param name="Why">Why it is impossible.</param>
internal sealed record ConsentAnswer(string State, string Confirmation, string? Why)
{
    public static ConsentAnswer Of(Asking asking) => asking switch
    {
        Asking.NotWanted => new("given", "none", null),
        Asking.Confirmed => new("confirmed", "none", null),
        Asking.Asked => new("pending", "asked", null),
        Asking.AskedLately => new("pending", "asked-lately", null),
        Asking.Impossible no => new("pending", "impossible", no.Why),
        var other => throw new System.Diagnostics.UnreachableException(other.GetType().Name),
    };
}

/// <summary>One line of proof.</summary>
/// <param name="Contact">The address's keyed hash: all that is left when its owner was forgotten.</param>
internal sealed record ProofModel(
    string Contact, string? Address, string? CustomerKey, string Channel, IReadOnlyList<string> Purposes, string Action,
    string Level, string? Text, string? TextVersion, string Source, DateTimeOffset At, DateTimeOffset RecordedAt,
    string? Ip)
{
    public static ProofModel Of(KeptProof kept) => new(kept.ContactHash, kept.Address, kept.Proof.CustomerKey,
        Word(kept.Proof.Channel), [.. kept.Proof.Purposes.Select(Suppression.TopicOf)], Word(kept.Proof.Action),
        Word(kept.Proof.Level), kept.Proof.Text, kept.Proof.TextVersion, kept.Proof.Source, kept.Proof.At,
        kept.Proof.RecordedAt, kept.Ip);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

/// <summary>A text to read.</summary>
/// <param name="IsSuppressing">Nothing is sent to the number until this is read.</param>
/// <param name="Verdict"><c>stop</c> or <c>ignore</c>; null while nobody has read it.</param>
internal sealed record ReplyModel(
    string Id, DateTimeOffset At, string? From, string? Text, bool IsSuppressing, string? Verdict)
{
    public static ReplyModel Of(TextReply reply) => new(reply.Id, reply.At, reply.From, reply.Body,
        reply is { IsUnclear: true, IsStop: null }, reply.IsStop is { } stop ? stop ? "stop" : "ignore" : null);
}

/// <summary>What a text meant: <c>stop</c> or <c>ignore</c>.</summary>
internal sealed record VerdictModel(string Verdict);
