using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>A yes that the merchant hands over, as it was said.</summary>
/// <param name="Contact">The address that it is about.</param>
/// <param name="Email">Whose, for a number: the person's e-mail address, where it is known.</param>
/// <param name="Purposes">What for; at least one.</param>
/// <param name="Text">The words that were agreed to, at most <see cref="ConsentProof.MaxText"/>.</param>
/// <param name="TextVersion">The merchant's name for that version of the words.</param>
/// <param name="Source">Where, a short word.</param>
/// <param name="At">When.</param>
internal sealed record ConsentRequest(
    Contact Contact, EmailAddress? Email, IReadOnlyList<Purpose> Purposes, string Text, string? TextVersion,
    string Source, DateTimeOffset At)
{
    /// <summary>From where, where it is known.</summary>
    public string? Ip { get; init; }

    /// <summary>BCP 47, where it is known: the language that the person is asked in.</summary>
    public string? Locale { get; init; }

    /// <summary>Whether the address itself is asked to confirm it.</summary>
    public bool DoubleOptIn { get; init; }
}

/// <summary>What became of asking an address to confirm.</summary>
internal abstract record Asking
{
    /// <summary>Nobody wanted it asked.</summary>
    public sealed record NotWanted : Asking;

    /// <summary>The address has confirmed already.</summary>
    public sealed record Confirmed : Asking;

    /// <summary>The message has left; or may have.</summary>
    public sealed record Asked : Asking;

    /// <summary>It was asked within the last day.</summary>
    public sealed record AskedLately : Asking;

    /// <summary>It cannot be asked.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Impossible(string Why) : Asking;
}

/// <summary>What an address was asked to confirm.</summary>
/// <param name="Token">Its link.</param>
/// <param name="SendId">Its message.</param>
/// <param name="Channel">Of which channel.</param>
/// <param name="Purposes">What for.</param>
/// <param name="Text">The words that were agreed to.</param>
/// <param name="TextVersion">The merchant's name for them.</param>
/// <param name="Source">Where they were agreed to.</param>
/// <param name="AskedAt">When it was asked.</param>
/// <param name="Language">In which language.</param>
/// <param name="Person">Address and e-mail, protected.</param>
/// <param name="ConfirmedAt">When it was confirmed; the first time counts.</param>
internal sealed record OptInAsk(
    string Token, string SendId, Channel Channel, IReadOnlyList<Purpose> Purposes, string Text, string? TextVersion,
    string Source, DateTimeOffset AskedAt, string Language, byte[] Person, DateTimeOffset? ConfirmedAt = null)
{
    /// <summary>Whether its link works.</summary>
    public bool IsOpen(DateTimeOffset now) => now < AskedAt + ConfirmMessage.Life;
}

/// <summary>An ask behind its link.</summary>
internal sealed record FoundAsk(StoreContext Store, string ContactHash, string Key, OptInAsk Ask);

