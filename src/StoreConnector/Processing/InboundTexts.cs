using StoreConnector.Channels;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>
/// What people text back (docs/protocols.md §8). STOP is written to the number's record before anything else, for
/// everybody on it and every sender of the store; START lifts only that. What we cannot read is a no until a person has
/// read it. The same text may come many times: it counts from its first time, and is answered once.
/// </summary>
internal sealed class InboundTexts(
    OptIns optIns, TextReplies replies, ConsentProofs proofs, IQueue wakeUps, TimeProvider clock)
{
    private sealed record Taken(DateTimeOffset At, TextMeaning Meaning);

    /// <summary>Whether the number stopped texts by text.</summary>
    public static bool IsStopped(ContactRecord? record) => record is not null
        && (record.IsOut(Suppression.Marketing, OptOutSource.Stop)
            || record.IsOut(Suppression.Marketing, OptOutSource.Unclear));

    /// <summary>Takes a text in.</summary>
    /// <returns>What to answer, once; null when nothing changed, or the vendor has answered.</returns>
    public async ValueTask<string?> TakeAsync(StoreContext store, InboundText text, CancellationToken cancel)
    {
        var meaning = OptOutWords.Read(text.Body);
        var hash = store.Customers.Hash(Contact.Of(text.From));
        var (table, partition) = (store.Customers.Table, "inbound-" + hash);
        var row = "text-" + EventLog.KeyOf(text.Id);
        var known = await table.ReadAsync(partition, row, cancel);
        var at = known is null ? clock.GetUtcNow() : Json.Read<Taken>(known.Value, "a text").At;
        var silenced = meaning is TextMeaning.Stop or TextMeaning.Unclear
            && await ChangeAsync(store, hash, c => c.WithOptOut(Suppression.Marketing,
                // Before all else.
                meaning == TextMeaning.Stop ? OptOutSource.Stop : OptOutSource.Unclear, at, null), cancel);
        var isFirst = known is null && await table.TryWriteAsync(
            partition, [new TableWrite.Insert(row, Json.Write(new Taken(at, meaning)))], cancel);
        if (!isFirst) // Only its first time counts: a START that comes again lifts no later STOP.
        {
            at = Json.Read<Taken>((known ?? await table.ReadAsync(partition, row, cancel))!.Value, "a text").At;
        }

        var lifted = meaning == TextMeaning.Start && await ChangeAsync(store, hash, c => Lift(c, at), cancel);
        var confirmed = meaning == TextMeaning.Start
            ? await optIns.ConfirmByTextAsync(store, hash, at, cancel) : null;
        if (meaning is TextMeaning.Unclear or TextMeaning.Other)
        {
            await replies.KeepAsync(store, hash, text, at, meaning == TextMeaning.Unclear, cancel);
        }

        await ProveAsync(store, hash, text, meaning, at, lifted, cancel);
        if (silenced || lifted || confirmed is not null) { await WakeAsync(store, hash, cancel); }

        var language = text.Body.Any(c => c is >= '\u0600' and <= '\u06FF') ? MessageLanguage.Arabic
            : MessageLanguage.For(null, store.Store.Locale);
        return !isFirst || text.IsAnswered ? null
            : silenced ? SmsAnswers.Stopped(store.Store.Name, language)
            : confirmed is not null ? SmsAnswers.Confirmed(
                store.Store.Name, language, TopicWords.List(confirmed.Purposes, language))
            : lifted ? SmsAnswers.Started(store.Store.Name, language)
            : meaning == TextMeaning.Help && Drafts.Site(store.Store) is { } shop
                ? SmsAnswers.Help(store.Store.Name, language, shop)
            : null;
    }

    /// <summary>A merchant has read an unclear text.</summary>
    /// <param name="store">Whose.</param>
    /// <param name="id">Which text, of the list.</param>
    /// <param name="isStop">Whether it meant STOP. If not, what it alone had stopped goes on.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>False when there is no such text.</returns>
    public async ValueTask<bool> JudgeAsync(StoreContext store, string id, bool isStop, CancellationToken cancel)
    {
        if (await replies.JudgeAsync(store, id, isStop, cancel) is not { } reply) { return false; }

        var now = clock.GetUtcNow();
        if (isStop)
        {
            await ChangeAsync(store, reply.ContactHash,
                c => c.WithOptOut(Suppression.Marketing, OptOutSource.Stop, reply.At, null), cancel);
        }
        else if (reply.IsUnclear && !await TextReplies.AnyUnreadAsync(store, reply.ContactHash, cancel))
        {
            await ChangeAsync(store, reply.ContactHash,
                c => c.IsOut(Suppression.Marketing, OptOutSource.Unclear)
                    ? c.WithOptOut(Suppression.Marketing, OptOutSource.Unclear, null, now) : c, cancel);
        }

        var action = isStop ? ConsentAction.Withdrawn : ConsentAction.Given;
        if (isStop || reply.IsUnclear)
        {
            await proofs.AppendAsync(store.Customers, reply.ContactHash, "verdict:" + id,
                new(Channel.Sms, [], action, "verdict", now), null, null, cancel);
        }

        await WakeAsync(store, reply.ContactHash, cancel);
        return true;
    }

    private static ContactRecord Lift(ContactRecord record, DateTimeOffset at) =>
        new[] { OptOutSource.Stop, OptOutSource.Unclear }.Where(source => record.IsOut(Suppression.Marketing, source))
            .Aggregate(record, (all, source) => all.WithOptOut(Suppression.Marketing, source, null, at));

    /// <summary>Changes the number's record. True when texts were stopped by text before, or are now, and not both.
    /// </summary>
    private static async ValueTask<bool> ChangeAsync(
        StoreContext store, string hash, Func<ContactRecord, ContactRecord> change, CancellationToken cancel)
    {
        var differs = false;
        await store.Customers.UpdateContactAsync(hash, c =>
        {
            var changed = change(c);
            differs = IsStopped(c) != IsStopped(changed);
            return changed;
        }, cancel);
        return differs;
    }

    private async ValueTask ProveAsync(
        StoreContext store, string hash, InboundText text, TextMeaning meaning, DateTimeOffset at, bool lifted,
        CancellationToken cancel)
    {
        ConsentAction? action = meaning switch
        {
            TextMeaning.Stop or TextMeaning.Unclear => ConsentAction.Withdrawn,
            TextMeaning.Start when lifted => ConsentAction.Given,
            _ => null,
        };
        if (action is not { } done) { return; }

        var source = meaning switch
        {
            TextMeaning.Stop => OptOutSource.Stop, TextMeaning.Unclear => OptOutSource.Unclear, _ => "start",
        };
        await proofs.AppendAsync(store.Customers, hash, "text:" + text.Id,
            new(Channel.Sms, [], done, source, at) { RecordedAt = at }, text.From.E164, null, cancel);
    }

    /// <summary>Everybody on the number is looked at again.</summary>
    private async ValueTask WakeAsync(StoreContext store, string hash, CancellationToken cancel)
    {
        var people = (await store.Customers.ReadContactAsync(hash, cancel))?.People ?? [];
        if (people.Count == 0) { return; }

        var now = clock.GetUtcNow();
        await wakeUps.SendAsync([.. people.Select(key =>
            new QueueSend(Queues.Write(new WakeUpMessage(1, store.Store.Id, key, now))))], cancel);
    }
}