/// <summary>
/// Takes a yes from outside, and asks the address itself where the law wants a double opt-in: at most once a day, by
/// the message's own way out of the house. The row that says "asked" stands before the call, and a call whose answer
/// was lost is never repeated.
/// </summary>
internal sealed class OptIns(
    ITables tables, IStoreDirectory stores, Merges merges, ConsentProofs proofs, OptInMessages messages,
    IMessageChannel channel, Refusals refusals, IQueue shopEvents, IDataProtectionProvider protection,
    TimeProvider clock)
{
    /// <summary>An address is asked once in this time.</summary>
    public static readonly TimeSpan BetweenAsks = TimeSpan.FromDays(1);

    /// <summary>Words that an event carries; the proof has them whole.</summary>
    private const int MaxEventText = 500;

    private const string Shared = ShortLinks.Shared, Row = "confirm", Last = "last", Automation = "confirm";

    private readonly IDataProtector protector = protection.CreateProtector("StoreConnector.OptIns.v1");

    private sealed record Who(string Address, string? Email);

    private sealed record Pointer(string ContactHash, string Key);

    /// <summary>Writes the proof, tells the customers' records, and asks where that is wanted.</summary>
    public async ValueTask<Asking> TakeAsync(StoreContext store, ConsentRequest request, CancellationToken cancel)
    {
        var hash = store.Customers.Hash(request.Contact);
        var people = await PeopleAsync(store, hash, new(request.Contact.Address, request.Email?.Value),
            request.Contact.Channel, cancel);
        var known = people.Select(p => p.Consents.GetValueOrDefault(request.Contact.Stored)).OfType<ConsentEntry>()
            .Where(c => c.State == ConsentState.Given).MaxBy(c => c.Level);
        var id = FormattableString.Invariant($"api:{request.DoubleOptIn}:{EventLog.KeyOf(request.Text)}:")
            + $"{request.TextVersion}:{request.Source}:{string.Join(',', request.Purposes)}";
        var action = request.DoubleOptIn ? ConsentAction.Pending : ConsentAction.Given;
        await proofs.AppendAsync(store.Customers, hash, id,
            new(request.Contact.Channel, request.Purposes, action, request.Source, request.At)
            {
                CustomerKey = people.Count > 0 ? people[0].Key : null, Level = OptInLevel.Single, Text = request.Text,
                TextVersion = request.TextVersion, RecordedAt = clock.GetUtcNow(),
            }, request.Contact.Address, request.Ip, cancel);

        // Who has said yes loses nothing by saying it again: only a first yes waits for its second half.
        if (known is null || (!request.DoubleOptIn && known.Level < OptInLevel.Double))
        {
            var state = request.DoubleOptIn ? ConsentState.Pending : ConsentState.Given;
            await PublishAsync(store, hash, new(request.Contact.Address, request.Email?.Value), new(request.Contact,
                state, OptInLevel.Single, request.At, request.Source, Cut(request.Text)), id, cancel);
        }

        return !request.DoubleOptIn ? new Asking.NotWanted()
            : known?.Level == OptInLevel.Double && !await IsOutAsync(store, hash, cancel) ? new Asking.Confirmed()
            : await AskAsync(store, hash, request, people, cancel);
    }

    /// <summary>Finds what a link asks; null when it is old, was forgotten, or was never ours.</summary>
    public async ValueTask<FoundAsk?> FindAsync(string token, CancellationToken cancel)
    {
        if (token.Length != ShortLinks.LongCodeLength || !token.All(char.IsAsciiHexDigitLower)) { return null; }

        var shared = await tables.OpenAsync(Shared, cancel);
        if (await shared.ReadAsync(token, Row, cancel) is not { } row
            || await stores.FindAsync(Json.Read<string>(row.Value, "a link"), cancel) is not { } store
            || await store.Customers.Table.ReadAsync("confirm-" + token, Row, cancel) is not { } own) { return null; }

        var to = Json.Read<Pointer>(own.Value, "a link");
        return await ReadAsync(store, to.ContactHash, to.Key, cancel) is var (ask, _)
            && (ask.IsOpen(clock.GetUtcNow()) || ask.ConfirmedAt is not null)
            ? new(store, to.ContactHash, to.Key, ask) : null;
    }

    /// <summary>The address, masked for its owner to recognise.</summary>
    public string Masked(OptInAsk ask) => WhoOf(ask) is { } who
        ? MessageChoices.Masked(new(ask.Channel, who.Address)) : MessageChoices.Masked(null);

    /// <summary>The address confirms, behind its own link. The first time counts; a repeat does no harm.</summary>
    public ValueTask ConfirmAsync(FoundAsk found, string? ip, CancellationToken cancel) =>
        ConfirmAsync(found, clock.GetUtcNow(), isByLink: true, ip, cancel);

    /// <summary>A number confirms, by its own text. Null when nothing is asked of it.</summary>
    /// <param name="store">Whose.</param>
    /// <param name="hash">Of which number.</param>
    /// <param name="at">When the text came: the same text says the same again.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<OptInAsk?> ConfirmByTextAsync(
        StoreContext store, string hash, DateTimeOffset at, CancellationToken cancel)
    {
        var rows = await store.Customers.Table.RangeAsync(PartitionOf(hash), "ask-", "ask.", Limits.MaxRange, cancel);
        foreach (var row in rows.Reverse())
        {
            var ask = Json.Read<OptInAsk>(row.Value, "an ask");
            if (!ask.IsOpen(at) || ask.AskedAt > at || (ask.ConfirmedAt is { } done && done != at)) { continue; }

            await ConfirmAsync(new(store, hash, row.Key, ask), at, isByLink: false, null, cancel);
            return ask;
        }

        return null;
    }

    /// <summary>What was asked of an address, oldest first.</summary>
    public static async ValueTask<IReadOnlyList<OptInAsk>> AskedAsync(
        CustomerTable customers, string hash, CancellationToken cancel) =>
        [.. (await customers.Table.RangeAsync(PartitionOf(hash), "ask-", "ask.", Limits.MaxRange, cancel))
            .Select(r => Json.Read<OptInAsk>(r.Value, "an ask"))];

    /// <summary>Forgets what was asked of an address.</summary>
    /// <returns>The messages that asked: who keeps them must forget them too.</returns>
    public static async ValueTask<IReadOnlyList<string>> ForgetAsync(
        CustomerTable customers, string hash, CancellationToken cancel)
    {
        var sends = new List<string>();
        while (await customers.Table.RangeAsync(PartitionOf(hash), "ask-", "ask.", ITable.MaxBatch, cancel)
            is [_, ..] rows)
        {
            sends.AddRange(rows.Select(r => Json.Read<OptInAsk>(r.Value, "an ask").SendId));
            await customers.Table.TryWriteAsync(
                PartitionOf(hash), [.. rows.Select(r => new TableWrite.Delete(r.Key))], cancel);
        }

        return sends;
    }

    private async ValueTask<Asking> AskAsync(
        StoreContext store, string hash, ConsentRequest request, IReadOnlyList<CustomerState> people,
        CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var table = store.Customers.Table;
        var last = await table.ReadAsync(PartitionOf(hash), Last, cancel);
        if (last is not null && Json.Read<DateTimeOffset>(last.Value, "an ask") > now - BetweenAsks)
        {
            return new Asking.AskedLately();
        }

        if (await ObjectionAsync(store, hash, request, cancel) is { } no) { return new Asking.Impossible(no); }

        var sendId = Planner.SendIdOf(store.Store.Id, Automation,
            FormattableString.Invariant($"{hash}|{now.UtcTicks}"), 1, request.Contact.Channel);
        var token = store.Customers.Hash("confirm:" + sendId);
        var language = MessageLanguage.For(request.Locale ?? people.Select(p => p.Locale?.Value)
            .FirstOrDefault(l => l is not null), store.Store.Locale);
        var message = messages.Make(store.Store, sendId, token, request, language, now);
        var amount = message.Content is MessageContent.Sms text ? text.Segments : 1;
        if (!await Budget.TryReserveAsync(store, message.Channel, sendId, amount, now, cancel))
        {
            return new Asking.Impossible("The month's budget is spent, or none is set.");
        }

        var key = FormattableString.Invariant($"ask-{now.UtcTicks:D19}");
        var ask = new OptInAsk(token, sendId, request.Contact.Channel, request.Purposes, request.Text,
            request.TextVersion, request.Source, now, language,
            protector.Protect(Json.Write(new Who(request.Contact.Address, request.Email?.Value))));
        await LeadAsync(store, token, new(hash, key), cancel);
        var at = Json.Write(now);
        TableWrite claim = last is null ? new TableWrite.Insert(Last, at) : new TableWrite.Replace(Last, at, last.ETag);
        if (!await table.TryWriteAsync(PartitionOf(hash),
            [claim, new TableWrite.Insert(key, Json.Write(ask))], cancel)) // Before the call: never twice.
        {
            await Budget.ReleaseAsync(store, message.Channel, sendId, now, cancel);
            return new Asking.AskedLately();
        }

        if (await channel.SendAsync(message, cancel) is not SendResult.Refused refused) { return new Asking.Asked(); }

        // It has not left, for sure: it may be asked again at once.
        await refusals.FollowAsync(store, message.Channel, hash, refused, cancel);
        await table.TryWriteAsync(PartitionOf(hash), [new TableWrite.Delete(Last), new TableWrite.Delete(key)], cancel);
        await Budget.ReleaseAsync(store, message.Channel, sendId, now, cancel);
        return new Asking.Impossible(refused.Reason);
    }

    /// <summary>What stands against asking; null when nothing does.</summary>
    private static async ValueTask<string?> ObjectionAsync(
        StoreContext store, string hash, ConsentRequest request, CancellationToken cancel)
    {
        var record = await store.Customers.ReadContactAsync(hash, cancel);
        var isText = request.Contact.Channel == Channel.Sms;
        return !store.Store.IsActive ? "The store has taken StoreConnector away."
            : store.Store.Holds.GetValueOrDefault(isText ? "sms" : "email") is { } hold ? hold.Why
            : store.Store.NoPlan is { } unpaid ? unpaid.Why
            : record?.ComplainedAt is not null ? "A message to this address was reported as spam."
            : record?.BouncedAt is not null ? "Messages to this address bounced."
            : isText && InboundTexts.IsStopped(record)
                ? "This number stopped texts by STOP: only its own START brings them back."
            : isText && PhoneNumber.TryParse(request.Contact.Address, out var number)
                && !PhoneNumbers.PlanOf(number).IsTextable ? "This number takes no texts."
            : null;
    }

    private async ValueTask LeadAsync(StoreContext store, string token, Pointer to, CancellationToken cancel)
    {
        await store.Customers.Table.TryWriteAsync("confirm-" + token, [new TableWrite.Put(Row, Json.Write(to))],
            cancel);
        var shared = await tables.OpenAsync(Shared, cancel);
        await shared.TryWriteAsync(token, [new TableWrite.Put(Row, Json.Write(store.Store.Id))], cancel);
    }

    private async ValueTask ConfirmAsync(
        FoundAsk found, DateTimeOffset now, bool isByLink, string? ip, CancellationToken cancel)
    {
        var (store, hash, _, _) = found;
        if (await SetConfirmedAsync(found, now, cancel) is not { ConfirmedAt: { } at } ask || WhoOf(ask) is not { } who)
        {
            return;
        }

        if (isByLink) // Its own link lifts what a link of its own had stopped, for what was asked.
        {
            await store.Customers.UpdateContactAsync(hash, c => Choices.Grant(c, ask.Purposes, at), cancel);
        }

        var people = await PeopleAsync(store, hash, who, ask.Channel, cancel);
        await proofs.AppendAsync(store.Customers, hash, "confirm:" + ask.SendId,
            new(ask.Channel, ask.Purposes, ConsentAction.Confirmed, ask.Source, at)
            {
                CustomerKey = people.Count > 0 ? people[0].Key : null, Level = OptInLevel.Double, Text = ask.Text,
                TextVersion = ask.TextVersion, RecordedAt = clock.GetUtcNow(),
            }, who.Address, ip, cancel);
        var consent = new ConsentChanged(new(ask.Channel, who.Address), ConsentState.Given, OptInLevel.Double, at,
            ask.Source, Cut(ask.Text));
        await PublishAsync(store, hash, who, consent, "confirm:" + ask.SendId, cancel);
    }

    /// <summary>The ask with the time of its first confirmation; null when it was forgotten.</summary>
    private static async ValueTask<OptInAsk?> SetConfirmedAsync(
        FoundAsk found, DateTimeOffset now, CancellationToken cancel)
    {
        while (await ReadAsync(found.Store, found.ContactHash, found.Key, cancel) is var (ask, etag))
        {
            if (ask.ConfirmedAt is not null) { return ask; }

            ask = ask with { ConfirmedAt = now };
            if (await found.Store.Customers.Table.TryWriteAsync(PartitionOf(found.ContactHash),
                [new TableWrite.Replace(found.Key, Json.Write(ask), etag)], cancel)) { return ask; }
        }

        return null;
    }

    /// <summary>
    /// Tells every customer who has the address. An e-mail address has its customer; a number has those who named it.
    /// </summary>
    private async ValueTask PublishAsync(
        StoreContext store, string hash, Who who, ConsentChanged consent, string id, CancellationToken cancel)
    {
        var happened = new StoreEvent(
            "consent-" + EventLog.KeyOf(FormattableString.Invariant($"{hash}:{consent.At.UtcTicks}:{id}")), consent.At,
            consent.At, EventOrigin.Own, [], [consent.Contact], consent);
        var sends = new List<ShopEventMessage>();
        if (EmailAddress.TryParse(consent.Contact.Channel == Channel.Email ? who.Address : who.Email, out var email))
        {
            sends.Add(new(1, store.Store.Id, happened with { Aliases = [Alias.Of(email)] }));
        }
        else
        {
            var people = (await store.Customers.ReadContactAsync(hash, cancel))?.People ?? [];
            sends.AddRange(people.Select((key, i) => new ShopEventMessage(
                1, store.Store.Id, happened with { Id = FormattableString.Invariant($"{happened.Id}-{i}") }, key)));
        }

        if (sends.Count > 0)
        {
            await shopEvents.SendAsync([.. sends.Select(m => new QueueSend(Queues.Write(m)))], cancel);
        }
    }

    /// <summary>The customers who have the address, as far as they are known.</summary>
    private async ValueTask<IReadOnlyList<CustomerState>> PeopleAsync(
        StoreContext store, string hash, Who who, Channel of, CancellationToken cancel)
    {
        var keys = ((await store.Customers.ReadContactAsync(hash, cancel))?.People ?? []).ToList();
        if (EmailAddress.TryParse(of == Channel.Email ? who.Address : who.Email, out var email)
            && (await store.Customers.ReadAliasAsync(store.Customers.Hash(Alias.Of(email)), cancel)).Row is { } row)
        {
            keys.Insert(0, row.Root);
        }

        var people = new List<CustomerState>();
        foreach (var key in keys)
        {
            var root = await merges.ResolveAsync(store, key, cancel);
            if ((await store.Customers.ReadHeadAsync(root, cancel)).Head is Head.Live { State: var state }
                && people.TrueForAll(p => p.Key != state.Key)) { people.Add(state); }
        }

        return people;
    }

    private static async ValueTask<bool> IsOutAsync(StoreContext store, string hash, CancellationToken cancel) =>
        (await store.Customers.ReadContactAsync(hash, cancel))?.OptedOut(Suppression.Marketing) is not null;

    private static async ValueTask<(OptInAsk Ask, string ETag)?> ReadAsync(
        StoreContext store, string hash, string key, CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(PartitionOf(hash), key, cancel) is { } row
            ? (Json.Read<OptInAsk>(row.Value, "an ask"), row.ETag) : null;

    /// <summary>What was protected under keys that are gone is gone.</summary>
    private Who? WhoOf(OptInAsk ask)
    {
        try
        {
            return Json.Read<Who>(protector.Unprotect(ask.Person), "an ask");
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string PartitionOf(string hash) => "optin-" + hash;

    private static string Cut(string text) => text.Length <= MaxEventText ? text : text[..MaxEventText];
}
